"""Booking, moving, cancelling, undoing: each in one transaction, judged again under the lock, nothing torn."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from booking import bookings, holds, queries
from booking.errors import (
    AlreadyCancelled,
    ClosedToNew,
    HoldEnded,
    NotOffered,
    NotYours,
    OnlyForNew,
    PersonLimit,
    SlotTaken,
    TooLate,
    TooYoung,
    UndoOver,
)
from booking.models import Appointment, Cap, Hold, Tick, TimeOff
from portal.access import BOOK, CHANGE, SEE_TIMES
from portal.database import db, transact
from portal.models import LedgerLine, OutboxMail
from tests.booking.clinic import Clinic, at, day, instant, torn

NINE, TEN, NOON = (at(f"2026-12-14 {hour}") for hour in ("09:00", "10:00", "12:00"))


@pytest.fixture
def clinic(context, clock):
    yield (made := Clinic(clock()))
    db.session.rollback()
    assert torn() == [], made


@pytest.fixture
def visit(clinic):
    return clinic.service()


@pytest.fixture
def ines(clinic, visit):
    return clinic.practitioner("Ines", visit)


@pytest.fixture
def leo(clinic):
    return clinic.person("Leo", "parent")


def book(clinic, link, wish, start=NINE, key=None, **more) -> Appointment:
    return transact(bookings.book, link.account, link, wish, start, clinic.now, key or f"key {start} {link.id}", **more)


def move(clinic, link, appointment, wish, start, key="move") -> Appointment:
    return transact(bookings.move, link.account, appointment, wish, start, clinic.now, key)


def how_many(table=Appointment) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def verbs() -> list[str]:
    return list(db.session.scalars(select(LedgerLine.verb).order_by(LedgerLine.id)))


def mails(state="queued") -> list[str]:
    return sorted(db.session.scalars(select(OutboxMail.template).where(OutboxMail.state == state)))


# --- booking ---


def test_a_booking_is_an_appointment_its_ticks_a_ledger_line_and_mails(clinic, visit, ines, leo):
    made = book(clinic, leo, clinic.wish(visit, ines), note="left knee")
    assert (made.starts_at.timestamp(), made.ends_at.timestamp()) == (NINE, TEN)
    assert (made.wall_start, made.zone, made.status, made.sequence) == ("2026-12-14T09:00", "America/Toronto", "booked", 0)
    assert (made.profile_id, made.booked_by_id, made.link_id, made.note) == (leo.profile_id, leo.account_id, leo.id, "left knee")
    assert (made.practitioner_id, made.location_id, made.room_id) == (ines.id, clinic.location.id, None)
    ticks = list(db.session.execute(select(Tick.resource, Tick.tick).order_by(Tick.tick)))
    assert ticks == [(f"p{ines.id}", n) for n in range(NINE // 300, TEN // 300)]
    assert verbs() == ["booked"] and mails() == ["booked", "reminder"]


def test_a_taken_time_is_taken_for_everybody_with_its_buffers(clinic, leo):
    visit = clinic.service(after_minutes=15)
    ines, mia = clinic.practitioner("Ines", visit), clinic.person("Mia")
    book(clinic, leo, clinic.wish(visit, ines))
    for start in (NINE, NINE + 900, TEN, TEN - 900):
        with pytest.raises(SlotTaken):
            book(clinic, mia, clinic.wish(visit, ines), start, key=f"other {start}")
    assert how_many() == 1
    assert book(clinic, mia, clinic.wish(visit, ines), TEN + 900)


@pytest.mark.parametrize(
    "start", ["2026-12-14 09:01", "2026-12-14 16:15", "2026-12-14 08:45", "2026-12-09 09:00", "2027-02-09 09:00", "2099-01-01 09:00"]
)
def test_what_the_list_does_not_show_the_post_does_not_book(clinic, visit, ines, leo, start):
    with pytest.raises(NotOffered) as refused:
        book(clinic, leo, clinic.wish(visit, ines), at(start))
    assert str(refused.value.message).endswith(".") and how_many() == 0


def test_the_second_before_it_opens_is_refused_and_the_second_it_opens_is_booked(clinic, visit, ines, leo, clock):
    clinic.change(clinic.rules, horizon={"kind": "rolling", "days": 7, "at": 540})
    start = at("2026-12-18 09:00")
    clinic.now = clock.set(2026, 12, 11, 13, 59, 59)
    with pytest.raises(NotOffered, check=lambda error: "opens" in str(error.message)):
        book(clinic, leo, clinic.wish(visit, ines), start)
    clinic.now = clock.forward(seconds=1)
    assert book(clinic, leo, clinic.wish(visit, ines), start)


def test_a_change_of_hours_after_the_list_was_shown_is_heard(clinic, visit, ines, leo):
    wish = clinic.wish(visit, ines)
    span = dict(starts_at=instant("2026-12-14 00:00"), ends_at=instant("2026-12-15 00:00"))
    clinic.add(TimeOff(practice_id=clinic.practice.id, practitioner_id=ines.id, private_reason="hospital", **span))
    with pytest.raises(NotOffered, check=lambda error: "away" in str(error.message) and "hospital" not in str(error.message)):
        book(clinic, leo, wish)


def test_the_same_form_sent_again_answers_with_the_same_appointment(clinic, visit, ines, leo):
    first = book(clinic, leo, clinic.wish(visit, ines), key="form")
    assert book(clinic, leo, clinic.wish(visit, ines), key="form") == first
    assert book(clinic, leo, clinic.wish(visit, ines), NOON, key="form") == first
    assert how_many() == 1 and verbs() == ["booked"] and mails() == ["booked", "reminder"]


def test_a_form_that_booked_a_held_time_may_be_sent_again_too(clinic, visit, ines, leo):
    kept = transact(holds.hold, clinic.practice, clinic.wish(visit, owner="me"), NINE, clinic.now)
    first = book(clinic, leo, kept, None, key="form")
    assert book(clinic, leo, kept, None, key="form") == first


def test_somebody_elses_key_tells_nothing(clinic, visit, ines, leo):
    book(clinic, leo, clinic.wish(visit, ines), key="form")
    mallory = clinic.person("Mallory")
    with pytest.raises(NotYours):
        book(clinic, mallory, clinic.wish(visit, ines), NOON, key="form")


def test_the_own_hold_becomes_the_appointment(clinic, visit, leo):
    clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit)
    kept = transact(holds.hold, clinic.practice, clinic.wish(visit, owner="me"), NINE, clinic.now)
    other = clinic.practitioner("Adam", visit)
    had = kept.practitioner_id
    made = book(clinic, leo, kept, None)
    assert made.practitioner_id == had != other.id and how_many(Hold) == 0


def test_the_held_practitioner_and_room_are_kept_when_the_state_comes_from_the_address(clinic, leo):
    visit = clinic.service(room_kind="gym")
    first, second = clinic.room("A", "gym"), clinic.room("B", "gym")
    clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit)
    transact(holds.hold, clinic.practice, clinic.wish(visit, owner="first"), NINE, clinic.now)
    kept = transact(holds.hold, clinic.practice, clinic.wish(visit, owner="me"), NINE, clinic.now)
    had = kept.practitioner_id, kept.room_id
    transact(holds.release, "first")
    made = book(clinic, leo, clinic.wish(visit, owner="me"))
    assert (made.practitioner_id, made.room_id) == had and made.room_id == second.id != first.id
    assert how_many(Hold) == 0


def test_an_ended_hold_is_not_booked_through_but_its_time_may_be(clinic, visit, ines, leo, clock):
    kept = transact(holds.hold, clinic.practice, clinic.wish(visit, ines, owner="me"), NINE, clinic.now)
    clinic.now = clock.forward(minutes=10)
    with pytest.raises(HoldEnded):
        book(clinic, leo, kept, None)
    assert book(clinic, leo, clinic.wish(visit, ines, owner="me"))


def test_another_persons_hold_is_in_the_way(clinic, visit, ines, leo):
    transact(holds.hold, clinic.practice, clinic.wish(visit, ines, owner="you"), NINE, clinic.now)
    with pytest.raises(SlotTaken):
        book(clinic, leo, clinic.wish(visit, ines, owner="me"))


def test_anyone_is_whom_they_saw_last_then_who_has_least_to_do_then_the_first(clinic, visit, ines, leo):
    omar, ravi = clinic.practitioner("Omar", visit), clinic.practitioner("Ravi", visit)
    assert book(clinic, leo, clinic.wish(visit), NINE).practitioner_id == ines.id
    mia = clinic.person("Mia")
    assert book(clinic, mia, clinic.wish(visit), NOON).practitioner_id == omar.id  # Ines has an hour already
    known = clinic.person("Known")
    clinic.booked(known, visit, ines, "2026-11-02 09:00")
    assert book(clinic, known, clinic.wish(visit), NOON).practitioner_id == ines.id
    assert book(clinic, clinic.person("Late"), clinic.wish(visit), NOON).practitioner_id == ravi.id
    with pytest.raises(SlotTaken):
        book(clinic, clinic.person("Later"), clinic.wish(visit), NOON)


def test_rooms_run_out_before_people_do(clinic, leo):
    visit = clinic.service(room_kind="gym")
    clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit)
    gym = clinic.room("Gym", "gym")
    assert book(clinic, leo, clinic.wish(visit)).room_id == gym.id
    with pytest.raises(SlotTaken):
        book(clinic, clinic.person("Mia"), clinic.wish(visit))
    assert {one for one in db.session.scalars(select(Tick.resource))} == {f"p{clinic_first(clinic)}", f"r{gym.id}"}


def clinic_first(clinic) -> int:
    return db.session.scalar(select(func.min(Appointment.practitioner_id)).where(Appointment.practice_id == clinic.practice.id))


def test_the_database_itself_refuses_two_bodies_at_once(clinic, visit, ines, leo):
    clinic.booked(leo, visit, ines, "2026-12-14 09:00")
    with pytest.raises(SlotTaken) as refused:  # what an IntegrityError about ticks means, without asking the engine
        clinic.booked(clinic.person("Mia"), visit, ines, "2026-12-14 09:55")
    assert isinstance(refused.value.__cause__, IntegrityError)
    transact(
        lambda: [
            db.session.delete(one)
            for one in db.session.scalars(select(Appointment).where(~select(Tick).where(Tick.appointment_id == Appointment.id).exists()))
        ]
    )


def test_appointments_that_touch_at_an_odd_minute_do_not_collide(clinic, leo):
    visit = clinic.service(minutes=52, step_minutes=52)
    ines = clinic.practitioner("Ines", visit, opens=543)
    book(clinic, leo, clinic.wish(visit, ines), at("2026-12-14 09:03"))
    assert book(clinic, clinic.person("Mia"), clinic.wish(visit, ines), at("2026-12-14 09:55"))


# --- who may ---


def test_a_link_books_with_its_permission_while_it_lives(clinic, visit, ines, leo):
    wish = clinic.wish(visit, ines)
    for values in (
        {"permissions": [SEE_TIMES, CHANGE]},
        {"permissions": [BOOK], "ends_on": date(2026, 12, 9)},
        {"ends_on": None, "revoked_at": clinic.now},
    ):
        clinic.change(leo, **values)
        with pytest.raises(NotYours):
            book(clinic, leo, wish)
    assert how_many() == 0


def test_nobody_books_through_somebody_elses_link(clinic, visit, ines, leo):
    mallory = clinic.person("Mallory")
    with pytest.raises(NotYours):
        transact(bookings.book, mallory.account, leo, clinic.wish(visit, ines), NINE, clinic.now, "key")


def test_a_service_of_another_practice_is_not_offered(clinic, leo, clock):
    other = Clinic(clock(), "other")
    swim = other.service("Swim")
    otto = other.practitioner("Otto", swim)
    with pytest.raises(NotOffered):
        book(clinic, leo, other.wish(swim, otto))


def test_the_person_is_the_one_behind_the_link_whatever_the_wish_says(clinic, visit, ines, leo):
    mia = clinic.person("Mia")
    assert book(clinic, leo, clinic.wish(visit, ines, profile=mia.profile, staff=True)).profile_id == leo.profile_id


def test_a_wish_cannot_call_itself_staff(clinic, visit, ines, leo):
    with pytest.raises(NotOffered):
        book(clinic, leo, clinic.wish(visit, ines, staff=True), at("2027-02-20 09:00"))


def test_limits_about_the_person_hold_over_practitioners(clinic, visit, ines, leo):
    omar = clinic.practitioner("Omar", visit)
    book(clinic, leo, clinic.wish(visit, ines))
    with pytest.raises(PersonLimit, check=lambda error: "Leo" in str(error.message)):
        book(clinic, leo, clinic.wish(visit, omar), key="overlap")
    clinic.change(clinic.rules, one_per_day=True)
    with pytest.raises(PersonLimit):
        book(clinic, leo, clinic.wish(visit, omar), NOON)
    clinic.change(clinic.rules, one_per_day=False, most_upcoming=1)
    with pytest.raises(PersonLimit):
        book(clinic, leo, clinic.wish(visit, omar), at("2026-12-16 09:00"))


def test_a_cap_on_a_service_counts_everybodys(clinic, visit, ines, leo):
    omar = clinic.practitioner("Omar", visit)
    clinic.add(Cap(practice_id=clinic.practice.id, service_id=visit.id, period="month", max_count=1))
    book(clinic, leo, clinic.wish(visit, ines))
    with pytest.raises(NotOffered):
        book(clinic, clinic.person("Mia"), clinic.wish(visit, omar), at("2026-12-30 09:00"))


def test_a_practice_closed_to_new_people_says_why(clinic, visit, ines):
    new = clinic.person("New", provisional=True)
    clinic.change(clinic.practice, closed_to_new_at=clinic.now, closed_to_new_reason="Our list is full.")
    with pytest.raises(ClosedToNew, check=lambda error: error.facts["reason"] == "Our list is full."):
        book(clinic, new, clinic.wish(visit, ines))
    assert book(clinic, clinic.person("Known"), clinic.wish(visit, ines))


def test_a_first_visit_is_for_new_people(clinic, ines, visit):
    first = clinic.service("First", for_people="new")
    roy, known = clinic.practitioner("Roy", first), clinic.person("Known")
    clinic.booked(known, visit, ines, "2026-11-02 09:00")
    with pytest.raises(OnlyForNew):
        book(clinic, known, clinic.wish(first, roy))


def test_the_young_are_booked_for_by_a_guardian(clinic, visit, ines):
    kiran = clinic.person("Kiran", born_on=date(2011, 1, 1))
    with pytest.raises(TooYoung, check=lambda error: error.facts["years"] == 16):
        book(clinic, kiran, clinic.wish(visit, ines))
    clinic.change(kiran, relationship="parent")
    assert book(clinic, kiran, clinic.wish(visit, ines))


# --- moving ---


def test_a_move_keeps_the_appointment_and_changes_its_time(clinic, visit, ines, leo):
    omar = clinic.practitioner("Omar", visit)
    made = book(clinic, leo, clinic.wish(visit, ines))
    moved = move(clinic, leo, made, clinic.wish(visit, omar), NOON)
    assert (moved.id, moved.starts_at.timestamp(), moved.practitioner_id, moved.sequence) == (made.id, NOON, omar.id, 1)
    assert moved.practitioner.name == "Omar" and moved.wall_start == "2026-12-14T12:00"
    assert moved.moved_from.timestamp() == NINE and verbs() == ["booked", "moved"]
    assert mails() == ["moved", "reminder"] and mails("superseded") == ["booked", "reminder"]
    assert book(clinic, clinic.person("Mia"), clinic.wish(visit, ines)), "the old time is free again"


def test_a_move_may_overlap_its_own_old_time(clinic, visit, ines, leo):
    made = book(clinic, leo, clinic.wish(visit, ines))
    assert move(clinic, leo, made, clinic.wish(visit, ines), NINE + 900).starts_at.timestamp() == NINE + 900
    with pytest.raises(SlotTaken):
        move(clinic, leo, made, clinic.wish(visit, ines), NINE + 900, "again")  # to where it is already


def test_a_refused_move_changes_nothing(clinic, visit, ines, leo):
    made = book(clinic, leo, clinic.wish(visit, ines))
    book(clinic, clinic.person("Mia"), clinic.wish(visit, ines), NOON)
    for start, error in ((NOON, SlotTaken), (at("2027-02-20 09:00"), NotOffered)):
        with pytest.raises(error):
            move(clinic, leo, made, clinic.wish(visit, ines), start)
    db.session.refresh(made)
    assert (made.starts_at.timestamp(), made.sequence, made.moved_from) == (NINE, 0, None)
    assert verbs() == ["booked", "booked"]


def test_the_same_move_sent_twice_is_one(clinic, visit, ines, leo):
    made = book(clinic, leo, clinic.wish(visit, ines))
    move(clinic, leo, made, clinic.wish(visit, ines), NOON, "form")
    assert move(clinic, leo, made, clinic.wish(visit, ines), NOON, "form").sequence == 1


def test_a_move_stays_with_its_service_and_its_owner(clinic, visit, ines, leo):
    other = clinic.service("Other")
    roy, made = clinic.practitioner("Roy", other), book(clinic, leo, clinic.wish(visit, ines))
    with pytest.raises(NotOffered):
        move(clinic, leo, made, clinic.wish(other, roy), NOON)
    with pytest.raises(NotYours):
        move(clinic, clinic.person("Mallory"), made, clinic.wish(visit, ines), NOON)
    clinic.change(leo, permissions=[SEE_TIMES, BOOK])
    with pytest.raises(NotYours):
        move(clinic, leo, made, clinic.wish(visit, ines), NOON)
    with pytest.raises(NotYours):
        transact(bookings.cancel, leo.account, made, clinic.now)


def test_the_notice_for_changes_is_inclusive_and_gives_the_phone(clinic, visit, ines, leo, clock):
    made = book(clinic, leo, clinic.wish(visit, ines))
    assert bookings.change_until(made) == made.starts_at - timedelta(hours=24)
    clinic.now = clock.set(2026, 12, 13, 14, 0, 1)
    assert not bookings.may_change(made, clinic.now)
    for attempt in (
        lambda: move(clinic, leo, made, clinic.wish(visit, ines), NOON),
        lambda: transact(bookings.cancel, leo.account, made, clinic.now),
    ):
        with pytest.raises(TooLate) as refused:
            attempt()
        assert refused.value.facts == {"phone": "+14165550134", "until": made.starts_at - timedelta(hours=24)}
    clinic.now = clock.set(2026, 12, 13, 14)
    assert bookings.may_change(made, clinic.now) and move(clinic, leo, made, clinic.wish(visit, ines), NOON)


# --- cancelling and undoing ---


def test_a_cancelled_time_is_free_and_the_appointment_stays_to_be_seen(clinic, visit, ines, leo):
    made = transact(bookings.cancel, leo.account, book(clinic, leo, clinic.wish(visit, ines)), clinic.now)
    assert (made.status, made.cancelled_at, made.sequence) == ("cancelled", clinic.now, 1)
    assert how_many(Tick) == 0 and verbs() == ["booked", "cancelled"] and mails() == ["cancelled"]
    assert queries.appointments_of(leo.account, clinic.now) == [made]
    with pytest.raises(AlreadyCancelled):
        transact(bookings.cancel, leo.account, made, clinic.now)
    assert book(clinic, clinic.person("Mia"), clinic.wish(visit, ines))


def test_a_booking_can_be_undone_for_three_minutes_even_at_short_notice(clinic, visit, ines, leo, clock):
    soon = at("2026-12-10 12:00")
    made = book(clinic, leo, clinic.wish(visit, ines), soon)
    clinic.now = clock.forward(minutes=3)
    assert bookings.undoable(made, clinic.now) == "booked" and not bookings.may_change(made, clinic.now)
    assert transact(bookings.undo, leo.account, made, clinic.now).is_cancelled and how_many(Tick) == 0
    other = book(clinic, leo, clinic.wish(visit, ines), soon, key="again")
    clinic.now = clock.forward(minutes=3, seconds=1)
    assert bookings.undoable(other, clinic.now) is None
    with pytest.raises(UndoOver):
        transact(bookings.undo, leo.account, other, clinic.now)


def test_a_cancellation_can_be_undone_unless_somebody_took_the_time(clinic, visit, ines, leo, clock):
    made = book(clinic, leo, clinic.wish(visit, ines))
    clinic.now = clock.forward(minutes=10)
    transact(bookings.cancel, leo.account, made, clinic.now)
    assert bookings.undoable(made, clinic.now) == "cancelled"
    back = transact(bookings.undo, leo.account, made, clinic.now)
    assert (back.status, back.cancelled_at, back.sequence, back.starts_at.timestamp()) == ("booked", None, 2, NINE)
    assert verbs() == ["booked", "cancelled", "restored"] and "booked" in mails()
    transact(bookings.cancel, leo.account, made, clinic.now)
    book(clinic, clinic.person("Mia"), clinic.wish(visit, ines))
    with pytest.raises(SlotTaken):
        transact(bookings.undo, leo.account, made, clinic.now)
    db.session.refresh(made)
    assert made.is_cancelled and made.sequence == 3


def test_a_restored_time_is_not_asked_for_notice_or_horizon_again(clinic, visit, ines, leo, clock):
    made = book(clinic, leo, clinic.wish(visit, ines))
    clinic.now = clock.set(2026, 12, 13, 13, 59)
    transact(bookings.cancel, leo.account, made, clinic.now)
    clinic.change(clinic.rules, notice_minutes=48 * 60)
    assert transact(bookings.undo, leo.account, made, clinic.now).status == "booked"


def test_a_move_can_be_undone_back_to_its_practitioner_and_time(clinic, visit, ines, leo, clock):
    omar = clinic.practitioner("Omar", visit)
    made = book(clinic, leo, clinic.wish(visit, ines))
    clinic.now = clock.forward(minutes=10)
    move(clinic, leo, made, clinic.wish(visit, omar), NOON)
    assert bookings.undoable(made, clinic.now) == "moved"
    back = transact(bookings.undo, leo.account, made, clinic.now)
    assert (back.starts_at.timestamp(), back.practitioner_id, back.sequence, back.moved_from) == (NINE, ines.id, 2, None)
    assert bookings.undoable(back, clinic.now) is None


def test_nobody_else_undoes(clinic, visit, ines, leo):
    made = book(clinic, leo, clinic.wish(visit, ines))
    with pytest.raises(NotYours):
        transact(bookings.undo, clinic.person("Mallory").account, made, clinic.now)


def test_a_wish_that_names_nobody_from_here_finds_nothing(clinic, visit, ines, leo):
    wish = clinic.wish(visit, ines)
    with pytest.raises(NotOffered):
        book(clinic, leo, replace(wish, practitioner=replace(wish.practitioner, public_id="x", id=10**6)))
    clinic.change(ines, left_at=clinic.now)
    with pytest.raises(NotOffered):
        book(clinic, leo, wish)


def test_a_time_that_is_far_out_of_reach_is_refused_in_words(clinic, visit, ines, leo):
    for start in (0, 2**31, 4_102_444_799):
        with pytest.raises(NotOffered):
            book(clinic, leo, clinic.wish(visit, ines), start, key=f"key {start}")


def test_everything_of_a_refused_booking_is_rolled_back(clinic, visit, ines, leo):
    kept = transact(holds.hold, clinic.practice, clinic.wish(visit, ines, owner="me"), NINE, clinic.now)
    span = dict(starts_at=instant("2026-12-14 00:00"), ends_at=instant("2026-12-15 00:00"))
    clinic.add(TimeOff(practice_id=clinic.practice.id, practitioner_id=ines.id, **span))
    with pytest.raises(NotOffered):
        book(clinic, leo, kept, None)
    assert how_many(Hold) == 1 and how_many() == 0 and verbs() == [] and mails() == [] and day("2026-12-14")
