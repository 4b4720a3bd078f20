"""Who may not know what somebody has already is refused like anybody whose time is taken (MISSION F6): no sentence gives it away."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from booking.models import Rules, Service
from booking.queries import open_times, soonest
from booking.timetable import timetable
from booking.wishes import Wish
from portal import clock
from portal.access import BOOK, SEE_TIMES
from portal.database import db, transact
from tests import mails
from tests.booking.walking import hold, path, step, times

WHEN = datetime(2026, 12, 17, 15, 0, tzinfo=UTC)  # Thursday, 10am in Toronto
AT = int(WHEN.timestamp())
TAKEN = "That time was just taken. Choose another."


@pytest.fixture
def fathers(app, cast, browse):
    """What the father reads, by what his link allows; the mother has booked 10am with Maya Chen for Leo."""
    with app.app_context():
        mails.appointment(cast, "leo", WHEN)

    def reads(*permissions):
        with app.app_context():
            mails.change(cast.link("daniel", "leo"), permissions=list(permissions))
        return browse(as_=cast.daniel)

    return reads


def rules(app, cast, **values):
    """Other rules for the practice."""

    def change():
        for row in db.session.query(Rules).filter_by(practice_id=cast.riverside.id):
            for name, value in values.items():
                setattr(row, name, value)

    with app.app_context():
        transact(change)


@pytest.mark.parametrize("permissions", [(BOOK,), (BOOK, SEE_TIMES)])
def test_a_time_at_which_the_child_is_elsewhere_is_not_offered_and_refused_like_a_taken_one(app, cast, fathers, permissions):
    chosen = dict(what=cast.follow_up, with_="any", who=cast.leo)
    browser = fathers(*permissions)
    page = browser.page(step("when", day="2026-12-17", **chosen))
    assert times(page) and AT not in times(page)
    refused = hold(browser, start=AT, **chosen)
    assert TAKEN in refused.text and "already has" not in refused.text
    other = browser.page(step("confirm", at=AT, **chosen))
    assert "already has" not in other.text and AT not in times(other)


def test_a_stranger_whose_time_is_taken_reads_the_same(app, cast, fathers, browse):
    """Word for word: the father asks for a time of Leo's, and for one that somebody else has taken."""
    chosen = dict(what=cast.initial, with_=cast.maya_chen, who=cast.leo)
    browser = fathers(BOOK)
    first, second = (times(browser.page(step("when", day=day, **chosen)))[0] for day in ("2026-12-21", "2026-12-22"))
    with app.app_context():
        elsewhere = mails.appointment(cast, "leo", datetime.fromtimestamp(first, UTC))
        mails.change(elsewhere, practitioner_id=cast.olivier_dubois.id)
        mails.appointment(cast, "walter", datetime.fromtimestamp(second, UTC), by="dana")
    mine, theirs = (hold(browser, start=at, **chosen) for at in (first, second))
    assert mine.status == theirs.status and TAKEN in mine.text and TAKEN in theirs.text


def test_who_sees_everything_reads_why(app, cast, browse, fathers):
    refused = hold(browse(as_=cast.priya), start=AT, what=cast.follow_up, with_="any", who=cast.leo)
    assert "Leo already has an appointment at that time. Choose another." in refused.text


def test_a_day_on_which_the_child_has_one_is_a_full_day(app, cast, fathers, browse):
    rules(app, cast, one_per_day=True)
    address = step("when", day="2026-12-17", what=cast.follow_up, with_="any", who=cast.leo)
    page = fathers(BOOK).page(address)
    assert "Thursday 17 December is full. Choose another day." in page.text and "Leo already" not in page.text
    assert "as you can have" not in page.html and "Not possible" not in page.html
    assert "Leo already has an appointment on Thursday 17 December" in browse(as_=cast.priya).page(address).text


def test_when_there_are_enough_already_the_next_step_is_the_telephone(app, cast, fathers, browse):
    rules(app, cast, most_upcoming=1)
    address = step("when", day="2026-12-18", what=cast.follow_up, with_="any", who=cast.leo)
    page = fathers(BOOK).page(address)
    assert "No more times can be booked online. Call (416) 555-0134." in page.text and "Leo already" not in page.text
    assert "Leo already has the most appointments" in browse(as_=cast.priya).page(address).text


def test_past_visits_show_in_no_list_of_services_and_no_refusal(app, cast, fathers, browse):
    with app.app_context():
        mails.appointment(cast, "leo", clock.now() - timedelta(days=30))
        transact(db.session.execute, update(Service).where(Service.id == cast.initial.id).values(for_people="new"))
        timetable(cast.riverside)
    browser, mother = fathers(BOOK), browse(as_=cast.priya)
    assert "Leo has been here before" in mother.page(step("what", who=cast.leo)).text
    assert "Leo has been here before" not in browser.page(step("what", who=cast.leo)).text
    refused = browser.page(step("with", what=cast.initial, who=cast.leo))
    assert "This cannot be booked online for Leo." in refused.text and "first visit" not in refused.text
    assert path(refused) == "/at/riverside/book/with"


def test_the_engines_answer_names_no_appointment(context, cast):
    row = mails.appointment(cast, "leo", WHEN)
    table = timetable(cast.riverside)
    open_, discreet = (Wish(table.service(cast.follow_up.public_id), profile=cast.leo, discreet=one) for one in (False, True))
    day = WHEN.date()
    answers = [open_times(cast.riverside, wish, day, day, clock.now())[0] for wish in (open_, discreet)]
    assert list(answers[0].starts) == list(answers[1].starts) and row.id not in answers[1].params.values()
    assert soonest(cast.riverside, open_, clock.now(), 3) == soonest(cast.riverside, discreet, clock.now(), 3)


# --- kept safe: not even a missing time tells (MISSION F6) ---


def keep_safe(app, cast):
    with app.app_context():
        mails.change(cast.leo, safe_at=clock.now())


@pytest.mark.parametrize("permissions, told", [((BOOK,), False), ((BOOK, SEE_TIMES), True)])
def test_of_a_child_kept_safe_a_reader_who_sees_nothing_finds_no_time_missing(app, cast, fathers, browse, permissions, told):
    keep_safe(app, cast)
    chosen = dict(what=cast.follow_up, with_="any", day="2026-12-17")
    publics = times(browse().page(step("when", **chosen)))
    his = times(fathers(*permissions).page(step("when", who=cast.leo, **chosen)))
    assert AT in publics
    assert (his == publics) is not told and (AT in his) is not told


def test_what_the_reader_booked_for_a_child_kept_safe_stands_in_their_own_way(app, cast, fathers):
    keep_safe(app, cast)
    browser = fathers(BOOK)
    chosen = dict(what=cast.follow_up, with_="any", who=cast.leo)
    later = AT + 86_400
    with app.app_context():
        mails.appointment(cast, "leo", WHEN + timedelta(days=1), by="daniel")
    assert later not in times(browser.page(step("when", day="2026-12-18", **chosen)))
    assert path(hold(browser, start=AT, **chosen)).endswith("/confirm")
