"""The words people are found by, kept as records change (portal/search_words.py).

Whoever adds or changes a person or a number through the session has the words made in the same flush. Who was written past the session
(a bulk insert) has `Profile.worded` at 0 and gets theirs in the background, as does everybody when VERSION is raised.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from rapidfuzz.distance import OSA
from sqlalchemy import Row, Select, delete, event, insert, inspect, select, text, union_all, update
from sqlalchemy.orm import Session

from portal import search_words
from portal.among import among
from portal.database import db, transact
from portal.models import FurtherNumber, Practice, Profile, SearchWord
from portal.search_words import LAST, NAME, VERSION, Facts, Wish

log = logging.getLogger(__name__)

PORTION = 200
_TEXTS = ("given_name", "middle_name", "preferred_name", "family_name", "email", "file_number", "card_number")
FIELDS = (*_TEXTS, "phone")
_ROW = (Profile.id, Profile.practice_id, *(getattr(Profile, name) for name in FIELDS))
_CHANGED = "profiles to find by other words"
_AT_ONCE = text(
    "INSERT INTO search_words (practice_id, word, profile_id) SELECT * FROM unnest(CAST(:practices AS integer[]), CAST(:words AS varchar[]), CAST(:profiles AS integer[]))"
)


@event.listens_for(Session, "before_flush")
def _see_changes(session, _context, _instances):
    people, numbers = [], []
    for one in chain(session.new, session.dirty):
        if isinstance(one, Profile) and _matters(one):
            one.worded = VERSION
            people.append(one)
        elif isinstance(one, FurtherNumber):
            numbers.append(one)
    session.info[_CHANGED] = people, numbers


@event.listens_for(Session, "after_flush")
def _word_them(session, _context):
    people, numbers = session.info.pop(_CHANGED, ((), ()))
    ids = {one.id for one in people} | {id_ for one in numbers for id_ in (one.profile_id, *_before(one))}
    if ids:
        connection = session.connection()
        _write(connection, _read(connection, ids))


def _matters(profile: Profile) -> bool:
    state = inspect(profile)
    return state.pending or any(state.attrs[name].history.has_changes() for name in FIELDS)


def _before(number: FurtherNumber) -> Iterable[int]:
    """Whose it was, when a merge takes it elsewhere."""
    return (one for one in inspect(number).attrs.profile_id.history.deleted or () if one)


def word_some(portion: int = PORTION) -> int:
    """Make the words of some who have none, or old ones; gives how many."""
    ids = list(db.session.scalars(select(Profile.id).where(Profile.worded != VERSION).order_by(Profile.worded, Profile.id).limit(portion)))
    db.session.rollback()
    return transact(_word, ids) if ids else 0


def _word(ids: list[int]) -> int:
    locked = select(Profile.id).where(among(Profile.id, ids)).order_by(Profile.id).with_for_update(skip_locked=True, key_share=True)
    free = list(db.session.scalars(locked))
    connection = db.session.connection()
    _write(connection, _read(connection, free))
    connection.execute(update(Profile.__table__).where(among(Profile.id, free)).values(worded=VERSION))
    return len(free)


def _read(connection, ids: Collection[int]) -> dict[Row, Collection[str]]:
    numbers: dict[int, list[str]] = {}
    for profile_id, number in connection.execute(
        select(FurtherNumber.profile_id, FurtherNumber.number).where(
            among(FurtherNumber.profile_id, ids), FurtherNumber.removed_at.is_(None)
        )
    ):
        numbers.setdefault(profile_id, []).append(number)
    rows = connection.execute(select(*_ROW).where(among(Profile.id, ids))).all()
    return {row: _words(row, numbers.get(row.id, ())) for row in rows}


def _words(row: Row, numbers: Iterable[str]) -> Collection[str]:
    every = tuple(number for number in (row.phone, *numbers) if number)
    try:
        return search_words.words(Facts(**{name: getattr(row, name) for name in _TEXTS}, numbers=every))
    except Exception:  # what nobody thought of must stop neither a booking nor the others
        log.exception("profile %s is found by no word", row.id)
        return ()


def _write(connection, made: Mapping[Row, Collection[str]]) -> None:
    connection.execute(delete(SearchWord.__table__).where(among(SearchWord.profile_id, [row.id for row in made])))
    rows = sorted((row.practice_id, word, row.id) for row, words in made.items() for word in words)
    if rows and connection.dialect.name == "postgresql":
        connection.execute(_AT_ONCE, {name: list(values) for name, values in zip(("practices", "words", "profiles"), zip(*rows))})
    elif rows:
        connection.execute(insert(SearchWord.__table__), [dict(zip(("practice_id", "word", "profile_id"), row)) for row in rows])


# --- looked up ---


def having(practice_id: int, beginnings: Collection[str], wholes: Collection[str]) -> list[Select]:
    """The ids of the people of a practice with a word that begins so, or is one of these: one stretch of the index each, to be united."""
    word, mine = SearchWord.word, SearchWord.practice_id == practice_id
    stretches = [select(SearchWord.profile_id).where(mine, word >= one, word < one + LAST) for one in sorted(beginnings)]
    if wholes or not stretches:
        stretches.append(select(SearchWord.profile_id).where(mine, word.in_(sorted(wholes))))
    return stretches


def with_slips(practice: Practice, wishes: Iterable[Wish]) -> tuple[Wish, ...]:
    """What may have been meant: names of the practice that are a slip of the finger away, or the wish as it was.

    Who mistypes a name gets one of its first two letters right: that spares looking at every name there is.
    """
    wishes = tuple(wishes)
    starts = sorted({NAME + letter for wish in wishes if search_words.most_slips(wish.slip) for letter in wish.slip[:2]})
    if not starts:
        return wishes
    word, mine = SearchWord.word, SearchWord.practice_id == practice.id
    near = union_all(*(select(word).distinct().where(mine, word >= start, word < start + LAST) for start in starts))
    names = [one[1:] for one in db.session.connection().scalars(near).all()]
    return tuple(_meant(wish, names) for wish in wishes)


def _meant(wish: Wish, names: Iterable[str]) -> Wish:
    most = search_words.most_slips(wish.slip)
    found = {NAME + one for one in names if most and one[:1] in wish.slip[:2] and OSA.distance(wish.slip, one, score_cutoff=most) <= most}
    return wish._replace(beginnings=frozenset(), wholes=frozenset(found)) if found else wish
