"""New people of a list, with their numbers, contacts, answers, whom they are seen by and a line in the ledger each. Steps of a use case."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from portal import care_keeper, consents, import_reading
from portal.database import db
from portal.ids import public_id
from portal.import_people import DETAILS
from portal.import_reading import Read
from portal.import_verdicts import ALIKE
from portal.merge_journal import as_json
from portal.models import Contact, DifferentPeople, FurtherNumber, LedgerLine, PeopleImport, Profile, StaffMember
from portal.records import IMPORTED

# What is the program's own note about a record, and what the database gives.
OF_NOBODY = ("id", "public_id", "practice_id", "created_at", "keyed", "worded")


def make(found: PeopleImport, lines: list, by: StaffMember, now: datetime) -> None:
    """`lines` of portal/import_running.py: each gets its `profile_id` and `journal`."""
    if not lines:
        return
    values = {line.id: _values(found, line.read, now) for line in lines}
    connection = db.session.connection()
    connection.execute(insert(Profile.__table__), list(values.values()))  # without RETURNING: SQLite would take them one by one
    public = [one["public_id"] for one in values.values()]
    ids = dict(connection.execute(select(Profile.public_id, Profile.id).where(Profile.public_id.in_(public))).all())
    for line in lines:
        alike, line.profile_id = line.profile_id if line.kind == ALIKE else None, ids[values[line.id]["public_id"]]
        said = {name: as_json(value) for name, value in values[line.id].items() if name not in OF_NOBODY and value not in (None, "", 0)}
        line.journal = {
            "profile": line.profile_id,
            "public_id": values[line.id]["public_id"],
            "made": said,
            **({"apart": alike} if alike else {}),
        }
    further = [(line.profile_id, line.read.numbers[1:]) for line in lines]
    people = [(line.profile_id, line.read.contact) for line in lines if line.read.contact]
    guardians = [(line.profile_id, line.read.guardian) for line in lines if line.read.guardian]
    hang = contacts(found, people, now) + contacts(found, guardians, now, emergency=False)
    mine = {line.profile_id: line for line in lines}
    for name, model, rows in (("numbers", FurtherNumber, numbers(found, further, now)), ("contacts", Contact, hang)):
        for profile_id, its in put(model, rows).items():
            mine[profile_id].journal[name] = its
    seen_by = {line.profile_id: {what: one[0] for what, one in line.read.care.items()} for line in lines if line.read.care}
    for profile_id, row in care_keeper.keeper().write(found.practice_id, seen_by, now).items():
        mine[profile_id].journal["care"] = row
    _tell_apart(found, lines, by, now)
    said = [ledger_line(found, line.profile_id, by, IMPORTED, now) for line in lines]
    said += [
        answer(found, line.profile_id, by, channel, agrees, now) for line in lines for channel, agrees in (line.read.consents or {}).items()
    ]
    connection.execute(insert(LedgerLine.__table__), said)


def _values(found: PeopleImport, read: Read, now: datetime) -> dict[str, Any]:
    """All columns that a list can fill, so that many rows are one statement."""
    facts = {name: read.facts.get(name, None if name in ("born_on", "card_expires_on", "sessions_needed") else "") for name in DETAILS}
    first = read.numbers[0] if read.numbers else import_reading.Number("", "")
    answers = {f"{channel}_{answer}_at": None for channel in consents.CHANNELS for answer in ("consent", "refused")}
    answers |= {f"{channel}_{'consent' if agrees else 'refused'}_at": now for channel, agrees in (read.consents or {}).items()}
    ours = {"public_id": public_id(), "practice_id": found.practice_id, "created_at": now, "keyed": 0, "worded": 0}
    return {**ours, **facts, "phone": first.number, "phone_kind": first.kind, **answers}


def numbers(found: PeopleImport, further: Iterable[tuple[int, Iterable]], now: datetime) -> list[dict]:
    """Rows of FurtherNumber, of (profile id, numbers)."""
    same = {"practice_id": found.practice_id, "created_at": now}
    return [
        {"profile_id": profile_id, "number": one.number, "kind": import_reading.kind_of(one), **same}
        for profile_id, its in further
        for one in its
    ]


def contacts(found: PeopleImport, people: Iterable[tuple[int, Mapping]], now: datetime, *, emergency: bool = True) -> list[dict]:
    """Rows of Contact, of (profile id, what the list says)."""
    same = {"practice_id": found.practice_id, "created_at": now, "emergency_at": now if emergency else None}
    return [
        {
            "public_id": public_id(),
            "profile_id": profile_id,
            "name": said["name"][:120],
            **{name: said.get(name, "") for name in ("relation", "phone", "email")},
            **same,
        }
        for profile_id, said in people
    ]


def put(model: type, values: list[dict]) -> dict[int, list[int]]:
    """Store rows of people; profile id → ids of the new ones."""
    if not values:
        return {}
    ids = [one["profile_id"] for one in values]
    before = set(db.session.scalars(select(model.id).where(model.profile_id.in_(ids))))
    db.session.execute(insert(model.__table__), values)
    made = defaultdict(list)
    for one, profile_id in db.session.execute(select(model.id, model.profile_id).where(model.profile_id.in_(ids)).order_by(model.id)):
        if one not in before:
            made[profile_id].append(one)
    return made


def _tell_apart(found: PeopleImport, lines: list, by: StaffMember, now: datetime) -> None:
    """Staff said that these are not whom they look like: never proposed again."""
    pairs = [sorted((line.journal["apart"], line.profile_id)) for line in lines if "apart" in line.journal]
    same = {"practice_id": found.practice_id, "decided_at": now, "decided_by_id": by.account_id}
    if pairs:
        db.session.execute(insert(DifferentPeople.__table__), [{"one_id": one, "other_id": other, **same} for one, other in pairs])


def ledger_line(found: PeopleImport, profile_id: int, by: StaffMember, verb: str, now: datetime, **facts) -> dict:
    """A row of the ledger."""
    said = {"import": found.id, "as": "staff", **facts}
    return {
        "practice_id": found.practice_id,
        "profile_id": profile_id,
        "account_id": by.account_id,
        "link_id": None,
        "verb": verb,
        "at": now,
        "facts": said,
    }


def answer(found: PeopleImport, profile_id: int, by: StaffMember, channel: str, agrees: bool, now: datetime) -> dict:
    return ledger_line(found, profile_id, by, consents.AGREED if agrees else consents.REFUSED, now, channel=channel)
