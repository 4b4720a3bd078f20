"""A time kept for ten minutes: it blocks others like an appointment, never its owner, and ends by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from booking import bookings, holds
from booking.errors import HoldEnded, NotOffered, SlotTaken
from booking.models import Hold
from portal.database import db, transact
from tests.booking.clinic import Clinic, at

NINE, TEN, ELEVEN = (at(f"2026-12-14 {hour}") for hour in ("09:00", "10:00", "11:00"))


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


def keep(clinic, wish, start=NINE):
    return transact(holds.hold, clinic.practice, wish, start, clinic.now)


def how_many() -> int:
    return db.session.scalar(select(func.count()).select_from(Hold))


def test_a_hold_keeps_everything_a_booking_will_need(clinic, clock):
    visit = clinic.service(before_minutes=5, after_minutes=10, room_kind="gym", room_after_minutes=15)
    ines = clinic.practitioner("Ines", visit)
    gym = clinic.room("Gym", "gym")
    kept = keep(clinic, clinic.wish(visit, owner="me"))
    assert (kept.practitioner_id, kept.room_id, kept.any_practitioner, kept.location_id) == (ines.id, gym.id, True, clinic.location.id)
    assert (kept.before_minutes, kept.after_minutes, kept.room_after_minutes) == (5, 10, 15)
    assert kept.ends_at - kept.starts_at == timedelta(hours=1) and kept.expires_at == clock() + timedelta(minutes=10)
    assert holds.live_hold("me", clock()) == kept and holds.live_hold("you", clock()) is None and holds.live_hold("", clock()) is None


def test_somebody_elses_hold_takes_the_time_with_its_buffers_until_it_ends(clinic, clock):
    visit = clinic.service(after_minutes=30)
    ines = clinic.practitioner("Ines", visit)
    keep(clinic, clinic.wish(visit, ines, owner="me"))
    with pytest.raises(SlotTaken):
        keep(clinic, clinic.wish(visit, ines, owner="you"), NINE)
    with pytest.raises(SlotTaken):
        keep(clinic, clinic.wish(visit, ines, owner="you"), TEN)
    clinic.now = clock.forward(minutes=9, seconds=59)
    with pytest.raises(SlotTaken):
        keep(clinic, clinic.wish(visit, ines, owner="you"), NINE)
    clinic.now = clock.forward(seconds=1)
    assert keep(clinic, clinic.wish(visit, ines, owner="you"), NINE)
    assert how_many() == 1, "the ended hold went on the way"


def test_one_owner_has_one_hold_and_a_refused_one_leaves_it_alone(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    keep(clinic, clinic.wish(visit, ines, owner="me"), NINE)
    clinic.booked(clinic.person("Leo"), visit, ines, "2026-12-14 11:00")
    with pytest.raises(SlotTaken):
        keep(clinic, clinic.wish(visit, ines, owner="me"), ELEVEN)
    assert holds.live_hold("me", clinic.now).starts_at.timestamp() == NINE
    keep(clinic, clinic.wish(visit, ines, owner="me"), TEN)
    assert how_many() == 1 and holds.live_hold("me", clinic.now).starts_at.timestamp() == TEN


def test_anyone_goes_to_whoever_is_left(clinic):
    visit = clinic.service()
    people = [clinic.practitioner(name, visit) for name in ("Ines", "Omar")]
    found = [keep(clinic, clinic.wish(visit, owner=owner)).practitioner_id for owner in ("a", "b")]
    assert sorted(found) == [one.id for one in people]
    with pytest.raises(SlotTaken):
        keep(clinic, clinic.wish(visit, owner="c"))


def test_what_is_not_offered_cannot_be_held(clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    for start in (NINE + 60, at("2026-12-14 16:15"), at("2026-12-09 09:00"), at("2027-02-20 09:00")):
        with pytest.raises(NotOffered) as refused:
            keep(clinic, clinic.wish(visit, ines, owner="me"), start)
        assert str(refused.value.message)
    wish = clinic.wish(visit, ines, owner="me")
    clinic.change(visit, archived_at=clinic.now)
    with pytest.raises(NotOffered):
        keep(clinic, wish)
    assert how_many() == 0


def test_a_hold_may_be_renewed_once_and_only_while_it_lives(clinic, clock):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    kept = keep(clinic, clinic.wish(visit, owner="me"))
    later = clock.forward(minutes=8)
    assert transact(holds.renew, kept, later).expires_at == clinic.now + timedelta(minutes=20)
    with pytest.raises(HoldEnded):
        transact(holds.renew, kept, later)
    other = keep(clinic, clinic.wish(visit, owner="you"), TEN)
    with pytest.raises(HoldEnded):
        transact(holds.renew, other, clinic.now + timedelta(minutes=10))


def test_a_hold_that_is_gone_cannot_be_renewed_or_booked(clinic):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    kept, link = keep(clinic, clinic.wish(visit, owner="me")), clinic.person("Leo")
    transact(holds.release, "me")
    with pytest.raises(HoldEnded):
        transact(holds.renew, kept, clinic.now)
    with pytest.raises(HoldEnded):
        transact(bookings.book, link.account, link, kept, None, clinic.now, "key")


def test_ended_holds_are_swept_and_live_ones_stay(clinic, clock):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    keep(clinic, clinic.wish(visit, owner="old"))
    clinic.now = clock.forward(minutes=10)
    keep(clinic, clinic.wish(visit, owner="new"), ELEVEN)
    keep(clinic, clinic.wish(visit, owner="newer"), NINE)
    assert transact(holds.sweep, clock.forward(minutes=9)) == 0
    assert transact(holds.sweep, clock.forward(minutes=1)) == 2
