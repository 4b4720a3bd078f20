"""What the pages show that is neither a rule nor a row: the cells of a month, the parts of a day, lists in the reader's words."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

from babel import Locale
from babel.lists import format_list
from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _

from booking.facts import Answer, Code
from booking.hours import local_minute
from portal.filters import bare_day, home

MIDDAY, EVENING = 12 * 60, 17 * 60
PARTS = ((0, _("Morning")), (MIDDAY, _("Afternoon")), (EVENING, _("Evening")))
MOST_MONTHS_AHEAD = 24

CLOSED_BECAUSE = {
    Code.PAST: _("Over"),
    Code.NO_WORKING_HOURS: _("No appointments on these days"),
    Code.CLOSED_HOLIDAY: _("The clinic is closed"),
    Code.PRACTITIONER_AWAY: _("Away on these days"),
    Code.DOES_NOT_FIT: _("Too little time for this"),
    Code.BEYOND_HORIZON: _("Not open for booking yet"),
    Code.TOO_SOON: _("Too soon to book online"),
    Code.CAP: _("No more on these days"),
    Code.FULLY_BOOKED: _("Full"),
    Code.NO_ROOM: _("No room is free"),
    Code.HELD: _("Being booked by somebody just now"),
    Code.PATIENT_LIMIT: _("As many appointments as you can have"),
}


class Cell(NamedTuple):
    """One day of the month table: how many times, where a tap leads, and the whole of it in words."""

    date: date
    count: int
    url: str
    label: str


class TimeButton(NamedTuple):
    """One time to press. `rest` is read out after `time`; `detail`, its second line in sight, is part of that and not read."""

    value: int
    time: str
    rest: str
    detail: str = ""
    url: str = ""


class Reason(NamedTuple):
    """Why days of a month have no times: the words, and the days as "5, 6, 12 to 16"."""

    words: str
    days: str


def month_ends(month: date) -> tuple[date, date]:
    """The first and the last day of the month a date is in."""
    return month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])


@lru_cache(maxsize=4096)  # thirty of them on every month, mostly the same for everybody
def cell_label(day: date, count: int, why_not: str, locale: Locale) -> str:
    """ "Thursday 3 December, 9 times", "Friday 4 December, full". `locale` is the reader's, in which gettext speaks."""
    said = ngettext("%(num)s time", "%(num)s times", count) if count else why_not or gettext("no times")
    return f"{bare_day(day, locale=locale)}, {said}"


def parts_of_day(starts: Iterable[int], zone: str) -> list[tuple[str, list[int]]]:
    """Morning before midday, afternoon before 5pm, evening; only the parts that have times."""

    def part(start: int) -> int:
        minute = local_minute(zone, start)
        return max(index for index, (begins, _words) in enumerate(PARTS) if minute >= begins)

    return [(str(PARTS[index][1]), list(group)) for index, group in groupby(sorted(starts), key=part)]


def reasons(answer: Answer) -> list[Reason]:
    """The reasons of the days without times, each with its days, in the order of the gates; days that are over need none."""
    days: dict[Code, list[int]] = {}
    for day in answer:
        if day.code not in (None, Code.PAST):
            days.setdefault(day.code, []).append(day.date.day)
    return [Reason(str(CLOSED_BECAUSE[code]), in_a_row(days[code])) for code in sorted(days)]


def in_a_row(days: list[int]) -> str:
    """ "5, 6, 12 to 16": three or more days in a row are named by their ends. The days ascend."""
    runs = [[number for _index, number in run] for _gap, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])]
    said = []
    for run in runs:
        said += [gettext("%(first)s to %(last)s", first=run[0], last=run[-1])] if len(run) > 2 else [str(day) for day in run]
    return ", ".join(said)


def by_discipline(services: Iterable) -> list[tuple[str, list]]:
    """Services under their headings, both in the practice's order."""
    groups: dict[str, list] = {}
    for service in services:
        groups.setdefault(service.discipline, []).append(service)
    return list(groups.items())


def matching(services: Iterable, words: str) -> list:
    """The services in which every word typed is found."""
    wanted = words.casefold().split()
    return [one for one in services if all(word in f"{one.name} {one.discipline} {one.about}".casefold() for word in wanted)]


def directions(address: str) -> str:
    """A link that opens the reader's own map."""
    return f"https://maps.apple.com/?q={quote(address)}"


def initials(name: str) -> str:
    """ "IR" for "Dr. Ines Roy": the first and last name, titles left out."""
    words = [word for word in name.split() if not word.endswith(".")] or name.split()
    return "".join(word[:1] for word in dict.fromkeys((words[0], words[-1]))).upper() if words else ""


def language_list(codes: Iterable[str], locale: Locale | None = None) -> str:
    """ "English and French", in the reader's language."""
    locale = locale or home(get_locale())
    return format_list([Locale.parse(code).get_language_name(locale) or code for code in codes], locale=locale)
