"""What would open a day, in sentences: one for each change, as staff would say it."""

from datetime import date

from babel.lists import format_list
from flask_babel import get_locale, gettext, ngettext

from booking.behind_words import Reader, clock, horizon, length, limit, stretch, whose
from booking.changes import Change, Gone, HereAfterAll, HolidayWorked, HoursGoOn, NewCap, NewRules, OpenOn, OtherHours, Several
from booking.horizon import from_dict
from portal import filters


def sentences(change: Change, reader: Reader) -> list[str]:
    """In the order in which they are made."""
    changes = change.changes if isinstance(change, Several) else (change,)
    off = {one.practitioner: True for one in changes if _is_off(one)}
    said = [
        sentence
        for one in changes
        if not _is_off(one)
        for sentence in (sentences(one, reader) if isinstance(one, Several) else [_sentence(one, reader)])
    ]
    if off:
        names = format_list([_name(reader, who) for who in off], locale=filters.home(get_locale()))
        said.append(gettext("These stay off on %(day)s: %(names)s.", day=_day(reader, reader.on), names=names))
    return list(dict.fromkeys(said))  # what goes on at two places is said once


def _is_off(change: Change) -> bool:
    return isinstance(change, OtherHours) and not change.windows


def _sentence(change: Change, reader: Reader) -> str:
    match change:
        case OtherHours(practitioner=who, on_date=day, windows=windows):
            hours = ", ".join(stretch(opens, closes) for opens, closes in windows)
            return gettext("%(name)s works on %(day)s: %(hours)s.", name=_name(reader, who), day=_day(reader, day), hours=hours)
        case HereAfterAll(practitioner=who):
            return gettext(
                "%(name)s is here on %(day)s after all. The rest of the time off stays.",
                name=_name(reader, who),
                day=_day(reader, reader.on),
            )
        case HoursGoOn(practitioner=who, ended=ended):
            return gettext("The hours of %(name)s go on after %(day)s.", name=_name(reader, who), day=_day(reader, ended))
        case HolidayWorked(day=day):
            return gettext("The clinic works on %(day)s, although it is a public holiday.", day=_day(reader, day))
        case OpenOn(day=day):
            return gettext("The clinic is open on %(day)s. The days around it stay closed.", day=_day(reader, day))
        case Gone(number=number):
            name = next((row[1] for row in reader.parts["closures"] if row[-1] == number), "")
            return gettext("The closure “%(name)s” ends.", name=name)
        case NewCap():
            row = [change.practitioner, change.service, change.location, change.period, change.max_count, change.max_minutes]
            level, number = ("practitioner", row[0]) if row[0] else ("service", row[1]) if row[1] else ("practice", None)
            return gettext(
                "For %(whose)s: %(value)s.", whose=whose(reader.table, level, number), value=_small(limit(row, reader.table, level))
            )
        case NewRules(level=level, number=number, values=values):
            said = [_rule(reader, name, value) for name, value in values.items()]
            return gettext("For %(whose)s: %(value)s.", whose=whose(reader.table, level, number), value=", ".join(said))
    raise TypeError(f"no words for {change!r}")


def _rule(reader: Reader, name: str, value) -> str:
    match name:
        case "horizon":
            return _small(horizon(from_dict(value, reader.table.zone, reader.table.is_open), reader))
        case "notice_minutes" if value:
            return gettext("people may book up to %(length)s before", length=length(value))
        case "notice_minutes":
            return gettext("people may book up to the start")
        case "cutoff_minute" if value is not None:
            return gettext("people may book until %(time)s for the next open day", time=clock(value))
        case "cutoff_minute":
            return gettext("no time of day until which people may book")
        case "most_upcoming":
            return ngettext("one person may have %(num)s appointment ahead", "one person may have %(num)s appointments ahead", value)
        case "one_per_day":
            return gettext("one person may have several appointments a day")
    raise TypeError(f"no words for {name}")


def _name(reader: Reader, who: int) -> str:
    return reader.table.by_id(who).name


def _day(reader: Reader, day: date) -> str:
    return filters.day(day, reader.today, locale=get_locale())


def _small(text: str) -> str:
    """A value that begins a sentence of its own, inside another one."""
    return text[:1].lower() + text[1:]
