"""Blocks, groups, companions, series and a colleague who stands in, page by page."""

import pytest
from sqlalchemy import func, select

from booking.models import Appointment, Block, CalendarSource, Companion, Location, Room, Service
from portal.database import db, transact
from portal.models import LedgerLine, OutboxMail, Practice
from tests.booking.desk_world import MAYA, MONDAY, OLIVIER, add, at, block, instant, visit

DESK = "/desk/riverside"


def standing(model=Block) -> list:
    return list(db.session.scalars(select(model).where(model.removed_at.is_(None)).order_by(model.starts_at)))


# --- blocks ---


def test_time_is_blocked_once_or_again_and_again(cast, browse, app):
    desk = browse(cast.dana, staff=True)
    page = desk.page(f"{DESK}/blocks/add?at={instant(f'{MONDAY} 13:00')}&with={OLIVIER}")
    assert page.all("input", name="starts")[0].get("value") == "13:00"
    page = desk.submit(page, until="14:00", title="Team meeting")
    assert page.h1 == "Monday 14 December" and "Team meeting" in page.text
    page = desk.page(f"{DESK}/blocks/add?date={MONDAY}&with={MAYA}")
    desk.submit(page, starts="08:00", until="08:30", title="Notes", every_days="7", times="3")
    with app.app_context():
        assert [one.title for one in standing()] == ["Notes", "Team meeting", "Notes", "Notes"]


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"starts": "14:00", "until": "13:00"}, "The end must be after the start"),
        ({"starts": "x", "until": "13:00"}, "Enter a time, like 09:30"),
        ({"date": "soon", "starts": "12:00", "until": "13:00"}, "Enter a day as year-month-day"),
        ({"starts": "12:00", "until": "13:00", "every_days": "7", "times": ""}, "Enter how many times"),
    ],
)
def test_a_block_that_cannot_be_is_said_and_kept(cast, browse, app, typed, said):
    desk = browse(cast.dana, staff=True)
    page = desk.submit(desk.page(f"{DESK}/blocks/add?date={MONDAY}&with={OLIVIER}"), title="Lunch", **typed)
    assert page.status == 422 and said in page.text and page.all("input", name="title")[0].get("value") == "Lunch"
    with app.app_context():
        assert not standing()


def test_a_block_is_changed_and_taken_away(cast, browse, app):
    with app.app_context():
        number = block(cast, "olivier_dubois", f"{MONDAY} 13:00", title="Meeting").public_id
    desk = browse(cast.dana, staff=True)
    desk.submit(desk.page(f"{DESK}/blocks/{number}"), until="15:00")
    with app.app_context():
        assert (standing()[0].ends_at - standing()[0].starts_at).seconds == 7200
    page = desk.submit(desk.page(f"{DESK}/blocks/{number}"), "/remove")
    assert "The time is free again." in page.text
    assert desk.get(f"{DESK}/blocks/{number}").status_code == 404


def test_a_stale_block_form_changes_nothing_and_keeps_what_was_typed(cast, browse, app):
    with app.app_context():
        number = block(cast, "olivier_dubois", f"{MONDAY} 13:00", title="Meeting").public_id
    tom, dana = browse(cast.tom, staff=True), browse(cast.dana, staff=True)
    stale = tom.page(f"{DESK}/blocks/{number}")
    dana.submit(dana.page(f"{DESK}/blocks/{number}"), title="Team meeting")
    page = tom.submit(stale, title="Rest")
    assert page.status == 409 and "“Team meeting”" in page.text and page.all("input", name="title")[0].get("value") == "Rest"
    with app.app_context():
        assert standing()[0].title == "Team meeting"


def test_a_block_becomes_an_appointment_with_somebody_new(cast, browse, app):
    with app.app_context():
        number = block(cast, "olivier_dubois", f"{MONDAY} 13:00", title="Held for a friend").public_id
    desk = browse(cast.dana, staff=True)
    href = desk.page(f"{DESK}/blocks/{number}").links()["Make an appointment of it"]
    page = desk.page(href)
    assert "Monday 14 December at 1pm with Olivier Dubois" in page.text
    page = desk.submit(desk.page(page.links()["Somebody new"]), given_name="Tenzin", family_name="Dorje")
    assert page.h1 == "Book for Tenzin Dorje" and "in place of “Held for a friend”" in page.text
    page = desk.submit(page)
    assert page.h1 == "Tenzin Dorje" and "1pm to" in page.text
    with app.app_context():
        assert not standing()


def test_a_practitioner_blocks_their_own_time_only(cast, browse, app):
    with app.app_context():
        number = block(cast, "olivier_dubois", f"{MONDAY} 13:00", title="Private").public_id
    maya = browse(cast.maya, staff=True)
    assert maya.get(f"{DESK}/blocks/{number}").status_code == 404
    page = maya.page(f"{DESK}/blocks/add?date={MONDAY}")
    assert "Olivier" not in page.text
    assert maya.submit(page, starts="12:00", until="13:00", with_=OLIVIER, **{"with": OLIVIER}).status == 404
    assert maya.submit(page, starts="12:00", until="13:00").status == 200


def test_what_comes_from_another_calendar_is_only_shown(cast, browse, app):
    with app.app_context():
        maker = dict(
            practice_id=cast.riverside.id,
            practitioner_id=cast.olivier_dubois.id,
            created_at=at(f"{MONDAY} 08:00"),
            created_by_id=cast.staff("dana").id,
        )
        source = add(CalendarSource(name="Home", **maker))
        number = block(cast, "olivier_dubois", f"{MONDAY} 13:00", title="Dentist", source_id=source.id).public_id
    desk = browse(cast.dana, staff=True)
    page = desk.page(f"{DESK}/blocks/{number}")
    assert "This comes from another calendar." in page.text and "Make an appointment of it" not in page.links()
    assert not [form for form in page.all("form") if (form.get("action") or "").endswith("/remove")]


# --- groups ---


@pytest.fixture
def group(app, cast):
    with app.app_context():
        return block(cast, "olivier_dubois", f"{MONDAY} 15:00", 30, title="Back class", seats=2, service_id=cast.follow_up.id).public_id


def test_a_group_is_opened_with_its_seats(cast, browse, app):
    desk = browse(cast.dana, staff=True)
    page = desk.page(f"{DESK}/groups/open?date={MONDAY}&with={OLIVIER}&what={cast.follow_up.public_id}")
    page = desk.submit(page, at=str(instant(f"{MONDAY} 15:00")), seats="3", title="Back class")
    assert page.h1 == "Back class" and "0 of 3 seats" in page.text
    assert "Back class 0 of 3 seats" in desk.page(f"{DESK}/calendar?date={MONDAY}").text


def test_seats_are_given_until_there_are_none(cast, browse, app, group):
    desk = browse(cast.dana, staff=True)
    for name in ("walter", "priya"):
        page = desk.submit(desk.page(f"{DESK}/groups/{group}/seat?who={cast.profile(name).public_id}"))
        assert page.h1 == "Back class"
    assert "2 of 2 seats" in page.text and "Give a seat" not in page.links()
    page = desk.submit(desk.page(f"{DESK}/groups/{group}/seat?who={cast.profile('kiran').public_id}"))
    assert page.status == 409 and "Something is in the way" in page.text
    page = desk.submit(desk.page(f"{DESK}/groups/{group}"), seats="3")
    assert "2 of 3 seats" in page.text


def test_whoever_sits_is_found_by_search_or_added(cast, browse, app, group):
    desk = browse(cast.dana, staff=True)
    page = desk.page(f"{DESK}/groups/{group}/seat?q=walter")
    href = next(url for words, url in page.links().items() if words.startswith("Walter Brandt"))
    assert href.startswith(f"{DESK}/groups/{group}/seat?who=")
    page = desk.submit(desk.page(page.links()["Somebody new"]), given_name="Tenzin")
    assert page.h1 == "A seat for Tenzin"


def test_a_seat_is_taken_away_like_any_appointment_and_a_group_called_off(cast, browse, app, group):
    desk = browse(cast.dana, staff=True)
    page = desk.submit(desk.page(f"{DESK}/groups/{group}/seat?who={cast.walter.public_id}"))
    href = next(url for words, url in page.links().items() if words.startswith("Take the seat away"))
    desk.submit(desk.page(href))
    assert "0 of 2 seats" in desk.page(f"{DESK}/groups/{group}").text
    desk.submit(desk.page(f"{DESK}/groups/{group}/seat?who={cast.profile('priya').public_id}"))
    page = desk.submit(desk.page(f"{DESK}/groups/{group}/close"), reason="Flu")
    assert "1 seat was cancelled" in page.text
    assert desk.get(f"{DESK}/groups/{group}").status_code == 404


def test_a_group_that_took_place_offers_no_calling_off_and_refuses_an_open_form_in_words(cast, browse, app, group, clock):
    clock.at = at(f"{MONDAY} 15:30")
    desk = browse(cast.dana, staff=True)
    for who in ("walter", "priya"):
        desk.submit(desk.page(f"{DESK}/groups/{group}/seat?who={cast.profile(who).public_id}"), know="1", anyway="past")
    page = desk.page(f"{DESK}/groups/{group}")
    stale, seat = desk.page(page.links()["Call the group off…"]), page.links()["Walter Brandt"]
    missed = desk.submit(desk.page(page.links()[next(name for name in page.links() if name.startswith("Priya"))]), "/mark", status="noshow")
    assert "Did not come" in missed.text
    assert "1 person has a seat; it is cancelled: Walter Brandt." in desk.page(f"{DESK}/groups/{group}/close").text
    desk.submit(desk.page(seat), "/mark", status="fulfilled")
    page = desk.submit(stale, follow=False)
    assert page.status == 409 and "Somebody has been seen in this group" in page.text and "Call the group off…" not in page.links()


def test_a_group_is_moved_with_everybody_in_it_and_one_press_takes_it_back(cast, browse, app, group):
    desk = browse(cast.dana, staff=True)
    desk.submit(desk.page(f"{DESK}/groups/{group}/seat?who={cast.profile('priya').public_id}"))
    page = desk.page(desk.page(f"{DESK}/groups/{group}").links()["Move the group…"])
    assert page.h1 == "Move Back class" and "1 person has a seat and moves with it: Priya" in page.text
    page = desk.submit(page, at=str(instant(f"{MONDAY} 15:30")))
    assert page.h1 == "Back class" and "3:30pm to 4pm" in page.text and "Moved." in page.text
    with app.app_context():
        assert [row.wall_start for row in db.session.scalars(select(Appointment).where(Appointment.group_id.is_not(None)))] == [
            f"{MONDAY}T15:30"
        ]
        assert list(
            db.session.scalars(select(OutboxMail.template).where(OutboxMail.state == "queued", OutboxMail.template != "reminder"))
        ) == ["moved"]
    page = desk.submit(page, "/move/back")
    assert "3pm to 3:30pm" in page.text and "It is as it was before." in page.text
    assert "Undo" not in page.text


def test_a_group_goes_over_something_only_knowingly(cast, browse, app, group):
    with app.app_context():
        visit(cast, "walter", "olivier_dubois", f"{MONDAY} 13:00")
    desk = browse(cast.dana, staff=True)
    desk.submit(desk.page(f"{DESK}/groups/{group}/seat?who={cast.profile('priya').public_id}"))
    page = desk.page(f"{DESK}/groups/{group}/move?at={instant(f'{MONDAY} 13:00')}&with={OLIVIER}")
    assert "Something else is booked at that time." in page.text, "said before anybody presses"
    page = desk.submit(page)
    assert page.status == 409
    page = desk.submit(page, know="1")
    assert page.status == 200 and "1pm to 1:30pm" in page.text
    with app.app_context():
        line = db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "moved")).one()
        assert line.facts["anyway"] == ["fully_booked"]


def test_a_group_that_only_shares_another_room_knowingly_says_so_in_the_history(cast, browse, app):
    gym = dict(service_id=cast.follow_up.id, seats=2)
    with app.app_context():
        place = db.session.scalars(select(Location).where(Location.practice_id == cast.riverside.id)).first()
        rooms = [add(Room(practice_id=cast.riverside.id, location_id=place.id, name=name, kind="gym")) for name in ("Small", "Large")]
        transact(lambda: setattr(db.session.get(Service, cast.follow_up.id), "room_kind", "gym"))
        number = block(cast, "olivier_dubois", f"{MONDAY} 15:00", 30, title="Back class", room_id=rooms[0].id, **gym).public_id
        block(cast, "maya_chen", f"{MONDAY} 15:00", 30, title="Neck class", room_id=rooms[1].id, **gym)
        large = rooms[1].public_id
        transact(lambda: setattr(db.session.get(Practice, cast.riverside.id), "timetable_version", 99))
    desk = browse(cast.dana, staff=True)
    desk.submit(desk.page(f"{DESK}/groups/{number}/seat?who={cast.walter.public_id}"))
    page = desk.submit(desk.page(f"{DESK}/groups/{number}/move"), at="other", time="15:00", room=large)
    assert page.status == 409 and "The room is taken then." in page.text
    page = desk.submit(page, know="1")
    assert page.h1 == "Back class" and "Large" in page.text
    history = desk.page(f"/staff/riverside/people/{cast.walter.public_id}/history").text
    assert "Appointment moved to another room, knowingly (without a free room)" in history


def test_an_undo_of_a_groups_move_that_came_too_late_leads_to_what_is_in_the_way(cast, browse, app, group):
    desk = browse(cast.dana, staff=True)
    moved = desk.submit(desk.page(f"{DESK}/groups/{group}/move"), at=str(instant(f"{MONDAY} 16:00")))
    with app.app_context():
        visit(cast, "walter", "olivier_dubois", f"{MONDAY} 15:00")
    page = desk.submit(moved, "/move/back")
    assert page.h1 == "Move Back class" and "Something else is booked at that time." in page.text
    desk.submit(desk.page(f"{DESK}/groups/{group}"), seats="3")
    assert "Somebody changed this in the meantime" in desk.submit(moved, "/move/back").text


def test_a_stale_move_of_a_group_shows_what_is_now(cast, browse, app, group):
    tom, dana = browse(cast.tom, staff=True), browse(cast.dana, staff=True)
    stale = tom.page(f"{DESK}/groups/{group}/move")
    dana.submit(dana.page(f"{DESK}/groups/{group}/move"), at="other", time="16:00")
    page = tom.submit(stale, at="other", time="13:30")
    assert page.status == 409 and "It is now: Monday 14 December, 4pm to 4:30pm, Olivier Dubois." in page.text
    assert browse(cast.maya, staff=True).get(f"{DESK}/groups/{group}/move").status_code == 404
    assert dana.post(f"{DESK}/groups/{group}/move/back", headers={"Origin": "http://localhost"}).status_code in (400, 404)


def test_a_group_is_no_block_and_a_block_no_group(cast, browse, app, group):
    with app.app_context():
        number = block(cast, "olivier_dubois", f"{MONDAY} 13:00").public_id
    desk = browse(cast.dana, staff=True)
    assert desk.get(f"{DESK}/blocks/{group}").status_code == 404
    assert desk.get(f"{DESK}/groups/{number}").status_code == 404
    assert browse(cast.maya, staff=True).get(f"{DESK}/groups/{group}").status_code == 404


# --- companions and series ---


@pytest.fixture
def walter(app, cast):
    with app.app_context():
        return f"{DESK}/appointments/{visit(cast, 'walter', 'olivier_dubois', f'{MONDAY} 13:00').public_id}"


def test_who_comes_along_is_a_name_on_the_page_and_a_number_in_the_calendar(cast, browse, app, walter):
    desk = browse(cast.dana, staff=True)
    page = desk.submit(desk.page(walter), "/companions", name="Rosa Brandt", relation="daughter")
    assert "Rosa Brandt, daughter" in page.text
    assert "1pm Walter Brandt +1" in desk.page(f"{DESK}/calendar?date={MONDAY}").text
    with app.app_context():
        rosa = db.session.scalars(select(Companion)).one()
    assert desk.post(f"{walter}/companions/{rosa.id}/remove", headers={"Origin": "http://localhost"}).status_code != 302, (
        "no counting number opens anything"
    )
    page = desk.submit(page, "/remove")
    assert "Rosa" not in page.text
    with app.app_context():
        assert not db.session.scalar(select(func.count()).select_from(Companion))


def test_a_companion_without_a_name_is_asked_for_one(cast, browse, walter):
    desk = browse(cast.dana, staff=True)
    page = desk.submit(desk.page(walter), "/companions", relation="daughter")
    assert page.status == 422 and "Enter a name" in page.text and page.all("input", name="relation")[0].get("value") == "daughter"
    assert "".join(page.all("title")[0].itertext()).startswith("Error: ")


def test_repeating_lists_what_could_not_be_had(cast, browse, app, walter):
    with app.app_context():
        block(cast, "olivier_dubois", "2026-12-15 13:00", title="Training")
    desk = browse(cast.dana, staff=True)
    page = desk.submit(desk.page(f"{walter}/repeat"), times="3", every_days="1")
    assert "1 could not be booked" in page.text and "Tuesday 15 December at 1pm: Something else is booked at that time." in page.text
    assert "Booked:Wednesday 16 December, 1pm to 1:30pm" in page.text
    page = desk.page(walter)
    assert "Repeats" in page.text


def test_this_one_and_all_that_follow_are_cancelled_together(cast, browse, app, walter):
    desk = browse(cast.dana, staff=True)
    desk.submit(desk.page(f"{walter}/repeat"), times="3", every_days="1")
    page = desk.page(f"{walter}/cancel")
    assert "2 more" in page.text
    desk.submit(page, which="following")
    with app.app_context():
        rows = db.session.scalars(select(Appointment).where(Appointment.series_id.is_not(None))).all()
        assert len(rows) == 3 and all(one.is_cancelled for one in rows)


def test_this_one_and_all_that_follow_move_together(cast, browse, app, walter):
    desk = browse(cast.dana, staff=True)
    desk.submit(desk.page(f"{walter}/repeat"), times="2", every_days="1")
    desk.submit(desk.page(f"{walter}/move"), at=str(instant(f"{MONDAY} 14:00")), which="following")
    with app.app_context():
        rows = db.session.scalars(select(Appointment).where(Appointment.series_id.is_not(None)).order_by(Appointment.starts_at)).all()
        assert [one.wall_start for one in rows] == ["2026-12-14T14:00", "2026-12-15T14:00"]


# --- a colleague stands in ---


def test_half_a_day_goes_to_a_colleague_after_it_was_shown(cast, browse, app):
    with app.app_context():
        visit(cast, "walter", "olivier_dubois", f"{MONDAY} 13:00")
        visit(cast, "priya", "olivier_dubois", f"{MONDAY} 14:00")
        visit(cast, "anya", "maya_chen", f"{MONDAY} 14:00")
    desk = browse(cast.dana, staff=True)
    page = desk.page(f"{DESK}/cover?with={OLIVIER}&date={MONDAY}&part=afternoon&to={MAYA}")
    assert "Can move" in page.text and "Something else is booked at that time." in page.text
    ticked = [one.get("value") for one in page.all("input", type="checkbox", name="one")]
    assert len(ticked) == 1
    page = desk.submit(page)
    assert "1 appointment moved to Maya Chen." in page.text
    with app.app_context():
        who = {
            one.wall_start[11:]: one.practitioner.name
            for one in db.session.scalars(select(Appointment).where(Appointment.wall_start.startswith(MONDAY)))
        }
        assert who["13:00"] == "Maya Chen" and sorted(db.session.scalars(select(OutboxMail.template))) == []  # Walter Brandt has no email


def test_standing_in_is_for_who_sees_everybody(cast, browse):
    assert browse(cast.maya, staff=True).get(f"{DESK}/cover").status_code == 404
    assert "Nobody is booked then." in browse(cast.tom, staff=True).page(f"{DESK}/cover?with={OLIVIER}&date=2027-03-01").text
    assert browse(cast.tom, staff=True).get(f"{DESK}/cover?with=nobody").status_code == 404
