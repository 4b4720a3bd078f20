"""Lists of people: rehearsed without a trace, run once, taken back to the last field."""

import pytest
from sqlalchemy import select

from booking import usual_care
from booking.models import UsualCare
from portal import care_keeper, clock, history, import_kept, imports, notes, records
from portal.database import db, transact
from portal.ledger_words import Reader
from portal.models import Contact, FurtherNumber, LedgerLine, MatchKey, OutboxMail, PeopleImport, Profile, SearchWord
from portal.staff import import_words
from tests.portal.importing import fresh, kinds, outcomes, ran, rehearsed, rows, settled, someone, undone, worked
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


def test_headings_that_are_repeated_on_each_page_are_nobody(dana):
    found = rehearsed(dana, "First name,Last name,\nAmelia,Pond\nFirst name,Last name\nRory,Pond\n")
    assert [(row.position, row.name) for row in rows(found)] == [(2, "Amelia Pond"), (4, "Rory Pond")] and found.total == 2
    assert [row.name for row in rows(rehearsed(dana, "Amelia Pond,amelia@example.org\nRory Pond,rory@example.org\n"))] == [
        "Amelia Pond",
        "Rory Pond",
    ], "no headings at all"


def test_a_list_makes_people_with_all_that_hangs_on_them(dana):
    found = ran(dana, LIST)
    assert outcomes(found) == ["made", "made", "left"] and found.finished_at
    amelia = someone("Amelia Pond")
    assert (amelia.phone, amelia.phone_kind, amelia.file_number, amelia.sms_consent_at) == (
        "+14165550190",
        "mobile",
        "F-1",
        found.started_at,
    )
    assert [one.number for one in db.session.scalars(select(FurtherNumber).where(FurtherNumber.profile_id == amelia.id))] == [
        "+14165550191"
    ]
    [rory] = db.session.scalars(select(Contact).where(Contact.profile_id == amelia.id))
    assert (rory.name, rory.phone, rory.emergency_at) == ("Rory Pond", "+14165550192", found.started_at)
    lines = db.session.scalars(select(LedgerLine.verb).where(LedgerLine.profile_id == amelia.id).order_by(LedgerLine.id)).all()
    assert lines == ["imported", "consented"]
    assert not db.session.scalars(select(OutboxMail.id).where(OutboxMail.created_at >= found.started_at)).all(), (
        "an import writes to nobody"
    )


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


KNOWN = """First name,Last name,Chart number,City,Mobile,Emergency contact,Emergency phone,Billing notes,Email consent
Leo,Shah,1181,Ottawa,416 555 0190,Grandma,416 555 0191,Sliding scale,no
"""


def test_somebody_known_by_their_number_is_updated_and_put_back_field_by_field(dana, cast):
    settled()
    before, found = everything(BY_DESIGN), ran(dana, KNOWN)
    assert outcomes(found) == ["updated"]
    leo = db.session.get(Profile, cast.leo.id, populate_existing=True)
    assert (leo.city, leo.phone, leo.billing_notes, leo.postal_code) == ("Ottawa", "+14165550190", "Sliding scale", "M5A 3H5"), (
        "what the list does not say stays"
    )
    assert leo.email_refused_at
    words = {name: (was, now) for name, was, now in import_words.changes(rows(found)[0], "CA")}
    assert words["City"] == ("Toronto", "Ottawa") and words["Emergency contact"] == ("", "Grandma, (416) 555-0191")
    undone(dana, found)
    settled()
    assert differences(before, everything(BY_DESIGN)) == []


def test_the_same_list_again_has_nothing_new(dana):
    ran(dana, KNOWN)
    assert kinds(rehearsed(dana, KNOWN)) == ["same"]


def test_a_detail_that_was_changed_since_stays_and_the_others_go_back(dana, cast):
    found = ran(dana, KNOWN)
    leo = db.session.get(Profile, cast.leo.id, populate_existing=True)
    transact(records.change, dana, leo, records.Said({"city": "Kingston"}), records.seen_now(leo), clock.now())
    found = undone(dana, found)
    leo = db.session.get(Profile, cast.leo.id, populate_existing=True)
    assert (leo.city, leo.phone, leo.billing_notes) == ("Kingston", "", "") and outcomes(found) == ["kept"]
    assert import_words.kept(rows(found)[0].why) == "Changed since, and stays: City"


def test_who_was_used_since_is_named_before_and_kept(dana):
    found = ran(dana, LIST)
    transact(notes.write, dana, someone("Amelia Pond"), "Knee", "Better", clock.now())
    assert import_kept.reasons([row for row in rows(fresh(found)) if row.outcome == "made"]) == {rows(found)[0].id: ["notes"]}
    found = undone(dana, found)
    assert outcomes(found) == ["kept", "undone", "left"] and import_words.kept(rows(found)[0].why) == "has a note"
    assert someone("Amelia Pond").file_number == "F-1"


def test_there_are_words_for_everything_that_may_keep_somebody(context):
    # of who registered themselves; of who was merged
    tables = {column.table.name for column in import_kept.to_people()} - {
        "registrations",
        "profiles",
    }
    assert tables <= set(import_words._USED), tables - set(import_words._USED)


def test_only_blanks_are_filled_in_where_staff_say_so(dana, cast):
    found = rehearsed(dana, KNOWN, only_blanks=True)
    assert "city" not in rows(found)[0].changes and "phone" in rows(found)[0].changes


def test_a_number_of_somebody_with_another_name_is_a_problem(dana):
    found = rehearsed(dana, "First name,Last name,Chart number\nGwendolyn,Harper,1181\n")
    assert import_words.problems(rows(found)[0], found) == ["In your records, Leo Shah has this file number but another name. Check both"]
    found = rehearsed(dana, "First name,Last name,Chart number,Health card\nLeo,Shah,1181,5093 118 262\n")
    assert import_words.problems(rows(found)[0], found) == ["The numbers in this row are of two people in your records. Check them"]


def test_what_the_other_program_called_somebody_is_known_the_next_time(dana):
    ran(dana, "Patient Number,First name,Last name\n17,Amelia,Pond\n")
    found = rehearsed(dana, "Patient Number,First name,Last name,City\n17,Amelia,Pond-Williams,Leadworth\n")
    assert kinds(found) == ["update"] and rows(found)[0].changes == {"family_name": ["Pond", "Pond-Williams"], "city": ["", "Leadworth"]}


def test_a_refusal_is_never_taken_back_by_a_list(dana, cast):
    leo = db.session.get(Profile, cast.leo.id)
    transact(lambda: setattr(db.session.get(Profile, leo.id), "sms_refused_at", clock.now()))
    found = rehearsed(dana, "First name,Last name,Chart number,Mobile,SMS consent\nLeo,Shah,1181,416 555 0190,yes\n")
    assert "sms_consent" not in rows(found)[0].changes


def test_the_history_says_where_it_came_from_and_hides_from_the_person_what_is_for_staff(dana, cast):
    ran(dana, KNOWN)
    leo, on = db.session.get(Profile, cast.leo.id), clock.today("America/Toronto")

    def read(reader) -> str:
        return " ".join(entry.what for _day, entries in history.of(reader).days for entry in entries)

    assert "From a list of another program: " in read(Reader(leo, None, on, dana)) and "Billing notes added: Sliding scale" in read(
        Reader(leo, None, on, dana)
    )
    assert "Sliding scale" not in read(Reader(leo, cast.link("priya", "leo"), on)) and "Billing notes" not in read(
        Reader(leo, cast.link("priya", "leo"), on)
    )


def test_lists_are_forgotten_after_thirty_days(dana, clock):  # noqa: F811
    done, waiting = ran(dana, KNOWN), rehearsed(dana, LIST).id
    clock.forward(days=31)
    with pytest.raises(imports.TooLate):
        transact(imports.undo, fresh(done), clock(), by=dana)
    transact(imports.sweep, clock())
    db.session.expire_all()
    assert db.session.get(PeopleImport, waiting) is None
    [row] = rows(fresh(done))
    assert (row.cells, row.facts, row.journal, row.outcome) == ([], {}, {}, "updated") and not imports.may_undo(fresh(done), clock())


def test_another_import_since_the_rehearsal_has_the_list_checked_again(dana, clock):  # noqa: F811
    first, second = rehearsed(dana, LIST), rehearsed(dana, LIST)
    clock.forward(minutes=1)
    transact(imports.start, first, clock(), by=dana)
    worked()
    assert transact(imports.start, fresh(second), clock(), by=dana) is False
    worked()
    assert kinds(fresh(second)) == ["same", "same", "invalid"]
    with pytest.raises(imports.NothingToImport):
        clock.forward(minutes=1)
        transact(imports.judge_again, fresh(second))
        worked()
        transact(imports.start, fresh(second), clock(), by=dana)


CARE = """First name,Last name,Email,Practitioner,Location,Guardian name,Guardian email
Amelia,Pond,amelia@example.org,"CHEN, Maya",riverside clinic,Sue Pond,sue@example.org
Ravi,Menon,ravi@example.org,Dr. Maya Chen,,,
Zed,Quo,zed@example.org,Dr. Nobody,Nowhere,,
"""


def seen_by(name: str) -> tuple[str, str]:
    found = usual_care.of(someone(name))
    return tuple(one.name if one else "" for one in found)


def test_whom_people_are_seen_by_comes_with_the_list_and_goes_with_it(dana):
    settled()
    before = everything(BY_DESIGN)
    found = rehearsed(dana, CARE.replace("riverside clinic", a_location(dana)))
    assert kinds(found) == ["new"] * 3, "whom we do not know keeps nobody out"
    assert [[note[1] for note in row.notes] for row in rows(found)] == [[], [], ["no_practitioner", "no_location"]]
    said = import_words.notes(rows(found)[2], found, clock.today(dana.practice.zone))
    assert import_words.facts(rows(found)[1], "CA") == ["ravi@example.org", "Practitioner: Maya Chen"], (
        "what was understood is shown before it is run"
    )
    assert said[0] == "Practitioner: “Dr. Nobody” is nobody who works here by that name. It is left out"
    assert transact(imports.start, found, clock.now(), by=dana)
    worked()
    assert [seen_by(name) for name in ("Amelia Pond", "Ravi Menon", "Zed Quo")] == [
        ("Maya Chen", a_location(dana)),
        ("Maya Chen", ""),
        ("", ""),
    ]
    [sue] = db.session.scalars(select(Contact).where(Contact.profile_id == someone("Amelia Pond").id))
    assert (sue.name, sue.email, sue.emergency_at) == ("Sue Pond", "sue@example.org", None)
    found = undone(dana, found)
    assert set(outcomes(found)) == {"undone"}
    settled()
    assert differences(before, everything(BY_DESIGN)) == []


def a_location(dana) -> str:
    return care_keeper.keeper().named(dana.practice_id)["location"][0].name


def test_whom_somebody_known_is_seen_by_is_updated_told_and_put_back_unless_it_was_said_anew(dana, cast):
    transact(lambda: [setattr(db.session.get(Profile, someone(f"{name} Shah").id), "file_number", f"F-{name}") for name in ("Leo", "Anya")])
    settled()
    text = "First name,Last name,Chart number,Practitioner\nLeo,Shah,F-Leo,Maya Chen\nAnya,Shah,F-Anya,Maya Chen\n"
    found = rehearsed(dana, text)
    assert kinds(found) == ["update", "update"] and import_words.changes(rows(found)[0], "CA") == [("Practitioner", "", "Maya Chen")]
    assert transact(imports.start, found, clock.now(), by=dana)
    worked()
    assert seen_by("Leo Shah")[0] == seen_by("Anya Shah")[0] == "Maya Chen"
    line = db.session.scalars(
        select(LedgerLine).where(LedgerLine.profile_id == someone("Leo Shah").id, LedgerLine.verb == records.IMPORT_CHANGED)
    ).one()
    assert line.facts["changes"] == {"practitioner": ["", "Maya Chen"]}
    assert kinds(rehearsed(dana, text)) == ["same", "same"]
    other = next(one for one in care_keeper.keeper().named(dana.practice_id)["practitioner"] if one.name != "Maya Chen")
    transact(usual_care.write, dana, someone("Anya Shah"), {"practitioner": other.public_id}, clock.now())
    found = undone(dana, found)
    assert (
        outcomes(found) == ["undone", "kept"]
        and [import_words.kept(row.why) for row in rows(found)][1] == "Changed since, and stays: Practitioner, Usual location"
    )
    assert (seen_by("Leo Shah")[0], seen_by("Anya Shah")[0]) == ("", other.name)


def test_somebody_new_who_was_given_to_another_practitioner_since_is_kept(dana):
    found = ran(dana, CARE)
    transact(usual_care.write, dana, someone("Ravi Menon"), {"practitioner": ""}, clock.now())
    found = undone(dana, found)
    assert outcomes(found) == ["undone", "kept", "undone"] and rows(found)[1].why == ["usual_care"]
    assert db.session.scalars(select(UsualCare.profile_id).where(UsualCare.profile_id == someone("Ravi Menon").id)).all()


def test_the_card_of_a_twin_never_makes_one_of_the_two(dana):
    """Their last name and birth date are the same too: only the first name tells that the card stands in the wrong row."""
    ran(dana, "First name,Last name,Birth date,Health card\nTheo,Pond,2019-04-30,1234567897\nRobert,Quo,1980-04-30,9876543217\n")
    settled()
    found = rehearsed(dana, "First name,Last name,Birth date,Health card\nLea,Pond,2019-04-30,1234567897\nBob,Quo,1980-04-30,9876543217\n")
    assert kinds(found) == ["invalid", "update"], "a short name is no other"
    assert import_words.problems(rows(found)[0], found) == ["In your records, Theo Pond has this health card but another name. Check both"]


def test_what_is_left_out_of_a_row_leaves_what_the_record_says(dana):
    transact(lambda: setattr(db.session.get(Profile, someone("Leo Shah").id), "file_number", "F-Leo"))
    transact(
        usual_care.write,
        dana,
        someone("Leo Shah"),
        {"practitioner": care_keeper.keeper().named(dana.practice_id)["practitioner"][0].public_id},
        clock.now(),
    )
    before = someone("Leo Shah").language, seen_by("Leo Shah")
    found = rehearsed(dana, "First name,Last name,Chart number,Practitioner,Language\nLeo,Shah,F-Leo,Dr. Nobody,Cantonese\n")
    assert kinds(found) == ["same"] and [note[1] for note in rows(found)[0].notes] == ["no_practitioner", "language"]
    assert (someone("Leo Shah").language, seen_by("Leo Shah")) == before
