"""A horizon shortened by mistake, and the preview that prevents it: with and without JavaScript, by mouse and by keyboard alone."""

import re

from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from booking.models import Rules
from e2e.conftest import DESK, PHONE
from e2e.people import heading, sign_in
from e2e.test_keyboard import enter, press_until
from portal.database import db
from portal.models import Practice

RULES = "/desk/riverside/rules"


def horizon(site) -> dict:
    """The practice's own, as it is stored."""
    with site.app.app_context():
        own = (Rules.practitioner_id.is_(None), Rules.service_id.is_(None), Practice.slug == "riverside")
        return db.session.scalar(select(Rules.horizon).join(Practice, Practice.id == Rules.practice_id).where(*own))


def faults(page) -> list[str]:
    return [each["id"] for each in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]]


def test_a_horizon_shortened_by_mistake_is_seen_before_it_is_saved(site, open_page, javascript):
    # given Dana, who means "7 weeks" and types 7
    dana = open_page(javascript=javascript, viewport=DESK)
    sign_in(dana, "dana@example.com")
    before = horizon(site)
    dana.goto("/desk/riverside/schedules")
    dana.get_by_role("main").get_by_role("link", name="Booking rules", exact=True).first.click()
    assert heading(dana) == "Booking rules of the clinic"
    assert "Today that means until Friday 15 January 2027." in dana.inner_text("main")
    dana.get_by_role("radio", name="So many days ahead").check()
    dana.get_by_role("textbox", name="Days ahead").fill("7")

    # when she presses the only button there is
    dana.get_by_role("button", name="Check before saving").last.click()

    # then she reads in words what it would do, and nothing is saved
    words = dana.inner_text("main")
    assert "Today that means until Thursday 17 December." in words
    assert re.search(r"\d+ times close for patients between Friday 18 December and Friday 15 January 2027", words)
    assert "Nothing is left online for Maya Chen" in words
    assert re.search(r"\d+ appointments are booked on days that close\. They stay booked\.", words)
    assert "Nothing is saved yet." in words and horizon(site) == before
    assert not javascript or not faults(dana)

    # so she types what she meant, and saves that
    dana.get_by_role("textbox", name="Days ahead").fill("49")
    dana.get_by_role("button", name="Save rules").click()
    words = dana.inner_text("main")
    assert "Nothing is saved yet." in words and horizon(site) == before, "what was typed after the look is looked at first"
    assert "new times open for patients" in words and "times close" not in words
    dana.get_by_role("button", name="Save rules").click()
    assert "The rules are saved." in dana.inner_text("main") and horizon(site)["days"] == 49
    assert "Today that means until Thursday 28 January 2027." in dana.inner_text("main")


def test_the_same_with_the_keyboard_alone(site, open_page):
    dana = open_page(javascript=False, viewport=DESK)
    sign_in(dana, "dana@example.com")
    before = horizon(site)
    dana.goto(RULES)
    press_until(dana, "Each week a stretch of days opens")
    dana.keyboard.press("ArrowUp")
    press_until(dana, "^Days ahead")
    dana.keyboard.type("7")
    enter(dana)  # Enter in a box looks, it never saves
    assert "Nothing is left online for Maya Chen" in dana.inner_text("main") and horizon(site) == before
    press_until(dana, "^Days ahead")
    dana.keyboard.press("Control+a")
    dana.keyboard.type("49")
    press_until(dana, "^Check again$")
    enter(dana)
    assert "new times open for patients" in dana.inner_text("main") and horizon(site) == before
    press_until(dana, "^Save rules$")
    enter(dana)
    assert "The rules are saved." in dana.inner_text("main") and horizon(site)["days"] == 49


def test_hours_typed_on_a_phone_are_read_back_before_they_are_saved(site, open_page, javascript):
    maya = open_page(javascript=javascript, viewport=PHONE)
    sign_in(maya, "maya@example.com")
    maya.goto("/desk/riverside/schedules")
    maya.get_by_role("main").get_by_role("link", name="Hours", exact=False).first.click()
    maya.get_by_label("Monday").first.fill("9-12, 1-4:30")
    maya.get_by_label("Friday").first.fill("8am to")
    maya.get_by_role("button", name="Check before saving").last.click()
    assert "Friday: we could not read 8am to. Write it like 9am to 5pm" in maya.inner_text("main")
    maya.get_by_label("Friday").first.fill("8am to noon")
    maya.get_by_role("button", name="Check before saving").last.click()
    words = maya.inner_text("main")
    assert "We read: 9am to midday, 1pm to 4:30pm" in words and "Before you save" in words
    assert not javascript or not faults(maya)
    assert maya.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    maya.get_by_role("button", name="Save hours").click()
    assert "The hours of Maya Chen are saved." in maya.inner_text("main")
    assert maya.get_by_label("Monday").first.input_value() == "9am to midday, 1pm to 4:30pm"
