"""Staff choose what, with whom, which day and which time: the question in the address, and the times of that day."""

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from flask import abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from booking.deciding import words
from booking.explain import sentence
from booking.facts import Code, Refusal
from booking.forms import DayForm
from booking.hours import local_date, local_minute, start_instant
from booking.own_calendar import may_see
from booking.queries import open_times
from booking.timetable import Practitioner, Service, Timetable, timetable
from booking.wishes import Wish
from portal.errors import DomainError
from portal.models import Profile, StaffMember

AGAINST = {
    Code.PAST: lazy_gettext("That time is over."),
    Code.NO_WORKING_HOURS: lazy_gettext("It is outside the working hours."),
    Code.DOES_NOT_FIT: lazy_gettext("It would begin before the working hours or go on after them."),
    Code.CLOSED_HOLIDAY: lazy_gettext("The clinic is closed then."),
    Code.PRACTITIONER_AWAY: lazy_gettext("The practitioner is away then."),
    Code.FULLY_BOOKED: lazy_gettext("Something else is booked at that time."),
    Code.SLOT_TAKEN: lazy_gettext("Something else is booked at that time."),
    Code.BUFFER: lazy_gettext("Only the pause around another appointment is in the way."),
    Code.NO_ROOM: lazy_gettext("No room is free then."),
    Code.HELD: lazy_gettext("Somebody is booking that time online at the moment."),
    Code.PATIENT_LIMIT: lazy_gettext("This person already has an appointment at that time."),
}


class Time(NamedTuple):
    """One free time: epoch seconds, whether patients can book it too, and with whom (names; empty when one was chosen)."""

    at: int
    is_online: bool
    names: str


class Question(NamedTuple):
    """What is in the address. `at`: a time that was chosen already, epoch seconds."""

    staff: StaffMember
    table: Timetable
    service: Service | None
    practitioner: Practitioner | None
    day: date
    at: int | None
    services: tuple[Service, ...]
    people: tuple[Practitioner, ...]

    def wish(self, profile: Profile | None, **more) -> Wish:
        return Wish(self.service, self.practitioner, profile, staff=True, **more)

    def times(self, wish: Wish, now: datetime) -> tuple[list[Time], str]:
        """The free times of the day, or the sentence why there are none."""
        practice = self.staff.practice
        (found,) = open_times(practice, wish, self.day, self.day, now)
        if not found.starts:
            return [], sentence(found, practice, wish, now, for_staff=True)
        (online,) = open_times(practice, replace(wish, staff=False), self.day, self.day, now) if self.service.is_online else ((),)
        public = set(online.starts) if online else set()
        named = {one.id: one.name for one in self.table.practitioners()}
        anyone = self.practitioner is None
        return [
            Time(at, at in public, ", ".join(named[one] for one in found.starts.practitioners(at)) if anyone else "") for at in found.starts
        ], ""

    @property
    def wall(self) -> str:
        """The chosen time as a clock of the practice shows it: "09:30", empty if none is."""
        minute = None if self.at is None else local_minute(self.table.zone, self.at)
        return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def question(
    staff: StaffMember,
    today: date,
    *,
    service: Service | None = None,
    usual: tuple[int, ...] = (),
    practitioner: Practitioner | None = None,
) -> Question:
    """The address read. `service` is settled; `usual`: the ids of those that are likely, the likeliest first; `practitioner`: with whom, unless the address says.

    404 for who and what is not here, or not this member's.
    """
    table, only = timetable(staff.practice), may_see(staff)
    asked = request.args.get("with", "")
    who = (table.practitioner(asked) or abort(404)) if asked and asked != "any" else None if asked == "any" else practitioner
    if only is not None:
        who = who or table.by_id(only) or abort(404)
        if who.id != only:
            abort(404)
    services = tuple(one for one in table.all_services() if only is None or only in one.practitioners)
    if service is None:
        service = _service(table, services, who, usual)
    if service is not None and who is not None and who.id not in service.practitioners:
        who = None if only is None else who
    people = tuple(one for one in table.practitioners() if (service is None or one.id in service.practitioners) and only in (None, one.id))
    at = _instant()
    day = local_date(table.zone, at) if at is not None else day_asked(today)
    return Question(staff, table, service, who, day, at, services, people)


def _service(table: Timetable, services: tuple[Service, ...], who: Practitioner | None, usual: tuple[int, ...]) -> Service | None:
    """The one in the address; else the likeliest that they give; else the first."""
    if request.args.get("what"):
        found = table.service(request.args["what"]) or abort(404)
        return found if found in services else abort(404)
    given = [one for one in services if who is None or who.id in one.practitioners]
    return min(given, key=lambda one: usual.index(one.id) if one.id in usual else len(usual), default=None)


def _instant() -> int | None:
    """The `at` of the address, within the years that calendars show."""
    return instant_of(request.args.get("at", ""))


def instant_of(typed: str) -> int | None:
    """Epoch seconds of a whole minute in the years that calendars show; None for anything else."""
    at = int(typed) if typed.isdecimal() and typed.isascii() and len(typed) <= 10 else 0
    return at if 946_684_800 <= at < 4_102_444_800 and at % 60 == 0 else None


def day_asked(today: date) -> date:
    """The `date` of the address; today for none and for what is none."""
    try:
        day = date.fromisoformat(request.args.get("date", ""))
    except ValueError:
        return today
    return day if DayForm.FIRST <= day <= DayForm.LAST else today


def wall_instant(zone: str, day: date, typed: str) -> int | None:
    """The instant of "09:30" on a day; None for what is no time."""
    hours, _colon, minutes = (typed or "").strip().partition(":")
    if len(hours) > 2 or not (hours.isdecimal() and minutes[:2].isdecimal() and int(hours) < 24 and int(minutes[:2]) < 60):
        return None
    return start_instant(zone, day, int(hours) * 60 + int(minutes[:2]))


def against(problem: Refusal | DomainError | None) -> list[tuple[str, str]]:
    """What stands in the way, as (the word a form gives back, the sentence); the whole of it. An error that no decision helps has no word."""
    refusal = problem.facts.get("refusal") if isinstance(problem, DomainError) else problem
    if refusal is None:
        return [] if problem is None else [("", str(problem.message))]
    codes = refusal.params.get("codes") or (refusal.code,)
    return [(words((code,))[0], _against(code, refusal.params)) for code in codes]


def _against(code: Code, told: dict) -> str:
    if code is Code.PATIENT_LIMIT and told.get("names"):
        return _("Somebody in the group has another appointment then: %(names)s.", names=told["names"])
    if code is Code.NO_ROOM and told.get("room"):
        return _("The room is taken then.")
    return str(AGAINST.get(code) or _("Something is in the way."))
