"""How long the way from one clinic to another may take. Pure, and an estimate: always shown as "may", never a reason to refuse.

Straight lines over the globe, by a table rough enough to be honest: 10 minutes to leave and arrive, the first 30 km at 25 km/h
as in a city, what is beyond at 80 km/h as on a road. Beyond 800 km nobody drives: that is a journey, without minutes.
Where a clinic has no coordinates, 30 minutes within a city and 90 to another one.
"""

from math import asin, ceil, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_KM = 6371.0
SAME_PLACE_KM = 0.1
LEAVE_AND_ARRIVE = 10  # minutes
CITY_KM, CITY_SPEED, ROAD_SPEED = 30, 25, 80  # km, km/h
JOURNEY_KM = 800
IN_TOWN, TO_ANOTHER_TOWN = 30, 90  # minutes, when that is all we know
ROUNDED_TO = 5


class Place(NamedTuple):
    """Where one has to be. Degrees, where known; an unknown city is taken for the same one."""

    id: int
    street: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None


def minutes(one: Place, other: Place) -> int | None:
    """The way from one place to another: 0 at the same place, None for a journey (farther than `JOURNEY_KM`)."""
    if one.id == other.id or _same_address(one, other):
        return 0
    km = distance(one, other)
    if km is None:
        same_city = not (one.city and other.city) or one.city.casefold() == other.city.casefold()
        return IN_TOWN if same_city else TO_ANOTHER_TOWN
    if km > JOURNEY_KM:
        return None
    return 0 if km < SAME_PLACE_KM else _driving(km)


def distance(one: Place, other: Place) -> float | None:
    """Great-circle kilometres; None unless both places have coordinates."""
    if None in (*one[3:], *other[3:]):
        return None
    north, east, other_north, other_east = (radians(value) for value in (*one[3:], *other[3:]))
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def _driving(km: float) -> int:
    """Minutes, rounded up: an estimate of 37 minutes would promise too much."""
    hours = min(km, CITY_KM) / CITY_SPEED + max(km - CITY_KM, 0) / ROAD_SPEED
    return ceil((hours * 60 + LEAVE_AND_ARRIVE) / ROUNDED_TO) * ROUNDED_TO


def _same_address(one: Place, other: Place) -> bool:
    return bool(one.street) and (one.street.casefold(), one.city.casefold()) == (other.street.casefold(), other.city.casefold())
