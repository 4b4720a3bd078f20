"""How templates about schedules say weeks and stretches of time."""

from datetime import date

from flask_babel import get_locale, gettext

from booking.desk.blueprint import blueprint
from booking.hours_words import echo
from booking.own_calendar import may_see
from booking.schedule_roles import may
from portal import clock, filters

# somebody's at all: else there is nothing to answer the phone for
blueprint.add_app_template_global(lambda staff: may_see(staff) != 0, "sees_a_calendar")


@blueprint.app_template_global()
def may_set_hours(staff, practitioner: int) -> bool:
    return may(staff, "hours", practitioner)


@blueprint.app_template_global()
def may_set_days_off(staff, practitioner: int) -> bool:
    return may(staff, "time off", practitioner)


@blueprint.app_template_filter()
def week_lines(week: list[tuple]) -> list[tuple[str, str, str]]:
    """(first day, last day or "", hours): days in a row with equal hours are one line; days without hours are left out."""
    names, found = filters.weekday_names(locale=get_locale()), []
    for n, windows in enumerate(week):
        said = echo(windows, locale=get_locale())
        if not windows:
            continue
        if found and found[-1][1] == n - 1 and found[-1][2] == said:
            found[-1][1] = n
        else:
            found.append([n, n, said])
    return [
        (filters.capfirst(names[first][0]), filters.capfirst(names[last][0]) if last > first else "", said) for first, last, said in found
    ]


def _stretch(first: date, last: date, zone: str) -> str:
    days = [filters.day(day, clock.today(zone), locale=get_locale()) for day in (first, last)]
    return filters.capfirst(days[0] if first == last else gettext("%(start)s to %(end)s", start=days[0], end=days[1]))


def _moments(starts, ends, zone: str) -> str:
    begins, over = filters.local(starts, zone), filters.local(ends, zone)
    if begins.date() == over.date():
        day = filters.day(begins.date(), clock.today(zone), locale=get_locale())
        return filters.capfirst(gettext("%(day)s, %(hours)s", day=day, hours=filters.time_range(starts, ends, zone, locale=get_locale())))
    said = [filters.moment(at, zone, clock.today(zone), locale=get_locale()) for at in (starts, ends)]
    return filters.capfirst(gettext("%(start)s to %(end)s", start=said[0], end=said[1]))


@blueprint.app_template_filter()
def off_when(one, zone: str) -> str:
    """A time off: whole days are dates, "Monday 28 December to Friday 1 January"."""
    begins, over = filters.local(one.starts_at, zone), filters.local(one.ends_at, zone)
    if begins.hour == begins.minute == over.hour == over.minute == 0 and over.date() > begins.date():
        return _stretch(begins.date(), date.fromordinal(over.date().toordinal() - 1), zone)
    return _moments(one.starts_at, one.ends_at, zone)


@blueprint.app_template_filter()
def shut_when(one) -> str:
    """A closure: dates, or two moments."""
    return _stretch(one.first, one.last, one.zone) if one.first else _moments(one.starts_at, one.ends_at, one.zone)


@blueprint.app_template_filter()
def iso_day(text: str) -> str:
    return filters.capfirst(filters.full_day(date.fromisoformat(text), locale=get_locale()))


@blueprint.app_template_filter()
def local_date(moment, zone: str) -> date:
    return filters.local(moment, zone).date()
