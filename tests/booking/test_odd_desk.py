"""What no form of the desk sends is refused in words, never an error of ours (SAFETY §8); looking with HEAD changes nothing."""

import pytest
from sqlalchemy import func, select

from booking.models import Appointment, Block, Series
from portal.database import db
from tests.booking.desk_world import MAYA, MONDAY, OLIVIER, add, at, block, visit

DESK, LONG = "/desk/riverside", "9" * 5000
ALL = "past no_working_hours does_not_fit closed_holiday practitioner_away fully_booked buffer no_room held patient_limit"
COUNT = select(func.count()).select_from(Appointment)


@pytest.fixture
def dana(cast, browse):
    return browse(cast.dana, staff=True)


@pytest.mark.parametrize(
    "typed",
    [
        {"date": "9999-12-31", "starts": "23:30", "until": "23:59"},
        {"date": "0001-01-01", "starts": "00:00", "until": "01:00"},
        {"date": MONDAY, "starts": f"{LONG}:00", "until": "13:00"},
        {"date": MONDAY, "starts": "10:00", "until": "11:00", "every_days": "7", "times": LONG},
    ],
)
def test_a_block_at_no_time_is_none(dana, app, typed):
    page = dana.submit(dana.page(f"{DESK}/blocks/add?date={MONDAY}&with={OLIVIER}"), title="x", **typed)
    assert page.status == 422
    with app.app_context():
        assert db.session.scalar(select(Block.id)) is None


@pytest.mark.parametrize("at", ["9999999999", "0", "1797260431", "-5", LONG, "\u0661797260400"])
def test_nobody_is_booked_in_another_century_or_between_two_minutes(dana, cast, app, at):
    """One appointment in 2286 made every look before saving hours take half a minute."""
    with app.app_context():
        who, before = cast.profile("walter").public_id, db.session.scalar(COUNT)
    page = dana.page(f"{DESK}/book?who={who}&with={OLIVIER}&date={MONDAY}")
    answer = dana.submit(page, at=at, know="1", anyway=ALL)
    assert answer.status == 422 and "Choose a time" in answer.text
    with app.app_context():
        assert db.session.scalar(COUNT) == before


def test_a_revision_that_none_has_is_another_one(dana, cast, app):
    with app.app_context():
        one = visit(cast, "walter", "olivier_dubois", "2026-12-10 10:00").public_id
    page = dana.page(f"{DESK}/appointments/{one}")
    assert dana.submit(page, "/mark", revision=LONG, status="arrived").status == 409


def test_looking_with_head_moves_nobody_and_says_nothing(dana, cast, app):
    with app.app_context():
        visit(cast, "walter", "olivier_dubois", f"{MONDAY} 13:00")
        blocked = block(cast, "olivier_dubois", f"{MONDAY} 15:00", title="x").public_id
    assert dana.head(f"{DESK}/cover?date={MONDAY}&with={OLIVIER}&to={MAYA}").status_code == 200
    assert "moved to" not in dana.page(f"{DESK}/calendar?date={MONDAY}").text
    assert dana.head(f"{DESK}/blocks/{blocked}").status_code == 200


def test_of_a_series_a_practitioner_sees_and_cancels_only_what_is_with_them(cast, browse, app):
    with app.app_context():
        made = {"practice_id": cast.riverside.id, "created_at": at("2026-12-01 10:00"), "created_by_id": cast.staff("dana").id}
        series = add(Series(every_days=7, times=3, **made)).id
        mine = [visit(cast, "walter", "maya_chen", f"2026-12-{day} 13:00", series_id=series) for day in (14, 28)]
        theirs = visit(cast, "walter", "olivier_dubois", "2026-12-21 13:00", series_id=series)
        number, rows = mine[0].public_id, [one.id for one in (*mine, theirs)]
    maya = browse(cast.maya, staff=True)
    page = maya.page(f"{DESK}/appointments/{number}")
    assert "28 December" in page.text and "21 December" not in page.text
    maya.submit(maya.page(f"{DESK}/appointments/{number}/cancel"), which="following")
    with app.app_context():
        assert [db.session.get(Appointment, one).status for one in rows] == ["cancelled", "cancelled", "booked"]
