"""Records of one person become one, and a merge one regrets is taken back: at the desk, and as the patient (does not) notice it."""

import re
from datetime import date, timedelta

from axe_playwright_python.sync_playwright import Axe

from booking.models import Appointment
from e2e.conftest import DESK, PHONE
from e2e.people import choose_practitioner, choose_service, confirm, fill_sign_up, heading, last_day, sign_in, times
from e2e.test_keyboard import enter, press_until
from portal.database import db, transact
from portal.models import Account, Link, Practice, Profile
from tests.cast import Cast
from tests.mails import appointment, change

RIVERSIDE = "/staff/riverside"


def on_file(site, given: str, family: str, born_on, **facts) -> str:
    """A record the clinic made long ago, with two visits."""
    with site.app.app_context():
        now = site.clock()

        def happen():
            practice = db.session.query(Practice).filter_by(slug="riverside").one()
            one = Profile(
                practice_id=practice.id,
                given_name=given,
                family_name=family,
                born_on=born_on,
                created_at=now - timedelta(days=900),
                **facts,
            )
            db.session.add(one)
            db.session.flush()
            return one

        one, cast = transact(happen), Cast(site.app)
        for days in (300, 400):
            change(appointment(cast, "walter", now - timedelta(days=days), by="dana"), profile_id=one.id)
        return one.public_id


def to_the_comparison(page, name: str) -> None:
    """From the list of new registrations, as the desk goes."""
    page.goto(f"{RIVERSIDE}/registrations")
    page.locator("tbody tr").filter(has_text=name).locator("td").last.get_by_role("link").first.click()
    if heading(page) != "Is this the same person?":
        page.get_by_role("main").get_by_role("link", name=re.compile("^Compare")).first.click()


def test_a_patient_who_registered_online_finds_a_fuller_profile_and_notices_nothing_else(site, open_page, javascript):
    # given Liz, whom the clinic has on file, and who signs up online and books
    file = on_file(site, "Elizabeth", "Marsh", date(1987, 3, 27), phone="+14165550109", email="liz@example.org", file_number="8841")
    liz = open_page(javascript=javascript)
    liz.goto("/at/riverside/book/what")
    choose_service(liz, "Initial assessment")
    choose_practitioner(liz, "Anyone")
    last_day(liz)
    times(liz).first.click()
    fill_sign_up(liz, "Liz", "Marsh", (27, 3, 1987), "liz@example.org")
    code = site.code_for("liz@example.org")
    liz.get_by_label(re.compile("code", re.I)).fill(code)
    liz.get_by_role("button", name="Continue").click()
    confirm(liz)
    assert heading(liz) == "Appointment confirmed"
    booked = liz.url
    liz.goto("/appointments?past=1")
    assert liz.locator("article").count() == 0, "nothing of the older record is seen before staff said so"
    with site.app.app_context():
        mine = db.session.query(Link).join(Link.account).filter(Account.email_key == "liz@example.org").one().public_id
    assert liz.goto(f"/for/{mine}").ok

    # when the desk compares the two and merges them
    desk = open_page(javascript=javascript, viewport=DESK)
    sign_in(desk, "tom@example.com")
    to_the_comparison(desk, "Liz Marsh")
    words = desk.inner_text("main")
    assert "Liz Marsh will see all 2 appointments of file 8841." in words
    assert "one patient, file 8841, named Elizabeth Marsh, with 3 appointments." in words
    desk.get_by_role("radio", name="Name: Liz Marsh, New registration").check()
    desk.get_by_role("button", name=re.compile("^Check again")).click()
    assert "named Liz Marsh, with 3 appointments." in desk.inner_text("#outcome")
    desk.get_by_role("button", name="Same person: merge into file 8841").click()

    # then the appointment stands in the old file
    assert "Merged into file" in desk.inner_text("main") and desk.url.endswith(file) and heading(desk) == "Liz Marsh"
    assert "Initial assessment" in desk.inner_text("main") and "Merged with" in desk.inner_text("main")

    # and Liz, still signed in, has her appointment, and the older visits next to it
    liz.goto(booked)
    assert heading(liz) in ("Appointment confirmed", "Initial assessment") or "Initial assessment" in liz.inner_text("main")
    liz.goto("/appointments")
    assert liz.locator("article").count() == 1
    liz.goto("/appointments?past=1")
    assert liz.locator("article").count() == 2
    assert liz.goto(f"/for/{mine}").ok
    sent = [str(letter["Subject"]) for letter in site.mails_to("liz@example.org")]
    assert not [one for one in sent if "merge" in one.lower() or "record" in one.lower()] and len(sent) == len(set(sent)), (
        "no mail twice, and none about it"
    )


def merged_and_booked_since(site, desk) -> list[int]:
    """Amara's registration went into the record on file, and two appointments were made since."""
    to_the_comparison(desk, "Amara Okoye")
    for tick in desk.locator("input[name=confirm]").all():
        tick.check()
    desk.get_by_role("button", name=re.compile("^Same person")).click()
    assert "Merged into file" in desk.inner_text("main")
    site.clock.forward(minutes=2)
    with site.app.app_context():
        cast = Cast(site.app)
        ones = [appointment(cast, "amara-on-file", site.clock() + timedelta(days=days, hours=1), by="dana") for days in (5, 8)]
        return [one.id for one in ones]


def whose(site, ids: list[int]) -> list[str]:
    with site.app.app_context():
        return [db.session.get(Profile, db.session.get(Appointment, one).profile_id).public_id for one in ids]


def test_a_merge_that_was_wrong_is_taken_back_and_each_later_visit_goes_to_one_of_the_two(site, open_page, javascript):
    desk = open_page(javascript=javascript, viewport=DESK)
    sign_in(desk, "tom@example.com")

    # given two who were taken for one, and two appointments made since
    ones = merged_and_booked_since(site, desk)
    cast = Cast(site.app)
    new, known = cast.profile("amara").public_id, cast.amara_on_file.public_id
    assert whose(site, ones) == [known, known]

    # when the desk undoes it
    desk.reload()
    desk.get_by_role("link", name=re.compile("^Undo")).first.click()
    assert heading(desk) == "Undo this merge?"
    groups = desk.locator("main fieldset")
    assert groups.count() == 2 and "Initial assessment" in groups.first.inner_text()
    groups.first.get_by_role("radio").first.check()
    groups.last.get_by_role("radio").last.check()
    desk.get_by_role("button", name="Undo the merge").click()

    # then there are two people again, each with one of the appointments, and they are not proposed again
    assert "The merge is undone: two records again." in desk.inner_text("main")
    assert whose(site, ones) == [new, known]
    desk.get_by_role("link", name=re.compile("^Open Amara Okoye")).click()
    assert desk.url.endswith(new) and "New registration" in desk.inner_text("main") and "Looks like" not in desk.inner_text("main")


def test_merging_and_undoing_by_keyboard_alone(site, open_page):
    desk = open_page(viewport=DESK)
    sign_in(desk, "dana@example.com")
    to_the_comparison(desk, "Amara Okoye")
    press_until(desk, "^Nothing in ")
    desk.keyboard.press("Space")
    press_until(desk, "^Same person: merge into")
    enter(desk)
    assert "Merged into file" in desk.inner_text("main")
    press_until(desk, "^Undo")
    enter(desk)
    press_until(desk, "^They are two different people")
    desk.keyboard.press("Space")
    press_until(desk, "^Undo the merge$")
    enter(desk)
    assert "The merge is undone" in desk.inner_text("main")


def test_axe_finds_nothing_and_nothing_is_too_wide(site, open_page):
    desk = open_page(viewport=DESK)
    sign_in(desk, "dana@example.com")
    to_the_comparison(desk, "Amara Okoye")
    look(desk)
    merged_and_booked_since(site, desk)
    desk.get_by_role("link", name=re.compile("^Undo")).first.click()
    for address in (desk.url, f"{RIVERSIDE}/merges"):
        desk.goto(address)
        look(desk)


def look(page) -> None:
    """axe finds nothing, in light and dark, and nothing is wider than a small phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for viewport in (PHONE, DESK):
            page.set_viewport_size(viewport)
            found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
            assert not [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found], page.url
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(DESK)
