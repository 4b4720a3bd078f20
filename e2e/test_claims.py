"""Invitations as people meet them: a mother takes up two with one account, a newer link takes the place of an older, a scanner opens everything first."""

import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e.conftest import DESK
from e2e.people import choose_practitioner, choose_service, confirm, heading, last_day, sign_in, times
from portal import access, clock, invitations
from portal.database import db, transact
from portal.invitations import Wanted
from portal.models import Account, Invitation, Profile
from tests.cast import Cast

MIA = "mia@example.com"


def on_file(site, given: str, born_on: date) -> int:
    """Somebody Riverside has known for long, without any account."""
    with site.app.app_context():
        person = Profile(
            practice_id=Cast(site.app).riverside.id, given_name=given, family_name="Roy", born_on=born_on, created_at=clock.now()
        )
        transact(lambda: (db.session.add(person), db.session.flush()))
        return person.id


def invite(site, profile_id: int, relationship: str, **more) -> int:
    with site.app.app_context():
        wanted = Wanted(MIA, relationship, access.default_permissions(relationship), **more)
        return transact(invitations.invite, Cast(site.app).staff("dana"), db.session.get(Profile, profile_id), wanted, clock.now()).id


def links_to_mia(site) -> list[str]:
    letters = [letter.get_body(("plain",)).get_content() for letter in site.mails_to(MIA)]
    return [found[0] for text in letters if (found := re.search(re.escape(site.url) + r"/claim/\S+", text))]


def set_up(page) -> None:
    page.get_by_role("link", name="Set up my account").click()
    page.get_by_label("First name").fill("Mia")
    page.get_by_label("Last name").fill("Roy")
    for label, part in (("Day", "3"), ("Month", "4"), ("Year", "1990")):
        if not page.get_by_label(label, exact=True).input_value():
            page.get_by_label(label, exact=True).fill(part)
    assert page.get_by_label("Email address").input_value() == MIA
    assert page.get_by_label("Email address").get_attribute("readonly") is not None
    page.get_by_label("Create a password", exact=True).fill("three quiet otters")
    page.get_by_role("button", name="Set up my account").click()


def book_for(page, name: str) -> str:
    page.goto("/at/riverside/book/who")
    page.locator(".choice", has_text=name).locator("input").check()
    page.get_by_role("button", name="Continue").click()
    choose_service(page, "Massage, 60")
    if heading(page) == "Who would you like to see?":
        choose_practitioner(page, "Ravi")
    last_day(page)
    times(page).last.click()
    words = confirm(page)
    assert heading(page) == "Appointment confirmed"
    return words


def test_a_mother_claims_herself_and_her_son_with_one_account_and_books_for_each(site, open_page, javascript):
    # given Mia and Noah, known to the clinic, both invited at one address
    invite(site, on_file(site, "Mia", date(1990, 4, 3)), "self", second_check="birth_date")
    invite(site, on_file(site, "Noah", date(2018, 6, 2)), "parent", why="You always come with him.")
    own, sons = links_to_mia(site)

    # when she opens her own invitation: it names nobody, and asks for her date of birth
    page = open_page(javascript=javascript)
    page.goto(own)
    assert page.url == f"{site.url}/claim/" and heading(page) == "Set up online booking" and "Roy" not in page.content()
    for label, part in (("Day", "3"), ("Month", "4"), ("Year", "1991")):
        page.get_by_label(label, exact=True).fill(part)
    page.get_by_role("button", name="Continue").click()
    assert "You have 4 tries left" in page.inner_text(".problem")
    page.get_by_label("Year", exact=True).fill("1990")
    page.get_by_role("button", name="Continue").click()

    # then she makes an account, reads what it is for and accepts
    set_up(page)
    assert heading(page) == "Book online at Riverside Physiotherapy"
    page.get_by_role("button", name="Accept: book online at Riverside Physiotherapy").click()

    # and her son's invitation, to the same mailbox, is next
    assert "You can now book online at Riverside Physiotherapy." in page.inner_text("[role=status]")
    assert " ".join(
        heading(page).split()
    ) == "Book for Noah R. at Riverside Physiotherapy" and "You always come with him." in page.inner_text("main")
    page.get_by_role("button", name=re.compile("^Accept: book for Noah.R. at Riverside Physiotherapy$")).click()
    assert "You can now book for Noah at Riverside Physiotherapy." in page.inner_text("[role=status]")
    page.goto(sons)
    assert heading(page) == "This invitation has been used"

    # and she books for each
    assert book_for(page, "Noah").startswith("Book for Noah")
    book_for(page, "Mia")
    page.goto("/appointments")
    cards = " ".join(page.locator("article").all_inner_texts())
    assert "Noah" in cards and page.locator("article").count() == 2


def test_a_newer_link_takes_the_place_of_the_older(site, open_page, javascript):
    one = invite(site, on_file(site, "Noah", date(2018, 6, 2)), "parent")
    site.clock.forward(minutes=6)
    (old,) = links_to_mia(site)
    with site.app.app_context():
        dana = db.session.get(Account, Cast(site.app).dana.id)
        transact(invitations.resend, db.session.get(Invitation, one), site.clock(), by=dana)
    _old, new = links_to_mia(site)

    # the old one says so
    page = open_page(javascript=javascript)
    page.goto(old)
    assert heading(page) == "We sent you a newer link" and "Noah" not in page.content()

    # the new one works; so does one she asks for herself when it has expired
    page.goto(new)
    assert heading(page) == "Set up online booking"
    site.clock.forward(hours=80)
    page = open_page(javascript=javascript)
    page.goto(new)
    assert heading(page) == "This invitation has expired"
    page.get_by_role("button", name="Send a new link").click()
    assert "We sent a new link to the address that was invited." in page.inner_text("[role=status]")
    page.goto(links_to_mia(site)[-1])
    set_up(page)
    page.get_by_role("button", name=re.compile("^Accept: book for Noah")).click()
    assert "You can now book for Noah" in page.inner_text("[role=status]")


@pytest.mark.parametrize("scanner_runs_scripts", [True, False])
def test_a_scanner_opens_everything_first(site, open_page, scanner_runs_scripts):
    """It asks for heads, opens links and what they lead to, runs scripts; it presses no buttons."""
    profile_id = on_file(site, "Noah", date(2018, 6, 2))
    one = invite(site, profile_id, "parent")
    (link,) = links_to_mia(site)

    scanner = open_page(javascript=scanner_runs_scripts)
    for n in range(20):
        scanner.request.fetch(link, method="HEAD" if n % 2 else "GET")
    scanner.goto(link)
    seen, waiting = set(), [scanner.url]
    while waiting and len(seen) < 12:
        address = waiting.pop(0)
        if address not in seen:
            seen.add(address)
            scanner.request.fetch(address, method="HEAD")
            scanner.goto(address)
            waiting += hrefs(scanner, site)
    assert {urlsplit(address).path for address in seen} >= {"/claim/", "/claim/set-up", "/claim/refuse"}
    with site.app.app_context():
        row = db.session.get(Invitation, one)
        assert row.state(site.clock()) == "open" and (row.tries, row.sent_count) == (0, 1)

    page = open_page()
    page.goto(link)
    set_up(page)
    page.get_by_role("button", name=re.compile("^Accept: book for Noah")).click()
    assert "You can now book for Noah" in page.inner_text("[role=status]")


def hrefs(page, site) -> list[str]:
    """Where the page's own text leads."""
    found = re.findall(r'<a [^>]*href="([^"#]+)', page.inner_html("main"))
    return [f"{site.url}{path}".replace("&amp;", "&") for path in found if path.startswith("/")]


@pytest.mark.parametrize("viewport, dark", [({"width": 320, "height": 640}, False), (DESK, True)], ids=["small phone", "dark desk"])
def test_every_page_of_an_invitation_can_be_used_by_everybody(site, open_page, viewport, dark):
    """axe finds nothing, and nothing is wider than a small phone."""
    noah = on_file(site, "Noah", date(2018, 6, 2))
    invite(site, noah, "parent", second_check="birth_date")
    invite(site, on_file(site, "Bo", date(2019, 6, 2)), "parent", why="A long word: " + "Physiotherapiepraxis" * 4)
    checked, plain = links_to_mia(site)
    page, found = open_page(viewport=viewport, dark=dark), {}

    def look(name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth") > viewport["width"]
        faults = [each["id"] for each in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]]
        if wide or faults:
            found[name] = (wide, faults)

    page.goto(checked)
    look("check")
    page.get_by_role("button", name="Continue").click()
    look("check, with a problem")
    page.goto(plain)
    look("two ways")
    page.get_by_role("link", name="This is not for me").click()
    look("refuse")
    page.goto("/claim/set-up")
    look("set up")
    page.get_by_role("button", name="Set up my account").click()
    look("set up, with problems")
    page.goto("/claim/x.y")
    look("forged")
    sign_in(page, "daniel@example.com")
    page.goto(plain)
    look("another address")
    for label, part in (("Day", "2"), ("Month", "6"), ("Year", "2019")):
        page.get_by_label(label, exact=True).fill(part)
    page.get_by_role("button", name="Continue with this account").click()
    assert page.get_by_role("button", name=re.compile("^Accept: ")).count() == 1
    look("accept")
    page.get_by_role("button", name=re.compile("^Accept: ")).click()
    page.goto(plain)
    look("used")
    assert found == {}
