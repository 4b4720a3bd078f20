"""The search box of every staff page: whoever is meant is proposed while one types; without JavaScript a page lists them."""

import pytest

from e2e.people import heading, sign_in

BOX = "Name, phone or email"


@pytest.fixture
def tom(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, "tom@example.com")
    page.goto("/desk/riverside/calendar")
    return page


def test_the_desk_finds_somebody_by_the_keyboard_alone(tom, javascript):
    box = tom.get_by_label(BOX)
    box.focus()
    if not javascript:
        tom.keyboard.type("walter brand")
        tom.keyboard.press("Enter")
        tom.get_by_role("link", name="Walter Brandt", exact=True).click()
    else:
        tom.keyboard.type("sha")
        tom.get_by_role("option", name="Priya Shah").wait_for()
        assert tom.get_by_role("option").count() == 4 and box.get_attribute("aria-expanded") == "true"
        tom.keyboard.press("Escape")
        assert not tom.get_by_role("option").count() and box.input_value() == "sha"
        tom.keyboard.press("ControlOrMeta+a")
        tom.keyboard.type("walter")
        tom.get_by_role("option", name="Walter Brandt").wait_for()
        tom.keyboard.press("ArrowDown")
        assert box.get_attribute("aria-activedescendant") == "find-1"
        tom.keyboard.press("Enter")
        tom.wait_for_url("**/people/*")
    assert heading(tom) == "Walter Brandt"


def test_a_slip_of_the_finger_and_a_birth_date(tom):
    tom.goto("/staff/riverside/people?q=wlater+brandt")
    assert "Nobody is called “wlater brandt”. 1 person is close." in tom.inner_text("main")
    tom.goto("/staff/riverside/people?q=4+may+1987")
    assert "Priya Shah" in tom.inner_text("main")
