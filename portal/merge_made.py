"""What staff read about access and invitations that came about since a merge, when it is taken back: whose each rather is."""

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import access_words
from portal.database import db
from portal.invitations import masked
from portal.merge_parts import Made, describes
from portal.models import Invitation, Link, Merge, MergeChange


@describes(Link.__tablename__)
def links(merge: Merge, ids: Collection[int], back: Collection[int]) -> dict[int, Made]:
    """The source's, if it came of an invitation that was the source's, or if the same account had access to the source before."""
    found = list(db.session.scalars(select(Link).where(Link.id.in_(ids)).options(joinedload(Link.account))))
    of_source = set(db.session.scalars(select(Link.account_id).where(Link.id.in_(back), Link.profile_id == merge.target_id)))
    invited = _invited(merge)
    return {one.id: Made(_words(one), one.created_at, one.id in invited or (one.account_id in of_source and not _has(merge, one))) for one in found}


def _invited(merge: Merge) -> set[int]:
    """Links that came of invitations which went over from the source."""
    went_over = select(MergeChange.row_id).where(MergeChange.merge_id == merge.id, MergeChange.table_name == Invitation.__tablename__)
    stood = merge.stood.get("invitations.profile_id", ())
    mine = select(Invitation.link_id).where(Invitation.id.in_(went_over), Invitation.id.not_in(stood), Invitation.link_id.is_not(None))
    return set(db.session.scalars(mine))


def _has(merge: Merge, link: Link) -> bool:
    """Whether the account had access to the target before the merge, too."""
    stood = merge.stood.get("links.profile_id", ())
    return db.session.scalar(select(Link.id).where(Link.id.in_(stood), Link.account_id == link.account_id).limit(1)) is not None


def _words(link: Link) -> str:
    kind = access_words.kind(link.relationship)
    if link.revoked_at is not None:
        return _("Access of %(name)s (%(kind)s), ended since", name=link.account.name, kind=kind)
    return _("Access of %(name)s (%(kind)s)", name=link.account.name, kind=kind)


@describes(Invitation.__tablename__)
def invitations(merge: Merge, ids: Collection[int], _back: Collection[int]) -> dict[int, Made]:
    found = db.session.scalars(select(Invitation).where(Invitation.id.in_(ids)))
    return {one.id: Made(_("Invitation to %(address)s", address=masked(one.email)), one.created_at, False) for one in found}
