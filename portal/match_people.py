"""People as portal/matching.py compares them, read from the database: their own facts, and how those who act for them are reached."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select

from portal.among import among
from portal.database import db
from portal.matching import Person
from portal.models import Account, Link, Profile

_COLUMNS = (
    Profile.given_name, Profile.family_name, Profile.born_on, Profile.phone, Profile.email,
    Profile.street, Profile.city, Profile.postal_code, Profile.card_number,
)  # fmt: skip
FIELDS = frozenset(column.key for column in _COLUMNS)  # a change of these makes other keys
ROW = (Profile.id, Profile.practice_id, *_COLUMNS)
Reach = tuple[str, str]  # address and telephone of an account


def own(row) -> Person:
    """Of a profile, or a row of `ROW`: what the practice wrote down about the person themselves."""
    return _person(row, ())


def people(ids: Collection[int]) -> dict[int, Person]:
    """Those of these profiles that stand, with everybody's addresses and telephones who acts for them. Two statements."""
    return {one: whole for one, (_own, whole) in both(ids).items()}


def both(ids: Collection[int]) -> dict[int, tuple[Person, Person]]:
    """The same, beside each person as the practice alone wrote them down; one object where there is no more to it."""
    rows = db.session.execute(select(*ROW).where(among(Profile.id, ids), Profile.merged_at.is_(None))).all() if ids else []
    reached = reaches([row.id for row in rows])
    found = {}
    for row in rows:
        mine = own(row)
        whole = _person(row, reached[row.id]) if row.id in reached else mine
        found[row.id] = (mine, mine if whole == mine else whole)
    return found


def person(profile: Profile, reach: Iterable[Reach]) -> Person:
    """One profile, which need not be in the database."""
    return _person(profile, reach)


def reaches(ids: Collection[int]) -> Mapping[int, list[Reach]]:
    """How the accounts whose access was not taken away are reached, by the id of the profile. One statement."""
    found = defaultdict(list)
    if ids:
        mine = select(Link.profile_id, Account.email_key, Account.phone).join(Account, Account.id == Link.account_id)
        for profile_id, *reach in db.session.execute(mine.where(among(Link.profile_id, ids), Link.revoked_at.is_(None))):
            found[profile_id].append(tuple(reach))
    return found


def _person(row, reach: Iterable[Reach]) -> Person:
    return Person(
        given_name=row.given_name or "",
        family_name=row.family_name or "",
        born_on=row.born_on,
        phones=frozenset(it for it in (row.phone, *(phone for _email, phone in reach)) if it),
        emails=frozenset(it for it in ((row.email or "").strip().lower(), *(email for email, _phone in reach)) if it),
        street=row.street or "",
        city=row.city or "",
        postal_code=row.postal_code or "",
        card="".join(c for c in row.card_number or "" if c.isalnum()).upper(),
    )
