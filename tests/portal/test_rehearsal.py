"""Who of a list can be invited, as whom, and what stands in the way: a table of cases, without a database."""

from datetime import date

import pytest

from portal.rehearsal import Line, Person, Verdict, objection, objection_again, rehearse

TODAY, YOUNGEST = date(2026, 12, 10), 16
A, B = "amara@example.com", "bo@example.com"


def grown(id=1, **facts) -> Person:
    return Person(id, **{"born_on": date(1987, 3, 14), "email": A, "key": A} | facts)


def child(id=2, **facts) -> Person:
    return grown(id, **{"born_on": date(2018, 6, 2)} | facts)


def judged(lines, people, owners=None) -> list[Verdict]:
    known = {one.id: one for one in people}
    named = {}
    for one, name in zip(people, ("amara okoye", "leo shah", "wei chen")):
        named.setdefault(name, []).append(one.id)
    return rehearse(lines, known, named, owners or {}, YOUNGEST, TODAY)


def problem(line: Line, person: Person) -> str:
    (verdict,) = judged([line], [person])
    return verdict.problem


TYPED = {"name": "amara okoye", "email": B, "key": B}


@pytest.mark.parametrize(
    "line, person, word",
    [
        (Line(1, **TYPED), grown(), ""),
        (Line(1, "amara okoye"), grown(), ""),  # the address of the record
        (Line(1, person=1), grown(), ""),
        (Line(1, "", B, B), grown(), "no_name"),
        (Line(1, "nobody here", B, B), grown(), "nobody"),
        (Line(1, **TYPED, dates=None), grown(), "bad_date"),
        (Line(1, **TYPED, dates=(date(1987, 3, 14),)), grown(), ""),
        (Line(1, **TYPED, dates=(date(1987, 3, 4), date(1987, 4, 3))), grown(born_on=date(1987, 4, 3)), ""),  # day or month first
        (Line(1, **TYPED, dates=(date(1987, 3, 15),)), grown(), "other_birth_date"),
        (Line(1, **TYPED, dates=(date(1987, 3, 15),)), grown(born_on=None), ""),
        (Line(1, "amara okoye"), grown(email="", key=""), "no_email"),
        (Line(1, "amara okoye"), grown(email="by hand", key=""), "bad_email"),
        (Line(1, "amara okoye", "amara at home"), grown(), "bad_email"),
        (Line(1, "amara okoye", "a@gmial.com", "a@gmial.com", "a@gmail.com"), grown(), "mistyped"),
        (Line(1, person=1), grown(meant="a@gmail.com"), "mistyped"),
        (Line(1, person=1), grown(has_own=True), "has_access"),
        (Line(1, **TYPED), grown(holders=frozenset({B})), "has_access"),
        (Line(1, **TYPED), grown(own_invited=True), "invited"),
        (Line(1, **TYPED), grown(invited=frozenset({B})), "invited"),
        (Line(1, **TYPED), grown(is_merged=True), "merged"),
        (Line(1, **TYPED), grown(is_safe=True), "kept_safe"),
        (Line(1, **TYPED), grown(ended=frozenset({B})), "ended"),  # a list never gives access back
        (Line(1, **TYPED), grown(said_no=frozenset({B})), "said_no"),
        (Line(1, person=1), grown(refused_mail=True), "refused_mail"),
        (Line(1, **TYPED), grown(refused_mail=True), ""),  # another address than the one they refused
    ],
)
def test_what_stands_in_the_way(line, person, word):
    assert problem(line, person) == word


def test_two_of_a_name_are_told_apart_by_date_or_address_or_not_at_all():
    one, other = grown(1), grown(2, born_on=date(1990, 1, 1), email=B, key=B)
    named = {"amara okoye": [1, 2]}
    lines = [Line(1, "amara okoye"), Line(2, "amara okoye", dates=(date(1990, 1, 1),)), Line(3, "amara okoye", A, A)]
    found = rehearse(lines, {1: one, 2: other}, named, {}, YOUNGEST, TODAY)
    assert [(each.person, each.problem) for each in found] == [(None, "several"), (2, ""), (1, "")]


def test_the_same_person_twice_is_invited_once_and_the_row_is_named():
    found = judged([Line(2, "amara okoye"), Line(7, **TYPED)], [grown()])
    assert [each.problem for each in found] == ["", "same_as 2"]


def test_a_row_that_cannot_be_sent_does_not_stand_in_the_way_of_the_next_one():
    found = judged([Line(2, "amara okoye", "x"), Line(7, **TYPED)], [grown()])
    assert [each.problem for each in found] == ["bad_email", ""]


def test_a_child_may_be_in_the_list_once_for_each_parent():
    kid = child(1)
    lines = [Line(1, "amara okoye"), Line(2, "amara okoye", B, B), Line(3, "amara okoye", B, B)]
    assert [(each.relationship, each.problem) for each in judged(lines, [kid])] == [("parent", ""), ("parent", ""), ("self", "same_as 2")]


def test_a_child_is_never_invited_as_itself():
    (verdict,) = judged([Line(1, person=1)], [child(1)])
    assert verdict.relationship == "parent"
    (verdict,) = judged([Line(1, person=1)], [child(1)], owners={A: 1})
    assert verdict.relationship == "parent"


@pytest.mark.parametrize("birthday, relationship", [(date(2010, 12, 10), "self"), (date(2010, 12, 11), "parent")])
def test_from_the_birthday_on_the_address_is_the_young_persons_own(birthday, relationship):
    (verdict,) = judged([Line(1, person=1)], [grown(born_on=birthday)])
    assert verdict.relationship == relationship


def test_an_address_shared_is_the_eldests_own():
    """The mother's, her child's, and the grandmother's who has none of her own: one person per account is "self"."""
    teenager, mother, friend = grown(1, born_on=date(2009, 1, 1)), grown(2), grown(3, born_on=None)
    found = judged([Line(n, person=n) for n in (1, 2, 3)], [teenager, mother, friend])
    assert [each.relationship for each in found] == ["parent", "self", "trusted"]
    assert {each.problem for each in found} == {""} and {each.email for each in found} == {A}


def test_an_address_somebody_signs_in_with_is_theirs_whoever_else_has_it():
    found = judged([Line(1, person=1)], [grown(1)], owners={A: 99})
    assert [each.relationship for each in found] == ["trusted"]


def test_capitals_share_a_mail_and_look_alikes_do_not():
    """A long s is another letter: that address may be a stranger's, who must not get somebody else's mail."""
    people = [
        grown(1, email="Sam@x.com", key="sam@x.com"),
        child(2, email="sam@X.com", key="sam@x.com"),
        child(3, email="ſam@x.com", key="sam@x.com"),
    ]
    assert [each.email for each in judged([Line(n, person=n) for n in (1, 2, 3)], people)] == ["Sam@x.com", "Sam@x.com", "ſam@x.com"]


@pytest.mark.parametrize(
    "owner, found", [(1, ("self", "")), (99, ("self", "of_age")), (None, ("self", ""))], ids=["own", "shared", "nobody else's"]
)
def test_after_an_age_step_only_the_person_is_invited_by_a_list(owner, found):
    """Leo is 17 and the practice pauses at 16: whoever else the address belongs to would get back all that the step took."""
    leo = grown(born_on=date(2009, 1, 1), has_passed_step=True)
    (verdict,) = judged([Line(1, person=1)], [leo], owners={A: owner} if owner else {})
    assert (verdict.relationship, verdict.problem) == found


def test_a_child_past_an_age_step_is_decided_one_by_one():
    assert problem(Line(1, person=1), child(1, has_passed_step=True)) == "of_age"


def test_a_list_lets_nobody_in_beside_who_acts_for_a_child_already():
    """The parent acts for her; the address of the list may be anybody's."""
    assert problem(Line(1, **TYPED), child(1, holders=frozenset({A}))) == "cared_for"
    assert problem(Line(1, **TYPED), child(1)) == ""
    assert problem(Line(1, person=1), grown(holders=frozenset({B}))) == ""  # a grown person's own address, whoever helps them


def test_that_an_invitation_waits_is_no_objection_to_sending_it_again():
    assert objection_again(grown(own_invited=True, invited=frozenset({A})), A) == ""
    facts = (
        {"is_safe": True},
        {"is_merged": True},
        {"has_own": True},
        {"ended": frozenset({A})},
        {"refused_mail": True},
        {"holders": frozenset({A})},
    )
    words = [objection_again(grown(own_invited=True, **one), A) for one in facts]
    assert words == ["kept_safe", "merged", "has_access", "ended", "refused_mail", "has_access"]


def test_the_same_objections_hold_when_it_is_sent():
    assert objection(grown(), A) == "" == objection(grown(has_passed_step=True), A)
    assert objection(grown(has_passed_step=True), A, "parent") == "of_age"
    assert objection(grown(has_own=True, is_merged=True), A) == "merged"
