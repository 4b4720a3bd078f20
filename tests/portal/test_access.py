"""The rules of access, in tables: which birthday it is, which age step holds, what is left of what was given."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from portal.access import (
    BOOK,
    BUSY,
    CHANGE,
    EVERYTHING,
    GET_NOTICES,
    LEVELS,
    MANAGE_ACCESS,
    NARROW,
    NOTHING,
    PAUSE,
    PERMISSIONS,
    RELATIONSHIPS,
    SEE_DETAILS,
    SEE_TIMES,
    SELF,
    Step,
    age,
    at_level,
    birthday,
    born_by,
    default_permissions,
    effective,
    last_step,
    level,
    may_decide_about,
    next_step,
    steps,
)

LEAP, PLAIN = date(2012, 2, 29), date(2012, 6, 2)
USUAL = [Step(12, NARROW), Step(16, PAUSE)]
LONG_AGO = date(2013, 1, 1)


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    "born, on, years",
    [
        ("2012-02-29", "2027-02-28", 14),  # a common year: the birthday is 1 March
        ("2012-02-29", "2027-03-01", 15),
        ("2012-02-29", "2028-02-28", 15),  # a leap year has the day itself
        ("2012-02-29", "2028-02-29", 16),
        ("2012-02-28", "2028-02-28", 16),
        ("2012-03-01", "2028-02-29", 15),
        ("2010-12-31", "2026-12-30", 15),
        ("2010-12-31", "2026-12-31", 16),
        ("2010-01-01", "2026-01-01", 16),
        ("2000-02-29", "2100-02-28", 99),  # 2100 is no leap year
        ("2000-02-29", "2100-03-01", 100),
        ("2026-12-10", "2026-12-10", 0),
    ],
)
def test_an_age_in_full_years(born, on, years):
    assert age(d(born), d(on)) == years


@pytest.mark.parametrize("born", [LEAP, PLAIN, d("2011-02-28"), d("2011-03-01"), d("2010-12-31"), d("2011-01-01")])
@pytest.mark.parametrize("years", [1, 4, 12, 16, 18, 88])
def test_a_birthday_is_the_first_day_of_the_new_age(born, years):
    day = birthday(born, years)
    assert (age(born, day), age(born, day - timedelta(days=1))) == (years, years - 1)


@pytest.mark.parametrize("years", [12, 16, 17, 18])
def test_the_last_date_of_birth_of_an_age_is_exactly_that(years):
    """Range queries stand on it: nobody is found too late, and nobody too early."""
    for on in (d("2027-12-28") + timedelta(days=n) for n in range(430)):
        last = born_by(on, years)
        assert age(last, on) == years and age(last + timedelta(days=1), on) == years - 1, on


# --- age steps ---


@pytest.mark.parametrize(
    "settings, decided, on, expected",
    [
        ([], LONG_AGO, "2040-01-01", None),
        (USUAL, LONG_AGO, "2024-06-01", None),  # the eve of the 12th birthday
        (USUAL, LONG_AGO, "2024-06-02", (12, NARROW)),
        (USUAL, LONG_AGO, "2028-06-01", (12, NARROW)),
        (USUAL, LONG_AGO, "2028-06-02", (16, PAUSE)),
        (USUAL, LONG_AGO, "2060-01-01", (16, PAUSE)),
        (USUAL, d("2024-06-01"), "2024-06-02", (12, NARROW)),  # decided on the eve
        (USUAL, d("2024-06-02"), "2024-06-02", None),  # decided on the day, knowing it
        (USUAL, d("2026-01-01"), "2028-06-01", None),
        (USUAL, d("2026-01-01"), "2028-06-02", (16, PAUSE)),
        (USUAL, d("2028-06-03"), "2040-01-01", None),
        # turned on when the person is 14: it holds at once for what was decided at the age of 8, not for what was decided at 13
        ([Step(12, PAUSE)], d("2020-10-01"), "2026-12-10", (12, PAUSE)),
        ([Step(12, PAUSE)], d("2025-10-01"), "2026-12-10", None),
        # no birthday gives back what an earlier one took; the first of its kind is named
        ([Step(12, PAUSE), Step(16, NARROW)], LONG_AGO, "2029-01-01", (12, PAUSE)),
        ([Step(12, PAUSE), Step(16, NARROW)], d("2026-01-01"), "2029-01-01", (16, NARROW)),
        ([Step(12, NARROW), Step(18, NARROW)], LONG_AGO, "2031-01-01", (12, NARROW)),
        ([Step(16, PAUSE), Step(18, PAUSE)], LONG_AGO, "2031-01-01", (16, PAUSE)),
    ],
)
def test_which_step_stands_in_between(settings, decided, on, expected):
    found = last_step("parent", PLAIN, settings, decided, d(on))
    assert (found and tuple(found)) == expected


@pytest.mark.parametrize("on, holds", [("2027-02-28", False), ("2027-03-01", True)])
def test_a_step_of_somebody_born_on_29_february_comes_on_1_march_in_a_common_year(on, holds):
    assert bool(last_step("parent", LEAP, [Step(15, PAUSE)], LONG_AGO, d(on))) is holds


@pytest.mark.parametrize("on, holds", [("2028-02-28", False), ("2028-02-29", True)])
def test_and_on_the_day_itself_in_a_leap_year(on, holds):
    assert bool(last_step("parent", LEAP, [Step(16, PAUSE)], LONG_AGO, d(on))) is holds


@pytest.mark.parametrize("relationship", RELATIONSHIPS)
def test_steps_are_for_everybody_but_the_person(relationship):
    found = last_step(relationship, PLAIN, USUAL, LONG_AGO, d("2030-01-01"))
    assert (found is None) == (relationship == SELF)
    assert (next_step(relationship, PLAIN, USUAL, d("2020-01-01")) is None) == (relationship == SELF)


def test_who_was_born_nobody_knows_when_has_no_birthdays():
    assert last_step("parent", None, USUAL, LONG_AGO, d("2030-01-01")) is None
    assert next_step("parent", None, USUAL, d("2020-01-01")) is None


def test_a_corrected_birth_date_holds_at_once_in_both_directions():
    on = d("2026-12-10")
    assert last_step("parent", d("2010-12-10"), USUAL, LONG_AGO, on).age == 16
    assert last_step("parent", d("2010-12-11"), USUAL, LONG_AGO, on).age == 12


@pytest.mark.parametrize(
    "settings, standing, on, expected",
    [
        (USUAL, None, "2024-06-01", 12),
        (USUAL, None, "2024-06-02", 16),  # that of today is not to come
        (USUAL, Step(12, NARROW), "2024-06-02", 16),
        (USUAL, None, "2028-06-02", None),
        ([Step(12, NARROW), Step(16, NARROW)], Step(12, NARROW), "2025-01-01", None),  # takes nothing more
        ([Step(12, PAUSE), Step(16, NARROW), Step(18, PAUSE)], Step(12, PAUSE), "2025-01-01", None),
    ],
)
def test_the_next_step_is_the_next_that_takes_more(settings, standing, on, expected):
    found = next_step("parent", PLAIN, settings, d(on), standing)
    assert (found and found.age) == expected


def test_steps_come_out_of_their_column_youngest_first():
    assert steps([[16, "pause"], [12, "narrow"]]) == USUAL
    assert steps([]) == []


# --- what is left ---


@pytest.mark.parametrize(
    "step, is_safe, relationship, left",
    [
        (None, False, "parent", set(PERMISSIONS)),
        (None, True, "parent", set(PERMISSIONS) - {MANAGE_ACCESS}),
        (None, True, SELF, set(PERMISSIONS)),
        (Step(12, NARROW), False, "parent", {SEE_TIMES, BOOK, CHANGE, GET_NOTICES}),
        (Step(12, NARROW), True, "parent", {SEE_TIMES, BOOK, CHANGE, GET_NOTICES}),
        (Step(16, PAUSE), False, "parent", set()),
        (Step(16, PAUSE), True, "parent", set()),
    ],
)
def test_what_holds_of_what_was_given(step, is_safe, relationship, left):
    assert effective(PERMISSIONS, relationship, step, is_safe) == left


@pytest.mark.parametrize("given", [(), (SEE_TIMES,), (BOOK, CHANGE), PERMISSIONS, (MANAGE_ACCESS,)])
@pytest.mark.parametrize("step", [None, Step(12, NARROW), Step(16, PAUSE)])
@pytest.mark.parametrize("is_safe", [False, True])
def test_nothing_holds_that_was_not_given(given, step, is_safe):
    assert effective(given, "trusted", step, is_safe) <= set(given)


@pytest.mark.parametrize("decided", [LONG_AGO, d("2024-06-01"), d("2024-06-02"), d("2026-01-01"), d("2028-06-02")])
@pytest.mark.parametrize("settings", [USUAL, [Step(12, PAUSE), Step(16, NARROW), Step(18, PAUSE)], [Step(18, NARROW)]])
def test_growing_older_never_gives_anybody_more(settings, decided):
    days = [decided + timedelta(days=n) for n in range(0, 8000, 1)]
    held = [effective(PERMISSIONS, "parent", last_step("parent", PLAIN, settings, decided, on), False) for on in days]
    assert all(later <= earlier for earlier, later in pairwise(held))


@pytest.mark.parametrize("relationship", RELATIONSHIPS)
def test_every_relationship_has_its_usual_permissions_in_order(relationship):
    usual = default_permissions(relationship)
    assert [name for name in PERMISSIONS if name in usual] == list(usual)
    assert (MANAGE_ACCESS in usual) == (relationship in (SELF, "parent", "guardian"))


def test_an_unknown_relationship_has_none():
    with pytest.raises(KeyError):
        default_permissions("neighbour")


@pytest.mark.parametrize(
    "permissions, seen",
    [
        ((), NOTHING),
        ((SEE_DETAILS,), NOTHING),
        ((BOOK, CHANGE), NOTHING),
        ((SEE_TIMES,), BUSY),
        ((SEE_TIMES, BOOK), BUSY),
        ((SEE_TIMES, SEE_DETAILS), EVERYTHING),
    ],
)
def test_how_much_is_seen(permissions, seen):
    assert level(permissions) == seen


@pytest.mark.parametrize("wanted", LEVELS)
@pytest.mark.parametrize("before", [(), (BOOK, GET_NOTICES), PERMISSIONS])
def test_another_level_of_seeing_changes_nothing_else(before, wanted):
    after = at_level(before, wanted)
    assert level(after) == wanted
    assert set(after) - {SEE_TIMES, SEE_DETAILS} == set(before) - {SEE_TIMES, SEE_DETAILS}


@pytest.mark.parametrize(
    "mine, relationship, is_mine, was_given_by_me, may",
    [
        ((), "parent", True, False, True),  # everybody may end their own
        ((MANAGE_ACCESS,), SELF, False, False, True),
        ((), SELF, False, False, False),
        ((MANAGE_ACCESS,), "parent", False, True, True),
        ((MANAGE_ACCESS,), "parent", False, False, False),
        ((BOOK,), "parent", False, True, False),  # narrowed since
    ],
)
def test_who_decides_about_whose_access(mine, relationship, is_mine, was_given_by_me, may):
    assert may_decide_about(frozenset(mine), relationship, is_mine, was_given_by_me) is may
