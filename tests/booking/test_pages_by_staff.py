"""What patients see on their pages and in their calendars of what the desk did: rightly, and no more than is theirs to know."""

import pytest

from booking import bookings, by_staff, companions, groups
from booking.queries import soonest
from portal.access import SEE_TIMES
from portal.database import db, transact
from tests.booking.clinic import at
from tests.booking.riverside_desk import SECRET, WHEN, Desk
from tests.mails import change


@pytest.fixture
def at_desk(app, cast):
    """Have the desk do something, before anybody looks: `at_desk(lambda desk: …)` gives the page of what comes back."""

    def doing(act) -> str:
        with app.app_context():
            return f"/appointments/{act(Desk(cast)).public_id}"

    return doing


def test_booked_by_staff_it_stands_like_any_other(at_desk, cast, browse):
    address = at_desk(lambda desk: desk.book(note="limps"))
    priya = browse(as_=cast.priya)
    page = priya.page(address)
    assert page.h1 == "Appointment confirmed" and "Undo" not in page.text and "Change time" in page.links() and "limps" not in page.html
    assert "Tuesday 15 December at 4:30pm" in priya.page("/appointments").text
    assert "DTSTART:20261215T213000Z" in priya.get(address + ".ics").text


def test_the_page_says_that_the_clinic_cancelled_and_offers_no_undo(at_desk, cast, browse):
    address = at_desk(lambda desk: transact(by_staff.cancel, desk.dana, desk.book(), desk.now, reason=SECRET))
    priya = browse(as_=cast.priya)
    page = priya.page(address)
    assert "Riverside Physiotherapy cancelled this appointment." in page.text and "We told" not in page.text
    assert "Undo" not in page.text and SECRET not in page.html
    assert "STATUS:CANCELLED" in priya.get(address + ".ics").text


def test_a_patients_undo_ends_where_the_clinic_changed_it(at_desk, cast, browse):
    def moved_by_both(desk):
        one = desk.book()
        (there,) = soonest(desk.dana.practice, desk.wish(), desk.now, 1)
        transact(bookings.move, cast.priya, one, desk.wish(), there.at, desk.now, "mine")
        return transact(by_staff.move, desk.dana, one, desk.wish(), at("2026-12-17 16:30"), desk.now, "hers", anyway=True)

    address = at_desk(moved_by_both)
    page = browse(as_=cast.priya).page(address)
    assert page.h1 == "Appointment confirmed" and "Undo" not in page.text and "Thursday 17 December at 4:30pm" in page.text


def test_a_seat_can_be_cancelled_online_and_not_moved(at_desk, cast, browse):
    def seated(desk):
        group = transact(groups.open, desk.dana, desk.wish(), WHEN, 3, desk.now, title="Knees of the village", anyway=True)
        transact(groups.seat, desk.dana, group, cast.anya, desk.now, "another")
        return transact(groups.seat, desk.dana, group, cast.leo, desk.now, "seat")

    address, priya = at_desk(seated), browse(as_=cast.priya)
    page = priya.page(address)
    assert "You can cancel until" in page.text and "Change time" not in page.links()
    coming = priya.page("/appointments")
    assert "Knees" not in page.html + coming.html and not [name for name in coming.links() if name.startswith("Change time")]
    refused = priya.get(address + "/move")
    assert refused.status_code == 409 and "seat in a group" in refused.text
    assert "Change the time instead" not in priya.page(address + "/cancel").text


def test_who_comes_along_is_shown_to_who_sees_it_wholly(at_desk, cast, browse):
    def accompanied(desk):
        one = desk.book()
        transact(companions.add, desk.dana, one, "Maria Silva", "grandmother", desk.now)
        change(db.session.merge(cast.link("daniel", "leo")), permissions=[SEE_TIMES])
        return one

    address, priya = at_desk(accompanied), browse(as_=cast.priya)
    assert "Maria Silva (grandmother)" in priya.page(address).text
    assert "Maria" not in browse(as_=cast.daniel).page(address).html + priya.get(address + ".ics").text
