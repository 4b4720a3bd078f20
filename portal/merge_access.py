"""Who has access to two records, and who will have it once they are one person's: read from the database, judged by portal/uniting.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import access
from portal.database import db
from portal.models import Account, Invitation, Link, Profile
from portal.models.invitation import UNANSWERED
from portal.uniting import BY_CHOICE, ENDS, KEEP, MOVES, SOURCE, STAYS, TARGET, TOO_YOUNG, Afterwards, Held, Hold, Outcome, outcome


@dataclass(frozen=True)
class Reach:
    """One account's access before and after. `source`, `target`: its live link to either; `ended_on`: the sides on which it had access
    once; `source_may`, `target_may`, `may`: what it may do on the day, before and afterwards. `outcome` None: nothing that lasts.
    `into`: the record that the practice knew, where it newly gets access to that. `is_stepped`: an age step binds it that did not bind it
    on its own record."""

    account: Account
    source: Link | None
    target: Link | None
    ended_on: frozenset[str]
    source_may: frozenset[str]
    target_may: frozenset[str]
    outcome: Outcome | None
    may: frozenset[str]
    into: Profile | None = None
    is_stepped: bool = False

    @property
    def is_closed_by_choice(self) -> bool:
        """Whether it ends because staff said so on the page, not because it was ended before."""
        return self.outcome is not None and self.outcome.why == BY_CHOICE

    @property
    def is_too_young(self) -> bool:
        """Whether it ends because a child has no account of their own."""
        return self.outcome is not None and self.outcome.why == TOO_YOUNG

    @property
    def is_wider(self) -> bool:
        """Whether it may do what it could on neither record: another date of birth moves the age steps."""
        return not self.may <= self.source_may | self.target_may

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


class Person(NamedTuple):
    """Of the record afterwards, what decides about access on a date of the practice."""

    born_on: date | None
    is_safe: bool
    steps: list[access.Step]
    on: date
    afterwards: Afterwards


def reaches(source: Profile, target: Profile, after: Mapping, choices: Mapping[str, str], on: date) -> list[Reach]:
    """Every account that has or had access to either, the surviving record's first. `after`: the columns of the record afterwards;
    `choices`: public id of an account → "keep" or "end"; `on`: the practice's date."""
    lefts, rights = links_of(source), links_of(target)
    practice, born_on = target.practice, after["born_on"]
    afterwards = Afterwards(_is_child(born_on, target, on), _is_child(target.born_on, target, on), _day(after["created_at"], practice.zone))
    person = Person(born_on, after["safe_at"] is not None, practice.steps, on, afterwards)
    is_turned = target.is_provisional and not source.is_provisional
    into = {MOVES: target} | ({STAYS: source} if is_turned else {})
    accounts = {link.account_id: link.account for link in (*rights, *lefts)}
    return [_reach(account, lefts, rights, person, choices, into) for account in accounts.values()]


def _is_child(born_on: date | None, profile: Profile, on: date) -> bool:
    """Too young for an account of their own at this practice; who might be is not."""
    return born_on is not None and access.age(born_on, on) < profile.practice.youngest_account_years


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _reach(
    account: Account, lefts: list[Link], rights: list[Link], person: Person, choices: Mapping[str, str], into: Mapping[str, Profile]
) -> Reach:
    (source, source_ended), (target, target_ended) = (_live(account, links, person.on) for links in (lefts, rights))
    ended_on = frozenset(side for side, ended in ((SOURCE, source_ended), (TARGET, target_ended)) if ended)
    hold = Hold(source and _held(source, lefts), target and _held(target, rights), ended_on)
    found = outcome(hold, choices.get(account.public_id, KEEP), person.afterwards)
    held = found.held if found else None
    allowed = may(held, person) if held else frozenset()
    return Reach(
        account,
        source,
        target,
        ended_on,
        source.permissions_on(person.on) if source else frozenset(),
        target.permissions_on(person.on) if target else frozenset(),
        found,
        allowed,
        into.get(found.kind) if found else None,
        held is not None and held.is_undecided and allowed < may(held._replace(decided_on=(source or target).decided_on), person),
    )


def _live(account: Account, links: list[Link], on: date) -> tuple[Link | None, bool]:
    """The account's live link among these, and whether it has only ended ones. One that a merge united with another has not ended."""
    mine = [link for link in links if link.account_id == account.id]
    live = next((link for link in mine if link.is_live(on)), None)
    return live, live is None and any(link.united_with_id is None for link in mine)


def _held(link: Link, links: list[Link]) -> Held:
    permissions = frozenset(link.permissions)
    return Held(link.id, link.relationship, permissions, link.decided_on, link.ends_on, link.review_on, _is_undecided(link, links))


def _is_undecided(link: Link, links: list[Link]) -> bool:
    """Made online and as it was then, or given by such a one, who acts for the person: the practice has decided nothing, nor has the person."""
    if link.decided_on > _day(link.created_at, link.profile.practice.zone):
        return False
    if link.is_made_online:
        return True
    givers = (one for one in links if one.account_id == link.given_by_id and one.id < link.id)
    return any(not one.is_self and _is_undecided(one, links) for one in givers)


def may(held: Held, person: Person) -> frozenset[str]:
    """What a link that says this allows on the date; as Link.permissions_on says it of a row."""
    if held.ends_on is not None and person.on > held.ends_on:
        return frozenset()
    steps = person.steps
    step = access.last_step(held.relationship, person.born_on, steps, held.decided_on, person.on) if steps else None
    return access.effective(held.permissions, held.relationship, step, person.is_safe)
