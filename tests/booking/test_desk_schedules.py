"""Pages about schedules: hours typed as people speak, days off, closures, holidays; nothing is saved by looking."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from booking.models import Appointment, Break, Closure, DateOverride, HolidayWorked, Location, OpeningHours, TimeOff
from booking.seed_visits import Desk, write
from booking.timetable import timetable
from portal.database import db, transact
from portal.models import LedgerLine, OutboxMail
from portal.seed import RIVERSIDE, name_id
from tests.mails import letter_to
from tests.reader import Page

MAYA, OLIVIER, CAMILLE = (name_id(f"practitioner {key}") for key in ("maya", "olivier", "camille"))
HOURS, OFF = f"/desk/riverside/schedules/{MAYA}/hours", f"/desk/riverside/schedules/{MAYA}/days-off"


@pytest.fixture
def dana(cast, browse):
    return browse(cast.dana, staff=True)


def rows(app, model, **where):
    with app.app_context():
        return db.session.scalars(select(model).filter_by(**where).order_by(model.id)).all()


def booked(app, clock, who="priya", year=2026, month=12, day=14, hour=11):
    """An appointment with Maya Chen; Toronto is five hours behind."""

    def writing():
        desk = Desk.open()
        start = int(datetime(year, month, day, hour + 5, tzinfo=UTC).timestamp())
        write([desk.at(f"{who} {day} {hour}", who, RIVERSIDE, "maya", "follow-up", start, "booked")], clock())

    with app.app_context():
        transact(writing)


# --- hours ---


def test_the_boxes_say_the_hours_as_people_would(dana):
    page = dana.page(HOURS)
    boxes = {one.get("name"): one.get("value") for one in page.all("input", autocomplete="off") if one.get("name")}
    assert [boxes[day] for day in ("mon", "tue", "thu", "sat", "sun")] == [
        "8am to 4:30pm",
        "8am to 12:30pm, 1pm to 5pm",
        "midday to 8pm",
        "9am to 1pm",
        "",
    ]
    assert page.form()["start"] == "2026-12-10"


def test_checking_shows_the_effect_and_saves_nothing(dana, app):
    before = rows(app, OpeningHours)
    page = dana.submit(dana.page(HOURS), mon="9-12, 1-4", start="2026-12-14")
    assert page.status == 200 and "Before you save" in page.text and "Nothing is saved yet." in page.text
    assert "We read: 9am to midday, 1pm to 4pm" in page.text
    assert "times close for patients between Monday 14 December and" in page.text
    assert [(row.id, row.valid_until) for row in rows(app, OpeningHours)] == [(row.id, row.valid_until) for row in before]


def test_what_was_shown_is_saved_from_its_first_day(dana, app):
    page = dana.submit(dana.page(HOURS), mon="9-12, 1-4", start="2026-12-14")
    page = dana.submit(page, do="save")
    assert "The hours of Maya Chen are saved." in page.text
    with app.app_context():
        from_new = db.session.scalars(
            select(OpeningHours).where(OpeningHours.valid_from.is_not(None), OpeningHours.weekday == 0, OpeningHours.opens < 900)
        ).all()
        assert sorted((row.opens, row.closes, str(row.valid_from)) for row in from_new) == [
            (540, 720, "2026-12-14"),
            (780, 960, "2026-12-14"),
        ]
    assert page.form()["mon"] == "9am to midday, 1pm to 4pm"


def test_what_was_typed_after_the_look_is_looked_at_again(dana, app):
    page = dana.submit(dana.page(HOURS), mon="9-12", start="2026-12-14")
    page = dana.submit(page, do="save", mon="10-11")
    assert "Before you save" in page.text and not [row for row in rows(app, OpeningHours) if row.opens == 600 and row.closes == 660]
    assert "are saved" in dana.submit(page, do="save").text


def test_a_save_that_was_never_shown_is_shown_first(dana, app):
    before = len(rows(app, OpeningHours))
    page = dana.submit(dana.page(HOURS), do="save", mon="9-12")
    assert "Before you save" in page.text and len(rows(app, OpeningHours)) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"mon": "9am to"}, "Monday: we could not read 9am to. Write it like 9am to 5pm"),
        ({"mon": "12pm to 3pm, 1pm to 5pm"}, "Monday: 1pm to 5pm overlaps 12pm to 3pm"),
        ({"tue": "5pm to 9am"}, "Tuesday: the end must be after the start"),
        ({"start": "2026-12-09"}, "Start date must be today or later"),
        ({"start": "soon"}, "Enter a day as year-month-day"),
        ({"start": ""}, "Enter the day these hours start on"),
        ({"until": "2026-12-09"}, "The last day must be the start date or later"),
        ({"services": "some"}, "Select at least one service"),
    ],
)
def test_errors_say_what_is_wrong_and_keep_what_was_typed(dana, typed, said):
    page = dana.submit(dana.page(HOURS), wed="9-3", **typed)
    assert page.status == 422 and said in page.text and "There is a problem" in page.text and "Before you save" not in page.text
    assert page.form()["wed"] == "9-3" and all(page.form().get(name) == value for name, value in typed.items() if name != "services")


def test_an_appointment_outside_is_named_with_its_telephone_and_stays_booked(dana, app, clock):
    booked(app, clock)
    page = dana.submit(dana.page(HOURS), mon="12pm to 4pm", start="2026-12-14")
    assert "1 booked appointment is outside the new hours. It stays booked." in page.text
    assert "Monday 14 December at 11am, Priya Shah" in page.text
    page = dana.submit(page, do="save")
    assert rows(app, Appointment)[-1].status == "booked" and not rows(app, OutboxMail, template="outside")
    assert "1 booked appointment is outside the hours." in dana.page("/desk/riverside/schedules").text


def test_those_outside_are_told_once_if_staff_want(dana, app, clock):
    booked(app, clock)
    page = dana.submit(dana.page(HOURS), mon="12pm to 4pm", start="2026-12-14")
    page = dana.submit(page, do="save", tell="y")
    assert "1 person is told by email." in page.text
    assert [mail.to_address for mail in rows(app, OutboxMail, template="outside")] == ["priya@example.com"]
    assert rows(app, LedgerLine, verb="told_outside")
    page = dana.page("/desk/riverside/schedules/outside")
    assert "Priya Shah" in page.text and "Told 1 minute ago" in page.text and not page.all("input", type="checkbox")


def test_the_list_of_those_outside_tells_them_later_and_only_once(dana, app, clock):
    booked(app, clock)
    dana.submit(dana.submit(dana.page(HOURS), mon="12pm to 4pm", start="2026-12-14"), do="save")
    page = dana.page("/desk/riverside/schedules/outside")
    (box,) = page.all("input", type="checkbox")
    for _twice in range(2):
        dana.submit(page, "/tell", who=box.get("value"))
    assert len(rows(app, OutboxMail, template="outside")) == 1


def test_the_letter_names_the_time_and_the_next_step(dana, app, clock):
    booked(app, clock)
    dana.submit(dana.submit(dana.page(HOURS), mon="12pm to 4pm", start="2026-12-14"), do="save", tell="y")
    with app.app_context():
        letter = letter_to("priya@example.com", "outside")
    assert letter.subject == "We need to find another time: your appointment on Monday 14 December at 11am"
    assert (
        "It stays booked until we have found another time together. We will get in touch with you." in letter.text and not letter.enclosures
    )


def test_two_who_edit_one_week_the_second_sees_what_holds_now(cast, browse, app):
    first, second = browse(cast.dana, staff=True), browse(cast.maya, staff=True)
    one, other = first.page(HOURS), second.page(HOURS)
    first.submit(first.submit(one, mon="10am to 2pm"), do="save")
    page = second.submit(other, mon="9am to 1pm")
    assert page.status == 409 and "Somebody changed this in the meantime." in page.text
    assert "Now 10am to 2pm" in page.text and page.form()["mon"] == "9am to 1pm"
    assert "are saved" in second.submit(page, do="save").text


def test_changed_between_the_look_and_the_save_is_not_overwritten(cast, browse):
    first, second = browse(cast.dana, staff=True), browse(cast.maya, staff=True)
    page = second.submit(second.page(HOURS), mon="9am to 1pm")
    first.submit(first.submit(first.page(HOURS), tue="10am to 2pm"), do="save")
    page = second.submit(page, do="save")
    assert page.status == 409 and "Now 10am to 2pm" in page.text


def test_hours_planned_for_later_are_told_and_stay(dana):
    page = dana.page(f"/desk/riverside/schedules/{OLIVIER}/hours")
    assert "other hours are planned already for Monday: 4pm to 8pm. They stay." in page.text


def test_hours_for_one_service_only(dana, app, cast):
    page = dana.submit(dana.page(HOURS), services="some", only=[name_id("service pelvic")], sun="9-12")
    assert "are saved" in dana.submit(page, do="save").text
    with app.app_context():
        sundays = db.session.scalars(select(OpeningHours).where(OpeningHours.weekday == 6)).all()
        pelvic = timetable(cast.riverside).service(name_id("service pelvic")).id
        assert [row.service_ids for row in sundays] == [[pelvic]]


def test_hours_for_different_services_stay_so_where_nothing_was_typed(dana, app, cast):
    with app.app_context():
        pelvic = cast.pelvic.id
        transact(
            lambda: setattr(
                db.session.scalar(select(OpeningHours).where(OpeningHours.practitioner_id == cast.maya_chen.id, OpeningHours.weekday == 5)),
                "service_ids",
                [pelvic],
            )
        )
    page = dana.page(HOURS)
    assert page.all("input", name="services", value="keep")[0].get("checked") is not None
    dana.submit(dana.submit(page, mon="9-12"), do="save")
    with app.app_context():
        hours = db.session.scalars(select(OpeningHours).where(OpeningHours.practitioner_id == cast.maya_chen.id)).all()
        assert {row.weekday: row.service_ids for row in hours if row.valid_until is None} == {
            0: None,
            1: None,
            2: None,
            3: None,
            4: None,
            5: [pelvic],
        }


def small(dana, path: str, do: str, **data) -> Page:
    """Send one of the small forms of a page."""
    token = {one.get("name"): one.get("value") for one in dana.page(path).all("input", type="hidden") if "csrf" in one.get("name")}
    data = {**token, **data}
    return Page(dana.post(path, data={**data, "do": do}, follow_redirects=True, headers={"Origin": "http://localhost"}))


def marks(page: Page, prefix: str) -> dict:
    return {
        one.get("name"): one.get("value")
        for one in page.all("input", type="hidden")
        if one.get("name") in (f"{prefix}seen", f"{prefix}shown")
    }


def test_a_break_is_looked_at_saved_and_taken_out_again(dana, app):
    typed = {"b-weekday": "3", "b-hours": "5-5:30"}
    page = small(dana, HOURS, "check", **typed)
    assert "Before you save" in page.text and not rows(app, Break, weekday=3, begins=1020)
    assert "We read: 5pm to 5:30pm" in page.text
    assert "The break is saved." in small(dana, HOURS, "save", **typed, **marks(page, "b-")).text
    made = rows(app, Break, weekday=3, begins=1020)
    assert [(row.begins, row.ends) for row in made] == [(1020, 1050)]
    page = dana.page(f"/desk/riverside/schedules/{MAYA}/breaks/{made[0].id}")
    assert page.h1 == "Without the break 5pm to 5:30pm" and "new time" in page.text
    dana.submit(page, do="save")
    assert not rows(app, Break, weekday=3, begins=1020)


def test_a_break_of_one_date_needs_the_date(dana):
    page = small(dana, HOURS, "check", **{"b-weekday": "date", "b-hours": "5-5:30"})
    assert page.status == 422 and "Enter the date of the break, today or later" in page.text


# --- days off ---


def test_days_off_are_listed_with_how_many_are_booked(dana, app, clock):
    booked(app, clock, year=2027, month=1, day=8)
    page = dana.page(OFF)
    assert "1 booked" in page.text and "Friday 8 January" in page.text and "Wedding of a friend" in page.text
    assert "Clinic closed: Winter break" in page.text


def test_a_day_off_is_looked_at_and_saved_with_its_reason_for_staff_only(dana, app, browse, clock):
    booked(app, clock)
    page = dana.submit(dana.page(OFF), first="2026-12-14", last="2026-12-15", reason="Teeth")
    assert "1 booked appointment is outside the new hours" in page.text and not rows(app, TimeOff, private_reason="Teeth")
    page = dana.submit(page, do="save")
    (row,) = rows(app, TimeOff, private_reason="Teeth")
    assert (row.starts_at, row.ends_at) == (datetime(2026, 12, 14, 5, tzinfo=UTC), datetime(2026, 12, 16, 5, tzinfo=UTC))
    assert "1 booked" in page.text and "Teeth" in page.text
    assert "Teeth" not in browse().page(f"/at/riverside/book/when?what={name_id('service pelvic')}&with={MAYA}&day=2026-12-14").html


def test_some_hours_off(dana, app):
    page = dana.submit(dana.page(OFF), first="2026-12-14", to="11am", **{"from": "9am"})
    dana.submit(page, do="save")
    row = rows(app, TimeOff)[-1]
    assert (row.starts_at, row.ends_at) == (datetime(2026, 12, 14, 14, tzinfo=UTC), datetime(2026, 12, 14, 16, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first": "2026-12-14", "to": "5"}, "Monday 14 December, midnight to 5am"),  # meant was 5pm: seen before it is saved
        ({"first": "2026-12-14", "last": "2026-12-16", "from": "1pm"}, "Monday 14 December at 1pm to Thursday 17 December at midnight"),
        ({"first": "2026-12-14", "last": "2026-12-15"}, "Monday 14 December to Tuesday 15 December"),
    ],
)
def test_how_days_off_and_closures_were_read_is_said_before_they_are_saved(dana, typed, said):
    assert f"We read: {said}" in dana.submit(dana.page(OFF), **typed).text
    assert f"We read: {said}" in dana.submit(dana.page("/desk/riverside/closures"), name="Training", **typed).text


def test_how_other_hours_of_one_day_were_read_is_said_before_they_are_saved(dana):
    assert "We read: 9am to 1pm, 2pm to 6pm" in small(dana, OFF, "check", **{"o-on_date": "2026-12-14", "o-hours": "9-1, 2-6"}).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first": ""}, "Enter the first day"),
        ({"first": "2026-12-14", "last": "2026-12-13"}, "The last day must be the first day or later"),
        ({"first": "2026-12-01", "last": "2026-12-02"}, "The last day must be today or later"),
        ({"first": "2026-12-14", "from": "dawn"}, "We could not read these times."),
        ({"first": "2026-12-14", "from": "11am", "to": "9am"}, "The end must be after the start"),
    ],
)
def test_a_day_off_that_cannot_be_is_refused_in_words(dana, app, typed, said):
    before = len(rows(app, TimeOff))
    page = dana.submit(dana.page(OFF), **typed)
    assert page.status == 422 and said in page.text and len(rows(app, TimeOff)) == before


def test_a_day_off_is_taken_back(dana, app):
    (row,) = [one for one in rows(app, TimeOff) if one.private_reason == "Wedding of a friend"]
    page = dana.page(f"{OFF}/{row.id}")
    assert "Maya Chen is here after all" in page.h1 and rows(app, TimeOff, id=row.id)
    dana.submit(page, do="save")
    assert not rows(app, TimeOff, id=row.id)


def test_other_hours_on_one_day_and_the_usual_ones_again(dana, app):
    data = {"o-on_date": "2026-12-14", "o-hours": "10-2", "o-place": dana.page(OFF).all("input", name="o-place")[0].get("value")}
    page = small(dana, OFF, "check", **data)
    small(dana, OFF, "save", **data, **marks(page, "o-"))
    made = [row for row in rows(app, DateOverride) if str(row.on_date) == "2026-12-14"]
    assert [row.windows for row in made] == [[[600, 840]]]
    page = dana.page(f"/desk/riverside/schedules/{MAYA}/usual/{made[0].location_id}/2026-12-14")
    dana.submit(page, do="save")
    assert not [row for row in rows(app, DateOverride) if str(row.on_date) == "2026-12-14"]


# --- closures and holidays ---


def test_a_closure_says_what_it_does_before_it_is_saved(dana, app, clock):
    booked(app, clock)
    page = dana.submit(dana.page("/desk/riverside/closures"), name="Burst pipe", first="2026-12-14")
    assert "Nothing is left online for 4 practitioners on Monday 14 December." in page.text and "Priya Shah" in page.text
    assert not rows(app, Closure, name="Burst pipe")
    dana.submit(page, do="save")
    (row,) = rows(app, Closure, name="Burst pipe")
    assert str(row.first_on) == str(row.last_on) == "2026-12-14" and row.location_id is None
    page = dana.page(f"/desk/riverside/closures/{row.id}/end")
    dana.submit(page, do="save")
    assert not rows(app, Closure, name="Burst pipe")


def test_a_closure_of_some_hours(dana, app):
    page = dana.submit(dana.page("/desk/riverside/closures"), name="Fire drill", first="2026-12-14", to="11", **{"from": "10"})
    dana.submit(page, do="save")
    (row,) = rows(app, Closure, name="Fire drill")
    assert row.first_on is None and (row.starts_at.hour, row.ends_at.hour) == (15, 16)


def test_a_closure_of_some_hours_is_told_in_the_zone_of_its_place(dana, app):
    dana.submit(dana.page("/desk/riverside/places/add"), name="Harbour", zone="America/Vancouver")
    (harbour,) = rows(app, Location, name="Harbour")
    page = dana.submit(
        dana.page("/desk/riverside/closures"), name="Fire drill", first="2026-12-14", to="3pm", place=str(harbour.id), **{"from": "1pm"}
    )
    assert "We read: Monday 14 December, 1pm to 3pm" in page.text
    assert "Monday 14 December, 1pm to 3pm" in dana.submit(page, do="save").text


def test_each_public_holiday_can_be_worked(dana, app):
    page = dana.page("/desk/riverside/closures")
    assert "Christmas" in page.text and "2027" in page.text and "Canada Day" in page.text
    page = dana.page("/desk/riverside/holidays/2027-07-01")
    assert page.h1 == "Working on Canada Day, Thursday 1 July 2027" and not rows(app, HolidayWorked, on_date=datetime(2027, 7, 1).date())
    dana.submit(page, do="save")
    assert rows(app, HolidayWorked, on_date=datetime(2027, 7, 1).date())
    dana.submit(dana.page("/desk/riverside/holidays/2027-07-01"), do="save")
    assert not rows(app, HolidayWorked, on_date=datetime(2027, 7, 1).date())


def test_a_day_that_is_no_holiday_cannot_be_switched(dana):
    assert dana.get("/desk/riverside/holidays/2027-07-02").status_code == 404
    assert dana.get("/desk/riverside/holidays/yesterday").status_code == 404


def test_the_front_desk_closes_a_day_and_no_more(cast, browse, app):
    tom = browse(cast.tom, staff=True)
    page = tom.submit(tom.page("/desk/riverside/closures"), name="Ice", first="2026-12-14")
    assert "Before you save" in page.text
    tom.submit(page, do="save")
    assert rows(app, Closure, name="Ice")
    page = small(tom, "/desk/riverside/closures", "check", name="Ice", first="2026-12-14", last="2026-12-20")
    assert "Only an admin closes more than one day" in page.text
    (winter,) = rows(app, Closure, name="Winter break")
    assert tom.get(f"/desk/riverside/closures/{winter.id}/end").status_code == 404


# --- who may ---


def test_a_practitioner_changes_their_own_schedule_and_nobody_elses(cast, browse):
    maya = browse(cast.maya, staff=True)
    assert maya.page(HOURS).status == 200 and maya.page(OFF).status == 200
    for path in (
        f"/desk/riverside/schedules/{OLIVIER}/hours",
        f"/desk/riverside/schedules/{OLIVIER}/days-off",
        "/desk/riverside/rules",
        "/desk/riverside/closures",
    ):
        assert maya.get(path).status_code == 404
    assert "Olivier" not in maya.page("/desk/riverside/schedules").text


def test_the_front_desk_enters_days_off_and_no_hours(cast, browse):
    tom = browse(cast.tom, staff=True)
    assert tom.page(OFF).status == 200 and tom.get(HOURS).status_code == 404
    assert not tom.page(OFF).all("input", name="o-on_date")
    assert small(tom, OFF, "check", **{"o-on_date": "2026-12-14", "o-hours": ""}).status == 404


def test_somebody_of_another_practice_is_not_found(dana):
    assert dana.get(f"/desk/riverside/schedules/{CAMILLE}/hours").status_code == 404
    assert dana.get(f"{HOURS}?at=99999").status_code == 404 and dana.get(f"{HOURS}?at=x").status_code == 404
