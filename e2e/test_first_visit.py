"""Somebody who has never been here opens a practice's page on a phone, and is booked."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from e2e.people import choose_practitioner, choose_service, confirm, day_with_many, fill_sign_up, heading, last_day, sign_in, times


def test_a_first_time_visitor_books_through_the_held_time(site, open_page, javascript):
    page = open_page(javascript=javascript)

    # given a visitor who picks a service, a person and a time before having any account
    page.goto("/at/riverside/")
    page.get_by_role("link", name="Book an appointment").first.click()
    choose_service(page, "Initial assessment")
    choose_practitioner(page, "Olivier")
    day_with_many(page)
    the_times = urljoin(page.url, page.locator(".cal a[aria-current]").get_attribute("href"))
    assert page.context.cookies() == [], "no cookie before something must be remembered"
    time = times(page).first.inner_text().split("\n")[0]
    times(page).first.click()

    # then the time is held while they sign up, and the page says until when
    assert heading(page) == "Create your account"
    assert "held until 10:10am" in page.inner_text("main")

    # when they make a mistake, they are told and keep what they typed
    page.get_by_label("First name").fill("Rosa")
    page.get_by_role("button", name="Create account").click()
    assert page.title().startswith("Error: ")
    assert "Enter your last name" in page.inner_text(".problem")
    assert page.get_by_label("First name").input_value() == "Rosa"
    fill_sign_up(page, "Rosa", "Lindqvist", (27, 3, 1987), "rosa@example.org")

    # and prove their address with the code, two minutes later
    assert heading(page) == "Check your email"
    site.clock.forward(minutes=2)
    code = site.code_for("rosa@example.org")
    page.get_by_label(re.compile("code", re.I)).fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="Continue").click()

    # then they are back at the step they left, with the hold alive
    assert heading(page) == "Check and confirm"
    assert "We are holding this time for you for 10 minutes, until 10:10am" in page.inner_text("main")
    words = confirm(page)
    assert "Rosa" in words and time in words and "Toronto" in words

    # and booked; nobody else gets that time
    assert heading(page) == "Appointment confirmed"
    letter = site.mails_to("rosa@example.org")[-1]
    assert time in letter.get_body(("plain",)).get_content()
    other = open_page(javascript=javascript)
    other.goto(the_times)
    assert heading(other) == "Choose a time" and times(other).count() > 0
    assert time not in [words.split("\n")[0] for words in times(other).all_inner_texts()]

    # and staff see a new registration
    desk = open_page()
    sign_in(desk, "dana@example.com")
    desk.goto("/staff/riverside/registrations")
    assert "Rosa Lindqvist" in desk.inner_text("main")


def test_the_link_opened_in_another_browser_brings_the_held_time_along(site, open_page, javascript):
    # given a visitor who holds a time and signed up on the phone
    page = open_page(javascript=javascript)
    page.goto("/at/riverside/book/what")
    choose_service(page, "Initial assessment")
    choose_practitioner(page, "Anyone")
    times(page).first.click()
    fill_sign_up(page, "Rosa", "Lindqvist", (27, 3, 1987), "rosa@example.org")

    # when the mail's link opens in another browser, it asks for the password chosen at sign-up
    other = open_page(javascript=javascript)
    other.goto(site.link_for("rosa@example.org"))
    assert "/confirm-email/" in other.url and len(other.url) < len(site.url) + 20, "the token has left the address"
    other.get_by_label(re.compile("password", re.I)).first.fill("three quiet otters")
    other.get_by_role("button", name=re.compile("Confirm")).click()

    # then the held time came along
    assert heading(other) == "Check and confirm"
    assert "We are holding this time for you" in other.inner_text("main")
    confirm(other)
    assert heading(other) == "Appointment confirmed"


def test_a_hold_that_ended_can_be_had_again(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, "kiran@example.com")
    page.goto("/at/riverside/book/what")
    choose_service(page, "Massage, 60")
    if heading(page) == "Who would you like to see?":
        choose_practitioner(page, "Ravi")
    last_day(page)
    times(page).first.click()
    assert heading(page) == "Check and confirm"

    # when eleven minutes pass
    site.clock.forward(minutes=11)
    page.reload()
    assert "We stopped holding" in page.inner_text("main")
    assert "It is still free" in page.inner_text("main")
    confirm(page)
    assert heading(page) == "Appointment confirmed"


def test_a_time_that_is_just_far_enough_ahead_can_be_booked_while_it_is_held(site, open_page):
    """The first time offered is exactly two hours away: the hold keeps it, though a minute later it would be too soon."""
    page = open_page()
    page.goto("/at/riverside/book/what")
    choose_service(page, "Massage, 60")
    if heading(page) == "Who would you like to see?":
        choose_practitioner(page, "Ravi")
    the_times, start = page.url, int(times(page).first.get_attribute("value"))
    site.clock.at = datetime.fromtimestamp(start, UTC) - timedelta(hours=2)
    sign_in(page, "kiran@example.com")
    page.goto(the_times)
    assert times(page).first.get_attribute("value") == str(start)
    times(page).first.click()
    site.clock.forward(minutes=5)
    confirm(page)
    assert heading(page) == "Appointment confirmed"
