"""Booking rules: every kind of horizon with real dates, which level wins, and what a change does before it is saved."""

import pytest
from sqlalchemy import select

from booking import snapshot
from booking.desk import rule_words
from booking.desk.catalogue_forms import ServiceForm
from booking.desk.rule_forms import CapForm, RulesForm
from booking.models import Cap, Location, Rules
from booking.whatif import RULES as RULE_COLUMNS
from portal.database import db, transact
from portal.seed import name_id
from tests.booking.test_desk_schedules import booked, marks, rows, small

RULES, RAVI = "/desk/riverside/rules", name_id("practitioner ravi")
INITIAL, MAYA = name_id("service initial"), name_id("practitioner maya")
OF_RAVI, OF_CONCUSSION = f"{RULES}/practitioner/{RAVI}", f"{RULES}/service/{name_id('service concussion')}"


@pytest.fixture
def dana(cast, browse):
    return browse(cast.dana, staff=True)


def test_the_horizon_is_said_in_real_dates(dana):
    text = dana.page(RULES).text
    assert "Today that means until Friday 15 January 2027. On Monday 14 December at 9am the days up to Friday 22 January 2027 open." in text


@pytest.mark.parametrize(
    ("typed", "stored", "said"),
    [
        ({"kind": "rolling", "days": "60", "at": ""}, {"kind": "rolling", "days": 60, "count": "calendar", "at": 0},
         "Today that means until Monday 8 February 2027. On Friday 11 December at midnight the days up to Tuesday 9 February 2027 open."),
        ({"kind": "rolling", "days": "10", "count": "open_days", "at": "9am"}, {"kind": "rolling", "days": 10, "count": "open_days", "at": 540}, "Today that means until"),
        ({"kind": "until", "on": "2026-12-31"}, {"kind": "until", "on": "2026-12-31"}, "Today that means until Thursday 31 December."),
        ({"kind": "release", "weekday": "0", "weekly_at": "9 h", "through_days": "27"}, {"kind": "release", "weekday": 0, "at": 540, "through_days": 27},
         "Today that means until Sunday 3 January 2027. On Monday 14 December at 9am the days up to Sunday 10 January 2027 open."),
        ({"kind": "release_monthly", "month_day": "1", "monthly_at": "8:00", "through_months": "1"}, {"kind": "release_monthly", "day": 1, "at": 480, "through_months": 1},
         "Today that means until Sunday 31 January 2027. On Friday 1 January 2027 at 8am the days up to Sunday 28 February 2027 open."),
        ({"kind": "release_list", "releases": "2027-01-04 9am to 2027-02-26\n2026-12-01 to 2026-12-31"},
         {"kind": "release_list", "releases": [["2026-12-01", 0, "2026-12-31"], ["2027-01-04", 540, "2027-02-26"]]},
         "Today that means until Thursday 31 December. On Monday 4 January 2027 at 9am the days up to Friday 26 February 2027 open."),
    ],
)  # fmt: skip
def test_every_kind_of_horizon_is_shown_in_dates_and_saved(dana, app, typed, stored, said):
    page = dana.submit(dana.page(RULES), **typed)
    assert said in page.text and "Before you save" in page.text
    page = dana.submit(page, do="save")
    assert "The rules are saved." in page.text and said in page.text
    assert stored in [row.horizon for row in rows(app, Rules) if row.practitioner_id is None and row.service_id is None]
    assert all(page.form()[name] == value for name, value in typed.items() if name in ("kind", "days", "on", "through_days", "month_day"))


def test_a_horizon_shortened_by_mistake_says_which_days_close_and_that_the_booked_stay(dana, app, clock):
    booked(app, clock, year=2027, month=1, day=6)
    page = dana.submit(dana.page(RULES), kind="rolling", days="7")
    assert (
        "times close for patients between Friday 18 December and Friday 15 January 2027: Maya Chen, Olivier Dubois, Dr. Ines Roy."
        in page.text
    )
    assert "Nothing is left online for Maya Chen from Tuesday 29 December to Friday 15 January 2027." in page.text, (
        "until then concussion, and a closure"
    )
    assert "1 appointment is booked on days that close. It stays booked." in page.text and "outside the new hours" not in page.text
    assert {"kind": "rolling", "days": 7} not in [row.horizon for row in rows(app, Rules)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "rolling", "days": ""}, "Fill this in, or choose another way above"),
        ({"kind": "rolling", "days": "many"}, "Enter a number from 0 to 730"),
        ({"kind": "until", "on": "soon"}, "Enter a day as year-month-day"),
        ({"kind": "release_list", "releases": "next week"}, "We could not read next week."),
        ({"kind": "release_list", "releases": ""}, "Write at least one line"),
        ({"kind": "other"}, "Select how far ahead people book"),
        ({"notice": "-5"}, "Enter a number from 0 to 9999"),
        ({"cutoff": "tea time"}, "Write a time like 9am or 16:30"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(dana, typed, said):
    page = dana.submit(dana.page(RULES), most="7", **typed)
    assert page.status == 422 and said in page.text and page.form()["most"] == "7" and "Before you save" not in page.text


def test_the_other_rules_are_stored_in_minutes(dana, app):
    page = dana.submit(
        dana.page(OF_RAVI),
        notice="2",
        notice_unit="days",
        cutoff="4pm",
        change="36",
        change_unit="hours",
        most="3",
        per_day="one",
        grid="midnight",
    )
    dana.submit(page, do="save")
    (row,) = [row for row in rows(app, Rules) if row.cutoff_minute == 960]
    assert (row.notice_minutes, row.change_notice_minutes, row.most_upcoming, row.one_per_day, row.anchor_midnight) == (
        2880,
        2160,
        3,
        True,
        True,
    )
    form = dana.page(OF_RAVI).form()
    assert (form["notice"], form["notice_unit"], form["cutoff"], form["change"], form["change_unit"]) == ("2", "days", "4pm", "36", "hours")


def test_blank_leaves_the_word_to_the_clinic(dana, app):
    page = dana.submit(dana.page(OF_RAVI), kind="", days="")
    assert "times close for patients" in page.text
    before = len(rows(app, Rules))
    dana.submit(page, do="save")
    assert len(rows(app, Rules)) == before - 1


def test_which_level_wins_is_shown(dana):
    text = dana.page(OF_RAVI).text
    assert "The clinic: Every Monday at 9am the next 39 days open: now up to Friday 15 January 2027" in text
    assert "Ravi Kumar: 60 days ahead: now up to Monday 8 February 2027 Wins here" in text
    text = dana.page(RULES).text
    assert "Concussion assessment: 14 days ahead" in text and "Noah Levy: 2 days before" in text.replace("48 hours", "2 days")
    assert "Wins here" in dana.page(OF_CONCUSSION).text


def test_two_who_set_one_rule_the_second_sees_it(dana, browse, cast):
    other = browse(cast.dana, staff=True)
    mine, theirs = dana.page(RULES), other.page(RULES)
    other.submit(other.submit(theirs, notice="5", notice_unit="hours"), do="save")
    page = dana.submit(mine, notice="6", notice_unit="hours")
    assert page.status == 409 and "Somebody changed this in the meantime." in page.text
    assert "The clinic: 5 hours before" in page.text and page.form()["notice"] == "6"
    assert "are saved" in dana.submit(page, do="save").text


def test_a_limit_is_added_and_taken_out(dana, app):
    typed = {"c-count": "1", "c-minutes": "", "c-period": "week"}
    page = small(dana, OF_RAVI, "check", **typed)
    assert "Before you save" in page.text
    small(dana, OF_RAVI, "save", **typed, **marks(page, "c-"))
    (row,) = [row for row in rows(app, Cap) if row.max_count == 1]
    assert row.period == "week" and "At most 1 a week" in dana.page(OF_RAVI).text
    dana.submit(dana.page(f"/desk/riverside/caps/{row.id}"), do="save")
    assert not [row for row in rows(app, Cap) if row.max_count == 1]


def test_a_limit_needs_a_number(dana):
    page = small(dana, OF_RAVI, "check", **{"c-count": "", "c-minutes": "", "c-period": "week"})
    assert page.status == 422 and "Enter how many appointments, or how many minutes" in page.text


@pytest.fixture
def downtown(cast, app, clock):
    """A second location of the clinic; its number. At the first one an hour of Monday is booked."""
    booked(app, clock)

    def open_():
        db.session.add(Location(practice_id=cast.riverside.id, name="Downtown", zone="America/Toronto", public_id="downtown"))

    with app.app_context():
        transact(open_)
        return db.session.scalar(select(Location.id).where(Location.public_id == "downtown"))


def limited(dana, page: str, **typed):
    """A limit looked at and saved."""
    typed = {"c-count": "1", "c-minutes": "", "c-period": "day", **typed}
    look = small(dana, page, "check", **typed)
    assert "Before you save" in look.text
    assert "The rules are saved." in small(dana, page, "save", **typed, **marks(look, "c-")).text


def test_a_limit_of_one_location_is_set_listed_at_the_location_and_behind_a_day_on_the_phone(dana, app, cast, downtown):
    here = next(row for row in rows(app, Location) if row.practice_id == cast.riverside.id and row.id != downtown)
    address = dana.page(f"/desk/riverside/places/{here.public_id}").links()["Set a limit for this location"]
    (chosen,) = [one for one in dana.page(address).all("option", value=str(here.id)) if one.get("selected") is not None]
    assert chosen.text == here.name
    limited(dana, RULES, **{"c-location": str(here.id)})
    assert f"At most 1 a day ({here.name})" in dana.page(RULES).text
    assert "At most 1 a day" in dana.page(f"/desk/riverside/places/{here.public_id}").text
    assert "At most 1 a day" not in dana.page("/desk/riverside/places/downtown").text
    phone = dana.page(f"/desk/riverside/phone?what={name_id('service initial')}&with={name_id('practitioner olivier')}&date=2026-12-14")
    assert f"Most appointments At most 1 a day ({here.name})" in phone.text and "set by Dana Wright" in phone.text
    assert f"at most 2 a day ({here.name})" in phone.text, "what would open the day"


def test_a_limit_of_one_service_with_one_practitioner_is_set_from_either(dana, app):
    limited(dana, f"{RULES}/practitioner/{MAYA}", **{"c-service": INITIAL})
    limited(dana, f"{RULES}/service/{INITIAL}", **{"c-practitioner": MAYA, "c-period": "month"})
    one, other = [row for row in rows(app, Cap) if row.max_count == 1]
    assert (one.practitioner_id, one.service_id) == (other.practitioner_id, other.service_id) and one.service_id
    assert (
        "At most 1 a day (Initial assessment)" in dana.page(f"{RULES}/practitioner/{MAYA}").text
        and "At most 1 a month (Maya Chen)" in dana.page(f"{RULES}/service/{INITIAL}").text
    )


def test_with_one_location_nobody_is_asked_where(dana, cast, app):
    here = next(row for row in rows(app, Location) if row.practice_id == cast.riverside.id)
    assert (
        not dana.page(RULES).all("select", name="c-location")
        and "Set a limit" not in dana.page(f"/desk/riverside/places/{here.public_id}").text
    )


def test_a_limit_for_what_is_not_on_the_list_is_refused(dana, downtown):
    elsewhere = name_id("practitioner camille")
    for page, field, value in (
        (RULES, "c-location", "999"),
        (RULES, "c-practitioner", RAVI),
        (OF_CONCUSSION, "c-practitioner", elsewhere),
        (OF_RAVI, "c-location", "x"),
    ):
        answer = small(dana, page, "check", **{"c-count": "1", "c-minutes": "", "c-period": "day", field: value})
        assert answer.status == 422 and "Before you save" not in answer.text


def test_every_rule_of_the_plan_has_a_box_and_a_name(app):
    with app.test_request_context():
        assert set(RulesForm("practice").columns) == set(RULE_COLUMNS) == set(rule_words.NAMES)
        boxes = {
            "max_count": "count",
            "max_minutes": "minutes",
            "practitioner_id": "practitioner",
            "service_id": "service",
            "location_id": "location",
        }
        caps = {column.key for column in Cap.__table__.columns} - {"id", "practice_id"}
        assert {boxes.get(name, name) for name in caps} <= set(CapForm([], [], [])._fields)
        of_a_visit = {column.key for column in snapshot.COLUMNS["services"][1]} - {
            "id",
            "position",
            "public_id",
            "offline_at",
            "price_cents",
        }
        assert of_a_visit <= {*ServiceForm.DIRECT, *ServiceForm.NUMBERS, "step_minutes"}


def test_rules_are_the_admins(cast, browse):
    for who in (cast.tom, cast.maya):
        assert {browse(who, staff=True).get(path).status_code for path in (RULES, OF_RAVI, OF_CONCUSSION)} == {404}


def test_nobody_and_other_practices_have_no_rules_here(dana):
    for path in (
        f"{RULES}/practitioner/nobody",
        f"{RULES}/practitioner/{name_id('practitioner camille')}",
        f"{RULES}/room/x",
        "/desk/riverside/caps/99999",
    ):
        assert dana.get(path).status_code == 404
