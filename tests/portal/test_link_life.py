"""Links with a life, by moving the clock: the midnight of a birthday in two zones, notices once each, a job that ran late or twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from portal import invitations, life_notices, link_life, links, own_accounts, practice_settings
from portal.access import BOOK, CHANGE, GET_NOTICES, NARROW, PAUSE, PERMISSIONS, SEE_TIMES
from portal.database import db, transact
from portal.invitations import Wanted
from portal.models import Invitation, LedgerLine, Link
from portal.sweep import sweep
from tests.mails import change, letter_to, outbox, readers

PRIYA, DANIEL, ANYA = "priya@example.com", "daniel@example.com", "anya.shah@example.com"
TORONTO, MONCTON = ZoneInfo("America/Toronto"), ZoneInfo("America/Moncton")
STEPS = [[12, NARROW], [16, PAUSE]]
BIRTHDAY = date(2028, 1, 19)  # Anya's sixteenth


@pytest.fixture
def young(context, cast):
    """Riverside pauses access at 16 and narrows it at 12. Anya, 14, is Priya's and Daniel's."""
    change(cast.riverside, age_steps=STEPS)
    return cast


def at(clock, zone, *parts) -> datetime:
    """The clock stands at a local time."""
    clock.at = datetime(*parts, tzinfo=zone).astimezone(UTC)
    return clock.at


def run(clock) -> None:
    link_life.daily(clock.at)
    db.session.expire_all()


def lines(verb: str) -> list[LedgerLine]:
    return list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == verb).order_by(LedgerLine.id)))


def may(link: Link, now: datetime) -> frozenset[str]:
    return link.permissions_on(links.today(link.profile, now))


# --- the very midnight ---


@pytest.mark.parametrize("zone, slug", [(TORONTO, "riverside"), (MONCTON, "beau-rivage")])
def test_access_ends_at_the_practices_midnight_and_not_a_second_before(context, cast, clock, zone, slug):
    practice, link = (
        (cast.riverside, cast.link("priya", "anya")) if slug == "riverside" else (cast.beau_rivage, cast.link("luc", "luc", slug))
    )
    change(practice, age_steps=STEPS)
    change(link.profile, born_on=date(2012, 1, 19))
    change(link, relationship="parent", decided_on=date(2026, 1, 1))
    assert BOOK in may(link, at(clock, zone, 2028, 1, 18, 23, 59, 59))
    assert may(link, at(clock, zone, 2028, 1, 19, 0, 0, 0)) == frozenset()
    assert clock.at.date() == BIRTHDAY and clock.at.hour == (5 if slug == "riverside" else 4)  # it was the 19th in UTC for hours by then


@pytest.mark.parametrize(
    "born, years, last, first",
    [
        (date(2012, 2, 29), 16, (2028, 2, 28), (2028, 2, 29)),  # a leap year
        (date(2010, 2, 28), 18, (2028, 2, 27), (2028, 2, 28)),
        (date(2011, 3, 1), 16, (2027, 2, 28), (2027, 3, 1)),
        (date(2008, 2, 29), 18, (2026, 2, 28), (2026, 3, 1)),  # a common year
        (date(2011, 3, 14), 16, (2027, 3, 13), (2027, 3, 14)),  # clocks go forward that night
        (date(2010, 11, 7), 18, (2028, 11, 6), (2028, 11, 7)),
        (date(2011, 11, 7), 16, (2027, 11, 6), (2027, 11, 7)),  # clocks go back that night
    ],
)
def test_birthdays_of_every_kind_begin_at_midnight(young, clock, born, years, last, first):
    link = young.link("priya", "anya")
    change(young.riverside, age_steps=[[years, PAUSE]])
    change(link.profile, born_on=born)
    change(link, decided_on=date(2025, 1, 1))
    assert not link.is_paused(links.today(link.profile, at(clock, TORONTO, *last, 23, 59, 59)))
    assert link.is_paused(links.today(link.profile, at(clock, TORONTO, *first, 0, 0, 0)))
    run(clock)
    mine = [line.facts for line in lines("stepped") if line.profile_id == link.profile_id]
    assert mine == [{"age": years, "does": PAUSE}] * 2  # hers and Daniel's


# --- notices ---


def notices(address: str) -> list[int]:
    """The thresholds of the notices about a step that an address got, in order."""
    return [
        int(row.dedupe_key.split(":")[4]) for row in outbox("access_notice") if row.to_address == address and row.refs["kind"] == "step"
    ]


def test_notices_are_sent_90_30_and_7_days_before_once_each(young, clock):
    for days in range(100, -3, -1):
        at(clock, TORONTO, *(BIRTHDAY - timedelta(days=days)).timetuple()[:3], 0, 30)
        run(clock)
        run(clock)
        expected = [one for one in (90, 30, 7) if days <= one]
        assert notices(PRIYA) == notices(DANIEL) == expected, days


def test_a_job_that_did_not_run_for_days_sends_the_nearest_alone(young, clock):
    at(clock, TORONTO, 2028, 1, 14, 12)
    run(clock)
    assert notices(PRIYA) == [7]
    at(clock, TORONTO, 2028, 1, 19, 12)
    run(clock)
    assert notices(PRIYA) == [7]


@pytest.mark.parametrize("left, days", [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (1, 7), (0, None), (-1, None)])
def test_the_threshold_is_the_nearest_one_passed(left, days):
    on = date(2027, 3, 1)
    assert life_notices.threshold(on + timedelta(days=left), on) == days


def test_the_young_person_reads_it_once_at_an_address_of_their_own(young, clock):
    change(young.anya, email=ANYA)
    at(clock, TORONTO, 2028, 1, 12, 9)
    run(clock)
    assert notices(ANYA) == [7]
    assert "those who book for you at Riverside Physiotherapy can no longer see" in letter_to(ANYA, "access_notice").text


@pytest.mark.parametrize(
    "email, why", [(DANIEL, "a parent's"), ("nobody", "no address"), ("", "none"), ("dad@example.com", "on another record too")]
)
def test_but_never_at_one_that_may_be_somebody_elses(young, clock, email, why):
    change(young.leo, email="Dad@example.com")
    change(young.anya, email=email)
    at(clock, TORONTO, 2028, 1, 12, 9)
    run(clock)
    assert sorted(row.to_address for row in outbox("access_notice")) == [DANIEL, PRIYA], why
    at(clock, TORONTO, 2028, 1, 19, 9)
    run(clock)
    assert outbox("invitation") == []


def test_nor_at_one_that_a_parents_account_had_before(young, clock):
    """The mailbox left behind is still the parent's: no notice, and above all no link to an account in Anya's name."""
    change(young.daniel, email="d2@example.com", email_key="d2@example.com", former_keys=[DANIEL])
    change(young.anya, email=DANIEL)
    for day in (12, 19):
        at(clock, TORONTO, 2028, 1, day, 9)
        run(clock)
    assert DANIEL not in {row.to_address for row in outbox()} and outbox("invitation") == []


def test_the_house_writes_to_no_address_on_record_of_who_is_kept_safe(young, clock):
    """Nobody knows in which home it is read. Staff may still invite, with their eyes open."""
    change(young.anya, email="other.home@example.com", safe_at=clock.at)
    for day in (12, 19):
        at(clock, TORONTO, 2028, 1, day, 9)
        run(clock)
    assert "other.home@example.com" not in {row.to_address for row in outbox()} and outbox("invitation") == []
    transact(own_accounts.invite, [young.anya.id], clock.at)  # asked for a moment before the flag was set
    assert outbox("invitation") == []


def test_what_waits_for_an_address_on_record_is_not_sent_once_they_are_kept_safe(young, clock):
    change(young.anya, email=ANYA)
    at(clock, TORONTO, 2028, 1, 12, 9)
    run(clock)
    change(young.anya, safe_at=clock.at)
    assert letter_to(ANYA, "access_notice") is None


def test_who_refused_mail_is_not_written_to(young, clock):
    change(young.anya, email=ANYA, email_refused_at=clock.at)
    for day in (12, 19):
        at(clock, TORONTO, 2028, 1, day, 9)
        run(clock)
    assert ANYA not in {row.to_address for row in outbox()}


def test_a_child_too_young_for_an_account_is_not_told_of_a_step(young, clock):
    change(young.leo, email="leo.shah@example.com")  # turns 12 on 2 June 2030
    at(clock, TORONTO, 2030, 5, 27, 9)
    run(clock)
    told = {row.to_address for row in outbox("access_notice") if row.refs["link"] == young.link("priya", "leo").id}
    assert told == {PRIYA} and notices(DANIEL) == [7]


def test_a_later_change_of_the_birth_date_makes_a_waiting_notice_untrue(young, clock):
    at(clock, TORONTO, 2028, 1, 12, 9)
    run(clock)
    assert letter_to(PRIYA, "access_notice") is not None
    change(young.anya, born_on=date(2012, 1, 20))
    assert letter_to(PRIYA, "access_notice") is None
    run(clock)
    assert notices(PRIYA) == [7, 30]  # eight days are left again: one more notice, of another day


def test_so_does_a_step_that_was_turned_off(young, clock):
    at(clock, TORONTO, 2028, 1, 12, 9)
    run(clock)
    change(young.riverside, age_steps=[[12, NARROW]])
    assert letter_to(PRIYA, "access_notice") is None and letter_to(DANIEL, "access_notice") is None


@pytest.mark.parametrize("how", [{"revoked_at": datetime(2028, 1, 13, tzinfo=UTC)}, {"permissions": []}, {"ends_on": date(2028, 1, 18)}])
def test_and_an_access_that_ends_before_or_has_nothing_to_lose(young, clock, how):
    at(clock, TORONTO, 2028, 1, 12, 9)
    run(clock)
    change(young.link("priya", "anya"), **how)
    assert letter_to(PRIYA, "access_notice") is None and letter_to(DANIEL, "access_notice") is not None


def test_who_was_let_in_days_before_is_told_only_of_thresholds_to_come(young, clock):
    change(young.link("priya", "anya"), decided_on=date(2028, 1, 1))
    at(clock, TORONTO, 2028, 1, 2, 9)
    run(clock)
    assert (notices(PRIYA), notices(DANIEL)) == ([], [30])
    at(clock, TORONTO, 2028, 1, 12, 9)
    run(clock)
    assert (notices(PRIYA), notices(DANIEL)) == ([7], [30, 7])


# --- on the day ---


def on_the_day(clock) -> None:
    at(clock, TORONTO, 2028, 1, 19, 0, 30)
    run(clock)


def test_on_the_day_whoever_lost_something_reads_what_and_it_is_written_down_once(young, clock):
    on_the_day(clock)
    run(clock)
    assert readers("access_stepped") == [DANIEL, PRIYA]
    assert [(line.facts, line.link_id) for line in lines("stepped")] == [
        ({"age": 16, "does": PAUSE}, young.link("priya", "anya").id),
        ({"age": 16, "does": PAUSE}, young.link("daniel", "anya").id),
    ]
    assert young.link("priya", "anya").stepped_on == BIRTHDAY and young.link("priya", "leo").stepped_on is None
    said = letter_to(PRIYA, "access_stepped")
    assert "Anya is 16 now. Since Wednesday 19 January you can no longer see, book or change appointments for Anya" in said.text
    assert "Daniel" not in said.text and DANIEL not in said.text


def test_a_job_that_comes_days_late_says_since_when(young, clock):
    at(clock, TORONTO, 2028, 1, 24, 9)
    run(clock)
    assert "Since Wednesday 19 January" in letter_to(PRIYA, "access_stepped").text


def test_the_link_stays_with_all_it_was_given(young, clock):
    before = list(young.link("priya", "anya").permissions)
    on_the_day(clock)
    link = young.link("priya", "anya")
    assert (link.permissions, link.revoked_at) == (before, None)


def test_who_had_nothing_to_lose_is_not_told(young, clock):
    change(young.link("daniel", "leo"), permissions=[SEE_TIMES])
    at(clock, TORONTO, 2030, 6, 2, 0, 30)  # Leo is 12: narrowed to what Daniel has anyway
    change(young.anya, born_on=None)
    run(clock)
    assert readers("access_stepped") == [PRIYA]
    assert young.link("daniel", "leo").stepped_on == date(2030, 6, 2) and len(lines("stepped")) == 1


def test_two_steps_years_apart_are_told_one_by_one(young, clock):
    at(clock, TORONTO, 2030, 6, 2, 0, 30)
    run(clock)
    at(clock, TORONTO, 2034, 6, 2, 0, 30)
    run(clock)
    mine = [line.facts for line in lines("stepped") if line.link_id == young.link("priya", "leo").id]
    assert mine == [{"age": 12, "does": NARROW}, {"age": 16, "does": PAUSE}]


def test_what_was_decided_after_the_step_is_neither_paused_nor_told(young, clock):
    on_the_day(clock)
    link = young.link("priya", "anya")
    transact(links.decide, link, PERMISSIONS, clock.at, by=young.dana, as_staff=True)
    assert letter_to(PRIYA, "access_stepped") is None  # answered before it went out
    clock.forward(days=400)
    run(clock)
    assert may(young.link("priya", "anya"), clock.at) == frozenset(PERMISSIONS)
    assert len(lines("stepped")) == 2


def test_letting_somebody_back_in_is_written_down_as_the_answer(young, clock):
    on_the_day(clock)
    transact(links.decide, young.link("priya", "anya"), [SEE_TIMES, BOOK], clock.at, by=young.dana, as_staff=True)
    (line,) = lines("step_answered")
    assert line.facts == {"before": [], "after": [SEE_TIMES, BOOK], "as": "staff", "age": 16}
    assert lines("access_changed") == []
    assert "- Book for Anya" in letter_to(PRIYA, "access_changed").text


def test_a_step_turned_on_later_holds_at_once_and_is_told_from_that_day(context, cast, clock):
    change(cast.link("priya", "kiran"), decided_on=date(2020, 1, 1))  # Kiran is 17
    wanted = practice_settings.Wanted([[16, PAUSE]], ["admin"], 72, 168)
    transact(practice_settings.save, cast.staff("dana"), wanted, clock.at)
    run(clock)
    assert cast.link("priya", "kiran").is_paused(date(2026, 12, 10))
    assert "Since Thursday 10 December you can no longer see" in letter_to(PRIYA, "access_stepped").text
    # Kiran has an account, and decides
    said = letter_to("kiran@example.com", "access_stepped")
    assert said.subject == "You are 17 now: you decide who may see your appointments"
    assert "https://booking.example/family/" in said.text and "Priya" not in said.text


def test_a_stricter_step_is_told_anew(context, cast, clock):
    link = cast.link("priya", "kiran")
    change(link, decided_on=date(2020, 1, 1))
    for does in (NARROW, PAUSE):
        transact(
            practice_settings.save, cast.staff("dana"), practice_settings.Wanted([[16, does]], ["admin"], 72, 168), clock.forward(hours=1)
        )
        run(clock)
    assert [line.facts["does"] for line in lines("stepped")] == [NARROW, PAUSE]
    assert [row.refs["does"] for row in outbox("access_stepped", to_address=PRIYA)] == [NARROW, PAUSE]


def test_a_corrected_birth_date_holds_at_once(young, clock):
    change(young.anya, born_on=date(2010, 12, 10))
    run(clock)
    assert young.link("priya", "anya").is_paused(date(2026, 12, 10)) and readers("access_stepped") == [DANIEL, PRIYA]
    change(young.anya, born_on=date(2012, 1, 19))
    assert not young.link("priya", "anya").is_paused(date(2026, 12, 10))
    assert letter_to(PRIYA, "access_stepped") is None  # no longer true
    at(clock, TORONTO, 2028, 1, 19, 9)
    run(clock)
    assert len(lines("stepped")) == 4


def test_nobody_is_paused_whose_birth_date_the_practice_does_not_know(young, clock):
    change(young.anya, born_on=None)
    at(clock, TORONTO, 2040, 1, 1, 9)
    run(clock)
    assert may(young.link("priya", "anya"), clock.at) == frozenset(PERMISSIONS)


def test_an_old_invitation_taken_up_after_the_birthday_does_not_undo_the_step(young, clock):
    at(clock, TORONTO, 2028, 1, 18, 12)
    wanted = Wanted("nadia@example.com", "guardian", PERMISSIONS)
    invitation = transact(invitations.invite, young.staff("dana"), young.anya, wanted, clock.at)
    at(clock, TORONTO, 2028, 1, 20, 12)
    on = links.today(young.anya, invitation.created_at)
    link = transact(links.grant, young.nadia, young.anya, "guardian", invitation.permissions, clock.at, ground="x", decided_on=on)
    assert link.is_paused(date(2028, 1, 20))


def test_who_is_given_something_after_the_step_gets_that_and_not_all_from_before(young, clock):
    on_the_day(clock)
    link = transact(links.grant, young.priya, young.anya, "parent", [SEE_TIMES, GET_NOTICES], clock.at, ground="x")
    assert link.permissions == [SEE_TIMES, GET_NOTICES]


def test_who_is_given_something_before_a_step_keeps_all_from_before(young, clock):
    change(young.link("daniel", "anya"), permissions=[SEE_TIMES, BOOK])
    link = transact(links.grant, young.daniel, young.anya, "parent", [CHANGE], clock.at, ground="x")
    assert link.permissions == [SEE_TIMES, BOOK, CHANGE]


# --- the young person's own account ---


def test_the_young_person_gets_a_link_to_an_account_of_their_own_once(young, clock):
    change(young.anya, email=ANYA)
    at(clock, TORONTO, 2028, 1, 18, 23, 59, 59)
    run(clock)
    assert outbox("invitation") == []
    on_the_day(clock)
    run(clock)
    (row,) = outbox("invitation")
    assert row.to_address == ANYA
    (invitation,) = db.session.scalars(select(Invitation))
    assert (invitation.relationship, invitation.invited_by_id, invitation.second_check) == ("self", None, "birth_date")
    assert [line.facts["as"] for line in lines("invited")] == ["house"]
    letter = letter_to(ANYA, "invitation")
    assert letter is not None and "/claim/" in letter.text and "Priya" not in letter.text
    assert letter.subject == "You decide now who may act for you at Riverside Physiotherapy"
    assert "Those who booked for you until now can no longer see, book or change your appointments." in letter.text
    assert "16" not in letter.text.split("/claim/")[0], "with the day it came it would be the answer to the second check"
    change(young.riverside, age_steps=[[16, NARROW]])
    assert "Those who book for you see only when you are busy" in letter_to(ANYA, "invitation").text
    transact(invitations.delete, invitation, clock.at, by=young.dana)
    run(clock)
    assert len(outbox("invitation")) == 1  # staff's word counts


def test_the_link_comes_when_the_practice_allows_an_account_at_that_age(young, clock):
    change(young.riverside, youngest_account_years=18)
    change(young.anya, email=ANYA)
    on_the_day(clock)
    assert outbox("invitation") == []
    at(clock, TORONTO, 2030, 1, 19, 0, 30)
    run(clock)
    assert [row.to_address for row in outbox("invitation")] == [ANYA]


def test_and_as_soon_as_staff_have_added_an_address(young, clock):
    on_the_day(clock)
    assert outbox("invitation") == []
    change(young.anya, email=ANYA)
    run(clock)
    assert [row.to_address for row in outbox("invitation")] == [ANYA]


def test_who_has_an_account_gets_no_link(context, cast, clock):
    change(cast.riverside, age_steps=STEPS)
    change(cast.link("priya", "kiran"), decided_on=date(2020, 1, 1))
    run(clock)
    assert len(lines("stepped")) == 1 and outbox("invitation") == []


# --- access until a date ---


def test_the_last_day_counts_whole_and_the_end_is_told_once_to_both_sides(context, cast, clock):
    link = cast.link("priya", "kiran")
    change(link, ends_on=date(2026, 12, 20))
    assert may(link, at(clock, TORONTO, 2026, 12, 20, 23, 59, 59)) == frozenset(PERMISSIONS)
    run(clock)
    assert outbox("access_ended") == [] and lines("access_ended") == []
    assert may(link, at(clock, TORONTO, 2026, 12, 21, 0, 0, 0)) == frozenset()
    run(clock)
    run(clock)
    (line,) = lines("access_ended")
    assert line.facts == {"as": "date", "ends_on": "2026-12-20"}
    assert readers("access_ended") == ["kiran@example.com", PRIYA]
    assert "ended on Sunday 20 December. It was given until that day." in letter_to(PRIYA, "access_ended").text
    assert "The access of Priya Shah to your appointments" in letter_to("kiran@example.com", "access_ended").text
    assert db.session.get(Link, link.id).permissions == list(PERMISSIONS)  # history stays


def test_an_end_is_noticed_before_by_both_sides(context, cast, clock):
    change(cast.link("priya", "kiran"), ends_on=date(2026, 12, 17))
    run(clock)
    run(clock)
    assert readers("access_notice") == ["kiran@example.com", PRIYA]
    assert (
        "Your access to the appointments of Kiran at Riverside Physiotherapy lasts until Thursday 17 December."
        in letter_to(PRIYA, "access_notice").text
    )
    change(cast.link("priya", "kiran"), ends_on=date(2027, 12, 17))
    assert letter_to(PRIYA, "access_notice") is None


def test_who_is_kept_safe_is_told_and_nobody_else_learns_of_it(context, cast, clock):
    """Priya gave Nadia access to Leo; while Leo is kept safe, nobody but the two sides hears."""
    link = transact(links.grant, cast.nadia, cast.leo, "trusted", [SEE_TIMES], clock.at, ground="x", given_by=cast.priya)
    transact(links.keep_safe, cast.leo, True, clock.at, by=cast.staff("dana"))
    transact(links.revoke, link, clock.at, by=cast.dana, as_staff=True)
    assert readers("access_ended") == ["nadia@example.com"]


def test_when_access_is_taken_away_both_sides_are_told_but_for_who_did_it(context, cast, clock):
    link = transact(links.grant, cast.nadia, cast.leo, "trusted", [SEE_TIMES], clock.at, ground="x", given_by=cast.priya)
    transact(links.revoke, link, clock.at, by=cast.priya, as_staff=False)
    assert readers("access_ended") == ["nadia@example.com"]
    link = transact(links.grant, cast.nadia, cast.leo, "trusted", [SEE_TIMES], clock.forward(minutes=1), ground="x", given_by=cast.priya)
    transact(links.revoke, link, clock.at, by=cast.nadia, as_staff=False)
    assert [row.to_address for row in outbox("access_ended")] == ["nadia@example.com", PRIYA]
    assert "Nadia Haddad" in letter_to(PRIYA, "access_ended").text


def test_access_given_anew_makes_the_news_of_its_end_untrue(context, cast, clock):
    transact(links.revoke, cast.link("daniel", "leo"), clock.at, by=cast.dana, as_staff=True)
    assert letter_to(DANIEL, "access_ended") is not None
    transact(links.grant, cast.daniel, cast.leo, "parent", PERMISSIONS, clock.forward(minutes=1), ground="x")
    assert letter_to(DANIEL, "access_ended") is None


def test_of_two_quick_changes_the_last_is_told(context, cast, clock):
    for permissions in ([SEE_TIMES], [SEE_TIMES, BOOK]):
        transact(links.decide, cast.link("daniel", "leo"), permissions, clock.forward(minutes=1), by=cast.dana, as_staff=True)
    assert len(outbox("access_changed", state="queued")) == 1
    text = letter_to(DANIEL, "access_changed").text
    assert "- See when Leo has appointments\n- Book for Leo\n" in text


# --- the job itself ---


def test_it_runs_with_the_hourly_sweep(young, clock):
    at(clock, TORONTO, 2028, 1, 19, 0, 30)
    sweep(clock.at)
    assert readers("access_stepped") == [DANIEL, PRIYA]


def test_with_nothing_new_to_tell_it_writes_nothing_and_asks_little(young, clock):
    at(clock, TORONTO, 2028, 1, 12, 9)  # notices are due, and queued by the first run
    run(clock)
    assert notices(PRIYA) == [7]
    seen = []
    db.event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    run(clock)
    asked = [one for one in seen if one.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
    assert all(one.startswith("SELECT") for one in asked) and len(asked) <= 20, asked


def test_a_notice_that_is_still_in_the_post_on_the_day_is_not_sent(context, cast, clock):
    change(cast.link("priya", "leo"), ends_on=date(2026, 12, 17))
    run(clock)
    at(clock, TORONTO, 2026, 12, 16, 23, 59)
    assert letter_to(PRIYA, "access_notice") is not None
    at(clock, TORONTO, 2026, 12, 17, 0, 0)
    assert letter_to(PRIYA, "access_notice") is None


def test_an_old_invitation_does_not_pause_again_who_was_let_back_in(young, clock):
    on_the_day(clock)
    transact(links.decide, young.link("priya", "anya"), PERMISSIONS, clock.at, by=young.dana, as_staff=True)
    link = transact(links.grant, young.priya, young.anya, "parent", [SEE_TIMES], clock.at, ground="x", decided_on=date(2028, 1, 18))
    assert link.decided_on == BIRTHDAY and may(link, clock.at) == frozenset(PERMISSIONS)
