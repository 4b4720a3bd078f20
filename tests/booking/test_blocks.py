"""Blocks: time nobody can book, changed by one at a time, and turned into an appointment in one act."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking import blocks, bookings, by_staff
from booking.desk import calendar_facts
from booking.errors import Changed, Imported, NotOffered, NotYours, SlotTaken
from booking.models import Block, CalendarSource, Cap, Room
from booking.queries import check_start, open_times
from portal import access
from portal.database import db, transact
from tests.booking.at_the_desk import NINE, NOON, TEN, Desk, how_many, mails
from tests.booking.clinic import Clinic, at, day, instant, torn
from tests.portal.merging import staff_of

MONDAY = day("2026-12-14")


@pytest.fixture
def desk(context, clock):
    yield (made := Desk(clock()))
    db.session.rollback()
    assert torn() == [], made


def block(desk, begins="2026-12-14 09:00", ends="2026-12-14 10:00", title="Team meeting", **more) -> list[Block]:
    return desk.do(blocks.block, desk.ines.id, instant(begins), instant(ends), title, **more)


def starts(desk, on=MONDAY, wish=None) -> list[int]:
    return list(open_times(desk.clinic.practice, wish or desk.wish(), on, on, desk.now)[0].starts)


def patient_books(desk, start, key="patient"):
    mia = desk.clinic.person("Mia")
    return transact(bookings.book, mia.account, mia, desk.wish(), start, desk.now, key)


def test_nobody_books_over_a_block_and_its_end_touches_nobody(desk):
    assert starts(desk)[0] == NINE
    block(desk)
    assert starts(desk)[0] == TEN
    with pytest.raises(SlotTaken):
        patient_books(desk, NINE + 1800)
    with pytest.raises(SlotTaken):
        desk.book(NINE + 1800)
    assert patient_books(desk, TEN)
    assert desk.book(NINE, anyway=["fully_booked"]).lane == 0, "knowingly over it"


def test_a_block_has_no_buffers_but_the_appointment_beside_it_keeps_its_own(desk):
    careful = desk.clinic.service("Careful", after_minutes=15)
    ines = desk.clinic.practitioner("Mia", careful)
    desk.do(blocks.block, ines.id, instant("2026-12-14 12:00"), instant("2026-12-14 13:00"), "")
    found = starts(desk, wish=desk.wish(careful, ines))
    assert at("2026-12-14 10:45") in found and at("2026-12-14 11:00") not in found and at("2026-12-14 13:00") in found


def test_a_block_counts_towards_no_cap_and_nobody_is_busier_for_it(desk):
    desk.clinic.add(Cap(practice_id=desk.clinic.practice.id, practitioner_id=desk.ines.id, period="day", max_count=1))
    block(desk)
    assert starts(desk)[0] == TEN
    patient_books(desk, TEN)
    assert starts(desk) == []


def test_a_block_of_days_that_began_long_ago_still_stands(desk):
    block(desk, "2026-11-11 00:00", "2026-12-15 00:00", "Leave")
    assert starts(desk) == [] and starts(desk, day("2026-12-15"))


def test_it_repeats_at_the_same_wall_clock_time_over_a_clock_change(desk):
    made = block(desk, "2027-03-08 12:00", "2027-03-08 13:00", every_days=7, times=3)
    assert [one.starts_at for one in made] == [instant(f"2027-03-{n} 12:00") for n in ("08", "15", "22")]
    assert {one.ends_at - one.starts_at for one in made} == {timedelta(hours=1)} and len({one.series_id for one in made}) == 1
    desk.do(blocks.remove, made[1], following=True)
    assert [one.removed_at is None for one in made] == [True, False, False]


def test_a_form_sent_twice_blocks_once(desk):
    assert block(desk, every_days=7, times=3) == block(desk, every_days=7, times=3) and how_many(Block) == 3


def test_what_somebody_else_changed_is_not_overwritten(desk):
    (one,) = block(desk)
    seen = one.revision
    desk.do(blocks.change, one, revision=seen, title="Lunch", ends_at=instant("2026-12-14 09:30"))
    assert starts(desk)[0] == NINE + 1800
    for act in (
        lambda: desk.do(blocks.change, one, revision=seen, title="Tea"),
        lambda: desk.do(blocks.remove, one, revision=seen),
        lambda: transact(blocks.turn_into, desk.dana, one, desk.leo.profile, desk.wish(), desk.now, "late", revision=seen),
    ):
        with pytest.raises(Changed, check=lambda error: error.facts["block"].title == "Lunch"):
            act()
    desk.do(blocks.remove, one, revision=one.revision)
    assert starts(desk)[0] == NINE and one.removed_by_id == desk.dana.id
    with pytest.raises(Changed):
        desk.do(blocks.remove, one)
    with pytest.raises(ValueError):
        block(desk, "2026-12-14 10:00", "2026-12-14 10:00")


def test_a_block_that_the_calendar_would_not_find_is_not_made(desk):
    """It looks back so far and no further; whoever is away for longer has days off."""
    (one,) = block(desk, "2026-12-14 09:00", "2027-01-18 09:00")
    for act in (
        lambda: block(desk, "2026-12-14 09:00", "2027-01-18 09:05"),
        lambda: desk.do(blocks.change, one, revision=None, ends_at=instant("2027-01-18 09:05")),
    ):
        with pytest.raises(ValueError, match="35 days"):
            act()
    shown = calendar_facts.read(desk.dana, at("2027-01-18 08:00"), at("2027-01-18 10:00")).blocks
    assert [each.public_id for each in shown] == [one.public_id]


def test_it_goes_to_another_calendar(desk):
    (one,) = block(desk)
    omar = desk.clinic.practitioner("Omar", desk.visit)
    desk.do(blocks.change, one, revision=one.revision, practitioner_id=omar.id)
    assert starts(desk)[0] == NINE and starts(desk, wish=desk.wish(person=omar))[0] == TEN


def test_it_becomes_an_appointment_in_one_act(desk):
    (one,) = block(desk, "2026-12-14 09:00", "2026-12-14 09:30")
    made = transact(blocks.turn_into, desk.dana, one, desk.leo.profile, desk.wish(), desk.now, "turn")
    assert (made.starts_at, made.ends_at, made.practitioner_id) == (instant("2026-12-14 09:00"), instant("2026-12-14 10:00"), desk.ines.id)
    assert one.removed_at == desk.now and mails() == ["booked", "reminder"]
    assert transact(blocks.turn_into, desk.dana, one, desk.leo.profile, desk.wish(), desk.now, "turn") == made, "the same form again"
    with pytest.raises(Changed):
        transact(blocks.turn_into, desk.dana, one, desk.clinic.person("Mia").profile, desk.wish(), desk.now, "another form")


def test_what_does_not_fit_leaves_the_block_where_it_was(desk):
    (one,) = block(desk, "2026-12-14 09:00", "2026-12-14 09:30")
    desk.book(NINE + 1800, link=desk.clinic.person("Mia"), anyway=True)
    with pytest.raises(SlotTaken):
        transact(blocks.turn_into, desk.dana, one, desk.leo.profile, desk.wish(), desk.now, "turn")
    db.session.rollback()
    assert one.removed_at is None and how_many() == 1
    ravi = desk.clinic.practitioner("Ravi", desk.clinic.service("Other"))
    (his,) = desk.do(blocks.block, ravi.id, instant("2026-12-14 09:00"), instant("2026-12-14 10:00"), "")
    with pytest.raises(NotOffered):
        transact(blocks.turn_into, desk.dana, his, desk.leo.profile, desk.wish(), desk.now, "not his")


def test_an_entry_of_another_calendar_is_busy_and_not_changed_here(desk):
    source = CalendarSource(
        practice_id=desk.clinic.practice.id, practitioner_id=desk.ines.id, name="Home", created_at=desk.now, created_by_id=desk.dana.id
    )
    desk.clinic.add(source)
    common = dict(
        practice_id=desk.clinic.practice.id, practitioner_id=desk.ines.id, location_id=desk.clinic.location.id, created_at=desk.now
    )
    one = desk.clinic.add(
        Block(source_id=source.id, uid="x", starts_at=instant("2026-12-14 09:00"), ends_at=instant("2026-12-14 10:00"), **common)
    )
    assert starts(desk)[0] == TEN
    for act in (lambda: desk.do(blocks.change, one, revision=None, title="x"), lambda: desk.do(blocks.remove, one)):
        with pytest.raises(Imported):
            act()


def test_a_practitioner_blocks_only_their_own_time_and_no_other_clinic_is_reached(desk, clock):
    (one,) = block(desk)
    omar = desk.clinic.practitioner("Omar", desk.visit)
    his = staff_of(desk.clinic.practice, desk.now, access.PRACTITIONER, "Omarown")
    desk.clinic.change(omar, staff_member_id=his.id)
    span = instant("2026-12-14 09:00"), instant("2026-12-14 10:00")
    assert transact(blocks.block, his, omar.id, *span, "mine", desk.now)
    foreign = staff_of(Clinic(clock(), "other").practice, desk.now, access.ADMIN, "Tom")
    for act in (
        lambda: transact(blocks.block, his, desk.ines.id, *span, "hers", desk.now),
        lambda: transact(blocks.remove, his, one, desk.now),
        lambda: transact(blocks.change, his, one, desk.now, revision=None, practitioner_id=omar.id),
        lambda: transact(blocks.remove, foreign, one, desk.now),
        lambda: transact(blocks.block, foreign, desk.ines.id, *span, "", desk.now),
        lambda: transact(blocks.turn_into, foreign, one, desk.leo.profile, desk.wish(), desk.now, "foreign"),
    ):
        with pytest.raises(NotYours):
            act()


def test_a_room_that_is_blocked_is_not_given(desk):
    gym = desk.clinic.service("Gym", room_kind="gym")
    mia = desk.clinic.practitioner("Mia", gym)
    room: Room = desk.clinic.room("Gym", "gym")
    common = dict(
        practice_id=desk.clinic.practice.id, practitioner_id=desk.ines.id, location_id=desk.clinic.location.id, created_at=desk.now
    )
    desk.clinic.add(Block(room_id=room.id, starts_at=instant("2026-12-14 09:00"), ends_at=instant("2026-12-14 12:00"), **common))
    assert starts(desk, wish=desk.wish(gym, mia))[0] == NOON
    assert by_staff.refusal(desk.dana, desk.wish(gym, mia), TEN, desk.now).code.name == "NO_ROOM"
    assert check_start(desk.clinic.practice, desk.wish(gym, mia), NOON, desk.now).rooms == (room.id,)
    assert list(db.session.scalars(select(Block.room_id))) == [room.id]
