"""One person at two practices: the staff of each see no trace of the other, whatever the person does at both (SAFETY §6, MISSION M20)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.database import db, transact
from portal.models import Link, Practice, Profile
from tests import mails
from tests.house.test_mirrored import MARKS, mark, read_around, without_menu
from tests.portal.test_account_menu import menu, strip
from tests.reader import Reader

SERVICES = {"riverside": "follow-up", "beau-rivage": "suivi"}
# Of each role one; Tom, who is himself a client of the other practice, is tried on his own below.
STAFF = {"riverside": ("dana", "maya"), "beau-rivage": ("sylvie", "camille", "rose")}


@pytest.fixture
def both(app, cast):
    """Priya comes to both practices, today and next week; every text of each practice carries its mark, her name and address there too."""
    with app.app_context():
        now = clock.now()
        for hour, (slug, service) in enumerate(SERVICES.items(), 3):
            for ahead in (timedelta(hours=hour), timedelta(days=6, hours=hour)):
                row = mails.appointment(cast, "priya", now + ahead, service, "priya", slug)
                transact(lambda row=row, slug=slug: setattr(db.session.merge(row), "note", MARKS[slug]))
        transact(lambda: [mark(practice) for practice in db.session.scalars(select(Practice))])
        for slug, said in MARKS.items():
            practice = db.session.scalar(select(Practice.id).where(Practice.slug == slug))
            transact(db.session.execute, update(Profile).where(Profile.practice_id == practice).values(email=f"{said}@example.com"))
            transact(db.session.execute, update(Link).where(Link.practice_id == practice).values(ground=said))
    return cast


@pytest.mark.parametrize("slug", list(MARKS))
def test_no_staff_page_of_one_practice_holds_a_trace_of_the_other(app, both, slug):
    (other,) = set(MARKS) - {slug}
    theirs = both.profile("priya", other).public_id, both.link("priya", "priya", other).public_id, f"/{other}"
    told = ""
    for name in STAFF[slug]:
        shown = read_around(Reader.of(app, getattr(both, name), staff=True), slug, staff=True)
        told += "".join(shown.values())
        wrong = [
            f"{name} reads {trace} at {address}" for address, text in shown.items() for trace in (MARKS[other], *theirs) if trace in text
        ]
        assert not wrong, "\n".join(wrong)
    assert f"{MARKS[slug]} family_name" in told and "Priya" in told, "the walk did not see her: it proves nothing"
    assert f"/staff/{slug}/share" in " ".join(shown) or f"/staff/{slug}/share" in told


def test_staff_who_are_clients_elsewhere_have_that_in_their_own_menu_only(app, both):
    shown = read_around(Reader.of(app, both.tom, staff=True), "riverside", staff=True)
    pages = {address: text for address, text in shown.items() if address.startswith(("/staff", "/desk"))}
    assert len(pages) >= 4
    assert any(MARKS["beau-rivage"] in text for text in pages.values()), "his own menu is missing: it proves nothing"
    for address, text in pages.items():
        assert MARKS["beau-rivage"] not in without_menu(text), address


def test_the_same_person_switches_and_each_page_holds_only_one_practice(app, both):
    browser = Reader.of(app, both.priya)
    for slug, other in (tuple(MARKS), tuple(reversed(MARKS))):
        page = browser.page(f"/for/{both.link('priya', 'priya', slug).public_id}")
        assert f"{MARKS[slug]} name" in page.text and MARKS[other] not in page.text
        assert MARKS[slug] in strip(page) and MARKS[other] not in strip(page)
        assert len(menu(page)) == 2
        who = browser.page(f"/at/{slug}/book/who")
        assert both.profile("priya", slug).public_id in who.html or len(menu(page)[0][1]) == 1
        assert both.profile("priya", other).public_id not in who.html
