"""A new practitioner from nothing to the first online booking: by mouse, without JavaScript, and by the keyboard alone at the desk."""

from axe_playwright_python.sync_playwright import Axe

from e2e.conftest import DESK
from e2e.people import choose_practitioner, choose_service, confirm, heading, sign_in, times
from e2e.test_keyboard import enter, press_until

PRACTITIONERS = "/desk/riverside/practitioners"


def faults(page) -> list[str]:
    return [each["id"] for each in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]]


def set_hours(desk) -> None:
    desk.get_by_role("main").get_by_role("link", name="Hours", exact=False).first.click()
    assert heading(desk) == "Hours of Aiko Mori"
    for day in ("Tuesday", "Thursday"):
        desk.get_by_label(day, exact=True).fill("9am to midday")
    desk.get_by_role("button", name="Check before saving").first.click()
    words = desk.inner_text("main")
    assert "new times open for patients" in words and "Nothing is saved yet." in words
    desk.get_by_role("button", name="Save hours").click()
    assert "The hours of Aiko Mori are saved." in desk.inner_text("main")


def test_a_new_practitioner_from_nothing_to_the_first_online_booking(site, open_page, javascript):
    # given an admin who adds a colleague with one service
    desk = open_page(javascript=javascript, viewport=DESK)
    sign_in(desk, "dana@example.com")
    desk.goto(PRACTITIONERS)
    desk.get_by_role("link", name="Add a practitioner").click()
    desk.get_by_label("Name, as patients say it").fill("Aiko Mori")
    desk.get_by_label("Profession").fill("Massage therapist")
    desk.get_by_label("Massage, 60 minutes").check()
    desk.get_by_role("button", name="Save").click()
    assert heading(desk) == "Aiko Mori" and "set them next" in desk.inner_text("main")
    assert not javascript or not faults(desk)

    # when she has opening hours
    set_hours(desk)

    # then a parent books with her online
    parent = open_page(javascript=javascript)
    sign_in(parent, "priya@example.com")
    parent.goto("/at/riverside/book/who")
    parent.get_by_label("Leo Shah").check()
    parent.get_by_role("button", name="Continue").click()
    choose_service(parent, "Massage, 60")
    choose_practitioner(parent, "Aiko Mori")
    times(parent).first.click()
    assert confirm(parent).startswith("Book for Leo with Aiko Mori")
    assert heading(parent) == "Appointment confirmed"


def test_somebody_is_added_with_the_keyboard_alone(site, open_page):
    desk = open_page(javascript=False, viewport=DESK)
    sign_in(desk, "dana@example.com")
    desk.goto(PRACTITIONERS)
    press_until(desk, "^Add a practitioner$")
    enter(desk)
    press_until(desk, "^Name, as patients say it")
    desk.keyboard.type("Aiko Mori")
    press_until(desk, "^Massage, 60 minutes$")
    desk.keyboard.press("Space")
    press_until(desk, "^Save$")
    enter(desk)
    assert heading(desk) == "Aiko Mori" and desk.get_by_label("Massage, 60 minutes").is_checked()
