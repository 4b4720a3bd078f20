"""Files and notes when two records become one person's: counted before, with the survivor after, and back again when it is undone."""

import pytest

from portal import files, merge_preview, notes, unmerging
from portal.database import db, transact
from portal.merge_choices import Choices
from portal.models import File, LedgerLine, Note, Profile
from portal.staff import merge_rows
from tests.portal import filing
from tests.portal.merging import add, differences, merged, rows


@pytest.fixture
def two(context, cast, clock):
    """Leo, and a second record of his with a file and a note."""
    second = add(Profile(practice_id=cast.riverside.id, given_name="Leo", family_name="Shah", born_on=cast.leo.born_on, created_at=clock()))
    dana = cast.staff("dana")
    file = filing.filed(dana, second, clock(), "second.txt")
    note = transact(notes.write, dana, second, "Knee", "Better", clock())
    filing.filed(dana, cast.leo, clock(), "first.txt")
    return dana, second, cast.leo, file, note


def test_they_are_counted_before(two, context, clock):
    _dana, second, leo, *_ = two
    with context.test_request_context():
        seen = merge_preview.preview(second, leo, Choices(), clock())
        said = {row.label: (row.source, row.target) for row in merge_rows.rows(seen)}
    assert said["Files"] == ("1", "1") and said["Notes"] == ("1", "")


def test_they_follow_and_return_as_they_were(two, clock):
    dana, second, leo, file, note = two
    before = rows()
    done = merged(dana, second, leo, clock())
    assert {db.session.get(model, one.id).profile_id for model, one in ((File, file), (Note, note))} == {leo.id}
    transact(unmerging.unmerge, dana, done, {}, clock())
    assert differences(before, rows()) == []


def test_what_was_added_since_is_assigned_and_its_lines_go_along(two, clock):
    dana, second, leo, _file, _note = two
    done = merged(dana, second, leo, clock.forward(minutes=1))
    since = filing.filed(dana, leo, clock.forward(minutes=1), "since.txt")
    asked = {one.key: one for one in unmerging.items(done)}
    assert asked[f"files:{since.id}"].words == "File: since.txt" and asked[f"files:{since.id}"].side == "target"
    transact(unmerging.unmerge, dana, done, {f"files:{since.id}": "source"}, clock.forward(minutes=1))
    assert db.session.get(File, since.id).profile_id == second.id
    lines = db.session.scalars(db.select(LedgerLine).where(LedgerLine.verb == "file_added", LedgerLine.profile_id == second.id))
    assert since.id in {line.facts["file"] for line in lines}


def test_a_file_that_waits_for_its_row_goes_to_who_stands_for_the_person(two, clock):
    dana, second, leo, *_ = two
    kept = filing.kept(clock())
    merged(dana, second, leo, clock())
    (row,) = transact(files.add, dana, second, [kept], clock())
    assert row.profile_id == leo.id
