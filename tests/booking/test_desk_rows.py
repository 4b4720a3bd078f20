"""A day as cells of a table: every row of every column is covered once, true overlaps stand side by side, rounded ones below each other."""

import random

import pytest

from booking.desk.calendar_rows import Entry, Ground, lay, span

FREE, OFF = Ground("free"), Ground("off", "Not working")


def entry(first: int, last: int, what: str = "") -> Entry:
    return Entry(first * 60, last * 60, first, last, what)


def drawn(laid, top: int, rows: int) -> list[list[str]]:
    """The column as a browser draws it; raises when cells overlap or leave a hole."""
    table = [[""] * laid.width for _ in range(rows)]
    for row in range(rows):
        for cell in laid.cells.get(top + row, ()):
            column = table[row].index("")
            for down in range(cell.rows):
                for across in range(cell.columns):
                    assert table[row + down][column + across] == "", "two cells in one place"
                    table[row + down][column + across] = "+".join(one.what for one in cell.entries) or cell.kind
    assert all(all(line) for line in table), "a hole"
    return table


def test_an_hour_takes_four_rows_and_free_time_is_cut_at_the_hours():
    laid = lay([entry(540, 600, "a")], [FREE] * 12, 36)
    assert laid.width == 1
    assert [(row, cell.rows, cell.kind) for row, found in sorted(laid.cells.items()) for cell in found] == [
        (36, 4, "busy"),
        (40, 4, "free"),
        (44, 4, "free"),
    ]


def test_lengths_are_rounded_outwards():
    laid = lay([entry(545, 595, "a")], [FREE] * 8, 36)
    assert [row[0] for row in drawn(laid, 36, 8)] == ["a"] * 4 + ["free"] * 4


def test_two_that_only_touch_are_never_drawn_side_by_side():
    laid = lay([entry(480, 500, "a"), entry(500, 520, "b"), entry(525, 545, "c")], [FREE] * 8, 32)
    assert laid.width == 1
    assert [row[0] for row in drawn(laid, 32, 8)][:5] == ["a", "a", "b", "c", "c"]


def test_several_short_ones_share_a_cell():
    laid = lay([entry(540, 545, "a"), entry(545, 550, "b"), entry(550, 555, "c")], [FREE] * 4, 36)
    assert [row[0] for row in drawn(laid, 36, 4)] == ["a+b+c", "free", "free", "free"]


def test_what_truly_overlaps_stands_side_by_side_and_the_rest_of_the_day_is_whole():
    laid = lay([entry(540, 600, "a"), entry(570, 630, "b"), entry(660, 690, "c")], [FREE] * 12, 36)
    assert laid.width == 2
    assert (
        drawn(laid, 36, 12)
        == [["a", "beside"]] * 2
        + [["a", "b"]] * 2
        + [["beside", "b"]] * 2
        + [["free", "free"]] * 2
        + [["c", "c"]] * 2
        + [["free", "free"]] * 2
    )


def test_a_day_shows_whole_hours_around_everything_or_the_usual_ones():
    assert span([(545, 990), (480, 510)], (8, 18)) == (32, 68)
    assert span([], (8, 18)) == (32, 72)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_day_every_place_is_covered_once_and_everybody_is_on_it(seed):
    draw = random.Random(seed)
    entries = [
        entry(first, first + draw.choice((5, 10, 15, 20, 25, 50, 60, 80, 120)), f"e{n}")
        for n in range(draw.randrange(25))
        for first in [draw.randrange(480, 1020, 5)]
    ]
    ground = [draw.choice((FREE, OFF, Ground("pause"))) for _ in range(48)]
    table = drawn(lay(entries, ground, 32), 32, 48)
    shown = {name for line in table for place in line for name in place.split("+")}
    assert {one.what for one in entries} <= shown
