"""Appointments when two records become one person's, and when that is taken back (MISSION F8)."""

from collections.abc import Collection
from datetime import datetime
from itertools import combinations

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from booking import payment_merging, reminders
from booking.models import Appointment, UsualCare
from booking.models.appointment import BLOCKING
from booking.queries import coming_of
from portal.database import db
from portal.filters import bare_day, birth_date, local, moment
from portal.links import today
from portal.merge_journal import Journal
from portal.merge_parts import Conflict, Count, Made, Part, describes, on_preview, on_undo
from portal.models import Account, LedgerLine, Link, Merge, MergeChange, Profile, StaffMember


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
    """ "6 past, last on 11 March; 1 to come; 1 cancelled"; together they are all there are."""
    standing = [one for one in found if not one.is_cancelled]
    past, coming = [one for one in standing if one.starts_at <= now], [one for one in standing if one.starts_at > now]
    said = [_("%(num)s past, last on %(date)s", num=len(past), date=_date(past[-1], now))] if past else []
    if coming:
        said.append(_("%(num)s to come, next on %(date)s", num=len(coming), date=_date(coming[0], now)))
    if len(standing) < len(found):
        said.append(ngettext("%(num)s cancelled", "%(num)s cancelled", len(found) - len(standing)))
    return "; ".join(said)


def _date(one: Appointment, now: datetime) -> str:
    """Without the year where it is this one."""
    day, today_there = local(one.starts_at, one.zone).date(), local(now, one.zone).date()
    return (bare_day if day.year == today_there.year else birth_date)(day, locale=get_locale())


def _overlap(one: Appointment, other: Appointment) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _conflict(one: Appointment, other: Appointment, now: datetime) -> Conflict:
    when = moment(one.starts_at, one.zone, local(now, one.zone).date(), locale=get_locale())
    said = _(
        "Two appointments are at the same time: %(one)s and %(other)s, %(when)s. Both stay booked.",
        one=one.service.name,
        other=other.service.name,
        when=when,
    )
    low, high = sorted((one.id, other.id))
    return Conflict(f"overlap {low} {high}", said)


def take_over(_sender, merge: Merge, journal: Journal, now: datetime) -> None:
    """The source's appointments, past ones too, are the target's; whoever acts for the person from now on, and an address that came with
    the other record, is reminded of everything, of what was the target's before as well."""
    journal.follow(UsualCare.profile_id)
    journal.follow(Appointment.profile_id)
    _remind(merge.target, now)
    payment_merging.follow(journal)


def give_back(_sender, merge: Merge, back: dict[str, list[int]], now: datetime) -> None:
    """Both have their own appointments and their own people again, and are reminded so: access that the merge ended returns, too."""
    if back.get(Appointment.__tablename__):
        payment_merging.give_back(merge, back[Appointment.__tablename__])
    for person in (merge.source, merge.target):
        _remind(person, now)


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
    names = _bookers(ids)
    return {
        one.id: Made(
            _told(one, merge, names[one.id]), one.created_at, _is_sources(one, backs, seen), one.booked_by_id if one.link_id else None
        )
        for one in found
    }


def _practitioners(merge: Merge, stood: set[int], is_targets: bool, since: set[int]) -> set[int]:
    rows = db.session.execute(select(Appointment.id, Appointment.practitioner_id).where(Appointment.profile_id == merge.target_id))
    return {who for one, who in rows if one not in since and (one in stood) == is_targets}


def _is_sources(one: Appointment, links_back: set[int], seen: dict[bool, set[int]]) -> bool:
    if one.link_id is not None:
        return one.link_id in links_back
    return one.practitioner_id in seen[False] and one.practitioner_id not in seen[True]


def _bookers(ids: Collection[int]) -> dict[int, str]:
    """Appointment id → who booked it: a member of staff, or whoever acts."""
    account = func.coalesce(StaffMember.account_id, Appointment.booked_by_id)
    rows = (
        select(Appointment.id, Account)
        .outerjoin(StaffMember, StaffMember.id == Appointment.booked_by_staff_id)
        .join(Account, Account.id == account)
    )
    return {id_: account.name for id_, account in db.session.execute(rows.where(Appointment.id.in_(ids)))}


def _told(one: Appointment, merge: Merge, booker: str) -> str:
    when = moment(one.starts_at, one.zone, today(merge.target, one.created_at), locale=get_locale())
    facts = {"service": one.service.name, "practitioner": one.practitioner.name, "when": when, "name": booker}
    if one.is_cancelled:
        return _("Cancelled appointment: %(service)s with %(practitioner)s, %(when)s, booked by %(name)s", **facts)
    return _("Appointment: %(service)s with %(practitioner)s, %(when)s, booked by %(name)s", **facts)


@on_undo
def changed_since(merge: Merge) -> list[Made]:
    """Appointments of either side that somebody has cancelled or moved since, as they are now: undoing a merge undoes none of that."""
    stood = set(merge.stood.get("appointments.profile_id", ()))
    went_over = select(MergeChange.row_id).where(MergeChange.merge_id == merge.id, MergeChange.table_name == Appointment.__tablename__)
    there, lines = stood | set(db.session.scalars(went_over)), _last_lines(merge)
    changed = {id_ for id_, _is_move in lines} & there  # what was made since is asked about
    found = select(Appointment).where(Appointment.id.in_(changed)).order_by(Appointment.starts_at, Appointment.id)
    told = []
    for one in db.session.scalars(
        found.options(joinedload(Appointment.service), joinedload(Appointment.practitioner), joinedload(Appointment.practice))
    ):
        line, by = lines.get((one.id, not one.is_cancelled), (None, ""))
        if line is not None:
            told.append(Made(_changed(one, line, by), line.at, one.id not in stood))
    return told


def _last_lines(merge: Merge) -> dict[tuple[int, bool], tuple[LedgerLine, str]]:
    """Appointment id and whether it was moved (or else cancelled) → the last line since that says so, with the name of who did it."""
    verbs = ("cancelled", "moved", "handed_over")
    mine = (LedgerLine.profile_id == merge.target_id, LedgerLine.at >= merge.merged_at, LedgerLine.verb.in_(verbs))
    rows = db.session.execute(
        select(LedgerLine, Account).outerjoin(Account, Account.id == LedgerLine.account_id).where(*mine).order_by(LedgerLine.id)
    )
    return {(line.facts["appointment"], line.verb == "moved"): (line, account.name if account else _("Somebody")) for line, account in rows}


def _changed(one: Appointment, line: LedgerLine, by: str) -> str:
    facts = {"service": one.service.name, "practitioner": one.practitioner.name, "name": by}
    facts["when"] = moment(one.starts_at, one.zone, local(line.at, one.zone).date(), locale=get_locale())
    if one.is_cancelled:
        return _("Cancelled by %(name)s: %(service)s with %(practitioner)s, %(when)s", **facts)
    return _("Moved by %(name)s: %(service)s with %(practitioner)s, now %(when)s", **facts)
