"""Series: the same wall-clock time again and again; what cannot be had is listed; this one, or this and those that follow."""

import pytest

from booking import repeats, together
from booking.errors import AlreadyCancelled, Changed, NotOffered, NotYours, SlotTaken
from booking.models import Series, ServicePractitioner
from portal import access
from portal.database import db, transact
from tests.booking.at_the_desk import NINE, NOON, TEN, Desk, how_many, mails
from tests.booking.clinic import at, instant, torn
from tests.portal.merging import staff_of


@pytest.fixture
def desk(context, clock):
    yield (made := Desk(clock()))
    db.session.rollback()
    assert torn() == [], made


def repeat(desk, one, every=7, times=4, key="series", **more):
    return transact(repeats.repeat, desk.dana, one, every, times, desk.now, key, **more)


def starts(rows) -> list[str]:
    return [one.wall_start for one in sorted(rows, key=lambda row: row.starts_at)]


def test_every_week_at_the_same_time_and_one_letter(desk):
    one = desk.book()
    found = repeat(desk, one)
    assert starts(found.made) == ["2026-12-21T09:00", "2026-12-28T09:00", "2027-01-04T09:00"] and found.refused == []
    assert {row.series_id for row in (one, *found.made)} == {one.series_id} and one.series_id and how_many(Series) == 1
    assert mails() == ["booked", "booked", *["reminder"] * 4], "one for the first, one for all that followed"
    again = repeat(desk, one)
    assert starts(again.made) == starts(found.made) and how_many() == 4 and how_many(Series) == 1, "the same form again"


def test_the_key_of_another_ones_form_is_nobodys(desk):
    repeat(desk, desk.book())
    other, before = staff_of(desk.clinic.practice, desk.now, access.ADMIN, "Otto"), how_many()
    with pytest.raises(NotYours):
        transact(repeats.repeat, other, desk.book(NOON, key="noon"), 7, 4, desk.now, "series")
    db.session.rollback()
    assert how_many() == before + 1


def test_the_wall_clock_stays_when_the_clocks_change(desk):
    one = desk.book(at("2027-03-08 14:00"))
    found = repeat(desk, one, times=3)
    assert starts(found.made) == ["2027-03-15T14:00", "2027-03-22T14:00"]
    assert (
        found.made[0].starts_at == instant("2027-03-15 14:00")
        and (found.made[0].starts_at - one.starts_at).total_seconds() == 7 * 86400 - 3600
    )


def test_what_is_taken_is_listed_and_the_rest_is_booked(desk):
    desk.book(at("2026-12-21 09:30"), link=desk.clinic.person("Mia"))
    found = repeat(desk, desk.book())
    assert starts(found.made) == ["2026-12-28T09:00", "2027-01-04T09:00"]
    assert [(start, why.gate.name) for start, why in found.refused] == [(at("2026-12-21 09:00"), "FULLY_BOOKED")]
    again = repeat(desk, found.made[0], key="nothing left", times=2)
    assert again.made == [] and again.refused and mails() == ["booked", "booked", "booked", *["reminder"] * 4], "no letter about nothing"


def test_this_and_those_that_follow_are_cancelled_with_one_letter(desk):
    one = desk.book()
    two, three, four = repeat(desk, one).made
    assert repeats.following(two) == [two, three, four]
    desk.cancel(three, tell=False)
    gone = transact(repeats.cancel_following, desk.dana, two, desk.now, reason="moving away", revision=two.revision)
    assert gone == [two, four] and [row.status for row in (one, two, three, four)] == ["booked", "cancelled", "cancelled", "cancelled"]
    assert mails().count("cancelled") == 1
    with pytest.raises(AlreadyCancelled):
        transact(repeats.cancel_following, desk.dana, two, desk.now)


def test_what_took_place_or_was_missed_is_not_cancelled_or_moved_with_those_that_follow(desk):
    """Somebody opens the first of the series, weeks later: the visits since then stay, and what is due for them."""
    one = desk.book()
    two, three, four = repeat(desk, one).made
    desk.mark(two, "fulfilled"), desk.mark(three, "noshow")
    moved = transact(repeats.move_following, desk.dana, one, desk.wish(), TEN, desk.now, "form")
    assert moved.moved == [one, four] and moved.left == []
    gone = transact(repeats.cancel_following, desk.dana, one, desk.now)
    assert gone == [one, four] and [row.status for row in (two, three)] == ["fulfilled", "noshow"]


def test_this_and_those_that_follow_move_by_the_same_days_and_minutes(desk):
    one = desk.book()
    two, three, four = repeat(desk, one).made
    found = transact(repeats.move_following, desk.dana, two, desk.wish(), at("2026-12-22 10:30"), desk.now, "later", revision=two.revision)
    assert (
        found.left == []
        and starts(found.moved) == ["2026-12-22T10:30", "2026-12-29T10:30", "2027-01-05T10:30"]
        and one.wall_start == "2026-12-14T09:00"
    )
    assert mails().count("moved") == 1
    by_a_week = transact(repeats.move_following, desk.dana, one, desk.wish(), at("2026-12-21 09:00"), desk.now, "a week")
    assert by_a_week.left == [] and starts(by_a_week.moved) == [
        "2026-12-21T09:00",
        "2026-12-29T10:30",
        "2027-01-05T10:30",
        "2027-01-12T10:30",
    ]
    back = transact(repeats.move_following, desk.dana, one, desk.wish(), NINE, desk.now, "back")
    assert back.left == [] and starts(back.moved)[0] == "2026-12-14T09:00"


def test_what_cannot_move_stays_and_is_listed(desk):
    one = desk.book()
    two, three, four = repeat(desk, one).made
    desk.book(at("2026-12-28 12:00"), link=desk.clinic.person("Mia"))
    found = transact(repeats.move_following, desk.dana, two, desk.wish(), at("2026-12-21 12:00"), desk.now, "noon")
    assert starts(found.moved) == ["2026-12-21T12:00", "2027-01-04T12:00"] and [row for row, _why in found.left] == [three]
    assert isinstance(found.left[0][1], SlotTaken) and three.wall_start == "2026-12-28T09:00"


def test_a_series_is_not_made_of_what_somebody_changed_or_of_a_practitioner_elsewhere(desk):
    one = desk.book()
    seen = one.revision
    desk.move(one, NOON)
    with pytest.raises(Changed):
        repeat(desk, one, revision=seen)
    tom = staff_of(desk.clinic.practice, desk.now, access.PRACTITIONER, "Tom")
    with pytest.raises(NotYours):
        transact(repeats.repeat, tom, one, 7, 2, desk.now, "k")
    for every, times in ((0, 2), (7, 1), (367, 2), (7, 105)):
        with pytest.raises(ValueError):
            repeat(desk, one, every, times)


# --- half a day to a colleague ---


def test_half_a_day_goes_to_a_colleague_and_everybody_is_told_once(desk):
    other = desk.clinic.service("Ines only")
    ravi = desk.clinic.practitioner("Ravi", desk.visit)
    desk.clinic.add(ServicePractitioner(practice_id=desk.clinic.practice.id, service_id=other.id, practitioner_id=desk.ines.id))
    mia, ana = desk.clinic.person("Mia"), desk.clinic.person("Ana")
    one, two = desk.book(), desk.book(TEN, link=mia)
    hers = desk.book(NOON, link=ana, wish=desk.wish(service=other))
    desk.book(TEN, link=desk.clinic.person("Tim"), wish=desk.wish(person=ravi))
    sent = len(mails())
    him = desk.clinic.wish(desk.visit, ravi).practitioner
    found = transact(together.move_all, desk.dana, [two, hers, one], him, desk.now)
    assert found.moved == [one] and [(row, type(why)) for row, why in found.left] == [(two, SlotTaken), (hers, NotOffered)]
    assert (one.practitioner_id, one.starts_at, two.practitioner_id) == (ravi.id, instant("2026-12-14 09:00"), desk.ines.id)
    assert mails().count("moved") == 1 and len(mails()) == sent  # its "booked" and reminder went, "moved" and a reminder came
    again = transact(together.move_all, desk.dana, [two, one], him, desk.now, anyway=["fully_booked"])
    assert again.moved == [one, two] and mails().count("moved") == 2, "who was told is not told again"
