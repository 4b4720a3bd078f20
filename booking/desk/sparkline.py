"""A line of numbers as two SVG shapes (LOOK §7): the area below it and the line itself. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT, MARGIN = 140, 40, 3  # units of the viewBox; no point touches the upper or lower edge


class Sparkline(NamedTuple):
    """Points for `<polygon>` and `<polyline>`; `x` of each number, for marks."""

    area: str
    line: str
    xs: tuple[float, ...]


def sparkline(numbers: Sequence[int]) -> Sparkline:
    """The lowest line is zero, always: a small change does not look like a large one."""
    top = max(1, *numbers)
    xs = tuple(round(n * WIDTH / max(1, len(numbers) - 1), 1) for n in range(len(numbers)))
    points = " ".join(f"{x:g},{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * number / top:.1f}" for x, number in zip(xs, numbers))
    return Sparkline(f"0,{HEIGHT} {points} {WIDTH},{HEIGHT}", points, xs)
