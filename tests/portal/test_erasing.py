"""A clock that stands far ahead for a while erases nothing early: no file, no person, no session, nobody's access, no reminder."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking import emails
from portal import clock as house_clock
from portal import erasing, files, links, letters, postman
from portal.database import db, transact
from portal.models import OutboxMail, SessionRow
from portal.storage import NotThere, store
from portal.sweep import sweep_believed
from tests import mails
from tests.portal import filing

YEARS, DAY = timedelta(days=1500), timedelta(days=1)


def until(clock):
    return transact(erasing.until, clock())


def run(clock, **span):
    """Hourly rounds of the rule alone."""
    end = clock() + timedelta(**span)
    while clock() < end:
        clock.forward(hours=1)
        last = until(clock)
    return last


@pytest.fixture
def here(context, cast, clock, tmp_path, monkeypatch):
    """A site that has run for days."""
    monkeypatch.setattr(context.extensions["file store"], "folder", tmp_path / "files")
    until(clock)
    run(clock, days=3)
    return cast


def test_while_the_site_runs_erasing_lags_at_most_a_day_behind(context, clock):
    begun = clock()
    assert until(clock) < begun, "nothing is believed at first"
    for _ in range(100):
        clock.forward(hours=1)
        assert until(clock) <= clock() - erasing.PROVEN_AFTER or until(clock) == erasing.NEVER
        if clock() >= begun + DAY:
            assert until(clock) >= clock() - DAY


@pytest.mark.parametrize("leaps", [1, 2, 10])
def test_a_leap_ahead_proves_nothing_nor_does_one_leap_after_another(here, clock, leaps, caplog):
    before = clock()
    for _ in range(leaps):
        clock.at += YEARS
        assert until(clock) <= before
    assert "nothing more is erased" in caplog.text
    assert run(clock, hours=5) <= before
    clock.at = before + timedelta(hours=6)  # put right
    assert until(clock) <= before
    assert before <= run(clock, days=1) <= clock(), "and it goes on as if nothing had been"


def test_a_computer_that_is_off_at_night_erases_too(here, clock):
    begun = clock()
    for _ in range(4):
        run(clock, hours=9)
        clock.forward(hours=15)
    assert until(clock) >= begun + DAY


def test_who_puts_the_clock_back_is_believed_at_once(here, clock):
    clock.at += YEARS
    run(clock, days=3)  # nobody noticed for days
    clock.at -= YEARS
    assert until(clock) <= clock()
    assert run(clock, days=2) >= clock() - DAY


def test_a_file_removed_today_outlives_an_hour_of_a_wrong_clock_and_goes_in_its_time(here, clock):
    file = filing.filed(here.staff("dana"), here.leo, clock(), "scan.pdf")
    transact(files.remove, here.staff("dana"), file, clock())
    session = dict(data={}, idle_minutes=30, created_at=clock(), last_seen_at=clock(), expires_at=clock() + timedelta(hours=12))
    transact(lambda: db.session.add(SessionRow(key_hash=b"1" * 32, **session)))
    link = here.link("daniel", "leo")
    transact(links.set_dates, link, (clock() + 30 * DAY).date(), None, clock(), by=here.dana)
    right = clock()
    clock.at += YEARS
    for _ in range(2):
        sweep_believed(clock.forward(hours=1))
    clock.at = right + timedelta(hours=2)
    sweep_believed(clock())
    store().open(file.store_key).close()
    transact(files.put_back, here.staff("dana"), file, clock())
    db.session.expire_all()
    assert db.session.scalar(select(SessionRow.id)) and here.link("daniel", "leo").revoked_at is None
    transact(files.remove, here.staff("dana"), file, clock())
    run(clock, hours=49)
    sweep_believed(clock())
    with pytest.raises(NotThere):
        store().open(file.store_key)
    assert db.session.scalar(select(SessionRow.id)) is None


def test_a_reminder_given_up_by_a_clock_that_ran_ahead_is_sent_in_its_time(here, clock, monkeypatch, tmp_path):
    monkeypatch.setitem(house_clock.current_app.config, "MAIL_FOLDER", str(tmp_path / "mail"))
    visit = mails.appointment(here, "leo", clock() + 7 * DAY)
    transact(emails.announce_booked, visit, clock())
    postman.deliver_due(clock())
    right = clock()
    clock.at += YEARS
    postman.deliver_due(clock())
    assert {row.state for row in mails.outbox("reminder")} == {"aborted"}
    clock.at = right
    for _ in range(2):
        sweep_believed(clock())
    rows = mails.outbox("reminder", state="queued")
    assert len(rows) == len(mails.outbox("reminder")) and all(letters.write(row, row.due_at) for row in rows)
    assert not db.session.scalars(select(OutboxMail.id).where(OutboxMail.template == "booked", OutboxMail.state == "queued")).all(), (
        "what was sent is not sent again"
    )
