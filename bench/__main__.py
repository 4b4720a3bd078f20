"""Measures every part, or those named on the command line, and prints one table. What follows the first option is for the part matching."""

import importlib
import sys
from collections.abc import Iterable

from bench import Row

PARTS = ("engine", "pages", "desk", "bookings", "growth", "invitations", "imports", "matching", "lookalikes", "search", "desk_schedules")
HEADINGS = ("", "value", "unit", "× floor", "aim", "")


def cells(row: Row) -> tuple[str, ...]:
    """A row as people read it."""
    aim = "" if row.aim is None else f"{'≥' if row.more_is_better else '≤'} {number(row.aim)}"
    verdict = {None: "", True: "met", False: "NOT MET"}[row.met]
    return (row.name, number(row.value), row.unit, "" if row.ratio is None else number(row.ratio), aim, verdict)


def number(value: float) -> str:
    """Three digits that count: 0.0312, 4.05, 1,203."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(rows: Iterable[Row]) -> str:
    """Aligned columns, words to the left and numbers to the right."""
    lines = [HEADINGS, *map(cells, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    sides = "<><>><"
    return "\n".join("  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths)).rstrip() for line in lines)


def main(words: list[str]) -> int:
    at = next((at for at, word in enumerate(words) if word.startswith("--")), len(words))
    chosen, options = words[:at], words[at:]
    unknown = set(chosen) - set(PARTS)
    if unknown:
        print(f"No such part: {', '.join(sorted(unknown))}. There is: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    rows = []
    for part in chosen or PARTS:
        print(f"Measuring {part} …", file=sys.stderr)
        measure = importlib.import_module(f"bench.{part}").rows
        rows.extend(measure(options) if part == "matching" else measure())
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
