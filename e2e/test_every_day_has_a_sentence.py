"""On 10 December somebody wonders why nothing can be booked after 15 January (MISSION M13, F1)."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from e2e.people import choose_practitioner, choose_service, heading, times


def look_at_january(page):
    page.goto("/at/riverside/book/what")
    choose_service(page, "Initial assessment")
    choose_practitioner(page, "Maya Chen")
    page.get_by_role("link", name=re.compile("January 2027")).click()


def test_the_10_december_patient_reads_why_16_january_is_closed_and_when_it_opens(site, open_page, javascript):
    page = open_page(javascript=javascript)

    # given 10 December, 15 January is the last day that can be booked
    look_at_january(page)
    assert page.locator(".cal").get_by_role("link", name=re.compile(r"^Friday 15 January")).count() == 1

    # when they tap 16 January
    page.locator(".cal").get_by_role("link", name=re.compile(r"^Saturday 16 January")).click()

    # then one sentence says when it opens, and a link leads to the next open day
    words = page.inner_text("#times")
    assert "Saturday 16 January" in words
    assert "opens on Monday 14 December at 9am" in words
    assert times(page).count() == 0

    # and a Sunday beyond the horizon says what stays true: there are no Sundays
    page.locator(".cal").get_by_role("link", name=re.compile(r"^Sunday 17 January")).click()
    assert "opens on" not in page.inner_text("#times")


def test_one_second_before_it_opens_it_is_closed_and_then_it_is_open(site, open_page):
    page = open_page()
    site.clock.set(2026, 12, 14, 13, 59, 59)
    look_at_january(page)
    page.locator(".cal").get_by_role("link", name=re.compile(r"^Saturday 16 January")).click()
    assert times(page).count() == 0
    site.clock.forward(seconds=1)
    page.reload()
    assert times(page).count() > 0


def test_a_visitor_elsewhere_sees_the_clinics_time_and_their_own(site, open_page):
    for zone, far in (("America/Vancouver", True), ("America/Toronto", False)):
        page = open_page(zone=zone)
        page.goto("/at/riverside/book/what")
        choose_service(page, "Initial assessment")
        choose_practitioner(page, "Maya Chen")
        assert heading(page) == "Choose a time"
        assert "Times are in Toronto." in page.inner_text("#times")
        assert ("Below each is the time where you are." in page.inner_text("#times")) is far
        start = datetime.fromtimestamp(int(times(page).first.get_attribute("value")), ZoneInfo("America/Vancouver"))
        assert (f"{start:%a} {start.hour % 12 or 12}:{start:%M}" in times(page).first.inner_text().replace(",", "")) is far
