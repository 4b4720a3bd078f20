"""The table of measurements says what it means."""

import pytest

from bench import Row, cpu_ms
from bench.__main__ import main, number, table


def test_a_ceiling_is_met_from_below_and_a_rate_from_above():
    assert Row("one", 0.4, "ms", aim=0.5).met
    assert not Row("one", 0.6, "ms", aim=0.5).met
    assert Row("two", 120, "1/s", aim=100, more_is_better=True).met
    assert not Row("two", 80, "1/s", aim=100, more_is_better=True).met
    assert Row("three", 1, "ms").met is None


def test_the_ratio_says_how_many_times_worse_than_the_floor():
    assert Row("slow", 6, "ms", floor=2).ratio == 3
    assert Row("rate", 50, "1/s", floor=200, more_is_better=True).ratio == 4
    assert Row("no floor", 6, "ms").ratio is None


def test_the_table_is_aligned_and_shouts_what_is_not_met():
    lines = table(
        [Row("engine, 1 × 60 days", 0.25, "ms", floor=0.05, aim=0.5), Row("pages", 1203.4, "1/s", aim=2000, more_is_better=True)]
    ).splitlines()
    assert lines[1].split() == ["engine,", "1", "×", "60", "days", "0.25", "ms", "5", "≤", "0.5", "met"]
    assert lines[2].endswith("NOT MET")
    assert lines[1].index("ms") == lines[2].index("1/s")


@pytest.mark.parametrize(("value", "said"), [(0, "0"), (0.03124, "0.0312"), (4.049, "4.05"), (1203.4, "1,203"), (99.96, "100")])
def test_numbers_keep_three_digits_that_count(value, said):
    assert number(value) == said


def test_time_is_measured_in_milliseconds_of_this_process():
    assert 0 <= cpu_ms(lambda: sum(range(1000)), seconds=0.01) < 10


def test_an_unknown_part_is_refused_in_words(capsys):
    assert main(["astrology"]) == 2
    assert "No such part: astrology" in capsys.readouterr().err
