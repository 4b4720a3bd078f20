"""The demo world is the same whenever and however often it is made."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from booking.horizon import KINDS, from_dict
from booking.models import Appointment, Rules, Service, Tick
from booking.models.appointment import BLOCKING
from booking.seed import seed_world
from booking.timetable import timetable
from portal import lookalikes
from portal.database import db
from portal.models import LedgerLine, Link, OutboxMail, Practice, Registration, StaffMember
from portal.seed import BEAU_RIVAGE, name_id


def _counts():
    return {name: db.session.scalar(select(db.func.count()).select_from(table)) for name, table in db.metadata.tables.items()}


def test_making_the_demo_world_twice_changes_nothing(cast, context, clock):
    before = _counts()
    clock.forward(days=3)
    seed_world(clock(), crowd=False)
    assert _counts() == before


def test_the_family_is_8_14_and_17_on_whatever_day_the_world_is_made(app, context):
    for day in (datetime(2026, 12, 10, 15, tzinfo=UTC), datetime(2028, 1, 19, 15, tzinfo=UTC)):
        app.config["CLOCK"].at = day
    seed_world(day, crowd=False)
    ages = {link.profile.given_name: link.profile.age(day.date()) for link in db.session.scalars(select(Link))}
    assert (ages["Leo"], ages["Anya"], ages["Kiran"], ages["Priya"]) == (8, 14, 17, 39)


def test_the_father_in_another_home_is_linked_to_two_of_the_three_children_and_to_nobody_else(cast, context):
    links = db.session.scalars(select(Link).where(Link.account_id == cast.daniel.id)).all()
    assert {link.profile.given_name for link in links} == {"Leo", "Anya"}


def test_one_person_has_profiles_at_both_practices_and_one_has_neither_email_nor_account(cast, context):
    assert cast.profile("priya").practice_id != cast.profile("priya", BEAU_RIVAGE).practice_id
    assert cast.walter.email == ""
    assert db.session.scalar(select(Link).where(Link.profile_id == cast.walter.id)) is None


def test_every_role_is_filled_at_both_practices(cast, context):
    found = {(row.practice_id, row.role) for row in db.session.scalars(select(StaffMember))}
    assert len(found) == 6


def test_a_staff_member_of_one_practice_is_a_client_of_the_other(cast, context):
    assert cast.staff("tom").practice_id != cast.link("tom", "tom", BEAU_RIVAGE).practice_id


def test_registrations_of_different_ages_wait_and_one_looks_like_somebody_on_file(cast, context):
    waiting = db.session.scalars(select(Registration).where(Registration.practice_id == cast.riverside.id)).all()
    assert len(waiting) >= 3
    assert len({row.created_at for row in waiting}) == len(waiting)
    assert cast.amara_on_file.born_on in {row.profile.born_on for row in waiting}


def test_every_kind_of_horizon_is_in_use_on_every_level(cast, context):
    rules = [row for row in db.session.scalars(select(Rules)) if row.horizon]
    assert {row.horizon["kind"] for row in rules} == set(KINDS)
    assert {row.horizon["count"] for row in rules if row.horizon["kind"] == "rolling"} == {"calendar", "open_days"}
    assert {"practitioner" if row.practitioner_id else "service" if row.service_id else "practice" for row in rules} == {
        "practice",
        "practitioner",
        "service",
    }


def test_on_10_december_the_15th_of_january_is_the_last_open_day_and_the_16th_opens_on_monday_at_9(cast, context, clock):
    rule = db.session.scalar(
        select(Rules).where(Rules.practice_id == cast.riverside.id, Rules.practitioner_id.is_(None), Rules.service_id.is_(None))
    )
    horizon = from_dict(rule.horizon, cast.riverside.zone)
    assert horizon.bookable_until(int(clock().timestamp())) == date(2027, 1, 15)
    assert datetime.fromtimestamp(horizon.opens_at(date(2027, 1, 16)), UTC) == datetime(2026, 12, 14, 14, tzinfo=UTC)


def test_ids_of_the_demo_world_look_like_every_other_id():
    assert len(name_id("leo")) == 16 and set(name_id("leo")) <= set("abcdefghijklmnopqrstuvwxyz234567")


@pytest.fixture
def crowded(cast, context, clock):
    seed_world(clock())
    return db.session.scalars(select(Appointment).order_by(Appointment.practitioner_id, Appointment.starts_at)).all()


def test_about_600_appointments_are_to_come_and_making_them_again_changes_nothing(crowded, clock):
    coming = [one for one in crowded if one.starts_at > clock() and one.status == "booked"]
    assert 540 <= len(coming) <= 660
    before = _counts()
    seed_world(clock())
    assert _counts() == before


def test_the_crowd_keeps_the_buffers_the_hours_and_the_rooms(crowded):
    tables = {practice.id: timetable(practice) for practice in db.session.scalars(select(Practice))}
    services = {row.id: row for row in db.session.scalars(select(Service))}
    blocking = [one for one in crowded if one.status in BLOCKING and one.group_id is None]  # seats of a group are at one time
    for resource in ("practitioner_id", "room_id"):
        order = sorted((one for one in blocking if getattr(one, resource)), key=lambda one: (getattr(one, resource), one.starts_at))
        for one, next_one in pairwise(order):
            if getattr(one, resource) == getattr(next_one, resource):
                before, after = ("before", "after") if resource == "practitioner_id" else ("room_before", "room_after")
                gap = max(getattr(one, f"{after}_minutes"), getattr(next_one, f"{before}_minutes"))
                assert next_one.starts_at >= one.ends_at + timedelta(minutes=gap)
    for one in blocking:
        table, day = tables[one.practice_id], one.starts_at.astimezone(ZoneInfo(one.zone)).date()
        place = table.location_by_id(one.location_id)
        if not one.idempotency_key.startswith("demo past"):
            windows = table.windows(one.practitioner_id, place, day, day)
            assert any(w.start <= one.starts_at.timestamp() and one.ends_at.timestamp() <= w.end for w in windows)
            assert not any(c.start < one.ends_at.timestamp() and one.starts_at.timestamp() < c.end for c in table.closures(place, day, day))
        assert bool(one.room_id) == bool(services[one.service_id].room_kind) or one.idempotency_key.startswith("demo past")


def test_every_appointment_of_the_crowd_left_its_ticks_and_its_line_in_the_ledger(crowded):
    ticks = Counter(db.session.scalars(select(Tick.appointment_id)))
    booked = Counter(line.facts["appointment"] for line in db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "booked")))
    for one in crowded:
        minutes = (one.ends_at - one.starts_at).total_seconds() / 60
        resources = 1 + bool(one.room_id)
        assert ticks[one.id] == (minutes / 5 * resources if one.status in BLOCKING else 0)
        assert booked[one.id] == 1


def test_nobody_of_the_crowd_is_at_two_places_at_once(crowded):
    order = sorted((one for one in crowded if one.status in BLOCKING), key=lambda one: (one.profile_id, one.starts_at))
    for one, next_one in pairwise(order):
        assert one.profile_id != next_one.profile_id or one.ends_at <= next_one.starts_at


def test_the_familys_coming_appointments_have_their_reminders_and_the_crowds_flood_no_mailbox(crowded):
    mails = db.session.scalars(select(OutboxMail)).all()
    coming = {one.id for one in crowded if one.idempotency_key.startswith("demo coming") or one.group_id is not None}
    assert {mail.template for mail in mails} == {"reminder"}
    assert {mail.refs["appointment"] for mail in mails} <= coming
    assert {"priya@example.com", "daniel@example.com", "tom@example.com"} <= {mail.to_address for mail in mails}


def test_the_queues_hold_people_who_are_on_file_and_twins_who_are_two(cast, context):
    waiting = {row.profile.name: row.profile for row in db.session.scalars(select(Registration))}
    found = {name: [one.profile.public_id for one in lookalikes.like(profile)] for name, profile in waiting.items()}
    assert found["Amara Okoye"] == [cast.amara_on_file.public_id] and found["María José Núñez Ortega"] == [cast.maria_on_file.public_id]
    twins = [waiting[f"{name} Arsenault"] for name in ("Zoé", "Noé")]
    assert len({(one.born_on, one.practice_id) for one in twins}) == 1
    assert lookalikes.person_of(twins[0]).emails == lookalikes.person_of(twins[1]).emails == {"nathalie@example.com"}
    assert found["Zoé Arsenault"] == found["Noé Arsenault"] == []
