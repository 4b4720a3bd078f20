"""How a staff page is made: the frame around it, and a trace of whose data it showed."""

from collections.abc import Iterable
from datetime import datetime

from flask import flash, render_template

from portal.links import today
from portal.models import Profile, StaffMember
from portal.permissions import MERGE
from portal.queries import count_waiting
from portal.reading import note_viewed
from portal.staff.finding import may_invite


def frame(staff: StaffMember) -> dict:
    """What templates/staff/base.html needs."""
    return {"staff": staff, "may_invite": may_invite(staff), "waiting": count_waiting(staff) if staff.may(MERGE) else None}


def staff_page(template: str, staff: StaffMember, now: datetime, people: Iterable[int], **facts) -> str:
    """The page; `people` are the ids of the profiles it shows. `waiting`: how many registrations, None for who may not see them."""
    around = frame(staff) if "waiting" not in facts else {"staff": staff, "may_invite": may_invite(staff)}
    page = render_template(template, **around, **facts)
    note_viewed(staff, people, now)
    return page


def person_page(template: str, staff: StaffMember, person: Profile, now: datetime, others: Iterable[int] = (), **facts) -> str:
    """A page about one person, with `day`, the date at their practice; its template extends staff/person_base.html.
    `others`: the ids of further profiles it shows."""
    return staff_page(template, staff, now, people=[person.id, *others], person=person, day=today(person, now), **facts)


def say_with_undo(words: str, undo: str) -> None:
    """Flash `words` with a button that undoes what they say: a POST to the address `undo` (templates/staff/base.html)."""
    flash(words, f"undo {undo}")


def say_with_link(words: str, address: str, label: str) -> None:
    """Flash `words` with a link beside them."""
    flash(words, f"link {address} {label}")
