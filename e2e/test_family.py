"""A signed-in parent books for a child, changes their mind, and always knows whom it is for."""

import re

from e2e.people import choose_practitioner, choose_service, confirm, heading, last_day, sign_in, times


def test_a_parent_books_for_a_child_moves_it_and_cancels_it(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, "priya@example.com")

    # given the page that asks who: only linked people, nobody chosen
    page.goto("/at/riverside/book/who")
    assert heading(page) == "Who is this appointment for?"
    names = page.locator(".choice").all_inner_texts()
    assert any("Leo" in name for name in names) and not any("Walter" in name for name in names)
    assert page.locator("input[type=radio]:checked").count() == 0
    page.get_by_role("button", name="Continue").click()
    assert "Select who the appointment is for" in page.inner_text(".problem")

    # when she books for Leo
    page.get_by_label("Leo Shah").check()
    page.get_by_role("button", name="Continue").click()
    assert "You are booking for Leo" in page.inner_text("body")
    choose_service(page, "Massage, 60")
    if heading(page) == "Who would you like to see?":
        choose_practitioner(page, "Ravi")
    last_day(page)
    times(page).last.click()
    words = confirm(page)
    assert words.startswith("Book for Leo with Ravi Kumar")

    # then it is in the list, with his name and the practice's
    assert heading(page) == "Appointment confirmed"
    page.get_by_role("link", name="Your appointments").first.click()
    cards = page.locator("article").all_inner_texts()
    assert any("Leo" in card and "Riverside Physiotherapy" in card and "Ravi" in card for card in cards)

    # when she moves it, the old time stays hers until the new one is confirmed
    card = page.locator("article", has_text="Ravi").filter(has_text="Leo").first
    card.get_by_role("link", name=re.compile("^Change time")).click()
    assert heading(page) == "Choose a new time"
    last_day(page)
    times(page).first.click()
    assert "It stays yours until you confirm" in page.inner_text("main")
    assert confirm(page).startswith("Move Leo to")
    assert heading(page) == "Appointment moved"

    # and cancels, and regrets it within minutes
    page.get_by_role("link", name="Cancel…").first.click()
    assert heading(page) == "Cancel this appointment?"
    page.get_by_role("button", name="Cancel the appointment").click()
    assert heading(page) == "Appointment cancelled"
    page.get_by_role("button", name=re.compile("^Undo")).click()
    assert heading(page) in ("Appointment confirmed", "Appointment moved")
    subjects = [letter["Subject"] for letter in site.mails_to("priya@example.com")]
    assert subjects


def test_the_other_parent_sees_nothing_of_the_first_one(site, open_page):
    page = open_page()
    sign_in(page, "daniel@example.com")
    page.goto("/at/riverside/book/who")
    words = page.inner_text("body")
    assert "Leo" in words and "Anya" in words
    assert "Priya" not in words and "Kiran" not in words and "priya@" not in words
