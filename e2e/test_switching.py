"""One login, two practices, four people: who one acts for is chosen in the menu, said on every page, and told to nobody else."""

import re

import pytest

from e2e.conftest import DESK, PHONE
from e2e.people import choose_service, heading, sign_in
from portal.database import db, transact
from portal.links import grant
from portal.models.link import FROM_PRACTICE
from portal.models import Account, Practice, Profile
from portal.seed import name_id

RIVERSIDE, BEAU_RIVAGE = "Riverside Physiotherapy", "Clinique Beau-Rivage"


def open_menu(page):
    page.get_by_role("button", name="Priya Shah, account menu").click()
    menu = page.locator("#me")
    assert menu.is_visible()
    return menu


def switch(page, practice: str, person: str) -> None:
    open_menu(page).get_by_role("list", name=practice).get_by_role("link", name=person).click()


def strip(page) -> str:
    return page.locator("aside[aria-label='Who this is for']").inner_text()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_mother_switches_between_practices_and_people(site, open_page, javascript, viewport):
    page = open_page(javascript=javascript, viewport=viewport)
    sign_in(page, "priya@example.com")

    # given the menu on a page about nobody in particular: two practices, each with its people
    menu = open_menu(page)
    assert menu.locator("p").all_inner_texts() == [BEAU_RIVAGE, RIVERSIDE]
    assert menu.get_by_role("list", name=RIVERSIDE).get_by_role("link").all_inner_texts() == ["You", "Anya Shah", "Kiran Shah", "Leo Shah"]
    assert menu.locator("[aria-current]").count() == 0
    page.keyboard.press("Escape")

    # when she turns to Leo
    switch(page, RIVERSIDE, "Leo Shah")
    assert heading(page) == "Leo Shah"
    assert strip(page) == f"Acting for Leo Shah at {RIVERSIDE}"
    assert open_menu(page).locator("[aria-current=page]").inner_text() == "Leo Shah"
    page.keyboard.press("Escape")

    # and books for him, every step says so
    page.get_by_role("link", name="Book for Leo").click()
    assert strip(page).startswith(f"You are booking for Leo Shah at {RIVERSIDE}.")
    choose_service(page, "Massage, 60")
    assert strip(page).startswith(f"You are booking for Leo Shah at {RIVERSIDE}.")

    # when she turns to herself at the other practice, from the middle of the booking
    switch(page, BEAU_RIVAGE, "You")
    assert heading(page) == "Priya Shah"
    assert page.locator("header .logo").inner_text() == BEAU_RIVAGE
    assert strip(page) == f"You, Priya Shah, at {BEAU_RIVAGE}"
    page.get_by_role("link", name="Book an appointment for yourself").click()
    assert strip(page).startswith(f"You are booking for yourself, Priya Shah, at {BEAU_RIVAGE}.")
    assert RIVERSIDE not in page.inner_text("main")

    # then going back finds Leo where she left him
    for _ in range(2):
        page.go_back()
    assert strip(page).startswith(f"You are booking for Leo Shah at {RIVERSIDE}.")


def test_by_keyboard_alone(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "priya@example.com")
    page.get_by_role("button", name="Priya Shah, account menu").focus()
    page.keyboard.press("Enter")
    assert page.locator("#me").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#me").is_visible()
    assert page.evaluate("document.activeElement.className") == "me", "the focus is back on the button"
    page.keyboard.press("Enter")
    for _ in range(12):
        if page.evaluate("document.activeElement.textContent") == "Leo Shah":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/for/*")
    assert heading(page) == "Leo Shah"


def test_a_long_list_scrolls_on_the_smallest_phone(site, open_page):
    def settle():
        practice = db.session.query(Practice).filter_by(slug="riverside").one()
        priya = db.session.query(Account).filter_by(public_id=name_id("priya")).one()
        for number in range(30):
            born = site.clock().date().replace(year=2015)
            child = Profile(
                practice=practice,
                given_name=f"Child{number}",
                family_name="Wolfeschlegelsteinhausen",
                born_on=born,
                created_at=site.clock(),
            )
            db.session.add(child)
            db.session.flush()
            grant(priya, child, "guardian", ["see_times"], site.clock(), ground=FROM_PRACTICE)

    with site.app.app_context():
        transact(settle)
    for viewport in ({"width": 320, "height": 568}, DESK):
        page = open_page(viewport=viewport, javascript=False)
        sign_in(page, "priya@example.com")
        menu = open_menu(page)
        box = menu.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= viewport["height"] + 1 and box["width"] <= viewport["width"]
        last = menu.get_by_role("button", name="Sign out")
        last.scroll_into_view_if_needed()
        assert last.bounding_box()["y"] < viewport["height"]
        assert menu.evaluate("it => it.scrollWidth <= it.clientWidth"), "names break, nothing is cut off"


def test_staff_of_each_practice_see_no_trace_of_the_other(site, open_page):
    for address, slug, other in (("dana@example.com", "riverside", BEAU_RIVAGE), ("sylvie@example.com", "beau-rivage", RIVERSIDE)):
        page = open_page(viewport=DESK)
        sign_in(page, address)
        page.goto(f"/staff/{slug}/people?q=Priya&lang=en")
        assert "Priya Shah" in page.inner_text("main")
        waiting, seen = [page.url], set()
        page.get_by_role("main").get_by_role("link", name=re.compile("Priya Shah")).first.click()
        waiting.append(page.url)
        waiting += [link.get_attribute("href") for link in page.locator("main a[href^='/'], .subnav a").all()]
        for url in waiting:
            if url in seen or url.endswith((".csv", ".ics")):
                continue
            seen.add(url)
            page.goto(url)
            assert other not in page.content(), url
        assert len(seen) >= 6


def test_an_address_of_somebody_else_offers_another_account_and_comes_back(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, "priya@example.com")
    page.get_by_role("link", name="Details").first.click()
    address = page.url
    other = open_page(javascript=javascript)
    sign_in(other, "nadia@example.com")
    other.goto(address)
    assert heading(other) == "Page not found" and "You are signed in as Nadia Haddad (nadia@example.com)." in other.inner_text("main")
    other.get_by_role("button", name="Sign in with another account").click()
    assert heading(other) == "Sign in"
    other.get_by_label("Email address").fill("priya@example.com")
    other.get_by_label("Password", exact=True).fill("porchlight demo 2026")
    other.get_by_role("main").get_by_role("button", name="Sign in").click()
    assert other.url == address and heading(other) == "Appointment confirmed"


def test_the_page_to_share_prints_as_a_poster_and_its_addresses_open_for_strangers(site, open_page):
    page = open_page(viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/share")
    page.get_by_role("link", name="Ravi Kumar").click()
    address = page.get_by_role("link", name=re.compile("^http")).get_attribute("href")
    picture = page.get_by_role("img", name=f"QR code that opens {address}")
    assert picture.locator("svg").bounding_box()["width"] > 100
    page.emulate_media(media="print")
    assert picture.is_visible() and page.get_by_text(RIVERSIDE).last.is_visible()
    for control in (".btn", "textarea", "nav", "h1"):
        assert page.locator(f"{control}:visible").count() == 0, control
    stranger = open_page()
    stranger.goto(address)
    assert heading(stranger) == "What do you need?" and "With Ravi Kumar." in stranger.inner_text("main")
    choose_service(stranger, "Massage, 60")
    assert stranger.locator("#times ul.times button").count()
