"""Every table that points at a person follows a merge, or says that it does not: `info={"on_merge": "keep"}` (HOUSE decision 9).

The walk makes up a row for every such column of the metadata, so a table of tomorrow is looked at without a word here.
"""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Integer, String, Table, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.access import ADMIN
from portal.database import UtcDateTime, db, transact
from portal.ids import public_id
from portal.merge_journal import Journal
from portal.models import Link, Profile
from portal.signals import profile_merged
from tests.booking.clinic import Clinic
from tests.portal.merging import add, merged, rows, staff_of

NOW = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 20, 15, 0, tzinfo=UTC)
# What a constraint wants of columns that have no default.
WANTED = {
    "relationship": "parent", "status": "booked", "grade": "possible", "role": ADMIN, "ends_at": LATER, "expires_at": LATER, "zone": "America/Toronto",
    "kind": "payment", "method": "cash", "currency": "CAD", "media": "text/plain",
}  # fmt: skip


def to_people() -> list[Column]:
    """Every foreign key to profiles there is."""
    return [
        column
        for table in db.metadata.sorted_tables
        for column in table.c
        if any(one.target_fullname == "profiles.id" for one in column.foreign_keys)
    ]


def following() -> list[Column]:
    return [column for column in to_people() if column.info.get("on_merge") != "keep"]


class Walk:
    """`target` and `source` with one row for each column that has to follow; `low` and `high` are two more people."""

    def __init__(self):
        clinic = Clinic(NOW)
        clinic.practitioner("Ines", clinic.service())
        self.practice = clinic.practice
        self.low, self.source, self.high, self.target = (self.person(name) for name in ("Low", "Source", "High", "Target"))
        self.staff = staff_of(self.practice, NOW)
        transact(self.fill)

    def person(self, name: str) -> Profile:
        return add(Profile(practice_id=self.practice.id, given_name=name, created_at=NOW))

    def fill(self) -> None:
        for column in following():
            self.row(column.table, {column.name: self.source.id})

    def row(self, table: Table, given: dict) -> dict:
        """Store a row with these values and whatever else the table insists on."""
        people = [column.name for column in to_people() if column.table is table]
        values = dict(given)
        for column in table.c:
            is_made = (
                column.nullable
                or column.default is not None
                or (column.primary_key and not column.foreign_keys and isinstance(column.type, Integer))
            )
            if column.name in values or is_made:
                continue
            if column.name in people:  # of two people the one with the lower id comes first
                values[column.name] = (self.high if people.index(column.name) else self.low).id
            else:
                values[column.name] = self.some(column)
        if table.name == "appointments":
            values["booked_by_id"] = self.staff.account_id  # by somebody, as its constraint has it
        db.session.execute(insert(table).values(**values))
        return values

    def some(self, column: Column):
        for key in column.foreign_keys:
            other = key.column.table
            found = db.session.scalar(select(key.column).limit(1))
            if found is None:
                self.row(other, {})
                found = db.session.scalar(select(key.column).limit(1))
            return found
        if column.name in WANTED:
            return WANTED[column.name]
        kinds = {UtcDateTime: NOW, Date: date(2026, 12, 10), Boolean: False, Integer: 1, JSON: [], String: public_id()}
        return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), 1)

    def left(self) -> list[str]:
        """Columns that still point at the source."""
        db.session.rollback()
        found = [(column, db.session.scalar(select(column).where(column == self.source.id).limit(1))) for column in following()]
        return [str(column) for column, row in found if row is not None]


@pytest.fixture
def walk(context, clock):
    return Walk()


def test_every_row_of_the_source_follows(walk):
    assert set(walk.left()) == {str(column) for column in following()}, "the walk made a row for each"
    merged(walk.staff, walk.source, walk.target, NOW)
    assert walk.left() == []
    everything = rows(but=frozenset())
    taken = {(one["table_name"], one["row_id"]) for one in everything["merge_changes"]}
    for column in following():
        assert any(table == column.table.name for table, _row in taken), f"{column} went over without a line in the journal"


def test_what_keeps_to_the_source_was_decided_one_by_one():
    """History, keys of the search, pairs found, and the tombstone itself. Whoever adds one says here why it may stay."""
    assert {str(column) for column in to_people()} - {str(column) for column in following()} == {
        "ledger_lines.profile_id",  # written down about that record; read through portal/tombstones.py
        "registrations.profile_id",  # of that record, answered
        "own_changes.profile_id", "forget_requests.profile_id",  # said of that record, and read through who stands for them
        "search_words.profile_id", "match_keys.profile_id", "look_alikes.one_id", "look_alikes.other_id",  # only standing records are looked for
        "merges.source_id", "merges.target_id", "profiles.replaced_by_id",
    }  # fmt: skip


def test_a_table_that_nobody_thought_of_is_found(context, clock):
    diary = Table(
        "diaries",
        db.metadata,
        Column("id", Integer, primary_key=True),
        Column("profile_id", ForeignKey("profiles.id", name="fk_diaries_profile_id"), nullable=False),
    )
    try:
        with db.engine.begin() as connection:
            diary.create(connection)
        walk = Walk()
        merged(walk.staff, walk.source, walk.target, NOW)
        assert walk.left() == ["diaries.profile_id"]
    finally:
        db.session.remove()
        with db.engine.begin() as connection:
            diary.drop(connection)
        db.metadata.remove(diary)


def test_a_handler_that_forgets_is_found(walk, monkeypatch):
    real = Journal.follow

    def forgetful(journal, column: InstrumentedAttribute):
        return [] if column.class_ is Link else real(journal, column)

    monkeypatch.setattr(Journal, "follow", forgetful)
    merged(walk.staff, walk.source, walk.target, NOW)
    assert walk.left() == ["links.profile_id"]


def test_a_package_that_does_not_listen_is_found(walk, monkeypatch):
    monkeypatch.setattr(profile_merged, "send", lambda *_args, **_facts: [])
    merged(walk.staff, walk.source, walk.target, NOW)
    assert walk.left() == ["usual_care.profile_id", "appointments.profile_id", "payments.profile_id"]
