"""The account menu: everybody one may act for, under the practice's name, on every page; the address says who, never the session."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from portal.database import db, transact
from portal.models import Link, SessionRow
from portal.seed import BEAU_RIVAGE, PASSWORD
from tests import mails
from tests.booking.walking import step
from tests.reader import HTML


def menu(page) -> list[tuple[str, dict]]:
    """(practice, {words: link element}) for each group of people, in the order they stand."""
    (popover,) = [one for one in page.all("div") if one.get("id") == "me"]
    heads = {p.get("id"): p.text for p in popover.iter(HTML + "p")}
    lists = [ul for ul in popover.iter(HTML + "ul") if ul.get("aria-labelledby")]
    return [(heads[ul.get("aria-labelledby")], {" ".join("".join(a.itertext()).split()): a for a in ul.iter(HTML + "a")}) for ul in lists]


def strip(page) -> str:
    """What the strip under the header says; empty if there is none."""
    said = [aside for aside in page.all("aside") if "bar" in aside.get("class", "") and aside.get("aria-label") == "Who this is for"]
    return " ".join("".join(said[0].itertext()).split()) if said else ""


def test_everybody_stands_under_the_name_of_the_practice(cast, browse):
    groups = menu(browse(cast.priya).page("/appointments"))
    assert [(place, list(people)) for place, people in groups] == [
        ("Clinique Beau-Rivage", ["You"]),
        ("Riverside Physiotherapy", ["You", "Anya Shah", "Kiran Shah", "Leo Shah"]),
    ]
    assert groups[1][1]["Leo Shah"].get("href") == f"/for/{cast.link('priya', 'leo').public_id}"


@pytest.mark.parametrize(
    "path", ["/appointments", "/account", "/at/riverside/", "/family", "/privacy", "/nowhere", step("who"), step("what", who="me")]
)
def test_it_is_on_every_page(cast, browse, path):
    assert len(menu(browse(cast.priya).page(path))) == 2


def test_it_is_on_staff_pages_too_with_the_reader_s_own_people_only(cast, browse):
    browser = browse(cast.tom, staff=True)
    for path in ("/staff/riverside/", "/desk/riverside/day", "/staff/riverside/share"):
        page = browser.page(path)
        assert [(place, list(people)) for place, people in menu(page)] == [("Clinique Beau-Rivage", ["You"])]
        assert "Staff pages: Riverside Physiotherapy" in page.links()


def test_the_button_is_called_by_the_name_not_by_initials(cast, browse):
    (button,) = [one for one in browse(cast.priya).page("/account").all("button") if one.get("popovertarget") == "me"]
    assert button.get("aria-label") == "Priya Shah, account menu"


def test_who_has_nobody_has_no_group_and_a_stranger_no_menu(cast, browse):
    assert menu(browse(cast.nadia).page("/account")) == []
    assert not [one for one in browse().page("/at/riverside/").all("div") if one.get("id") == "me"]


def test_the_one_the_page_is_about_is_marked(cast, browse):
    browser, leo = browse(cast.priya), cast.link("priya", "leo").public_id

    def current(page):
        return [
            (place, words, a.get("aria-current")) for place, people in menu(page) for words, a in people.items() if a.get("aria-current")
        ]

    assert current(browser.page(f"/for/{leo}")) == [("Riverside Physiotherapy", "Leo Shah", "page")]
    assert current(browser.page(step("what", who=cast.leo))) == [("Riverside Physiotherapy", "Leo Shah", "true")]
    assert current(browser.page("/appointments")) == []


def test_revoked_and_ended_links_are_gone_and_paused_ones_say_so(app, cast, browse, clock):
    def change():
        links = {name: db.session.get(Link, cast.link("priya", name).id) for name in ("leo", "anya", "kiran")}
        links["leo"].revoke(clock())
        links["anya"].ends_on = clock().date().replace(day=9)
        links["kiran"].profile.practice.age_steps = [[16, "pause"]]
        links["kiran"].decided_on = clock().date().replace(year=2020)

    with app.app_context():
        transact(change)
    browser = browse(cast.priya)
    assert [list(people) for _place, people in menu(browser.page("/account"))] == [["You"], ["You", "Kiran Shah Paused"]]
    page = browser.page(f"/for/{cast.link('priya', 'kiran').public_id}")
    assert page.status == 200 and "Your access is paused." in page.text and "Kiran turned 16 on" in page.text
    assert not any("Book for" in words for words in page.links())


def test_looking_at_somebody_changes_nothing_that_another_tab_sees(app, cast, browse):
    browser = browse(cast.priya)
    leo, anya = (f"/for/{cast.link('priya', name).public_id}" for name in ("leo", "anya"))
    with app.app_context():
        before = [row.data for row in db.session.scalars(select(SessionRow))]
    assert "Leo Shah" in strip(browser.page(leo)) and "Anya Shah" in strip(browser.page(anya))
    assert "Leo Shah" in strip(browser.page(leo)) and strip(browser.page("/appointments")) == ""
    with app.app_context():
        assert [row.data for row in db.session.scalars(select(SessionRow))] == before


def test_the_strip_names_person_and_practice_wherever_one_acts(app, cast, browse, clock):
    with app.app_context():
        one = mails.appointment(cast, "leo", clock.at.replace(day=16)).public_id
    browser = browse(cast.priya)
    for path in (
        f"/for/{cast.link('priya', 'leo').public_id}",
        f"/appointments/{one}",
        f"/appointments/{one}/cancel",
        f"/appointments/{one}/move",
    ):
        assert strip(browser.page(path)) == "Acting for Leo Shah at Riverside Physiotherapy", path
    for name in ("what", "with", "when"):
        said = strip(browser.page(step(name, who=cast.leo, what=cast.follow_up, with_="any")))
        assert said == "You are booking for Leo Shah at Riverside Physiotherapy. Change the person"


def test_about_oneself_it_is_said_only_where_there_is_somebody_else(cast, browse):
    own = cast.link("priya", "priya", BEAU_RIVAGE).public_id
    assert strip(browse(cast.priya).page(f"/for/{own}")) == "You, Priya Shah, at Clinique Beau-Rivage"
    said = strip(browse(cast.priya).page(step("what", BEAU_RIVAGE)))
    assert said == "You are booking for yourself, Priya Shah, at Clinique Beau-Rivage. Change the person"
    said = strip(browse(cast.daniel).page(step("what", who="me")))
    assert said == "You are booking for yourself, Daniel Okafor, at Riverside Physiotherapy. Change the person"
    assert strip(browse(cast.nadia).page(step("what"))) == ""
    assert strip(browse(cast.kiran).page(f"/for/{cast.link('kiran', 'kiran').public_id}")) == ""


def test_a_name_is_only_words(app, cast, browse):
    with app.app_context():
        transact(lambda: setattr(db.session.get(type(cast.leo), cast.leo.id), "given_name", "<b>Leo"))
    page = browse(cast.priya).page(f"/for/{cast.link('priya', 'leo').public_id}")
    assert "&lt;b&gt;Leo" in page.html and "<b>Leo" not in page.html


@pytest.mark.parametrize("who, staff, path", [("priya", False, "/privacy"), ("tom", True, "/desk/riverside/day")])
def test_the_menu_costs_one_statement_and_strangers_none(cast, browse, who, staff, path):
    def asked(browser, where):
        said = []
        listen = lambda _conn, _cursor, statement, *_: said.append(statement)  # noqa: E731
        browser.get(where)
        event.listen(Engine, "before_cursor_execute", listen)
        browser.get(where)
        event.remove(Engine, "before_cursor_execute", listen)
        return [one for one in said if "FROM links" in one or "FROM staff_members" in one]

    found = asked(browse(getattr(cast, who), staff), path)
    assert len([one for one in found if "FROM links" in one]) == 1
    assert len([one for one in found if "FROM staff_members" in one]) == int(staff), "the menu asks for the same roles again"
    assert asked(browse(), "/at/riverside/") == []


# --- an address that belongs to somebody else ---


def test_a_foreign_address_says_who_is_signed_in_and_lets_somebody_else_in(app, cast, browse, clock):
    with app.app_context():
        one = mails.appointment(cast, "leo", clock.at.replace(day=16)).public_id
    browser = browse()
    browser.submit(browser.page("/sign-in"), follow=False, email="nadia@example.com", password=PASSWORD)
    page = browser.page(f"/appointments/{one}")
    assert page.status == 404
    assert "This page is not here, or it belongs to another account. You are signed in as Nadia Haddad (nadia@example.com)." in page.text
    assert browser.page("/appointments/a2b3c4d5e6f7g2h3").text == page.text
    sign_in = browser.submit(page)
    assert sign_in.h1 == "Sign in"
    there = browser.submit(sign_in, email="priya@example.com", password=PASSWORD)
    assert there.h1 == "Appointment confirmed" and there.response.request.path == f"/appointments/{one}"


def test_signing_out_leads_to_no_other_site(cast, browse):
    browser = browse(cast.nadia)
    for bad in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        page = browser.submit(browser.page("/nowhere"), follow=False, next=bad)
        assert page.response.location == "/signed-out"
        browser = browse(cast.nadia)


def test_signed_out_one_signs_in_and_comes_to_the_same_person(cast, browse):
    leo = f"/for/{cast.link('priya', 'leo').public_id}"
    browser = browse()
    page = browser.submit(browser.page(leo), email="priya@example.com", password=PASSWORD)
    assert page.h1 == "Leo Shah" and page.response.request.path == leo
