"""The practice's page: where somebody who has never been here begins. Public, and sets no cookie."""

from datetime import date, timedelta
from typing import NamedTuple

from flask import render_template
from flask_babel import get_locale
from flask_login import current_user

from booking.hours import Window, end_instant, start_instant, subtract
from booking.pages import by_discipline
from booking.queries import next_free
from booking.steps import Steps
from booking.timetable import timetable
from booking.views.blueprint import blueprint
from portal import clock
from portal.filters import weekday_names
from portal.guards import at_practice, public


class HoursOfDay(NamedTuple):
    """A day of this week by name: its open spans of instants; without any, the name of the closure if there is one."""

    name: str
    spans: list[Window]
    closed_for: str


@blueprint.get("/at/<slug>/")
@public
@at_practice
def practice(practice):
    table = timetable(practice)
    return render_template(
        "booking/practice.html",
        groups=by_discipline(table.services()),
        free=next_free(practice, clock.now()),
        people=[one for one in table.practitioners() if one.is_online],
        offers={
            one.id: [service.public_id for service in table.services() if one.id in service.practitioners] for one in table.practitioners()
        },
        week=_week(table),
        zone=table.zone,
        steps=Steps(practice.slug),
        first_step="who" if current_user.is_authenticated else "what",
        service_step="who" if current_user.is_authenticated else "with_whom",
    )


def _week(table) -> list[HoursOfDay]:
    """The opening hours of this week, Monday to Sunday, without its closures."""
    today = clock.today(table.zone)
    monday = today - timedelta(days=today.weekday())
    place = next(iter(table.locations), None)
    closures = table.closures(place, monday, monday + timedelta(days=6)) if place else ()
    names = [long for _short, long in weekday_names(locale=get_locale())]
    days = [(names[day.weekday], monday + timedelta(days=day.weekday), day.hours) for day in table.week(today)]
    return [_hours(table.zone, name, on, hours, closures) for name, on, hours in days]


def _hours(zone: str, name: str, on: date, hours, closures) -> HoursOfDay:
    def window(opens, closes):
        last = on if closes > opens else on + timedelta(days=1)
        return Window(start_instant(zone, on, opens), end_instant(zone, last, closes))

    planned = [window(*pair) for pair in hours]
    closed_for = next((one.name for one in closures if any(one.start < each.end and one.end > each.start for each in planned)), "")
    return HoursOfDay(name, subtract(planned, closures), closed_for)
