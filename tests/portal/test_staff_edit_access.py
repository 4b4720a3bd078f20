"""Change what an account may do for a person, until when, and take the access away: the account is told."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.access import PERMISSIONS
from portal.database import db, transact
from portal.models import Invitation, Link, Practice, Profile
from tests.mails import outbox
from tests.portal.homes import fresh, give, lines
from tests.portal.invited import invite, row
from tests.portal.test_staff_portal_accounts import LEO, change, row_of


@pytest.fixture
def his(cast):
    """The page about Daniel's access to Leo."""
    return f"{LEO.format(cast.leo.public_id)}/{cast.link('daniel', 'leo').public_id}"


def link(app, cast) -> Link:
    with app.app_context():
        return db.session.scalar(select(Link).where(Link.public_id == cast.link("daniel", "leo").public_id))


def save(browser, page, *off, **changes):
    """Send the form with the ticks of `off` taken away."""
    values = {name: value for name, value in page.form().items() if name and name not in off}
    return browser.post(
        page.response.request.path, data={**values, **changes}, headers={"Origin": "http://localhost"}, follow_redirects=True
    )


def test_the_page_shows_what_was_given_and_saves_what_is_chosen(cast, browse, app, his):
    tom = browse(cast.tom, staff=True)
    page = tom.page(his)
    assert page.h1 == "What Daniel Okafor may do for Leo Shah" and page.form()["level"] == "everything" and page.form()["book"]
    save(tom, page, "book", "manage_access", level="busy", ends_on="2027-06-30", review_on="2027-03-01")
    now = link(app, cast)
    assert now.permissions == ["see_times", "change", "get_notices"]
    assert (now.ends_on, now.review_on, now.decided_on) == (date(2027, 6, 30), date(2027, 3, 1), date(2026, 12, 10))
    with app.app_context():
        assert [mail.to_address for mail in outbox("access_changed")] == ["daniel@example.com"]
    again = tom.page(his).form()
    assert (again["level"], again.get("book"), again["ends_on"]) == ("busy", None, "2027-06-30")


def test_dates_alone_are_no_new_decision_and_no_mail(cast, browse, app, his):
    change(app, Link, cast.link("daniel", "leo").public_id, decided_on=date(2025, 1, 1))
    tom = browse(cast.tom, staff=True)
    save(tom, tom.page(his), review_on="2027-03-01")
    assert (link(app, cast).review_on, link(app, cast).decided_on) == (date(2027, 3, 1), date(2025, 1, 1))
    with app.app_context():
        assert outbox("access_changed") == []


def test_saving_answers_an_age_step(cast, browse, app, his):
    mine = cast.link("daniel", "leo")
    with app.app_context():
        practice_id = cast.riverside.id
        transact(lambda: setattr(db.session.get(Practice, practice_id), "age_steps", [[8, "pause"]]))
    change(app, Link, mine.public_id, decided_on=date(2025, 1, 1))
    tom = browse(cast.tom, staff=True)
    page = tom.page(his)
    assert "This access is paused since Leo turned 8." in page.text
    save(tom, page)
    with app.app_context():
        assert cast.link("daniel", "leo").permissions_on(date(2026, 12, 10)) == set(PERMISSIONS)


@pytest.mark.parametrize(
    "changes, words", [({"ends_on": "2026-01-01"}, "Choose today or a later day"), ({"ends_on": "x"}, "Enter a day as year-month-day")]
)
def test_errors_in_words(cast, browse, app, his, changes, words):
    tom = browse(cast.tom, staff=True)
    answer = save(tom, tom.page(his), **changes)
    assert answer.status_code == 422 and words in answer.text and link(app, cast).ends_on is None


@pytest.mark.parametrize("level", ["busy", "nothing"])
def test_who_does_not_see_everything_does_not_decide_who_has_access(cast, browse, app, his, level):
    tom = browse(cast.tom, staff=True)
    answer = save(tom, tom.page(his), level=level)
    assert answer.status_code == 422 and "Who does not see everything cannot decide who else has access." in answer.text
    assert 'href="#manage_access"' in answer.text and "see_details" in link(app, cast).permissions
    save(tom, tom.page(his), "manage_access", level=level)
    assert "see_details" not in link(app, cast).permissions


def test_what_a_tick_does_not_do_while_contacts_are_kept_apart_is_said(cast, browse, app, clock, his):
    tom, words = browse(cast.tom, staff=True), "Until that ends, only the practice and the person decide who has access"
    assert words not in tom.page(his).text
    change(app, Profile, cast.leo.public_id, safe_at=clock())
    assert words in tom.page(his).text


def test_access_is_taken_away_after_asking(cast, browse, app, his):
    tom = browse(cast.tom, staff=True)
    asked = tom.page(f"{his}/end")
    assert asked.h1 == "Take away the access of Daniel Okafor?" and link(app, cast).revoked_at is None
    done = tom.submit(asked)
    assert "Daniel Okafor no longer has access. We told them by email." in done.text
    assert "daniel@example.com" not in done.html and "Priya Shah" in row_of(done, "priya@example.com")
    with app.app_context():
        assert [mail.to_address for mail in outbox("access_ended")] == ["daniel@example.com"]
    assert tom.get(his).status_code == 404  # gone
    assert tom.post(f"{his}/end", data={"csrf_token": done.form()["csrf_token"]}, headers={"Origin": "http://localhost"}).status_code == 404


def test_a_link_of_somebody_else_is_not_found_under_this_person(cast, browse, his):
    tom = browse(cast.tom, staff=True)
    other = his.replace(cast.link("daniel", "leo").public_id, cast.link("daniel", "anya").public_id)
    assert tom.get(other).status_code == tom.get(f"{other}/end").status_code == 404


# --- whom they let in ---


def let_in(cast, app, his):
    """Daniel gave Kiran access, who invited granny and let Wei in; Daniel invited his second address, Priya her mother."""
    kirans = give(app, cast.kiran, cast.leo, "guardian", given_by=cast.daniel)
    weis = give(app, cast.wei, cast.leo, "trusted", given_by=cast.kiran)
    with app.app_context():
        givers = [db.session.get(Link, one.id) for one in (kirans, cast.link("daniel", "leo"), cast.link("priya", "leo"))]
        sent = [
            invite(app, cast, "leo", f"{name}@example.org", "trusted", by=one)
            for name, one in zip(("granny", "second", "nana"), givers, strict=True)
        ]
    return kirans, weis, *sent


def test_it_says_whom_they_let_in_however_far_and_what_waits(cast, browse, app, his):
    kirans, weis, *_ = let_in(cast, app, his)
    change(app, Link, kirans.public_id, revoked_at=kirans.created_at)  # long gone, but not who came in through them
    page = browse(cast.tom, staff=True).page(f"{his}/end")
    assert "Daniel Okafor let these people in, or they were let in by them." in page.text
    assert "Wei Chen, wei@example.com" in page.text and "kiran@example.com" not in page.text and "Priya" not in page.text
    assert "second@example.org, from Daniel Okafor" in page.text and "granny@example.org, from Kiran Shah" in page.text
    assert "nana@example.org" not in page.text
    assert (
        "let these people in"
        not in browse(cast.tom, staff=True).page(his.replace(cast.link("daniel", "leo").public_id, weis.public_id) + "/end").text
    )


def test_they_end_too_if_staff_say_so_and_else_stay(cast, browse, app, his):
    kirans, weis, grannys, seconds, nanas = let_in(cast, app, his)
    tom = browse(cast.tom, staff=True)
    page = tom.page(f"{his}/end")
    tom.submit(page, also=[kirans.public_id])
    assert fresh(app, kirans).revoked_at and fresh(app, weis).revoked_at is None
    assert [bool(row(app, Invitation, one.id).deleted_at) for one in (grannys, seconds, nanas)] == [True, True, False]
    with app.app_context():
        assert [mail.to_address for mail in outbox("access_ended")] == ["daniel@example.com", "kiran@example.com"]
    assert {line.facts["as"] for line in lines(app, "invitation_deleted") + lines(app, "access_ended")} == {"staff"}


def test_nobody_but_those_they_let_in_ends_with_them(cast, browse, app, his):
    kirans, weis, *_ = let_in(cast, app, his)
    tom = browse(cast.tom, staff=True)
    hers = cast.link("priya", "leo")
    tom.submit(tom.page(f"{his}/end"), also=[hers.public_id])
    assert not any(fresh(app, one).revoked_at for one in (hers, kirans, weis))
