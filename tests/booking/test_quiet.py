"""At night no telephone buzzes: a reminder goes to the morning while that helps, else to the evening before."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import quiet

TORONTO, VANCOUVER = "America/Toronto", "America/Vancouver"


def at(day: int, hour: int, minute: int = 0, zone: str = TORONTO) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    "due, starts, sent",
    [
        (at(17, 8), at(17, 10), at(17, 8)), (at(16, 20, 59), at(17, 20, 59), at(16, 20, 59)),  # no night
        (at(17, 7), at(17, 9), at(17, 8)),  # an hour before is still of use
        (at(17, 6, 30), at(17, 8, 30), at(16, 20, 30)),  # half an hour is not
        (at(16, 21), at(17, 21), at(17, 8)), (at(16, 23), at(17, 1), at(16, 20, 30)), (at(17, 0, 30), at(17, 2, 30), at(16, 20, 30)),
    ],
)  # fmt: skip
def test_where_a_reminder_of_the_night_goes(due, starts, sent):
    assert quiet.moved(due, starts, TORONTO) == sent


def test_the_night_is_the_readers():
    assert quiet.is_quiet(at(17, 9), VANCOUVER) and not quiet.is_quiet(at(17, 9), TORONTO)
    assert quiet.moved(at(17, 9), at(17, 15), VANCOUVER) == at(17, 8, zone=VANCOUVER)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.integers(1, 336),
    st.sampled_from([TORONTO, VANCOUVER, "Asia/Kolkata", "America/St_Johns"]),
)
def test_none_is_ever_in_the_night_nor_after_the_start(starts, hours, zone):
    """Also in the nights in which the clocks change."""
    starts = starts.replace(tzinfo=UTC)
    moved = quiet.moved(starts - timedelta(hours=hours), starts, zone)
    assert not quiet.is_quiet(moved, zone) and moved < starts and abs(starts - timedelta(hours=hours) - moved) < timedelta(hours=12)
