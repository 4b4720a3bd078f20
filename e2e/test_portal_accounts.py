"""The front desk lets a mother in: found by name, added to herself and to her son, sent again, passed on by hand, deleted."""

import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from e2e.conftest import DESK, PHONE
from e2e.people import heading, sign_in
from portal.database import db, transact
from portal.models import Practice, Profile

MOTHER = "helene.bruneau@example.com"


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def viewport(request):
    return request.param


@pytest.fixture
def family(site):
    """A mother with an address and her son without one, as the practice knows them; neither can sign in."""
    with site.app.app_context():
        riverside = db.session.scalar(select(Practice).where(Practice.slug == "riverside"))
        common = {"practice_id": riverside.id, "family_name": "Bruneau", "created_at": site.clock()}
        mother = Profile(given_name="Hélène", born_on=date(1988, 3, 2), email=MOTHER, **common)
        transact(lambda: db.session.add_all([mother, Profile(given_name="Théo", born_on=date(2019, 7, 14), **common)]))
        db.session.remove()


def find(page, words: str, name: str) -> None:
    """By the search box that is on every page of staff."""
    page.get_by_label("Name, phone or email").fill(words)
    page.get_by_role("button", name="Find people").click()
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="Portal accounts").click()


def note(page) -> str:
    return page.locator("main .note[role=status]").first.inner_text()


def menu(page, email: str):
    """Open the menu of an invitation."""
    page.get_by_role("button", name=f"More for the invitation to {email}").first.click()
    return page.locator(".menu:popover-open")


def test_the_front_desk_lets_a_mother_in(site, family, open_page, javascript, viewport):
    page = open_page(javascript=javascript, viewport=viewport)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/")

    # when she is found without her accents and added to herself, with the address that is there
    find(page, "bruneau helene", "Hélène Bruneau")
    page.get_by_role("link", name="Give somebody access").click()
    page.get_by_label(MOTHER).check()
    page.get_by_label("Hélène Bruneau").check()
    page.get_by_role("button", name="Send the invitation").click()
    assert note(page) == f"We sent an invitation to {MOTHER}."

    # and to her son, with a code to say by phone; a slip in the address is asked about
    find(page, "bruneau theo", "Théo Bruneau")
    page.get_by_role("link", name="Give somebody access").click()
    assert page.get_by_role("radio", name="Théo Bruneau").count() == 0, "he is too young for an account of his own"
    page.locator("[name=relationship][value=parent]").check()
    page.get_by_label("A code you say by phone").check()
    page.get_by_role("button", name="Send the invitation").click()
    assert "Enter an email address" in page.inner_text(".problem")
    page.get_by_label("Email address").fill("helene.bruneau@gmial.com")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_role("button", name="Keep helene.bruneau@gmial.com").click()
    assert "We sent an invitation to helene.bruneau@gmial.com." in note(page)
    assert re.search(r"Say this code on the telephone: \d{6}", page.inner_text("main"))

    # then the wrong address is deleted, and hers is used
    menu(page, "helene.bruneau@gmial.com").get_by_role("link", name="Delete invitation…").click()
    page.get_by_role("button", name="Delete the invitation").click()
    assert not page.locator("main table", has_text="gmial").count()
    page.get_by_role("link", name="Give somebody access").click()
    page.get_by_label("Email address").fill(MOTHER)
    page.locator("[name=relationship][value=parent]").check()
    page.get_by_label("Choose", exact=False).first.check()
    page.get_by_label("Only that Théo is busy, not what for").check()
    page.get_by_role("button", name="Send the invitation").click()

    # both wait, and the mails are about one each
    page.get_by_role("navigation", name="Staff").get_by_role("link", name="Invitations").click()
    assert page.locator("tbody tr").count() == 2
    assert len(site.mails_to(MOTHER)) == 2 and "Théo" in site.mails_to(MOTHER)[-1].get_body(("plain",)).get_content()

    # sent again: not at once, but later
    menu(page, MOTHER).get_by_role("button", name="Send again").click()
    assert note(page).startswith("We sent it a moment ago. You can send it again from ")
    site.clock.forward(minutes=6)
    page.get_by_label(re.compile("Select .* for Théo Bruneau")).check()
    page.get_by_role("button", name="Send the ticked ones again").click()
    assert note(page) == "1 invitation was sent again."
    assert len(site.mails_to(MOTHER)) == 3

    # copied: the link that works now, for her alone
    menu(page, MOTHER).get_by_role("link", name="Copy link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert link.startswith(f"{site.url}/claim/")
    assert page.get_by_role("link", name="Email the link yourself").get_attribute("href").startswith(f"mailto:{MOTHER}?subject=")
    guest = open_page(javascript=javascript, viewport=viewport)
    guest.goto(link)
    assert heading(guest) == "Set up online booking" and "Riverside Physiotherapy invited you" in guest.inner_text("main")


def test_the_menu_answers_to_the_keyboard(site, family, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/people?q=bruneau+helene")
    page.get_by_role("main").get_by_role("link", name="Hélène Bruneau", exact=True).click()
    page.get_by_role("link", name="Portal accounts").click()
    page.get_by_role("link", name="Give somebody access").click()
    page.get_by_label(MOTHER).check()
    page.get_by_label("Hélène Bruneau").check()
    page.get_by_role("button", name="Send the invitation").click()

    button = page.get_by_role("button", name=f"More for the invitation to {MOTHER}")
    button.focus()
    page.keyboard.press("Enter")
    if not javascript:
        page.keyboard.press("Tab")
    first = page.locator(".menu:popover-open").get_by_role("button", name="Send again")
    expect(first).to_be_focused()
    words = ["Send again", "Copy link", "Print", "Email the link yourself", "Delete invitation…"]
    for word in words:
        assert page.evaluate("document.activeElement.textContent") == word
        page.keyboard.press("ArrowDown" if javascript else "Tab")
    page.keyboard.press("Escape")
    assert page.locator(".menu:popover-open").count() == 0
    button.focus()
    page.keyboard.press("Enter")
    if not javascript:
        page.keyboard.press("Tab")
    expect(first).to_be_focused()
    for _ in words[1:]:
        page.keyboard.press("ArrowDown" if javascript else "Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete this invitation?")


def test_what_is_not_asked_is_not_shown(site, family, open_page, javascript):
    """The boxes for "Choose" and for "Another address" come with their answer, by style alone."""
    page = open_page(javascript=javascript)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/people?q=bruneau+helene")
    page.get_by_role("main").get_by_role("link", name="Hélène Bruneau", exact=True).click()
    page.get_by_role("link", name="Portal accounts").click()
    page.get_by_role("link", name="Give somebody access").click()
    box, level = page.locator("#email"), page.get_by_label("Only that Hélène is busy, not what for")
    assert not box.is_visible() and not level.is_visible()
    page.get_by_label("Another address").check()
    page.locator("[name=how][value=chosen]").check()
    assert box.is_visible() and level.is_visible()


def test_only_the_slip_is_printed(site, family, open_page):
    page = open_page(viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/people?q=bruneau+helene")
    page.get_by_role("main").get_by_role("link", name="Hélène Bruneau", exact=True).click()
    page.get_by_role("link", name="Portal accounts").click()
    page.get_by_role("link", name="Give somebody access").click()
    page.get_by_label(MOTHER).check()
    page.get_by_label("Hélène Bruneau").check()
    page.get_by_role("button", name="Send the invitation").click()
    menu(page, MOTHER).get_by_role("link", name="Copy link").click()
    page.emulate_media(media="print")
    assert page.locator(".slip svg").is_visible() and "Book online at Riverside Physiotherapy" in page.inner_text("body")
    assert not page.get_by_label("Link", exact=True).is_visible() and "Hélène" not in page.inner_text("main")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_once_somebody_is_invited(site, family, open_page, viewport, dark):
    """Pages of an invitation, which nobody of the demo world has; nor is any of them wider than the screen."""
    page = open_page(viewport=viewport, dark=dark)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/people?q=bruneau+helene")
    page.get_by_role("main").get_by_role("link", name="Hélène Bruneau", exact=True).click()
    page.get_by_role("link", name="Portal accounts").click()
    page.get_by_role("link", name="Give somebody access").click()
    page.get_by_label(MOTHER).check()
    page.get_by_label("Hélène Bruneau").check()
    page.get_by_label("A code you say by phone").check()
    page.get_by_role("button", name="Send the invitation").click()
    leads = [page.url] + [page.locator(f"main a[href$='{end}']").first.get_attribute("href") for end in ("/link", "/delete", "/add")]
    findings = {}
    for address in [*leads, "/staff/riverside/invitations"]:
        page.goto(address)
        results = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        findings[address] = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in results]
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address
    assert not {address: found for address, found in findings.items() if found}
