"""People as portal/matching.py compares them, read from the database: their own facts, and how those who act for them are reached."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Row, select, union_all

from portal.among import among
from portal.database import db
from portal.matching import Opening, Person, are_two
from portal.matching_facts import FAR, ONE_CARD, born, card, cards, known_date
from portal.matching_person import Ready
from portal.models import Account, Link, Profile

_COLUMNS = (
    Profile.given_name, Profile.family_name, Profile.born_on, Profile.phone, Profile.email,
    Profile.street, Profile.city, Profile.postal_code, Profile.card_number,
)  # fmt: skip
FIELDS = frozenset(column.key for column in _COLUMNS)  # a change of these makes other keys
ROW = (Profile.id, Profile.practice_id, *_COLUMNS, Profile.keyed)
_FIRST = (Profile.id, Profile.given_name, Profile.family_name, Profile.born_on, Profile.card_number)
Reach = tuple[str, str]  # address and telephone of an account


class Known(NamedTuple):
    """A person as the practice wrote them down, and with how those who act for them are reached: one object where there is no more to it.
    `keyed` becomes another with every change of either (match_index)."""

    own: Person
    whole: Person
    keyed: int


def own(row) -> Person:
    """Of a profile, or a row of `ROW`: what the practice wrote down about the person themselves."""
    return _person(row, ())


def people(ids: Collection[int]) -> dict[int, Person]:
    """Those of these profiles that stand, with everybody's addresses and telephones who acts for them. Two statements."""
    return {one: it.whole for one, it in known(ids).items()}


def known(ids: Collection[int]) -> dict[int, Known]:
    """The same with all there is to know. `keyed` is read first: what changes while we read changes it afterwards."""
    rows = _rows(ROW, ids)
    reached = reaches([row.id for row in rows])
    found = {}
    for row in rows:
        mine = own(row)
        whole = _person(row, reached[row.id]) if row.id in reached else mine
        found[row.id] = Known(mine, mine if whole == mine else whole, row.keyed)
    return found


def may_be(
    asked: Mapping[Hashable, Person], near: Mapping[Hashable, Collection[int]], pause: Callable[[], None] = lambda: None
) -> dict[Hashable, list[int]]:
    """Of the candidates `near`, those who stand and whose names, birth date and card are not those of another person for certain: most
    are gone before anything else is read of them. The first gates of portal/matching.py. One statement. `pause`: after each who asks."""
    rows, found = {row.id: row for row in _rows(_FIRST, {one for ids in near.values() for one in ids} - asked.keys())}, {}
    for asker, person in asked.items():
        found[asker] = [one for one in near[asker] if _may_be(person, asked.get(one), rows.get(one))]
        pause()
    return found


def _may_be(one: Person, other: Person | None, row: Row | None) -> bool:
    """Of the other, either is known, or neither."""
    if other is None and (row is None or _are_far(one.ready, row.born_on, row.card_number)):
        return False
    try:
        return not are_two(
            one.ready,
            other.ready if other else Opening.of(row.given_name or "", row.family_name or "", row.born_on, _card(row.card_number)),
        )
    except Exception:  # whoever compares them wholly finds the same, and knows what to do
        return True


def _are_far(it: Ready, born_on: date | None, number: str | None) -> bool:
    """The very first gate, before names are cleaned."""
    if born(it.born_on, known_date(born_on)) not in FAR:
        return False
    return not (it.card and number) or cards(it.card, card(_card(number))) not in ONE_CARD


def _rows(columns: tuple, ids: Collection[int]) -> list[Row]:
    """Past the session's loading, which takes as long as the database."""
    standing = select(*columns).where(among(Profile.id, ids), Profile.merged_at.is_(None), Profile.forgotten_at.is_(None))
    return db.session.connection().execute(standing).all() if ids else []


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


def reached_as(practice_id: int, asked: Mapping[Hashable, Person], most: int) -> dict[Hashable, list[int]]:
    """For each, whose accounts are reached at an address or telephone of theirs: ids of profiles of the practice, at most so many. One
    statement."""
    emails, phones = (frozenset().union(*(getattr(person, what) for person in asked.values())) for what in ("emails", "phones"))
    # SQLite would go through every link of the practice if it were asked for those: an account has few.
    mine = (
        select(Link.practice_id, Link.profile_id, Account.email_key, Account.phone)
        .join(Account, Account.id == Link.account_id)
        .where(Link.revoked_at.is_(None))
    )
    same = (among(Account.email_key, sorted(emails)), among(Account.phone, sorted(phones)))
    rows = db.session.execute(union_all(*(mine.where(one) for one in same))).all() if emails or phones else ()
    holders = defaultdict(set)
    for its, profile_id, email, phone in rows:
        for one in (email, phone) if its == practice_id else ():
            holders[one].add(profile_id)
    return {
        asker: sorted(set().union(*(holders.get(one, ()) for one in person.emails | person.phones)))[:most]
        for asker, person in asked.items()
    }


def _person(row, reach: Iterable[Reach]) -> Person:
    return Person(
        given_name=row.given_name or "",
        family_name=row.family_name or "",
        born_on=row.born_on,
        phones=_known(row.phone, [phone for _email, phone in reach]),
        emails=_known((row.email or "").strip().lower(), [email for email, _phone in reach]),
        street=row.street or "",
        city=row.city or "",
        postal_code=row.postal_code or "",
        card=_card(row.card_number),
    )


def _card(number: str | None) -> str:
    if not number:
        return ""
    return (number if number.isalnum() else "".join(filter(str.isalnum, number))).upper()


def _known(own: str | None, others: list[str]) -> frozenset[str]:
    return frozenset(filter(None, (own, *others)))
