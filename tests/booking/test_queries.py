"""Open times read from rows, and whose appointments one may see."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from booking import bookings, holds, queries
from booking.errors import ClosedToNew, NotYours, OnlyForNew, OnlyForReturning
from booking.facts import Code, Offer, Refusal
from booking.models import Cap, Location, Rules
from booking.plan import STEP_MINUTES
from portal.access import BOOK, CHANGE, SEE_TIMES
from portal.database import db, transact
from portal.models import Account, StaffMember
from tests.booking.clinic import Clinic, at, day, instant

MONDAY = "2026-12-14"


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


@pytest.fixture
def statements(context):
    said = []

    def listen(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    yield said
    event.remove(db.engine, "before_cursor_execute", listen)


def starts(clinic, wish, on=MONDAY) -> list[str]:
    """The open times of a date as wall-clock text."""
    (found,) = queries.open_times(clinic.practice, wish, day(on), day(on), clinic.now)
    return [f"{instant_of(start):%H:%M}" for start in found.starts]


def instant_of(start):
    return (instant("1970-01-01 00:00") + timedelta(seconds=start - at("1970-01-01 00:00"))).astimezone(ZoneInfo("America/Toronto"))


def code(clinic, wish, on=MONDAY):
    (found,) = queries.open_times(clinic.practice, wish, day(on), day(on), clinic.now)
    return found.code


def test_an_appointment_takes_its_own_time_and_no_more(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit, opens=540, closes=780)
    clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 10:00")
    assert starts(clinic, clinic.wish(visit)) == ["09:00", "11:00", "11:15", "11:30", "11:45", "12:00"]


@pytest.mark.parametrize(
    ("status", "blocks"), [("booked", True), ("arrived", True), ("fulfilled", True), ("cancelled", False), ("noshow", False)]
)
def test_only_what_stands_takes_time(clinic, status, blocks):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit, opens=540, closes=600)
    clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 09:00", status)
    assert starts(clinic, clinic.wish(visit)) == ([] if blocks else ["09:00"])


def test_buffers_of_both_appointments_are_heard(clinic):
    long, short = clinic.service("Long", 60, after_minutes=30), clinic.service("Short", 30, before_minutes=15)
    ines = clinic.practitioner("Ines", long, short, opens=540, closes=780)
    clinic.booked(clinic.person("Leo"), long, ines, f"{MONDAY} 10:00")
    assert starts(clinic, clinic.wish(short))[:3] == ["09:00", "09:15", "09:30"]
    assert starts(clinic, clinic.wish(short))[3] == "11:30"
    assert starts(clinic, clinic.wish(long)) == ["11:30", "11:45", "12:00"]


def test_a_night_shift_begun_the_day_before_still_takes_the_morning(clinic):
    visit, watch = clinic.service(), clinic.service("Watch", 2880)
    ines = clinic.practitioner("Ines", visit, watch)
    clinic.booked(clinic.person("Leo"), watch, ines, "2026-12-12 10:00")
    assert starts(clinic, clinic.wish(visit))[0] == "10:00"


def test_the_pause_before_tomorrows_first_appointment_takes_the_end_of_today(clinic):
    visit, early = clinic.service(), clinic.service("Early", before_minutes=60)
    ines = clinic.practitioner("Ines", visit, early, opens=22 * 60, closes=60)
    clinic.booked(clinic.person("Leo"), early, ines, "2026-12-15 00:00")
    assert starts(clinic, clinic.wish(visit)) == ["00:00", "22:00"]  # midnight belongs to the night before


def test_a_hold_blocks_others_but_not_its_owner_and_not_when_it_ended(clinic, clock):
    visit = clinic.service()
    clinic.practitioner("Ines", visit, opens=540, closes=600)
    transact(holds.hold, clinic.practice, clinic.wish(visit, owner="me"), at(f"{MONDAY} 09:00"), clinic.now)
    assert starts(clinic, clinic.wish(visit, owner="me")) == ["09:00"]
    assert code(clinic, clinic.wish(visit, owner="you")) is Code.HELD
    clinic.now = clock.forward(minutes=10)
    assert starts(clinic, clinic.wish(visit, owner="you")) == ["09:00"]


def test_a_room_must_be_free_for_the_whole_time_whoever_took_it(clinic):
    visit, other = clinic.service("Visit", room_kind="gym", room_after_minutes=30), clinic.service("Other", room_kind="gym")
    clinic.practitioner("Ines", visit, opens=540, closes=780)
    omar = clinic.practitioner("Omar", other)
    gym = clinic.room("Gym", "gym")
    clinic.booked(clinic.person("Leo"), other, omar, f"{MONDAY} 10:30", room=gym)
    assert starts(clinic, clinic.wish(visit)) == ["09:00", "11:30", "11:45", "12:00"]
    clinic.room("Hall", "gym")
    assert len(starts(clinic, clinic.wish(visit))) == 13


def test_no_room_of_its_kind_is_a_reason_of_its_own(clinic):
    visit = clinic.service("Visit", room_kind="gym")
    clinic.practitioner("Ines", visit)
    assert code(clinic, clinic.wish(visit)) is Code.NO_ROOM


def test_a_weekly_cap_counts_the_whole_week_and_everybody_it_is_about(clinic):
    visit = clinic.service()
    ines, omar = clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit)
    clinic.add(Cap(practice_id=clinic.practice.id, service_id=visit.id, period="week", max_count=2))
    clinic.booked(clinic.person("Leo"), visit, omar, f"{MONDAY} 10:00")
    sunday = "2026-12-20"
    assert starts(clinic, clinic.wish(visit, ines), sunday)
    clinic.booked(clinic.person("Mia"), visit, omar, f"{MONDAY} 13:00")
    assert code(clinic, clinic.wish(visit, ines), sunday) is Code.CAP
    assert starts(clinic, clinic.wish(visit, ines), "2026-12-21")
    assert starts(clinic, clinic.wish(visit, ines, staff=True), sunday)


def test_a_monthly_cap_still_counts_what_is_over(clinic, clock):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    clinic.add(Cap(practice_id=clinic.practice.id, service_id=visit.id, period="month", max_count=1))
    clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 10:00")
    clinic.now = clock.forward(days=8)
    assert code(clinic, clinic.wish(visit, ines), "2026-12-29") is Code.CAP


def test_a_cap_of_a_location_does_not_count_what_happens_elsewhere(clinic):
    visit = clinic.service()
    there = clinic.add(Location(practice_id=clinic.practice.id, name="There", zone="America/Toronto"))
    ines, omar = clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit, location=there)
    clinic.add(Cap(practice_id=clinic.practice.id, location_id=there.id, period="day", max_count=1))
    clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 10:00")
    assert starts(clinic, clinic.wish(visit, omar)) and starts(clinic, clinic.wish(visit, ines))


def test_beside_a_cap_of_a_location_the_others_go_on_counting_everywhere(clinic):
    visit = clinic.service()
    there = clinic.add(Location(practice_id=clinic.practice.id, name="There", zone="America/Toronto"))
    ines, omar = clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit, location=there)
    clinic.add(Cap(practice_id=clinic.practice.id, location_id=there.id, period="day", max_count=5))
    clinic.add(Cap(practice_id=clinic.practice.id, period="day", max_count=1))
    clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 10:00")
    assert code(clinic, clinic.wish(visit, omar)) is Code.CAP


def test_a_time_being_booked_elsewhere_does_not_count_at_a_location(clinic):
    visit = clinic.service()
    there = clinic.add(Location(practice_id=clinic.practice.id, name="There", zone="America/Toronto"))
    ines, omar = clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit, location=there)
    clinic.add(Cap(practice_id=clinic.practice.id, location_id=there.id, period="day", max_count=1))
    transact(holds.hold, clinic.practice, clinic.wish(visit, ines, owner="somebody"), at(f"{MONDAY} 10:00"), clinic.now)
    assert starts(clinic, clinic.wish(visit, omar))


def test_anyone_is_the_union_over_locations_and_rules_and_says_who(clinic):
    visit = clinic.service()
    there = clinic.add(Location(practice_id=clinic.practice.id, name="There", zone="America/Toronto"))
    ines = clinic.practitioner("Ines", visit, opens=540, closes=600)
    omar = clinic.practitioner("Omar", visit, opens=540, closes=660, location=there)
    ravi = clinic.practitioner("Ravi", visit, opens=600, closes=660)
    clinic.add(Rules(practice_id=clinic.practice.id, practitioner_id=ravi.id, notice_minutes=60 * 24 * 30))
    (found,) = queries.open_times(clinic.practice, clinic.wish(visit), day(MONDAY), day(MONDAY), clinic.now)
    assert {start: found.starts.practitioners(start) for start in found.starts} == {
        at(f"{MONDAY} 09:00"): (ines.id, omar.id),
        at(f"{MONDAY} 09:15"): (omar.id,),
        at(f"{MONDAY} 09:30"): (omar.id,),
        at(f"{MONDAY} 09:45"): (omar.id,),
        at(f"{MONDAY} 10:00"): (omar.id,),
    }
    assert code(clinic, clinic.wish(visit, ravi)) is Code.TOO_SOON


def test_the_list_and_the_single_check_agree(clinic):
    visit = clinic.service(after_minutes=10, room_kind="gym")
    ines, omar = clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit, opens=600)
    gym = clinic.room("Gym", "gym")
    clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 10:00", room=gym)
    wish = clinic.wish(visit)
    (found,) = queries.open_times(clinic.practice, wish, day(MONDAY), day(MONDAY), clinic.now)
    for start in range(at(f"{MONDAY} 08:00"), at(f"{MONDAY} 18:00"), STEP_MINUTES * 60):
        checked = queries.check_start(clinic.practice, wish, start, clinic.now)
        assert isinstance(checked, Offer if start in found.starts else Refusal)
        if isinstance(checked, Offer):
            assert checked.practitioners == found.starts.practitioners(start) and checked.rooms == (gym.id,)
    assert omar.id in checked.practitioners if isinstance(checked, Offer) else True


def test_the_persons_own_appointments_limit_them_wherever_they_are(clinic):
    visit = clinic.service()
    ines, omar = clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit)
    link = clinic.person("Leo")
    clinic.booked(link, visit, omar, f"{MONDAY} 10:00")
    wish = clinic.wish(visit, ines, profile=link.profile)
    assert "10:00" not in starts(clinic, wish) and "11:00" in starts(clinic, wish) and "10:00" in starts(clinic, clinic.wish(visit, ines))
    clinic.change(clinic.rules, one_per_day=True)
    assert code(clinic, clinic.wish(visit, ines, profile=link.profile)) is Code.PATIENT_LIMIT
    clinic.change(clinic.rules, one_per_day=False, most_upcoming=1)
    assert code(clinic, clinic.wish(visit, ines, profile=link.profile), "2026-12-11") is Code.PATIENT_LIMIT


def test_when_moving_the_own_time_is_free_but_not_offered_again(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit, opens=540, closes=690)
    link = clinic.person("Leo")
    old = clinic.booked(link, visit, ines, f"{MONDAY} 09:30")
    assert starts(clinic, clinic.wish(visit, ines, profile=link.profile, moving=old)) == [
        "09:00",
        "09:15",
        "09:45",
        "10:00",
        "10:15",
        "10:30",
    ]


def test_the_first_month_with_times_is_found_beyond_a_full_one(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit, days=[])
    assert queries.first_open_month(clinic.practice, clinic.wish(visit), clinic.now) is None
    assert queries.soonest(clinic.practice, clinic.wish(visit), clinic.now) == []
    clinic.hours(ines, [0], 540, 660, valid_from=day("2027-01-10"))
    assert queries.first_open_month(clinic.practice, clinic.wish(visit), clinic.now) == day("2027-01-01")
    soon = queries.soonest(clinic.practice, clinic.wish(visit), clinic.now, 2)
    assert [(one.at, one.date, one.practitioners) for one in soon] == [
        (at("2027-01-11 09:00"), day("2027-01-11"), (ines.id,)),
        (at("2027-01-11 09:15"), day("2027-01-11"), (ines.id,)),
    ]


def test_each_location_lives_by_its_own_clock(clinic, clock):
    visit = clinic.service()
    west = clinic.add(Location(practice_id=clinic.practice.id, name="West", zone="America/Los_Angeles"))
    omar = clinic.practitioner("Omar", visit, opens=22 * 60, closes=1440, location=west)
    clinic.now = clock.set(2026, 12, 11, 5, 30)  # after midnight in Toronto, half past nine in the evening in Los Angeles
    (first,) = queries.soonest(clinic.practice, clinic.wish(visit), clinic.now, 1)
    assert (first.at, first.date, first.zone) == (
        at("2026-12-10 22:00", ZoneInfo("America/Los_Angeles")),
        day("2026-12-10"),
        "America/Los_Angeles",
    )
    link = clinic.person("Leo")
    made = transact(bookings.book, link.account, link, clinic.wish(visit, omar), first.at, clinic.now, "key")
    assert (made.wall_start, made.zone, made.location_id) == ("2026-12-10T22:00", "America/Los_Angeles", west.id)


def test_the_search_ends_where_the_horizon_does(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit, days=[])
    clinic.hours(ines, [0], 540, 660, valid_from=day("2027-02-09"))
    assert queries.first_open_month(clinic.practice, clinic.wish(visit), clinic.now) is None  # 60 days end on 8 February
    assert queries.first_open_month(clinic.practice, clinic.wish(visit, staff=True), clinic.now) == day("2027-02-01")


def test_each_practitioner_has_their_own_soonest_time(clinic):
    visit = clinic.service()
    ines, omar, away = (
        clinic.practitioner("Ines", visit, days=[0]),
        clinic.practitioner("Omar", visit, days=[2]),
        clinic.practitioner("Away", visit, days=[]),
    )
    found = queries.soonest_each(clinic.practice, clinic.wish(visit), clinic.now)
    assert {who: one and one.at for who, one in found.items()} == {
        ines.id: at(f"{MONDAY} 09:00"),
        omar.id: at("2026-12-16 09:00"),
        away.id: None,
    }


def test_next_free_answers_for_every_service_in_few_statements(clinic, statements):
    visit, gym, never = clinic.service(), clinic.service("Gym", room_kind="gym"), clinic.service("Never", room_kind="pool")
    clinic.room("Gym", "gym")
    clinic.practitioner("Ines", visit, never, days=[0])
    clinic.practitioner("Omar", gym, days=[2])
    queries.next_free(clinic.practice, clinic.now)
    transact(lambda: None)
    assert clinic.practice.id
    statements.clear()
    found = queries.next_free(clinic.practice, clinic.now)
    asked = len(statements)
    assert {name: one and one.at for name, one in found.items()} == {
        visit.public_id: at(f"{MONDAY} 09:00"),
        gym.public_id: at("2026-12-16 09:00"),
        never.public_id: None,
    }
    assert asked <= 4


def test_the_nearest_times_come_in_order_around_the_lost_one(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit, opens=540, closes=780)
    clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 10:00")
    found = queries.nearest(clinic.practice, clinic.wish(visit), at(f"{MONDAY} 10:00"), clinic.now)
    assert [one.at for one in found] == [at(f"{MONDAY} {time}") for time in ("09:00", "11:00", "11:15")]
    clinic.change(clinic.rules, horizon={"kind": "until", "on": "2026-12-11"})
    after = queries.nearest(clinic.practice, clinic.wish(visit), at(f"{MONDAY} 10:00"), clinic.now)
    assert [one.date for one in after] == [day("2026-12-10")] * 3


@pytest.mark.parametrize("people", [1, 12])
def test_a_month_is_two_statements_however_many_work_there_and_none_the_second_time(clinic, statements, people):
    visit = clinic.service(room_kind="gym")
    clinic.room("Gym", "gym")
    for n in range(people):
        clinic.practitioner(f"P{n}", visit)
    link = clinic.person("Leo")
    wish = clinic.wish(visit, profile=link.profile)
    transact(lambda: None)
    assert clinic.practice.timetable_version and link.profile.id
    for first, last, most in (
        (day("2026-12-01"), day("2026-12-31"), 2),
        (day("2027-01-01"), day("2027-01-31"), 2),
        (day("2026-12-01"), day("2026-12-31"), 0),
    ):
        statements.clear()
        queries.open_times(clinic.practice, wish, first, last, clinic.now)
        assert len(statements) == most
    statements.clear()
    queries.soonest(clinic.practice, wish, clinic.now)
    queries.first_open_month(clinic.practice, wish, clinic.now)
    assert statements == []


def test_what_was_read_is_not_believed_after_a_change(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit, opens=540, closes=600)
    assert starts(clinic, clinic.wish(visit)) == ["09:00"]
    clinic.booked(clinic.person("Leo"), visit, ines, f"{MONDAY} 09:00")
    assert starts(clinic, clinic.wish(visit)) == []


def test_the_facts_are_found_by_index(clinic):
    """A scan of all appointments would cost more with every year (PERFORMANCE)."""
    visit = clinic.service(room_kind="gym")
    clinic.room("Gym", "gym")
    clinic.practitioner("Ines", visit)
    said = []
    event.listen(db.engine, "before_cursor_execute", listen := lambda _c, _cursor, *statement: said.append(statement[:2]))
    queries.open_times(clinic.practice, clinic.wish(visit, profile=clinic.person("Leo").profile), day(MONDAY), day(MONDAY), clinic.now)
    event.remove(db.engine, "before_cursor_execute", listen)
    connection = db.session.connection()
    if db.engine.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        # As a table that nobody has counted: one that is known to be empty is read by any index.
        connection.exec_driver_sql("UPDATE pg_class SET relpages = 0, reltuples = -1 WHERE relname LIKE '%%appointments%%'")
    explain = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[db.engine.dialect.name]
    theirs, others = (" ".join(str(row) for row in connection.exec_driver_sql(explain + text, values)) for text, values in said[-2:])
    assert "SCAN appointments" not in theirs + others and "Seq Scan" not in theirs + others
    assert "COVERING INDEX ix_appointments_practitioner" in theirs or "Index Only Scan using ix_appointments_practitioner" in theirs
    assert "ix_appointments_room" in others and "ix_appointments_profile" in others


def test_new_people_and_known_people_see_what_is_for_them(clinic, clock):
    first, follow, closed = (
        clinic.service("First", for_people="new"),
        clinic.service("Follow", for_people="returning"),
        clinic.service("Any"),
    )
    ines = clinic.practitioner("Ines", first, follow, closed)
    new, known, listed = clinic.person("New", provisional=True), clinic.person("Known", provisional=True), clinic.person("Listed")
    clinic.booked(known, closed, ines, "2026-11-02 09:00")

    def told(service, link):
        return type(queries.objection(clinic.practice, clinic.wish(service, profile=link.profile), clock()))

    assert (told(first, new), told(follow, new)) == (type(None), OnlyForReturning)
    assert (told(first, known), told(follow, known)) == (OnlyForNew, type(None))
    assert told(follow, listed) is type(None)  # staff made the record: they know this person
    clinic.change(clinic.practice, closed_to_new_at=clock(), closed_to_new_reason="Our list is full.")
    refused = queries.objection(clinic.practice, clinic.wish(closed, profile=new.profile), clock())
    assert isinstance(refused, ClosedToNew) and refused.facts["reason"] == "Our list is full."
    assert (told(closed, known), told(closed, listed)) == (type(None), type(None))


def test_a_profile_of_another_practice_is_nobody_here(clinic, clock):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    stranger = Clinic(clock(), "other").person("Leo")
    assert isinstance(queries.objection(clinic.practice, clinic.wish(visit, profile=stranger.profile), clock()), NotYours)


def test_whom_they_saw_last_is_remembered(clinic):
    visit = clinic.service()
    ines, omar = clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit)
    link = clinic.person("Leo")
    assert not queries.seen_before(link.profile, clinic.now) and queries.last_seen_practitioner(link.profile, clinic.now) is None
    clinic.booked(link, visit, ines, "2026-11-02 09:00")
    clinic.booked(link, visit, omar, "2026-11-20 09:00", "cancelled")
    clinic.booked(link, visit, omar, f"{MONDAY} 09:00")
    assert queries.seen_before(link.profile, clinic.now) and queries.last_seen_practitioner(link.profile, clinic.now) == ines.id


def test_one_list_over_practices_and_people_soonest_first(clinic, clock):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    me = clinic.person("Priya")
    child = clinic.person("Leo", "parent", me.account)
    other = Clinic(clock(), "other")
    swim = other.service("Swim")
    there = other.person("Priya", account=me.account)
    late = clinic.booked(me, visit, ines, f"{MONDAY} 11:00")
    soon = clinic.booked(child, visit, ines, f"{MONDAY} 09:00", "cancelled")
    middle = other.booked(there, swim, other.practitioner("Otto", swim), f"{MONDAY} 10:00")
    past = [clinic.booked(me, visit, ines, f"2026-11-0{n} 09:00") for n in (2, 3)]
    clinic.booked(clinic.person("Stranger"), visit, ines, f"{MONDAY} 12:00")
    assert queries.appointments_of(me.account, clock()) == [soon, middle, late]
    assert queries.appointments_of(me.account, clock(), past=True) == past[::-1]


def test_an_appointment_is_reached_through_a_live_link_with_the_permission(clinic, clock):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    link = clinic.person("Leo", "parent")
    row = clinic.booked(link, visit, ines, f"{MONDAY} 09:00")
    account, stranger = link.account, clinic.person("Mallory").account
    assert queries.appointment_for(account, row.public_id, CHANGE) == row
    assert queries.appointment_for(stranger, row.public_id, SEE_TIMES) is None
    assert queries.appointment_for(account, "nobodysid", SEE_TIMES) is None
    clinic.change(link, permissions=[SEE_TIMES, BOOK])
    assert queries.appointment_for(account, row.public_id, CHANGE) is None and queries.appointments_of(account, clock()) == [row]
    clinic.change(link, ends_on=day("2026-12-09"))
    assert queries.appointment_for(account, row.public_id, SEE_TIMES) is None and queries.appointments_of(account, clock()) == []
    clinic.change(link, ends_on=None, revoked_at=clock())
    assert queries.appointment_for(account, row.public_id, SEE_TIMES) is None and queries.appointments_of(account, clock()) == []


def test_the_day_list_is_the_practices_local_day_and_nobody_elses(clinic, clock):
    visit = clinic.service()
    ines, omar = clinic.practitioner("Ines", visit, opens=0, closes=1440), clinic.practitioner("Omar", visit)
    link, other = clinic.person("Leo"), Clinic(clock(), "other")
    swim = other.service("Swim")
    other.booked(other.person("Mia"), swim, other.practitioner("Otto", swim), f"{MONDAY} 10:00")
    clinic.booked(link, visit, ines, "2026-12-13 23:00")
    late, early = clinic.booked(link, visit, ines, f"{MONDAY} 23:00"), clinic.booked(link, visit, omar, f"{MONDAY} 09:00", "cancelled")
    account = clinic.add(
        Account(
            email="d@x.example",
            email_key="d@x.example",
            password_hash="-",
            given_name="D",
            family_name="E",
            verified_at=clock(),
            created_at=clock(),
        )
    )
    staff = clinic.add(StaffMember(practice_id=clinic.practice.id, account_id=account.id, role="front_desk", created_at=clock()))
    assert queries.day_of(staff, day(MONDAY)) == [early, late]
    assert queries.day_of(staff, day(MONDAY), ines.id) == [late]
