"""Text notes of staff about a person: write, change, copy. Use cases: run them through `transact`. What a note said before is kept."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import ledger, tombstones
from portal.database import db
from portal.errors import DomainError
from portal.models import Note, NoteVersion, Profile, StaffMember

LONGEST_TITLE, LONGEST_TEXT = 120, 20_000


class ChangedMeanwhile(DomainError):
    """A colleague saved after the form was shown; nothing was changed. `facts["note"]` is how it is now."""

    message = _("Somebody changed this note while you were writing. What you typed is kept: check it, then save again.")


def write(staff: StaffMember, profile: Profile, title: str, text: str, now: datetime) -> Note:
    return _add(staff, profile, "note_added", Note(title=title, text=text), now)


def copy(staff: StaffMember, note: Note, now: datetime) -> Note:
    """A new note of today with the same words, which says what it was copied from."""
    note = db.session.get(Note, note.id, populate_existing=True)
    return _add(staff, note.profile, "note_copied", Note(title=note.title, text=note.text, copied_from_id=note.id), now)


def change(staff: StaffMember, note: Note, title: str, text: str, seen: int, now: datetime) -> Note:
    """`seen`: the version that was shown. Raises ChangedMeanwhile."""
    note = db.session.get(Note, note.id, populate_existing=True, with_for_update=True)
    if note.version != seen:
        raise ChangedMeanwhile(note=note)
    if (note.title, note.text) == (title, text):
        return note
    before = dict(
        title=note.title,
        text=note.text,
        written_by_id=note.changed_by_id or note.written_by_id,
        written_at=note.changed_at or note.created_at,
    )
    db.session.add(NoteVersion(practice_id=note.practice_id, note_id=note.id, number=note.version, **before))
    note.title, note.text, note.version = title, text, note.version + 1
    note.changed_at, note.changed_by_id = now, staff.account_id
    _note("note_changed", staff, note, now)
    return note


def versions(note: Note) -> list[NoteVersion]:
    """What it said before, newest first."""
    former = select(NoteVersion).where(NoteVersion.note_id == note.id).order_by(NoteVersion.number.desc())
    return list(db.session.scalars(former.options(joinedload(NoteVersion.written_by))))


def _add(staff: StaffMember, profile: Profile, verb: str, note: Note, now: datetime) -> Note:
    profile = tombstones.standing(profile.id)
    note.practice_id, note.profile_id, note.written_by_id, note.created_at = profile.practice_id, profile.id, staff.account_id, now
    db.session.add(note)
    db.session.flush()
    _note(verb, staff, note, now)
    return note


def _note(verb: str, staff: StaffMember, note: Note, now: datetime) -> None:
    ledger.record(verb, now, profile=db.session.get(Profile, note.profile_id), account=staff.account, note=note.id, **{"as": "staff"})
