"""The front desk takes a call: finds the person, reads why the day is closed, opens it, books (MISSION F2, issue 5)."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e.conftest import DESK, PHONE
from e2e.people import heading, sign_in
from e2e.test_keyboard import enter, press_until
from portal.seed import name_id

MAYA, INITIAL, FOLLOW_UP = name_id("practitioner maya"), name_id("service initial"), name_id("service follow-up")
ASK_AXE = {"resultTypes": ["violations"]}


def book_first_time(page):
    """On the page of the desk that books: the first time of the day."""
    page.locator("input[name=at]").first.check()
    page.get_by_role("button", name="Book", exact=True).click()


def test_the_front_desk_takes_a_call_opens_the_day_and_books(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")

    # given Leo's mother on the phone, who cannot book on Friday 8 January
    page.get_by_role("link", name="Phone", exact=True).click()
    page.get_by_label("Name, phone or email").last.fill("leo shah")
    page.get_by_label("Service").select_option(label="Follow-up physiotherapy")
    page.get_by_label("Practitioner").select_option(label="Maya Chen")
    page.get_by_label("Day", exact=True).fill("2027-01-08")
    page.get_by_role("button", name="Show").click()

    # when Tom reads the very sentence she reads, and why
    assert page.locator("blockquote").inner_text() == "Maya Chen is away on Friday 8 January 2027. Back on Saturday 9 January 2027."
    assert "Time off" in page.inner_text("main") and "Wedding of a friend" in page.inner_text("main")

    # then he looks at what would open, opens it, and books
    page.get_by_role("link", name="See what this opens").click()
    assert heading(page) == "Open Friday 8 January 2027?"
    assert "Nothing changes for other practitioners." in page.inner_text("main")
    page.get_by_role("button", name="Open this day").click()
    assert "can be booked online" in page.locator("blockquote").inner_text()
    page.locator("ul.times a").first.click()
    assert heading(page) == "Book for Leo Shah"
    book_first_time(page)
    assert "Booked for Leo Shah." in page.inner_text("main") or "Booked for Leo Shah." in page.inner_text("body")


def test_an_opened_day_is_open_to_the_caller_and_closed_again_by_undo(site, open_page):
    desk, caller = open_page(viewport=DESK), open_page()
    sign_in(desk, "dana@example.com")
    address = f"/at/riverside/book/when?what={INITIAL}&with={MAYA}&day=2027-01-16"
    caller.goto(address)
    said = caller.inner_text("#times")
    desk.goto(f"/desk/riverside/phone?what={INITIAL}&with={MAYA}&date=2027-01-16")
    assert desk.locator("blockquote").inner_text() in said
    desk.get_by_role("link", name="See what this opens").click()
    desk.get_by_role("button", name="Open this day").click()
    caller.reload()
    assert caller.locator("#times ul.times button").count() > 0
    desk.get_by_role("button", name="Undo").click()
    caller.reload()
    assert "opens on Monday 14 December at 9am" in caller.inner_text("#times")


def test_a_call_is_answered_by_keyboard_alone(site, open_page):
    page = open_page(viewport=DESK)
    sign_in(page, "tom@example.com")
    press_until(page, "^Phone$")
    enter(page)
    press_until(page, "^Name, phone or email$")  # of the head of the page
    press_until(page, "^Name, phone or email$")
    page.keyboard.type("leo shah")
    enter(page)
    press_until(page, "^Service$")
    page.keyboard.type("Follow")
    press_until(page, "^Practitioner$")
    page.keyboard.type("Maya")
    press_until(page, "^Day$")
    page.keyboard.type("01082027")
    press_until(page, "^Show$")
    enter(page)
    assert "is away on Friday 8 January" in page.locator("blockquote").inner_text()
    press_until(page, "See what this opens")
    enter(page)
    press_until(page, "Open this day")
    enter(page)
    press_until(page, r"^\d+(:\d+)?[ap]m$")
    enter(page)
    assert heading(page) == "Book for Leo Shah"
    press_until(page, r"^\d+(:\d+)?[ap]m")
    page.keyboard.press("Space")
    press_until(page, "^Book$")
    enter(page)
    assert "Leo Shah" in page.inner_text("main")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_any_answer(site, open_page, viewport, dark):
    page = open_page(viewport=viewport, dark=dark)
    sign_in(page, "dana@example.com")
    asked = f"/desk/riverside/phone?what={INITIAL}&with={MAYA}&date="
    addresses = [f"{asked}2027-01-16", f"{asked}2026-12-14", f"{asked}2026-12-25", f"/desk/riverside/phone?q=shah&what={INITIAL}"]
    addresses += [
        f"/desk/riverside/phone?what={FOLLOW_UP}&date=2026-12-14",
        f"/desk/riverside/phone/open?what={INITIAL}&with={MAYA}&date=2026-12-24",
    ]
    findings = {}
    for address in addresses:
        page.goto(address)
        results = Axe().run(page, options=ASK_AXE).response["violations"]
        if results:
            findings[address] = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in results]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert not findings
    assert re.search("Open|reads", page.inner_text("main"))
