"""What is too often: counted in a table, forgotten with its window."""

from datetime import timedelta

import pytest

from portal import throttle
from portal.database import transact
from portal.errors import TooManyTries

NAME = throttle.key("sign-in", "priya@example.com")


def test_more_than_the_most_is_refused_until_the_window_closes(context, clock):
    for _try in range(3):
        transact(throttle.allow, NAME, clock(), 3, 15)
    with pytest.raises(TooManyTries):
        transact(throttle.allow, NAME, clock(), 3, 15)
    transact(throttle.allow, NAME, clock() + timedelta(minutes=15), 3, 15)


def test_every_window_closes_not_only_the_first(context, clock):
    """With the sweep not coming in between, as it comes once an hour."""
    counts = [transact(throttle.count, NAME, clock() + timedelta(minutes=minutes), 15) for minutes in (0, 1, 20, 21, 40, 60, 61)]
    assert counts == [1, 2, 1, 2, 1, 1, 2]
    assert throttle.ends_at(NAME) == clock() + timedelta(minutes=75)
    transact(throttle.sweep, clock() + timedelta(minutes=80))
    assert throttle.ends_at(NAME) is None


def test_a_window_that_a_clock_opened_which_ran_ahead_keeps_nobody_out(context, clock):
    later = clock() + timedelta(days=365)
    for _try in range(4):
        transact(throttle.count, NAME, later, 15)
    assert [transact(throttle.count, NAME, clock(), 15) for _try in range(2)] == [1, 2]


def test_machines_whose_clocks_differ_by_seconds_count_together(context, clock):
    ahead = clock() + timedelta(seconds=20)
    assert [transact(throttle.count, NAME, now, 15) for now in (ahead, clock(), ahead, clock())] == [1, 2, 3, 4]
