"""The day list: any day, one practitioner or all, for those who may."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from booking.models import Appointment, Practitioner
from booking.seed_crowd import seed_coming
from booking.seed_visits import Desk, write
from portal.database import db, transact
from portal.models import LedgerLine
from portal.seed import BEAU_RIVAGE, RIVERSIDE, name_id

DAY = "/desk/riverside/day"
MAYA, OLIVIER = name_id("practitioner maya"), name_id("practitioner olivier")


@pytest.fixture
def busy(cast, app):
    """The cast with their coming appointments: Priya with Maya Chen on the 11th, Walter with Ravi Kumar today."""
    with app.app_context():
        transact(seed_coming, app.config["CLOCK"]())
    return cast


def _heading(page) -> list[str]:
    return [" ".join("".join(h.itertext()).split()) for h in page.all("h2")]


def test_without_a_date_it_is_today_with_ways_to_the_days_around_it(busy, browse):
    page = browse(busy.dana, staff=True).page(DAY)
    assert page.h1 == "Thursday 10 December"
    links = page.links()
    assert links["‹ Wed 9 DecWednesday 9 December 2026"] == f"{DAY}?date=2026-12-09"
    assert links["Fri 11 Dec ›Friday 11 December 2026"] == f"{DAY}?date=2026-12-11"


def test_the_hours_of_each_stand_beside_their_name(busy, browse):
    text = browse(busy.dana, staff=True).page(f"{DAY}?date=2026-12-14").text
    assert "Maya Chen8am to midday, 1pm to 4:30pm" in text
    assert "Olivier Dubois1pm to 5pm" in text


def test_one_practitioner_can_be_chosen_and_stays_chosen_on_the_next_day(busy, browse):
    page = browse(busy.dana, staff=True).page(f"{DAY}?date=2026-12-11&with={OLIVIER}")
    assert _heading(page) == ["Olivier Dubois"]
    assert any(f"with={OLIVIER}" in url and "2026-12-12" in url for url in page.links().values())


def test_the_list_is_in_the_order_of_the_day_and_keeps_the_cancelled(busy, browse, app, clock):
    with app.app_context():
        transact(_write_three, busy, clock())
    page = browse(busy.dana, staff=True).page(f"{DAY}?date=2026-12-14&with={MAYA}")
    shown = [" ".join("".join(cell.itertext()).split())[:10] for cell in page.all("th", scope="row")]
    assert shown == ["Priya Shah", "Anya Shah ", "Walter Bra"]
    assert page.text.count("Cancelled") == 1 and "2 appointments" in page.text


def _write_three(cast, now):
    desk = Desk.open()
    rows = (("walter", 11, "booked"), ("priya", 8, "booked"), ("anya", 9, "cancelled"))
    starts = {hour: int(datetime(2026, 12, 14, hour + 5, tzinfo=UTC).timestamp()) for _, hour, _ in rows}
    write([desk.at(f"{who} {hour}", who, RIVERSIDE, "maya", "follow-up", starts[hour], status) for who, hour, status in rows], now)


def test_a_closed_day_says_why(busy, browse):
    assert "Nobody works on this day. Closed: Winter break." in browse(busy.dana, staff=True).page(f"{DAY}?date=2026-12-25").text


def test_a_day_away_is_named_without_its_cause(busy, browse):
    page = browse(busy.dana, staff=True).page(f"{DAY}?date=2027-01-08")
    assert "Not here on this day: Maya Chen" in page.text
    assert "Wedding" not in page.html


@pytest.mark.parametrize("typed", ["tomorrow", "2026-13-40", "0001-01-01", "9999-12-31", "10/12/2026", "2026-12-10T10:00", "٢٠٢٦-١٢-١٠"])
def test_what_is_no_day_gets_a_sentence_and_what_was_typed_is_kept(cast, browse, typed):
    page = browse(cast.dana, staff=True).page(DAY, query_string={"date": typed})
    assert page.status == 422
    assert "There is a problem" in page.text and page.all("title")[0].text.startswith("Error: ")
    assert page.all("input", name="date")[0].get("value") == typed


def test_a_cleared_date_means_today(cast, browse):
    assert browse(cast.dana, staff=True).page(f"{DAY}?date=&with=").h1 == "Thursday 10 December"


@pytest.mark.parametrize("day", ["2000-01-01", "2099-12-31"])
def test_the_first_and_the_last_day_are_pages_too(cast, browse, day):
    assert browse(cast.dana, staff=True).page(f"{DAY}?date={day}").status == 200


def test_a_practitioner_sees_only_their_own_day(busy, browse):
    browser = browse(busy.maya, staff=True)
    page = browser.page(f"{DAY}?date=2026-12-11")
    assert _heading(page) == ["Maya Chen"] and not page.all("select")
    assert browser.get(f"{DAY}?with={MAYA}").status_code == 200
    assert browser.get(f"{DAY}?with={OLIVIER}").status_code == 404


def test_a_practitioner_without_a_calendar_sees_nobody(busy, browse, app):
    with app.app_context():
        maya = db.session.scalar(select(Practitioner).where(Practitioner.public_id == MAYA)).id
        transact(lambda: setattr(db.session.get(Practitioner, maya), "staff_member_id", None))
    page = browse(busy.maya, staff=True).page(f"{DAY}?date=2026-12-11")
    assert _heading(page) == [] and "Priya" not in page.html
    assert "Your sign-in belongs to no practitioner" in page.text


def test_a_free_day_of_one_practitioner_says_why_beside_their_name(busy, browse):
    assert "Maya ChenNot working Nobody is booked." in browse(busy.maya, staff=True).page(f"{DAY}?date=2026-12-13").text
    assert "Maya ChenAway Nobody is booked." in browse(busy.maya, staff=True).page(f"{DAY}?date=2027-01-08").text


def test_somebody_of_another_practice_is_not_found_here(cast, browse):
    assert browse(cast.dana, staff=True).get(f"{DAY}?with={name_id('practitioner camille')}").status_code == 404
    assert browse(cast.dana, staff=True).get(f"{DAY}?with=nobody").status_code == 404


def test_only_staff_of_this_practice_get_the_page(cast, browse):
    expected = {"dana": 200, "tom": 200, "maya": 200, "sylvie": 404, "priya": 404, "nadia": 404}
    assert {name: browse(getattr(cast, name), staff=True).get(DAY).status_code for name in expected} == expected
    assert browse(cast.tom, staff=True).get(f"/desk/{BEAU_RIVAGE}/day").status_code == 404


def test_everybody_on_the_list_can_read_who_looked(busy, browse, app):
    browse(busy.dana, staff=True).page(f"{DAY}?date=2026-12-11&with={MAYA}")
    with app.app_context():
        viewed = db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed")).all()
        shown = db.session.scalars(
            select(Appointment.profile_id)
            .join(Appointment.practitioner)
            .where(Practitioner.public_id == MAYA, Appointment.wall_start.startswith("2026-12-11"))
        ).all()
    assert sorted(viewed) == sorted(set(shown)) and viewed


def test_somebody_who_left_stays_on_the_days_they_worked(busy, browse, app, clock):
    with app.app_context():
        maya = db.session.scalar(select(Practitioner).where(Practitioner.public_id == MAYA)).id
        transact(lambda: setattr(db.session.get(Practitioner, maya), "left_at", clock()))
    assert "Maya Chen" in _heading(browse(busy.dana, staff=True).page(f"{DAY}?date=2026-12-11"))
