"""What a change of the plan does, in the sentences of "Before you save"."""

from datetime import date

from flask_babel import get_locale, gettext, ngettext

from booking.effects import Stretches, Times, count, practitioners_in
from booking.previews import Preview
from portal import filters

MOST_NAMES, MOST_GROUPS = 3, 4


def sentences(seen: Preview, today: date) -> list[str]:
    """In the order in which they matter: what closes, what opens, who stays where they are."""
    if seen.says_nothing:
        return [gettext("Nothing changes: it is set like this already.")]
    found, said = seen.effect, []
    if found.closed:
        said.append(_line(seen, found.closed, today, opens=False))
    said += _shut(seen, today)
    if found.opened:
        said.append(_line(seen, found.opened, today, opens=True))
    if found.staying:
        said.append(ngettext(
            "%(num)s appointment is booked on days that close. It stays booked.", "%(num)s appointments are booked on days that close. They stay booked.", found.staying
        ))  # fmt: skip
    if not said and not found.outside:
        said.append(gettext("No times open or close online."))
    return said


def _line(seen: Preview, times: Times, today: date, opens: bool) -> str:
    number, facts = count(times), {"when": when(list(times), today), "who": names(seen, times)}
    if opens:
        return ngettext(
            "%(num)s new time opens for patients %(when)s: %(who)s.",
            "%(num)s new times open for patients %(when)s: %(who)s.",
            number,
            **facts,
        )
    return ngettext(
        "%(num)s time closes for patients %(when)s: %(who)s.", "%(num)s times close for patients %(when)s: %(who)s.", number, **facts
    )


def _shut(seen: Preview, today: date) -> list[str]:
    """Which days close wholly, for whom; those with the same days are said together."""
    groups: dict[Stretches, list[str]] = {}
    for one in seen.before.practitioners():
        if one.id in seen.effect.shut:
            groups.setdefault(seen.effect.shut[one.id], []).append(one.name)
    said = []
    for days, people in list(groups.items())[:MOST_GROUPS]:
        who = ", ".join(people) if len(people) <= MOST_NAMES else ngettext("%(num)s practitioner", "%(num)s practitioners", len(people))
        said.append(gettext("Nothing is left online for %(who)s %(when)s.", who=who, when=stretches(days, today)))
    if len(groups) > MOST_GROUPS:
        others = sum(len(people) for people in list(groups.values())[MOST_GROUPS:])
        said.append(ngettext("For %(num)s more practitioner other days close.", "For %(num)s more practitioners other days close.", others))
    return said


def when(days: list[date], today: date) -> str:
    """ "on Monday 14 December", "between Monday 14 December and Friday 8 January"."""
    first, last = min(days), max(days)
    if first == last:
        return gettext("on %(day)s", day=_day(first, today))
    return gettext("between %(first)s and %(last)s", first=_day(first, today), last=_day(last, today))


def stretches(found: Stretches, today: date) -> str:
    said = [
        gettext("on %(day)s", day=_day(first, today))
        if first == last
        else gettext("from %(first)s to %(last)s", first=_day(first, today), last=_day(last, today))
        for first, last in found[:MOST_NAMES]
    ]
    if len(found) > MOST_NAMES:
        said.append(
            ngettext("and %(num)s more day or stretch of days", "and %(num)s more days or stretches of days", len(found) - MOST_NAMES)
        )
    return ", ".join(said)


def names(seen: Preview, times: Times) -> str:
    """Whose times they are; many are counted."""
    touched = practitioners_in(times)
    found = [one.name for one in seen.before.practitioners() if one.id in touched]
    if len(found) > MOST_NAMES:
        return ngettext("%(num)s practitioner", "%(num)s practitioners", len(found))
    return ", ".join(found)


def _day(day: date, today: date) -> str:
    return filters.day(day, today, locale=get_locale())


def rows(seen: Preview) -> list[tuple[str, int, int]]:
    """(name, times that open, times that close) of each practitioner concerned, in the practice's order; for more than one."""
    found = seen.effect
    each = [
        (one.name, *(sum(len(people.get(one.id, ())) for people in times.values()) for times in (found.opened, found.closed)))
        for one in seen.before.practitioners()
    ]
    concerned = [row for row in each if row[1] or row[2]]
    return concerned if len(concerned) > 1 else []
