"""Staff pages of booking, blueprint `desk`: a practitioner's day, and its parts of pages about people."""

from booking.desk import addresses, coming, day, narrowing, next_visits, own_people, today
from booking.desk.blueprint import blueprint

PAGES = (addresses, coming, day, narrowing, next_visits, own_people, today)


def register(app) -> None:
    app.register_blueprint(blueprint)
