"""Who has access to a person and who was invited: the rows of staff pages, read in a few statements however many there are."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal import invitations, links, mailed_links, tombstones
from portal.access import SELF
from portal.batch_results import mail_states
from portal.database import db
from portal.mailed_links import CLAIM, COPIED
from portal.models import Account, Invitation, Link, MailedLink, OutboxMail, Profile, StaffMember
from portal.models.invitation import UNANSWERED, UNSETTLED
from portal.public_url import public_url
from portal.staff.finding import seen_by

# What became of the newest mail of an invitation: see OutboxMail.state.
_DELIVERY = {"sent": "delivered", "failed": "failed", "aborted": "failed", "held": "held"}

_NOT_ARRIVED = tuple(state for state, delivery in _DELIVERY.items() if delivery == "failed")


class Access(NamedTuple):
    """A link and who gave it: an account's name, empty when the person made it themselves online or nobody knows."""

    link: Link
    given_by: str


class Contact(NamedTuple):
    """Somebody to ring about a person: their `link`, their telephone number or an empty string, and `page`, their own record among
    the people this staff member may see, or None."""

    link: Link
    phone: str
    page: Profile | None


class Invited(NamedTuple):
    """An invitation as it stands: `state` of Invitation.state; `delivery`: delivered, failed, held or waiting; `address`: to be copied, or empty."""

    invitation: Invitation
    state: str
    delivery: str
    address: str = ""


def link_to(person: Profile, public_id: str) -> Link | None:
    """Access to this person that was not taken away."""
    found = select(Link).where(Link.profile_id == person.id, Link.public_id == public_id, Link.revoked_at.is_(None))
    return db.session.scalar(found.options(joinedload(Link.account), joinedload(Link.profile).joinedload(Profile.practice)))


def carrier_of(person: Profile, public_id: str) -> Link | None:
    """Where access goes on that a merge united with other access to this person; None if it has ended since."""
    united = select(Link).where(Link.profile_id == person.id, Link.public_id == public_id, Link.united_with_id.is_not(None))
    found = db.session.scalar(united)
    return link_to(person, tombstones.carrier(found).public_id) if found is not None else None


def invitation_of(staff: StaffMember, public_id: str) -> Invitation | None:
    """One that was neither taken up nor deleted, for a person this staff member may see."""
    found = select(Invitation).join(Invitation.profile).where(Invitation.public_id == public_id, *UNSETTLED, *seen_by(staff))
    return db.session.scalar(
        found.options(contains_eager(Invitation.profile).joinedload(Profile.practice), joinedload(Invitation.invited_by))
    )


def access_to(person: Profile) -> list[Access]:
    """Everybody with access, the person's own account first."""
    found = links.links_to(person)
    staff_asked = dict(db.session.execute(_inviters(person)).all())
    givers = {link.id: link.given_by_id or staff_asked.get(link.id) for link in found}
    ids = {giver for giver in givers.values() if giver}
    names = {one.id: one.name for one in db.session.scalars(select(Account).where(Account.id.in_(ids)))} if ids else {}
    return [Access(link, names.get(givers[link.id], "")) for link in found]


def contacts(staff: StaffMember, person: Profile, on: date) -> list[Contact]:
    """Who acts for the person on the practice's date, whom to contact first before the others. Two statements."""
    acting = [link for link in links.links_to(person) if not link.is_self and link.is_live(on)]
    acting.sort(key=lambda link: link.primary_at is None)
    ids = [link.account_id for link in acting]
    own = (Link.account_id.in_(ids), Link.relationship == SELF, Link.revoked_at.is_(None), Link.practice_id == staff.practice_id)
    records = select(Link.account_id, Profile, and_(*seen_by(staff))).join(Link.profile).where(*own)
    found = (
        {account_id: (profile.phone, profile if seen else None) for account_id, profile, seen in db.session.execute(records)} if ids else {}
    )
    both = [(link, *found.get(link.account_id, ("", None))) for link in acting]
    return [Contact(link, phone or link.account.phone, page) for link, phone, page in both]


def _inviters(person: Profile):
    return select(Invitation.link_id, Invitation.invited_by_id).where(Invitation.profile_id == person.id, Invitation.link_id.is_not(None))


def invitations_to(person: Profile, now: datetime) -> list[Invited]:
    """Every invitation for this person that was not deleted, newest first; those that wait with the address to copy."""
    found = select(Invitation).where(Invitation.profile_id == person.id, Invitation.deleted_at.is_(None))
    rows = list(db.session.scalars(found.options(joinedload(Invitation.invited_by)).order_by(Invitation.id.desc())))
    return as_they_stand(rows, now, with_address=True)


def undelivered(staff: StaffMember, now: datetime, *which) -> list[Invitation]:
    """Those that wait for an answer and whose newest mail did not arrive, the oldest first; none to somebody themselves
    who signs in by now. `which`: further conditions."""
    failed = (OutboxMail.practice_id == staff.practice_id, OutboxMail.template == "invitation", OutboxMail.state.in_(_NOT_ARRIVED))
    told = db.session.execute(select(OutboxMail.about, OutboxMail.refs).where(*failed)).all()
    ids = {one for about, refs in told for one in (int(about.partition(":")[2] or 0), *refs.get("also", ()))}
    own = exists().where(Link.profile_id == Invitation.profile_id, Link.relationship == SELF, Link.revoked_at.is_(None))
    # who signs in as themselves needs none
    mine = (
        Invitation.id.in_(ids),
        ~and_(Invitation.relationship == SELF, own),
        *UNANSWERED,
        *seen_by(staff),
        *which,
    )
    found = select(Invitation).join(Invitation.profile).where(*mine).options(contains_eager(Invitation.profile)).order_by(Invitation.id)
    rows = list(db.session.scalars(found)) if ids else []
    return [one.invitation for one in as_they_stand(rows, now) if one.delivery == "failed" and one.state in ("open", "expired")]


def as_they_stand(rows: Collection[Invitation], now: datetime, with_address: bool = False) -> list[Invited]:
    mails, waiting = _delivery(rows), [one for one in rows if one.state(now) == "open"]
    addresses = _addresses(waiting) if with_address else {}
    return [Invited(one, one.state(now), mails.get(invitations.about(one), "waiting"), addresses.get(one.id, "")) for one in rows]


def _delivery(rows: Collection[Invitation]) -> dict[str, str]:
    """What became of the newest mail of each."""
    if not rows:
        return {}
    newest = (
        select(func.max(OutboxMail.id)).where(OutboxMail.about.in_([invitations.about(one) for one in rows])).group_by(OutboxMail.about)
    )
    found = db.session.execute(select(OutboxMail.about, OutboxMail.state).where(OutboxMail.id.in_(newest)))
    states = dict(found.all())
    sharing = {one.batch_id for one in rows if one.batch_id and invitations.about(one) not in states}  # one mail for all of an address
    states |= {f"invitation:{one}": state for batch_id in sharing for one, state in mail_states(batch_id).items()}
    return {about: _DELIVERY.get(state, "waiting") for about, state in states.items()}


def _addresses(rows: Collection[Invitation]) -> dict[int, str]:
    """The address of the newest link of each, to be passed on by hand."""
    if not rows:
        return {}
    mine = (MailedLink.purpose == CLAIM, MailedLink.invitation_id.in_([one.id for one in rows]), MailedLink.replaced_at.is_(None))
    found = db.session.scalars(select(MailedLink).where(*mine, MailedLink.revoked_at.is_(None)))
    return {link.invitation_id: public_url("portal.claim", token=mailed_links.token(link, COPIED)) for link in found}
