"""Appointments when two records become one person's, and when that is taken back (MISSION F8)."""

from collections.abc import Collection
from datetime import datetime
from itertools import combinations

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import reminders
from booking.models import Appointment
from booking.models.appointment import BLOCKING
from booking.queries import coming_of
from portal.database import db
from portal.filters import birth_date, local, moment
from portal.links import today
from portal.merge_journal import Journal
from portal.merge_parts import Conflict, Count, Made, Part, describes, on_preview
from portal.models import Link, Merge, Profile


@on_preview
def preview(source: Profile, target: Profile, now: datetime) -> Part:
    """How many appointments both have, and those that would be at the same time."""
    theirs = select(Appointment).where(Appointment.profile_id.in_((source.id, target.id))).order_by(Appointment.starts_at, Appointment.id)
    found = list(db.session.scalars(theirs.options(joinedload(Appointment.service))))
    by_side = [[one for one in found if one.profile_id == person.id] for person in (source, target)]
    words = [_words(side, now) for side in by_side]
    coming = [one for one in found if one.status in BLOCKING and one.ends_at > now]
    overlaps = [pair for pair in combinations(coming, 2) if pair[0].profile_id != pair[1].profile_id and _overlap(*pair)]
    return Part([Count("appointments", *(len(side) for side in by_side), *words)], [_conflict(*pair, now) for pair in overlaps])


def _words(found: list[Appointment], now: datetime) -> str:
    standing = [one for one in found if not one.is_cancelled]
    coming = [one for one in standing if one.starts_at > now]
    if coming:
        return _("next on %(date)s", date=_date(coming[0]))
    return _("last on %(date)s", date=_date(standing[-1])) if standing else ""


def _date(one: Appointment) -> str:
    return birth_date(local(one.starts_at, one.zone).date(), locale=get_locale())


def _overlap(one: Appointment, other: Appointment) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _conflict(one: Appointment, other: Appointment, now: datetime) -> Conflict:
    when = moment(one.starts_at, one.zone, local(now, one.zone).date(), locale=get_locale())
    said = _("Two appointments are at the same time: %(one)s and %(other)s, %(when)s. Both stay booked.", one=one.service.name, other=other.service.name, when=when)
    low, high = sorted((one.id, other.id))
    return Conflict(f"overlap {low} {high}", said)


def take_over(_sender, merge: Merge, journal: Journal, now: datetime) -> None:
    """The source's appointments, past ones too, are the target's; whoever acts for the person from now on is reminded of them as well."""
    if journal.follow(Appointment.profile_id):
        _remind(merge.target, now)


def give_back(_sender, merge: Merge, back: dict[str, list[int]], now: datetime) -> None:
    """Appointments that are the source's again are reminded of as the source's."""
    if back.get(Appointment.__tablename__):
        _remind(merge.source, now)


def _remind(person: Profile, now: datetime) -> None:
    for appointment in coming_of(person, now):
        reminders.make(appointment, now)


@describes(Appointment.__tablename__)
def made_since(merge: Merge, ids: Collection[int], links: Collection[int]) -> dict[int, Made]:
    """The source's, if it was booked through access that goes back to the source, or else with the practitioner whom only the source saw."""
    whole = (joinedload(Appointment.service), joinedload(Appointment.practitioner), joinedload(Appointment.practice))
    found = db.session.scalars(select(Appointment).where(Appointment.id.in_(ids)).options(*whole))
    backs = set(db.session.scalars(select(Link.id).where(Link.id.in_(links), Link.id.not_in(merge.stood.get("links.profile_id", ())))))
    stood = set(merge.stood.get("appointments.profile_id", ()))
    seen = {is_targets: _practitioners(merge, stood, is_targets, set(ids)) for is_targets in (True, False)}
    return {one.id: Made(_told(one, merge), one.created_at, _is_sources(one, backs, seen)) for one in found}


def _practitioners(merge: Merge, stood: set[int], is_targets: bool, since: set[int]) -> set[int]:
    rows = db.session.execute(select(Appointment.id, Appointment.practitioner_id).where(Appointment.profile_id == merge.target_id))
    return {who for one, who in rows if one not in since and (one in stood) == is_targets}


def _is_sources(one: Appointment, links_back: set[int], seen: dict[bool, set[int]]) -> bool:
    if one.link_id is not None:
        return one.link_id in links_back
    return one.practitioner_id in seen[False] and one.practitioner_id not in seen[True]


def _told(one: Appointment, merge: Merge) -> str:
    when = moment(one.starts_at, one.zone, today(merge.target, one.created_at), locale=get_locale())
    facts = {"service": one.service.name, "practitioner": one.practitioner.name, "when": when}
    if one.is_cancelled:
        return _("Cancelled appointment: %(service)s with %(practitioner)s, %(when)s", **facts)
    return _("Appointment: %(service)s with %(practitioner)s, %(when)s", **facts)
