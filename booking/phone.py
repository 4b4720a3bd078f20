"""Answer the phone: the sentence a person reads online about a day, what is behind it, and what would open the day (MISSION F2).

The sentence is not made here. The wish is the one the person's own page asks with, and goes through the same two functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import behind, newcomers, queries
from booking.behind import Source
from booking.disclosure import blind_account, knows_all
from booking.errors import ClosedToNew, DomainError, NotOffered, OnlyForNew, OnlyForReturning, TakesNoNew
from booking.explain import sentence
from booking.facts import Code, Day
from booking.hours import day_start, local_date, subtract
from booking.judgement import taken_between, taken_by_all
from booking.models import Practitioner
from booking.opening import Opening, opening
from booking.opening_steps import Asked, is_reached
from booking.plan import Practitioner as Planned
from booking.queries import Start
from booking.timetable import Timetable, timetable
from booking.whatif import Parts
from booking.wishes import Wish
from portal.access import BOOK
from portal.database import db
from portal.models import Link, Profile, StaffMember

NEAREST = 3


@dataclass(frozen=True)
class Answer:
    """What is told about one date. `day` is the person's answer, `desk` the staff's own: no horizon, notice, caps or limits.

    `objection`: why this person may not book this at all; then no day helps. `others_read`: what those read who book for the person and
    may not know all. `gap`: the longest free stretch of the practitioner(s) that day, in minutes.
    """

    parts: Parts
    wish: Wish
    on: date
    day: Day
    sentence: str
    objection: DomainError | None
    others_read: tuple[str, ...]
    desk: Day
    gap: int
    sources: list[Source]
    nearest: list[Start]
    opening: Opening | None


def wish_of(service, practitioner: Planned | None, profile: Profile | None) -> Wish:
    """The question as the person themself asks it online, who may know everything of what they have already."""
    return Wish(service, practitioner, profile)


def has_left(staff: StaffMember, public_id: str) -> bool:
    """Whether this is somebody who worked here once."""
    theirs = (Practitioner.public_id == public_id, Practitioner.practice_id == staff.practice_id, Practitioner.left_at.is_not(None))
    return bool(public_id) and db.session.scalar(select(Practitioner.id).where(*theirs)) is not None


def told(staff: StaffMember, wish: Wish, on: date, now: datetime) -> Answer:
    """Everything the page says. A dozen statements, whatever the size of the practice."""
    practice, table, instant = staff.practice, timetable(staff.practice), int(now.timestamp())
    (day,) = queries.open_times(practice, wish, on, on, now)
    (desk,) = queries.open_times(practice, replace(wish, staff=True), on, on, now)
    said = sentence(day, practice, wish, now)
    problem = objection(staff, wish, now)
    asked = Asked(practice, table, wish, on, instant, taken_between(table, wish, on, on, instant))
    closed_by = _against(asked, problem) if problem else [] if day.starts else _closed_by(asked, day)
    opens = (
        None
        if day.starts or problem or day.code is Code.PAST
        else opening(asked, _people(table, wish), lambda first, last: taken_by_all(table, first, last, instant))
    )
    return Answer(
        table.parts, wish, on, day, said, problem, _others_read(staff, wish, on, now, said), desk, longest_gap(asked, _people(table, wish)), closed_by,
        [] if problem else queries.nearest(practice, wish, day_start(table.zone, on, 1), now, NEAREST), opens,
    )  # fmt: skip


def objection(staff: StaffMember, wish: Wish, now: datetime) -> DomainError | None:
    """Why the person, or somebody new, may not book this online at all."""
    if not _people(timetable(staff.practice), wish):
        return NotOffered(gettext("This cannot be booked online."))
    if wish.profile is None:
        return newcomers.objection(staff.practice, wish.service, wish.practitioner)
    return queries.objection(staff.practice, wish, now)


def _people(table: Timetable, wish: Wish) -> tuple[Planned, ...]:
    """Who could be booked online for this; "anyone" is never somebody who takes no new people (timetable.groups)."""
    if wish.practitioner is None:
        return tuple(one for one in table.offered_by(wish.service) if not one.closed_to_new)
    return tuple(one for one in table.offered_by(wish.service) if one.id == wish.practitioner.id)


def _closed_by(asked: Asked, day: Day) -> list[Source]:
    """The settings behind the day's code, of those practitioners whose own answer it is."""
    each = [replace(asked, wish=replace(asked.wish, practitioner=one)) for one in _people(asked.table, asked.wish)]
    same = [one for one in each if one.day.code is day.code]
    found = (
        behind.sources(asked.practice, one.parts, one.table, one.wish.service, [one.who], day, lambda row, one=one: is_reached(one, row))
        for one in same
    )
    return list({(source.kind, source.part, source.row_id, source.number): source for sources in found for source in sources}.values())


def _against(asked: Asked, problem: DomainError) -> list[Source]:
    """The setting behind an objection: a service for first visits only, a practice that takes no new people …"""
    kinds = {
        ClosedToNew: "closed_to_new",
        OnlyForNew: "for_people",
        OnlyForReturning: "for_people",
        NotOffered: "offline",
        TakesNoNew: "takes_no_new",
    }
    kind = kinds.get(type(problem))
    return behind.against(asked.parts, asked.wish.service, asked.wish.practitioner, kind) if kind else []


def _others_read(staff: StaffMember, wish: Wish, on: date, now: datetime, said: str) -> tuple[str, ...]:
    """Where a rule about the person closes the day, whoever may not know of it reads another sentence."""
    if wish.profile is None:
        return ()
    live = select(Link).where(Link.profile_id == wish.profile.id, Link.revoked_at.is_(None)).options(joinedload(Link.profile))
    today, found = local_date(staff.practice.zone, int(now.timestamp())), {}
    for link in db.session.scalars(live):
        if link.allows(BOOK, today) and (not knows_all(link, today) or blind_account(link, today)):
            theirs = replace(wish, discreet=not knows_all(link, today), only_by=blind_account(link, today))
            (day,) = queries.open_times(staff.practice, theirs, on, on, now)
            found[sentence(day, staff.practice, theirs, now)] = True
    return tuple(one for one in found if one and one != said)


def longest_gap(asked: Asked, people: Iterable[Planned]) -> int:
    """The longest stretch in the hours of the date, closures and absences taken out, in which nobody is booked; minutes."""
    longest = 0
    for one in people:
        for place in asked.table.locations:
            begins, over = day_start(place.zone, asked.on), day_start(place.zone, asked.on, 1)
            hours = (window._replace(services=None) for window in asked.table.windows(one.id, place, asked.on, asked.on))
            busy = [(row.start, row.end) for row in asked.taken.busy.get(one.id, ()) if row.start < row.end]
            free = subtract(hours, [*asked.table.closures(place, asked.on, asked.on), *asked.table.absences(one.id), *busy])
            longest = max([longest, *(min(gap.end, over) - max(gap.start, begins) for gap in free)])
    return longest // 60
