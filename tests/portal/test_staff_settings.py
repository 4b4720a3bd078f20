"""Settings of a practice: for its admin alone, said with their effect before they are saved, kept as typed when something is wrong."""

from datetime import date

import pytest
from sqlalchemy import select

from portal import practice_settings
from portal.access import ADMIN, FRONT_DESK, NARROW, PAUSE, PRACTITIONER, SEE_TIMES
from portal.database import db
from portal.models import LedgerLine, Practice
from portal.practice_settings import Effect, Wanted
from tests.mails import change

PATH = "/staff/riverside/settings/access"


@pytest.fixture
def dana(cast, browse):
    return browse(as_=cast.dana, staff=True)


def stored(app) -> Practice:
    with app.app_context():
        return db.session.scalar(select(Practice).where(Practice.slug == "riverside"))


def history(app) -> list[dict]:
    with app.app_context():
        return [
            line.facts
            for line in db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "settings_changed").order_by(LedgerLine.id))
        ]


def test_everything_is_off_until_a_practice_turns_it_on(cast, dana):
    page = dana.page(PATH)
    assert page.h1 == "Access and invitations"
    form = page.form()
    assert (form["step_12"], form["step_16"], form["step_18"]) == ("", "", "")
    assert (form["claim_hours"], form["bulk_claim_days"]) == ("72", "7")
    assert "They see only when the person is busy." in page.text and "From 16 a person can have an account of their own" in page.text


def test_it_is_there_for_the_admin_alone(cast, browse, dana):
    assert dana.page("/staff/riverside/settings").links()["Access and invitations"] == PATH
    for name in ("maya", "tom"):
        browser = browse(as_=getattr(cast, name), staff=True)
        assert "Access and invitations" not in browser.page("/staff/riverside/settings").links()
        assert browser.get(PATH).status_code == 404
        assert browser.post(PATH, headers={"Origin": "http://localhost"}).status_code in (400, 404)


@pytest.mark.parametrize("name", ["priya", "sylvie", "nadia"])
def test_it_is_not_there_for_anybody_else(cast, browse, name):
    assert browse(as_=getattr(cast, name), staff=name == "sylvie").get(PATH).status_code == 404


def test_the_effect_is_shown_before_anything_is_saved(cast, dana, app):
    with app.app_context():
        change(cast.link("priya", "kiran"), decided_on=date(2020, 1, 1))
        change(cast.anya, born_on=date(2011, 1, 19))  # turns 16 within 90 days
    page = dana.submit(dana.page(PATH), step_16=PAUSE)
    assert page.status == 200 and stored(app).age_steps == []
    assert "Before you save In 1 case access is paused at once." in page.text and "In 2 cases access changes within 90 days." in page.text
    assert page.form()["step_16"] == PAUSE
    saved = dana.submit(page)
    assert "The settings are saved." in saved.text and stored(app).age_steps == [[16, PAUSE]]
    assert "Before you save" not in saved.text


def test_it_is_one_step_and_one_can_go_back_to_change_it(cast, dana, app):
    page = dana.submit(dana.page(PATH), step_16=PAUSE, roles="front_desk", claim_hours="48")
    assert page.h1 == "Before you save" and not page.all("select") and page.form()["roles"] == "front_desk"
    back = dana.submit(page, change="1")
    assert back.h1 == "Access and invitations" and stored(app).age_steps == []
    assert (back.form()["step_16"], back.form()["claim_hours"]) == (PAUSE, "48")
    dana.submit(dana.submit(back, step_16="", step_18=PAUSE))
    assert (stored(app).age_steps, stored(app).claim_hours, stored(app).inviting_roles) == ([[18, PAUSE]], 48, [ADMIN, FRONT_DESK])


def test_who_was_decided_about_after_that_birthday_stays_and_that_is_said(cast, dana):
    """Anya is 14, Kiran 17; what their parents may do was decided this year."""
    page = dana.submit(dana.page(PATH), step_12=NARROW)
    assert "No access changes now or within 90 days." in page.text
    assert "In 3 cases access was decided after that birthday. It stays as it is." in page.text


def test_an_effect_that_was_shown_for_other_steps_does_not_count(cast, dana, app):
    page = dana.submit(dana.page(PATH), step_16=PAUSE)
    again = dana.submit(page, step_12=NARROW)
    assert "Before you save" in again.text and stored(app).age_steps == []
    dana.submit(again)
    assert stored(app).age_steps == [[12, NARROW], [16, PAUSE]]


def test_turning_a_step_off_says_what_it_gives_back(cast, dana, app):
    with app.app_context():
        change(cast.riverside, age_steps=[[16, PAUSE]])
        change(cast.link("priya", "kiran"), decided_on=date(2020, 1, 1))
    page = dana.submit(dana.page(PATH), step_16="")
    assert "In 1 case access gets back at once what a step had taken." in page.text


def test_who_is_not_concerned_reads_that_too(cast, dana):
    assert "No access changes now or within 90 days." in dana.submit(dana.page(PATH), step_18=NARROW).text


def test_other_settings_are_saved_at_once_and_the_history_says_what_was_there(cast, dana, app):
    page = dana.page(PATH)
    dana.submit(page, roles="front_desk", claim_hours="48", bulk_claim_days="14")
    practice = stored(app)
    assert (practice.inviting_roles, practice.claim_hours, practice.bulk_claim_hours) == ([ADMIN, FRONT_DESK], 48, 14 * 24)
    (facts,) = history(app)
    assert facts["before"] == {"inviting_roles": [ADMIN, PRACTITIONER, FRONT_DESK], "claim_hours": 72, "bulk_claim_hours": 168}
    assert facts["after"] == {"inviting_roles": [ADMIN, FRONT_DESK], "claim_hours": 48, "bulk_claim_hours": 336}
    said = dana.page(PATH)
    assert "Thursday 10 December at 10am, Dana Wright: who may invite, how long an invitation works" in said.text
    assert dana.submit(said).status == 200 and len(history(app)) == 1  # nothing changed: no line


def test_a_role_that_may_not_invite_loses_it_on_the_next_request(cast, browse, dana):
    maya = browse(as_=cast.maya, staff=True)
    assert "Invitations" in maya.page("/staff/riverside/").links()
    dana.submit(dana.page(PATH), roles="front_desk")
    assert "Invitations" not in maya.page("/staff/riverside/").links()
    assert maya.get("/staff/riverside/invitations").status_code == 404


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"claim_hours": "0"}, "Enter hours as a number from 1 to 336"),
        ({"claim_hours": "337"}, "Enter hours as a number from 1 to 336"),
        ({"claim_hours": "three days"}, "Enter hours as a number from 1 to 336"),
        ({"claim_hours": ""}, "Enter hours as a number from 1 to 336"),
        ({"claim_hours": "٧٢"}, "Enter hours as a number from 1 to 336"),
        ({"bulk_claim_days": "31"}, "Enter days as a number from 1 to 30"),
        ({"bulk_claim_days": "-1"}, "Enter days as a number from 1 to 30"),
        ({"step_12": "explode"}, "Choose what happens"),
        ({"step_12": PAUSE, "step_16": NARROW}, "Access is paused from 12 on. Choose “Nothing happens” at 16."),
    ],
)
def test_what_was_typed_is_kept_and_nothing_is_saved(cast, dana, app, typed, sentence):
    page = dana.submit(dana.page(PATH), **{"step_18": "", "claim_hours": "50", **typed})
    assert page.status == 422 and sentence in page.text
    assert page.all("title")[0].text.startswith("Error: ")
    kept = page.form()
    assert all(kept[name] == value for name, value in typed.items() if not name.startswith("step") or value != "explode")
    assert history(app) == [] and stored(app).claim_hours == 72


def test_steps_of_other_ages_set_by_other_means_are_kept(cast, dana, app):
    with app.app_context():
        change(cast.riverside, age_steps=[[14, NARROW]])
    dana.submit(dana.submit(dana.page(PATH), step_16=PAUSE))
    assert stored(app).age_steps == [[14, NARROW], [16, PAUSE]]


def test_the_effect_counts_links_that_really_change(context, cast, clock):
    on = date(2026, 12, 10)
    for name, child in (("priya", "kiran"), ("priya", "leo"), ("daniel", "leo"), ("priya", "anya"), ("daniel", "anya")):
        change(cast.link(name, child), decided_on=date(2020, 1, 1))
    everybody = Wanted([[12, NARROW], [16, PAUSE]], [ADMIN], 72, 168)
    assert practice_settings.effect(cast.riverside, everybody, on) == Effect(narrowed=2, paused=1)
    change(cast.link("daniel", "anya"), permissions=[SEE_TIMES])  # nothing to narrow
    assert practice_settings.effect(cast.riverside, everybody, on) == Effect(narrowed=1, paused=1)
    change(cast.link("priya", "kiran"), ends_on=date(2026, 12, 9))
    assert practice_settings.effect(cast.riverside, everybody, on) == Effect(narrowed=1)
    change(cast.riverside, age_steps=[[12, NARROW]])
    assert practice_settings.effect(cast.riverside, Wanted([], [ADMIN], 72, 168), on) == Effect(given_back=1)
