"""What the rest of the house adds to a merge: what it counts and warns of beforehand, and its words for rows made or changed since.

Moving its own rows is done in a handler of `profile_merged` (portal/signals.py).
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from portal.models import Merge, Profile


class Count(NamedTuple):
    """A kind of thing both records may have: `name` ("appointments"), numbers, and a few words about each side, such as "last on 11 March"."""

    name: str
    source: int
    target: int
    source_words: str = ""
    target_words: str = ""


class Conflict(NamedTuple):
    """Something staff should know before they merge. `key` names the kind, and the thing where there may be several ("overlap 12 34");
    `words` a sentence; `needs_confirming`: the merge waits for a tick beside it."""

    key: str
    words: str
    needs_confirming: bool = True


class Part(NamedTuple):
    counts: list[Count]
    conflicts: list[Conflict]


class Made(NamedTuple):
    """A row made or changed since a merge: what staff read about it, when that was, and whether it rather belongs to the source.
    `by_id`: the account that made it, if it was through access to this person."""

    words: str
    at: datetime
    is_sources: bool
    by_id: int | None = None


_previews: list[Callable[[Profile, Profile, datetime], Part]] = []
_changes: list[Callable[[Merge], list[Made]]] = []
_describers: dict[str, Callable[[Merge, Collection[int], Collection[int]], dict[int, Made]]] = {}


def on_preview(make: Callable[[Profile, Profile, datetime], Part]):
    """Have `make(source, target, now)` add to the preview of every merge."""
    _previews.append(make)
    return make


def parts(source: Profile, target: Profile, now: datetime) -> list[Part]:
    return [make(source, target, now) for make in _previews]


def on_undo(make: Callable[[Merge], list[Made]]):
    """Have `make(merge)` add to what is told before a merge is taken back: what was done since to things that were there before."""
    _changes.append(make)
    return make


def changed_since(merge: Merge) -> list[Made]:
    return [one for make in _changes for one in make(merge)]


def describes(table_name: str):
    """Mark `(merge, ids of rows made since, ids of links that go back to the source) -> {id: Made}` for a table that follows."""

    def mark(describe):
        _describers[table_name] = describe
        return describe

    return mark


def described(table_name: str, merge: Merge, ids: Collection[int], links: Collection[int]) -> dict[int, Made]:
    """Rows of which nobody has words are not asked about: they stay with the target."""
    return _describers[table_name](merge, ids, links) if ids and table_name in _describers else {}
