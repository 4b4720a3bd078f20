"""Two front desks, or a desk and patients, at one moment: nobody gets what somebody has, seats are never more than there are, nothing is overwritten."""

import time
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import func, select

from booking import blocks, by_staff, catalogue, groups, moving_groups, together
from booking.desk.catalogue_forms import digest
from booking.errors import GroupFull
from booking.models import Appointment, Block, Service
from booking.models.appointment import BLOCKING
from booking.queries import open_times
from booking.seats import taken
from booking.unchanged import over
from portal import access
from portal.database import db, transact
from portal.ids import public_id
from portal.models import LedgerLine, OutboxMail, Profile, StaffMember
from tests.booking.clinic import Clinic, at, day, instant, torn
from tests.portal.merging import staff_of
from tests.races import naive
from tests.races.harness import Told, attempt, race, stored, unsafe, untrue
from tests.races.test_races import booker, by_id

NINE, TEN, NOON = (at(f"2026-12-14 {hour}:00") for hour in ("09", "10", "12"))
BEGUN = datetime.fromtimestamp(NINE, UTC)  # before it nobody has missed it


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


@pytest.fixture
def visit(clinic):
    return clinic.service()


@pytest.fixture
def ines(clinic, visit):
    return clinic.practitioner("Ines", visit)


@pytest.fixture
def desks(clinic):
    """Ids of eight people at eight front desks."""
    return [staff_of(clinic.practice, clinic.now, access.FRONT_DESK, f"Desk{n}").id for n in range(8)]


def acting(desk_id: int, act):
    """An attempt of a desk, in a session of its own: `act(staff)`."""

    def run():
        return act(db.session.get_one(StaffMember, desk_id))

    return run


def desk_books(clinic, desk_id, profile_id, visit, ines, start, key=None, **more):
    facts, now = (clinic.practice.id, visit.public_id, ines and ines.public_id, ""), clinic.now

    def act(staff):
        person = db.session.get_one(Profile, profile_id)
        return transact(by_staff.book, staff, person, by_id(*facts), start, now, key or f"{desk_id} {profile_id} {start}", **more)

    return attempt(start, (ines.id,) if ines else (), acting(desk_id, act))


def names(heard: list[Told]) -> set[str]:
    return {one.error.partition(":")[0] for one in heard}


def test_eight_desks_and_sixteen_patients_want_one_time(app, clinic, visit, ines, desks):
    people = clinic.people(24)
    attempts = [desk_books(clinic, one, people[n].profile_id, visit, ines, NINE) for n, one in enumerate(desks)]
    attempts += [booker(clinic, link.id, visit, ines, NINE) for link in people[8:]]
    heard = race(app, attempts)
    assert len(stored()) == 1 == sum(bool(one.booked) for one in heard) and unsafe() == [] and untrue(heard) == [] and torn() == []


def test_one_form_pressed_many_times_at_once_books_once(app, clinic, visit, ines, desks):
    leo = clinic.person("Leo")
    heard = race(app, [desk_books(clinic, desks[0], leo.profile_id, visit, ines, NINE, key="the one form")] * 12)
    assert {(one.booked, one.error) for one in heard} == {(stored()[0].public_id, "")} and len(stored()) == 1 and torn() == []
    assert db.session.scalar(select(func.count()).select_from(OutboxMail).where(OutboxMail.template == "booked")) == 1


def test_desks_that_saw_an_empty_evening_do_not_fill_it_twice(app, clinic, visit, ines, desks):
    """All were told "outside the hours" and say so; only one of them was right."""
    people, evening = clinic.people(8), at("2026-12-14 19:00")
    heard = race(
        app,
        [desk_books(clinic, one, people[n].profile_id, visit, ines, evening, anyway=["no_working_hours"]) for n, one in enumerate(desks)],
    )
    assert len(stored()) == 1 and unsafe() == [] and names(heard) <= {"", "NotOffered"} and torn() == []


def test_who_overbooks_knowingly_all_at_once_stands_in_lanes_of_their_own(app, clinic, visit, ines, desks):
    people = clinic.people(8)
    heard = race(app, [desk_books(clinic, one, people[n].profile_id, visit, ines, NINE, anyway=True) for n, one in enumerate(desks)])
    assert names(heard) == {""} and sorted(row.lane for row in stored()) == list(range(8)) and torn() == []
    lines = list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "booked")))
    assert sum("anyway" in line.facts for line in lines) == 7, "all but the first"


@pytest.mark.parametrize("seats", [1, 5])
def test_sixteen_posts_at_once_never_fill_more_seats_than_there_are(app, clinic, visit, ines, desks, seats):
    wish = clinic.wish(visit, ines)
    staff, people = db.session.get_one(StaffMember, desks[0]), clinic.people(16)
    group_id, now = transact(groups.open, staff, wish, NINE, seats, clinic.now).id, clinic.now

    def sits(n):
        def act(staff):
            person, group = db.session.get_one(Profile, people[n].profile_id), db.session.get_one(Block, group_id)
            return transact(groups.seat, staff, group, person, now, f"seat {n}", anyway=True)

        return attempt(NINE, (ines.id,), acting(desks[n % 8], act))

    heard = race(app, [sits(n) for n in range(16)])
    assert len(stored()) == seats == sum(bool(one.booked) for one in heard) and names(heard) == {"", GroupFull.__name__} and torn() == []
    assert sorted(row.lane for row in stored()) == list(range(seats))


def test_seats_given_up_and_taken_at_once_stay_within_the_group(app, clinic, visit, ines, desks):
    """People leave and come, somebody makes the group smaller: never more than seats."""
    staff, people, now = db.session.get_one(StaffMember, desks[0]), clinic.people(12), clinic.now
    group = transact(groups.open, staff, clinic.wish(visit, ines), NINE, 4, now)
    sitting = [transact(groups.seat, staff, group, people[n].profile, now, f"first {n}").id for n in range(4)]
    group_id = group.id

    def leaves(n):
        return attempt(
            NINE,
            (ines.id,),
            acting(desks[n], lambda staff: transact(by_staff.mark, staff, db.session.get_one(Appointment, sitting[n]), "noshow", BEGUN)),
        )

    def returns(n):
        return attempt(
            NINE,
            (ines.id,),
            acting(desks[n], lambda staff: transact(by_staff.mark, staff, db.session.get_one(Appointment, sitting[n]), "arrived", BEGUN)),
        )

    def sits(n):
        def act(staff):
            return transact(
                groups.seat, staff, db.session.get_one(Block, group_id), db.session.get_one(Profile, people[n].profile_id), now, f"seat {n}"
            )

        return attempt(NINE, (ines.id,), acting(desks[n % 8], act))

    def shrinks():
        return attempt(
            NINE, (ines.id,), acting(desks[7], lambda staff: transact(groups.resize, staff, db.session.get_one(Block, group_id), 3, now))
        )

    heard = race(app, [*(leaves(n) for n in range(4)), *(sits(n) for n in range(4, 12)), *(returns(n) for n in range(4)), shrinks()])
    db.session.rollback()
    group = db.session.get_one(Block, group_id, populate_existing=True)
    assert taken(group) <= group.seats and names(heard) <= {"", "GroupFull"} and torn() == []


@pytest.mark.parametrize("others", [0, 6])
def test_taken_back_or_booked_but_nobody_is_in_two_places(app, clinic, visit, ines, desks, others):
    """A missed visit is taken back while patients want its time, and its own person is booked elsewhere at that time."""
    leo, people, omar = clinic.person("Leo"), clinic.people(others), clinic.practitioner("Omar", visit)
    number = clinic.booked(leo, visit, ines, "2026-12-14 09:00").id
    transact(by_staff.mark, db.session.get_one(StaffMember, desks[0]), db.session.get_one(Appointment, number), "noshow", BEGUN)

    def returns(n):
        return attempt(
            NINE,
            (ines.id,),
            acting(desks[n], lambda staff: transact(by_staff.mark, staff, db.session.get_one(Appointment, number), "booked", BEGUN)),
        )

    rivals = [booker(clinic, link.id, visit, ines, NINE) for link in people]
    elsewhere = [desk_books(clinic, desks[4 + n], leo.profile_id, visit, omar, NINE + 1800 * (n % 2)) for n in range(4)]
    heard = race(app, [each for n in range(4) for each in (returns(n), elsewhere[n])] + rivals)
    db.session.rollback()
    standing = [row for row in stored() if row.status in BLOCKING]
    assert sum(row.practitioner_id == ines.id for row in standing) <= 1 and sum(row.profile_id == leo.profile_id for row in standing) == 1
    assert unsafe() == [] and torn() == [] and names(heard) <= {"", "SlotTaken", "PersonLimit"}


def test_a_group_moves_while_seats_are_given_and_patients_want_its_new_time(app, clinic, visit, ines, desks):
    """Whoever sits in it goes with it, whenever they came; nobody else has that time."""
    staff, people, now = db.session.get_one(StaffMember, desks[0]), clinic.people(12), clinic.now
    ravi, facts = clinic.practitioner("Ravi", visit), (clinic.practice.id, visit.public_id)
    group = transact(groups.open, staff, clinic.wish(visit, ines), NINE, 8, now)
    for n in range(3):
        transact(groups.seat, staff, group, people[n].profile, now, f"first {n}")
    group_id, first = group.id, group.seats

    def moves(n, person, start):
        def act(staff):
            return transact(moving_groups.move_group, staff, db.session.get_one(Block, group_id), by_id(*facts, person, ""), start, now)

        return attempt(start, (), acting(desks[n], act))

    def sits(n):
        def act(staff):
            return transact(
                groups.seat, staff, db.session.get_one(Block, group_id), db.session.get_one(Profile, people[n].profile_id), now, f"seat {n}"
            )

        return attempt(NINE, (), acting(desks[n % 8], act))

    movers = [moves(0, ravi.public_id, NOON), moves(1, ines.public_id, TEN), moves(2, ravi.public_id, NOON)]
    rivals = [booker(clinic, people[8 + n].id, visit, ravi if n % 2 else ines, NOON if n % 2 else TEN) for n in range(4)]
    heard = race(app, [each for pair in zip(movers, rivals) for each in pair] + [sits(n) for n in range(3, 8)] + rivals[3:])
    db.session.rollback()
    group = db.session.get_one(Block, group_id, populate_existing=True)
    standing = [row for row in stored() if row.status in BLOCKING]
    seats, others = [row for row in standing if row.group_id == group_id], [row for row in standing if row.group_id is None]
    assert {(row.starts_at, row.practitioner_id) for row in seats} == {(group.starts_at, group.practitioner_id)} and 3 <= len(
        seats
    ) <= first
    assert not [row for row in others if (row.starts_at, row.practitioner_id) == (group.starts_at, group.practitioner_id)]
    assert torn() == [] and names(heard) <= {"", "SlotTaken", "Busy"}


def test_a_block_becomes_one_appointment(app, clinic, visit, ines, desks):
    staff, people, now = db.session.get_one(StaffMember, desks[0]), clinic.people(8), clinic.now
    (block,) = transact(blocks.block, staff, ines.id, instant("2026-12-14 09:00"), instant("2026-12-14 10:00"), "", now)
    block_id, facts = block.id, (clinic.practice.id, visit.public_id, ines.public_id, "")

    def turns(n):
        def act(staff):
            return transact(
                blocks.turn_into,
                staff,
                db.session.get_one(Block, block_id),
                db.session.get_one(Profile, people[n].profile_id),
                by_id(*facts),
                now,
                f"turn {n}",
            )

        return attempt(NINE, (ines.id,), acting(desks[n], act))

    rivals = [booker(clinic, link.id, visit, ines, NINE) for link in people[4:]]
    heard = race(app, [*(turns(n) for n in range(4)), *rivals])
    assert len(stored()) == 1 and unsafe() == [] and torn() == [] and names(heard) <= {"", "Changed"}
    db.session.rollback()
    assert db.session.get_one(Block, block_id, populate_existing=True).removed_at == now


def test_blocked_or_booked_but_never_both_without_knowing(app, clinic, visit, ines, desks):
    """A block may stand over what was booked before it; nothing is booked over a block that was there."""
    people, now = clinic.people(8), clinic.now
    ids = [ines.id]

    def blocker(n):
        span = instant("2026-12-14 09:00"), instant("2026-12-14 10:00")

        def run():
            told = Told(NINE, (ids[0],))
            transact(blocks.block, db.session.get_one(StaffMember, desks[n]), ids[0], *span, f"meeting {n}", now)
            return told

        return run

    heard = race(app, [blocker(0), *(booker(clinic, link.id, visit, ines, NINE) for link in people)])
    assert len(stored()) <= 1 and unsafe() == [] and names(heard) == {""}
    late = race(app, [booker(clinic, link.id, visit, ines, NINE) for link in people])
    assert not any(one.booked for one in late if one.booked not in {each.booked for each in heard})
    assert open_times(clinic.practice, clinic.wish(visit, ines), day("2026-12-14"), day("2026-12-14"), now)[0].starts[0] == TEN


def test_one_block_form_pressed_many_times_at_once_blocks_once(app, clinic, ines, desks):
    span, now, whose, desk = (instant("2026-12-14 09:00"), instant("2026-12-14 10:00")), clinic.now, ines.id, desks[0]

    def presses():
        transact(blocks.block, db.session.get_one(StaffMember, desk), whose, *span, "meeting", now, every_days=7, times=3)
        return Told(NINE, ())

    race(app, [presses] * 8)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Block)) == 3


def test_two_desks_change_one_appointment_and_one_of_them_hears_of_it(app, clinic, visit, ines, desks):
    one = clinic.booked(clinic.person("Leo"), visit, ines, "2026-12-14 09:00")
    number, seen, now, facts = one.id, one.revision, clinic.now, (clinic.practice.id, visit.public_id, ines.public_id, "")

    def mover(n):
        start = NOON + 3600 * (n % 4)

        def act(staff):
            row = db.session.get_one(Appointment, number)
            return transact(by_staff.move, staff, row, by_id(*facts), start, now, f"move {n}", revision=seen)

        return attempt(start, (ines.id,), acting(desks[n], act))

    def canceller(n):
        return attempt(
            NINE,
            (ines.id,),
            acting(desks[n], lambda staff: transact(by_staff.cancel, staff, db.session.get_one(Appointment, number), now, revision=seen)),
        )

    heard = race(app, [*(mover(n) for n in range(4)), *(canceller(n) for n in range(4, 8))])
    db.session.rollback()
    assert sum(bool(one.booked) for one in heard) == 1 and names(heard) <= {"", "Changed", "AlreadyCancelled"} and torn() == []
    verbs = list(db.session.scalars(select(LedgerLine.verb)))
    assert (
        len(verbs) == 1
        and db.session.scalar(select(func.count()).select_from(OutboxMail).where(OutboxMail.template.in_(("moved", "cancelled")))) == 1
    )


def test_half_a_day_moves_while_patients_book_with_the_colleague(app, clinic, visit, ines, desks):
    ravi = clinic.practitioner("Ravi", visit)
    people, now = clinic.people(14), clinic.now
    rows = [clinic.booked(people[n], visit, ines, f"2026-12-14 {9 + n:02}:00").id for n in range(6)]
    him, slug = clinic.practice.id, ravi.public_id
    wish = (him, visit.public_id, slug, "")
    moved = []

    def moves(n):
        def run():
            told, staff = Told(NINE, ()), db.session.get_one(StaffMember, desks[n])
            done = transact(
                together.move_all, staff, [db.session.get_one(Appointment, number) for number in rows], by_id(*wish).practitioner, now
            )
            moved.append((len(done.moved), [type(why).__name__ for _row, why in done.left]))
            return told

        return run

    rivals = [booker(clinic, people[6 + n].id, visit, ravi, NINE + 3600 * (n % 6)) for n in range(8)]
    heard = race(app, [moves(0), moves(1), *rivals])
    assert unsafe() == [] and torn() == [] and names(heard) == {""}
    assert {why for _count, left in moved for why in left} <= {"SlotTaken"}
    news = list(db.session.scalars(select(OutboxMail.dedupe_key).where(OutboxMail.template == "moved")))
    assert len(news) == len(set(news)) == sum(row.practitioner_id == ravi.id for row in stored() if row.id in rows)


def test_of_several_who_save_the_settings_that_all_of_them_saw_one_does(app, clinic, visit, ines, desks):
    number, now, columns = visit.id, clinic.now, ("name", "about")

    def there(row) -> str:
        return digest({name: getattr(row, name) for name in columns})

    seen = there(visit)

    def saves(n):
        def act(staff):
            row = db.session.get_one(Service, number)
            return transact(over, seen, lambda: there(row), catalogue.save_service, staff, row, {"about": f"By desk {n}"}, [ines_id], now)

        return attempt(NINE, (), acting(desks[n], act))

    ines_id = ines.id
    heard = race(app, [saves(n) for n in range(6)])
    assert sorted(one.error.partition(":")[0] for one in heard) == ["", *["Changed"] * 5]


# --- positive controls: what others do must be seen to fail here ---


def test_the_harness_sees_seats_that_are_counted_before_they_are_locked(app, clinic, visit, ines, desks):
    """Counting first and writing then, without the practitioner's lock: more people than seats."""
    staff, people, now = db.session.get_one(StaffMember, desks[0]), clinic.people(16), clinic.now
    group_id = transact(groups.open, staff, clinic.wish(visit, ines), NINE, 2, now).id
    engine = naive.separate_engine(db.engine.url)
    table = Appointment.__table__
    theirs = select(func.count()).where(table.c.group_id == group_id, table.c.status.in_(BLOCKING))

    def counted_first(values):
        with engine.connect() as connection:
            have = connection.execute(theirs).scalar()
        if have >= 2:
            raise GroupFull()
        time.sleep(naive.A_MOMENT)
        name = public_id()
        with engine.begin() as connection:
            connection.execute(table.insert().values(public_id=name, idempotency_key=name, group_id=group_id, **values))
        return naive.Row(name)

    try:
        values = [naive.values_of(link, clinic, visit, ines, NINE) for link in people]
        race(app, [attempt(NINE, (ines.id,), partial(counted_first, each)) for each in values])
        assert len(stored()) > 2, "it got away"
    finally:
        engine.dispose()


def test_the_harness_sees_a_change_that_is_overwritten(app, clinic, visit, ines, desks):
    """Without the revision that the form saw, the last of two moves wins and nobody hears of it."""
    one = clinic.booked(clinic.person("Leo"), visit, ines, "2026-12-14 09:00")
    number, now, facts = one.id, clinic.now, (clinic.practice.id, visit.public_id, ines.public_id, "")

    def mover(n):
        start = NOON + 3600 * n

        def act(staff):
            return transact(by_staff.move, staff, db.session.get_one(Appointment, number), by_id(*facts), start, now, f"move {n}")

        return attempt(start, (ines.id,), acting(desks[n], act))

    heard = race(app, [mover(n) for n in range(4)])
    assert sum(bool(one.booked) for one in heard) > 1, "it got away"
