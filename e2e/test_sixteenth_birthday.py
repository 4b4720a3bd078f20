"""A sixteenth birthday: the practice turns age steps on, everybody is told before, the mother is out at midnight, the daughter lets her back in."""

import re
from datetime import UTC, date, datetime

from booking import emails
from e2e.people import heading, sign_in
from portal.database import transact
from portal.sweep import sweep
from tests.cast import Cast
from tests.mails import appointment, change

ANYA, PRIYA, DANIEL = "anya.shah@example.com", "priya@example.com", "daniel@example.com"
MIDNIGHT = datetime(2028, 1, 19, 5, 0, tzinfo=UTC)  # in Toronto


def at(site, moment: datetime, *, job: bool = True) -> None:
    """The clock stands there; the hourly job has run."""
    site.clock.at = moment
    if job:
        with site.app.app_context():
            sweep(moment)


def last_mail(site, address: str) -> str:
    letter = site.mails_to(address)[-1]
    return f"{letter['Subject'].strip()}\n{letter.get_body(('plain',)).get_content()}"


def turn_on(page) -> None:
    sign_in(page, "dana@example.com")
    page.goto("/staff/riverside/")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Access and invitations").click()
    page.get_by_label("At 16").select_option(label="Access pauses")
    page.get_by_role("button", name="Save").click()
    assert heading(page) == "Before you save"
    page.get_by_role("button", name="Save these settings").click()
    assert "The settings are saved." in page.inner_text("main")


def claim(site, page) -> None:
    """Anya opens her mail, says when she was born, and makes an account."""
    text = site.mails_to(ANYA)[-1].get_body(("plain",)).get_content()
    page.goto(re.search(re.escape(site.url) + r"/claim/\S+", text)[0])
    for label, part in (("Day", "19"), ("Month", "1"), ("Year", "2012")):
        page.get_by_label(label, exact=True).fill(part)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Set up my account").click()
    page.get_by_label("First name").fill("Anya")
    page.get_by_label("Last name").fill("Shah")
    for label, part in (("Day", "19"), ("Month", "1"), ("Year", "2012")):
        if not page.get_by_label(label, exact=True).input_value():
            page.get_by_label(label, exact=True).fill(part)
    page.get_by_label("Create a password", exact=True).fill("three quiet otters")
    page.get_by_role("button", name="Set up my account").click()
    page.get_by_role("button", name="Accept: book online at Riverside Physiotherapy").click()


def test_a_sixteenth_birthday(site, open_page, javascript):
    # given a practice whose admin has age steps turned on, seeing first what that does
    turn_on(open_page(javascript=javascript))

    # and Anya's own address in her record, and a visit that her mother has booked
    with site.app.app_context():
        cast = Cast(site.app)
        change(cast.anya, email=ANYA, born_on=date(2012, 1, 19))
        site.clock.at = datetime(2028, 1, 12, 15, 0, tzinfo=UTC)
        row = appointment(cast, "anya", datetime(2028, 1, 21, 15, 0, tzinfo=UTC))
        transact(emails.announce_booked, row, site.clock())

    # when the day is a week away, her mother, her father and she herself read it
    at(site, datetime(2028, 1, 12, 15, 0, tzinfo=UTC))
    for address in (PRIYA, DANIEL):
        assert last_mail(site, address).startswith("Your access for Anya is paused from Wednesday 19 January")
    assert last_mail(site, ANYA).startswith("From Wednesday 19 January you decide who sees what")

    # then until the last second nothing has changed
    at(site, MIDNIGHT.replace(day=19, hour=4, minute=59, second=59), job=False)
    mother = open_page(javascript=javascript)
    sign_in(mother, PRIYA)
    mother.goto("/appointments")
    assert "Anya" in mother.inner_text("main")
    mother.goto(f"/appointments/{row.public_id}/cancel")
    assert heading(mother) == "Cancel this appointment?"

    # and at midnight the page that is open already does nothing any more
    at(site, MIDNIGHT, job=False)
    mother.get_by_role("button", name="Cancel the appointment").click()
    assert heading(mother) == "Page not found"
    mother.goto("/appointments")
    assert "Friday 21 January" not in mother.inner_text("main")
    mother.goto("/at/riverside/book/who")
    assert "You cannot book for Anya Shah at the moment: your access is paused." in mother.inner_text("main")
    mother.get_by_role("link", name=re.compile("^Why, and what you can do")).click()
    assert "Paused since Anya turned 16" in mother.inner_text("main")
    assert "can let you back in" in mother.inner_text("main")

    # and within the hour all have it in writing; hers is the link to an account of her own
    at(site, MIDNIGHT.replace(minute=30))
    assert "you can no longer see, book or change appointments for Anya" in last_mail(site, PRIYA)
    assert "Priya" not in last_mail(site, DANIEL)
    daughter = open_page(javascript=javascript)
    claim(site, daughter)
    assert "You can now book online at Riverside Physiotherapy." in daughter.inner_text("[role=status]")
    daughter.goto("/appointments")
    assert "Friday 21 January" in daughter.inner_text("main")

    # when she lets her mother back in, but for seeing everything
    daughter.goto("/family")
    card = daughter.locator("article", has_text="Priya Shah")
    assert "Paused" in card.inner_text()
    card.get_by_role("link", name="Let Priya back in").click()
    daughter.get_by_label("Only that you are busy, not what for").check()
    daughter.get_by_role("button", name="Let Priya back in").click()

    # then her mother reads it, and sees what she booked; her father stays out
    assert last_mail(site, PRIYA).startswith("What you may do for Anya has changed")
    sign_in(mother, PRIYA)  # half an hour has gone by
    mother.goto("/appointments")
    assert "Friday 21 January" in mother.inner_text("main")
    father = open_page(javascript=javascript)
    sign_in(father, DANIEL)
    father.goto("/family")
    card = father.locator("article", has_text="Anya Shah").inner_text()
    assert "Paused since Anya turned 16" in card and "Priya" not in card
