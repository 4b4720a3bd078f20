"""Another length, step, pause, room or other givers of a service, as a change that can be supposed: its effect is seen before it is saved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.changes import Change
from booking.snapshot import COLUMNS
from booking.whatif import Parts

_NAMES = [column.key for column in COLUMNS["services"][1]]


@dataclass(frozen=True)
class OtherService(Change):
    """`columns` of the service with this id, as they would be; `givers`: ids of the practitioners who would give it."""

    number: int
    columns: tuple[tuple[str, Any], ...]
    givers: frozenset[int]

    def on(self, parts: Parts) -> Parts:
        others = [row for row in parts["offers"] if row[0] != self.number]
        mine = [row for row in parts["offers"] if row[0] == self.number and row[1] in self.givers]
        new = [[self.number, one, 0] for one in sorted(self.givers - {row[1] for row in mine})]
        return {**parts, "services": [self._row(row) for row in parts["services"]], "offers": [*others, *mine, *new]}

    def _row(self, row: list) -> list:
        if row[0] != self.number:
            return row
        said = {name: int(value.timestamp()) if isinstance(value, datetime) else value for name, value in self.columns}
        return [said.get(name, was) for name, was in zip(_NAMES, row, strict=True)]
