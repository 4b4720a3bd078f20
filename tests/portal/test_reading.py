"""Whoever reads another person's data leaves one line a day in their ledger (SAFETY §6)."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from booking import feeds
from portal import reading
from portal.access import SEE_TIMES
from portal.database import db, transact
from portal.models import Link
from tests import mails as post
from tests.portal.homes import change, give, lines


@pytest.fixture
def leos(app, cast, clock):
    """An appointment for Leo in six days."""
    with app.app_context():
        return post.appointment(cast, "leo", clock() + timedelta(days=6))


def read(app) -> list[tuple[int, int, int | None, str]]:
    return [(one.account_id, one.profile_id, one.link_id, one.facts["as"]) for one in lines(app, "viewed")]


def pages(cast, leos) -> list[str]:
    mine = cast.link("daniel", "leo").public_id
    one = f"/appointments/{leos.public_id}"
    return ["/appointments", one, f"{one}.ics", f"{one}/cancel", f"{one}/person", f"{one}/move", f"/for/{mine}", f"/family/{mine}/history"]


@pytest.mark.parametrize("number", range(8), ids=["list", "page", "file", "cancel", "hand over", "move", "person", "history"])
def test_each_page_that_shows_a_person_to_somebody_who_acts_for_them_is_written_down_once_a_day(cast, browse, app, clock, leos, number):
    browser, path = browse(cast.daniel), pages(cast, leos)[number]
    assert browser.get(path).status_code in (200, 302, 409)  # a refusal shows the appointment too
    expected = (cast.daniel.id, cast.leo.id, cast.link("daniel", "leo").id, "person")
    assert read(app) == [expected]
    for again in pages(cast, leos):
        browser.get(again)
    assert read(app) == [expected]
    clock.forward(hours=13, minutes=59)  # 11:59pm in Toronto
    browse(cast.daniel).get(path)
    assert read(app) == [expected]
    clock.forward(minutes=1)
    browse(cast.daniel).get(path)
    assert read(app) == [expected] * 2


def test_a_calendar_that_fetches_the_private_address_is_written_down_once_a_day(cast, browse, app, clock, leos):
    with app.app_context():
        token = feeds.feed_token(transact(feeds.open_feed, cast.daniel, clock()))
    server = browse()
    for _fetch in range(3):
        assert server.get(f"/calendar/{token}.ics").status_code == 200
        clock.forward(hours=1)
    expected = {
        (cast.daniel.id, profile.id, cast.link("daniel", name).id, "person") for name, profile in (("leo", cast.leo), ("anya", cast.anya))
    }
    assert set(read(app)) == expected and len(read(app)) == 2  # visits of Anya's are in it too


def test_somebody_else_is_a_line_of_their_own(cast, browse, app, leos):
    for account in (cast.daniel, cast.priya):
        browse(account).get("/appointments")
    assert [row[0] for row in read(app)] == [cast.daniel.id, cast.priya.id]


def test_reading_about_oneself_is_nobodys_business(cast, browse, app, clock):
    with app.app_context():
        own = post.appointment(cast, "kiran", clock() + timedelta(days=3), by="kiran")
    browser = browse(cast.kiran)
    for path in ("/appointments", f"/appointments/{own.public_id}", f"/family/{cast.link('kiran', 'kiran').public_id}/history"):
        assert browser.get(path).status_code == 200
    assert read(app) == []


def test_who_saw_nothing_read_nothing(cast, browse, app, leos):
    change(app, cast.link("daniel", "leo"), permissions=[])
    browser = browse(cast.daniel)
    browser.get("/appointments")
    assert browser.get(f"/appointments/{leos.public_id}").status_code == 404
    assert read(app) == []
    change(app, cast.link("daniel", "leo"), permissions=[SEE_TIMES])
    browser.get("/appointments")
    assert len(read(app)) == 1


def test_staff_who_are_also_a_parent_leave_a_line_as_each(cast, browse, app, clock, leos):
    change(app, cast.link("daniel", "leo"), account_id=cast.tom.id)
    with app.app_context():
        post.appointment(cast, "leo", clock() + timedelta(hours=2))
    browse(cast.tom, staff=True).get("/desk/riverside/day")
    browse(cast.tom).get("/appointments")
    assert [row[2:] for row in read(app) if row[1] == cast.leo.id] == [(None, "staff"), (cast.link("tom", "leo").id, "person")]


def test_looking_for_a_time_shows_nothing_of_the_person_and_writes_nothing(cast, browse, app):
    browser = browse(cast.daniel)
    path = f"/at/riverside/book/when?what={cast.follow_up.public_id}&with=any&who={cast.leo.public_id}"
    assert browser.get(path).status_code == 200
    assert read(app) == []


def test_what_was_read_already_costs_one_statement_and_no_writing(cast, browse, app, leos):
    browser, said = browse(cast.daniel), []
    browser.get("/appointments")
    with app.app_context():
        engine = db.engine
    listen = lambda _conn, _cursor, statement, *_: said.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    browser.get("/appointments")
    event.remove(engine, "before_cursor_execute", listen)
    assert not [one for one in said if one.lstrip().upper().startswith(("INSERT", "UPDATE"))]
    assert sum("FROM ledger_lines" in one for one in said) == 1


def test_each_practice_has_its_own_midnight(cast, app, clock):
    other = give(app, cast.priya, cast.profile("tom", "beau-rivage"))

    def look():
        with app.app_context():
            reading.note_read([db.session.get(Link, cast.link("priya", "leo").id), db.session.get(Link, other.id)], clock())

    clock.set(2026, 12, 11, 3, 0)  # 10pm in Toronto, 11pm in Dieppe
    look()
    clock.forward(minutes=90)  # the next day has begun in Dieppe alone
    look()
    assert [row[2] for row in read(app)] == [cast.link("priya", "leo").id, other.id, other.id]


def test_many_tabs_at_once_are_one_line(cast, app, leos, clock):
    link_id, start = cast.link("daniel", "leo").id, threading.Barrier(8)

    def look():
        with app.app_context():
            link = db.session.get(Link, link_id)
            link.profile.practice.zone  # noqa: B018
            start.wait()
            reading.note_read([link], clock())

    tabs = [threading.Thread(target=look) for _tab in range(8)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(read(app)) == 1


def test_the_person_reads_who_looked(cast, browse, app, clock):
    with app.app_context():
        post.appointment(cast, "kiran", clock() + timedelta(days=3), by="kiran")
    browse(cast.priya).get("/appointments")
    text = browse(cast.kiran).page(f"/family/{cast.link('kiran', 'kiran').public_id}/history").text
    assert "Thursday 10 December 10am Looked at the appointmentsPriya Shah, as a parent of Kiran" in text
