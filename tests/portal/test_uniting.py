"""What becomes of two records' details and access, as a table: nobody gets more than a side gave, nor back what was taken (HOUSE decision 9)."""

from datetime import UTC, date, datetime

import pytest

from portal.access import PERMISSIONS, RELATIONSHIPS, SELF
from portal.models import Profile
from portal.uniting import BOTH, DETAILS, ENDS, GUARDS, KEEP, MOVES, NOBODY_ASKED, SOURCE, STAYS, TARGET, UNITED, Held, Hold
from portal.uniting import END as END_IT
from portal.uniting import (
    BY_CHOICE,
    TAKEN,
    TOO_YOUNG,
    Afterwards,
    after_undo,
    default_side,
    earliest,
    latest,
    of_nobody_asked,
    one_relationship,
    outcome,
    sides,
    standing_side,
    stronger_check,
    values_of,
)

A, B, NO = ("a",), ("b",), ("",)
JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))
EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "name, source, target, is_newer, side",
    [
        ("name", A, B, True, TARGET),
        ("name", A, NO, False, SOURCE),
        ("name", NO, B, True, TARGET),
        ("name", NO, NO, True, TARGET),
        ("born_on", (JAN,), (None,), False, SOURCE),
        ("born_on", (None,), (JAN,), True, TARGET),
        ("born_on", (JAN,), (FEB,), True, TARGET),
        ("phone", A, B, True, SOURCE),
        ("phone", A, B, False, TARGET),
        ("phone", NO, B, True, TARGET),
        ("email", A, B, True, SOURCE),
        ("address", ("a", "", ""), ("", "b", ""), True, SOURCE),
        ("card", A, B, True, TARGET),
        ("name", ("a", "b"), ("a", ""), False, SOURCE),
        ("address", ("", "b", ""), ("a", "b", ""), True, TARGET),
        ("name", ("a", "b"), ("c", ""), False, TARGET),
        ("staff_alert", A, B, True, BOTH),
        ("staff_alert", A, A, True, TARGET),
        ("staff_alert", A, NO, False, SOURCE),
    ],
)
def test_which_side_stands_when_nobody_chooses(name, source, target, is_newer, side):
    assert default_side(name, source, target, is_newer) == side


def chosen(name, source, target, wished):
    return values_of(standing_side(name, source, target, wished, source_is_newer=False), source, target)


@pytest.mark.parametrize("name", DETAILS)
@pytest.mark.parametrize("side", [SOURCE, TARGET, BOTH, "", "neither"])
def test_a_blank_never_takes_the_place_of_something_filled(name, side):
    full, blank = tuple("x" for _ in DETAILS[name]), tuple("" for _ in DETAILS[name])
    assert chosen(name, full, blank, side) == chosen(name, blank, full, side) == full


def test_what_may_be_chosen():
    assert sides("phone", A, B) == (SOURCE, TARGET) and sides("staff_alert", A, B) == (SOURCE, TARGET, BOTH)
    assert sides("phone", A, A) == sides("phone", A, NO) == sides("phone", NO, B) == ()
    assert chosen("phone", A, B, SOURCE) == A and chosen("phone", A, B, TARGET) == B and chosen("phone", A, B, BOTH) == B
    assert chosen("address", ("a", "", ""), ("b", "c", ""), SOURCE) == ("a", "", ""), "columns of one detail are not mixed"


def test_neither_alert_gets_lost():
    assert chosen("staff_alert", ("Deaf",), ("Allergic",), BOTH) == ("Allergic\nDeaf",)


def test_every_column_of_a_profile_is_thought_of():
    """A new column has to be somebody's to choose, to be reckoned, or to stay out of a merge on purpose."""

    # who was forgotten is merged with nobody
    stays_out = {
        "id",
        "public_id",
        "practice_id",
        "replaced_by_id",
        "merged_at",
        "keyed",
        "worded",
        "forgotten_at",
    }
    person = dict.fromkeys(NOBODY_ASKED)
    known = {column for columns in DETAILS.values() for column in columns} | of_nobody_asked(person, person).keys() | stays_out
    assert {column.name for column in Profile.__table__.columns} == known


def test_protection_and_refusals_of_either_side_hold():
    none = dict.fromkeys(NOBODY_ASKED)
    said = dict.fromkeys(GUARDS, LATE)
    for one, other in ((none, none | said), (none | said, none)):
        after = of_nobody_asked(one, other)
        assert {name: after[name] for name in GUARDS} == said
    new = none | {"provisional_at": EARLY}
    assert of_nobody_asked(new, none)["provisional_at"] is None and of_nobody_asked(none, new)["provisional_at"] is None
    assert of_nobody_asked(new, none | {"provisional_at": LATE})["provisional_at"] == LATE
    assert of_nobody_asked(none | {"created_at": LATE}, none | {"created_at": EARLY})["created_at"] == EARLY


def held(number=1, relationship="parent", permissions=PERMISSIONS, decided_on=JAN, ends_on=None, review_on=None) -> Held:
    return Held(number, relationship, frozenset(permissions), decided_on, ends_on, review_on)


ONE, OTHER = held(1), held(2)


@pytest.mark.parametrize(
    "source, target, ended_on, choice, kind",
    [
        (None, None, (), KEEP, None),
        (None, None, (SOURCE,), KEEP, None),
        (None, OTHER, (), KEEP, STAYS),
        (None, OTHER, (), END_IT, STAYS),
        (None, OTHER, (SOURCE,), KEEP, ENDS),
        (ONE, None, (), KEEP, MOVES),
        (ONE, None, (), END_IT, ENDS),
        (ONE, None, (TARGET,), KEEP, ENDS),
        (ONE, OTHER, (), KEEP, UNITED),
        (ONE, OTHER, (), END_IT, ENDS),
    ],
)
def test_what_becomes_of_an_accounts_access(source, target, ended_on, choice, kind):
    found = outcome(Hold(source, target, frozenset(ended_on)), choice)
    assert (found and found.kind) == kind
    if found is not None:
        assert (found.held is None) == (kind == ENDS)


def test_why_access_ends_is_said():
    child = Afterwards(is_child=True)
    assert outcome(Hold(ONE, None, frozenset({TARGET})), END_IT).why == TAKEN
    assert outcome(Hold(ONE, None), END_IT).why == BY_CHOICE and outcome(Hold(held(1, SELF), None), END_IT, child).why == TOO_YOUNG


@pytest.mark.parametrize(
    "source, target, afterwards, kind",
    [
        (SELF, None, Afterwards(is_child=True), ENDS),
        (SELF, None, Afterwards(is_child=True, was_child=True), ENDS),
        (SELF, SELF, Afterwards(is_child=True, was_child=True), ENDS),
        (SELF, "parent", Afterwards(is_child=True), UNITED),
        ("parent", None, Afterwards(is_child=True), MOVES),
        (None, SELF, Afterwards(is_child=True), ENDS),
        (None, SELF, Afterwards(is_child=True, was_child=True), STAYS),
        (SELF, None, Afterwards(was_child=True), MOVES),
    ],
)
def test_nobody_is_a_child_themselves_through_a_merge(source, target, afterwards, kind):
    """The rule of TooYoungForOwn; whoever is left as a parent is not the child, and what the record had before is not the merge's to judge."""
    sides = [relationship and held(n, relationship) for n, relationship in enumerate((source, target))]
    found = outcome(Hold(*sides), KEEP, afterwards)
    assert (found.kind, found.why) == (kind, TOO_YOUNG if kind == ENDS else "")


@pytest.mark.parametrize("is_undecided, since, decided_on", [(True, JAN, JAN), (True, MAR, FEB), (True, None, FEB), (False, JAN, FEB)])
def test_who_registered_somebody_online_decided_no_later_than_the_record_was_made(is_undecided, since, decided_on):
    mine = held(decided_on=FEB)._replace(is_undecided=is_undecided)
    for hold in (Hold(mine, None), Hold(None, mine)):
        assert outcome(hold, KEEP, Afterwards(since=since)).held.decided_on == decided_on


def test_access_to_both_allows_what_both_did_until_the_earlier_end():
    one = held(1, permissions=("book", "change", "see_times"), decided_on=FEB, ends_on=MAR, review_on=None)
    other = held(2, permissions=("book", "see_details", "see_times"), decided_on=JAN, ends_on=None, review_on=FEB)
    both = outcome(Hold(one, other)).held
    assert both == Held(2, "parent", frozenset({"book", "see_times"}), JAN, MAR, FEB)


@pytest.mark.parametrize("one", RELATIONSHIPS)
@pytest.mark.parametrize("other", RELATIONSHIPS)
def test_who_acts_for_somebody_on_one_side_is_not_them_on_the_other(one, other):
    """Age steps and the safe flag never bind "self": it is left only where both sides said so."""
    assert (one_relationship(one, other) == SELF) == (one == other == SELF)
    assert one_relationship(one, other) in (one, other)


def test_the_second_check_is_the_one_that_asks_for_more():
    assert stronger_check("", "code") == stronger_check("code", "birth_date") == "code" and stronger_check("birth_date", "") == "birth_date"


def test_of_moments_the_known_ones_count():
    assert earliest(None, LATE, EARLY) == EARLY and latest(None, LATE, EARLY) == LATE and earliest(None, None) is None is latest()


@pytest.mark.parametrize(
    "before, merged, now, source, target",
    [
        ("abc", "ab", "ab", "abc", "abc"),
        ("abc", "ab", "a", "ac", "ac"),
        ("abc", "ab", "", "c", "c"),
        ("abc", "ab", "abd", "abc", "abcd"),
        ("ab", "ab", "bd", "b", "bd"),
        ("", "ab", "ab", "", "ab"),
    ],
)
def test_what_was_taken_since_stays_taken_on_both_sides(before, merged, now, source, target):
    """`("", "ab", "ab")`: what an age step had taken before is left of it where somebody has decided anew since."""
    facts = tuple(frozenset(one) for one in (before, merged, now))
    assert after_undo(*facts, is_target=False) == frozenset(source) and after_undo(*facts, is_target=True) == frozenset(target)
