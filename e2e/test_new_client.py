"""Somebody new: written down while an appointment is made for them, and a child without email whose mother books from then on; on every page axe finds nothing."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e.conftest import DESK, PHONE
from e2e.people import heading, sign_in
from e2e.test_claims import set_up
from portal.seed import name_id

MAYA = name_id("practitioner maya")
WALTER = f"/staff/riverside/people/{name_id('walter@riverside')}"


def unfold(page, section: str) -> None:
    box = page.locator(f"#{section}")
    if box.get_attribute("open") is None:
        box.locator("summary").click()


def test_a_new_client_from_inside_an_appointment(site, open_page, javascript):
    # given a caller and a free hour in the calendar
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto(f"/desk/riverside/calendar?date=2026-12-16&with={MAYA}")
    page.locator(".desk .free").filter(has_text=re.compile("hours? ")).first.click()

    # when they are somebody new, with two numbers and a card
    page.get_by_role("link", name="Somebody new").click()
    page.get_by_label("First name").fill("Tenzin")
    page.get_by_label("Last name").fill("Dorje")
    page.get_by_label("Preferred name").fill("Ten")
    page.locator("#phone").fill("416 555 0199")
    page.locator("#phone_kind").select_option("home")
    page.get_by_label("They agree to text messages").check()
    page.get_by_role("button", name="Another number").click()
    assert page.get_by_label("First name").input_value() == "Tenzin" and page.locator("#numbers-0-number").is_visible()
    page.get_by_role("button", name="Add and go on").click()
    assert "Enter a mobile number above, or take this tick off" in page.inner_text(".problem")
    page.locator("#numbers-0-number").fill("416 555 0133")
    page.get_by_label(re.compile("^Call this one first")).last.check()
    unfold(page, "coverage")
    page.get_by_label("Health card number").fill("1234 567 898")
    page.get_by_role("button", name="Validate the card").click()
    assert "its last digit does not fit the others" in page.inner_text("#coverage")
    page.get_by_label("Health card number").fill("1234 567 897")
    page.get_by_role("button", name="Add and go on").click()

    # then the appointment goes on for them, at the hour that was chosen
    assert heading(page) == "Book for Tenzin Dorje"
    page.get_by_role("main").get_by_role("button", name="Book", exact=True).click()
    assert heading(page) == "Tenzin Dorje"
    page.get_by_role("main").get_by_role("link", name="Tenzin Dorje", exact=True).click()
    assert (
        heading(page) == "Tenzin Dorje “Ten”"
        and "(416) 555-0133 Mobile" in page.inner_text("main")
        and "•••• 7897" in page.inner_text("main")
    )
    page.get_by_role("link", name="Appointments").first.click()
    assert page.get_by_role("main").get_by_text("Maya Chen").count() == 1


def test_a_child_without_email_is_enrolled_through_a_parent(site, open_page, javascript):
    # given Ada, who is eight and has no email
    page = open_page(javascript=javascript)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/people")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Roy")
    unfold(page, "details")
    for label, part in (("Day", "3"), ("Month", "4"), ("Year", "2018")):
        page.get_by_label(label, exact=True).fill(part)
    page.get_by_label("Note for staff").fill("Hides under the table at first.")

    # when her mother is written down as a contact and let in
    unfold(page, "contacts")
    page.get_by_label("Name", exact=True).fill("Mia Roy")
    page.get_by_label("Who they are to this person").fill("mother")
    page.locator("#contacts-0-email").fill("mia@example.com")
    page.get_by_label("Let them into the portal").select_option("parent")
    page.get_by_role("button", name="Add person").click()
    assert "We sent an invitation to mia@example.com." in page.inner_text("main") and "Mia Roy" in page.inner_text("main")

    # then the mother gets a mail, makes an account, and acts for Ada; the note stays with staff
    mother = open_page(javascript=javascript)
    mother.goto(site.link_for("mia@example.com"))
    set_up(mother)
    mother.get_by_role("button", name=re.compile("^Accept: book for Ada")).click()
    assert "You can now book for Ada at Riverside Physiotherapy." in mother.inner_text("[role=status]")
    assert "under the table" not in mother.content()
    page.get_by_role("link", name="Portal accounts").click()
    assert "Parent" in page.inner_text("main") and "mia@example.com" in page.inner_text("main")


def test_two_desks_change_one_record(site, open_page, javascript):
    tom, dana = (open_page(javascript=javascript, viewport=DESK) for _desk in range(2))
    for page, who in ((tom, "tom"), (dana, "dana")):
        sign_in(page, f"{who}@example.com")
        page.goto(WALTER)
        page.get_by_role("link", name=re.compile("^Edit")).click()
    dana.locator("#phone").fill("416 555 0111")
    dana.get_by_role("button", name="Save").click()
    tom.get_by_label("Preferred name").fill("Walt")
    tom.get_by_role("button", name="Save").click()
    assert "Phone changed from (416) 555-0176 to (416) 555-0111 · Riverside Physiotherapy (Dana Wright, administrator)" in tom.inner_text(
        ".problem"
    )
    tom.get_by_role("button", name="Save").click()
    assert heading(tom) == "Walter Brandt “Walt”" and "(416) 555-0111" in tom.inner_text("main")


@pytest.mark.parametrize("viewport, dark", [(PHONE, False), (DESK, True)], ids=["phone", "dark desk"])
def test_every_page_of_a_record_can_be_used_by_everybody(open_page, viewport, dark):
    page, found = open_page(viewport=viewport, dark=dark), {}
    sign_in(page, "dana@example.com")
    for address in (
        "/staff/riverside/people/add",
        WALTER,
        f"{WALTER}/edit",
        f"{WALTER}/contacts",
        f"{WALTER}/coverage",
        WALTER.replace("/staff/", "/desk/") + "/appointments?which=past",
    ):
        page.goto(address)
        page.locator("main details").evaluate_all("boxes => boxes.forEach(box => { box.open = true })")
        wide = page.evaluate("document.documentElement.scrollWidth") > viewport["width"]
        faults = [
            f"{each['id']}: {each['nodes'][0]['html'][:160]}"
            for each in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        ]
        if wide or faults:
            found[address] = (wide, faults)
    assert not found
