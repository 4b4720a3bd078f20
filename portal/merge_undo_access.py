"""Access and invitations when a merge is taken back: never what was ended since, never more than either record gave (HOUSE decision 9)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.access import effective, in_order, last_step
from portal.database import db
from portal.links import today
from portal.merge_journal import PRIMARY, as_json, from_json, set_on
from portal.models import Invitation, LedgerLine, Link, Merge, MergeChange
from portal.models.invitation import UNANSWERED
from portal.uniting import SOURCE, TARGET, after_undo, earliest

_ANSWER = ("accepted_at", "accepted_by_id", "refused_at", "deleted_at", "deleted_by_id")


class Carried(NamedTuple):
    """What became of the access of a link that was united with another, in that other one: as the merge made it, and as it is now."""

    merged: frozenset[str]
    permissions: frozenset[str]
    revoked_at: datetime | None
    revoked_by_id: int | None
    ends_on: date | None  # a last day that was set since


class Since:
    """What was done to access and invitations since a merge; read before anything is put back.

    `anew`: account id → access it was given since; `closed`: ids of invitations that the merge ended and that stay closed, for the
    access of who they are to was ended since; `answers`: id of an invitation that was united → the one that was answered for both."""

    def __init__(self, merge: Merge, changes: list[MergeChange], now: datetime):
        self.merge, self.now, self.on = merge, now, today(merge.target, now)
        self._links, self._invitations = (_journaled(changes, model) for model in (Link, Invitation))
        whole = select(Link).where(Link.profile_id == merge.target_id).options(joinedload(Link.account)).order_by(Link.id)
        links = list(db.session.scalars(whole.execution_options(populate_existing=True)))
        self.anew: dict[int, list[Link]] = {}
        for link in links:
            if link.created_at >= merge.merged_at and self.side(link, {}) is None:
                self.anew.setdefault(link.account_id, []).append(link)
        keys = frozenset().union(*(link.account.keys for link in links if self._was_ended(link)))
        ended = [db.session.get(Invitation, row_id) for row_id, (_before, after) in self._invitations.items() if "deleted_at" in after]
        self.answers = {one.id: twin for one in ended if (twin := self._twin(one)) and any(getattr(twin, name) for name in _ANSWER)}
        self.closed = {one.id for one in ended if one.email_key in keys} - self.answers.keys()
        self.carried = self._carried()

    def side(self, row: Link | Invitation, sides: Mapping[str, str]) -> str | None:
        """Whose a row will be; None while nobody has said whose it is."""
        table, known = row.__tablename__, self._links if isinstance(row, Link) else self._invitations
        if "profile_id" in known.get(row.id, ({}, {}))[1]:
            return SOURCE
        return TARGET if row.id in self.merge.stood.get(f"{table}.profile_id", ()) else sides.get(f"{table}:{row.id}")

    def ran_out(self, link: Link) -> bool:
        """Whether it ended on a last day that the merge itself had set: nobody ended it."""
        before, after = self._links.get(link.id, ({}, {}))
        is_merges = "ends_on" in after and before["ends_on"] != after["ends_on"] and as_json(link.ends_on) == after["ends_on"]
        return is_merges and self._is_over(link)

    def stays_ended(self, link: Link) -> bool:
        """Whether the account was let in anew since, and that was ended again."""
        anew = self.anew.get(link.account_id, [])
        return bool(anew) and not any(one.is_live(self.on) for one in anew)

    def returns(self, link: Link) -> bool:
        """Whether access that the merge ended, or that ended by it, is there again afterwards."""
        made, carried = self._links.get(link.id, ({}, {}))[1], self.carried.get(link.id)
        is_merges = link.revoked_at is not None and as_json(link.revoked_at) == made.get("revoked_at")
        return (self.ran_out(link) or is_merges) and (carried is None or carried.revoked_at is None) and not self.stays_ended(link)

    def _is_over(self, link: Link) -> bool:
        """Ended by its last day alone."""
        day = self.on if link.revoked_at is None else today(self.merge.target, link.revoked_at)
        return link.ends_on is not None and link.revoked_by_id is None and link.ends_on < day

    def _was_ended(self, link: Link) -> bool:
        """Since the merge, and not by it."""
        if link.revoked_at is not None:
            is_merges = as_json(link.revoked_at) == self._links.get(link.id, ({}, {}))[1].get("revoked_at")
            return link.revoked_at >= self.merge.merged_at and not is_merges and not self.ran_out(link)
        return not link.is_live(self.on) and link.ends_on >= today(self.merge.target, self.merge.merged_at) and not self.ran_out(link)

    def _twin(self, invitation: Invitation) -> Invitation | None:
        """The target's invitation that the source's was united with."""
        if self.side(invitation, {}) != SOURCE:
            return None
        stayed = [
            row_id for row_id, (_before, after) in self._invitations.items() if "deleted_at" not in after and "profile_id" not in after
        ]
        same = (Invitation.id.in_(stayed), Invitation.email_key == invitation.email_key)
        return db.session.scalar(select(Invitation).where(*same).execution_options(populate_existing=True))

    def _carried(self) -> dict[int, Carried]:
        """Link id → what became of its access."""
        found = {}
        for row_id, (_before, after) in self._links.items():
            carrier = db.session.get(Link, after["united_with_id"], populate_existing=True) if after.get("united_with_id") else None
            if carrier is None:
                continue
            made = self._links[carrier.id][1]
            merged = frozenset(made.get("permissions", carrier.permissions))
            is_later = "ends_on" in made and as_json(carrier.ends_on) != made["ends_on"]
            revoked = (carrier.revoked_at, carrier.revoked_by_id)
            own = db.session.get(Link, row_id, populate_existing=True).ends_on
            if not is_later and self._is_over(carrier) and (own is None or own > carrier.ends_on):
                revoked = (None, None)  # the other side's last day was never this one's
            found[row_id] = Carried(merged, frozenset(carrier.permissions), *revoked, carrier.ends_on if is_later else None)
        return found


def _journaled(changes: list[MergeChange], model: type) -> dict[int, tuple[dict, dict]]:
    """Row id → all that the merge changed in a row, as it was and as it became."""
    found: dict[int, tuple[dict, dict]] = {}
    for one in changes:
        if one.table_name == model.__tablename__:
            before, after = found.get(one.row_id, ({}, {}))
            found[one.row_id] = (one.before | before, after | one.after)
    return found


def take_back_added(merge: Merge, changes: list[MergeChange], sides: Mapping[str, str], now: datetime) -> None:
    """An invitation that was taken up since in access of the other record: what it added is taken back there."""
    since = Since(merge, changes, now)
    taken_up = (Invitation.profile_id == merge.target_id, Invitation.accepted_at >= merge.merged_at, Invitation.link_id.is_not(None))
    for invitation in db.session.scalars(select(Invitation).where(*taken_up).order_by(Invitation.id)):
        link = db.session.get(Link, invitation.link_id)
        if since.side(invitation, sides) != since.side(link, sides):
            _take_back(link, _lines_of(invitation, link))


def _lines_of(invitation: Invitation, link: Link) -> list[LedgerLine]:
    """What the ledger says that the acceptance did to access which was there: written just before the line that says it was accepted."""
    moment = (LedgerLine.link_id == link.id, LedgerLine.at == invitation.accepted_at)
    lines = list(db.session.scalars(select(LedgerLine).where(*moment).order_by(LedgerLine.id)))
    accepted = next((one.id for one in lines if one.facts.get("invitation") == invitation.id), 0)
    earlier = max((one.id for one in lines if one.verb == "accepted" and one.id < accepted), default=0)
    return [one for one in lines if earlier < one.id < accepted and one.facts.get("as") == "person"]


def _take_back(link: Link, lines: list[LedgerLine]) -> None:
    for line in lines:
        added = set(line.facts.get("after", ())) - set(line.facts.get("before", ()))
        was = line.facts.get("was_ends_on")
        last = earliest(link.ends_on, date.fromisoformat(was)) if was else link.ends_on
        set_on(link, permissions=[name for name in link.permissions if name not in added], ends_on=last)


def restore_link(link: Link, change: MergeChange, since: Since) -> None:
    """Access returns as it was, without what was taken since: in the link itself, or in the one that carried it."""
    values, carried = unchanged(link, change), since.carried.get(link.id)
    if "permissions" in change.after:
        kept = after_undo(_before(link, change), frozenset(change.after["permissions"]), frozenset(link.permissions), is_target=True)
        values["permissions"] = (
            [name for name in change.before["permissions"] if name in kept] if kept <= set(change.before["permissions"]) else in_order(kept)
        )
    if "ends_on" in change.after and link.revoked_at is not None and since.ran_out(link):
        values["revoked_at"] = values["revoked_by_id"] = None
    if carried is not None and "revoked_at" in values:
        values["revoked_at"], values["revoked_by_id"] = carried.revoked_at, carried.revoked_by_id
        kept = after_undo(frozenset(link.permissions), carried.merged, carried.permissions, is_target=False)
        values["permissions"] = [name for name in link.permissions if name in kept]
        values["ends_on"] = earliest(link.ends_on, carried.ends_on)
    if "revoked_at" in values and values["revoked_at"] is None:
        values = _beside_what_was_given_since(link, values, since)
    is_back = values.get("revoked_at", link.revoked_at) is None
    if is_back and values.get("primary_at", link.primary_at) and beside(link, Link.primary_at.is_not(None), Link.revoked_at.is_(None)):
        values["primary_at"] = None  # another was made primary since
    set_on(link, **values)


def _beside_what_was_given_since(link: Link, values: dict[str, Any], since: Since) -> dict[str, Any]:
    """One access to a record is enough, and what staff gave anew is what they know of; but it is nothing to go by for a person's own."""
    ended = {name: value for name, value in values.items() if name not in ("revoked_at", "revoked_by_id")}
    other = beside(link, Link.account_id == link.account_id, Link.revoked_at.is_(None))
    if since.stays_ended(link):
        return ended | ({"united_with_id": other.id} if other is not None else {})
    anew = next((one for one in since.anew.get(link.account_id, ()) if one.is_live(since.on)), None)
    is_own = link.is_self and anew is not None and not anew.is_self
    if other is not None and not (is_own and other is anew):
        return ended | {"united_with_id": other.id}
    if is_own and other is anew:
        set_on(anew, revoked_at=since.now, united_with_id=link.id, primary_at=None)
    elif anew is not None and not is_own:
        permissions = [name for name in values.get("permissions", link.permissions) if name in anew.permissions]
        return values | {"permissions": permissions, "ends_on": earliest(values.get("ends_on", link.ends_on), anew.ends_on)}
    return values


def _before(link: Link, change: MergeChange) -> frozenset[str]:
    """What a link that others were united with said before. Decided about since, it never gives back what an age step had taken."""
    before, decided_on = frozenset(change.before["permissions"]), from_json(link, "decided_on", change.before["decided_on"])
    steps = link.profile.practice.steps
    if not steps or as_json(link.decided_on) == change.after["decided_on"]:
        return before
    relationship = change.before.get("relationship", link.relationship)
    return effective(before, relationship, last_step(relationship, link.profile.born_on, steps, decided_on, link.decided_on), is_safe=False)


def restore_invitation(invitation: Invitation, change: MergeChange, since: Since) -> None:
    """Open again, unless it was answered since in the one it was united with, somebody has written to the same address since, or whose
    address it is had their access ended since."""
    values, answered = unchanged(invitation, change), since.answers.get(invitation.id)
    if "deleted_at" in values and answered is not None:
        values |= {name: getattr(answered, name) for name in _ANSWER}
    elif "deleted_at" in values and (
        invitation.id in since.closed or beside(invitation, Invitation.email_key == invitation.email_key, *UNANSWERED)
    ):
        del values["deleted_at"], values["deleted_by_id"]
    set_on(invitation, **values)


def restore_primary(merge: Merge) -> None:
    """Who was contacted first about the surviving record is again, where the one made so since has left with the source."""
    [former, *_more] = [db.session.get(Link, one, populate_existing=True) for one in merge.stood.get(PRIMARY, ())] or [None]
    if former is None or former.revoked_at is not None or former.profile_id != merge.target_id or former.primary_at is not None:
        return
    if beside(former, Link.primary_at.is_not(None), Link.revoked_at.is_(None)) is None:
        set_on(former, primary_at=merge.merged_at)


def unchanged(row: Any, change: MergeChange) -> dict[str, Any]:
    """The columns that still say what the merge made them say, with their former values."""
    return {name: from_json(row, name, change.before[name]) for name, made in change.after.items() if as_json(getattr(row, name)) == made}


def beside(row: Any, *conditions) -> Any | None:
    """Another row of the same person for which these hold."""
    model = type(row)
    return db.session.scalar(select(model).where(model.profile_id == row.profile_id, model.id != row.id, *conditions).limit(1))
