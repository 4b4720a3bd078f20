"""Booked for the wrong child: one moves it to the right one and keeps the time. And one agenda that says when two visits clash."""

import re
from datetime import date, timedelta

from e2e.people import choose_practitioner, choose_service, confirm, heading, last_day, sign_in, times

PRIYA = "priya@example.com"


def test_booked_for_the_wrong_child_it_moves_to_the_right_one_at_the_same_time(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, PRIYA)

    # given a massage that she booked for Leo and that should have been Anya's
    page.goto("/at/riverside/book/who")
    page.get_by_label("Leo Shah").check()
    page.get_by_role("button", name="Continue").click()
    choose_service(page, "Massage, 60")
    if heading(page) == "Who would you like to see?":
        choose_practitioner(page, "Ravi")
    last_day(page)
    times(page).last.click()
    confirm(page)
    when = page.locator(".done strong").inner_text()
    leos = page.url

    # when she moves it: nobody is chosen beforehand, and forgetting to choose is said
    page.get_by_role("link", name="Move it to somebody else").click()
    assert heading(page) == "Who should it be for instead?"
    assert page.locator("input[type=radio]:checked").count() == 0 and page.get_by_label("Leo Shah").count() == 0
    page.get_by_role("button", name="Continue").click()
    assert "Select who it should be for" in page.inner_text(".problem")
    page.get_by_label("Anya Shah").check()
    page.get_by_role("button", name="Continue").click()
    button = page.get_by_role("button", name=re.compile("^Move to Anya, same time: "))
    assert "with Ravi Kumar" in button.inner_text() and "until now for Leo Shah" in page.inner_text("main")
    button.click()

    # then it is Anya's, at the very same time, and Leo has it no more
    assert heading(page) == "Appointment confirmed"
    assert "Moved to Anya. Leo does not have it any more." in page.inner_text("[role=status]")
    assert page.locator(".done strong").inner_text() == when and "Anya Shah with Ravi Kumar" in page.inner_text(".done")
    assert page.url != leos
    page.goto(leos)
    assert heading(page) == "Appointment cancelled" and page.get_by_role("button", name=re.compile("^Undo")).count() == 0

    # and the agenda of each says so
    page.goto("/appointments")
    page.get_by_role("link", name="Anya", exact=True).click()
    assert "who=" in page.url and page.locator("article", has_text="Ravi Kumar").count() == 1
    page.get_by_role("link", name="Leo", exact=True).click()
    standing = page.locator("article", has_text="Ravi Kumar").filter(has_not_text="Cancelled")
    assert standing.count() == 0
    subjects = [str(letter["Subject"]) for letter in site.mails_to(PRIYA)]
    assert any(subject.startswith("Moved from Leo to Anya: ") for subject in subjects)
    assert not any(subject.startswith("Cancelled: appointment for Leo") for subject in subjects)


def test_a_slip_of_the_finger_is_taken_back_and_nobody_lost_the_time(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, PRIYA)
    page.goto("/at/riverside/book/who")
    page.get_by_label("Leo Shah").check()
    page.get_by_role("button", name="Continue").click()
    choose_service(page, "Massage, 60")
    if heading(page) == "Who would you like to see?":
        choose_practitioner(page, "Ravi")
    last_day(page)
    times(page).last.click()
    confirm(page)
    when, leos = page.locator(".done strong").inner_text(), page.url

    # given that she moved it to herself by mistake
    page.get_by_role("link", name="Move it to somebody else").click()
    page.get_by_role("radio", name="Priya Shah").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("^Move to me, same time: ")).click()
    assert "Moved to you." in page.inner_text("[role=status]") and page.get_by_role("button", name="Undo this booking").count() == 0

    # when she takes it back, it is Leo's, as it was
    page.get_by_role("button", name="Move it back to Leo").click()
    assert heading(page) == "Appointment confirmed" and page.url.split("?")[0] == leos.split("?")[0]
    assert "Moved to Leo. You do not have it any more." in page.inner_text("[role=status]")
    assert page.locator(".done strong").inner_text() == when and "Leo Shah with Ravi Kumar" in page.inner_text(".done")

    # and no card says that anything was cancelled
    page.goto("/appointments")
    assert page.locator("article", has_text="Ravi Kumar").filter(has_text="Cancelled").count() == 0


def way_to_times(page, slug: str, service: str, person: str) -> str:
    """The address of the times for herself, without a day."""
    page.goto(f"/at/{slug}/book/who")
    if page.locator("input[type=radio]").count():
        page.locator("#who-0").check()  # oneself stands first
        page.get_by_role("button", name="Continue").click()
    choose_service(page, service)
    if heading(page) == "Who would you like to see?":
        choose_practitioner(page, person)
    return re.sub(r"&day=[^&#]*|#.*", "", page.url)


def starts(page, address: str, day: str) -> list[int]:
    page.goto(f"{address}&day={day}#times")
    return [int(button.get_attribute("value")) for button in times(page).all()]


def a_meeting(page, one: str, other: str) -> tuple[str, int, int]:
    """A day, and two starts of half an hour each that overlap; the demo world is busy, so some days are looked at."""
    for n in range(21):
        day = f"{date(2026, 12, 11) + timedelta(days=n)}"
        here, there = starts(page, one, day), starts(page, other, day)
        pairs = [(mine, theirs) for mine in here for theirs in there if abs(mine - theirs) < 1800]
        if pairs:
            return day, *pairs[0]
    raise AssertionError("the demo world has no two times that overlap")


def test_the_agenda_of_somebody_with_two_practices_says_when_two_visits_clash(site, open_page):
    page = open_page(viewport={"width": 1280, "height": 900})
    sign_in(page, PRIYA)

    # given a visit in Dieppe, and in the same hour one in Toronto: said before it is booked
    dieppe = way_to_times(page, "beau-rivage", "Suivi de physiothérapie", "Camille")
    toronto = way_to_times(page, "riverside", "Follow-up physiotherapy", "Anyone")
    day, there, here = a_meeting(page, dieppe, toronto)
    for address, start in ((dieppe, there), (toronto, here)):
        page.goto(f"{address}&day={day}#times")
        page.locator(f"#times button[value='{start}']").click()
        alert = page.locator("main [role=alert]")
        said = alert.inner_text() if alert.count() else ""
        confirm(page)
    assert (
        said.startswith("You already have an appointment then: ") and "at Clinique Beau-Rivage." in said and "You can book anyway" in said
    )

    # then both pages and the agenda say so, with the way to each
    assert "You have another appointment at the same time" in page.inner_text("main")
    page.goto("/appointments")
    note = page.locator(".note", has_text="You have two appointments at the same time")
    assert (
        "Toronto time, Riverside Physiotherapy in Toronto" in note.inner_text()
        and "Moncton time, Clinique Beau-Rivage in Dieppe" in note.inner_text()
    )
    note.get_by_role("link", name="Moncton time").click()
    assert "Clinique Beau-Rivage" in page.inner_text("header") and "Riverside Physiotherapy in Toronto" in page.inner_text("main")

    # and neither clinic learns of it
    for staff, slug, foreign in (("dana", "riverside", "Beau-Rivage"), ("sylvie", "beau-rivage", "Riverside")):
        desk = open_page(viewport={"width": 1280, "height": 900})
        sign_in(desk, f"{staff}@example.com")
        desk.goto(f"/desk/{slug}/day?date={day}&lang=en")
        assert "Shah" in desk.inner_text("main") and foreign not in desk.content()
