"""A practice asks its staff for a second step: who has none sets it up first; an admin helps who has lost their phone, and never weakens another practice."""

import pytest
from sqlalchemy import event
from werkzeug.routing import IntegerConverter

from portal import letters, staff_second_factor
from portal.database import db, transact
from portal.models import Account, LedgerLine, Practice, SessionRow, StaffMember
from portal.staff_second_factor import NoneOfYourOwn
from tests.mails import outbox
from tests.portal.homes import change
from tests.portal.invited import rows
from tests.portal.second_steps import app_shows, key_on, set_up

SETTINGS = "/staff/riverside/settings"
PAGE = f"{SETTINGS}/signing-in"


@pytest.fixture
def dana(browse, cast):
    return browse(as_=cast.dana, staff=True)


def practice(app, slug="riverside") -> Practice:
    return rows(app, Practice, Practice.slug == slug)[0]


def asked(app, cast, clock) -> None:
    change(app, cast.riverside, second_factor_at=clock())


def a_path(rule) -> str:
    """An address of this rule at Riverside, with something for every part of it."""
    parts = {name: getattr(kind, "items", None) for name, kind in rule._converters.items()}
    values = {
        name: next(iter(of)) if of else 1 if isinstance(rule._converters[name], IntegerConverter) else "a" * 16
        for name, of in parts.items()
    }
    return rule.build(values | {"slug": "riverside"})[1]


def has_one(app, account) -> bool:
    return rows(app, Account, Account.id == account.id)[0].second_factor_at is not None


# ---- the setting ----


def test_the_admin_sets_up_their_own_first_then_asks_everybody(app, cast, dana, clock):
    assert "Signing in" in dana.page(SETTINGS).links()
    page = dana.page(PAGE)
    assert "Set up a second step of your own first." in page.text and "have none yet" in page.text and "Tom Reid" in page.text
    refused = dana.submit(page, second_step="y")
    assert refused.status == 409 and practice(app).second_factor_at is None
    way = dana.page(page.links()["Set it up now"])
    back = dana.page(dana.submit(way, code=app_shows(key_on(way), clock())).links()["I have kept them: continue"])
    assert back.h1 == "Signing in" and "Dana" not in back.text
    assert "The settings are saved." in dana.submit(back, second_step="y").html and practice(app).second_factor_at == clock()
    (line,) = rows(app, LedgerLine, LedgerLine.verb == "settings_changed")
    assert line.facts["after"] == {"second_factor": True} and line.account_id == cast.dana.id
    page = dana.page(PAGE)
    assert page.form("")["second_step"] == "y"
    values = {name: value for name, value in page.form("").items() if name not in ("", "second_step")}
    dana.post(PAGE, data=values, headers={"Origin": "http://localhost"})
    assert practice(app).second_factor_at is None


def test_the_rule_is_not_the_pages(cast, context, clock):
    with pytest.raises(NoneOfYourOwn):
        transact(staff_second_factor.ask_of_staff, db.session.get(StaffMember, cast.staff("dana").id), True, clock())


# ---- who has none ----


@pytest.mark.parametrize("path", ["", "people?q=shah", "settings/staff", "settings"])
def test_who_has_none_sets_it_up_and_comes_back(app, browse, cast, clock, path):
    asked(app, cast, clock)
    dana = browse(as_=cast.dana, staff=True)
    page = dana.page(f"/staff/riverside/{path}")
    assert page.h1 == "Second step when signing in" and "Riverside Physiotherapy asks this of everybody who works there." in page.text
    done = dana.submit(page, code=app_shows(key_on(page), clock()))
    assert done.links()["I have kept them: continue"] == f"/staff/riverside/{path}"
    assert dana.get(f"/staff/riverside/{path}").status_code == 200


def test_no_staff_page_of_that_practice_opens_nor_does_anything_before(app, browse, cast, clock):
    asked(app, cast, clock)
    tom, paths = browse(as_=cast.tom, staff=True), []
    token = tom.page("/account").form("sign-out-everywhere")["csrf_token"]
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "is_staff_view", False):
            paths += [(method, a_path(rule)) for method in rule.methods & {"GET", "POST"}]
    assert len(paths) > 60
    for method, path in paths:
        answer = tom.open(
            path, method=method, data={"csrf_token": token} if method == "POST" else None, headers={"Origin": "http://localhost"}
        )
        assert answer.status_code == 302 and answer.location.startswith("/account/second-step"), (method, path, answer.status)
    assert tom.page("/appointments").status == 200, "what is their own stays open"


def test_patients_and_other_practices_are_asked_nothing(app, browse, cast, clock):
    asked(app, cast, clock)
    assert browse(as_=cast.sylvie, staff=True).get("/staff/beau-rivage/").status_code == 200
    priya = browse(as_=cast.priya)
    assert (
        priya.page("/account").status == 200
        and priya.get("/staff/riverside/").status_code == 404
        and "asks this of" not in priya.page("/account/second-step").text
    )


def test_it_costs_no_statement_more(app, browse, cast, clock):
    def statements() -> int:
        seen = []
        with app.app_context():
            engine = db.engine
        count = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", count)
        try:
            assert dana.get(f"{SETTINGS}/reminders").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    dana = browse(as_=cast.dana, staff=True)
    set_up(dana, clock())
    before = statements()
    asked(app, cast, clock)
    assert statements() == before


def test_turning_ones_own_off_closes_the_staff_pages_again(app, browse, cast, dana, clock):
    _key, codes = set_up(dana, clock())
    asked(app, cast, clock)
    page = dana.page("/account/second-step/off")
    assert "Riverside Physiotherapy asks this of everybody who works there." in page.text
    dana.submit(page, password="porchlight demo 2026", code=codes[0])
    assert dana.page("/staff/riverside/").h1 == "Second step when signing in"


# ---- a lost phone ----


@pytest.fixture
def tom(app, browse, cast, clock):
    browser = browse(as_=cast.tom, staff=True)
    set_up(browser, clock())
    return browser


def colleague(cast, name="tom") -> str:
    return f"{SETTINGS}/staff/{getattr(cast, name).public_id}"


def test_another_admin_takes_it_away_and_they_are_told_and_signed_out(app, cast, dana, tom):
    back = dana.submit(dana.page(colleague(cast)), "second-step")
    assert back.h1 == "Staff" and "The second step of Tom Reid is taken away." in back.html
    assert not has_one(app, cast.tom) and rows(app, SessionRow, SessionRow.account_id == cast.tom.id) == []
    (line,) = rows(app, LedgerLine, LedgerLine.verb == "second_step_taken")
    assert (line.account_id, line.practice_id, line.facts["about"]) == (cast.dana.id, cast.riverside.id, cast.tom.id)
    with app.app_context():
        told = [letters.write(mail, mail.created_at).text for mail in outbox("second_step", to_address="tom@example.com")]
    assert len(told) == 2 and "an admin of Riverside Physiotherapy took away the second step of your account" in told[-1]
    assert "Take the second step away" not in dana.page(colleague(cast)).text


def test_never_their_own_that_way(app, cast, dana, clock):
    set_up(dana, clock())
    page = dana.page(colleague(cast, "dana"))
    assert "Take the second step away" not in page.text
    token = page.form("leave")["csrf_token"]
    answer = dana.post(
        f"{colleague(cast, 'dana')}/second-step", data={"csrf_token": token}, headers={"Origin": "http://localhost"}, follow_redirects=True
    )
    assert "You turn off your own second step on your account page" in answer.get_data(as_text=True) and has_one(app, cast.dana)


@pytest.mark.parametrize("left, stays", [(False, True), (True, False)])
def test_nor_of_who_works_at_another_practice_too(app, cast, dana, tom, clock, left, stays):
    facts = dict(
        practice_id=cast.beau_rivage.id, account_id=cast.tom.id, role="admin", created_at=clock(), left_at=clock() if left else None
    )
    with app.app_context():
        transact(lambda: db.session.add(StaffMember(**facts)))
    back = dana.submit(dana.page(colleague(cast)), "second-step")
    assert has_one(app, cast.tom) is stays and ("They work at another clinic too" in back.html) is stays


@pytest.mark.parametrize("who", ["tom", "maya", "sylvie", "priya"])
def test_nobody_but_an_admin_of_the_same_practice(app, browse, cast, tom, who):
    browser = browse(as_=getattr(cast, who), staff=True)
    token = browser.page("/account").form("sign-out-everywhere")["csrf_token"]
    assert (
        browser.post(f"{colleague(cast)}/second-step", data={"csrf_token": token}, headers={"Origin": "http://localhost"}).status_code
        == 404
    )
    assert has_one(app, cast.tom)
