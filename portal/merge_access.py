"""Who has access to two records, and who will have it once they are one person's: read from the database, judged by portal/uniting.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import access
from portal.database import db
from portal.models import Account, Invitation, Link, Profile
from portal.models.invitation import UNANSWERED
from portal.uniting import ENDS, KEEP, MOVES, SOURCE, TARGET, Held, Hold, Outcome, outcome


@dataclass(frozen=True)
class Reach:
    """One account's access before and after. `source`, `target`: its live link to either; `ended_on`: the sides on which it had access
    once; `source_may`, `target_may`, `may`: what it may do on the day, before and afterwards. `outcome` None: nothing that lasts."""

    account: Account
    source: Link | None
    target: Link | None
    ended_on: frozenset[str]
    source_may: frozenset[str]
    target_may: frozenset[str]
    outcome: Outcome | None
    may: frozenset[str]

    @property
    def is_closed_by_choice(self) -> bool:
        """Whether it ends because staff said so on the page, not because it was ended before."""
        return self.is_ended and not self.ended_on

    @property
    def is_new(self) -> bool:
        """Whether the account had nothing to do with the surviving record until now."""
        return self.outcome is not None and self.outcome.kind == MOVES

    @property
    def is_ended(self) -> bool:
        return self.outcome is not None and self.outcome.kind == ENDS

    @property
    def is_self(self) -> bool:
        return self.outcome is not None and self.outcome.held is not None and self.outcome.held.relationship == access.SELF


def links_of(profile: Profile) -> list[Link]:
    """Every link there is or was to a record, with its account."""
    found = select(Link).where(Link.profile_id == profile.id).options(joinedload(Link.account)).order_by(Link.id)
    return list(db.session.scalars(found))


def open_invitations(profile: Profile) -> list[Invitation]:
    return list(db.session.scalars(select(Invitation).where(Invitation.profile_id == profile.id, *UNANSWERED).order_by(Invitation.id)))


def reaches(source: Profile, target: Profile, born_on: date | None, is_safe: bool, choices: Mapping[str, str], on: date) -> list[Reach]:
    """Every account that has or had access to either, the surviving record's first. `born_on`, `is_safe`: of the record afterwards;
    `choices`: public id of an account → "keep" or "end"; `on`: the practice's date."""
    lefts, rights = links_of(source), links_of(target)
    accounts = {link.account_id: link.account for link in (*rights, *lefts)}
    return [_reach(account, lefts, rights, (born_on, is_safe), choices, on) for account in accounts.values()]


def _reach(account: Account, lefts: list[Link], rights: list[Link], person: tuple, choices: Mapping[str, str], on: date) -> Reach:
    source, source_ended = _live(account, lefts, on)
    target, target_ended = _live(account, rights, on)
    ended_on = frozenset(side for side, ended in ((SOURCE, source_ended), (TARGET, target_ended)) if ended)
    found = outcome(Hold(source and _held(source), target and _held(target), ended_on), choices.get(account.public_id, KEEP))
    steps = (source or target).profile.practice.steps if found else []
    return Reach(
        account,
        source,
        target,
        ended_on,
        source.permissions_on(on) if source else frozenset(),
        target.permissions_on(on) if target else frozenset(),
        found,
        may(found.held, *person, steps, on) if found and found.held else frozenset(),
    )


def _live(account: Account, links: list[Link], on: date) -> tuple[Link | None, bool]:
    """The account's live link among these, and whether it has only ended ones. One that a merge united with another has not ended."""
    mine = [link for link in links if link.account_id == account.id]
    live = next((link for link in mine if link.is_live(on)), None)
    return live, live is None and any(link.united_with_id is None for link in mine)


def _held(link: Link) -> Held:
    return Held(link.id, link.relationship, frozenset(link.permissions), link.decided_on, link.ends_on, link.review_on)


def may(held: Held, born_on: date | None, is_safe: bool, steps: list[access.Step], on: date) -> frozenset[str]:
    """What a link that says this allows on a date, for a person born then; as Link.permissions_on says it of a row."""
    if held.ends_on is not None and on > held.ends_on:
        return frozenset()
    step = access.last_step(held.relationship, born_on, steps, held.decided_on, on) if steps else None
    return access.effective(held.permissions, held.relationship, step, is_safe)
