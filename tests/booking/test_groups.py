"""Groups: several people at one time with one practitioner, never more than there are seats."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from booking import bookings, by_staff, groups, moving_groups, together
from booking.bookings import undoable
from booking.deciding import words
from booking.errors import Changed, GroupFull, GroupOver, NotOffered, NotYours, PersonLimit, SlotTaken
from booking.handover import hand_over
from booking.models import Block, Tick
from booking.queries import open_times
from portal import access
from portal.database import db, transact
from portal.models import LedgerLine, Link, Profile
from tests.booking.at_the_desk import NINE, NOON, TEN, Desk, how_many, lines, mails
from tests.booking.clinic import at, day, instant, torn
from tests.portal.merging import staff_of


@pytest.fixture
def desk(context, clock):
    yield (made := Desk(clock()))
    db.session.rollback()
    assert torn() == [], made


@pytest.fixture
def yoga(desk):
    """A group of two at nine."""
    return transact(groups.open, desk.dana, desk.wish(), NINE, 2, desk.now, title="Yoga")


def seat(desk, group, link=None, key=None, **more):
    link = link or desk.leo
    return transact(groups.seat, desk.dana, group, link.profile, desk.now, key or f"seat {link.id}", **more)


def starts(desk):
    return list(open_times(desk.clinic.practice, desk.wish(), day("2026-12-14"), day("2026-12-14"), desk.now)[0].starts)


def test_a_group_takes_the_time_before_anybody_sits_in_it(desk, yoga):
    assert (yoga.starts_at, yoga.ends_at, yoga.seats, yoga.service_id) == (
        instant("2026-12-14 09:00"),
        instant("2026-12-14 10:00"),
        2,
        desk.visit.id,
    )
    assert starts(desk)[0] == TEN
    with pytest.raises(SlotTaken):
        desk.book(NINE + 1800)
    with pytest.raises(SlotTaken):
        transact(groups.open, desk.dana, desk.wish(), NINE + 1800, 2, desk.now)


def test_each_has_an_appointment_a_record_and_a_mail_of_their_own(desk, yoga):
    mia = desk.clinic.person("Mia")
    one, two = seat(desk, yoga, note="knee"), seat(desk, yoga, mia)
    assert (one.group_id, one.lane, one.starts_at, one.practitioner_id, one.note) == (yoga.id, 0, yoga.starts_at, desk.ines.id, "knee")
    assert two.lane == 1 and two.profile_id == mia.profile_id and how_many(Tick) == 24
    assert mails() == ["booked", "booked", "reminder", "reminder"]
    assert seat(desk, yoga) == one, "the same form again"
    assert groups.seated(yoga) == [one, two]


def test_a_full_group_is_full(desk, yoga):
    seat(desk, yoga), seat(desk, yoga, desk.clinic.person("Mia"))
    ana = desk.clinic.person("Ana")
    for anyway in (False, True):
        with pytest.raises(GroupFull):
            seat(desk, yoga, ana, anyway=anyway)
    transact(groups.resize, desk.dana, yoga, 3, desk.now, revision=yoga.revision)
    assert seat(desk, yoga, ana).lane == 2
    with pytest.raises(GroupFull, check=lambda error: "3 seats are taken" in str(error.message)):
        transact(groups.resize, desk.dana, yoga, 2, desk.now)


def test_a_seat_that_is_given_back_can_be_taken_and_taken_again_if_there_is_one(desk, yoga):
    mia, ana = desk.clinic.person("Mia"), desk.clinic.person("Ana")
    one, two = seat(desk, yoga), seat(desk, yoga, mia)
    desk.cancel(two)
    three = seat(desk, yoga, ana)
    assert three.lane == 1
    for act in (
        lambda: transact(by_staff.restore, desk.dana, two, desk.now),
        lambda: transact(by_staff.restore, desk.dana, two, desk.now, anyway=True),
    ):
        with pytest.raises(GroupFull):
            act()
    desk.mark(one, "noshow")
    assert transact(by_staff.restore, desk.dana, two, desk.now).lane == 0
    with pytest.raises(GroupFull):
        desk.mark(one, "arrived", anyway=True)
    desk.cancel(three)
    assert desk.mark(one, "arrived").lane == 1


def test_nobody_sits_twice_nor_in_two_places_unless_knowingly(desk, yoga):
    seat(desk, yoga)
    for anyway in (False, True):
        with pytest.raises(PersonLimit, check=lambda error: "has a seat in this group already" in str(error.message)):
            seat(desk, yoga, key="again", anyway=anyway)
    omar, mia = desk.clinic.practitioner("Omar", desk.visit), desk.clinic.person("Mia")
    desk.book(NINE + 1800, link=mia, wish=desk.wish(person=omar))
    with pytest.raises(PersonLimit):
        seat(desk, yoga, mia)
    assert seat(desk, yoga, mia, anyway=["patient_limit"])
    assert db.session.scalars(select(LedgerLine).order_by(LedgerLine.id.desc())).first().facts["anyway"] == ["patient_limit"]


def test_a_seat_moved_alone_leaves_the_group_and_half_a_day_to_a_colleague_leaves_seats(desk, yoga):
    omar = desk.clinic.practitioner("Omar", desk.visit)
    one, two = seat(desk, yoga), seat(desk, yoga, desk.clinic.person("Mia"))
    desk.move(two, NOON)
    assert (two.group_id, two.lane) == (None, 0) and groups.seated(yoga) == [one]
    found = transact(together.move_all, desk.dana, [one, two], desk.clinic.wish(desk.visit, omar).practitioner, desk.now)
    assert found.moved == [two] and [row for row, _why in found.left] == [one] and one.practitioner_id == desk.ines.id


def test_called_off_everybody_is_told_once(desk, yoga):
    one, two = seat(desk, yoga), seat(desk, yoga, desk.clinic.person("Mia"))
    desk.cancel(two, tell=False)
    found = transact(groups.close, desk.dana, yoga, desk.now, reason="flu", revision=yoga.revision)
    assert found.cancelled == [one] and one.cancel_reason == "flu" and mails() == ["cancelled"]
    assert yoga.removed_at == desk.now and starts(desk)[0] == NINE and how_many(Tick) == 0
    with pytest.raises(GroupOver):
        transact(by_staff.restore, desk.dana, two, desk.now)
    with pytest.raises(Changed):
        seat(desk, yoga, desk.clinic.person("Ana"))


def test_a_group_that_took_place_is_not_called_off(desk, yoga):
    """What is due for those who were there would be nothing any more."""
    one, two = seat(desk, yoga), seat(desk, yoga, desk.clinic.person("Mia"))
    desk.mark(one, "fulfilled")
    with pytest.raises(NotOffered, check=lambda error: "it took place" in error.message):
        transact(groups.close, desk.dana, yoga, desk.now)
    db.session.rollback()
    assert (one.status, two.status, yoga.removed_at) == ("fulfilled", "booked", None)


def test_forms_of_an_older_group_are_not_taken(desk, yoga):
    seen = yoga.revision
    transact(groups.resize, desk.dana, yoga, 5, desk.now)
    for act in (
        lambda: transact(groups.resize, desk.dana, yoga, 1, desk.now, revision=seen),
        lambda: transact(groups.close, desk.dana, yoga, desk.now, revision=seen),
        lambda: seat(desk, yoga, revision=seen),
    ):
        with pytest.raises(Changed):
            act()
    tom = staff_of(desk.clinic.practice, desk.now, access.PRACTITIONER, "Tom")
    for act in (
        lambda: transact(groups.close, tom, yoga, desk.now),
        lambda: transact(groups.open, tom, desk.wish(), TEN, 2, desk.now),
        lambda: transact(groups.seat, tom, yoga, desk.leo.profile, desk.now, "k"),
    ):
        with pytest.raises(NotYours):
            act()
    for seats in (0, 201):
        with pytest.raises(ValueError):
            transact(groups.open, desk.dana, desk.wish(), NOON, seats, desk.now)


def move(desk, group, start, person=None, **more):
    return transact(moving_groups.move_group, desk.dana, group, desk.wish(person=person), start, desk.now, **more)


def test_a_group_moves_with_everybody_in_it_and_each_is_told_once(desk, yoga):
    omar = desk.clinic.practitioner("Omar", desk.visit)
    one, two, gone = seat(desk, yoga), seat(desk, yoga, desk.clinic.person("Mia")), desk.clinic.person("Ana")
    desk.cancel(two), seat(desk, yoga, gone)
    seen = yoga.revision
    move(desk, yoga, NOON, omar, revision=seen)
    sitting = [row for row in groups.seated(yoga) if row.status == "booked"]
    assert {(row.starts_at, row.practitioner_id, row.group_id) for row in sitting} == {(instant("2026-12-14 12:00"), omar.id, yoga.id)}
    assert (yoga.starts_at, yoga.ends_at, yoga.practitioner_id) == (instant("2026-12-14 12:00"), instant("2026-12-14 13:00"), omar.id)
    assert sorted(row.lane for row in sitting) == [0, 1] and two.starts_at == instant("2026-12-14 09:00")
    assert mails().count("moved") == 2 and mails().count("booked") == 0 and starts(desk)[0] == NINE
    assert [line.verb for line in lines()].count("moved") == 2
    move(desk, yoga, NOON, omar, revision=seen)
    assert mails().count("moved") == 2, "the same form again"
    move(desk, yoga, NINE, desk.ines)
    assert one.starts_at == instant("2026-12-14 09:00") and mails().count("moved") == 2, "the older news is not sent any more"


def test_a_group_moves_by_less_than_its_own_length(desk, yoga):
    seat(desk, yoga), seat(desk, yoga, desk.clinic.person("Mia"))
    assert NINE + 1800 in starts_for(desk, yoga) and NINE in starts_for(desk, yoga)
    move(desk, yoga, NINE + 1800)
    assert {row.starts_at for row in groups.seated(yoga)} == {yoga.starts_at} == {instant("2026-12-14 09:30")}


def test_what_is_in_the_way_of_a_group_is_named_and_passed_over_only_knowingly(desk, yoga):
    omar, mia = desk.clinic.practitioner("Omar", desk.visit), desk.clinic.person("Mia")
    one, two = seat(desk, yoga), seat(desk, yoga, mia)
    desk.book(NOON, link=desk.clinic.person("Tim")), desk.book(NOON, link=mia, wish=desk.wish(person=omar))
    sent = mails()
    with pytest.raises(SlotTaken) as refused:
        move(desk, yoga, NOON, anyway=["fully_booked"])
    assert (
        words(refused.value.facts["refusal"].params["codes"]) == ["fully_booked", "patient_limit"]
        and refused.value.facts["refusal"].params["names"] == "Mia"
    )
    assert (yoga.starts_at, one.starts_at, mails()) == (instant("2026-12-14 09:00"), instant("2026-12-14 09:00"), sent)
    wish = desk.wish()
    assert moving_groups.refusal_of(desk.dana, yoga, wish, NOON, desk.now).params["codes"] == refused.value.facts["refusal"].params["codes"]
    move(desk, yoga, NOON, anyway=["fully_booked", "patient_limit"])
    assert sorted((one.lane, two.lane)) == [1, 2] and lines()[-1].facts["anyway"] == ["fully_booked", "patient_limit"]
    desk.cancel(one), desk.cancel(two)
    seat(desk, yoga, desk.clinic.person("Ana"))
    desk.book(at("2026-12-14 14:00"), link=desk.clinic.person("Zoe"), wish=desk.wish(person=omar))
    with pytest.raises(PersonLimit, check=lambda error: "Ana" in str(error.message)):
        desk.book(TEN, link=by_name("Ana"), wish=desk.wish(person=omar))
        move(desk, yoga, TEN)


def test_a_group_goes_to_another_room_alone_and_nobody_is_written_to(desk):
    gym = desk.clinic.service("Gym", room_kind="gym")
    mia, omar = desk.clinic.practitioner("Mia", gym), desk.clinic.practitioner("Omar", gym)
    small, large = desk.clinic.room("Small", "gym"), desk.clinic.room("Large", "gym")
    group = transact(groups.open, desk.dana, desk.clinic.wish(gym, mia), NINE, 8, desk.now)
    one, wish = seat(desk, group), desk.clinic.wish(gym, mia)
    sent = mails()
    transact(moving_groups.move_group, desk.dana, group, wish, NINE, desk.now, room=large.id)
    assert (group.room_id, one.room_id, one.sequence) == (large.id, large.id, 0) and mails() == sent
    transact(moving_groups.move_group, desk.dana, group, wish, TEN, desk.now)
    assert group.room_id == large.id, "its own first"
    desk.book(NOON, link=desk.clinic.person("Ana"), wish=desk.clinic.wish(gym, omar))
    with pytest.raises(SlotTaken, check=lambda error: words(error.facts["refusal"].params["codes"]) == ["no_room"]):
        transact(moving_groups.move_group, desk.dana, group, wish, NOON, desk.now, room=small.id)
    transact(moving_groups.move_group, desk.dana, group, wish, NOON, desk.now, room=small.id, anyway=["no_room"])
    assert one.room_id == small.id and one.lane == 1
    with pytest.raises(NotOffered):
        transact(moving_groups.move_group, desk.dana, group, wish, TEN, desk.now, room=desk.clinic.room("Bath", "bath").id)


def test_a_group_is_not_moved_unseen_nor_by_others_nor_when_it_has_taken_place(desk, yoga):
    one, seen = seat(desk, yoga), yoga.revision
    transact(groups.resize, desk.dana, yoga, 5, desk.now)
    with pytest.raises(Changed):
        move(desk, yoga, NOON, revision=seen)
    with pytest.raises(NotYours):
        transact(
            moving_groups.move_group,
            staff_of(desk.clinic.practice, desk.now, access.PRACTITIONER, "Tom"),
            yoga,
            desk.wish(),
            NOON,
            desk.now,
        )
    other = desk.clinic.service("Other")
    zoe = desk.clinic.practitioner("Zoe", other)
    with pytest.raises(NotOffered, check=lambda error: "can no longer be moved" in str(error.message)):
        transact(moving_groups.move_group, desk.dana, yoga, desk.clinic.wish(other, zoe), NOON, desk.now)
    desk.mark(one, "fulfilled")
    with pytest.raises(NotOffered):
        move(desk, yoga, NOON)
    desk.mark(one, "booked")
    transact(groups.close, desk.dana, yoga, desk.now)
    with pytest.raises(Changed):
        move(desk, yoga, NOON)


def starts_for(desk, group):
    wish = replace(desk.wish(), staff=True, sitting=moving_groups.sitting(group))
    return list(open_times(desk.clinic.practice, wish, day("2026-12-14"), day("2026-12-14"), desk.now)[0].starts)


def by_name(name):
    return db.session.scalars(select(Link).join(Profile, Profile.id == Link.profile_id).where(Profile.given_name == name)).one()


def test_the_patient_cancels_a_seat_and_keeps_it_after_all_but_does_not_move_it_online(desk, yoga):
    one, leo = seat(desk, yoga), desk.leo
    with pytest.raises(NotOffered):
        transact(bookings.move, leo.account, one, desk.wish(), NOON, desk.now, "move")
    transact(bookings.cancel, leo.account, one, desk.now)
    assert undoable(one, desk.now) == "cancelled"
    transact(bookings.undo, leo.account, one, desk.now)
    assert (one.status, one.group_id, one.lane) == ("booked", yoga.id, 0)
    transact(bookings.cancel, leo.account, one, desk.now)
    seat(desk, yoga, desk.clinic.person("Mia")), seat(desk, yoga, desk.clinic.person("Ana"))
    with pytest.raises(GroupFull):
        transact(bookings.undo, leo.account, one, desk.now)


def test_a_seat_handed_to_a_sibling_is_the_siblings_seat(desk, yoga):
    mia = desk.clinic.person("Mia")
    seat(desk, yoga, mia)
    one, ana = seat(desk, yoga), desk.clinic.person("Ana", "parent", account=desk.leo.account)
    got = transact(hand_over, desk.leo.account, one, ana, desk.now, "slip")
    assert (got.group_id, got.lane, got.profile_id) == (yoga.id, 1, ana.profile_id)
    with pytest.raises(GroupFull):
        seat(desk, yoga, desk.clinic.person("Tim"))


def test_a_group_has_its_services_pauses_and_room(desk):
    gym = desk.clinic.service("Gym", after_minutes=30, room_kind="gym", room_after_minutes=15)
    mia, omar = desk.clinic.practitioner("Mia", gym), desk.clinic.practitioner("Omar", gym)
    room = desk.clinic.room("Gym", "gym")
    group = transact(groups.open, desk.dana, desk.clinic.wish(gym, mia), NINE, 8, desk.now)
    assert group.room_id == room.id
    with pytest.raises(SlotTaken):
        desk.book(TEN, wish=desk.clinic.wish(gym, mia))
    with pytest.raises(SlotTaken):
        desk.book(TEN, wish=desk.clinic.wish(gym, omar))
    one, two = (seat(desk, group, desk.clinic.person(name)) for name in ("Ana", "Tim"))
    assert one.room_id == two.room_id == room.id and (one.after_minutes, one.room_after_minutes) == (30, 15)
    assert desk.book(at("2026-12-14 10:15"), wish=desk.clinic.wish(gym, omar)).lane == 0
    assert db.session.scalar(select(Block.seats)) == 8
