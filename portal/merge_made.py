"""What staff read about access and invitations that came about since a merge, when it is taken back: whose each rather is.

Whoever came in through the source belongs there, and so does whom they let in, and whom those let in.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import access_words
from portal.database import db
from portal.invitations import masked
from portal.merge_parts import Made, describes
from portal.models import Account, Invitation, Link, Merge, MergeChange


class Sources(NamedTuple):
    """What is rather the source's: accounts that have to do with nobody else, and access."""

    accounts: frozenset[int]
    links: frozenset[int]


@describes(Link.__tablename__)
def links(merge: Merge, ids: Collection[int], back: Collection[int]) -> dict[int, Made]:
    """The source's, if it came of an invitation that was the source's, if the same account had access to the source before, or if
    whoever gave it is the source's."""
    found = list(db.session.scalars(select(Link).where(Link.id.in_(ids)).options(joinedload(Link.account))))
    names, theirs = _names({one.given_by_id for one in found}), _sources(merge, back)
    return {one.id: Made(_from(_words(one), names.get(one.given_by_id)), one.created_at, one.id in theirs.links) for one in found}


@describes(Invitation.__tablename__)
def invitations(merge: Merge, ids: Collection[int], back: Collection[int]) -> dict[int, Made]:
    """The source's, if whoever invited is, or if it was taken up in access that is."""
    found = list(db.session.scalars(select(Invitation).where(Invitation.id.in_(ids))))
    givers = {one.id: None if one.is_from_staff else one.invited_by_id for one in found}
    names, theirs = _names(set(givers.values())), _sources(merge, back)
    told = {one.id: _from(_("Invitation to %(address)s", address=masked(one.email)), names.get(givers[one.id])) for one in found}
    return {one.id: Made(told[one.id], one.created_at, givers[one.id] in theirs.accounts or one.link_id in theirs.links) for one in found}


def invitations_of(made: Mapping[str, Collection[int]]) -> dict[str, tuple[str, ...]]:
    """Of rows made since, by table: key of access → keys of the invitations it came of. They are one thing, with one side."""
    mine = (Invitation.id.in_(made.get(Invitation.__tablename__, ())), Invitation.link_id.in_(made.get(Link.__tablename__, ())))
    found: dict[str, tuple[str, ...]] = {}
    for one in db.session.scalars(select(Invitation).where(*mine).order_by(Invitation.id)):
        key = f"{Link.__tablename__}:{one.link_id}"
        found[key] = (*found.get(key, ()), f"{Invitation.__tablename__}:{one.id}")
    return found


def _sources(merge: Merge, back: Collection[int]) -> Sources:
    """`back`: ids of links in the journal of the merge."""
    stood = set(merge.stood.get("links.profile_id", ()))
    rows = list(db.session.scalars(select(Link).where(Link.profile_id == merge.target_id).order_by(Link.id)))
    targets = {one.account_id for one in rows if one.id in stood}
    found = {one.id for one in rows if one.id in set(back) - stood}
    accounts = {one.account_id for one in rows if one.id in found} - targets
    invited = _invited(merge)
    for one in rows:  # whoever gives was let in before
        if one.id in stood or one.id in found:
            continue
        if one.id in invited or one.account_id in accounts or one.given_by_id in accounts:
            found.add(one.id)
            accounts |= {one.account_id} - targets
    return Sources(frozenset(accounts), frozenset(found))


def _invited(merge: Merge) -> set[int]:
    """Links that came of invitations which went over from the source."""
    went_over = select(MergeChange.row_id).where(MergeChange.merge_id == merge.id, MergeChange.table_name == Invitation.__tablename__)
    stood = merge.stood.get("invitations.profile_id", ())
    mine = select(Invitation.link_id).where(Invitation.id.in_(went_over), Invitation.id.not_in(stood), Invitation.link_id.is_not(None))
    return set(db.session.scalars(mine))


def _names(account_ids: set[int | None]) -> dict[int, str]:
    return {one.id: one.name for one in db.session.scalars(select(Account).where(Account.id.in_(account_ids - {None})))}


def _from(what: str, giver: str | None) -> str:
    return _("%(what)s, from %(name)s", what=what, name=giver) if giver else what


def _words(link: Link) -> str:
    kind = access_words.kind(link.relationship)
    if link.revoked_at is not None:
        return _("Access of %(name)s (%(kind)s), ended since", name=link.account.name, kind=kind)
    return _("Access of %(name)s (%(kind)s)", name=link.account.name, kind=kind)
