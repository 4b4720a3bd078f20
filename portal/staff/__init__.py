"""Pages of the blueprint `staff`: today, registrations."""

from portal.staff import registrations, today
from portal.staff.blueprint import blueprint

PAGES = (today, registrations)


def register(app) -> None:
    app.register_blueprint(blueprint)
