"""One person at one practice: what comes next as the link shows it, what one may do, and nobody else's page."""

import pytest

from portal.access import BOOK, SEE_TIMES
from portal.database import db, transact
from portal.models import Link
from tests import mails
from tests.booking.walking import arguments, path


@pytest.fixture
def booked(app, cast, clock):
    with app.app_context():
        at = clock.at.replace(day=16)
        return [mails.appointment(cast, "leo", at).public_id, mails.appointment(cast, "anya", at.replace(hour=18)).public_id]


def home(cast, who: str, whom: str) -> str:
    return f"/for/{cast.link(who, whom).public_id}"


def change(app, cast, who: str, whom: str, **facts) -> None:
    def use_case():
        link = db.session.get(Link, cast.link(who, whom).id)
        for name, value in facts.items():
            setattr(link, name, value)

    with app.app_context():
        transact(use_case)


def test_it_shows_this_person_s_appointments_and_nobody_else_s(cast, browse, booked):
    page = browse(cast.priya).page(home(cast, "priya", "leo"))
    assert page.h1 == "Leo Shah" and "Your child, born" in page.text
    assert "Wednesday 16 December at 10am" in page.text and "Initial assessment with Maya Chen" in page.text
    links = page.links()
    assert any(url == f"/appointments/{booked[0]}" for url in links.values()) and not any(booked[1] in url for url in links.values())
    assert "(416) 555-0134" in links and "Directions" in links
    assert [aside.get("aria-label") for aside in page.all("aside")][0] == "Message from Riverside Physiotherapy"


def test_booking_from_here_asks_no_more_who_it_is_for(cast, browse):
    browser = browse(cast.priya)
    page = browser.page(browser.page(home(cast, "priya", "leo")).links()["Book for Leo"])
    assert path(page).endswith("/what") and arguments(page)["who"] == cast.leo.public_id


def test_it_leads_to_access_and_history_and_says_what_one_may_do(cast, browse):
    link = cast.link("priya", "leo").public_id
    page = browse(cast.priya).page(f"/for/{link}")
    assert page.links()["Who has access"] == f"/family/{link}"
    assert f"/family/{link}/history" in page.links().values()
    assert "What you may do for Leo" in page.text and "See when Leo has appointments" in page.text


def test_who_sees_only_times_sees_no_more_here(app, cast, browse, booked):
    change(app, cast, "daniel", "leo", permissions=[SEE_TIMES])
    page = browse(cast.daniel).page(home(cast, "daniel", "leo"))
    assert "Wednesday 16 December at 10am" in page.text
    for hidden in ("Initial assessment", "Maya Chen", "Book for Leo", "Change time"):
        assert hidden not in page.text


def test_who_may_only_book_sees_nothing_that_others_booked(app, cast, browse, booked):
    change(app, cast, "daniel", "leo", permissions=[BOOK])
    page = browse(cast.daniel).page(home(cast, "daniel", "leo"))
    assert "16 December" not in page.text and "Book for Leo" in page.links()


def test_the_last_day_is_the_practice_s_and_is_said(app, cast, browse, clock):
    change(app, cast, "daniel", "leo", ends_on=clock.at.date())
    browser = browse(cast.daniel)
    assert "Your access ends on 10 December 2026." in browser.page(home(cast, "daniel", "leo")).text
    clock.set(2026, 12, 11, 4, 59)  # still the 10th in Toronto
    browser = browse(cast.daniel)
    assert browser.page(home(cast, "daniel", "leo")).status == 200
    clock.set(2026, 12, 11, 5, 0)
    assert browser.page(home(cast, "daniel", "leo")).status == 404


def test_revoked_somebody_else_s_and_made_up_ones_are_not_there(app, cast, browse, clock):
    leo = home(cast, "priya", "leo")
    foreign, made_up = browse(cast.daniel).page(leo), browse(cast.daniel).page("/for/a2b3c4d5e6f7g2h3")
    assert foreign.status == made_up.status == 404 and foreign.text == made_up.text
    change(app, cast, "priya", "leo", revoked_at=clock.at)
    assert browse(cast.priya).page(leo).status == 404


def test_one_s_own_page_is_in_the_practice_s_colours(cast, browse):
    page = browse(cast.priya).page(f"/for/{cast.link('priya', 'priya', 'beau-rivage').public_id}?lang=fr")
    assert page.h1 == "Priya Shah" and "Clinique Beau-Rivage" in page.text
    assert "Pendant les travaux" in page.html and "Riverside" not in page.text
