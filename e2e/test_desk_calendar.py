"""The desk's day: a block becomes an appointment with somebody new, half a day goes to a colleague, two desks and one stale form; by keyboard too."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from booking import by_staff
from booking.models import Appointment
from e2e.conftest import DESK
from e2e.people import heading, sign_in
from e2e.test_keyboard import enter, press_until
from portal.database import db, transact
from portal.models import StaffMember
from portal.seed import name_id

CALENDAR = "/desk/riverside/calendar"
MAYA, OLIVIER = (name_id(f"practitioner {name}") for name in ("maya", "olivier"))
TODAY, FRIDAY = "2026-12-10", "2026-12-11"
EXPECTED = re.compile("status of 4|specified value")  # a page that says no, and a day that is none


def visits(page):
    return page.locator(".desk .appt:not(.block, .group)")


def first_visit(page, day=FRIDAY, whom=MAYA):
    page.goto(f"{CALENDAR}?date={day}&with={whom}")
    visits(page).first.click()


def test_a_block_becomes_an_appointment_with_a_new_client(site, open_page, javascript):
    # given an hour that is kept for something else
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto(f"{CALENDAR}?date=2026-12-16&with={MAYA}")
    page.locator(".desk .free").filter(has_text=re.compile("hours? ")).first.click()
    assert heading(page) == "Book an appointment"
    at = re.search(r"at=(\d+)", page.url)[1]
    page.goto(f"/desk/riverside/blocks/add?at={at}&with={MAYA}")
    start = page.get_by_label("From").input_value()
    page.get_by_label("To", exact=True).fill(f"{int(start[:2]) + 1:02}:{start[3:]}")
    page.get_by_label("What for").fill("Held for a caller")
    page.get_by_role("button", name="Block").click()
    page.locator(".desk .block").filter(has_text="Held for a caller").click()

    # when the caller turns out to be somebody new
    page.get_by_role("link", name="Make an appointment of it").click()
    page.get_by_role("link", name="Somebody new").click()
    page.get_by_label("First name").fill("Tenzin")
    page.get_by_label("Last name").fill("Dorje")
    page.get_by_role("button", name="Add and go on").click()
    assert heading(page) == "Book for Tenzin Dorje"
    page.get_by_role("main").get_by_role("button", name="Book", exact=True).click()

    # then the block is gone and the appointment stands in its place
    assert heading(page) == "Tenzin Dorje"
    page.goto(f"{CALENDAR}?date=2026-12-16&with={MAYA}")
    assert page.locator(".desk").get_by_text("Tenzin Dorje").count() == 1
    assert page.get_by_text("Held for a caller").count() == 0


def test_half_a_day_goes_to_a_colleague_and_everybody_is_told_once(site, open_page, javascript):
    # given a practitioner who calls in sick
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto("/desk/riverside/cover")
    page.get_by_label("Who is away").select_option("Olivier Dubois")
    page.get_by_label("Day").fill(FRIDAY)
    page.get_by_label("When").select_option("The afternoon, from midday")
    page.get_by_label("Who stands in").select_option("Maya Chen")
    page.get_by_role("button", name="Show").click()

    # when it was looked at who can go and who stays
    going = page.locator("tr").filter(has_text="Can move")
    count = going.count()
    assert count >= 1
    people = [going.nth(n).locator("th a").inner_text() for n in range(count)]
    page.get_by_role("button", name="Move them to Maya Chen").click()

    # then they are with the colleague, and who has an address got one letter
    assert f"{count} appointment" in page.get_by_role("status").first.inner_text()
    page.goto(f"{CALENDAR}?date={FRIDAY}&with={MAYA}")
    for name in people:
        assert page.locator(".desk").get_by_text(name).count() == 1
    with site.app.app_context():
        rows = db.session.scalars(select(Appointment).where(Appointment.moved_from.is_not(None))).all()
        addresses = [one.profile.email for one in rows if one.profile.email]
    for address in addresses:
        assert len([mail for mail in site.mails_to(address) if "Maya Chen" in mail.get_body(("plain",)).get_content()]) == 1


def test_two_desks_and_one_stale_form(site, open_page, javascript):
    # given two who look at one appointment
    tom, dana = open_page(javascript=javascript, viewport=DESK), open_page(javascript=javascript, viewport=DESK)
    sign_in(tom, "tom@example.com")
    sign_in(dana, "dana@example.com")
    first_visit(tom)
    address = tom.url
    tom.get_by_role("link", name="Cancel").click()
    tom.get_by_label("Reason").fill("Called: not feeling well")

    # when one of them moves it while the other types
    dana.goto(f"{address}/move?date=2026-12-18")
    dana.locator(".times input").first.check()
    dana.get_by_role("button", name="Move").click()
    assert "Moved." in dana.get_by_role("status").inner_text()
    tom.get_by_role("button", name="Cancel the appointment").click()

    # then nothing is cancelled, what is now is shown, what was typed is there, and looking again is enough
    assert "Somebody changed this while you were looking" in tom.get_by_role("alert").inner_text()
    assert "18 December" in tom.get_by_role("alert").inner_text()
    assert tom.get_by_label("Reason").input_value() == "Called: not feeling well"
    tom.get_by_role("button", name="Cancel the appointment").click()
    assert "Cancelled. The time is free again." in tom.get_by_role("status").inner_text()


def test_from_the_calendar_to_a_moved_appointment_with_the_keyboard_alone(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto(f"{CALENDAR}?date={TODAY}&with={MAYA}")  # somebody can have arrived only on the day
    press_until(page, r"with Maya Chen: free, .* Book$")
    enter(page)
    assert heading(page) == "Book an appointment"
    press_until(page, "Name, phone, email or file number")
    page.keyboard.type("walter")
    enter(page)
    press_until(page, "^Walter Brandt")
    enter(page)
    assert heading(page) == "Book for Walter Brandt"
    press_until(page, "Anyone|Maya Chen|Practitioner")
    press_until(page, "Show times")
    press_until(page, "Another time")  # the gap is too short for the whole visit, which the page says
    page.keyboard.press("ArrowDown")  # in a group of radio buttons the arrows choose
    press_until(page, "^Book$")
    enter(page)
    assert heading(page) == "Walter Brandt", page.locator("main").inner_text()
    press_until(page, "^Arrived$")
    enter(page)
    assert "Take back “Arrived”" in page.locator("main").inner_text()
    press_until(page, "^Move$")
    enter(page)
    press_until(page, r"^Day$")
    page.keyboard.press("Escape")
    assert heading(page) == "Move the appointment of Walter Brandt"


def test_dragging_leads_to_a_page_that_asks_and_moves_nothing_by_itself(site, open_page):
    page = open_page(viewport={"width": 1280, "height": 1600})  # so that both ends of the way are in sight
    sign_in(page, "tom@example.com")
    page.goto(f"{CALENDAR}?date={FRIDAY}&with={MAYA}")
    who = visits(page).first
    name = who.inner_text().split("\n")[0]
    who.drag_to(page.locator(".desk .free").last)
    page.wait_for_url("**/move?**")
    assert heading(page).startswith("Move the appointment of ")
    assert page.locator(".times :checked").count() == 1
    page.goto(f"{CALENDAR}?date={FRIDAY}&with={MAYA}")
    assert visits(page).first.inner_text().split("\n")[0] == name


def arrive(site, day=FRIDAY):
    """Somebody else marks the first of Maya Chen's appointments of that day."""
    with site.app.app_context():
        staff = db.session.scalar(select(StaffMember).join(StaffMember.account).where(StaffMember.role == "front_desk"))
        one = db.session.scalar(
            select(Appointment)
            .where(Appointment.wall_start.startswith(day), Appointment.practitioner.has(public_id=MAYA), Appointment.status == "booked")
            .order_by(Appointment.starts_at)
        )
        transact(by_staff.mark, staff, one, "arrived", max(site.clock(), one.starts_at))
        db.session.remove()


def test_other_peoples_changes_appear_by_themselves_but_never_under_ones_hands(site, open_page):
    page = open_page(viewport=DESK)
    page.clock.install()
    sign_in(page, "tom@example.com")
    page.goto(f"{CALENDAR}?date={FRIDAY}&with={MAYA}")
    assert page.locator(".desk .arrived").count() == 0
    arrive(site)
    page.clock.run_for(13_000)
    page.locator(".desk .arrived").wait_for()

    # while something is being chosen, they wait
    page.get_by_label("Go to day").focus()
    arrive(site)
    page.clock.run_for(13_000)
    page.get_by_text("The calendar changed.").wait_for()
    assert page.locator(".desk .arrived").count() == 1
    page.get_by_role("button", name="Show it").click()
    assert page.locator(".desk .arrived").count() == 2


@pytest.mark.parametrize("viewport, dark", [({"width": 320, "height": 640}, False), (DESK, True)], ids=["small phone", "dark desk"])
def test_every_page_of_the_desk_can_be_used_by_everybody(site, open_page, viewport, dark):
    """axe finds nothing, and nothing is wider than a small phone."""
    page, found, said = open_page(viewport=viewport, dark=dark), {}, []
    page.on(
        "console",
        lambda message: said.append(message.text) if message.type in ("error", "warning") and not EXPECTED.search(message.text) else None,
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page, "dana@example.com")

    def look(address: str = "", name: str = "") -> None:
        if address:
            page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth") > viewport["width"]
        faults = [
            f"{each['id']}: {each['nodes'][0]['html'][:160]}"
            for each in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        ]
        if wide or faults:
            found[name or address] = (wide, faults)

    walter = name_id("walter@riverside")
    for address in (
        CALENDAR,
        f"{CALENDAR}?view=week",
        f"{CALENDAR}?view=week&with={MAYA}",
        f"{CALENDAR}?by=room",
        f"{CALENDAR}?date=2026-12-25",
        f"{CALENDAR}?date=x",
    ):
        look(address)
    for address in (
        "book",
        "book?q=shah",
        "book/new",
        f"book?who={walter}&date={FRIDAY}",
        "blocks/add",
        "groups/open",
        f"cover?with={OLIVIER}&to={MAYA}&date={FRIDAY}",
    ):
        look(f"/desk/riverside/{address}")
    page.goto(f"/desk/riverside/book?who={walter}&date={FRIDAY}&with={MAYA}")
    page.get_by_label("Another time").last.fill("06:00")
    page.locator("[value=other]").check()
    page.get_by_role("main").get_by_role("button", name="Book", exact=True).click()
    look(name="in the way")
    page.get_by_label("I know.").check()
    page.get_by_role("main").get_by_role("button", name="Book", exact=True).click()
    look(name="an appointment")
    one = page.url
    for address in ("move", "cancel", "repeat"):
        look(f"{one}/{address}")
    page.goto(one)
    page.get_by_text("Somebody comes along").click()
    page.get_by_role("button", name="Add").click()
    look(name="a companion without a name")
    page.goto(f"/desk/riverside/groups/open?date=2026-12-16&with={MAYA}")
    page.locator(".times input").first.check()
    page.get_by_role("button", name="Open the group").click()
    look(name="a group")
    group = page.url
    look(f"{group}/seat?who={walter}")
    page.get_by_role("button", name="Give the seat").click()
    look(name="a group with somebody")
    look(f"{group}/close")
    assert not found and not said
