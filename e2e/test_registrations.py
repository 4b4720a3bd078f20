"""The front desk answers new registrations: twins stay two, somebody new is let in, somebody known is found; by keyboard as well."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e.conftest import DESK
from e2e.people import heading, sign_in
from e2e.test_keyboard import enter, press_until
from portal import match_search
from portal.database import db, transact
from portal.models import Profile, StaffMember
from portal.seed import name_id

LIST = "/staff/riverside/registrations"
AMARA, KNOWN = (f"/staff/riverside/people/{name_id(f'{name}@riverside')}" for name in ("amara", "amara-on-file"))
REGISTERED = f"{LIST}/{name_id('registration of amara@riverside')}"


def register_child(page, given: str) -> None:
    page.goto("/at/riverside/add-person")
    page.get_by_label("First name").fill(given)
    page.get_by_label("Last name").fill("Shah")
    for label, part in zip(("Day", "Month", "Year"), (4, 5, 2022)):
        page.get_by_label(label, exact=True).fill(str(part))
    page.get_by_label("I am their parent").check()
    page.get_by_label("I am allowed to make health decisions").check()
    page.get_by_role("button", name="Add this person").click()


def row(page, name: str):
    return page.locator("tbody tr").filter(has_text=name)


def test_twins_of_one_mother_are_never_proposed_as_one(site, open_page, javascript):
    # given a mother who registers her twins: one birthday, one telephone, one address, and names one letter apart
    mother = open_page(javascript=javascript)
    sign_in(mother, "priya@example.com")
    for name in ("Mila", "Mira"):
        register_child(mother, name)

    # when the front desk looks at them
    desk = open_page(javascript=javascript, viewport=DESK)
    sign_in(desk, "tom@example.com")
    desk.goto(LIST)
    for name in ("Mila Shah", "Mira Shah"):
        words = row(desk, name).inner_text()
        assert "No match" in words and "Child of Priya Shah" in words
        desk.get_by_label(f"Select {name}").check()

    # then both are accepted at once, and neither is ever held for the other
    desk.get_by_role("button", name="Accept selected").click()
    assert "2 people are accepted as new." in desk.inner_text("main")
    for name in ("Mila", "Mira"):
        desk.goto(f"/staff/riverside/people?q={name}+shah")
        desk.get_by_role("main").get_by_role("link", name=f"{name} Shah", exact=True).click()
        assert heading(desk) == f"{name} Shah" and "Looks like" not in desk.inner_text("main")
        assert "New registration" not in desk.inner_text("main")
    search(site)
    desk.goto("/staff/riverside/duplicates")
    assert "Shah" not in desk.inner_text("main")

    # and the mother reads that they are checked
    mother.goto("/family")
    assert "Mila Shah" in mother.inner_text("main") and "Waiting for the clinic to check" not in mother.inner_text("main")


def search(site) -> None:
    """The whole practice is searched."""
    with site.app.app_context():
        tom = db.session.scalar(db.select(StaffMember).where(StaffMember.role == "front_desk").order_by(StaffMember.id))
        transact(match_search.start_search, tom, site.clock())
        while match_search.work(site.clock()):
            pass


def test_somebody_new_is_accepted_and_that_is_undone(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/")
    page.get_by_role("link", name="The oldest came").click()
    page.get_by_role("link", name="Review Wei Chen").click()
    assert heading(page) == "Wei Chen" and "Nobody in your records looks like this" in page.inner_text("main")
    page.get_by_role("button", name="Accept as new").click()
    assert "Wei Chen is accepted as new." in page.inner_text("main") and not row(page, "Wei Chen").count()
    page.get_by_role("button", name="Undo").click()
    assert "Wei Chen is waiting again." in page.inner_text("main") and row(page, "Wei Chen").count()
    page.get_by_role("link", name="Review Wei Chen").click()
    page.get_by_role("button", name="Decide later").click()
    page.get_by_role("link", name="Later").click()
    assert row(page, "Wei Chen").count()


def test_a_registration_is_answered_without_touching_a_mouse(site, open_page):
    page = open_page(viewport=DESK)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/")
    press_until(page, "^New registrations")
    enter(page)
    press_until(page, "^Select Wei Chen$")
    page.keyboard.press("Space")
    press_until(page, "^Accept selected$")
    enter(page)
    assert "1 person is accepted as new." in page.inner_text("main")
    press_until(page, r"^Review\s+Amara Okoye$")
    enter(page)
    press_until(page, "^Compare")
    press_until(page, "^Different person: accept as new$")
    enter(page)
    assert "Amara Okoye is accepted as new." in page.inner_text("main")
    press_until(page, "^Undo$")
    enter(page)
    assert "Amara Okoye is waiting again." in page.inner_text("main")


def test_the_search_of_the_practice_shows_how_far_it_is_and_what_it_found(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "dana@example.com")
    page.goto("/staff/riverside/people")
    page.get_by_role("link", name="Possible duplicates").click()
    assert "people compared" in page.inner_text("main") and page.locator("progress").is_visible(), "the first search begins by itself"
    with site.app.app_context():
        while match_search.work(site.clock()):
            pass
    if javascript:
        page.get_by_text("are compared by themselves").wait_for()  # the page asks by itself
    else:
        page.get_by_role("link", name="Update the numbers").click()
    assert "2 pairs wait for an answer." in page.inner_text("main")
    row(page, "Maria Nunez").get_by_role("button", name="Different people").click()
    assert "are kept as two people." in page.inner_text("main") and "1 pair waits for an answer." in page.inner_text("main")
    page.get_by_role("button", name="Undo").click()
    assert "may be one person again." in page.inner_text("main")


def test_a_person_is_added_and_enter_is_no_answer_to_a_look_alike(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, "tom@example.com")
    page.goto("/staff/riverside/people")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("First name").fill("Walter")
    page.get_by_label("Last name").fill("Brandt")
    page.get_by_role("button", name="Add person").click()
    assert "There is a record that looks like this" in page.inner_text("main")
    page.get_by_label("Last name").press("Enter")
    assert "There is a record that looks like this" in page.inner_text("main")
    page.get_by_role("button", name="Different person: add anyway").click()
    assert heading(page) == "Walter Brandt" and "Walter Brandt is added." in page.inner_text("main")
    with site.app.app_context():
        assert len(db.session.scalars(db.select(Profile).where(Profile.given_name == "Walter")).all()) == 2


@pytest.mark.parametrize("viewport, dark", [({"width": 320, "height": 640}, False), (DESK, True)], ids=["small phone", "dark desk"])
def test_every_page_can_be_used_by_everybody(site, open_page, viewport, dark):
    """axe finds nothing, and nothing is wider than a small phone."""
    page, found = open_page(viewport=viewport, dark=dark), {}
    sign_in(page, "dana@example.com")

    def look(address: str, name: str = "") -> None:
        if address:
            page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth") > viewport["width"]
        faults = [
            f"{each['id']}: {each['nodes'][0]['html'][:160]}"
            for each in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        ]
        if wide or faults:
            found[name or address] = (wide, faults)

    wei = f"{LIST}/{name_id('registration of wei@riverside')}"
    for address in (
        "/staff/riverside/",
        LIST,
        f"{LIST}?tab=later",
        REGISTERED,
        wei,
        AMARA,
        f"{AMARA}/merge",
        f"{KNOWN}/merge?q=shah",
        "/staff/riverside/people?q=shah",
    ):
        look(address)
    look("/staff/riverside/duplicates")
    look("", "while it searches")
    search(site)
    look("/staff/riverside/duplicates", "what it found")
    page.goto("/staff/riverside/people/add")
    page.get_by_role("button", name="Add person").click()
    look("", "nothing typed")
    page.get_by_label("First name").fill("Amara")
    page.get_by_label("Last name").fill("Okoye")
    page.get_by_role("button", name="Add person").click()
    look("", "there is a record like this")
    page.goto(wei)
    page.get_by_role("button", name="Accept as new").click()
    look("", "accepted, with undo")
    look(f"{LIST}?tab=answered")
    look(wei, "answered")
    assert not found
