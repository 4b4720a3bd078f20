"""A practitioner's calendar under a private address: off until made, discreet unless asked, gone when it is stopped or its people leave."""

import pytest
from icalendar import Calendar
from sqlalchemy import Engine, event, select

from booking.ics_in import taken
from booking.models import Block, CalendarSource, Location, Practitioner
from booking.seed_crowd import seed_coming
from portal.database import db, transact
from portal.models import LedgerLine, Profile, StaffMember
from portal.seed import name_id
from tests.portal.homes import change

MAYA = name_id("practitioner maya")
HERS = f"/desk/riverside/calendars/{MAYA}"


@pytest.fixture
def busy(cast, app, clock):
    with app.app_context():
        transact(seed_coming, clock())
    return cast


def made(browser, shows: str = "busy") -> str:
    """The path of a new address."""
    page = browser.submit(browser.page(HERS), "/feed", shows=shows)
    return page.all("input", id="private")[0].get("value").removeprefix("https://booking.example")


def events(browse, path: str) -> list:
    answer = browse().get(path)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_it_is_off_until_somebody_makes_it_and_shown_once(busy, browse):
    browser = browse(busy.dana, staff=True)
    assert "It is off now." in browser.page(HERS).text
    path = made(browser)
    page = browser.page(HERS)
    assert path not in page.html and "made by Dana Wright. It shows only when they are busy." in page.text


def test_it_tells_nothing_but_when_they_are_busy(busy, browse):
    found = events(browse, made(browse(busy.dana, staff=True)))
    assert found and {str(one["summary"]) for one in found} == {"Busy"}
    assert all(set(one) <= {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "CLASS"} for one in found)


def test_with_names_it_tells_who_comes_and_nothing_else(busy, browse, app):
    def alert():
        for one in db.session.scalars(db.select(Profile)):
            one.staff_alert, one.phone = "zzalert", "+14165550100"

    with app.app_context():
        transact(alert)
    path = made(browse(busy.dana, staff=True), "names")
    names = {str(one["summary"]) for one in events(browse, path)}
    assert "Priya Shah" in names
    text = browse().get(path).text
    assert "zzalert" not in text and "4165550100" not in text and "DESCRIPTION" not in text and "@example.com" not in text


def test_a_new_address_closes_the_old_one_and_stopping_closes_it_for_good(busy, browse):
    browser = browse(busy.dana, staff=True)
    first = made(browser)
    second = made(browser)
    assert browse().get(first).status_code == 404 and browse().get(second).status_code == 200
    browser.submit(browser.page(HERS), "/feed", stop="1")
    assert browse().get(second).status_code == 404 and "It is off now." in browser.page(HERS).text


@pytest.mark.parametrize("leaves", ["practitioner", "own", "maker"])
def test_it_ends_when_its_people_leave(busy, browse, app, clock, leaves):
    path = made(browse(busy.tom, staff=True))
    rows = {
        "practitioner": (Practitioner, busy.maya_chen.id),
        "own": (StaffMember, busy.staff("maya").id),
        "maker": (StaffMember, busy.staff("tom").id),
    }
    with app.app_context():
        transact(lambda: setattr(db.session.get(*rows[leaves]), "left_at", clock()))
    assert browse().get(path).status_code == 404
    said = {
        "maker": "was made by Tom Reid, who has left since, so it shows nothing any more.",
        "own": "The sign-in of Maya Chen has ended, so the private address shows",
    }
    if leaves in said:
        assert said[leaves] in browse(busy.dana, staff=True).page(HERS).text


def test_it_ends_when_the_role_of_who_made_it_does_not_see_that_calendar_any_more(busy, browse, app):
    path = made(browse(busy.tom, staff=True), "names")
    with app.app_context():
        transact(lambda: setattr(db.session.get(StaffMember, busy.staff("tom").id), "role", "practitioner"))
    assert browse().get(path).status_code == 404
    text = browse(busy.dana, staff=True).page(HERS).text
    assert "was made by Tom Reid, who does not see this calendar any more, so it shows nothing." in text and "has left" not in text


def test_making_one_asks_for_the_password_again_and_stopping_does_not(busy, browse, clock):
    browser = browse(busy.dana, staff=True)
    path = made(browser)
    page = browser.page(HERS)
    clock.forward(minutes=11)
    assert "/prove" in browser.submit(page, "/feed", follow=False, shows="names").response.headers["Location"]
    assert browse().get(path).status_code == 200
    browser.submit(page, "/feed", stop="1")
    assert browse().get(path).status_code == 404


def test_staff_blocks_are_in_it_and_imported_entries_are_not(busy, browse, app, clock):
    def write():
        place = db.session.scalar(select(Location.id).where(Location.practice_id == busy.riverside.id))
        source = CalendarSource(
            practice_id=busy.riverside.id,
            practitioner_id=busy.maya_chen.id,
            name="x",
            created_at=clock(),
            created_by_id=busy.staff("dana").id,
        )
        db.session.add(source)
        db.session.flush()
        same = {"practice_id": busy.riverside.id, "practitioner_id": busy.maya_chen.id, "location_id": place, "created_at": clock()}
        hour = {"starts_at": clock().replace(hour=21), "ends_at": clock().replace(hour=22)}
        db.session.add_all(
            [Block(title="Team meeting", **hour, **same), Block(title="Dentist", source_id=source.id, uid="a", **hour, **same)]
        )

    with app.app_context():
        transact(write)
    names = {str(one["summary"]) for one in events(browse, made(browse(busy.dana, staff=True), "names"))}
    assert "Team meeting" in names and "Dentist" not in names
    assert "Team meeting" not in browse().get(made(browse(busy.dana, staff=True))).text


@pytest.mark.parametrize("name", ["Eve\r\nATTENDEE:mailto:x@example.com", "A;B,C\\n", "\u2028X"])
def test_a_name_begins_no_other_property(busy, browse, app, name):
    with app.app_context():
        transact(lambda: [setattr(one, "given_name", name) for one in db.session.scalars(db.select(Profile))])
    path = made(browse(busy.dana, staff=True), "names")
    assert b"\nATTENDEE" not in browse().get(path).data
    assert not [one for one in events(browse, path) if "ATTENDEE" in one]


@pytest.mark.parametrize("token", ["x", "WzEsImEiXQ.abc", "a" * 3000, "%F0%9F%98%80", "..%2f"])
def test_a_forged_address_is_not_there(cast, browse, token):
    assert browse().get(f"/calendar/practitioner/{token}.ics").status_code == 404


def test_the_address_of_a_person_is_none_of_a_practitioner(cast, browse):
    browser = browse(as_=cast.priya)
    own = next(
        field.get("value")
        for field in browser.submit(browser.page("/appointments/calendar"), "calendar").all("input")
        if field.get("id") == "address"
    )
    assert browse().get("/calendar/practitioner/" + own.rpartition("/")[2]).status_code == 404


def test_who_cannot_see_the_calendar_makes_no_address(busy, browse):
    browser = browse(busy.maya, staff=True)
    token = browser.page(HERS).form()["csrf_token"]
    other = f"/desk/riverside/calendars/{name_id('practitioner olivier')}/feed"
    assert browser.post(other, data={"csrf_token": token, "shows": "names"}, headers={"Origin": "http://localhost"}).status_code == 404
    assert (
        browser.post(f"{HERS}/feed", data={"csrf_token": token, "shows": "everything"}, headers={"Origin": "http://localhost"}).status_code
        == 400
    )


def test_a_calendar_that_subscribes_to_both_sides_does_not_block_itself(busy, browse):
    out = browse().get(made(browse(busy.dana, staff=True))).text
    assert taken(out, "America/Toronto", 0, 2_000_000_000, 5000) == ([], True)


def test_who_comes_back_to_work_here_brings_no_old_address_along(busy, browse, app, clock):
    path = made(browse(busy.dana, staff=True))
    clock.forward(days=1)
    change(app, busy.staff("dana"), created_at=clock())  # as joining again does
    assert browse().get(path).status_code == 404
    assert "was made by Dana Wright, who has left since" in browse(busy.tom, staff=True).page(HERS).text


def test_who_comes_is_told_once_a_day_that_the_address_was_read_however_often(busy, browse, app, clock):
    path = made(browse(busy.tom, staff=True), "names")
    for day in (1, 2):
        people = {str(one["summary"]) for one in events(browse, path) + events(browse, path) + events(browse, path)} - {"Busy"}
        with app.app_context():
            lines = list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "viewed", LedgerLine.account_id == busy.tom.id)))
            told = [db.session.get(Profile, line.profile_id).name for line in lines if line.at == clock()]
            assert people and sorted(told) == sorted(set(told)) == sorted(people), day
        clock.forward(days=1)


def test_an_address_that_tells_nobody_leaves_no_trace_and_one_that_is_looked_up_again_writes_nothing(busy, browse, app):
    quiet = made(browse(busy.tom, staff=True), "busy")
    events(browse, quiet)
    with app.app_context():
        assert not db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "viewed")).all()
    path = made(browse(busy.tom, staff=True), "names")
    events(browse, path)
    said = []

    def listen(*told):
        said.append(told[2])

    event.listen(Engine, "before_cursor_execute", listen)
    events(browse, path)
    event.remove(Engine, "before_cursor_execute", listen)
    assert said and not [one for one in said if not one.startswith(("SELECT", "BEGIN"))]
