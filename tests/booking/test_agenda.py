"""Which appointments get in each other's way: tables of plain values."""

import pytest

from booking.agenda import NIGHT, Entry, Kind, pairs
from booking.travel import Place

HERE, NEAR, FAR = Place(1, "", "Toronto"), Place(2, "", "Toronto"), Place(3, "", "Dieppe", 46.1, -64.7)
ALSO_FAR = Place(4, "", "Toronto", 43.65, -79.36)


def entry(key, person, begins, ends, place=HERE, along=True) -> Entry:
    """Minutes of a day."""
    return Entry(key, person, begins * 60, ends * 60, place, along)


def said(*entries) -> list[tuple]:
    return [(str(pair.kind), pair.first.key, pair.second.key, pair.gap, pair.way) for pair in pairs(entries)]


LEO = entry("a", "leo", 540, 600)  # 9 to 10, here


@pytest.mark.parametrize(
    "other, expected",
    [
        # one person at the same time, wherever
        (entry("b", "leo", 540, 600), [("overlap", "a", "b", 0, None)]),
        (entry("b", "leo", 599, 660, FAR), [("overlap", "a", "b", 0, None)]),
        (entry("b", "leo", 500, 541), [("overlap", "b", "a", 0, None)]),
        (entry("b", "leo", 550, 560, None), [("overlap", "a", "b", 0, None)]),  # busy: the time is enough
        # one person, two places
        (entry("b", "leo", 600, 660), []),  # the same place, one after the other
        (entry("b", "leo", 600, 660, NEAR), [("way", "a", "b", 0, 30)]),
        (entry("b", "leo", 629, 660, NEAR), [("way", "a", "b", 29, 30)]),
        (entry("b", "leo", 630, 660, NEAR), []),  # just enough
        (entry("b", "leo", 480, 515, NEAR), [("way", "b", "a", 25, 30)]),
        (entry("b", "leo", 660, 700, FAR), [("way", "a", "b", 60, 90)]),
        (entry("b", "leo", 610, 660, None), []),  # where somebody is when busy is not known, so nothing is said of the way
        # two people
        (entry("b", "mia", 540, 600), []),  # the same place
        (entry("b", "mia", 540, 600, NEAR), [("two-places", "a", "b", 0, 30)]),
        (entry("b", "mia", 600, 660, NEAR), []),  # one after the other is not said
        (entry("b", "mia", 540, 600, None), []),
        (entry("b", "mia", 540, 600, NEAR, along=False), []),  # only looked at, never booked for
    ],
)
def test_pairs(other, expected):
    assert said(LEO, other) == said(other, LEO) == expected


def test_cities_far_apart_are_a_journey_until_a_night_lies_between():
    first = entry("a", "leo", 540, 600, ALSO_FAR)
    assert said(first, entry("b", "leo", 600 + NIGHT - 1, 2000, FAR)) == [("journey", "a", "b", NIGHT - 1, None)]
    assert said(first, entry("b", "leo", 600 + NIGHT, 2000, FAR)) == []
    assert said(first, entry("b", "mia", 540, 600, FAR)) == [("two-places", "a", "b", 0, None)]


def test_every_pair_once_in_the_order_of_time():
    three = [entry(name, "leo", begins, begins + 60) for name, begins in (("c", 560), ("a", 540), ("b", 550))]
    assert [(one.first.key, one.second.key) for one in pairs(three)] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_a_long_one_meets_what_comes_late():
    rows = [entry("long", "leo", 0, 2880), entry("short", "mia", 10, 20), entry("late", "leo", 2879, 2900)]
    assert said(*rows) == [("overlap", "long", "late", 0, None)]


def test_nothing_and_one_are_no_pairs():
    assert pairs([]) == [] == pairs([LEO]) and Kind("way") is Kind.WAY
