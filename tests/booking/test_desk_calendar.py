"""The calendar's pages: who sees whom, what a day and a week say, gaps that can be pressed, and what changes meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.models import Appointment, Companion, Practitioner, Service
from booking.seed_crowd import seed_coming
from portal.database import db, transact
from portal.models import LedgerLine, Profile, SessionRow
from portal.seed import BEAU_RIVAGE
from tests.booking.desk_world import MAYA, OLIVIER, block, instant, visit
from tests.reader import HTML

CALENDAR = "/desk/riverside/calendar"


@pytest.fixture
def busy(cast, app):
    with app.app_context():
        transact(seed_coming, app.config["CLOCK"]())
    return cast


def head(page) -> list[str]:
    """The names over the columns, without what is said of each."""
    return [
        " ".join("".join(words for words in (one.find(f"{HTML}a") if one.find(f"{HTML}a") is not None else one).itertext()).split())
        for one in page.all("th", scope="col")
    ]


def test_a_day_has_a_column_for_each_who_is_here_with_what_is_booked_and_free(busy, browse):
    page = browse(busy.dana, staff=True).page(CALENDAR)
    assert page.h1 == "Thursday 10 December"
    assert head(page) == ["Time", "Maya Chen", "Olivier Dubois", "Ravi Kumar", "Dr. Ines Roy"]
    assert "Not here: Noah Levy." in page.text
    assert "3pm Walter Brandt" in page.text


def test_free_time_is_a_link_that_says_when_with_whom_and_how_long(busy, browse):
    links = browse(busy.dana, staff=True).page(f"{CALENDAR}?date=2026-12-14").links()
    assert links["1pm with Olivier Dubois: free, 4 hours. Book"] == f"book?at={instant('2026-12-14 13:00')}&with={OLIVIER}"
    assert "4pm with Olivier Dubois: free, 1 hour. Book" in links


def test_an_appointment_takes_its_pause_out_of_the_free_time(busy, browse, app):
    with app.app_context():
        visit(busy, "walter", "olivier_dubois", "2026-12-14 13:00", after_minutes=5)
    links = browse(busy.dana, staff=True).page(f"{CALENDAR}?date=2026-12-14").links()
    assert any(words.startswith("1:35pm with Olivier Dubois: free, 3 hours 25 minutes") for words in links)


def test_what_is_over_is_no_gap(busy, browse):
    links = browse(busy.dana, staff=True).page(CALENDAR).links()
    assert not [words for words in links if words.startswith("9am with")]
    assert [words for words in links if words.startswith("10am with Olivier Dubois")]


def test_two_at_one_time_stand_side_by_side(busy, browse, app):
    with app.app_context():
        visit(busy, "walter", "olivier_dubois", "2026-12-14 13:00", 60)
        visit(busy, "priya", "olivier_dubois", "2026-12-14 13:30", lane=1)
    page = browse(busy.dana, staff=True).page(f"{CALENDAR}?date=2026-12-14")
    (column,) = [one for one in page.all("th", scope="col") if "Olivier" in "".join(one.itertext())]
    assert column.get("colspan") == "2"
    assert "1pm Walter Brandt" in page.text and "1:30pm Priya Shah" in page.text


def test_states_are_said_in_words_and_the_cancelled_are_gone(busy, browse, app):
    with app.app_context():
        visit(busy, "walter", "olivier_dubois", "2026-12-14 13:00", status="arrived")
        visit(busy, "priya", "olivier_dubois", "2026-12-14 14:00", status="noshow")
        visit(busy, "anya", "olivier_dubois", "2026-12-14 15:00", status="cancelled", cancelled_at=datetime(2026, 12, 1, tzinfo=UTC))
    text = browse(busy.dana, staff=True).page(f"{CALENDAR}?date=2026-12-14").text
    assert "Walter Brandt Arrived" in text and "Priya Shah Did not come" in text and "Anya" not in text


def test_blocks_and_groups_are_named_and_seats_counted_in_their_group(busy, browse, app):
    with app.app_context():
        block(busy, "olivier_dubois", "2026-12-14 13:00", title="Team meeting")
        group = block(busy, "olivier_dubois", "2026-12-14 15:00", title="Back class", seats=8, service_id=busy.follow_up.id)
        visit(busy, "walter", "olivier_dubois", "2026-12-14 15:00", group_id=group.id, lane=1)
    page = browse(busy.dana, staff=True).page(f"{CALENDAR}?date=2026-12-14")
    assert "1pm Team meeting" in page.text and "3pm Back class 1 of 8 seats" in page.text
    assert "Walter" not in page.text
    assert not any(words.startswith(("1pm with Olivier", "3pm with Olivier")) for words in page.links())


def test_a_closed_day_and_a_day_away_say_so(busy, browse):
    desk = browse(busy.dana, staff=True)
    assert "Nobody works on this day. Closed: Winter break." in desk.page(f"{CALENDAR}?date=2026-12-25").text
    assert "Away" in desk.page(f"{CALENDAR}?date=2027-01-08&with={MAYA}").text


def test_a_week_of_one_has_days_across_and_of_everybody_a_line_for_each(busy, browse):
    desk = browse(busy.dana, staff=True)
    one = desk.page(f"{CALENDAR}?date=2026-12-16&view=week&with={MAYA}")
    assert one.h1 == "Week of Monday 14 December"
    assert [words.split()[0] for words in head(one)] == ["Time", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    everybody = desk.page(f"{CALENDAR}?date=2026-12-16&view=week")
    assert [" ".join("".join(th.itertext()).split()) for th in everybody.all("th", scope="row")][:2] == ["Maya Chen", "Olivier Dubois"]
    assert "1pm to 5pm, Wed 16 Dec, with Olivier Dubois: free, 4 hours. Book" in everybody.links()


def test_rooms_can_stand_side_by_side(busy, browse):
    page = browse(busy.dana, staff=True).page(f"{CALENDAR}?by=room")
    assert head(page) == ["Time", "Room 1", "Room 2", "Gym"]
    assert "3pm Walter Brandt" in page.text


def test_a_practitioner_sees_their_own_calendar_only(busy, browse):
    maya = browse(busy.maya, staff=True)
    page = maya.page(f"{CALENDAR}?date=2026-12-11")
    assert head(page)[1:] == ["Maya Chen"] and "Priya Shah" in page.text
    assert "Olivier" not in page.html and not page.all("input", type="checkbox")
    assert maya.get(f"{CALENDAR}?with={OLIVIER}").status_code == 404
    assert maya.get(f"{CALENDAR}?with={MAYA}").status_code == 200
    assert "Walter" not in maya.page(CALENDAR).text, "he is with Ravi Kumar"
    assert "Walter" not in maya.page(f"{CALENDAR}?by=room").text


def test_a_practitioner_without_a_calendar_is_told_so(busy, browse, app):
    with app.app_context():
        transact(lambda: setattr(db.session.scalar(select(Practitioner).where(Practitioner.public_id == MAYA)), "staff_member_id", None))
    assert "Your sign-in belongs to no practitioner" in browse(busy.maya, staff=True).page(CALENDAR).text


def test_only_staff_of_this_practice_get_the_calendar(cast, browse):
    expected = {"dana": 200, "tom": 200, "maya": 200, "sylvie": 404, "priya": 404}
    for path in (CALENDAR, f"{CALENDAR}/state"):
        assert {name: browse(getattr(cast, name), staff=True).get(path).status_code for name in expected} == expected
    assert browse(cast.tom, staff=True).get(f"/desk/{BEAU_RIVAGE}/calendar").status_code == 404


@pytest.mark.parametrize("typed", ["tomorrow", "2026-13-40", "0001-01-01", "٢٠٢٦-١٢-١٠"])
def test_what_is_no_day_gets_a_sentence(cast, browse, typed):
    page = browse(cast.dana, staff=True).page(CALENDAR, query_string={"date": typed})
    assert page.status == 422 and "There is a problem" in page.text


@pytest.mark.parametrize("day", ["2000-01-01", "2099-12-31", "2026-03-08", "2026-11-01"])
def test_the_ends_of_the_calendar_and_days_on_which_the_clock_changes_are_pages(cast, browse, day):
    desk = browse(cast.dana, staff=True)
    assert desk.page(f"{CALENDAR}?date={day}").status == 200
    assert desk.page(f"{CALENDAR}?date={day}&view=week").status == 200


def test_everybody_shown_can_read_who_looked(busy, browse, app):
    browse(busy.dana, staff=True).page(f"{CALENDAR}?date=2026-12-11&with={MAYA}")
    with app.app_context():
        assert db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed")).all() == [busy.profile("priya").id]


def mark_of(page) -> str:
    return next(one.get("data-calendar") for one in page.all("div") if one.get("data-calendar"))


def test_other_peoples_changes_come_only_when_there_are_some(busy, browse, app):
    desk = browse(busy.dana, staff=True)
    query = f"date=2026-12-14&with={OLIVIER}"
    mark = mark_of(desk.page(f"{CALENDAR}?{query}"))
    assert desk.get(f"{CALENDAR}/state?{query}&mark={mark}").status_code == 204
    with app.app_context():
        row = visit(busy, "walter", "olivier_dubois", "2026-12-14 13:00")
    answer = desk.get(f"{CALENDAR}/state?{query}&mark={mark}")
    assert answer.status_code == 200 and "Walter Brandt" in answer.text and "<h1" not in answer.text
    mark = answer.text.partition('data-calendar="')[2][:16]
    assert desk.get(f"{CALENDAR}/state?{query}&mark={mark}").status_code == 204
    with app.app_context():
        transact(lambda: setattr(db.session.get(Appointment, row.id), "status", "arrived"))
    assert "Arrived" in desk.get(f"{CALENDAR}/state?{query}&mark={mark}").text


def test_a_calendar_looked_at_again_is_what_it_is_now_and_nobody_elses(busy, browse, app, clock):
    """It is kept while nothing has changed: for the same people, in the same language, at the same time of day."""
    page, week = f"{CALENDAR}?date=2026-12-10", f"{CALENDAR}?date=2026-12-10&view=week"
    first = browse(busy.dana, staff=True).get(page).text
    assert browse(busy.tom, staff=True).get(page).text.count('class="appt') == first.count('class="appt') > 0
    assert "réserver" not in first.lower() and "réserver" in browse(busy.dana, staff=True).get(f"{page}&lang=fr").text.lower()
    assert (
        "Olivier Dubois" in browse(busy.dana, staff=True).get(week).text
        and "Olivier Dubois" not in browse(busy.maya, staff=True).get(week).text
    )
    clock.at += timedelta(hours=3)
    later = browse(busy.dana, staff=True).get(page).text
    assert later.count('class="free') < first.count('class="free')
    with app.app_context():
        transact(_call_all_services, "Knee care")
    assert "Knee care" in browse(busy.dana, staff=True).get(page).text


def _call_all_services(name: str) -> None:
    for service in db.session.scalars(select(Service)):
        service.name = name


def test_who_comes_along_and_how_somebody_is_called_are_changes_too(busy, browse, app):
    desk, query = browse(busy.dana, staff=True), f"date=2026-12-14&with={OLIVIER}"
    with app.app_context():
        row = visit(busy, "walter", "olivier_dubois", "2026-12-14 13:00")
        common = dict(practice_id=row.practice_id, created_at=row.created_at, created_by_id=busy.staff("dana").id)
    mark = mark_of(desk.page(f"{CALENDAR}?{query}"))
    changes = (
        lambda: db.session.add(Companion(appointment_id=row.id, name="Rosa", **common)),
        lambda: db.session.delete(db.session.scalars(select(Companion)).one()),
        lambda: setattr(db.session.get(Profile, row.profile_id), "staff_alert", ""),
        lambda: setattr(db.session.get(Profile, row.profile_id), "family_name", "Brandl"),
        lambda: setattr(db.session.get(Profile, row.profile_id), "provisional_at", row.created_at),
    )
    for n, change in enumerate(changes):
        with app.app_context():
            transact(change)
        answer = desk.get(f"{CALENDAR}/state?{query}&mark={mark}")
        assert answer.status_code == 200, n
        mark = answer.text.partition('data-calendar="')[2][:16]
        assert desk.get(f"{CALENDAR}/state?{query}&mark={mark}").status_code == 204, "the page and the poll say the same"


def test_a_calendar_left_open_ends_its_session_like_any_page_left_alone(cast, browse, clock, app):
    desk = browse(cast.dana, staff=True)
    desk.page(CALENDAR)
    with app.app_context():
        before = db.session.scalars(select(SessionRow.last_seen_at)).all()
    clock.forward(minutes=10)
    assert desk.get(f"{CALENDAR}/state").status_code == 200
    with app.app_context():
        assert db.session.scalars(select(SessionRow.last_seen_at)).all() == before
    clock.forward(minutes=25)
    assert desk.get(f"{CALENDAR}/state").status_code == 302
