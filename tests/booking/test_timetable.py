"""The plan of a practice: one statement, kept until something in it changes, the same on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from booking.horizon import Rolling, Until
from booking.models import Break, Closure, DateOverride, HolidayWorked, Location, Rules, TimeOff
from booking.timetable import timetable
from portal.database import db
from tests.booking.clinic import Clinic, at, day, instant


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


@pytest.fixture
def statements(context):
    said = []

    def listen(_connection, _cursor, statement, *_):
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    yield said
    event.remove(db.engine, "before_cursor_execute", listen)


def test_a_timetable_is_one_statement_and_none_the_second_time(clinic, statements):
    clinic.practitioner("Ines", clinic.service(), clinic.service("Other"))
    assert clinic.practice.timetable_version
    statements.clear()
    first = timetable(clinic.practice)
    assert len(statements) == 1
    assert timetable(clinic.practice) is first and len(statements) == 1


def test_a_change_of_the_plan_is_seen_at_once(clinic):
    service = clinic.service()
    ines = clinic.practitioner("Ines", service)
    place = timetable(clinic.practice).locations[0]
    the_day = day("2026-12-14")
    assert timetable(clinic.practice).windows(ines.id, place, the_day, the_day) == ((at("2026-12-14 09:00"), at("2026-12-14 17:00"), None),)
    clinic.add(Break(practice_id=clinic.practice.id, practitioner_id=ines.id, weekday=0, begins=720, ends=780))
    windows = timetable(clinic.practice).windows(ines.id, place, the_day, the_day)
    assert [(start, end) for start, end, _ in windows] == [
        (at("2026-12-14 09:00"), at("2026-12-14 12:00")),
        (at("2026-12-14 13:00"), at("2026-12-14 17:00")),
    ]
    override = DateOverride(
        practice_id=clinic.practice.id, practitioner_id=ines.id, location_id=place.id, on_date=the_day, windows=[[600, 660]]
    )
    clinic.add(override)
    assert [start for start, _, _ in timetable(clinic.practice).windows(ines.id, place, the_day, the_day)] == [at("2026-12-14 10:00")]


def test_two_practices_never_share_a_plan(clinic, clock):
    other = Clinic(clock(), "other")
    clinic.practitioner("Ines", clinic.service("Here"))
    other.practitioner("Otto", other.service("There"))
    assert [one.name for one in timetable(clinic.practice).services()] == ["Here"]
    assert [one.name for one in timetable(other.practice).practitioners()] == ["Otto"]


def test_what_is_archived_or_offered_by_nobody_cannot_be_booked(clinic, clock):
    kept, archived, orphan = clinic.service("Kept"), clinic.service("Archived", archived_at=clock()), clinic.service("Orphan")
    ines, left = clinic.practitioner("Ines", kept, archived), clinic.practitioner("Left", kept, orphan)
    clinic.change(left, left_at=clock())
    table = timetable(clinic.practice)
    assert [one.name for one in table.services()] == ["Kept"]
    assert table.service(archived.public_id) is None and table.service(ines.public_id) is None
    assert [one.name for one in table.offered_by(table.service(kept.public_id))] == ["Ines"]
    assert table.practitioner(left.public_id) is None


def test_services_and_people_come_in_the_practices_order_with_their_facts(clinic):
    second = clinic.service("Second", position=2, bring="shoes\n\n shorts ", step_minutes=20, buffers_inside=True)
    clinic.service("First", position=1)
    clinic.practitioner("Ines", second)
    found = timetable(clinic.practice).service(second.public_id)
    assert (found.bring, found.step_minutes, found.buffers_inside, found.price_cents) == (("shoes", "shorts"), 20, True, None)


def test_the_most_specific_rule_wins_column_by_column(clinic):
    service = clinic.service()
    ines = clinic.practitioner("Ines", service)
    clinic.change(clinic.rules, notice_minutes=60, change_notice_minutes=600)
    clinic.add(
        Rules(
            practice_id=clinic.practice.id,
            practitioner_id=ines.id,
            notice_minutes=120,
            most_upcoming=2,
            horizon={"kind": "until", "on": "2027-01-31"},
        )
    )
    clinic.add(Rules(practice_id=clinic.practice.id, service_id=service.id, notice_minutes=30, one_per_day=True))
    table = timetable(clinic.practice)
    visit, person = table.service(service.public_id), table.practitioner(ines.public_id)
    policy = table.policy(visit, person)
    assert policy.notice.lead == 30 * 60
    assert policy.limits.most_upcoming == 2 and policy.limits.per_day == 1
    assert table.policy(visit).limits.most_upcoming == 10  # the installation's
    assert table.change_notice(visit.id, person.id) == 600
    assert isinstance(policy.horizon, Rolling)
    assert table.engine_practitioner(person.id, table.locations[0], day("2026-12-14"), day("2026-12-14"), ()).horizon == Until(
        day("2027-01-31")
    )


def test_practitioners_with_rules_of_their_own_are_judged_apart(clinic):
    service = clinic.service()
    ines, omar, ravi = (clinic.practitioner(name, service) for name in ("Ines", "Omar", "Ravi"))
    clinic.add(Rules(practice_id=clinic.practice.id, practitioner_id=omar.id, notice_minutes=600))
    table = timetable(clinic.practice)
    groups = table.groups(table.service(service.public_id))
    assert [group.practitioners for group in groups] == [(ines.id, ravi.id), (omar.id,)]
    assert [group.policy.notice.lead for group in groups] == [0, 36000]


def test_public_holidays_are_closures_unless_the_practice_works(clinic):
    clinic.change(clinic.practice, country="CA", region="ON")
    ines = clinic.practitioner("Ines", clinic.service())
    table = timetable(clinic.practice)
    place, first, last = table.locations[0], day("2026-12-20"), day("2026-12-31")
    assert {(one.name, one.last) for one in table.closures(place, first, last)} >= {("Christmas Day", day("2026-12-25"))}
    assert not table.is_open(day("2026-12-25")) and table.is_open(day("2026-12-24"))
    clinic.add(HolidayWorked(practice_id=clinic.practice.id, on_date=day("2026-12-25")))
    table = timetable(clinic.practice)
    assert "Christmas Day" not in {one.name for one in table.closures(place, first, last)}
    assert table.is_open(day("2026-12-25")), ines.name


def test_closures_hold_for_their_location_by_date_or_by_hour(clinic):
    other = clinic.add(Location(practice_id=clinic.practice.id, name="Other", zone="America/Toronto"))
    clinic.add(
        Closure(
            practice_id=clinic.practice.id, location_id=other.id, name="Painting", first_on=day("2026-12-14"), last_on=day("2026-12-15")
        )
    )
    span = dict(starts_at=instant("2026-12-16 12:00"), ends_at=instant("2026-12-16 13:00"))
    clinic.add(Closure(practice_id=clinic.practice.id, name="Meeting", **span))
    table = timetable(clinic.practice)
    here, there = (table.location_by_id(number) for number in (clinic.location.id, other.id))
    dates = day("2026-12-14"), day("2026-12-16")
    assert [(one.name, one.start, one.end) for one in table.closures(here, *dates)] == [
        ("Meeting", at("2026-12-16 12:00"), at("2026-12-16 13:00"))
    ]
    assert [(one.name, one.start, one.end) for one in table.closures(there, *dates)][0] == (
        "Painting",
        at("2026-12-14 00:00"),
        at("2026-12-16 00:00"),
    )


def test_time_off_tells_when_and_never_why(clinic):
    ines = clinic.practitioner("Ines", clinic.service())
    span = dict(starts_at=instant("2026-12-16 12:00"), ends_at=instant("2026-12-18 12:00"))
    clinic.add(TimeOff(practice_id=clinic.practice.id, practitioner_id=ines.id, private_reason="in hospital", **span))
    table = timetable(clinic.practice)
    assert table.absences(ines.id) == ((at("2026-12-16 12:00"), at("2026-12-18 12:00")),)
    assert "hospital" not in str(vars(table))


def test_opening_hours_are_the_union_of_everybodys(clinic, clock):
    service = clinic.service()
    clinic.practitioner("Early", service, opens=480, closes=720, days=[0])
    clinic.practitioner("Late", service, opens=700, closes=1080, days=[0, 1])
    gone = clinic.practitioner("Gone", service, days=[])
    clinic.hours(gone, [6], 540, 600, valid_until=clock().date() - timedelta(days=1))
    week = timetable(clinic.practice).week(clock().date())
    assert [each.hours for each in week] == [((480, 1080),), ((700, 1080),), (), (), (), (), ()]


def test_the_plan_reaches_as_far_as_where_the_release_has_come_first(clinic):
    """In Auckland it is Monday nine o'clock while it is still Sunday at the practice."""
    clinic.change(clinic.rules, horizon={"kind": "release", "weekday": 0, "at": 540, "through_days": 20})
    clinic.add(Location(practice_id=clinic.practice.id, name="Far", zone="Pacific/Auckland"))
    assert timetable(clinic.practice).last_bookable(at("2026-12-13 18:00")) == day("2027-01-03")
