"""Calendars of other programs become blocks: read in the background, only what differs is written, and trouble changes nothing."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from booking import calendar_rounds, calendar_sources
from booking.calendar_rounds import work
from booking.errors import NotYours
from booking.ics_in import Entry, Problem
from booking.ics_reading import Reading
from booking.models import Block, CalendarSource, Practitioner, SettingChange
from booking.queries import open_times
from booking.timetable import timetable
from booking.wishes import Wish
from portal.database import db, transact
from portal.models import StaffMember
from tests.booking.calendar_servers import EVENT, NETWORKS, calendar, say, server

WEEKLY = (
    EVENT.replace("SUMMARY:Dentist", "RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Teaching")
    .replace("UID:a", "UID:w")
    .replace("20261214", "20261215")
)


@pytest.fixture
def maya(cast, context):
    return cast.maya_chen


@pytest.fixture
def dana(cast, context):
    return cast.staff("dana")


@pytest.fixture
def other(app, monkeypatch):
    monkeypatch.setitem(app.config, "CALENDAR_NETWORKS", list(NETWORKS))
    with server() as found:
        yield found


def upload(dana, maya, now, *events) -> CalendarSource:
    return transact(calendar_sources.upload, dana, maya, "Private", calendar(*events), now)


def again(source: CalendarSource) -> CalendarSource:
    db.session.rollback()
    return db.session.get(CalendarSource, source.id, populate_existing=True)


def blocks(source: CalendarSource) -> list[Block]:
    db.session.rollback()
    found = select(Block).where(Block.source_id == source.id).order_by(Block.starts_at)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def test_an_uploaded_calendar_blocks_times_where_the_practitioner_works(dana, maya, clock):
    source = upload(dana, maya, clock(), EVENT, WEEKLY)
    assert blocks(source) == []
    assert work(clock()) == 1
    found = blocks(source)
    assert [(one.title, f"{one.starts_at:%d %H}") for one in found] == [
        ("Dentist", "14 14"),
        ("Teaching", "15 14"),
        ("Teaching", "22 14"),
        ("Teaching", "29 14"),
    ]
    assert {(one.practitioner_id, one.practice_id, one.created_by_id) for one in found} == {(maya.id, maya.practice_id, None)}
    assert again(source).read_at == clock() and work(clock()) == 0


def test_reading_again_changes_only_what_differs(dana, maya, clock, other):
    source = transact(calendar_sources.subscribe, dana, maya, "Google", other.url, clock())
    other.answer = lambda handler: say(handler, calendar(EVENT, WEEKLY))
    work(clock())
    before = {one.uid: (one.id, one.revision) for one in blocks(source)}
    moved = WEEKLY.replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\nEXDATE:20261229T140000Z")
    late = "BEGIN:VEVENT\r\nUID:w\r\nRECURRENCE-ID:20261222T140000Z\r\nDTSTART:20261222T160000Z\r\nDURATION:PT1H\r\nSUMMARY:Teaching\r\nEND:VEVENT\r\n"
    other.answer = lambda handler: say(handler, calendar(EVENT, moved, late))
    work(clock.forward(hours=1))
    after = {one.uid: (one.id, one.revision) for one in blocks(source)}
    assert after == {
        "a": before["a"],
        "w 20261215T140000Z": before["w 20261215T140000Z"],
        "w 20261222T140000Z": (before["w 20261222T140000Z"][0], 1),
    }


def test_nothing_is_written_where_nothing_differs(dana, maya, clock, app):
    source = upload(dana, maya, clock(), EVENT, WEEKLY)
    work(clock())
    ids = [one.id for one in blocks(source)]
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    work(clock.forward(hours=24))
    assert [one.id for one in blocks(source)] == ids
    assert not [one for one in seen if "blocks" in one and not one.startswith("SELECT")]


def test_a_rule_without_an_end_goes_on_as_the_days_come_into_reach(dana, maya, clock):
    source = upload(dana, maya, clock(), EVENT.replace("SUMMARY", "RRULE:FREQ=WEEKLY\r\nSUMMARY"))
    work(clock())
    last = blocks(source)[-1].starts_at
    work(clock.forward(days=14))
    found = blocks(source)
    assert found[-1].starts_at >= last + timedelta(days=13)
    assert found[0].starts_at > clock() - timedelta(days=8)  # what is over is not kept for long


def test_a_reading_that_fails_keeps_the_blocks_says_why_and_waits_longer_each_time(dana, maya, clock, other):
    source = transact(calendar_sources.subscribe, dana, maya, "Google", other.url, clock())
    work(clock())
    assert len(blocks(source)) == 1
    other.answer = lambda handler: say(handler, b"", 404)
    waits = []
    for _ in range(8):
        work(clock.forward(seconds=int((again(source).due_at - clock()).total_seconds())))
        waits.append((again(source).due_at - clock()).total_seconds() / 60)
    found = again(source)
    assert waits == [15, 15, 30, 60, 120, 240, 480, 720]
    assert found.problem == "gone" and found.failed_at > found.read_at and len(blocks(source)) == 1
    other.answer = lambda handler: say(handler, calendar())
    work(clock.forward(hours=12))
    assert again(source).problem == "" and again(source).failed_at is None and blocks(source) == []


def test_what_has_not_changed_since_the_same_day_is_not_gone_through_again(dana, maya, clock, other, monkeypatch):
    source = transact(calendar_sources.subscribe, dana, maya, "Google", other.url, clock())
    other.answer = lambda handler: say(handler, b"", 304) if handler.headers["If-None-Match"] else say(handler, calendar(EVENT), ETag='"1"')
    work(clock())
    jobs, read = [], calendar_rounds.read
    monkeypatch.setattr(calendar_rounds, "read", lambda job: jobs.append(read(job)) or jobs[-1])
    work(clock.forward(hours=1))
    work(clock.forward(days=1))
    assert [one.entries is None for one in jobs] == [True, False]
    assert len(blocks(source)) == 1 and again(source).etag == '"1"'


def test_removing_it_removes_its_blocks_and_keeps_neither_address_nor_entries(dana, maya, clock, other):
    source = transact(calendar_sources.subscribe, dana, maya, "Google", other.url, clock())
    work(clock())
    transact(calendar_sources.remove, dana, again(source), clock())
    assert blocks(source) == [] and (again(source).url, again(source).content) == ("", None)
    assert db.session.scalar(select(SettingChange.column).where(SettingChange.table_name == "calendar_sources")) == "removed_at"
    assert work(clock.forward(days=2)) == 0


def test_a_calendar_removed_while_it_is_read_leaves_nothing_behind(dana, maya, clock, monkeypatch):
    source = upload(dana, maya, clock(), EVENT)

    def slow(job):
        transact(calendar_sources.remove, dana, again(source), clock())
        return Reading("x", "", [Entry("a", 1797260400, 1797264000, "")])

    monkeypatch.setattr(calendar_rounds, "read", slow)
    work(clock())
    assert blocks(source) == [] and again(source).read_at is None


def test_two_never_read_the_same_calendar_and_a_dead_one_is_followed(dana, maya, clock, monkeypatch):
    source = upload(dana, maya, clock(), EVENT)
    assert calendar_rounds._claimed(clock()) is not None
    assert work(clock()) == 0
    assert work(clock.forward(seconds=301)) == 1 and len(blocks(source)) == 1


def test_many_entries_are_stored_in_portions(dana, maya, clock, monkeypatch):
    monkeypatch.setattr(calendar_rounds, "PORTION", 2)
    portions, portion = [], calendar_rounds._portion
    monkeypatch.setattr(calendar_rounds, "_portion", lambda *a: portions.append(1) or portion(*a))
    source = upload(dana, maya, clock(), EVENT, WEEKLY)
    work(clock())
    assert len(portions) == 2 and len(blocks(source)) == 4


def test_no_transaction_is_open_while_others_are_waited_for(dana, maya, clock, monkeypatch):
    upload(dana, maya, clock(), EVENT)
    open_ones = []

    def slow(job):
        open_ones.append(db.session().in_transaction())
        raise Problem("too_slow")

    monkeypatch.setattr(calendar_rounds, "read", slow)
    work(clock())
    assert open_ones == [False]


def test_one_that_hangs_does_not_keep_the_others_waiting_for_ever(dana, maya, clock, monkeypatch):
    """A slice of time: what is left is read in the next round."""
    for _ in range(3):
        upload(dana, maya, clock(), EVENT)
    assert work(clock(), seconds=0) == 0


def test_there_is_an_end_to_how_many_and_how_large(dana, maya, clock):
    for _ in range(5):
        upload(dana, maya, clock(), EVENT)
    for what, code in ((calendar(EVENT), "enough"), (calendar() + b" " * 2_000_001, "too_big"), (b"PK\x03\x04", "no_calendar")):
        with pytest.raises(Problem) as problem:
            transact(calendar_sources.upload, dana, maya, "One more", what, clock())
        assert problem.value.code == code


def test_practitioners_only_add_to_their_own(cast, context, clock):
    with pytest.raises(NotYours):
        upload(cast.staff("maya"), cast.olivier_dubois, clock(), EVENT)
    assert upload(cast.staff("maya"), cast.maya_chen, clock(), EVENT)


def test_nobody_reads_the_calendar_of_who_left(dana, maya, clock):
    upload(dana, maya, clock(), EVENT)
    transact(lambda: setattr(db.session.get(Practitioner, maya.id), "left_at", clock()))
    assert work(clock()) == 0


def test_who_left_changes_nothing_any_more(dana, maya, clock):
    transact(lambda: setattr(db.session.get(StaffMember, dana.id), "left_at", clock()))
    with pytest.raises(NotYours):
        upload(db.session.get(StaffMember, dana.id), maya, clock(), EVENT)


def test_the_difference_is_pure_and_by_key():
    one, two, three = (Entry(key, 0, 60, "") for key in "abc")
    found = calendar_rounds.difference({"a": (1, one), "b": (2, two)}, [two._replace(end=120), three])
    assert found == ([1], [three], [(2, two._replace(end=120))])


def test_the_hour_of_a_floating_entry_is_that_of_the_location(cast, context, clock):
    source = upload(cast.staff("dana"), cast.maya_chen, clock(), EVENT.replace("140000Z", "090000").replace("150000Z", "100000"))
    work(clock())
    assert blocks(source)[0].starts_at == datetime(2026, 12, 14, 14, tzinfo=UTC)


def test_what_a_calendar_takes_cannot_be_booked(cast, context, clock):
    """The engine's own answer, as patients see it; a visit of 30 minutes with 5 after it has to be over before. Removed, all is as it was."""

    def starts() -> list[str]:
        table = timetable(cast.riverside)
        wish = Wish(table.service(cast.follow_up.public_id), practitioner=table.practitioner(cast.maya_chen.public_id))
        db.session.rollback()
        (day,) = open_times(cast.riverside, wish, date(2026, 12, 14), date(2026, 12, 14), clock())
        return [f"{datetime.fromtimestamp(one, UTC):%H:%M}" for one in day.starts]

    before = starts()
    lunch = EVENT.replace("140000Z", "170000Z").replace("150000Z", "180000Z")
    source = upload(cast.staff("dana"), cast.maya_chen, clock(), EVENT, lunch.replace("UID:a", "UID:b"))
    work(clock())
    after = starts()
    taken = [one for one in before if "13:15" < one < "15:00" or "16:15" < one < "18:00"]
    assert taken and after == [one for one in before if one not in taken]
    transact(calendar_sources.remove, cast.staff("dana"), again(source), clock())
    assert starts() == before


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_the_app_itself_has_calendars_read(stage):
    """In a process of its own: here the tests have imported what reads them."""
    said = subprocess.run(
        [sys.executable, "-c", "import app; from portal import errands; print([work.__module__ for work in errands._errands])"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert "booking.calendar_rounds" in said.stdout, said.stderr
