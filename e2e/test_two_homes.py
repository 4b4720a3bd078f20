"""Leo has two homes: the other parent sees only "busy", and what each books is theirs to see."""

import re

import pytest

from e2e.conftest import DESK, PHONE
from e2e.people import choose_practitioner, choose_service, confirm, heading, last_day, sign_in, times
from tests.cast import Cast

LEVELS = {"busy": "Only that Leo is busy, not what for", "nothing": "Nothing but the appointments they book themselves"}


def limit(site, page, **levels) -> None:
    """The clinic says what each parent sees of the other's appointments."""
    cast = Cast(site.app)
    sign_in(page, "dana@example.com")
    for name, level in levels.items():
        page.goto(f"/staff/riverside/people/{cast.leo.public_id}/accounts/{cast.link(name, 'leo').public_id}")
        page.get_by_label(LEVELS[level]).check()
        page.get_by_label("See who else has access").uncheck()  # only who sees everything decides
        page.get_by_role("button", name="Save").click()


def book_for_leo(page, service: str, practitioner: str, note: str) -> str:
    """Book the last time of the month for Leo; gives the address of the appointment."""
    page.goto("/at/riverside/book/who")
    page.get_by_label("Leo Shah").check()
    page.get_by_role("button", name="Continue").click()
    choose_service(page, service)
    if heading(page) == "Who would you like to see?":
        choose_practitioner(page, practitioner)
    last_day(page)
    times(page).last.click()
    page.locator("textarea[name=note]").fill(note)
    confirm(page)
    assert heading(page) == "Appointment confirmed" and practitioner in page.inner_text("main")
    return page.url


def whole(letter) -> str:
    """Every part of a mail, and its heads."""
    parts = [part.get_content() if part.get_content_maintype() == "text" else "" for part in letter.walk() if not part.is_multipart()]
    return "\n".join([*map(str, letter.values()), *parts])


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_other_parent_sees_only_busy_and_what_he_books_himself(site, open_page, viewport):
    # given a clinic that lets the father see when Leo is busy, and the mother nothing that she did not book
    limit(site, open_page(), daniel="busy", priya="nothing")

    # when the mother books a massage for Leo
    mother = open_page(viewport=viewport)
    sign_in(mother, "priya@example.com")
    hers = book_for_leo(mother, "Massage, 60", "Ravi Kumar", "He is shy at first")
    secrets = ("Ravi", "Massage", "shy", "Priya", "priya@")

    # then the father reads in his list that Leo is busy
    father = open_page(viewport=viewport)
    sign_in(father, "daniel@example.com")
    father.goto("/appointments")
    card = father.locator("article", has=father.locator(f'a[href="{hers.removeprefix(site.url)}"]'))
    assert "Leo" in card.inner_text() and "Busy" in card.inner_text() and "Riverside Physiotherapy" in card.inner_text()
    assert not [word for word in secrets if word in father.inner_text("main")]

    # and on its page, where the clinic is the next step
    card.get_by_role("link", name=re.compile("^Open")).click()
    assert heading(father) == "Leo is busy"
    words = father.inner_text("main")
    assert "You see only that Leo is busy. Ask the clinic if you need to know more." in words and "Cancel" not in words
    assert not [word for word in secrets if word in father.content()]

    # and in his calendar, and in his mail
    calendar = father.request.get(hers + ".ics").text()
    assert "SUMMARY:Busy: Leo" in calendar and "LOCATION" not in calendar
    letter = site.mails_to("daniel@example.com")[-1]
    assert letter["Subject"].startswith("Leo is busy on")
    assert not [word for word in secrets if word in calendar + whole(letter)]

    # when he books for Leo himself, he sees all of it
    his = book_for_leo(father, "Follow-up", "Maya Chen", "I will bring him")
    assert "I will bring him" in father.inner_text("main")
    father.goto("/appointments")
    assert "Follow-up" in father.inner_text("main") and "Ravi" not in father.inner_text("main")

    # and the mother, who sees nothing of his, finds no trace of it
    mother.goto("/appointments")
    assert "Ravi Kumar" in mother.inner_text("main") and his.removeprefix(site.url) not in mother.content()
    assert mother.goto(his).status == 404 and "Maya" not in mother.inner_text("main")
    assert not any("I will bring him" in whole(letter) or his in whole(letter) for letter in site.mails_to("priya@example.com"))
