"""Somebody of the staff sets up a second step, signs in with the code of their phone, and with a recovery code on the day it is lost."""

import re

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e.conftest import DESK, PHONE
from e2e.people import heading, sign_in


def nothing_found(page) -> None:
    """axe has nothing to say, and nothing is wider than the screen."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert not found, [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("viewport, dark", [(PHONE, False), (DESK, True)], ids=["phone", "dark desk"])
def test_the_front_desk_signs_in_with_a_second_step(site, open_page, javascript, viewport, dark):
    check = nothing_found if javascript else lambda page: None  # axe is a script

    # given somebody at the front desk who sets it up from their account page
    page = open_page(javascript=javascript, viewport=viewport, dark=dark)
    sign_in(page, "tom@example.com")
    page.goto("/account")
    page.get_by_role("link", name="Change the second step when signing in").click()
    assert heading(page) == "Second step when signing in" and page.get_by_role("img", name="QR code for your app").is_visible()
    check(page)
    page.get_by_text("I cannot scan it").click()
    phone = pyotp.TOTP(page.locator("span.code").inner_text().replace(" ", ""))
    page.get_by_label("6-digit code").fill(phone.at(site.clock()))
    page.get_by_role("button", name="Turn it on").click()
    assert heading(page) == "Your recovery codes"
    codes = page.locator("li .code").all_inner_texts()
    check(page)
    page.get_by_role("link", name="I have kept them: continue").click()
    assert heading(page) == "Your details and sign-in"
    letter = site.mails_to("tom@example.com")[-1]
    assert letter["Subject"] == "Signing in now asks for a second step"

    # when they come back the next morning
    page.context.clear_cookies()
    site.clock.forward(hours=20)
    sign_in(page, "tom@example.com")

    # then the password is not enough, and the phone's code is
    assert heading(page) == "Enter your code"
    check(page)
    page.goto("/staff/riverside/")
    assert heading(page) == "Sign in"
    sign_in(page, "tom@example.com")
    page.get_by_label("6-digit code").fill("000000")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    assert "That code is not right" in page.inner_text("main")
    check(page)
    page.get_by_label("6-digit code").fill(phone.at(site.clock()))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    assert heading(page).startswith("Today")

    # and on the day the phone is lost a recovery code is
    page.context.clear_cookies()
    sign_in(page, "tom@example.com")
    page.get_by_role("link", name="I do not have my phone").click()
    check(page)
    page.get_by_label("Recovery code").fill(codes[0].upper().replace("-", " "))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    assert heading(page).startswith("Today") and "You have 9 recovery codes left." in page.inner_text("main")
    page.goto("/account/second-step")
    check(page)
    page.get_by_role("link", name="Turn it off").click()
    check(page)


def test_an_admin_asks_everybody_and_helps_who_lost_their_phone(site, open_page):
    # given an admin with a second step who asks the staff for it
    admin = open_page(viewport=DESK)
    sign_in(admin, "dana@example.com")
    admin.goto("/staff/riverside/settings")
    admin.get_by_role("link", name="Signing in").click()
    nothing_found(admin)
    admin.get_by_role("link", name="Set it up now").click()
    set_up(site, admin)
    assert re.search(r"\d people who work here have none yet: .*Tom Reid", admin.inner_text("main"))
    admin.get_by_label("Staff sign in with a second step").check()
    admin.get_by_role("button", name="Save").click()
    assert "The settings are saved." in admin.inner_text("main")
    nothing_found(admin)

    # when somebody without one opens the staff pages, they set it up first
    desk = open_page()
    sign_in(desk, "tom@example.com")
    assert heading(desk) == "Second step when signing in" and "Riverside Physiotherapy asks this" in desk.inner_text("main")
    set_up(site, desk)
    assert heading(desk).startswith("Today")

    # and when they have lost everything, the admin takes it away
    admin.goto("/staff/riverside/settings/staff")
    admin.get_by_role("link", name="Tom Reid").click()
    nothing_found(admin)
    admin.get_by_role("button", name="Take the second step away").click()
    assert "Their password is enough now." in admin.inner_text("main")
    desk.goto("/staff/riverside/")
    assert heading(desk) == "Sign in"


def set_up(site, page) -> None:
    page.get_by_text("I cannot scan it").click()
    key = page.locator("span.code").inner_text().replace(" ", "")
    page.get_by_label("6-digit code").fill(pyotp.TOTP(key).at(site.clock()))
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("link", name="I have kept them: continue").click()
