"""How a list is made: in turns, and never sent when who asked may not have it any more."""

from sqlalchemy import event

from portal.database import db, transact
from portal.models import Profile
from portal.permissions import EXPORT
from tests import mails
from tests.portal.homes import change
from tests.portal.test_export_people import PAGE, exported, post, table


def test_what_is_taken_away_while_the_file_is_made_ends_it(app, cast, browse, monkeypatch):
    """An admin decides while thousands of rows are written: the line is refused, and so no file leaves."""
    change(app, cast.staff("tom"), unusual={EXPORT: True})
    tom, path = browse(as_=cast.tom, staff=True), "portal.staff.exporting.note_viewed"
    monkeypatch.setattr(path, lambda *_args: mails.change(cast.staff("tom"), unusual={}))
    answer = post(tom)
    assert answer.status_code == 403 and "Content-Disposition" not in answer.headers and exported(app) == []


def test_a_long_list_is_read_in_turns_and_holds_nothing_while_it_is_made(app, cast, browse, clock, monkeypatch):
    """Statements grow with the turns, not with the people; no turn of writing lasts as long as the list."""
    dana = browse(as_=cast.dana, staff=True)
    monkeypatch.setattr("portal.list_exports.AT_ONCE", 300)
    with app.app_context():
        people = [
            Profile(practice_id=cast.riverside.id, given_name=f"N{number:04}", family_name="Crowd", created_at=clock.at)
            for number in range(1200)
        ]
        transact(db.session.add_all, people)
        seen = []
        listener = lambda *a: seen.append(a[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        rows = table(post(dana, f"{PAGE}?q=crowd", groups=["contact", "address"]))
        event.remove(db.engine, "before_cursor_execute", listener)
    assert [row["First name"] for row in rows] == [f"N{number:04}" for number in range(1200)]
    reads = [one for one in seen if one.startswith("SELECT profiles.id, profiles.given_name") or "FROM further_numbers" in one]
    assert len(reads) == 2 * 4 and len([one for one in seen if one.startswith("INSERT INTO ledger_lines")]) == 4 + 1
