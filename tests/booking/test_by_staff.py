"""Staff book, move, cancel and mark: under the same lock and predicate as patients, and knowingly over it."""

import pytest
from sqlalchemy import select

from booking import bookings, by_staff, holds
from booking.deciding import words
from booking.errors import AlreadyCancelled, Changed, NotOffered, NotYours, PersonLimit, SlotTaken
from booking.facts import Code
from booking.models import Closure, Tick, TimeOff
from portal import access
from portal.database import db, transact
from portal.models import OutboxMail
from tests.booking.at_the_desk import NINE, NOON, TEN, Desk, how_many, lines, mails
from tests.booking.clinic import Clinic, at, day, instant, torn
from tests.portal.merging import merged, staff_of


@pytest.fixture
def desk(context, clock):
    yield (made := Desk(clock()))
    db.session.rollback()
    assert torn() == [], made


@pytest.fixture
def clinic(desk):
    return desk.clinic


@pytest.fixture
def visit(desk):
    return desk.visit


@pytest.fixture
def ines(desk):
    return desk.ines


@pytest.fixture
def leo(desk):
    return desk.leo


@pytest.fixture
def dana(desk):
    return desk.dana


# --- booking ---


def test_staff_book_and_the_patient_is_told_as_when_booked_online(desk, dana, leo):
    made = desk.book(note="rang twice")
    assert (made.booked_by_staff_id, made.booked_by_id, made.link_id, made.profile_id) == (dana.id, None, None, leo.profile_id)
    assert (made.wall_start, made.lane, made.status) == ("2026-12-14T09:00", 0, "booked")
    assert mails() == ["booked", "reminder"]
    (line,) = lines()
    assert (line.verb, line.account_id, line.link_id, line.facts["as"]) == (
        "booked",
        dana.account_id,
        None,
        "staff",
    ) and "anyway" not in line.facts


def test_a_patient_cannot_take_what_staff_booked_nor_staff_what_a_patient_has(desk, clinic, visit, ines, leo):
    desk.book()
    mia = clinic.person("Mia")
    with pytest.raises(SlotTaken):
        transact(bookings.book, mia.account, mia, clinic.wish(visit, ines), NINE, clinic.now, "mia")
    transact(bookings.book, mia.account, mia, clinic.wish(visit, ines), TEN, clinic.now, "mia again")
    with pytest.raises(SlotTaken):
        desk.book(TEN)


def test_staff_skip_notice_horizon_caps_the_grid_and_how_many_one_may_book(desk, clinic):
    clinic.change(clinic.rules, notice_minutes=100_000, horizon={"kind": "rolling", "days": 1}, most_upcoming=1, one_per_day=True)
    assert desk.book(at("2027-06-01 09:00")) and desk.book(at("2027-06-01 11:07"))
    assert all("anyway" not in line.facts for line in lines())


def test_a_walk_in_is_booked_at_a_time_that_has_just_begun(desk):
    assert desk.book(at("2026-12-10 09:55")).status == "booked"
    with pytest.raises(NotOffered, check=lambda error: error.facts["refusal"].code is Code.PAST):
        desk.book(at("2026-12-10 09:00"), key="over")


def test_the_same_form_sent_again_answers_with_the_same_appointment(desk, clinic, visit):
    first = desk.book(key="form")
    assert desk.book(key="form") == first and desk.book(NOON, key="form") == first
    assert how_many() == 1 and mails() == ["booked", "reminder"]
    tom = staff_of(clinic.practice, clinic.now, access.FRONT_DESK, "Tom")
    with pytest.raises(NotYours):
        transact(by_staff.book, tom, desk.leo.profile, desk.wish(), NOON, clinic.now, "form")


def test_nobody_is_written_to_when_the_desk_says_so_but_reminded_they_are(desk):
    one = desk.book(tell=False)
    assert mails() == ["reminder"]
    desk.move(one, NOON, tell=False)
    assert mails() == ["reminder"] and mails("superseded") == ["reminder"]
    desk.cancel(one, tell=False)
    assert mails() == []


def test_a_practitioner_books_only_in_their_own_calendar(clinic, visit, ines, leo, dana):
    omar = clinic.practitioner("Omar", visit)
    me = staff_of(clinic.practice, clinic.now, access.PRACTITIONER, "Inesown")
    clinic.change(ines, staff_member_id=me.id)

    def book(wish, key, start=NINE):
        return transact(by_staff.book, me, leo.profile, wish, start, clinic.now, key)

    with pytest.raises(NotYours):
        book(clinic.wish(visit, omar), "omar")
    own = book(clinic.wish(visit), "anyone is oneself")
    assert own.practitioner_id == ines.id
    omars = transact(by_staff.book, dana, clinic.person("Mia").profile, clinic.wish(visit, omar), NINE, clinic.now, "mia")
    for act in (by_staff.cancel, lambda *a: by_staff.mark(a[0], a[1], "arrived", a[2])):
        with pytest.raises(NotYours):
            transact(act, me, omars, clinic.now)
    with pytest.raises(NotYours):
        transact(by_staff.move, me, own, clinic.wish(visit, omar), NOON, clinic.now, "away")
    with pytest.raises(NotYours):
        by_staff.refusal(me, clinic.wish(visit, omar), NOON, clinic.now)


def test_another_clinics_people_and_appointments_are_not_there(desk, clinic, clock):
    other = Clinic(clock(), "other")
    tom = staff_of(other.practice, clinic.now, access.ADMIN, "Tom")
    one = desk.book()
    with pytest.raises(NotYours):
        transact(by_staff.cancel, tom, one, clinic.now)
    with pytest.raises(NotYours):
        desk.book(NOON, link=other.person("Kiran"))
    clinic.change(desk.dana, left_at=clinic.now)
    for act in (lambda: desk.book(NOON, key="left"), lambda: desk.cancel(one)):
        with pytest.raises(NotYours):
            act()


def test_a_record_that_was_merged_meanwhile_gets_it_as_the_one_that_stands(desk, clinic, leo):
    twin = clinic.person("Leon")
    admin = staff_of(clinic.practice, clinic.now, access.ADMIN, "Ada")
    old = leo.profile
    merged(admin, old, twin.profile, clinic.now)
    made = transact(by_staff.book, desk.dana, old, desk.wish(), NINE, clinic.now, "k")
    assert made.profile_id == twin.profile_id


def test_somebody_booking_online_at_the_moment_is_in_the_way(desk, clinic, visit, ines):
    transact(holds.hold, clinic.practice, clinic.wish(visit, ines, owner="visitor"), NINE, clinic.now)
    with pytest.raises(SlotTaken):
        desk.book()
    assert desk.book(anyway=["held"]).lane == 0


# --- knowingly ---


def test_outside_the_hours_only_knowingly_and_it_is_written_down(desk, dana):
    with pytest.raises(NotOffered) as refused:
        desk.book(at("2026-12-14 19:00"))
    assert words(refused.value.facts["refusal"].params["codes"]) == ["no_working_hours"]
    with pytest.raises(NotOffered):
        desk.book(at("2026-12-14 16:30"))
    assert how_many() == 0 and lines() == []
    made = desk.book(at("2026-12-14 19:00"), anyway=True)
    assert made.lane == 0 and lines()[-1].facts["anyway"] == ["no_working_hours"] and lines()[-1].account_id == dana.account_id


def test_over_an_appointment_it_stands_in_a_lane_of_its_own(desk, clinic):
    first = desk.book()
    second = desk.book(NINE + 1800, link=clinic.person("Mia"), anyway=True)
    third = desk.book(NINE + 900, link=clinic.person("Ana"), anyway=True)
    assert [first.lane, second.lane, third.lane] == [0, 1, 2]
    assert lines()[-1].facts["anyway"] == ["fully_booked"] and torn() == []
    desk.cancel(first)
    with pytest.raises(SlotTaken):  # it is as taken as ever
        desk.book(NINE, link=clinic.person("Tim"))


def test_only_what_was_shown_is_passed_over(desk, clinic):
    """Two desks open "19:00, outside the hours"; the one that is later must hear that it is taken now."""
    evening = at("2026-12-14 19:00")
    desk.book(evening, anyway=["no_working_hours"])
    with pytest.raises((NotOffered, SlotTaken)) as refused:
        desk.book(evening, link=clinic.person("Mia"), anyway=["no_working_hours"])
    assert words(refused.value.facts["refusal"].params["codes"]) == ["no_working_hours", "fully_booked"]
    assert how_many() == 1


def test_everything_in_the_way_is_said_before_it_is_asked(desk, clinic, ines):
    desk.book()
    here = dict(practice_id=clinic.practice.id, starts_at=instant("2026-12-14 00:00"), ends_at=instant("2026-12-15 00:00"))
    clinic.add(TimeOff(practitioner_id=ines.id, private_reason="hospital", **here))
    clinic.add(Closure(practice_id=clinic.practice.id, name="Stocktaking", first_on=day("2026-12-14"), last_on=day("2026-12-14")))
    found = by_staff.refusal(desk.dana, desk.wish(), NINE, clinic.now, desk.leo.profile)
    assert (
        words(found.params["codes"]) == ["closed_holiday", "practitioner_away", "fully_booked", "patient_limit"]
        and found.params["name"] == "Stocktaking"
    )
    assert by_staff.refusal(desk.dana, desk.wish(), at("2026-12-15 09:00"), clinic.now) is None


def test_one_who_does_not_offer_it_never_gives_it(desk, clinic):
    ravi = clinic.practitioner("Ravi", clinic.service("Other"))
    with pytest.raises(NotOffered, check=lambda error: "Ravi does not offer Visit" in str(error.message)):
        desk.book(wish=desk.wish(person=ravi), anyway=True)


def test_a_person_is_not_in_two_places_unless_knowingly(desk, clinic, visit):
    omar = clinic.practitioner("Omar", visit)
    desk.book()
    with pytest.raises(PersonLimit):
        desk.book(wish=desk.wish(person=omar), key="other")
    assert desk.book(wish=desk.wish(person=omar), key="other", anyway=["patient_limit"])


def test_when_rooms_run_out_one_is_shared_knowingly(desk, clinic, leo):
    gym = clinic.service("Gym", room_kind="gym")
    ines, omar = clinic.practitioner("Iness", gym), clinic.practitioner("Omar", gym)
    room = clinic.room("Gym", "gym")
    first = desk.book(wish=clinic.wish(gym, ines))
    with pytest.raises(SlotTaken):
        desk.book(wish=clinic.wish(gym, omar), link=clinic.person("Mia"))
    second = desk.book(wish=clinic.wish(gym, omar), link=clinic.person("Mia"), anyway=["no_room"])
    assert (first.room_id, second.room_id, first.lane, second.lane) == (room.id, room.id, 0, 1)


# --- moving ---


def test_moved_by_staff_it_has_a_new_time_and_person_and_everybody_is_told_once(desk, clinic, visit, ines, leo):
    one = clinic.booked(leo, visit, ines, "2026-12-14 09:00")
    omar = clinic.practitioner("Omar", visit)
    moved = desk.move(one, NOON, wish=desk.wish(person=omar))
    assert (moved.id, moved.practitioner_id, moved.sequence, moved.starts_at) == (one.id, omar.id, 1, instant("2026-12-14 12:00"))
    assert mails() == ["moved", "reminder"] and lines()[-1].verb == "moved"
    assert desk.move(one, NOON, wish=desk.wish(person=omar)) and mails() == ["moved", "reminder"], "the same form again"
    assert {row for row in db.session.scalars(select(Tick.resource))} == {f"p{omar.id}"}


def test_a_refused_move_leaves_everything_as_it_was(desk, clinic, visit, ines, leo):
    one = clinic.booked(leo, visit, ines, "2026-12-14 09:00")
    clinic.booked(clinic.person("Mia"), visit, ines, "2026-12-14 12:00")
    with pytest.raises(SlotTaken):
        desk.move(one, NOON)
    db.session.rollback()
    assert (one.starts_at, one.sequence, mails(), lines()) == (instant("2026-12-14 09:00"), 0, [], [])


def test_dropped_where_it_is_nothing_happens(desk):
    one = desk.book()
    desk.move(one, NINE)
    assert one.sequence == 0 and mails() == ["booked", "reminder"]


def test_what_somebody_else_changed_is_not_overwritten(desk, clinic):
    one = desk.book()
    seen = one.revision
    desk.move(one, NOON, revision=seen)
    for act in (
        lambda: desk.move(one, TEN, key="late", revision=seen),
        lambda: desk.cancel(one, revision=seen),
        lambda: desk.mark(one, "arrived", revision=seen),
    ):
        with pytest.raises(Changed, check=lambda error: error.facts["appointment"].starts_at == instant("2026-12-14 12:00")):
            act()
    desk.cancel(one, revision=one.revision)


def test_a_patient_does_not_undo_what_the_clinic_did(desk, clinic, leo):
    one = desk.book()
    assert bookings.undoable(one, clinic.now) is None
    desk.move(one, NOON)
    assert bookings.undoable(one, clinic.now) is None
    transact(bookings.move, leo.account, one, desk.wish(), TEN, clinic.now, "mine")
    assert bookings.undoable(one, clinic.now) == "moved", "their own they do"
    desk.cancel(one)
    assert bookings.undoable(one, clinic.now) is None


# --- cancelling, marking ---


def test_cancelled_by_staff_at_any_time_and_the_reason_stays_in_the_house(desk, clinic, ines, visit, leo, clock):
    one = clinic.booked(leo, visit, ines, "2026-12-10 10:30")
    desk.cancel(one, reason="practitioner in hospital")
    assert (one.status, one.cancel_reason, one.cancelled_at) == ("cancelled", "practitioner in hospital", clinic.now)
    assert mails() == ["cancelled"] and how_many(Tick) == 0
    assert "hospital" not in str([line.facts for line in lines()]) + str(list(db.session.scalars(select(OutboxMail.refs))))
    with pytest.raises(AlreadyCancelled):
        desk.cancel(one)
    with pytest.raises(AlreadyCancelled):
        desk.mark(one, "arrived")


def test_a_cancellation_is_taken_back_while_the_time_is_free(desk, clinic):
    one = desk.book()
    desk.cancel(one, reason="slip")
    by_staff_restored = transact(by_staff.restore, desk.dana, one, clinic.now)
    assert (by_staff_restored.status, one.cancelled_at, one.cancel_reason, one.sequence) == ("booked", None, "", 2)
    assert mails() == ["booked", "reminder"]
    desk.cancel(one)
    desk.book(link=clinic.person("Mia"))
    with pytest.raises(SlotTaken):
        transact(by_staff.restore, desk.dana, one, clinic.now)


def test_a_no_show_gives_its_time_back_and_takes_it_again(desk, clinic):
    one = desk.book()
    desk.mark(one, "noshow")
    assert how_many(Tick) == 0
    desk.mark(one, "booked")
    assert how_many(Tick) == 12 and one.status == "booked"
    desk.mark(one, "noshow")
    desk.book(link=clinic.person("Mia"))
    for status in ("booked", "arrived", "fulfilled"):
        with pytest.raises(SlotTaken, check=lambda error: "Somebody else has that time" in str(error.message)):
            desk.mark(one, status)
    assert desk.mark(one, "arrived", anyway=True).lane == 1, "both came after all"
    assert lines()[-1].facts["anyway"] == ["fully_booked"]


def test_what_is_in_the_way_of_taking_a_mark_back_is_named_and_only_that_is_passed_over(desk, clinic, visit):
    one, omar = desk.book(), clinic.practitioner("Omar", visit)
    desk.mark(one, "noshow")
    desk.book(NINE + 1800, link=clinic.person("Mia"))
    desk.book(NINE, wish=desk.wish(person=omar), key="elsewhere")
    with pytest.raises(SlotTaken) as refused:
        desk.mark(one, "booked", anyway=["fully_booked"])
    assert words(refused.value.facts["refusal"].params["codes"]) == ["fully_booked", "patient_limit"]
    assert desk.mark(one, "booked", anyway=["fully_booked", "patient_limit"]).lane == 1
    assert lines()[-1].facts["anyway"] == ["fully_booked", "patient_limit"]


def test_one_who_has_another_appointment_then_does_not_get_the_cancelled_one_back_unknowingly(desk, clinic, visit):
    one = desk.book()
    desk.cancel(one)
    desk.book(NINE + 1800, wish=desk.wish(person=clinic.practitioner("Omar", visit)))
    with pytest.raises(PersonLimit, check=lambda error: "Leo already has an appointment" in str(error.message)):
        transact(by_staff.restore, desk.dana, one, clinic.now)
    assert transact(by_staff.restore, desk.dana, one, clinic.now, anyway=["patient_limit"]).lane == 0, "nobody else has the time"


def test_only_a_pause_in_the_way_of_one_that_is_restored_is_called_that(desk, clinic):
    gym = clinic.service("Gym", after_minutes=30)
    mia = clinic.practitioner("Mia", gym)
    one = desk.book(wish=clinic.wish(gym, mia))
    desk.mark(one, "noshow")
    desk.book(TEN, link=clinic.person("Ana"), wish=clinic.wish(gym, mia))
    with pytest.raises(SlotTaken, check=lambda error: words(error.facts["refusal"].params["codes"]) == ["buffer"]):
        desk.mark(one, "booked")


def test_a_restored_one_takes_another_room_if_its_own_is_taken(desk, clinic):
    gym = clinic.service("Gym", room_kind="gym")
    mia, omar = clinic.practitioner("Mia", gym), clinic.practitioner("Omar", gym)
    small, large = clinic.room("Small", "gym"), clinic.room("Large", "gym")
    one = desk.book(wish=clinic.wish(gym, mia))
    assert one.room_id == small.id
    desk.cancel(one)
    desk.book(link=clinic.person("Ana"), wish=clinic.wish(gym, omar))
    assert transact(by_staff.restore, desk.dana, one, clinic.now).room == large
    desk.cancel(one)
    desk.book(link=clinic.person("Tim"), wish=clinic.wish(gym, clinic.practitioner("Zoe", gym)))
    with pytest.raises(SlotTaken, check=lambda error: words(error.facts["refusal"].params["codes"]) == ["no_room"]):
        transact(by_staff.restore, desk.dana, one, clinic.now)


def test_arrived_done_and_back(desk, clinic):
    one = desk.book()
    sent = mails()
    assert desk.mark(one, "arrived").arrived_at == one.starts_at
    assert desk.mark(one, "fulfilled").arrived_at == one.starts_at and desk.mark(one, "fulfilled").revision == one.revision
    with pytest.raises(NotOffered):
        desk.move(one, NOON)
    assert desk.mark(one, "booked").arrived_at is None
    assert [line.verb for line in lines()] == ["booked", "arrived", "fulfilled", "mark_removed"] and mails() == sent
    with pytest.raises(ValueError):
        desk.mark(one, "cancelled")


def test_nobody_has_arrived_before_the_day_begins_where_the_appointment_is(desk, clinic):
    """The location is in Los Angeles and the practice keeps Toronto's time: the day begins three hours later there."""
    one = desk.book()
    transact(setattr, one, "zone", "America/Los_Angeles")
    day_before = instant("2026-12-14 02:59")
    for status in ("arrived", "fulfilled"):
        with pytest.raises(NotOffered, check=lambda error: "on Monday 14 December" in error.message and "on that day" in error.message):
            desk.mark(one, status, day_before)
    db.session.rollback()
    assert desk.mark(one, "arrived", instant("2026-12-14 03:00")).status == "arrived"
    assert desk.mark(one, "booked", day_before).arrived_at is None, "a slip is taken back at any time"


def test_who_came_early_is_seen_early_and_nobody_has_missed_what_has_not_begun(desk, clinic):
    one, early = desk.book(), instant("2026-12-14 08:40")
    with pytest.raises(NotOffered, check=lambda error: "mark “Arrived” first" in error.message):
        desk.mark(one, "fulfilled", early)
    with pytest.raises(NotOffered, check=lambda error: "once it has begun" in error.message):
        desk.mark(one, "noshow", early)
    db.session.rollback()
    desk.mark(one, "arrived", early)
    assert desk.mark(one, "fulfilled", early).status == "fulfilled"
    two = desk.book(NOON, link=clinic.person("Mia"))
    assert desk.mark(two, "noshow", instant("2026-12-14 12:00")).status == "noshow"
