"""How long the way may take: tables."""

import pytest

from booking.travel import JOURNEY_KM, Place, distance, minutes

MILL_STREET = Place(1, "12 Mill Street", "Toronto", 43.6503, -79.3596)
DIEPPE = Place(2, "85, rue Acadie", "Dieppe", 46.0989, -64.7244)


def at_km(km: float, number: int = 9) -> Place:
    """Somewhere so far to the north of the equator's beginning."""
    return Place(number, "", "", km / 111.19492664455873, 0.0)


ZERO = Place(8, "", "", 0.0, 0.0)


@pytest.mark.parametrize(
    "km, way",
    [
        (0, 0),
        (0.05, 0),
        (0.2, 15),
        (1, 15),
        (5, 25),
        (25, 70),
        (30, 85),
        (31, 85),
        (70, 115),
        (110, 145),
        (799.9, 660),
        (800.5, None),
        (5000, None),
    ],
)
def test_by_distance(km, way):
    """10 minutes, the first 30 km at 25 km/h, the rest at 80 km/h, rounded up to five; no minutes for a journey."""
    assert minutes(ZERO, at_km(km)) == way == minutes(at_km(km), ZERO)


def test_farther_never_takes_less():
    ways = [minutes(ZERO, at_km(km)) for km in range(JOURNEY_KM)]
    assert ways == sorted(ways)


def test_cities_of_the_demo_are_a_journey():
    assert 1150 < distance(MILL_STREET, DIEPPE) < 1250 and minutes(MILL_STREET, DIEPPE) is None


@pytest.mark.parametrize(
    "one, other, way",
    [
        (Place(1, "", "Toronto"), Place(1, "", "Toronto"), 0),  # the same location
        (Place(1, "12 Mill Street", "Toronto"), Place(2, "12 mill street", "toronto"), 0),  # two practices in one house
        (Place(1, "", "Toronto"), Place(2, "", "Toronto"), 30),
        (Place(1, "", "Toronto"), Place(2, "", "TORONTO"), 30),
        (Place(1, "", "Toronto"), Place(2, "", "Dieppe"), 90),
        (Place(1, "", "Toronto"), Place(2), 30),  # nobody said where
        (Place(1), Place(2), 30),
        (Place(1, "", "Toronto", 43.65, -79.36), Place(2, "", "Dieppe"), 90),  # coordinates of one only
        (Place(1, "", "Toronto", 43.65, None), Place(2, "", "Dieppe", 46.1, -64.7), 90),
        (Place(1, "", "A", 0.0, 0.0), Place(2, "", "B", 0.0, 0.0), 0),  # zero is a coordinate too
        (Place(1, "", "A", 10.0, 179.999), Place(2, "", "B", 10.0, -179.999), 15),  # across the date line
    ],
)
def test_without_coordinates_by_city(one, other, way):
    assert minutes(one, other) == way == minutes(other, one)
