"""Booking rules in words: what a horizon means today, and which level has the word where several speak."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from booking.behind_words import Reader, clock, horizon, length, limit
from booking.horizon import from_dict, outlook
from booking.timetable import USUAL_CHANGE_NOTICE, USUAL_HORIZON, USUAL_NOTICE, Timetable
from booking.whatif import RULES, rules_of

NAMES = {
    "horizon": _("How far ahead"),
    "notice_minutes": _("How soon"),
    "cutoff_minute": _("For the next open day, until"),
    "change_notice_minutes": _("Change or cancel until"),
    "most_upcoming": _("Appointments ahead for one person"),
    "one_per_day": _("On one day for one person"),
    "anchor_midnight": _("Times begin"),
}
USUAL = {
    "horizon": USUAL_HORIZON,
    "notice_minutes": USUAL_NOTICE,
    "change_notice_minutes": USUAL_CHANGE_NOTICE,
    "one_per_day": False,
    "anchor_midnight": False,
}


def means_today(stored: dict | None, reader: Reader) -> str:
    """ "Today that means until Monday 25 January. On Monday 2 March at 9am the days up to Sunday 29 March open." """
    if stored is None:
        return ""
    found = outlook(from_dict(stored, reader.table.zone, reader.table.is_open), reader.now)
    said = [
        gettext("Today that means until %(day)s.", day=reader.day(found.until))
        if found.until
        else gettext("Today that means that nothing is open yet.")
    ]
    if found.next_at is not None and found.next_until is not None:
        said.append(
            gettext(
                "On %(moment)s the days up to %(day)s open.",
                moment=reader.moment(found.next_at, reader.table.zone),
                day=reader.day(found.next_until),
            )
        )
    return " ".join(said)


def value(column: str, stored, reader: Reader) -> str:
    """One rule in a few words; an empty string where nothing is said."""
    if stored is None:
        return ""
    match column:
        case "horizon":
            return horizon(from_dict(stored, reader.table.zone, reader.table.is_open), reader)
        case "notice_minutes" | "change_notice_minutes":
            return gettext("%(length)s before", length=length(stored)) if stored else gettext("up to the start")
        case "cutoff_minute":
            return gettext("%(time)s the open day before", time=clock(stored))
        case "most_upcoming":
            return ngettext("At most %(num)s", "At most %(num)s", stored)
        case "one_per_day":
            return gettext("One") if stored else gettext("Several")
    return gettext("On the clock, counted from midnight") if stored else gettext("Where the hours begin")


class Word(NamedTuple):
    """What one level says of one rule. `wins` where this is what holds for the page's practitioner or service; `here`: the page's own level."""

    who: str
    said: str
    url: str
    here: bool
    wins: bool


def levels(level: str, number: int | None, reader: Reader, slug: str) -> list[tuple[str, list[Word]]]:
    """For each rule the levels that speak of it: those above this one, this one, and those below that have the last word for themselves."""
    found = []
    for column in RULES:
        words = []
        above = _above(level, number, reader)
        for one_level, one, name in above:
            said = rules_of(reader.parts, one_level, one)[column]
            if said is None and one_level == "practice":
                said, name = USUAL.get(column), gettext("Usual")
            if said is not None:
                words.append(
                    Word(
                        name, value(column, said, reader), address(slug, one_level, one, reader), (one_level, one) == (level, number), False
                    )
                )
        if words:
            words[-1] = words[-1]._replace(wins=True)
        for one_level, one, name in _below(level, number, reader):
            said = rules_of(reader.parts, one_level, one)[column]
            if said is not None:
                words.append(Word(name, value(column, said, reader), address(slug, one_level, one, reader), False, False))
        found.append((str(NAMES[column]), words))
    return found


def _above(level: str, number: int | None, reader: Reader) -> list[tuple]:
    """From the most general one down to the page's own."""
    table, found = reader.table, [("practice", None, gettext("The clinic"))]
    if level == "practitioner":
        found.append((level, number, table.by_id(number).name))
    if level == "service":
        found.append((level, number, table.service_by_id(number).name))
    return found


def _below(level: str, number: int | None, reader: Reader) -> list[tuple]:
    """More specific levels, which win over this one where they speak. A service between: a practitioner's word holds where the service says nothing."""
    table = reader.table
    people = [("practitioner", one.id, one.name) for one in table.practitioners()]
    services = [("service", one.id, one.name) for one in table.all_services()]
    if level == "practice":
        return people + services
    return [row for row in services if number in table.service_by_id(row[1]).practitioners] if level == "practitioner" else []


def address(slug: str, level: str, number: int | None, reader: Reader) -> str:
    if level == "practice":
        return url_for("desk.rules", slug=slug)
    one = reader.table.by_id(number) if level == "practitioner" else reader.table.service_by_id(number)
    return url_for("desk.rules_of_one", slug=slug, level=level, public_id=one.public_id)


def caps(level: str, number: int | None, reader: Reader) -> list[tuple[int, str]]:
    """(id, words) of the caps at this level; at the practice those of nobody in particular."""
    at = {"practitioner": 0, "service": 1}.get(level)
    rows = [row for row in reader.parts["caps"] if (row[at] == number if at is not None else row[0] is None and row[1] is None)]
    return [(row[-1], limit(row, reader.table, level)) for row in rows]


def caps_of_place(number: int, table: Timetable) -> list[str]:
    """The caps of one location."""
    return [limit([*row[:2], None, *row[3:]], table, "practice") for row in table.parts["caps"] if row[2] == number]
