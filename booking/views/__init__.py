"""Pages of the blueprint `booking`: the practice's page, the steps of a booking, my appointments."""

from booking import pages, reader_time
from booking.views import (
    addresses,
    appointments,
    calendar,
    changes,
    confirm,
    handover,
    holds,
    person,
    practice,
    practitioner_feed,
    receipt,
    what,
    when,
    who,
    with_whom,
)
from booking.views.blueprint import blueprint

# in the order of a booking
PAGES = (
    practice,
    addresses,
    who,
    what,
    with_whom,
    when,
    holds,
    confirm,
    appointments,
    person,
    changes,
    handover,
    calendar,
    practitioner_feed,
    receipt,
)


def register(app) -> None:
    """The pages, what their templates need, and `held_time()` for the pages on the way to confirming."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(directions=pages.directions, initials=pages.initials, language_list=pages.language_list)
    for function in (reader_time.in_reader_zone, reader_time.named_zone, reader_time.zone_if_other):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(held_time=holds.held_time)
