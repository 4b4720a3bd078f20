"""A person asks to be forgotten, staff decide; what the law keeps stays until its day, then it is erased and only counts are left. Use cases.

The rest of the house says when somebody was last seen and what still stands in the way, and takes part in both through portal/signals.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import consents, invitations, keeping, ledger, links, outbox, own_access, own_details, tombstones
from portal.database import db
from portal.errors import DomainError, on_violation
from portal.forgotten_rows import GOES_NOW, blank, cut_off, erase_rows
from portal.merge_parts import Conflict, Part, on_preview
from portal.models import ForgetRequest, Invitation, Link, OutboxMail, Profile, StaffMember
from portal.models.invitation import UNANSWERED
from portal.own_fields import ERASED, FORGET_ASKED, FORGET_REFUSED, FORGET_TAKEN_BACK, FORGOTTEN
from portal.signals import profile_erased

MOST = 50  # erased in one transaction


class AlreadyAsked(DomainError):
    message = _("This was asked for already. The clinic answers by mail.")


class DecidedMeanwhile(DomainError):
    message = _("Somebody has decided about this, or the person has taken it back.")


class AnotherRecord(DomainError):
    """Merged or parted since the page was shown: it would be another record, and nothing brings one back."""

    message = _("This record changed while you were looking. Check it again.")


class StillComing(DomainError):
    message = _("An appointment is still to come. Cancel it first, or wait until it is over.")


on_violation(AlreadyAsked, "uq_forget_requests_waiting", "forget_requests.profile_id")


@dataclass(frozen=True)
class Kept:
    """What has to stay, and its last day: of the care, so many `years` after `last_on`, when they were seen last; of the receipts. None:
    nothing has to."""

    last_on: date | None
    care_until: date | None
    years: int
    receipts_until: date | None

    @property
    def until(self) -> date | None:
        return max((day for day in (self.care_until, self.receipts_until) if day), default=None)


_last: list[Callable[[Profile, datetime], date | None]] = []
_receipts: list[Callable[[Profile], date | None]] = []
_obstacles: list[Callable[[Profile, datetime], bool]] = []


def on_last_seen(find: Callable[[Profile, datetime], date | None]):
    """Have `find(profile, now)` say on which local date the person was last seen."""
    _last.append(find)
    return find


def on_last_receipt(find: Callable[[Profile], date | None]):
    """Have `find(profile)` say of which local date the person's last receipt is."""
    _receipts.append(find)
    return find


def on_still_coming(find: Callable[[Profile, datetime], bool]):
    """Have `find(profile, now)` say whether the person is still expected."""
    _obstacles.append(find)
    return find


def kept(profile: Profile, now: datetime) -> Kept:
    practice = profile.practice
    seen = [day for day in (find(profile, now) for find in _last) if day]
    last_on, years = max(seen, default=None), practice.keeps_years or keeping.usual_years(practice.country, practice.region)
    paid_on = max((day for day in (find(profile) for find in _receipts) if day), default=None)
    care_until = keeping.until(last_on, profile.born_on, years, keeping.of_age(practice.country, practice.region))
    return Kept(last_on, care_until, years, keeping.until_books(paid_on))


def is_coming(profile: Profile, now: datetime) -> bool:
    return any(find(profile, now) for find in _obstacles)


def waiting_for(profile: Profile) -> ForgetRequest | None:
    """The one that waits for an answer, of the person or of a record merged into theirs."""
    ids = [profile.id, *tombstones.sources(profile)]
    open_ones = (ForgetRequest.granted_at.is_(None), ForgetRequest.refused_at.is_(None), ForgetRequest.taken_back_at.is_(None))
    return db.session.scalar(select(ForgetRequest).where(ForgetRequest.profile_id.in_(ids), *open_ones).order_by(ForgetRequest.id).limit(1))


@on_preview
def in_a_merge(source: Profile, target: Profile, now: datetime) -> Part:
    """Whoever asked, asked about a record that is to become more than it was; and nothing brings back what is forgotten."""
    waits = [one for one in (waiting_for(source), waiting_for(target)) if one]
    return Part([], [Conflict(f"forget {one.public_id}", _asked(one)) for one in waits])


def _asked(request: ForgetRequest) -> str:
    return gettext(
        "%(name)s asked that one of these records be forgotten, and nobody has decided. Once merged, it is about both.",
        name=request.account.name,
    )


def ask(link: Link, reason: str, now: datetime) -> ForgetRequest:
    """Raises AlreadyAsked, NotToChange, NotYoursToDecide."""
    link, _there = own_details.standing(link, now)
    if waiting_for(link.profile) or link.profile.forgotten_at:
        raise AlreadyAsked()
    whose = {"practice_id": link.practice_id, "profile_id": link.profile_id, "account_id": link.account_id, "link_id": link.id}
    request = ForgetRequest(**whose, reason=reason, asked_at=now)
    db.session.add(request)
    db.session.flush()
    ledger.record(FORGET_ASKED, now, profile=link.profile, account=link.account, link=link, **{"as": "person"})
    return request


def take_back(link: Link, now: datetime) -> None:
    """By whoever asked. Raises DecidedMeanwhile."""
    link = links.locked(link)
    request = waiting_for(link.profile)
    if request is None or request.account_id != link.account_id or not own_access.sees(link, links.today(link.profile, now)):
        raise DecidedMeanwhile()
    locked(request).taken_back_at = now
    ledger.record(FORGET_TAKEN_BACK, now, profile=link.profile, account=link.account, link=link, **{"as": "person"})


def locked(request: ForgetRequest) -> ForgetRequest:
    """As it is in the database now. Raises DecidedMeanwhile."""
    found = db.session.get(ForgetRequest, request.id, with_for_update=True, populate_existing=True)
    if not found.is_waiting:
        raise DecidedMeanwhile()
    return found


def refuse(staff: StaffMember, request: ForgetRequest, answer: str, now: datetime) -> None:
    """`answer`: a sentence to the person. Raises DecidedMeanwhile."""
    profile = tombstones.standing(request.profile_id)
    request = locked(request)
    request.refused_at, request.decided_by_id, request.answer = now, staff.account_id, answer
    ledger.record(FORGET_REFUSED, now, profile=profile, account=staff.account, **{"as": "staff"})
    _mail(request, now)


def grant(staff: StaffMember, request: ForgetRequest, whose: str, now: datetime) -> Kept:
    """Everything goes that need not stay. `whose`: public id of the person whom staff looked at. Raises DecidedMeanwhile, AnotherRecord, StillComing."""
    profile = tombstones.standing(request.profile_id)
    request = locked(request)
    if profile.public_id != whose or tombstones.survivor(request.profile).id != profile.id:
        raise AnotherRecord()
    if is_coming(profile, now):
        raise StillComing()
    stays = kept(profile, now)
    request.granted_at, request.decided_by_id = now, staff.account_id
    request.keep_until = stays.until or links.today(profile, now) - timedelta(days=1)
    for channel in consents.CHANNELS:
        consents.answer(profile, channel, False, now, staff.account, as_staff=True)
    _end_access(profile, request, staff, now)
    _stop_mail(profile)
    profile.forgotten_at = now
    for row in (profile, *_merged(profile)):
        blank(row, GOES_NOW)
    db.session.flush()
    cut_off(profile, [profile.id, *tombstones.sources(profile)], staff, now)
    ledger.record(FORGOTTEN, now, profile=profile, account=staff.account, until=stays.until and stays.until.isoformat(), **{"as": "staff"})
    _mail(request, now)
    return stays


def _merged(profile: Profile) -> list[Profile]:
    ids = tombstones.sources(profile)
    return list(db.session.scalars(select(Profile).where(Profile.id.in_(ids)))) if ids else []


def _end_access(profile: Profile, request: ForgetRequest, staff: StaffMember, now: datetime) -> None:
    """Whoever asked reads it in the answer; the others are told as always."""
    for link in links.links_to(profile):
        if link.account_id == request.account_id:
            links.locked(link).revoke(now, staff.account)
            ledger.record("access_ended", now, profile=profile, account=staff.account, link=link, **{"as": "staff"})
        else:
            links.revoke(link, now, by=staff.account, as_staff=True)
    for invitation in db.session.scalars(select(Invitation).where(Invitation.profile_id == profile.id, *UNANSWERED)):
        invitations.delete(invitation, now, by=staff)


def _stop_mail(profile: Profile) -> None:
    """What waits for the address in the record, if it is of no other record (a family's may be of several). What waits for accounts, and
    texts, are judged by access and consent when they are due."""
    shared = select(Profile.id).where(Profile.practice_id == profile.practice_id, Profile.email == profile.email, Profile.id != profile.id)
    if not profile.email or db.session.scalar(shared.where(Profile.merged_at.is_(None)).limit(1)):
        return
    waits = (OutboxMail.practice_id == profile.practice_id, OutboxMail.to_address == profile.email, OutboxMail.account_id.is_(None))
    for mail in db.session.scalars(select(OutboxMail).where(*waits, OutboxMail.state.in_(("queued", "held")))):
        mail.state = "superseded"


def _mail(request: ForgetRequest, now: datetime) -> None:
    account, dedupe = request.account, f"forget_answered:{request.id}"
    outbox.enqueue(
        "forget_answered",
        to=account.email,
        refs={"request": request.id},
        dedupe=dedupe,
        now=now,
        account=account,
        practice_id=request.practice_id,
    )


# --- when the day has come ---


def sweep(now: datetime, until: datetime | None = None) -> None:
    """Erase what no law keeps any longer, some at a time. `until`: whose day was over by then; None: now."""
    until = until or now
    due = (ForgetRequest.granted_at.is_not(None), ForgetRequest.erased_at.is_(None), ForgetRequest.keep_until < until.date())
    for request in db.session.scalars(select(ForgetRequest).where(*due).order_by(ForgetRequest.id).limit(MOST).with_for_update()):
        profile = tombstones.standing(request.profile_id)
        if links.today(profile, until) <= request.keep_until or not _may_go(profile, request, until):
            continue
        ids = [profile.id, *tombstones.sources(profile)]
        for row in (profile, *_merged(profile)):
            blank(row)
        db.session.flush()
        erase_rows(ids, until)
        profile_erased.send(None, profile_ids=ids, now=now)
        for one in db.session.scalars(select(ForgetRequest).where(ForgetRequest.profile_id.in_(ids))):
            one.reason, one.answer = "", ""  # of what was asked before and refused, too
        request.erased_at = now
        ledger.record(ERASED, now, profile=profile)


def _may_go(profile: Profile, request: ForgetRequest, now: datetime) -> bool:
    """Not who is not forgotten any more, and not who came again since: then the record is kept for that visit, too."""
    stays, today = kept(profile, now), links.today(profile, now)
    came = stays.last_on is not None and stays.last_on > links.today(profile, request.granted_at)
    if not came and not is_coming(profile, now):
        return profile.forgotten_at is not None
    request.keep_until = max(stays.until or today, today)
    return False
