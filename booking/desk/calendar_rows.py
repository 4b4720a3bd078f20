"""A day laid out as cells of a table with a row for every quarter of an hour. Pure: plain values in, plain values out.

Rows are numbered from midnight by the wall clock: row 36 begins at 9am. True lengths are rounded to whole rows, outwards, and what only
collides by rounding stands one below the other; what truly overlaps stands side by side.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

QUARTER, HOUR_ROWS = 15, 4


class Entry(NamedTuple):
    """Something that takes time: instants (only compared), wall-clock minutes of its first and last moment on this day, and what it is."""

    start: int
    end: int
    first: int
    last: int
    what: object


class Ground(NamedTuple):
    """What a row is where nothing stands: "free" (with the `gap` it is part of), "pause", "off", "away" or "closed" (`text`: what it is called)."""

    kind: str
    text: str = ""
    gap: tuple[int, int] | None = None


class Cell(NamedTuple):
    """`rows` high and `columns` wide, from row `row` down. `kind`: "busy" with its entries, a Ground's, or "beside" something busy."""

    row: int
    rows: int
    columns: int
    kind: str
    entries: tuple[Entry, ...] = ()
    ground: Ground | None = None


class Laid(NamedTuple):
    """One column: how many columns of the table it is wide, and its cells by the row they begin in, from left to right."""

    width: int
    cells: dict[int, list[Cell]]


class _Box:
    """Entries of one lane that share a cell."""

    def __init__(self, lane: int, row: int, until: int, entry: Entry):
        self.lane, self.row, self.until, self.entries, self.ends = lane, row, until, [entry], entry.end

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.ends = max(self.ends, entry.end)


def span(entries: Iterable[tuple[int, int]], usual: tuple[int, int]) -> tuple[int, int]:
    """The first row and the row after the last, whole hours, that hold all these (first, last) minutes; `usual` hours if there are none."""
    pairs = list(entries)
    if not pairs:
        return usual[0] * HOUR_ROWS, usual[1] * HOUR_ROWS
    return min(first for first, _ in pairs) // 60 * HOUR_ROWS, -(-max(last for _, last in pairs) // 60) * HOUR_ROWS


def lay(entries: Iterable[Entry], ground: Sequence[Ground], top: int) -> Laid:
    """The cells of one column whose rows `top` … `top + len(ground)` have this ground. Entries lie within them."""
    boxes = _boxes(entries)
    clusters = list(_clusters(boxes))
    width = max((len({box.lane for box in cluster}) for cluster in clusters), default=1)
    cells: dict[int, list[tuple[int, Cell]]] = defaultdict(list)
    row = top
    for cluster in clusters:
        begins, ends = cluster[0].row, max(box.until for box in cluster)
        _bare(cells, ground, top, row, begins, width)
        _side_by_side(cells, cluster, begins, ends, width)
        row = ends
    _bare(cells, ground, top, row, top + len(ground), width)
    return Laid(width, {at: [cell for _lane, cell in sorted(found, key=lambda pair: pair[0])] for at, found in cells.items()})


def _boxes(entries: Iterable[Entry]) -> list[_Box]:
    """Every entry in the first lane where nothing is in its way; by row, then lane."""
    lanes: list[_Box] = []  # the last box of each
    found: list[_Box] = []
    for entry in sorted(entries, key=lambda one: (one.start, -one.end)):
        row = entry.first // QUARTER
        until = max(-(-entry.last // QUARTER), row + 1)
        lane = next((n for n, box in enumerate(lanes) if box.ends <= entry.start), None)
        if lane is None:
            lanes.append(_Box(len(lanes), row, until, entry))
            found.append(lanes[-1])
        elif lanes[lane].until < until:
            lanes[lane] = _Box(lane, max(row, lanes[lane].until), until, entry)
            found.append(lanes[lane])
        else:
            lanes[lane].add(entry)
    return sorted(found, key=lambda box: (box.row, box.lane))


def _clusters(boxes: list[_Box]) -> Iterable[list[_Box]]:
    """Boxes that share rows with one another, each once, in order; their lanes numbered from 0 without a gap."""
    cluster: list[_Box] = []
    ends = 0
    for box in boxes:
        if cluster and box.row >= ends:
            yield _renumbered(cluster)
            cluster = []
        cluster.append(box)
        ends = max(ends, box.until) if len(cluster) > 1 else box.until
    if cluster:
        yield _renumbered(cluster)


def _renumbered(cluster: list[_Box]) -> list[_Box]:
    numbers = {lane: n for n, lane in enumerate(sorted({box.lane for box in cluster}))}
    for box in cluster:
        box.lane = numbers[box.lane]
    return cluster


def _side_by_side(cells, cluster: list[_Box], begins: int, ends: int, width: int) -> None:
    lanes = 1 + max(box.lane for box in cluster)
    for lane in range(lanes):
        columns = 1 if lane < lanes - 1 else width - lanes + 1
        row = begins
        for box in (one for one in cluster if one.lane == lane):
            if box.row > row:
                cells[row].append((lane, Cell(row, box.row - row, columns, "beside")))
            cells[box.row].append((lane, Cell(box.row, box.until - box.row, columns, "busy", tuple(box.entries))))
            row = box.until
        if row < ends:
            cells[row].append((lane, Cell(row, ends - row, columns, "beside")))


def _bare(cells, ground: Sequence[Ground], top: int, begins: int, ends: int, width: int) -> None:
    """Rows where nothing stands; free time in pieces that begin on the hour, so that each can be pressed."""

    def piece(row: int):
        here = ground[row - top]
        return here, row // HOUR_ROWS if here.kind == "free" else 0

    for (here, _hour), rows in groupby(range(begins, ends), key=piece):
        rows = list(rows)
        cells[rows[0]].append((0, Cell(rows[0], len(rows), width, here.kind, ground=here)))
