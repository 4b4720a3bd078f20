"""Staff pages of booking, blueprint `desk`: a practitioner's day, and its parts of the Today page and the new registrations."""

from booking.desk import coming, day, today
from booking.desk.blueprint import blueprint

PAGES = (coming, day, today)


def register(app) -> None:
    app.register_blueprint(blueprint)
