"""Choose a time: the month, the day, the reasons, and holding what was chosen."""

from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from booking.models import Hold
from portal.database import db, transact
from portal.models import Account
from tests.booking.walking import arguments, hold, path, step, times


@pytest.fixture
def follow_up(cast):
    """The choices of Priya booking a follow-up for Anya with anyone."""
    return {"who": cast.anya.public_id, "what": cast.follow_up.public_id, "with_": "any"}


def cells(page) -> dict[str, object]:
    """What each day says of itself → its element."""
    found = {}
    for cell in page.all("td"):
        for element in cell.iter():
            if "d" in (element.get("class") or "").split():
                found[element.get("aria-label") or " ".join("".join(element.itertext()).split())] = element
    return found


def test_it_opens_on_the_first_day_with_times(cast, browse, follow_up):
    page = browse(as_=cast.priya).page(step("when", **follow_up))
    assert page.h1 == "Choose a time"
    chosen = [label for label, cell in cells(page).items() if cell.get("aria-current") == "date"]
    shown = len(times(page)) - 3  # three of them once more as the soonest
    assert chosen == [f"Thursday 10 December, {shown} times"]
    assert f"Thursday 10 December {shown} times." in page.text


def test_it_opens_on_the_first_month_that_has_times(cast, browse, clock, follow_up):
    clock.set(2026, 12, 31, 23, 0)
    page = browse(as_=cast.priya).page(step("when", **follow_up))
    assert "January 2027" in page.text and times(page)


def test_every_day_of_every_month_has_times_or_says_why_not(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    for month in ("2026-12", "2027-01", "2027-02"):
        for label, cell in cells(browser.page(step("when", month=month, **follow_up))).items():
            words = label.split(", ", 1)[1]
            assert words, label
            if "time" in words and words[0].isdigit():
                assert cell.get("href").endswith("#times")


def test_each_closed_day_can_be_chosen_and_gives_one_sentence_with_a_next_step(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    for month in ("2026-12", "2027-01"):
        page = browser.page(step("when", month=month, **follow_up))
        closed = [cell for cell in cells(page).values() if "none" in (cell.get("class") or "").split()]
        assert closed
        for cell in closed:
            day = browser.page("/at/riverside/book/when" + cell.get("href"))
            section = next(s for s in day.all("section") if s.get("id") == "times")
            said = [" ".join("".join(p.itertext()).split()) for p in section.findall("{*}p")]
            assert said[0].endswith("."), said
            assert said[1].startswith(("Next day with times:", "A day with times before it:"))
            assert not [button for button in section.iter("{http://www.w3.org/1999/xhtml}button")]


def test_on_10_december_16_january_says_when_it_opens(cast, browse):
    page = browse(as_=cast.priya).page(step("when", who=cast.anya, what=cast.follow_up, with_=cast.maya_chen, day="2027-01-16"))
    assert page.status == 200
    assert "Saturday 16 January 2027 opens on Monday 14 December at 9am." in page.text
    assert page.links()["Friday 15 January 2027"].endswith("day=2027-01-15#times")


def test_the_reasons_of_the_month_can_be_read_as_a_list(cast, browse, follow_up):
    page = browse(as_=cast.priya).page(step("when", month="2027-01", **follow_up))
    assert "Why do some days have no times?" in page.text
    assert "The clinic is closed: 1" in page.text
    assert "Not open for booking yet: 16, 18 to 23, 25 to 30" in page.text


def test_the_neighbouring_months_are_a_link_away_but_never_the_past(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    december = browser.page(step("when", **follow_up))
    assert not [a for a in december.all("a") if a.get("rel") == "prev"]
    after = [a.get("href") for a in december.all("a") if a.get("rel") == "next"]
    january = browser.page(after[0])
    assert "January 2027" in january.text and len([a for a in january.all("a") if a.get("rel") == "prev"]) == 1


def test_a_month_without_times_says_where_the_first_one_is(cast, browse, clock, follow_up):
    clock.set(2026, 12, 10, 21, 0)  # Olivier has gone home, Maya sees people in the evening
    page = browse(as_=cast.priya).page(step("when", month="2027-02", **{**follow_up, "with_": cast.olivier_dubois}))
    assert page.h1 == "February 2027 is not open for booking yet"
    assert "The first time online with Olivier Dubois" in page.text and "The first time with anyone" in page.text
    assert "(416) 555-0134" in page.text


def test_times_stand_by_part_of_day_each_button_saying_the_whole(cast, browse, follow_up):
    page = browse(as_=cast.priya).page(step("when", day="2026-12-15", **follow_up))
    assert [h.text for h in page.all("h3")][:2] == ["Morning", "Afternoon"]
    button = next(b for b in page.all("button") if b.get("name") == "at" and "8am" in "".join(b.itertext()))
    assert " ".join("".join(button.itertext()).split()) == "8amMaya Chen, Tuesday 15 December, with Maya Chen"


def test_times_are_in_the_practices_zone_and_in_the_readers_if_it_differs(app, cast, browse, follow_up):
    def move_west():
        db.session.get(Account, cast.priya.id).zone = "America/Vancouver"

    here = browse(as_=cast.priya).page(step("when", day="2026-12-15", **follow_up))
    assert "Times are in Toronto." in here.text and "Vancouver" not in here.text
    with app.app_context():
        transact(move_west)
    there = browse(as_=cast.priya).page(step("when", day="2026-12-15", **follow_up))
    assert "Below each is the time in Vancouver." in there.text
    assert "5am in Vancouver" in there.text
    assert times(there) == times(here)


@pytest.mark.parametrize(
    "wrong",
    [
        "month=2027-13",
        "month=1",
        "day=0001-01-01",
        "day=2027-02-30",
        "day=9999-12-31",
        "at=9223372036854775808",
        "at=-1",
        "day=２０２７-01-01",
    ],
)
def test_a_day_or_time_that_cannot_be_read_is_a_sentence_and_not_a_crash(cast, browse, follow_up, wrong):
    page = browse(as_=cast.priya).page(step("when", **follow_up) + "&" + wrong)
    assert page.status == 422
    assert "We could not read the day or time in the address." in page.text
    assert times(page)


@pytest.mark.parametrize("far", ["month=2099-12", "day=2099-12-31", "month=2020-01", "day=2026-12-01"])
def test_a_day_far_away_or_over_still_shows_a_month(cast, browse, follow_up, far):
    page = browse(as_=cast.priya).page(step("when", **follow_up) + "&" + far)
    assert page.status == 200 and cells(page)


def test_a_chosen_time_is_held_for_its_owner_and_gone_for_others(app, cast, browse, follow_up):
    page = hold(browse(as_=cast.priya), day="2026-12-15", **{**follow_up, "with_": cast.maya_chen})
    assert path(page).endswith("/confirm")
    assert "We are holding this time for you for 10 minutes, until 10:10am. It is not booked yet." in page.text
    held = int(arguments(page)["at"])
    with app.app_context():
        assert len(db.session.scalars(select(Hold)).all()) == 1
    others = browse(as_=cast.daniel).page(step("when", day="2026-12-15", **{**follow_up, "with_": cast.maya_chen}))
    assert held not in times(others)


def test_a_visitors_time_is_held_while_they_make_an_account(app, cast, browse):
    browser = browse()
    page = hold(browser, what=cast.massage_60, with_=cast.ravi_kumar, day="2026-12-15")
    assert path(page) == "/sign-up"
    assert "is held until 10:10am" in page.text
    assert arguments(page)["next"].startswith("/at/riverside/book/confirm?what=")
    assert browser.get_cookie(app.config["SESSION_COOKIE_NAME"]) is not None


def test_a_time_taken_in_the_meantime_leads_back_to_the_same_day_with_the_nearest_times(cast, browse, follow_up):
    slow, fast = browse(as_=cast.priya), browse(as_=cast.daniel)
    choices = {**follow_up, "with_": cast.maya_chen, "day": "2026-12-15"}
    list_of_slow = slow.page(step("when", **choices))
    wanted = times(list_of_slow)[-1]
    hold(fast, start=wanted, **choices)
    page = slow.submit(list_of_slow, "hold", at=wanted)
    assert page.status == 409
    alert = next(e for e in page.tree.iter() if e.get("role") == "alert")
    assert "That time was just taken. Choose another." in "".join(alert.itertext())
    near = [int(b.get("value")) for b in alert.iter("{http://www.w3.org/1999/xhtml}button")]
    assert near and wanted not in near and all(abs(at - wanted) < 3 * 3600 for at in near)
    assert "Tuesday 15 December" in page.text
    assert path(slow.submit(page, "hold", at=near[0])).endswith("/confirm")


def test_a_time_nobody_offered_is_refused_in_words(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    page = browser.page(step("when", day="2026-12-15", **follow_up))
    closed = browser.submit(page, "hold", at=1797577200)  # Friday 18 December, 2am
    assert closed.status == 409 and "Appointments do not begin at that time." in closed.text
    nothing = browser.submit(page, "hold", at="soon")
    assert nothing.status == 422 and times(nothing)


def test_choosing_another_time_gives_the_first_one_back(app, cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    maya = {**follow_up, "with_": cast.maya_chen}
    first = int(arguments(hold(browser, day="2026-12-15", **maya))["at"])
    hold(browser, day="2026-12-16", **maya)
    assert first in times(browse(as_=cast.daniel).page(step("when", day="2026-12-15", **maya)))


def test_the_month_costs_at_most_eight_statements_however_many_practitioners(app, cast, browse, follow_up):
    browser, said = browse(as_=cast.priya), []
    listen = lambda _conn, _cursor, statement, *_: said.append(statement)  # noqa: E731
    for with_ in ("any", cast.maya_chen):
        browser.page(step("when", **{**follow_up, "with_": with_}))
        event.listen(Engine, "before_cursor_execute", listen)
        browser.get(step("when", **{**follow_up, "with_": with_}))
        event.remove(Engine, "before_cursor_execute", listen)
        asked = [one for one in said if one.split()[0] not in ("BEGIN", "PRAGMA")]
        assert len(asked) <= 8, asked
        said.clear()


def test_a_moment_that_happens_only_in_the_address_changes_nothing(app, cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    browser.page(step("when", day=date(2026, 12, 15), **follow_up))
    assert browser.get(step("hold", at=1797370200, **follow_up)).status_code == 405
    with app.app_context():
        assert not db.session.scalars(select(Hold)).all()


def test_where_it_is_another_day_for_the_reader_the_day_is_named(app, cast, browse, follow_up):
    def move_east():
        db.session.get(Account, cast.priya.id).zone = "Asia/Tokyo"

    with app.app_context():
        transact(move_east)
    page = browse(as_=cast.priya).page(step("when", day="2026-12-15", **follow_up))
    assert "Wednesday 16 December at 6:30am in Tokyo" in page.text
    assert "10pm in Tokyo" in page.text


def test_a_month_that_is_not_open_yet_says_first_when_it_opens_and_leads_no_further(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    january = browser.page(step("when", month="2027-01", **follow_up))
    assert "Times after Friday 15 January 2027 open later." in january.text
    following = next(a.get("href") for a in january.all("a") if a.get("rel") == "next")
    assert following.endswith("#calendar")
    page = browser.page(following)
    assert page.h1 == "February 2027 is not open for booking yet"
    assert page.text.index("Monday 1 February 2027 opens on") < page.text.index("The first time online")
    assert not [a for a in page.all("a") if a.get("rel") == "next"]


def test_each_time_is_read_out_once(cast, browse, follow_up):
    page = browse(as_=cast.priya).page(step("when", **follow_up))
    button = next(b for b in page.all("button") if b.get("name") == "at")
    assert button.find("{*}small").get("aria-hidden") == "true"


def test_weeks_that_are_over_stay_away(cast, browse, follow_up):
    page = browse(as_=cast.priya).page(step("when", **follow_up))
    days = [label.split(",")[0] for label in cells(page)]
    assert days[0] == "Monday 7 December" and days[-1] == "Thursday 31 December"
    assert {len(row.findall("{*}td")) for row in page.all("tr") if row.findall("{*}td")} == {7}


def test_one_network_cannot_hold_every_open_time_by_forgetting_its_cookie(app, cast, browse, monkeypatch):
    monkeypatch.setitem(app.config, "STRANGERS_HOLDING", 2)
    visit = {"what": cast.follow_up, "with_": "any", "day": "2026-12-15"}
    apart = [start for start in times(browse().page(step("when", **visit))) if start % 7200 == 0]
    kept = [hold(browse(), **visit, start=start) for start in apart[:3]]
    assert [page.status for page in kept] == [200, 200, 429]
    assert "Wait" in kept[2].text
    assert hold(browse(as_=cast.kiran), who=cast.profile("kiran"), **visit).status == 200, "who has an account is not a stranger"
