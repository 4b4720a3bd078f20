"""A practitioner's private calendar keeps times free, and their own is seen elsewhere; with and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from booking.calendar_rounds import work
from e2e.conftest import DESK, PHONE
from e2e.people import heading, sign_in
from tests.booking.calendar_servers import EVENT, calendar


def axe_finds_nothing(page) -> None:
    assert [one["id"] for one in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]] == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_file_keeps_times_free_until_it_is_removed(site, open_page, javascript, viewport):
    # given a practitioner with a calendar of another program
    page = open_page(javascript=javascript, viewport=viewport)
    sign_in(page, "maya@example.com")
    page.goto("/desk/riverside/calendars")
    assert heading(page) == "Other calendars of Maya Chen"

    # when they add it
    page.get_by_label("Name", exact=True).fill("Private")
    page.get_by_label("Or a calendar file").set_input_files({"name": "mine.ics", "mimeType": "text/calendar", "buffer": calendar(EVENT)})
    page.get_by_role("button", name="Add this calendar").click()
    assert heading(page) == "Private" and "Being read" in page.inner_text("main")
    with site.app.app_context():
        work(site.clock())

    # then the page says what it blocks, by itself or when they look again
    if javascript:
        page.get_by_text("It blocks 1 time to come.").wait_for()
    else:
        page.get_by_role("link", name="Look again").click()
        assert "It blocks 1 time to come." in page.inner_text("main")
    if javascript:
        axe_finds_nothing(page)
    page.get_by_role("button", name="Remove this calendar").click()
    assert "“Private” is removed." in page.inner_text("main")


def test_the_private_address_is_shown_once_and_opens_without_a_sign_in(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, "maya@example.com")
    page.goto("/desk/riverside/calendars")
    page.get_by_role("button", name="Make a private address").click()
    address = page.get_by_label("The private address").input_value()
    if javascript:
        axe_finds_nothing(page)
    stranger = open_page()
    assert stranger.request.get(address).status == 200
    page.reload()
    assert address not in page.content()
    page.get_by_role("button", name="Stop it").click()
    assert stranger.request.get(address).status == 404


def test_a_picture_of_today_leads_to_the_day_it_shows(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "dana@example.com")
    page.goto("/staff/riverside/")
    if javascript:
        axe_finds_nothing(page)
    cell = page.locator(".heat tbody tr").first.locator("td a").nth(1)
    address = cell.get_attribute("href")
    cell.click()
    assert page.url.endswith(address) and "date=2026-12-11" in page.url
