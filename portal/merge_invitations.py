"""Invitations of two records that become one: open ones follow, never two to one address, never past an access that was ended."""

from datetime import datetime

from sqlalchemy import select

from portal import invitations
from portal.access import in_order
from portal.database import db
from portal.merge_journal import Journal
from portal.merge_preview import Preview
from portal.models import Invitation, MailedLink
from portal.uniting import SOURCE, TARGET, earliest, latest, one_relationship, stronger_check


def unite_invitations(journal: Journal, preview: Preview, now: datetime, *, deleted_by_id: int) -> None:
    """Links that were mailed go on working, unless their invitation has become pointless: who has access is not let in once more, and
    nobody is whose access was ended."""
    targets = {one.email_key: one for one in preview.invitations if one.profile_id == preview.target.id}
    for one in preview.invitations:
        if is_pointless(one, preview):
            _end(journal, one, now, deleted_by_id)
        elif one.profile_id == preview.source.id and one.email_key in targets:
            _unite(journal, one, targets[one.email_key], now, deleted_by_id)
    journal.follow(Invitation.profile_id)


def is_pointless(one: Invitation, preview: Preview) -> bool:
    """Whether an open invitation ends with the merge. Somebody invited again after their access was ended on the same record still is;
    nobody is through the source to whom staff give nothing through it."""
    is_sources = one.profile_id == preview.source.id
    other = TARGET if is_sources else SOURCE
    theirs = [reach for reach in preview.reaches if one.email_key in reach.account.keys]
    is_closed = is_sources and any(reach.is_closed_by_choice or reach.is_too_young for reach in theirs)
    return has_access(one, preview) or is_closed or any(other in reach.ended_on for reach in theirs)


def has_access(one: Invitation, preview: Preview) -> bool:
    """Whether the account at the address of an invitation has access afterwards anyway."""
    return any(reach.outcome and reach.outcome.held and reach.account.email_key == one.email_key for reach in preview.reaches)


def _end(journal: Journal, one: Invitation, now: datetime, deleted_by_id: int) -> None:
    journal.change(one, deleted_at=now, deleted_by_id=deleted_by_id)
    for link in _links(one):
        journal.change(link, revoked_at=now)
    journal.supersede(invitations.about(one))


def _unite(journal: Journal, source: Invitation, target: Invitation, now: datetime, deleted_by_id: int) -> None:
    """The target's stays and offers what both did; the links that went out for the other one lead to it."""
    journal.change(source, deleted_at=now, deleted_by_id=deleted_by_id)
    for link in _links(source):
        journal.change(link, invitation_id=target.id)
    journal.supersede(invitations.about(source))
    journal.change(
        target,
        relationship=one_relationship(source.relationship, target.relationship),
        permissions=in_order(set(source.permissions) & set(target.permissions)),
        second_check=stronger_check(source.second_check, target.second_check),
        tries=max(source.tries, target.tries),
        ends_on=earliest(source.ends_on, target.ends_on),
        review_on=earliest(source.review_on, target.review_on),
        expires_at=latest(source.expires_at, target.expires_at),
    )


def _links(one: Invitation) -> list[MailedLink]:
    """Those that still open something."""
    unused = (MailedLink.used_at.is_(None), MailedLink.revoked_at.is_(None), MailedLink.replaced_at.is_(None))
    return list(
        db.session.scalars(select(MailedLink).where(MailedLink.invitation_id == one.id, *unused).order_by(MailedLink.id).with_for_update())
    )
