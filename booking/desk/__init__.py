"""Staff pages of booking, blueprint `desk`: a practitioner's day, and its parts of pages about people."""

from booking.desk import addresses, appointment, book, calendar, calendars, cancel, coming, day, move, narrowing, next_visits, open_day, own_people, phone, places, practitioners, running_out, services, today, who_for
from booking.desk.blueprint import blueprint

PAGES = (addresses, appointment, book, calendar, calendars, cancel, coming, day, move, narrowing, next_visits, open_day, own_people, phone, places, practitioners, running_out, services, today, who_for)


def register(app) -> None:
    app.register_blueprint(blueprint)
