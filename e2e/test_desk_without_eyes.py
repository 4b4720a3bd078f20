"""The desk for who hears it: what is said in answer to a press has the focus, other people's changes are said and leave one's place alone; and for who
reads large letters."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking import blocks
from booking.models import Practitioner
from e2e.conftest import DESK, PHONE
from e2e.people import sign_in
from e2e.test_desk_calendar import CALENDAR, FRIDAY, MAYA, arrive
from e2e.test_keyboard import enter, press_until
from portal.database import db, transact
from portal.models import StaffMember
from portal.seed import name_id

FOCUSED = "document.activeElement === document.body ? '' : (document.activeElement.innerText || document.activeElement.textContent).trim()"


def focused(page) -> str:
    return page.evaluate(FOCUSED)


def test_who_checks_a_change_before_saving_stands_at_what_it_does(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "dana@example.com")
    page.goto(f"/desk/riverside/schedules/{MAYA}/hours")
    page.get_by_label("Monday").fill("10am to 2pm")
    press_until(page, "^Check before saving$")
    enter(page)
    assert focused(page) == "Before you save"
    # a slip comes first all the same
    page.get_by_label("Monday").fill("10am to ten")
    page.get_by_role("button", name="Check again").focus()
    enter(page)
    assert page.title().startswith("Error: ")
    if javascript:
        assert "There is a problem" in focused(page)


def test_what_is_in_the_way_of_a_time_is_said_first_and_leads_to_its_tick(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto(f"/desk/riverside/book?who={name_id('walter@riverside')}&date={FRIDAY}&with={MAYA}")
    page.get_by_label("Another time").last.fill("06:00")
    page.locator("[value=other]").check()
    page.get_by_role("main").get_by_role("button", name="Book", exact=True).focus()
    enter(page)
    summary = page.get_by_role("alert")
    assert summary.get_by_role("heading").inner_text() == "Something is in the way"
    if javascript:
        assert "Something is in the way" in focused(page)
    press_until(page, re.escape(summary.get_by_role("link").first.inner_text()))
    page.keyboard.press("Enter")
    press_until(page, "^I know.", most=2)


def test_the_phone_answers_where_the_question_was_sent(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto("/desk/riverside/phone")
    page.get_by_label("Day", exact=True).fill("2026-12-13")
    page.get_by_role("main").get_by_role("button", name="Show").focus()
    enter(page)
    assert focused(page) == "Sunday 13 December"
    page.get_by_label("Name, phone or email").last.fill("shah")
    page.get_by_role("main").get_by_role("button", name="Show").focus()
    enter(page)
    assert focused(page) == "Who is it?"


def test_times_of_another_day_are_where_one_goes_on(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto(f"/desk/riverside/book?who={name_id('walter@riverside')}&with={MAYA}")
    page.get_by_label("Day").fill("2026-12-14")
    page.get_by_role("button", name="Show times").focus()
    enter(page)
    assert focused(page).startswith("Time on Monday 14 December")
    # and what is wrong then is said first all the same
    page.get_by_role("main").get_by_role("button", name="Book", exact=True).focus()
    enter(page)
    assert page.title().startswith("Error: ")
    if javascript:
        assert "Choose a time" in focused(page)


def test_a_mark_is_said(site, open_page):
    site.clock.forward(days=1)  # on that Friday
    page = open_page(viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto(f"{CALENDAR}?date={FRIDAY}&with={MAYA}")
    page.locator(".desk .appt:not(.block, .group)").first.click()
    page.get_by_role("button", name="Arrived").click()
    assert page.get_by_role("status").inner_text() == "Marked: Arrived."
    page.get_by_role("button", name="Take back").click()
    assert page.get_by_role("status").inner_text() == "Marked: Booked."


def test_the_card_is_judged_where_it_was_typed(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/people/add")
    page.get_by_label("First name").fill("Zed")
    page.locator("#coverage summary").click()
    page.get_by_role("button", name="Validate the card").focus()
    enter(page)
    assert focused(page) == "Enter the number of the card first."
    assert page.get_by_label("First name").input_value() == "Zed"


def test_what_is_wrong_in_a_record_is_said_first_wherever_one_came_in(site, open_page):
    page = open_page(viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto(f"/staff/riverside/people/{name_id('walter@riverside')}/edit#coverage")
    page.get_by_label("First name").fill("")
    page.get_by_role("button", name="Save").focus()
    enter(page)
    assert "Enter a first name" in focused(page)


def test_somebody_alike_is_said_before_the_form(site, open_page):
    page = open_page(viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/people/add")
    page.get_by_label("First name").fill("Walter")
    page.get_by_label("Last name").fill("Brandt")
    page.get_by_role("button", name="Add person").focus()
    enter(page)
    assert "a record that looks like this" in focused(page)


def test_other_peoples_changes_are_said_and_nobody_loses_their_place(site, open_page):
    page = open_page(viewport=DESK)
    page.clock.install()
    sign_in(page, "tom@example.com")
    page.goto(f"{CALENDAR}?date={FRIDAY}&with={MAYA}")
    said = page.locator("main [role=status]")
    assert not said.inner_text().strip()

    # on what is still there
    first = page.locator(".desk .appt").first
    first.focus()
    where = first.get_attribute("href")
    arrive(site)
    page.clock.run_for(13_000)
    page.locator(".desk .arrived").wait_for()
    assert "The calendar changed." in said.aria_snapshot()
    assert page.evaluate("document.activeElement.getAttribute('href')") == where

    # on what is gone: beside it, not at the top of the page
    gap = page.locator(".desk .free").first
    gap.focus()
    at = int(re.search(r"at=(\d+)", gap.get_attribute("href"))[1])
    block(site, at)
    page.clock.run_for(13_000)
    page.locator(".desk .block").filter(has_text="Meeting").wait_for()
    assert page.evaluate("document.activeElement.closest('[data-calendar]') !== null")

    # and who asks to be shown stands in the calendar
    page.get_by_label("Go to day").focus()
    arrive(site)
    page.clock.run_for(13_000)
    page.get_by_role("button", name="Show it").click()
    assert page.evaluate("document.activeElement.closest('[data-calendar]') !== null")


def test_a_table_of_a_week_says_of_each_free_time_whose_and_when(site, open_page):
    page = open_page(viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto(f"{CALENDAR}?view=week&date={FRIDAY}")
    names = page.locator(".desk td a:not(.appt)").all_inner_texts()
    names = [" ".join(name.split()) for name in names]
    assert len(names) > 20 and len(set(names)) == len(names)
    page.goto("/staff/riverside/")
    cells = [" ".join(name.split()) for name in page.locator(".heat td:not(.free) a").all_text_contents()]
    assert len(cells) > 20 and len(set(cells)) == len(cells)


PATIENT = ["/appointments", "/family", "/account", "/account/language", "/at/riverside/", "/at/riverside/book/what"]
STAFF = ["", "people", "invitations", "registrations", "duplicates", "settings/messages"]
PLACES = [
    "calendar",
    "calendar?view=week",
    "phone",
    "schedules",
    f"schedules/{MAYA}/hours",
    f"schedules/{MAYA}/days-off",
    "rules",
    "closures",
    "places",
    "practitioners",
    "groups/open",
]


@pytest.mark.parametrize("who", ["priya", "dana"])
def test_letters_twice_as_large_make_no_page_wider_than_the_phone(site, open_page, who):
    page = open_page(viewport=PHONE)
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    sign_in(page, f"{who}@example.com")
    wide = {}
    for address in (
        PATIENT if who == "priya" else [f"/staff/riverside/{one}" for one in STAFF] + [f"/desk/riverside/{one}" for one in PLACES]
    ):
        page.goto(address)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[address] = width
    assert not wide


def block(site, at: int) -> None:
    """A colleague blocks ten minutes from `at` (epoch seconds) in Maya Chen's calendar."""
    with site.app.app_context():
        staff = db.session.scalar(select(StaffMember).join(StaffMember.account).where(StaffMember.role == "front_desk"))
        maya, start = db.session.scalar(select(Practitioner).where(Practitioner.public_id == MAYA)), datetime.fromtimestamp(at, UTC)
        transact(blocks.block, staff, maya.id, start, start + timedelta(minutes=10), "Meeting", site.clock())
        db.session.remove()
