"""Whom people are seen by as a rule, and where, as lists of people bring and take it. Portal never knows what that is: the rest of the house
keeps it (booking/listed_care.py)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

PRACTITIONER, LOCATION = "practitioner", "location"


class Named(NamedTuple):
    """A practitioner or a place: public id, and the name that stands in lists."""

    public_id: str
    name: str


class Standing(NamedTuple):
    """What is kept of somebody; `row`: which entry says it, so that a newer one is seen."""

    row: int
    practitioner: Named | None = None
    location: Named | None = None


class Keeper(NamedTuple):
    """`table`: its name, of which portal/import_kept.py asks. `named(practice id)`: who works there and where, by PRACTITIONER and LOCATION.
    `standing(profile ids)`: of those who have any. `write(practice id, {profile id: {PRACTITIONER: public id, LOCATION: public id}}, now)`:
    both, empty for none; gives profile id → `row`. `take_back(rows)`: as if they had never been."""

    table: str
    named: Callable[[int], Mapping[str, Sequence[Named]]]
    standing: Callable[[Collection[int]], Mapping[int, Standing]]
    write: Callable[[int, Mapping[int, Mapping[str, str]], datetime], Mapping[int, int]]
    take_back: Callable[[Collection[int]], None]


_NOBODY = Keeper("", lambda _practice: {}, lambda _ids: {}, lambda _practice, _people, _now: {}, lambda _rows: None)
_keepers: list[Keeper] = []


def keeps_care(keeper: Keeper) -> None:
    _keepers.append(keeper)


def keeper() -> Keeper:
    return _keepers[0] if _keepers else _NOBODY
