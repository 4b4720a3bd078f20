"""What the two records of a merge were called on its day, and what they will be called once it is taken back. The surviving record may bear
the other one's name meanwhile; staff who decide whose something is have to read whose name is whose."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from portal import merge_history
from portal.merge_journal import as_json, from_json
from portal.models import Merge, Practice, Profile
from portal.staff import merge_words

COLUMNS = ("given_name", "family_name", "file_number", "provisional_at", "created_at")


class Told(NamedTuple):
    """A record as portal/staff/merge_words.py names it."""

    name: str
    file_number: str
    is_provisional: bool
    created_at: datetime
    practice: Practice


def of_that_day(merges: Collection[Merge]) -> dict[int, tuple[str, str]]:
    """Merge id → both by name as they were when they were merged, told apart in any case."""
    journal = merge_history.of_targets(merges)
    return {one.id: merge_words.both_named(one.source, _told(one.target, journal.get(one.id, ({}, {}))[0])) for one in merges}


def afterwards(merge: Merge) -> tuple[Told, Told]:
    """Both as they will be called when the merge is taken back: what was changed since stays."""
    before, after = merge_history.of_targets([merge]).get(merge.id, ({}, {}))
    returns = {name: before[name] for name in after if as_json(getattr(merge.target, name)) == after[name]}
    return _told(merge.source, {}), _told(merge.target, returns)


def _told(one: Profile, before: dict) -> Told:
    said = {name: from_json(one, name, before[name]) if name in before else getattr(one, name) for name in COLUMNS}
    name = f"{said['given_name']} {said['family_name']}".strip()
    return Told(name, said["file_number"], said["provisional_at"] is not None, said["created_at"], one.practice)
