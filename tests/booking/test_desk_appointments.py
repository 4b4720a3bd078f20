"""Appointments at the desk, page by page: booking, marks, moving, cancelling; a form that is no longer true does nothing."""

import pytest
from flask import current_app
from sqlalchemy import select

from booking.models import Appointment
from booking.ticks import vacate
from portal.database import db, transact
from portal.models import LedgerLine, OutboxMail, Profile
from tests.booking.desk_world import MAYA, MONDAY, OLIVIER, at, block, instant, visit
from tests.reader import Page

DESK = "/desk/riverside"


@pytest.fixture
def world(app, cast):
    """Walter Brandt is with Olivier Dubois on Monday at 1pm."""
    with app.app_context():
        row = visit(cast, "walter", "olivier_dubois", f"{MONDAY} 13:00")
        app.config["walter"] = row.public_id
    return cast


@pytest.fixture
def begun(world, clock):
    """It is Monday, 1pm: Walter's appointment begins."""
    clock.at = at(f"{MONDAY} 13:00")


def page_of(app) -> str:
    return f"{DESK}/appointments/{app.config['walter']}"


def now_is(app) -> Appointment:
    return db.session.scalar(select(Appointment).where(Appointment.public_id == app.config["walter"]))


# --- its page ---


def test_the_page_says_everything_and_leads_to_what_can_be_done(world, browse, app):
    page = browse(world.dana, staff=True).page(page_of(app))
    assert page.h1 == "Walter Brandt"
    for words in ("Monday 14 December, 1pm to 1:30pm", "Follow-up physiotherapy", "Olivier Dubois", "Booked by"):
        assert words in page.text, words
    assert {f"{page_of(app)}/move", f"{page_of(app)}/cancel"} <= set(page.links().values())


def test_a_practitioner_opens_only_what_is_with_them(world, browse, app):
    assert browse(world.maya, staff=True).get(page_of(app)).status_code == 404
    assert browse(world.tom, staff=True).get(page_of(app)).status_code == 200
    assert browse(world.sylvie, staff=True).get(page_of(app).replace("riverside", "beau-rivage")).status_code == 404


def test_who_looked_is_written_down(world, browse, app):
    browse(world.dana, staff=True).page(page_of(app))
    with app.app_context():
        assert db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed")).all() == [world.walter.id]


def test_marks_are_one_press_and_can_be_taken_back(world, begun, browse, app):
    desk = browse(world.dana, staff=True)
    page = desk.submit(desk.page(page_of(app)), "/mark", status="arrived")
    assert "Arrived" in page.text and "Take back “Arrived”" in page.text
    page = desk.submit(page, "/mark", status="fulfilled")
    assert "Seen" in page.text
    page = desk.submit(page, "/mark", status="booked")
    assert "Take back" not in page.text
    with app.app_context():
        assert now_is(app).status == "booked"


def test_marks_are_offered_when_they_can_be_true_and_else_refused_in_words(world, browse, app, clock):
    marks = ("Arrived", "Seen", "Did not come")
    for when, offered in (("2026-12-13 23:59", ()), (f"{MONDAY} 00:00", marks[:1]), (f"{MONDAY} 13:00", marks)):
        clock.at = at(when)
        page = browse(world.dana, staff=True).page(page_of(app))
        assert [word for word in marks if f"{word}</button>" in page.html] == list(offered), when
    clock.at = at("2026-12-13 23:50")
    desk = browse(world.dana, staff=True)
    fields = desk.page(page_of(app)).form("/companions")
    for status, words in (("arrived", "can be marked on that day"), ("noshow", "can be marked once it has begun")):
        sent = {"csrf_token": fields["csrf_token"], "status": status}
        page = Page(desk.post(f"{page_of(app)}/mark", data=sent, headers={"Origin": "http://localhost"}))
        assert page.status == 409 and words in page.text and "Monday 14 December at 1pm" in page.text
    with app.app_context():
        assert now_is(app).status == "booked"


def test_a_mark_that_does_not_exist_changes_nothing(world, begun, browse, app):
    desk = browse(world.dana, staff=True)
    desk.submit(desk.page(page_of(app)), "/mark", status="cancelled")
    with app.app_context():
        assert now_is(app).status == "booked"


# --- a form that is no longer true ---


def test_a_stale_mark_is_refused_with_what_is_now(world, begun, browse, app):
    tom, dana = browse(world.tom, staff=True), browse(world.dana, staff=True)
    stale = tom.page(page_of(app))
    dana.submit(dana.page(page_of(app)), "/mark", status="arrived")
    page = tom.submit(stale, "/mark", status="fulfilled")
    assert page.status == 409 and "Somebody changed this in the meantime" in page.text
    with app.app_context():
        assert now_is(app).status == "arrived"


@pytest.mark.parametrize("gone, back", [("noshow", "booked"), ("cancelled", "restore")])
def test_taken_back_when_somebody_else_has_the_time_only_knowingly_or_at_another(world, browse, app, gone, back):
    desk = browse(world.dana, staff=True)
    if gone == "noshow":
        with app.app_context():
            _missed()
    else:
        desk.submit(desk.page(f"{page_of(app)}/cancel"))
    with app.app_context():
        visit(world, "priya", "olivier_dubois", f"{MONDAY} 13:00")
    page = desk.submit(desk.page(page_of(app)), "/mark", status=back)
    assert page.status == 409 and "Something else is booked at that time." in page.text
    assert (
        desk.page(page.links()["Book another time for Walter Brandt" if gone == "cancelled" else "Move it to another time"]).status == 200
    )
    page = desk.submit(page, "/mark")
    assert page.status == 409, "without the tick it stays a no"
    page = desk.submit(page, "/mark", know="1")
    assert page.status == 200
    with app.app_context():
        assert (now_is(app).status, now_is(app).lane, now_is(app).cancelled_at) == ("booked", 1, None)
        line = db.session.scalars(select(LedgerLine).where(LedgerLine.verb.in_(("mark_removed", "restored")))).one()
        assert line.facts["anyway"] == ["fully_booked"]


def test_a_seat_whose_group_is_full_says_so_on_its_page(world, browse, app):
    with app.app_context():
        group = block(world, "olivier_dubois", f"{MONDAY} 13:00", 30, title="Back class", seats=1, service_id=world.follow_up.id)
        row = visit(world, "kiran", "olivier_dubois", f"{MONDAY} 13:00", lane=2, group_id=group.id, status="noshow").public_id
        visit(world, "priya", "olivier_dubois", f"{MONDAY} 13:00", lane=3, group_id=group.id)
    desk = browse(world.dana, staff=True)
    page = desk.submit(desk.page(f"{DESK}/appointments/{row}"), "/mark", status="booked")
    assert page.status == 409 and "Every seat of this group is taken." in page.text and "Move it to another time" in page.links()


def _missed():
    def missing():
        one = db.session.scalar(select(Appointment).where(Appointment.public_id == current_app.config["walter"]))
        one.status = "noshow"
        vacate(one)

    transact(missing)


def test_a_stale_move_shows_what_is_now_and_keeps_what_was_chosen(world, browse, app):
    tom, dana = browse(world.tom, staff=True), browse(world.dana, staff=True)
    stale = tom.page(f"{page_of(app)}/move")
    dana.submit(dana.page(f"{page_of(app)}/move"), at=str(instant(f"{MONDAY} 15:00")))
    page = tom.submit(stale, at=str(instant(f"{MONDAY} 16:00")))
    assert page.status == 409 and "Somebody changed this while you were looking" in page.text
    assert "3pm to 3:30pm" in page.text
    (chosen,) = [one.get("value") for one in page.all("input", type="radio") if one.get("checked") is not None]
    assert chosen == str(instant(f"{MONDAY} 16:00"))
    page = tom.submit(page)  # looked again, decided
    assert page.status == 200
    with app.app_context():
        assert now_is(app).starts_at.timestamp() == instant(f"{MONDAY} 16:00")


def test_a_stale_cancellation_keeps_its_reason(world, begun, browse, app):
    tom, dana = browse(world.tom, staff=True), browse(world.dana, staff=True)
    stale = tom.page(f"{page_of(app)}/cancel")
    dana.submit(dana.page(page_of(app)), "/mark", status="arrived")
    page = tom.submit(stale, reason="Called in")
    assert page.status == 409 and page.all("input", name="reason")[0].get("value") == "Called in"
    with app.app_context():
        assert not now_is(app).is_cancelled


# --- moving and cancelling ---


def test_moving_offers_the_free_times_of_a_day(world, browse, app):
    page = browse(world.dana, staff=True).page(f"{page_of(app)}/move?date=2026-12-15")
    times = [one.get("value") for one in page.all("input", type="radio")]
    assert str(instant("2026-12-15 09:00")) in times and times[-1] == "other"


def test_dragging_leads_to_a_page_with_the_time_chosen_and_nothing_moved(world, browse, app):
    page = browse(world.dana, staff=True).page(f"{page_of(app)}/move?at={instant(f'{MONDAY} 15:00')}&with={OLIVIER}")
    (chosen,) = [one.get("value") for one in page.all("input", type="radio") if one.get("checked") is not None]
    assert chosen == str(instant(f"{MONDAY} 15:00")) and "Now: Monday 14 December, 1pm to 1:30pm" in page.text
    with app.app_context():
        assert now_is(app).starts_at.timestamp() == instant(f"{MONDAY} 13:00")


def test_moved_to_a_colleague(world, browse, app):
    desk = browse(world.dana, staff=True)
    page = desk.page(f"{page_of(app)}/move?with={MAYA}&date=2026-12-14")
    page = desk.submit(page, at=str(instant(f"{MONDAY} 14:00")))
    assert "Maya Chen" in page.text and "2pm to 2:30pm" in page.text


def test_a_time_that_is_taken_says_why_and_is_taken_only_knowingly(world, browse, app):
    with app.app_context():
        visit(world, "priya", "olivier_dubois", f"{MONDAY} 15:00")
    desk = browse(world.dana, staff=True)
    page = desk.page(f"{page_of(app)}/move")
    page = desk.submit(page, at="other", time="15:00")
    assert page.status == 409 and "Something else is booked at that time." in page.text
    page = desk.submit(page)
    assert page.status == 409, "without the tick it stays a no"
    page = desk.submit(page, know="1")
    assert page.status == 200 and "3pm to 3:30pm" in page.text


def test_cancelling_keeps_the_reason_for_staff_and_gives_the_time_back(world, browse, app):
    desk = browse(world.dana, staff=True)
    page = desk.submit(desk.page(f"{page_of(app)}/cancel"), reason="Snow")
    assert "Cancelled. The time is free again." in page.text and "“Snow”" in page.text
    with app.app_context():
        assert now_is(app).is_cancelled
    page = desk.submit(page, "/mark", status="restore")
    assert "It stands again." in page.text


def test_without_the_tick_nobody_is_written_to(world, browse, app):
    desk = browse(world.dana, staff=True)
    page = desk.page(f"{page_of(app)}/cancel")
    values = page.form()
    target = values.pop("") or page.response.request.full_path
    values.pop("tell")
    desk.post(target, data=values, headers={"Origin": "http://localhost"})
    with app.app_context():
        assert now_is(app).is_cancelled and not db.session.scalars(select(OutboxMail)).all()


# --- booking ---


def test_from_a_gap_to_an_appointment_of_somebody_known(world, browse, app):
    desk = browse(world.dana, staff=True)
    gap = f"{DESK}/book?at={instant(f'{MONDAY} 15:00')}&with={OLIVIER}"
    page = desk.page(gap)
    assert page.h1 == "Book an appointment" and "Monday 14 December at 3pm with Olivier Dubois" in page.text
    page = desk.page(f"{gap}&q=walter")
    href = next(url for words, url in page.links().items() if words.startswith("Walter Brandt"))
    page = desk.page(href)
    assert page.h1 == "Book for Walter Brandt"
    page = desk.submit(page, note="Left knee")
    assert page.h1 == "Walter Brandt" and "Booked for Walter Brandt." in page.text and "“Left knee”" in page.text
    with app.app_context():
        made = db.session.scalar(select(Appointment).where(Appointment.note == "Left knee"))
        assert made.starts_at.timestamp() == instant(f"{MONDAY} 15:00") and made.booked_by_staff_id


def test_pressing_twice_books_once(world, browse, app):
    desk = browse(world.dana, staff=True)
    page = desk.page(f"{DESK}/book?at={instant(f'{MONDAY} 15:00')}&with={OLIVIER}&who={world.walter.public_id}")
    for _ in range(2):
        assert desk.submit(page).status == 200
    with app.app_context():
        assert (
            len(
                db.session.scalars(
                    select(Appointment).where(Appointment.profile_id == world.walter.id, Appointment.wall_start == f"{MONDAY}T15:00")
                ).all()
            )
            == 1
        )


def test_somebody_new_is_added_on_the_way_unless_they_are_known(world, browse, app):
    desk = browse(world.dana, staff=True)
    new = f"{DESK}/book/new?at={instant(f'{MONDAY} 15:00')}&with={OLIVIER}"
    page = desk.submit(desk.page(new), given_name="Walter", family_name="Brandt")
    assert page.status == 409 and "There is a record that looks like this" in page.text
    assert "Book for Walter Brandt" in page.links()
    page = desk.submit(desk.page(new), given_name="Tenzin", family_name="Dorje")
    assert page.h1 == "Book for Tenzin Dorje"
    page = desk.submit(page)
    assert page.h1 == "Tenzin Dorje"


def test_outside_the_hours_only_knowingly_and_it_is_written_down(world, browse, app):
    desk = browse(world.dana, staff=True)
    page = desk.page(f"{DESK}/book?date={MONDAY}&with={OLIVIER}&who={world.walter.public_id}")
    page = desk.submit(page, at="other", time="19:00")
    assert page.status == 409 and "It is outside the working hours." in page.text
    page = desk.submit(page, know="1")
    assert page.status == 200
    with app.app_context():
        line = db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "booked").order_by(LedgerLine.id)).all()[-1]
        assert line.facts["anyway"] == ["no_working_hours"]


def test_what_was_passed_over_is_only_what_was_shown(world, browse, app):
    """Between the warning and the tick somebody else takes the time: that is another reason, and it is said."""
    desk = browse(world.dana, staff=True)
    page = desk.page(f"{DESK}/book?date={MONDAY}&with={OLIVIER}&who={world.walter.public_id}")
    page = desk.submit(page, at="other", time="19:00")
    with app.app_context():
        visit(world, "priya", "olivier_dubois", f"{MONDAY} 19:00")
    page = desk.submit(page, know="1")
    assert page.status == 409 and "Something else is booked at that time." in page.text


def test_nothing_chosen_is_said_and_what_was_typed_is_kept(world, browse):
    desk = browse(world.dana, staff=True)
    page = desk.submit(desk.page(f"{DESK}/book?date={MONDAY}&with={OLIVIER}&who={world.walter.public_id}"), note="Left knee")
    assert page.status == 422 and "Choose a time" in page.text and "Left knee" in page.html


def test_a_day_without_times_says_why(world, browse):
    page = browse(world.dana, staff=True).page(f"{DESK}/book?date=2026-12-25&with={OLIVIER}&who={world.walter.public_id}")
    assert "Winter break" in page.text


def test_times_that_patients_cannot_book_are_marked(world, browse):
    page = browse(world.dana, staff=True).page(f"{DESK}/book?date=2027-03-01&with={MAYA}&who={world.walter.public_id}")
    assert "not online" in page.text
    assert (
        "not online"
        not in browse(world.dana, staff=True).page(f"{DESK}/book?date={MONDAY}&with={OLIVIER}&who={world.walter.public_id}").text
    )


def test_a_practitioner_books_their_own_people_with_themselves(world, browse, app):
    maya = browse(world.maya, staff=True)
    with app.app_context():
        known = db.session.scalar(select(Profile).where(Profile.id == world.profile("priya").id)).public_id
    page = maya.page(f"{DESK}/book?who={known}&date=2026-12-16")
    assert page.h1 == "Book for Priya Shah" and "Olivier" not in page.text
    assert maya.get(f"{DESK}/book?who={known}&with={OLIVIER}").status_code == 404
    assert maya.get(f"{DESK}/book/new").status_code == 200, "whom she adds is hers"
    assert maya.get(f"{DESK}/book?who={world.profile('kiran').public_id}").status_code == 404, "not one of theirs"


def test_who_and_what_is_not_here_is_404(world, browse):
    desk = browse(world.dana, staff=True)
    for query in ("who=nobody", f"who={world.walter.public_id}&what=nothing", f"who={world.walter.public_id}&with=nobody"):
        assert desk.get(f"{DESK}/book?{query}").status_code == 404, query
    assert desk.get(f"{DESK}/book?who={world.walter.public_id}&at=99999999999999&date=x").status_code == 200
