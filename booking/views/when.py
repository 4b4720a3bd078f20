"""Choose a time: the month as a table of links, the times of one day, and for every day without times its one reason."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from flask import render_template
from flask_babel import get_locale, gettext

from booking import pages
from booking.errors import DomainError, PersonLimit
from booking.explain import brief, sentence
from booking.facts import Answer, Code, Day
from booking.hours import day_start, local_date
from booking.queries import Start, first_open_month, nearest, open_times, soonest
from booking.reader_time import in_reader_zone, other_zone
from booking.views.blueprint import blueprint
from booking.views.choices import Choices, chosen
from booking.views.with_whom import needs_practitioner
from booking.where import zone_at, zone_of_day
from portal import clock
from portal.filters import bare_day, clock_time, months_later, short_day
from portal.guards import at_practice, public
from portal.reading import note_read

NEVER_OPEN = (Code.BEYOND_HORIZON, Code.NO_WORKING_HOURS, Code.CLOSED_HOLIDAY, Code.PRACTITIONER_AWAY, Code.PAST)


@blueprint.get("/at/<slug>/book/when")
@public
@at_practice
def when(practice):
    choices = chosen(practice)
    return needs_practitioner(choices) or when_page(choices, 422 if choices.steps.unread else 200)


def taken(choices: Choices, problem: DomainError):
    """The time cannot be had after all: the same day again, what was chosen kept, the nearest times first."""
    at = choices.steps.at
    near = nearest(choices.practice, choices.wish, at, clock.now())
    back = replace(choices, steps=choices.steps.but(day=local_date(choices.table.zone, at), month=None, at=None))
    return when_page(back, problem.status, problem=problem, near=near)


def when_page(choices: Choices, status: int = 200, problem: DomainError | None = None, near: list[Start] = ()):
    """The page. What it tells of the person it is for is written down: the time that is moved, or what they have already."""
    now = clock.now()
    answer = _month(choices, local_date(choices.table.zone, int(now.timestamp())), now)
    page = _page(choices, answer, status, problem, near)
    has_already = isinstance(problem, PersonLimit) or any(day.code is Code.PATIENT_LIMIT for day in answer)
    if choices.link and (choices.moving or has_already):
        note_read([choices.link], now)
    return page


def _page(choices: Choices, answer: Answer, status: int, problem: DomainError | None, near: list[Start]):
    now = clock.now()
    table, practice, wish, steps = choices.table, choices.practice, choices.wish, choices.steps
    today = local_date(table.zone, int(now.timestamp()))
    monday = today - timedelta(days=today.weekday())  # the weeks before it are over and stay away
    day = next((one for one in answer if one.date == steps.day), None) or next((one for one in answer if one.starts), None)
    first, not_yet = answer[0].date, _not_open_yet(answer)
    goes_on = not_yet is None and first < min(table.last_bookable(int(now.timestamp())), months_later(today, pages.MOST_MONTHS_AHEAD))
    zone = zone_of_day(table, day) if day and day.starts else table.zone
    buttons = Buttons(choices, zone)
    facts = {
        "days": _cells(choices, [one for one in answer if one.date >= monday]),
        "day": day,
        "today": today,
        "before": steps.url("when", month=months_later(first, -1), day=None) + "#calendar" if first > today else None,
        "after": steps.url("when", month=months_later(first, 1), day=None) + "#calendar" if goes_on else None,
        "open_until": None if not_yet else next((one.date - timedelta(days=1) for one in answer if one.code is Code.BEYOND_HORIZON), None),
        "reasons": pages.reasons(answer),
        "problem": problem,
        "near": [buttons.elsewhere(start.at, start.practitioners) for start in near],
        "zone": zone,
        "reader_zone": other_zone(zone),
        "unread": bool(steps.unread),
        "action": steps.url("hold", at=None),
    }
    if day is None:
        opens = sentence(not_yet, practice, wish, now) if not_yet else ""
        return render_template("booking/none.html", month=first, opens=opens, **_ways_on(choices, now), **facts, **choices.facts()), status
    if day.starts:
        only = buttons.only_one(day)
        parts = [(heading, [buttons.on(day, start, only) for start in starts]) for heading, starts in pages.parts_of_day(day.starts, zone)]
        facts |= {"parts": parts, "only": only}
    else:
        facts |= {"reason": sentence(day, practice, wish, now), **_other_days(choices, answer, day, now)}
    if steps.month is None and not near and first <= today:
        facts["soonest"] = [buttons.elsewhere(at, who) for at, who in _first_three(answer)]
    return render_template("booking/when.html", **facts, **choices.facts()), status


def _month(choices: Choices, today: date, now) -> Answer:
    """The month that was asked for, else the first that has a time, else this one."""
    asked = choices.steps.day or choices.steps.month
    first = min(max(asked or today, today), months_later(today, pages.MOST_MONTHS_AHEAD)).replace(day=1)
    answer = open_times(choices.practice, choices.wish, *pages.month_ends(first), now)
    if asked is None and answer.next_open_date is None:
        later = first_open_month(choices.practice, choices.wish, now)
        if later is not None and later != first:
            answer = open_times(choices.practice, choices.wish, *pages.month_ends(later), now)
    return answer


def _not_open_yet(answer: Answer) -> Day | None:
    """The day on which a month that is not open for booking yet will begin; None for one that is, if only in part."""
    if any(day.starts or day.code not in NEVER_OPEN for day in answer):
        return None
    return next((day for day in answer if day.code is Code.BEYOND_HORIZON), None)


def _cells(choices: Choices, answer: Iterable[Day]) -> list[pages.Cell]:
    base, locale = "?" + choices.steps.url("when", day=None, month=None).partition("?")[2], get_locale()
    cells = []
    for day in answer:
        over = day.code is Code.PAST  # what is over needs no reason
        why_not = "" if day.starts else gettext("over") if over else brief(day)
        label = pages.cell_label(day.date, len(day.starts), why_not, locale)
        cells.append(pages.Cell(day.date, len(day.starts), "" if over else f"{base}&day={day.date.isoformat()}#times", label))
    return cells


def _first_three(answer: Answer) -> list[tuple[int, tuple[int, ...]]]:
    starts = ((day, start) for day in answer for start in day.starts)
    return [(start, day.starts.practitioners(start)) for day, start in islice(starts, 3)]


def _other_days(choices: Choices, answer: Answer, day: Day, now) -> dict:
    """From a day without times: the next date that has some; if none is open after it, the last one before it."""
    later = next((one.date for one in answer if one.date > day.date and one.starts), None)
    if later is None:
        beyond = nearest(choices.practice, choices.wish, day_start(choices.table.zone, day.date, 1), now, 1)
        later = next((start.date for start in beyond if start.date > day.date), None)
    earlier = next((one.date for one in reversed(answer) if one.date < day.date and one.starts), None)
    if earlier is None and later is None:
        earlier = next((start.date for start in beyond), None)
    return {"next_open": later, "last_open": None if later else earlier}


def _ways_on(choices: Choices, now) -> dict:
    """Where to go from a month without times: this practitioner's first time, and the first with anyone."""
    found = {"first": next(iter(soonest(choices.practice, choices.wish, now, 1)), None)}
    if choices.practitioner and len(choices.table.offered_by(choices.service)) > 1:
        anyone = replace(choices.wish, practitioner=None)
        found["first_anyone"] = next(iter(soonest(choices.practice, anyone, now, 1)), None)
    return found


class Buttons:
    """Times as buttons in the reader's words; a second zone and the practitioner where they say something. `zone`: of the day that is shown."""

    def __init__(self, choices: Choices, zone: str):
        self.table, self.zone, self.locale = choices.table, zone, get_locale()
        self.anyone = choices.practitioner is None
        self.named = choices.practitioner.name if choices.practitioner else None

    def on(self, day: Day, start: int, only: str | None) -> pages.TimeButton:
        """A time of the day that is shown; `only` is the one person all of its times are with."""
        who = None if not self.anyone or only else self._who(day.starts.practitioners(start))
        there = in_reader_zone(start, self.zone)
        detail = " · ".join(filter(None, (who, in_reader_zone(start, self.zone, short=True))))
        return pages.TimeButton(
            start, clock_time(start, self.zone, locale=self.locale), self._rest(day.date, who or only or self.named, there), detail
        )

    def elsewhere(self, start: int, practitioners: tuple[int, ...]) -> pages.TimeButton:
        """A time on another day: the day stands in its second line."""
        zone = zone_at(self.table, practitioners[0], start)
        day = local_date(zone, start)
        who = self.named or self._who(practitioners)
        there = in_reader_zone(start, zone)
        detail = " · ".join(filter(None, (short_day(day, locale=self.locale), in_reader_zone(start, zone, short=True))))
        return pages.TimeButton(start, clock_time(start, zone, locale=self.locale), self._rest(day, who, there), detail)

    def only_one(self, day: Day) -> str | None:
        """The name of the one person all times of a day are with, when anyone was asked for."""
        if not self.anyone:
            return None
        people = {person for start in day.starts for person in day.starts.practitioners(start)}
        return self.table.by_id(people.pop()).name if len(people) == 1 else None

    def _who(self, practitioners: tuple[int, ...]) -> str | None:
        return self.table.by_id(practitioners[0]).name if len(practitioners) == 1 else None

    def _rest(self, day: date, who: str | None, there: str) -> str:
        said = bare_day(day, locale=self.locale)
        said = gettext(", %(day)s, with %(name)s", day=said, name=who) if who else f", {said}"
        return f"{said}, {there}" if there else said
