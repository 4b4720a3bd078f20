"""Lists of people: rehearsed without a trace, run once, taken back to the last field."""

import pytest
from sqlalchemy import select

from portal.database import db
from portal.models import Contact, FurtherNumber, LedgerLine, MatchKey, OutboxMail, SearchWord
from tests.portal.importing import kinds, outcomes, ran, rehearsed, rows, settled, someone, undone
from tests.portal.merging import differences
from tests.portal.merging import rows as everything

LIST = """First Name,Last Name,Date of Birth,Email,Mobile,Home phone,File number,Emergency contact,Emergency phone,SMS consent
Amelia,Pond,1989-04-30,amelia@example.org,416 555 0190,416 555 0191,F-1,Rory Pond,416 555 0192,yes
Ravi,Menon,1975-11-02,ravi@example.org,416 555 0193,,F-2,,,
,,,,,,,,,
Bad,Row,1989-14-30,not an address,,,,,,
"""
BY_DESIGN = frozenset({"ledger_lines", "merges", "merge_changes", "imports", "import_rows", "import_columns"})


@pytest.fixture
def dana(context, cast):
    return cast.staff("dana")


def test_a_rehearsal_changes_nothing(dana):
    settled()
    before = everything(BY_DESIGN - {"ledger_lines"})
    found = rehearsed(dana, LIST)
    assert kinds(found) == ["new", "new", "invalid"] and [row.position for row in rows(found)] == [2, 3, 5]
    assert [one[:2] for one in rows(found)[2].problems] == [[2, "bad_date"], [3, "bad_email"]]
    settled()
    assert differences(before, everything(BY_DESIGN - {"ledger_lines"})) == []


def test_a_list_makes_people_with_all_that_hangs_on_them(dana):
    found = ran(dana, LIST)
    assert outcomes(found) == ["made", "made", "left"] and found.finished_at
    amelia = someone("Amelia Pond")
    assert (amelia.phone, amelia.phone_kind, amelia.file_number, amelia.sms_consent_at) == ("+14165550190", "mobile", "F-1", found.started_at)
    assert [one.number for one in db.session.scalars(select(FurtherNumber).where(FurtherNumber.profile_id == amelia.id))] == ["+14165550191"]
    [rory] = db.session.scalars(select(Contact).where(Contact.profile_id == amelia.id))
    assert (rory.name, rory.phone, rory.emergency_at) == ("Rory Pond", "+14165550192", found.started_at)
    lines = db.session.scalars(select(LedgerLine.verb).where(LedgerLine.profile_id == amelia.id).order_by(LedgerLine.id)).all()
    assert lines == ["imported", "consented"]
    assert not db.session.scalars(select(OutboxMail.id).where(OutboxMail.created_at >= found.started_at)).all(), "an import writes to nobody"


def test_who_was_made_is_found_by_words_and_as_a_look_alike(dana):
    ran(dana, LIST)
    settled()
    amelia = someone("Amelia Pond")
    for model in (SearchWord, MatchKey):
        assert db.session.scalar(select(db.func.count()).select_from(model).where(model.profile_id == amelia.id)) > 3


def test_taken_back_everything_is_as_it_was(dana):
    settled()
    before = everything(BY_DESIGN)
    found = undone(dana, ran(dana, LIST))
    settled()
    assert found.undone_at and outcomes(found) == ["undone", "undone", "left"]
    assert differences(before, everything(BY_DESIGN)) == []
