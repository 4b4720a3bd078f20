"""Wherever somebody else's appointment is named in passing, a line in their ledger says who read it (SAFETY §6)."""

from datetime import UTC, datetime

import pytest

from booking.models import Rules
from portal.access import PERMISSIONS, SEE_DETAILS
from portal.database import db, transact
from tests import mails
from tests.booking.walking import step, times
from tests.portal.homes import change, lines

NINE = datetime(2026, 12, 15, 14, 0, tzinfo=UTC)  # Tuesday 15 December, 9am in Toronto, 10am in Moncton


@pytest.fixture
def appointment(app, cast):
    """`appointment("leo", NINE)`: one at Riverside; with `there` at Clinique Beau-Rivage. Gives the address of its page."""

    def make(who, starts_at=NINE, there=False):
        place = ("massotherapie-60", "priya", "beau-rivage") if there else ("follow-up", "priya", "riverside")
        with app.app_context():
            return f"/appointments/{mails.appointment(cast, who, starts_at, *place).public_id}"

    return make


def reads(app) -> list[tuple[int, int]]:
    return [(one.account_id, one.profile_id) for one in lines(app, "viewed")]


def test_a_warning_on_the_readers_own_appointment_names_the_childs(app, cast, browse, appointment):
    appointment("leo"), (own := appointment("priya", there=True))
    browser = browse(as_=cast.priya)
    page = browser.page(own)
    assert "in two places at the same time" in page.text and "Leo" in page.text
    assert reads(app) == [(cast.priya.id, cast.leo.id)]


def test_so_does_the_list_of_ones_own(app, cast, browse, appointment):
    appointment("leo"), appointment("priya", there=True)
    page = browse(as_=cast.priya).page(f"/appointments?who={cast.link('priya', 'priya').public_id}")
    assert "in two places at the same time" in page.text and len(page.all("article")) == 1
    assert reads(app) == [(cast.priya.id, cast.leo.id)]


def test_ones_own_page_without_a_warning_is_nobodys_business(app, cast, browse, appointment):
    browse(as_=cast.priya).page(appointment("priya", there=True))
    assert reads(app) == []


def test_before_booking_a_warning_is_a_read(app, cast, browse, appointment):
    appointment("leo")
    page = browse(as_=cast.priya).page(
        step(
            "confirm",
            "beau-rivage",
            who=cast.profile("priya", "beau-rivage"),
            what=cast.massotherapie_60,
            with_="any",
            at=int(NINE.timestamp()),
        )
    )
    assert "two places" in page.text, page.text
    assert reads(app) == [(cast.priya.id, cast.leo.id)]


def test_what_the_child_has_of_the_same_service_is_a_read(app, cast, browse, appointment):
    appointment("leo")
    later = int(datetime(2026, 12, 17, 15, 0, tzinfo=UTC).timestamp())
    page = browse(as_=cast.priya).page(step("confirm", who=cast.leo, what=cast.follow_up, with_="any", at=later))
    assert "Leo already has one booked: Follow-up physiotherapy" in page.text
    assert reads(app) == [(cast.priya.id, cast.leo.id)]


def test_confirming_where_nothing_is_named_is_none(app, cast, browse):
    later = int(datetime(2026, 12, 17, 15, 0, tzinfo=UTC).timestamp())
    assert browse(as_=cast.priya).page(step("confirm", who=cast.leo, what=cast.follow_up, with_="any", at=later)).h1 == "Check and confirm"
    assert reads(app) == []


def test_a_time_to_be_moved_is_shown_and_read(app, cast, browse, appointment):
    moving = appointment("leo").rsplit("/", 1)[1]
    page = browse(as_=cast.daniel).page(step("when", move=moving))
    assert "Now: Tuesday 15 December at 9am" in page.text and reads(app) == [(cast.daniel.id, cast.leo.id)]
    page = browse(as_=cast.priya).page(step("confirm", move=moving, at=times(page)[-1]))
    assert page.h1 == "Check the new time" and "Now: Tuesday 15 December at 9am" in page.text
    assert reads(app) == [(cast.daniel.id, cast.leo.id), (cast.priya.id, cast.leo.id)]


def test_why_a_time_or_a_day_cannot_be_had_tells_of_the_child(app, cast, browse, appointment):
    appointment("leo")
    choice = dict(what=cast.initial, with_="any", who=cast.leo)
    page = browse(as_=cast.priya).page(step("confirm", at=int(NINE.timestamp()), **choice))
    assert "Leo already has an appointment at that time." in page.text and reads(app) == [(cast.priya.id, cast.leo.id)]

    def one_a_day():
        for row in db.session.query(Rules).filter_by(practice_id=cast.riverside.id):
            row.one_per_day = True

    with app.app_context():
        transact(one_a_day)
    address = step("when", day="2026-12-15", **choice)
    change(app, cast.link("daniel", "leo"), permissions=[name for name in PERMISSIONS if name != SEE_DETAILS])
    assert "Leo already" not in browse(as_=cast.daniel).page(address).text  # learns nothing, and left no trace
    assert reads(app) == [(cast.priya.id, cast.leo.id)]
    change(app, cast.link("daniel", "leo"), permissions=list(PERMISSIONS))
    assert "Leo already has an appointment on Tuesday 15 December" in browse(as_=cast.daniel).page(address).text
    assert reads(app) == [(cast.priya.id, cast.leo.id), (cast.daniel.id, cast.leo.id)]


def test_a_time_that_somebody_else_took_tells_nothing_of_the_child(app, cast, browse, appointment):
    choice = dict(what=cast.follow_up, with_=cast.maya_chen, who=cast.leo)
    browser = browse(as_=cast.priya)
    page = browser.page(step("when", day="2026-12-21", **choice))
    at = times(page)[0]
    appointment("walter", datetime.fromtimestamp(at, UTC))
    page = browser.submit(page, "hold", at=at)
    assert "That time was just taken." in page.text and reads(app) == []
