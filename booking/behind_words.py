"""The setting behind a closed day in words for staff: its name, its value, whose it is, who set it and when (MISSION F2)."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _

from booking import set_by
from booking.behind import Source, holiday
from booking.horizon import Horizon, Release, ReleaseList, ReleaseMonthly, Rolling, Until, from_dict
from booking.models import SettingChange
from booking.plan import STEP_MINUTES, day_of
from booking.timetable import USUAL_HORIZON, Timetable
from booking.whatif import RULES, Parts
from portal import filters
from portal.models import Practice


class Behind(NamedTuple):
    """`whose`: "the whole clinic", a practitioner, a service. `by`: who set it, empty if nobody is known; `at`: when. `private` is for staff only."""

    source: Source
    name: str
    value: str
    whose: str
    by: str
    at: datetime | None
    private: str = ""


class Reader(NamedTuple):
    """For whom and about when it is said."""

    practice: Practice
    parts: Parts
    table: Timetable
    on: date
    now: int

    @property
    def today(self) -> date:
        return self.table.today(self.now)

    def day(self, day: date) -> str:
        return filters.day(day, self.today, locale=get_locale())

    def moment(self, instant: int, zone: str) -> str:
        return filters.moment(instant, zone, self.today, locale=get_locale())


def in_words(reader: Reader, sources: Sequence[Source]) -> list[Behind]:
    """One statement or two: who set them."""
    lines, private = set_by.lines(reader.practice, sources), set_by.private_reasons(sources)
    return [_behind(reader, source, line, private) for source, line in zip(sources, lines)]


def _behind(reader: Reader, source: Source, line: SettingChange | None, private: dict[int, str]) -> Behind:
    by, reason = line.staff.account.name if line else "", private.get(source.row_id, "") if source.kind == "away" else ""
    return Behind(
        source,
        _name(reader, source),
        _VALUES[source.kind](reader, source),
        whose(reader.table, source.level, source.number),
        by,
        line and line.at,
        reason,
    )


def whose(table: Timetable, level: str, number: int | None) -> str:
    if level == "practitioner":
        return table.by_id(number).name
    return table.service_by_id(number).name if level == "service" else gettext("the whole clinic")


_NAMES = {
    "horizon": _("How far ahead people may book"),
    "notice_minutes": _("How soon people may book"),
    "cutoff_minute": _("Until when people may book for the next open day"),
    "most_upcoming": _("Appointments one person may have ahead"),
    "one_per_day": _("Appointments one person may have a day"),
    "cap": _("Most appointments"),
    "break": _("Break"),
    "away": _("Time off"),
    "closure": _("Closure"),
    "holiday": _("Public holiday"),
    "length": _("Length"),
    "pauses": _("Pauses within opening hours"),
    "anchor_midnight": _("Times begin"),
    "step": _("Start every … minutes"),
    "closed_to_new": _("New people online"),
    "takes_no_new": _("New people online"),
    "for_people": _("For whom"),
    "offline": _("Bookable online"),
}


def _name(reader: Reader, source: Source) -> str:
    if source.kind == "hours":
        return gettext("Weekly hours, %(weekday)s", weekday=_weekday(reader.on.weekday()))
    return gettext("Hours on %(day)s", day=reader.day(reader.on)) if source.kind == "override" else str(_NAMES[source.kind])


def _weekday(number: int) -> str:
    return filters.weekday_names(locale=get_locale())[number][1]


# --- values ---


def clock(minute: int) -> str:
    """A wall-clock minute, 0 to 1440: "9am"."""
    return filters.clock_time(datetime(2000, 1, 3, minute // 60 % 24, minute % 60, tzinfo=UTC), "UTC", locale=get_locale())


def stretch(opens: int, closes: int) -> str:
    return gettext("%(opens)s to %(closes)s", opens=clock(opens), closes=clock(closes))


def length(minutes: int) -> str:
    return filters.minutes(minutes, locale=get_locale())


def _hours(reader: Reader, source: Source) -> str:
    row = source.row
    if row is None:
        return gettext("None")
    said = stretch(row[3], row[4])
    if row[6] is not None and day_of(row[6]) < reader.on:
        return gettext("%(hours)s, until %(day)s", hours=said, day=reader.day(day_of(row[6])))
    if row[5] is not None and day_of(row[5]) > reader.on:
        return gettext("%(hours)s, from %(day)s", hours=said, day=reader.day(day_of(row[5])))
    named = [one.name for one in map(reader.table.service_by_id, row[7] or ()) if one]
    return gettext("%(hours)s, only for %(services)s", hours=said, services=", ".join(named)) if named else said


def _override(_reader: Reader, source: Source) -> str:
    return ", ".join(stretch(opens, closes) for opens, closes in source.row[3]) or gettext("Does not work")


def _away(reader: Reader, source: Source) -> str:
    zone = reader.table.zone_of(source.number)
    return gettext("%(start)s to %(end)s", start=reader.moment(source.row[1], zone), end=reader.moment(source.row[2], zone))


def _closure(reader: Reader, source: Source) -> str:
    place, name, first, last, starts, ends, _id = source.row
    if first is None:
        zone = reader.table.location_by_id(place).zone if place else reader.table.zone
        return gettext("%(name)s: %(start)s to %(end)s", name=name, start=reader.moment(starts, zone), end=reader.moment(ends, zone))
    if first == last:
        return gettext("%(name)s: %(day)s", name=name, day=reader.day(day_of(first)))
    return gettext("%(name)s: %(start)s to %(end)s", name=name, start=reader.day(day_of(first)), end=reader.day(day_of(last)))


def _holiday(reader: Reader, _source: Source) -> str:
    return holiday(reader.practice, reader.parts, reader.on)


def _length(_reader: Reader, source: Source) -> str:
    return length(source.row[7])


def _pauses(_reader: Reader, source: Source) -> str:
    before, after = source.row[9:11]
    said = [gettext("%(length)s before", length=length(before))] if before else []
    return ", ".join([*said, gettext("%(length)s after", length=length(after))] if after else said)


def _none_since(reader: Reader, instant: int) -> str:
    return gettext("None since %(moment)s", moment=reader.moment(instant, reader.practice.zone))


def _for_people(_reader: Reader, source: Source) -> str:
    return gettext("First visits only") if source.row[13] == "new" else gettext("Only people who have been here before")


def _horizon(reader: Reader, source: Source) -> str:
    stored = _rule(source) or USUAL_HORIZON
    return horizon(from_dict(stored, reader.table.zone, reader.table.is_open), reader)


def horizon(one: Horizon, reader: Reader) -> str:
    """With real dates: "60 days ahead: now up to Monday 8 February"."""
    until = one.bookable_until(reader.now)
    now = reader.day(until) if until else gettext("nothing yet")
    match one:
        case Rolling(count="open_days"):
            return ngettext("%(num)s open day ahead: now up to %(day)s", "%(num)s open days ahead: now up to %(day)s", one.days, day=now)
        case Rolling():
            return ngettext("%(num)s day ahead: now up to %(day)s", "%(num)s days ahead: now up to %(day)s", one.days, day=now)
        case Until():
            return gettext("Up to %(day)s", day=now)
        case Release():
            return gettext(
                "Every %(weekday)s at %(time)s the next %(num)s days open: now up to %(day)s",
                weekday=_weekday(one.weekday), time=clock(one.at), num=one.through_days, day=now,
            )  # fmt: skip
        case ReleaseMonthly(through_months=0):
            return gettext("On day %(date)s of each month, up to the end of that month: now up to %(day)s", date=one.day, day=now)
        case ReleaseMonthly():
            return ngettext(
                "On day %(date)s of each month, up to the end of the month after: now up to %(day)s",
                "On day %(date)s of each month, up to the end of the month %(num)s months later: now up to %(day)s",
                one.through_months, date=one.day, day=now,
            )  # fmt: skip
        case ReleaseList():
            return gettext("On chosen days: now up to %(day)s", day=now)


def _rule(source: Source):
    return None if source.row is None else source.row[2 + RULES.index(source.columns[0])]


def _notice(reader: Reader, source: Source) -> str:
    minutes = _rule(source)
    minutes = reader.table.terms(None, None).notice_minutes if minutes is None else minutes
    return gettext("At least %(length)s before", length=length(minutes))


def _cutoff(_reader: Reader, source: Source) -> str:
    return gettext("Until %(time)s", time=clock(_rule(source)))


def _most(reader: Reader, source: Source) -> str:
    most = _rule(source)
    most = reader.table.terms(None, None).most_upcoming if most is None else most
    return ngettext("At most %(num)s", "At most %(num)s", most)


def _one_per_day(_reader: Reader, _source: Source) -> str:
    return gettext("One")


def cap(row: list) -> str:
    """ "At most 6 a day", "At most 5 hours a week"."""
    period = {"day": gettext("a day"), "week": gettext("a week"), "month": gettext("a month")}[row[3]]
    values = [str(row[4])] if row[4] is not None else []
    values += [length(row[5])] if row[5] is not None else []
    return gettext("At most %(most)s %(period)s", most=", ".join(values), period=period)


def limit(row: list, table: Timetable, level: str) -> str:
    """A cap with what narrows it besides the level it is set at: "At most 6 a day (Downtown)"."""
    narrower = scope(row, table, level)
    return gettext("%(limit)s (%(where)s)", limit=cap(row), where=narrower) if narrower else cap(row)


def scope(row: list, table: Timetable, level: str) -> str:
    service = table.service_by_id(row[1]) if row[1] and level != "service" else None
    person = table.by_id(row[0]) if row[0] and level != "practitioner" else None
    place = table.location_by_id(row[2]) if row[2] else None
    names = [one.name for one in (person, service, place) if one]
    return ", ".join([*names, gettext("a location that was put away")] if row[2] and place is None else names)


_VALUES: dict[str, Callable[[Reader, Source], str]] = {
    "horizon": _horizon,
    "notice_minutes": _notice,
    "cutoff_minute": _cutoff,
    "most_upcoming": _most,
    "one_per_day": _one_per_day,
    "cap": lambda reader, source: limit(source.row, reader.table, source.level),
    "hours": _hours,
    "override": _override,
    "break": lambda _reader, source: stretch(source.row[1], source.row[2]),
    "away": _away,
    "closure": _closure,
    "holiday": _holiday,
    "length": _length,
    "pauses": _pauses,
    "anchor_midnight": lambda _reader, _source: gettext("On the clock, counted from midnight"),
    "step": lambda _reader, source: length(source.row[8] or STEP_MINUTES),
    "closed_to_new": lambda reader, _source: _none_since(reader, int(reader.practice.closed_to_new_at.timestamp())),
    "takes_no_new": lambda reader, source: _none_since(reader, source.row[-1]),
    "for_people": _for_people,
    "offline": lambda _reader, _source: gettext("No: only staff book it"),
}
