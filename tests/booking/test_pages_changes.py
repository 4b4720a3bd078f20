"""Move, cancel, undo: within the rules, on the page itself, and never a surprise."""

import pytest
from sqlalchemy import select

from booking.models import Appointment, Service
from portal.database import db, transact
from portal.models import Link
from tests.booking.walking import arguments, book, hold, path, step, times


@pytest.fixture
def anyas(cast, browse, clock):
    """The address of an appointment of Anya's on Tuesday 15 December at 4:30pm, booked an hour ago."""
    page = book(browse(as_=cast.priya), who=cast.anya, what=cast.follow_up, with_=cast.maya_chen, day="2026-12-15")
    clock.forward(hours=1)
    return path(page)


def row(app, address: str) -> Appointment:
    with app.app_context():
        return db.session.scalar(select(Appointment).where(Appointment.public_id == address.rsplit("/", 1)[1]))


def test_moving_shows_the_old_time_until_the_new_one_is_confirmed(app, cast, browse, anyas):
    browser = browse(as_=cast.priya)
    page = browser.page(anyas + "/move")
    assert path(page).endswith("/book/when") and page.h1 == "Choose a new time"
    assert "Now: Tuesday 15 December at 4:30pm with Maya Chen. It stays yours until you confirm a new time." in page.text
    was = row(app, anyas).starts_at
    page = browser.submit(browser.page(step("when", **{**arguments(page), "day": "2026-12-16"})), "hold", at=times(page)[0])
    assert page.h1 == "Check the new time"
    assert row(app, anyas).starts_at == was


def test_a_move_keeps_address_and_person_and_says_what_it_did(app, cast, browse, anyas):
    browser = browse(as_=cast.priya)
    page = browser.page(anyas + "/move")
    day = browser.page(step("when", **{**arguments(page), "day": "2026-12-16"}))
    page = browser.submit(day, "hold", at=times(day)[-1])
    button = next(b for b in page.all("button") if "Move Anya" in "".join(b.itertext()))
    assert " ".join("".join(button.itertext()).split()) == "Move Anya to Wed 16 Dec at 4pm, Toronto time, with Maya Chen"
    moved = browser.submit(page, "confirm")
    assert path(moved) == anyas and moved.h1 == "Appointment moved"
    assert "Wednesday 16 December at 4pm Anya Shah with Maya Chen" in moved.text
    again = browser.submit(page, "confirm")
    assert path(again) == anyas and row(app, anyas).sequence == 1


def test_a_move_can_be_undone_for_some_minutes(app, cast, browse, clock, anyas):
    browser = browse(as_=cast.priya)
    was = row(app, anyas).starts_at
    day = browser.page(step("when", move=row(app, anyas), day="2026-12-16"))
    moved = browser.submit(browser.submit(day, "hold", at=times(day)[-1]), "confirm")
    back = browser.submit(moved, "undo")
    assert back.h1 == "Appointment confirmed" and row(app, anyas).starts_at == was


def test_a_refused_move_leaves_the_old_time_alone(app, cast, browse, anyas):
    browser, other = browse(as_=cast.priya), browse(as_=cast.daniel)
    was = row(app, anyas).starts_at
    day = browser.page(step("when", move=row(app, anyas), day="2026-12-16"))
    wanted = times(day)[-1]
    hold(other, start=wanted, who=cast.leo, what=cast.follow_up, with_=cast.maya_chen, day="2026-12-16")
    page = browser.submit(day, "hold", at=wanted)
    assert page.status == 409 and "That time was just taken. Choose another." in page.text
    assert "It stays yours until you confirm a new time." in page.text
    assert row(app, anyas).starts_at == was and row(app, anyas).sequence == 0


def test_its_own_time_is_not_offered_as_a_new_one(app, cast, browse, anyas):
    page = browse(as_=cast.priya).page(step("when", move=row(app, anyas), with_=cast.maya_chen, day="2026-12-15"))
    assert int(row(app, anyas).starts_at.timestamp()) not in times(page)


def test_another_practitioner_can_be_chosen_for_the_move(app, cast, browse, anyas):
    browser = browse(as_=cast.priya)
    page = browser.page(anyas + "/move")
    page = browser.page(page.links()["Change the practitioner"])
    assert page.h1 == "Who would you like to see?"
    day = browser.page(page.links().get("Anyone") or next(url for words, url in page.links().items() if words.startswith("Anyone")))
    assert path(day).endswith("/when") and arguments(day)["move"] == anyas.rsplit("/", 1)[1]


def test_cancelling_asks_first_and_then_says_it_is_done(app, cast, browse, anyas):
    browser = browse(as_=cast.priya)
    page = browser.page(anyas + "/cancel")
    assert page.h1 == "Cancel this appointment?"
    assert "Anya Shah" in page.text and "Tuesday 15 December at 4:30pm" in page.text
    assert row(app, anyas).cancelled_at is None
    done = browser.submit(page, "cancel")
    assert path(done) == anyas and done.h1 == "Appointment cancelled"
    assert "Cancelled. We told Riverside Physiotherapy." in done.text
    again = browser.submit(page, "cancel")
    assert path(again) == anyas and again.h1 == "Appointment cancelled"


def test_a_cancellation_can_be_undone_for_some_minutes_and_then_not(app, cast, browse, clock, anyas):
    browser = browse(as_=cast.priya)
    done = browser.submit(browser.page(anyas + "/cancel"), "cancel")
    assert "You can undo this until 11:03am." in done.text
    assert browser.submit(done, "undo").h1 == "Appointment confirmed"
    late = browser.submit(browser.page(anyas + "/cancel"), "cancel")
    clock.forward(minutes=3, seconds=1)
    refused = browser.submit(late, "undo")
    assert refused.status == 409 and "This can no longer be undone." in refused.text
    assert "Undo" not in browser.page(anyas).text
    assert row(app, anyas).cancelled_at is not None


def test_the_cancelled_time_is_free_for_others_and_the_same_thing_can_be_booked_again(cast, browse, anyas):
    browser = browse(as_=cast.priya)
    done = browser.submit(browser.page(anyas + "/cancel"), "cancel")
    page = browser.page(done.links()["Book another time"])
    assert path(page).endswith(("/with", "/when")) and arguments(page)["who"] == cast.anya.public_id
    free = times(browse(as_=cast.daniel).page(step("when", who=cast.leo, what=cast.follow_up, with_=cast.maya_chen, day="2026-12-15")))
    assert 1797370200 in free


def test_a_booking_can_be_undone_for_some_minutes(app, cast, browse, clock):
    browser = browse(as_=cast.priya)
    page = book(browser, who=cast.anya, what=cast.follow_up, with_=cast.maya_chen, day="2026-12-15")
    assert "You can undo this until 10:03am." in page.text
    undone = browser.submit(page, "undo")
    assert undone.h1 == "Appointment cancelled"


@pytest.mark.parametrize("what", ["move", "cancel"])
def test_inside_the_notice_nothing_can_be_changed_whichever_way_one_tries(app, cast, browse, clock, anyas, what):
    browser = browse(as_=cast.priya)
    early = browser.page(anyas + "/cancel")
    new_time = browser.page(step("when", move=row(app, anyas), day="2026-12-17"))
    clock.set(2026, 12, 14, 21, 30, 1)
    browser.sign_in(cast.priya.id)
    page = browser.page(f"{anyas}/{what}")
    assert page.status == 409 and "(416) 555-0134" in page.text
    if what == "cancel":
        assert browser.submit(early, "cancel").status == 409
    else:
        held = browser.submit(new_time, "hold", at=times(new_time)[-1])
        assert held.status == 409 and row(app, anyas).sequence == 0
    assert row(app, anyas).cancelled_at is None


def test_at_the_last_moment_it_still_can(cast, browse, clock, anyas):
    clock.set(2026, 12, 14, 21, 30, 0)
    browser = browse(as_=cast.priya)
    assert browser.submit(browser.page(anyas + "/cancel"), "cancel").h1 == "Appointment cancelled"


def test_who_may_not_change_it_finds_no_door(app, cast, browse, anyas):
    def narrow():
        db.session.get(Link, cast.link("daniel", "anya").id).permissions = ["see_times", "book"]

    early = browse(as_=cast.daniel).page(anyas + "/cancel")
    with app.app_context():
        transact(narrow)
    browser = browse(as_=cast.daniel)
    for address in (
        anyas + "/move",
        anyas + "/cancel",
        step("when", move=row(app, anyas)),
        step("confirm", move=row(app, anyas), at=1797370200),
    ):
        assert browser.page(address).status == 404
    assert browser.submit(early, "cancel").status == 404
    assert row(app, anyas).cancelled_at is None


def test_an_appointment_of_another_practice_cannot_be_moved_here(app, cast, browse, anyas):
    address = step("when", slug="beau-rivage", move=row(app, anyas))
    assert browse(as_=cast.priya).page(address).status == 404
    assert path(browse().page(step("when", move=row(app, anyas)))) == "/sign-in"


def test_what_is_cancelled_cannot_be_moved(app, cast, browse, anyas):
    browser = browse(as_=cast.priya)
    browser.submit(browser.page(anyas + "/cancel"), "cancel")
    page = browser.page(anyas + "/move")
    assert page.status == 409 and "already cancelled" in page.text
    assert path(browser.page(anyas + "/cancel")) == anyas


def test_a_service_that_is_not_offered_any_more_is_moved_by_telephone(app, cast, browse, anyas):
    def archive():
        db.session.get(Service, cast.follow_up.id).archived_at = app.config["CLOCK"]()

    with app.app_context():
        transact(archive)
    page = browse(as_=cast.priya).page(anyas + "/move")
    assert page.status == 409 and "Your appointment stays as it is." in page.text and "(416) 555-0134" in page.text
    for name in ("when", "confirm", "with"):
        assert browse(as_=cast.priya).page(step(name, move=row(app, anyas), at=1797370200)).status in (404, 409)


def test_after_an_undo_the_page_says_what_became_of_it(cast, browse, anyas):
    browser = browse(as_=cast.priya)

    def said(page) -> str:
        return " ".join("".join(e.itertext()) for e in page.tree.iter() if e.get("role") == "status")

    cancelled = browser.submit(browser.page(anyas + "/cancel"), "cancel")
    assert "Your appointment is kept. Nothing changed." in said(browser.submit(cancelled, "undo"))
    day = browser.page(step("when", move=anyas.rsplit("/", 1)[1], day="2026-12-16"))
    moved = browser.submit(browser.submit(day, "hold", at=times(day)[-1]), "confirm")
    assert "You have the old time again." in said(browser.submit(moved, "undo"))
    fresh = book(browser, who=cast.anya, what=cast.follow_up, with_=cast.maya_chen, day="2026-12-17")
    undone = browser.submit(fresh, "undo")
    assert undone.h1 == "Appointment cancelled" and "The booking is undone. The time is free again." in said(undone)


def test_an_undo_from_a_page_that_was_left_open_shows_the_appointment_as_it_is(cast, browse, clock, anyas):
    browser = browse(as_=cast.priya)
    old = browser.submit(browser.page(anyas + "/cancel"), "cancel")
    browser.submit(old, "undo")
    clock.forward(minutes=4)
    page = browser.submit(old, "undo")
    assert page.status == 409 and page.h1 == "Appointment confirmed"
    alert = next(e for e in page.tree.iter() if e.get("role") == "alert")
    assert "This can no longer be undone." in "".join(alert.itertext()) and "Cancel…" in page.links()


def test_coming_back_to_a_move_that_was_made_finds_the_appointment(cast, browse, anyas):
    browser = browse(as_=cast.priya)
    day = browser.page(step("when", move=anyas.rsplit("/", 1)[1], day="2026-12-16"))
    check = browser.submit(day, "hold", at=times(day)[-1])
    browser.submit(check, "confirm")
    back = browser.page(check.response.request.full_path)
    assert path(back) == anyas and "You have already booked this time." in back.text


def test_only_what_is_seen_wholly_can_be_changed(app, cast, browse, anyas):
    """Whoever changes an appointment learns with whom and what for: who sees only "busy" finds no door, whatever the link allows."""
    early = browse(as_=cast.daniel).page(anyas + "/cancel")
    with app.app_context():

        def narrow():
            db.session.get(Link, cast.link("daniel", "anya").id).permissions = ["see_times", "change"]

        transact(narrow)
    browser = browse(as_=cast.daniel)
    page = browser.page(anyas)
    assert "Change time" not in page.text and "Cancel…" not in page.text
    assert [browser.get(anyas + way).status_code for way in ("/move", "/cancel")] == [404, 404]
    assert browser.submit(early, "cancel", follow=False).status == 404 and row(app, anyas).cancelled_at is None
    answer = browser.get(step("when", move=anyas.rsplit("/", 1)[1]))
    assert answer.status_code == 404 and "Maya" not in answer.text
