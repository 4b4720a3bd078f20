"""People whom the practice knows already, changed as the rehearsal showed. Steps of a use case that holds their rows."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from portal import care_keeper, import_making, import_people, records
from portal.consents import CHANNELS
from portal.database import db
from portal.folding import fold
from portal.import_fields import CARE, DATES
from portal.import_reading import Number
from portal.import_verdicts import Known
from portal.match_people import FIELDS as KEYED
from portal.merge_journal import as_json
from portal.models import Contact, LedgerLine, PeopleImport, Profile, StaffMember
from portal.records import IMPORT_CHANGED
from portal.search_index import FIELDS as WORDED

CHANGED_MEANWHILE, GONE = "changed_meanwhile", "gone"  # why a row was left out after all
_ROWS = ("numbers", "contact", "guardian", *CARE, *(f"{channel}_consent" for channel in CHANNELS))  # changes that are not a column


def change(found: PeopleImport, lines: list, by: StaffMember, now: datetime) -> dict[int, str]:
    """`lines` of portal/import_running.py: each gets its `journal`. Gives row id → why it was left out after all: somebody changed since the
    rehearsal what the row would change, or is gone."""
    known = import_people.known({line.profile_id for line in lines if line.profile_id})
    left, seen = {}, set()
    for line in lines:
        one = known.get(line.profile_id)
        if one is None or line.profile_id in seen:
            left[line.id] = GONE if one is None else CHANGED_MEANWHILE
        elif not _is_as_shown(line, one):
            left[line.id] = CHANGED_MEANWHILE
        else:
            seen.add(line.profile_id)
            _write(found, line, one, by, now)
    return left


def _is_as_shown(row, known: Known) -> bool:
    for name, (before, after) in row.changes.items():
        if name in CARE:
            if list(known.care.get(name, ())) != (before or []):
                return False
        elif name in ("contact", "guardian"):
            there = known.contacts.get(fold(after["name"]))
            if (there is None) != (before is None) or any(there.get(one, "") != was for one, was in (before or {}).items()):
                return False
        elif name.endswith("_consent"):
            agreed, refused = known.consents[name.removesuffix("_consent")]
            if (agreed and not refused) != before or (refused and after):
                return False
        elif name not in _ROWS and (known.facts[name] or "") != (before or ""):
            return False
    return True


def _write(found: PeopleImport, row, known: Known, by: StaffMember, now: datetime) -> None:
    if not row.changes:  # staff said that this is whom it looks like, and there is nothing new
        row.journal = {"profile": row.profile_id, "before": {}, "after": {}}
        return
    columns = {name: after for name, (_before, after) in row.changes.items() if name not in _ROWS}
    journal = {"profile": row.profile_id, "before": {name: known.facts[name] for name in columns}, "after": columns}
    values = {name: from_json(name, after) for name, after in columns.items()}
    answers = {name.removesuffix("_consent"): after for name, (_before, after) in row.changes.items() if name.endswith("_consent")}
    if answers:
        journal["answers"] = _answer(row.profile_id, answers, now, values)
    write(row.profile_id, values, words="numbers" in row.changes)
    if "numbers" in row.changes:
        further = [Number(*one) for one in row.changes["numbers"][1] if one[0] not in known.numbers]
        journal["numbers"] = import_making.put(
            import_making.FurtherNumber, import_making.numbers(found, [(row.profile_id, further)], now)
        ).get(row.profile_id, [])
    for what in ("contact", "guardian"):
        if what in row.changes:
            made = _contact(found, row, what, known, now)
            journal |= {**made, **({"contacts": [*journal.get("contacts", ()), *made["contacts"]]} if "contacts" in made else {})}
    if any(what in row.changes for what in CARE):
        stands = {what: (known.care.get(what) or ("",))[0] for what in CARE} | {
            what: row.changes[what][1][0] for what in CARE if what in row.changes
        }
        journal["care"] = care_keeper.keeper().write(found.practice_id, {row.profile_id: stands}, now)[row.profile_id]
    row.journal = journal
    told = {
        name: [records.kept(name, before), records.kept(name, after)] for name, (before, after) in row.changes.items() if name not in _ROWS
    }
    told |= {what: [one[1] if one else "" for one in row.changes[what]] for what in CARE if what in row.changes}
    if "numbers" in row.changes:
        told["numbers"] = [[], [one[0] for one in row.changes["numbers"][1]]]
    lines = [import_making.ledger_line(found, row.profile_id, by, IMPORT_CHANGED, now, changes=told)]
    lines += [import_making.answer(found, row.profile_id, by, channel, agrees, now) for channel, agrees in answers.items()]
    db.session.execute(insert(LedgerLine.__table__), lines)


def write(profile_id: int, values: Mapping[str, Any], *, words: bool = False) -> None:
    """Set columns past the session; who is found by them is found anew in the background."""
    stale = {"keyed": 0} if KEYED & values.keys() else {}
    stale |= {"worded": 0} if words or set(WORDED) & values.keys() else {}
    if values or stale:
        db.session.connection().execute(update(Profile.__table__).where(Profile.__table__.c.id == profile_id).values(**values, **stale))


def from_json(name: str, value: Any) -> Any:
    """A detail as Python has it."""
    if value is None or name not in DATES:
        return value if value is not None or name in ("sessions_needed", *DATES) else ""
    return date.fromisoformat(value)


def _answer(profile_id: int, answers: Mapping[str, bool], now: datetime, values: dict) -> dict:
    """Answers go into `values`; gives what stood before and stands now."""
    names = [f"{channel}_{kind}_at" for channel in answers for kind in ("consent", "refused")]
    row = db.session.connection().execute(select(*(getattr(Profile, name) for name in names)).where(Profile.id == profile_id)).one()
    before = dict(zip(names, row))
    said = {f"{channel}_{'consent' if agrees else 'refused'}_at": now for channel, agrees in answers.items()}
    values |= said
    return {"before": {name: as_json(before[name]) for name in said}, "after": {name: as_json(value) for name, value in said.items()}}


def _contact(found: PeopleImport, row, what: str, known: Known, now: datetime) -> dict:
    """Somebody to ring: a new one, for emergencies where there is none; or what is new of the one of this name."""
    before, after = row.changes[what]
    if before is None:
        made = import_making.put(
            Contact, import_making.contacts(found, [(row.profile_id, after)], now, emergency=what == "contact" and not known.has_emergency)
        )
        return {"contacts": made.get(row.profile_id, [])}
    mine = select(Contact.id, Contact.name).where(Contact.profile_id == row.profile_id, Contact.removed_at.is_(None)).order_by(Contact.id)
    contact_id = next(one.id for one in db.session.execute(mine) if fold(one.name) == fold(after["name"]))
    fresh = {name: value for name, value in after.items() if name != "name"}
    db.session.execute(update(Contact.__table__).where(Contact.__table__.c.id == contact_id).values(**fresh))
    return {what: {"id": contact_id, "before": before, "after": fresh}}
