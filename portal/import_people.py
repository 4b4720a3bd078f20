"""People of a practice as a list is compared with them: their details as JSON, all their numbers, contacts, answers. Plain rows."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from portal import care_keeper
from portal.among import among
from portal.cards import bare
from portal.care_keeper import Standing
from portal.consents import CHANNELS
from portal.database import db
from portal.folding import fold
from portal.import_fields import CARE, LONG_TEXTS, NAMES, OTHERS, TEXTS
from portal.import_reading import Read
from portal.import_verdicts import CARD, FILE, PREVIOUS, Known
from portal.imports import KEPT_BACK, MADE, UPDATED
from portal.matching_facts import card
from portal.merge_journal import as_json
from portal.models import Contact, FurtherNumber, ImportRow, MatchKey, PeopleImport, Profile

DETAILS = (*NAMES, *TEXTS, *LONG_TEXTS, *OTHERS)
COLUMNS = (*DETAILS, "phone", "phone_kind")
STANDING = Profile.merged_at.is_(None), Profile.forgotten_at.is_(None)  # who is forgotten and comes again in a list is somebody new
_ANSWERS = tuple(f"{channel}_{answer}_at" for channel in CHANNELS for answer in ("consent", "refused"))


def known(ids: Collection[int]) -> dict[int, Known]:
    """Those of these that stand. Four statements."""
    if not ids:
        return {}
    connection = db.session.connection()
    columns = [getattr(Profile, name) for name in (*COLUMNS, *_ANSWERS)]
    rows = connection.execute(select(Profile.id, *columns).where(among(Profile.id, ids), *STANDING)).all()
    numbers, people = defaultdict(set), defaultdict(dict)
    emergency = set()
    for profile_id, number in connection.execute(
        select(FurtherNumber.profile_id, FurtherNumber.number).where(
            among(FurtherNumber.profile_id, ids), FurtherNumber.removed_at.is_(None)
        )
    ):
        numbers[profile_id].add(number)
    standing = (among(Contact.profile_id, ids), Contact.removed_at.is_(None))
    for one in connection.execute(
        select(Contact.profile_id, Contact.name, Contact.relation, Contact.phone, Contact.email, Contact.emergency_at).where(*standing)
    ):
        people[one.profile_id].setdefault(fold(one.name), {"relation": one.relation, "phone": one.phone, "email": one.email})
        emergency |= {one.profile_id} if one.emergency_at else set()
    care = care_keeper.keeper().standing(ids)
    return {row.id: _known(row, numbers[row.id], people[row.id], row.id in emergency, care.get(row.id)) for row in rows}


def _known(row, numbers: set[str], people: dict, has_emergency: bool, care: Standing | None) -> Known:
    answers = {
        channel: (getattr(row, f"{channel}_consent_at") is not None, getattr(row, f"{channel}_refused_at") is not None)
        for channel in CHANNELS
    }
    facts = {name: as_json(getattr(row, name)) for name in COLUMNS}
    seen_by = {what: tuple(one) for what in CARE if (one := getattr(care, what, None))}
    return Known(row.id, facts, frozenset(filter(None, (row.phone, *numbers))), people, has_emergency, answers, seen_by)


def owners(found: PeopleImport, reads: dict[int, tuple[Read, str]]) -> dict[int, dict[str, set[int]]]:
    """Row id → number of portal/import_verdicts.py → whose it is; rows whose numbers are nobody's are not there. `reads`: row id → what it says, and what the other product called them.
    Three statements."""
    files = {read.facts["file_number"] for read, _previous in reads.values() if read.facts.get("file_number")}
    cards = {bare(read.facts["card_number"]) for read, _previous in reads.values() if read.facts.get("card_number")}
    previous = {one for _read, one in reads.values() if one}
    of_files, of_cards = _of_files(found.practice_id, files), _of_cards(found.practice_id, cards)
    of_previous = _of_previous(found, previous)
    theirs = {}
    for row_id, (read, before) in reads.items():
        said = {
            FILE: of_files.get(read.facts.get("file_number", ""), ()),
            CARD: of_cards.get(bare(read.facts.get("card_number", "")), ()),
            PREVIOUS: of_previous.get(before, ()),
        }
        theirs[row_id] = {number: set(ids) for number, ids in said.items() if ids}
    return {row_id: numbers for row_id, numbers in theirs.items() if numbers}


def _of_files(practice_id: int, files: set[str]) -> dict[str, set[int]]:
    mine = (Profile.practice_id == practice_id, *STANDING, among(Profile.file_number, files))
    return _grouped(select(Profile.file_number, Profile.id).where(*mine)) if files else {}


def _of_cards(practice_id: int, cards: set[str]) -> dict[str, set[int]]:
    """Through the index of the look-alikes: the first half of a card is a key (portal/matching_keys.py)."""
    keys = {f"c{it[: min((len(it) + 1) // 2, 30)]}" for one in cards if (it := card(one))}
    if not keys:
        return {}
    holders = select(MatchKey.profile_id).where(MatchKey.practice_id == practice_id, among(MatchKey.key, keys))
    near = select(Profile.card_number, Profile.id).where(Profile.id.in_(holders), *STANDING)
    found = defaultdict(set)
    for number, profile_id in db.session.connection().execute(near):
        found[bare(number)].add(profile_id)
    return found


def _of_previous(found: PeopleImport, previous: set[str]) -> dict[str, set[int]]:
    """Who was made or changed by an earlier list of that product."""
    if not previous:
        return {}
    mine = (
        ImportRow.practice_id == found.practice_id,
        among(ImportRow.previous_id, previous),
        ImportRow.outcome.in_((MADE, UPDATED, KEPT_BACK)),
        ImportRow.profile_id.is_not(None),
    )
    standing = select(ImportRow.previous_id, Profile.id).join(Profile, Profile.id == ImportRow.profile_id).where(*mine, *STANDING)
    return _grouped(standing)


def _grouped(statement) -> dict[str, set[int]]:
    found = defaultdict(set)
    for value, profile_id in db.session.connection().execute(statement):
        found[value].add(profile_id)
    return found
