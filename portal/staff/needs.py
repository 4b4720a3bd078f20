""" "Needs you" on the Today page: sentences that are links (LOOK §4.13). Practitioners see those of their own people.

For who may merge: people who are in the records twice. For who may invite: invitations that were refused or did not arrive,
access to look at again, young people whom nobody can sign in for any more. The rest of the house adds its own (panels.on_needs), first.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload

from portal import batch_results, own_accounts
from portal.access import SELF
from portal.database import db
from portal.filters import day, local
from portal.models import Invitation, Link, Profile, StaffMember
from portal.permissions import MERGE
from portal.staff import accounts_of, alike
from portal.staff.finding import may_invite, seen_by
from portal.staff.panels import Panel, needs_of, on_today

REVIEW_WITHIN, LATELY = timedelta(days=30), timedelta(days=30)
MOST = 6  # sentences of one kind


@on_today
def needs(staff: StaffMember, now: datetime) -> Panel:
    """`groups`: of each kind some sentences with their addresses, and how many more there are."""
    on = local(now, staff.practice.zone).date()
    found = [*needs_of(staff, now)]
    found += [list(kind(staff)) for kind in (alike.known_already, alike.duplicates)] if staff.may(MERGE) else []
    found += [list(kind(staff, on, now)) for kind in (_young, _to_review, _refused, _undelivered, _paused)] if may_invite(staff) else []
    groups = [(one[:MOST], len(one[MOST:])) for one in found if one]
    return Panel(
        "staff/_needs.html", {"groups": groups}, {person_id for some, _more in groups for _words, _url, person_id in some if person_id}, []
    )


def _line(staff: StaffMember, words: str, person: Profile) -> tuple[str, str, int]:
    return words, url_for("staff.portal_accounts", slug=staff.practice.slug, public_id=person.public_id), person.id


def _young(staff: StaffMember, on: date, now: datetime) -> Iterable[tuple]:
    young = own_accounts.without_own(staff.practice, on, *seen_by(staff))
    asked = _latest_asked([one.profile.id for one in young])
    for one in young:
        invitation, facts = asked.get(one.profile.id), {"name": one.profile.name, "age": one.age}
        state = invitation.state(now) if invitation else ""
        if state == "open":
            continue  # it is for them to answer
        if state == "expired":
            words = _("%(name)s turned %(age)s. The link to an account of their own has expired: send it again.", **facts)
        elif invitation or own_accounts.address(one.profile):
            words = _("%(name)s turned %(age)s and has no account of their own yet: invite them.", **facts)
        elif one.profile.email:
            words = _(
                "%(name)s turned %(age)s. Nobody can sign in for their own account yet: the email on record is somebody else’s. Add theirs.",
                **facts,
            )
        else:
            words = _("%(name)s turned %(age)s. Nobody can sign in for their own account yet: add their email.", **facts)
        yield _line(staff, words, one.profile)


def _latest_asked(profile_ids: list[int]) -> dict[int, Invitation]:
    """The newest invitation of each to themselves."""
    mine = select(Invitation).where(Invitation.profile_id.in_(profile_ids), Invitation.relationship == SELF).order_by(Invitation.id)
    return {one.profile_id: one for one in db.session.scalars(mine)} if profile_ids else {}


def _to_review(staff: StaffMember, on: date, now: datetime) -> Iterable[tuple]:
    due = (Link.practice_id == staff.practice_id, Link.review_on <= on + REVIEW_WITHIN, Link.revoked_at.is_(None))
    found = select(Link).join(Link.profile).where(*due, *seen_by(staff)).options(joinedload(Link.account), joinedload(Link.profile))
    for link in db.session.scalars(found.order_by(Link.review_on, Link.id)):
        if link.is_live(on):
            facts = {"account": link.account.name, "person": link.profile.name, "day": day(link.review_on, on, locale=get_locale())}
            late = link.review_on < on
            yield _line(
                staff,
                _("Is it still right that %(account)s acts for %(person)s? You wanted to ask by %(day)s.", **facts)
                if late
                else _("Ask by %(day)s whether it is still right that %(account)s acts for %(person)s.", **facts),
                link.profile,
            )


def _refused(staff: StaffMember, on: date, now: datetime) -> Iterable[tuple]:
    newer = aliased(Invitation)
    again = exists().where(newer.profile_id == Invitation.profile_id, newer.created_at > Invitation.refused_at)
    mine = (
        Invitation.practice_id == staff.practice_id,
        Invitation.refused_at > now - LATELY,
        Invitation.deleted_at.is_(None),
        Invitation.is_from_staff,
    )
    for one in _invitations(staff, *mine, ~again):
        words = _(
            "The invitation for %(person)s reached somebody else: check the address %(email)s.", email=one.email, person=one.profile.name
        )
        yield _line(staff, words, one.profile)


def _undelivered(staff: StaffMember, on: date, now: datetime) -> Iterable[tuple]:
    for one in accounts_of.undelivered(staff, now, Invitation.sent_at > now - LATELY):
        words = _(
            "The invitation for %(person)s could not be delivered to %(email)s: check the address.",
            email=one.email,
            person=one.profile.name,
        )
        yield _line(staff, words, one.profile)


def _paused(staff: StaffMember, on: date, now: datetime) -> Iterable[tuple]:
    for one in batch_results.paused(staff):
        words = _(
            "Inviting many people is paused since %(day)s: continue it, or see who has no invitation yet.",
            day=day(local(one.paused_at, staff.practice.zone).date(), on, locale=get_locale()),
        )
        yield words, url_for("staff.batch", slug=staff.practice.slug, public_id=one.public_id), None


def _invitations(staff: StaffMember, *which) -> list[Invitation]:
    found = select(Invitation).join(Invitation.profile).where(*which, *seen_by(staff)).options(joinedload(Invitation.profile))
    return list(db.session.scalars(found.order_by(Invitation.id)))
