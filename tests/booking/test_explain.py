"""Every day without times has one sentence, with a next step, and never a private cause."""

import pytest

from booking import queries
from booking.explain import _SENTENCES, brief, sentence
from booking.facts import Code, Day, Refusal
from booking.models import Cap, Closure, Rules, TimeOff
from tests.booking.clinic import Clinic, at, day, instant

MONDAY = "2026-12-14"


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


def said(clinic, wish, on=MONDAY, **more) -> str:
    (found,) = queries.open_times(clinic.practice, wish, day(on), day(on), clinic.now)
    assert bool(found.starts) != bool(sentence(found, clinic.practice, wish, clinic.now))
    return sentence(found, clinic.practice, wish, clinic.now, **more)


def test_every_code_has_a_sentence_for_a_day_and_for_a_start(clinic):
    visit = clinic.service()
    link = clinic.person("Leo")
    wish = clinic.wish(visit, clinic.practitioner("Ines", visit), profile=link.profile)
    assert set(_SENTENCES) == set(Code)
    for code in Code:
        for told in (Day(day(MONDAY), (), code), Refusal(code)):
            words = sentence(told, clinic.practice, wish, clinic.now)
            assert words.endswith(".") and words[0].isupper() and "%(" not in words and "None" not in words
        assert brief(Day(day(MONDAY), (), code))


def test_a_day_with_times_needs_no_words(clinic):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    assert said(clinic, clinic.wish(visit)) == ""


def test_a_weekday_without_hours_names_the_next_one_with(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines Roy", visit, days=[2])
    assert (
        said(clinic, clinic.wish(visit, ines))
        == "Ines Roy has no hours on Monday 14 December. The next day with hours is Wednesday 16 December."
    )
    assert (
        said(clinic, clinic.wish(visit))
        == "There are no appointments on Monday 14 December. The next day with hours is Wednesday 16 December."
    )


def test_a_closure_gives_its_name_and_its_last_day(clinic):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    clinic.add(Closure(practice_id=clinic.practice.id, name="Winter break", first_on=day(MONDAY), last_on=day("2026-12-15")))
    assert said(clinic, clinic.wish(visit)) == "Clinic is closed up to and including Tuesday 15 December: Winter break."
    assert said(clinic, clinic.wish(visit), "2026-12-15") == "Clinic is closed on Tuesday 15 December: Winter break."


def test_somebody_away_is_back_on_a_day_and_never_anywhere(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines Roy", visit)
    span = dict(starts_at=instant("2026-12-14 00:00"), ends_at=instant("2026-12-16 12:00"))
    clinic.add(TimeOff(practice_id=clinic.practice.id, practitioner_id=ines.id, private_reason="hospital", **span))
    for words in (said(clinic, clinic.wish(visit, ines)), said(clinic, clinic.wish(visit, ines, staff=True), for_staff=True)):
        assert words == "Ines Roy is away on Monday 14 December. Back on Wednesday 16 December."


def test_who_is_away_for_months_is_still_back_on_a_day(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines Roy", visit)
    clinic.add(
        TimeOff(
            practice_id=clinic.practice.id,
            practitioner_id=ines.id,
            starts_at=instant("2026-12-11 00:00"),
            ends_at=instant("2027-05-03 00:00"),
        )
    )
    assert said(clinic, clinic.wish(visit, ines)) == "Ines Roy is away on Monday 14 December. Back on Monday 3 May 2027."


def test_hours_that_begin_in_spring_are_the_next_ones(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines Roy", visit, days=[])
    clinic.hours(ines, [2], 540, 1020, valid_from=day("2027-03-01"))
    assert (
        said(clinic, clinic.wish(visit, ines))
        == "Ines Roy has no hours on Monday 14 December. The next day with hours is Wednesday 3 March 2027."
    )


def test_a_closed_horizon_says_when_it_opens_or_that_nobody_knows(clinic):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    clinic.change(clinic.rules, horizon={"kind": "release", "weekday": 0, "at": 540, "through_days": 39})
    assert said(clinic, clinic.wish(visit), "2027-01-16") == "Saturday 16 January 2027 opens on Monday 14 December at 9am."
    clinic.change(clinic.rules, horizon={"kind": "until", "on": "2026-12-31"})
    assert said(clinic, clinic.wish(visit), "2027-01-16") == (
        "Times on Saturday 16 January 2027 are not published yet. Look again later, or call +1 416-555-0134."
    )


def test_short_notice_names_the_earliest_time_and_the_phone(clinic):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    clinic.change(clinic.rules, notice_minutes=24 * 60)
    assert said(clinic, clinic.wish(visit), "2026-12-10") == (
        "That is too soon to book online: the earliest is Friday 11 December at 10am. To come sooner, call +1 416-555-0134."
    )


def test_full_held_capped_and_too_short_are_told_apart(clinic):
    visit, hour = clinic.service(), clinic.service("Long", 120)
    ines = clinic.practitioner("Ines", visit, hour, opens=540, closes=600)
    assert said(clinic, clinic.wish(hour, ines)) == "The hours on Monday 14 December are too short for Long, which takes 2 hours."
    assert said(clinic, clinic.wish(hour, ines, staff=True), for_staff=True).endswith("The longest gap is 1 hour.")
    clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 09:00")
    assert said(clinic, clinic.wish(visit, ines)) == "Monday 14 December is full. Choose another day."
    clinic.add(Cap(practice_id=clinic.practice.id, service_id=visit.id, period="week", max_count=1))
    assert said(clinic, clinic.wish(visit, ines), "2026-12-16") == "All appointments of that week are taken. Look from Monday 21 December."


def test_a_limit_names_the_person_and_nobody_else(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    link = clinic.person("Leo", "parent")
    clinic.booked(link, visit, ines, f"{MONDAY} 09:00")
    clinic.add(Rules(practice_id=clinic.practice.id, practitioner_id=ines.id, one_per_day=True))
    wish = clinic.wish(visit, ines, profile=link.profile)
    assert said(clinic, wish) == "Leo already has an appointment on Monday 14 December. Choose another day."
    refusal = queries.check_start(clinic.practice, wish, at(f"{MONDAY} 13:00"), clinic.now)
    assert sentence(refusal, clinic.practice, wish, clinic.now) == "Leo already has an appointment that day. Choose another day."


def test_removing_the_named_cause_changes_the_outcome(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    closure = clinic.add(Closure(practice_id=clinic.practice.id, name="Painting", first_on=day(MONDAY), last_on=day(MONDAY)))
    row = clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 09:00")
    assert "Painting" in said(clinic, clinic.wish(visit))
    clinic.change(closure, first_on=day("2026-12-15"), last_on=day("2026-12-15"))
    assert said(clinic, clinic.wish(visit)) == "" and row.id
