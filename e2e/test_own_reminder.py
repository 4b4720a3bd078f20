"""A person agrees to text messages on their telephone, changes their mobile, then wants no texts any more: each next reminder obeys."""

import json
from datetime import datetime, timedelta

import pytest

from booking.models import Appointment
from e2e.conftest import PHONE
from e2e.people import faults, heading, sign_in
from e2e.test_keyboard import enter, press_until
from portal import postman, transport
from portal.database import db, transact
from portal.models import Link, Practice
from portal.seed import name_id
from portal.sweep import sweep


def remind_by_text(site) -> datetime:
    """Riverside sends a text two days, one day and two hours before, and mail as usual, without the one of the day before; when Kiran's next visit begins."""
    with site.app.app_context():
        practice = db.session.scalar(db.select(Practice).where(Practice.slug == "riverside"))
        transact(lambda: setattr(db.session.merge(practice), "text_hours", [48, 24, 2]))
        coming = (
            db.select(Appointment)
            .join(Appointment.profile)
            .where(Appointment.status == "booked", Appointment.starts_at > site.clock() + timedelta(hours=49))
        )
        found = db.session.scalar(
            coming.where(Appointment.profile.has(public_id=name_id("kiran@riverside"))).order_by(Appointment.starts_at)
        )
        return found.starts_at


def details(site) -> str:
    with site.app.app_context():
        mine = Link.profile.has(public_id=name_id("kiran@riverside"))
        return f"/family/{db.session.scalar(db.select(Link.public_id).where(mine, Link.relationship == 'self'))}/details"


def reminded_by(site, at: datetime) -> tuple[list[str], int]:
    """The numbers that texts went to until an instant, in their order; how many reminders Kiran got by mail."""
    site.clock.at = at
    with site.app.app_context():
        sweep(at)
        postman.deliver_due(at)
        db.session.remove()
        found = sorted((json.loads(path.read_text()) for path in transport.folder().glob("*.sms")), key=lambda text: text["sent_at"])
    letters = [letter for letter in site.mails_to("kiran@example.com") if letter["Subject"].startswith("Reminder")]
    return [text["to"] for text in found], len(letters)


def texts_line(page) -> str:
    return page.locator("dl.summary > div", has=page.locator("dt", has_text="Text messages")).inner_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_next_reminder_obeys_what_the_person_has_said(site, open_page, javascript, dark):
    starts_at, home = remind_by_text(site), details(site)
    page = open_page(javascript=javascript, viewport=PHONE, dark=dark)

    # given a person with a visit to come, who says on their telephone that they want text messages
    sign_in(page, "kiran@example.com")
    page.goto(home)
    page.get_by_role("link", name="Change Text messages").click()
    page.get_by_label("Text messages").check()
    assert not faults(page, javascript)
    page.get_by_role("button", name="Save").click()
    assert "Yes, since 10 December 2026" in texts_line(page) and "Reminders go to (416) 555-0119." in texts_line(page)

    # then two days before, a text comes to that mobile, and a mail
    assert reminded_by(site, starts_at - timedelta(hours=48)) == (["+14165550119"], 1)

    # when they have a new mobile, and read what that means for texts
    page.context.clear_cookies()
    sign_in(page, "kiran@example.com")
    page.goto(home)
    page.get_by_role("link", name="Change Phone numbers").click()
    assert "if you change it, to the new one" in page.inner_text("main")
    page.get_by_label("Phone, called first").fill("647 555 0101")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"] and not faults(page, javascript)
    page.get_by_role("button", name="Save").click()
    assert "Reminders go to (647) 555-0101." in texts_line(page)

    # then the next one comes to the new mobile
    assert reminded_by(site, starts_at - timedelta(hours=24)) == (["+14165550119", "+16475550101"], 1)

    # and when they want none any more, the next one comes by mail only
    page.context.clear_cookies()
    sign_in(page, "kiran@example.com")
    page.goto(home)
    page.get_by_role("link", name="Change Text messages").click()
    page.get_by_label("Text messages").uncheck()
    page.get_by_role("button", name="Save").click()
    assert "No, since" in texts_line(page) and "Reminders go to" not in texts_line(page)
    assert reminded_by(site, starts_at - timedelta(hours=2)) == (["+14165550119", "+16475550101"], 2)


def test_consents_and_numbers_are_changed_by_the_keyboard_alone(site, open_page):
    page, home = open_page(), details(site)
    sign_in(page, "kiran@example.com")
    page.goto(home)
    press_until(page, r"Change\s+Phone numbers")
    enter(page)
    assert page.evaluate("document.activeElement.id") == "phone_0", "the link leads into the box"
    page.keyboard.press("Control+a")
    page.keyboard.type("12")
    press_until(page, "Save")
    enter(page)
    assert page.evaluate("document.activeElement.className") == "problem", "what is wrong is where the reader is"
    press_until(page, "Enter a phone number, like 416 555 0117")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("647 555 0101")
    press_until(page, "Save")
    enter(page)
    assert "(647) 555-0101, mobile" in page.inner_text("main")
    press_until(page, r"Change\s+Text messages")
    enter(page)
    assert page.evaluate("document.activeElement.id") == "sms"
    page.keyboard.press("Space")
    press_until(page, "Save")
    enter(page)
    assert heading(page) == "My details at Riverside Physiotherapy" and "Yes, since 10 December 2026" in texts_line(page)
