"""Pages of the blueprint `staff`: today, registrations."""

from portal.staff import registrations, today, undelivered
from portal.staff.blueprint import blueprint

PAGES = (today, undelivered, registrations)


def register(app) -> None:
    app.register_blueprint(blueprint)
