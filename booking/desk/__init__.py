"""Staff pages of booking, blueprint `desk`: a practitioner's day, and its part of the Today page."""

from booking.desk import day, today
from booking.desk.blueprint import blueprint

PAGES = (day, today)


def register(app) -> None:
    app.register_blueprint(blueprint)
