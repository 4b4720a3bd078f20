"""Telephone numbers and addresses two records share only through those who act for them: whose they are, so that nobody looks for them
in the record itself."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.matching import Likeness, Person
from portal.models import Account, Link, Profile

Id = int | None  # of a profile; None: of somebody who is not in the database
_REACH = ("phone", "email")


class Lent(NamedTuple):
    """`field`: phone or email. `name`: whose account it is of; `person`: the first name of whom they act for, empty for one's own account
    and where they act for both."""

    field: str
    name: str
    person: str
    is_own: bool = False


def lent(pairs: Iterable[tuple[Id, int, Likeness]], typed: Person | None = None) -> dict[tuple[Id, int], tuple[Lent, ...]]:
    """Of pairs of profile ids that look alike. `typed`: who has no id. Two statements for all, none where nothing is shared."""
    shared = {
        (one, other): fields
        for one, other, how in pairs
        if (fields := [it.field for it in how.evidence if it.field in _REACH and it.how == "same"])
    }
    ids = {id_ for pair in shared for id_ in pair if id_ is not None}
    if not ids:
        return {}
    people = {
        row.id: row
        for row in db.session.execute(select(Profile.id, Profile.given_name, Profile.phone, Profile.email).where(Profile.id.in_(ids)))
    }
    links = _links(ids)
    found = {}
    for (one, other), fields in shared.items():
        own = [_own(field, people.get(one), typed) & _own(field, people.get(other)) for field in fields]
        lenders = (_lender(field, one, other, people, links, typed) for field, both in zip(fields, own) if not both)
        found[one, other] = tuple(filter(None, lenders))
    return found


def _links(ids: Collection[int]) -> dict[Id, list[Link]]:
    found = defaultdict(list)
    for link in db.session.scalars(
        select(Link).where(Link.profile_id.in_(ids), Link.revoked_at.is_(None)).options(joinedload(Link.account)).order_by(Link.id)
    ):
        found[link.profile_id].append(link)
    return found


def _own(field: str, row, typed: Person | None = None) -> set[str]:
    """What stands in the record itself."""
    if row is None:
        return set(getattr(typed, f"{field}s")) if typed else set()
    value = (getattr(row, field) or "").strip().lower()
    return {value} if value else set()


def _of(field: str, account: Account) -> str:
    return account.phone if field == "phone" else account.email_key


def _lender(field: str, one: Id, other: int, people: dict, links: dict, typed: Person | None) -> Lent | None:
    """Through whom both have it: of one record where the other has it itself, before those of both."""
    for lending, owning in ((other, one), (one, other)):
        own = _own(field, people.get(owning), typed)
        for link in links.get(lending, ()):
            if _of(field, link.account) in own:
                return Lent(field, link.account.name, people[lending].given_name if not link.is_self else "", link.is_self)
    theirs = {_of(field, link.account): link for link in links.get(one, ())}
    for link in links.get(other, ()):
        value = _of(field, link.account)
        if value and value in theirs:
            same = theirs[value].account_id == link.account_id
            own_account = link.is_self or same and theirs[value].is_self
            person = "" if same or own_account else people[other].given_name
            return Lent(field, link.account.name, person, own_account)
    return None
