"""A row of a list: what is kept of it, and what is said of a cell that cannot be."""

from datetime import date

import pytest

from portal import import_reading
from portal.care_keeper import Named
from portal.import_cells import BadCell, Setting, read
from portal.import_names import split
from portal.import_reading import Number, as_kept, from_kept, row

TODAY = date(2026, 12, 10)
HERE = Setting("CA", ("en", "fr", "es"), TODAY, "dmy")


@pytest.mark.parametrize(
    ("field", "cell", "kept"),
    [
        ("born_on", "1987-03-14", date(1987, 3, 14)), ("born_on", "03/04/1987", date(1987, 4, 3)), ("born_on", "14 March 1987", date(1987, 3, 14)),
        ("born_on", "Mar 14, 1987", date(1987, 3, 14)), ("born_on", "14 mars 87", date(1987, 3, 14)), ("born_on", "19870314", date(1987, 3, 14)),
        ("born_on", "03/04/26", date(2026, 4, 3)), ("born_on", "03/04/27", date(1927, 4, 3)), ("born_on", "1987-03-14T00:00:00", date(1987, 3, 14)),
        ("born_on", "1er avril 1987", date(1987, 4, 1)), ("born_on", "3 de abril de 1987", date(1987, 4, 3)), ("born_on", "3rd of April 1987", date(1987, 4, 3)),
        ("born_on", "Friday, April 3rd, 1987", date(1987, 4, 3)), ("born_on", "ven. 3 avril 1987", date(1987, 4, 3)), ("born_on", "Room 3 April 1987", BadCell("bad_date")),
        ("born_on", "1987-04-03T00:00:00.000-05:00", date(1987, 4, 3)),
        ("card_expires_on", "2027-02", date(2027, 2, 28)), ("card_expires_on", "04/29", BadCell("bad_date")), ("card_expires_on", "31/12/28", date(2028, 12, 31)),
        ("born_on", "30/02/1987", BadCell("bad_date")), ("born_on", "1987", BadCell("bad_date")), ("born_on", "soon", BadCell("bad_date")),
        ("born_on", "4165550117/01/1987", BadCell("bad_date")), ("born_on", f"1987-03-{'9' * 30}", BadCell("bad_date")), ("born_on", f"14 {'March' * 400} 1987", BadCell("bad_date")),
        ("born_on", "2027-01-01", BadCell("future")), ("born_on", "1812-01-01", BadCell("too_old")), ("born_on", "13/13/1987", BadCell("bad_date")),
        ("email", " Amara@Example.ORG ", "Amara@example.org"), ("email", "mailto:a@example.org;", "a@example.org"), ("email", "amara at home", BadCell("bad_email")),
        ("phone", "(416) 555-0123", "+14165550123"), ("phone", "4165550123.0", "+14165550123"), ("phone", "+33 1 42 68 53 00", "+33142685300"), ("phone", "12", BadCell("bad_phone")),
        ("phone", "06 12 34 56 78", BadCell("bad_phone")), ("phone", "416 155 0123", BadCell("bad_phone")), ("phone", "+1 061 234 5678", BadCell("bad_phone")),
        ("phone", "416 555 0123 x12", "+14165550123"), ("phone", "4.165550123E+9", BadCell("cut")), ("card_number", "1.23457E+11", BadCell("cut")),
        ("previous_id", "9.8765E+14", BadCell("cut")), ("card_number", "1.23456789E9", BadCell("cut")), ("file_number", "3E12", "3E12"),
        ("language", "French", "fr"), ("language", "FR-CA", "fr"), ("language", "espagnol", "es"), ("language", "Eng", "en"), ("language", "Unknown", ""), ("language", "Klingon", BadCell("language")),
        ("zone", "America/Vancouver", "America/Vancouver"), ("zone", "Eastern Time (US & Canada)", "America/Toronto"), ("zone", "Moon", BadCell("zone")),
        ("sex_at_birth", "F", "female"), ("sex_at_birth", "Homme", "male"), ("sex_at_birth", "Two-Spirit", "Two-Spirit"), ("sex_at_birth", "n/a", ""),
        ("card_region", "Ontario", "ON"), ("card_region", "qc", "QC"), ("card_region", "CA-BC", "BC"), ("card_region", "Québec", "QC"), ("card_region", "Texas", BadCell("region")),
        ("sms_consent", "Oui", True), ("sms_consent", "FALSE", False), ("sms_consent", "2021-04-03", True), ("sms_consent", "perhaps", BadCell("yes_no")),
        ("given_name", " Jean  Luc\u200b ", "Jean Luc"), ("given_name", "buy at www.x.com", BadCell("web_address")), ("given_name", "A" * 81, BadCell("too_long")),
        ("postal_code", "m4c 1b5", "M4C 1B5"), ("file_number", "'=cmd()", "=cmd()"), ("file_number", "F" * 21, BadCell("too_long")), ("sessions_needed", "12.0", 12),
        ("sessions_needed", "many", BadCell("number")), ("card_number", "12", BadCell("short_card")), ("previous_id", "1234.0", "1234"),
        ("card_number", "1234567897.0", "1234567897"), ("file_number", "1042.0", "1042"), ("postal_code", "28001.0", "28001"), ("program_number", "1.0.0", "1.0.0"),
        ("born_on", "31850", BadCell("day_number")), ("born_on", "31850.0", BadCell("day_number")), ("zone", "Sydney", "Australia/Sydney"), ("zone", "New_York", "America/New_York"),
        ("staff_alert", "Allergic\r\nto latex", "Allergic\nto latex"), ("staff_alert", "x" * 501, BadCell("too_long")),
    ],
)  # fmt: skip
def test_a_cell(field, cell, kept):
    if isinstance(kept, BadCell):
        with pytest.raises(BadCell) as problem:
            read(field, cell, HERE)
        assert problem.value.code == kept.code
    else:
        assert read(field, cell, HERE) == kept


@pytest.mark.parametrize(
    ("whole", "family_first", "parts"),
    [
        ("Amara Okoye", False, ("Amara", "Okoye")), ("Okoye, Amara Grace", False, ("Amara Grace", "Okoye")), ("Amara Grace van der Berg", False, ("Amara Grace", "van der Berg")),
        ("Cher", False, ("Cher", "")), ("Okoye Amara", True, ("Amara", "Okoye")), ("de la Cruz Ana Maria", True, ("Ana Maria", "de la Cruz")), ("Okoye,", False, ("Okoye,", "")),
        ("John Q. Smith Jr.", False, ("John Q.", "Smith Jr.")), ("Smith, John, Jr.", False, ("John", "Smith Jr.")), ("John Smith, Jr.", False, ("John", "Smith Jr.")),
        ("Sue Li MD", False, ("Sue", "Li MD")), ("Sue Li, M.D., PhD", False, ("Sue", "Li M.D. PhD")), ("Rahman, Md", False, ("Md", "Rahman")), ("An, Do", False, ("Do", "An")),
        ("AN THI DO", False, ("AN THI", "DO")),
    ],
)  # fmt: skip
def test_a_whole_name(whole, family_first, parts):
    assert split(whole, family_first=family_first) == parts


def said(columns: str, *cells: str, region=""):
    return row(cells, columns.split(), HERE, region)


def test_a_blank_cell_says_nothing():
    assert said("given_name family_name email phone", "Amara", "", " ", "") == import_reading.Read({"given_name": "Amara"})


@pytest.mark.parametrize("cell", ["N/A", "n/a", "#N/A", "None", "null", "-", "--", ".", "(unknown)", "inconnu", "S/O"])
def test_what_stands_for_nothing_says_nothing(cell):
    """Nobody has the health card "none", so that two who have it are one; and no row is left out for its "N/A"."""
    columns = "given_name email phone born_on card_number file_number previous_id contact_name contact_phone card_region"
    assert said(columns, "Amara", *[cell] * 9) == import_reading.Read({"given_name": "Amara"})


def test_zeros_are_no_date_and_no_number_but_none_and_na_may_be_names():
    assert said(
        "given_name born_on card_expires_on phone phone_home", "A", "0000-00-00", "00/00/0000", "000-000-0000", "999 999 9999"
    ) == import_reading.Read({"given_name": "A"})
    assert said("given_name family_name staff_alert", "Na", "None", "none").facts == {
        "given_name": "Na",
        "family_name": "None",
        "staff_alert": "none",
    }
    assert said("given_name family_name", "Li", "-").facts == {"given_name": "Li"}
    assert said("given_name email_consent sms_consent voice_consent", "A", "none", "-", "\N{CHECK MARK}").consents == {
        "email": False,
        "voice": True,
    }


@pytest.mark.parametrize(
    "cell, numbers",
    [
        ("Mobile: 416 555 0101, Home: 416 555 0102", [("+14165550101", "mobile"), ("+14165550102", "home")]), ("416 555 0101 / 416 555 0102", [("+14165550101", ""), ("+14165550102", "")]),
        ("416 555 0101 (cell)", [("+14165550101", "mobile")]), ("W 416-555-0102; C (416) 555-0101", [("+14165550101", "mobile"), ("+14165550102", "work")]),
        ("416 555 0101 ask for Jo", None), ("416 555 0101 / 0102", None), ("Jo 416 555 0101, Al 416 555 0102", None),
    ],
)  # fmt: skip
def test_several_numbers_in_one_cell(cell, numbers):
    read = said("given_name phone", "A", cell)
    if numbers is None:
        assert [one.code for one in read.problems] == ["bad_phone"], "what would be lost is told"
    else:
        assert read.problems == () and list(read.numbers) == [Number(*one) for one in numbers]


def test_an_extension_is_not_lost_silently():
    read = said("given_name phone_work contact_phone phone", "A", "416 555 0101 ext. 12", "416 555 0102, poste 4", "416 555 0103")
    assert (
        read.numbers == (Number("+14165550101", "work"), Number("+14165550103", ""))
        and read.contact["phone"] == "+14165550102"
        and not read.problems
    )
    assert [one[:] for one in read.notes] == [(1, "extension", "12"), (2, "extension", "4")]


@pytest.mark.parametrize("cells, two", [
    (("Jane & John", "Doe"), True), (("Marie et Paul", "Roy"), True), (("Ana y Luz", "Paz"), True), (("Jane and", "Doe"), True),
    (("Sandy", "Anderson"), False), (("Anders", "And"), False), (("Yves", "Roy & Fils"), False),
])  # fmt: skip
def test_two_people_on_one_row_do_not_become_one_record(cells, two):
    assert [one.code for one in said("given_name family_name", *cells).problems] == (["two_people"] if two else [])
    whole = said("full_name", "Doe, Jane & John Doe"), said("full_name", "Jane Doe and John Doe"), said("full_name", "José Ortega y Gasset")
    assert [[one.code for one in read.problems] for read in whole] == [["two_people"], ["two_people"], []]


def test_a_mobile_number_is_rung_first_and_the_same_number_counts_once():
    read = said("given_name phone_home phone phone_mobile phone_work", "A", "416 555 0191", "4165550191", "416-555-0190", "416 555 0192")
    assert read.numbers == (Number("+14165550190", "mobile"), Number("+14165550191", "home"), Number("+14165550192", "work"))


def test_a_last_name_alone_is_a_name_and_no_name_is_a_problem():
    assert said("given_name family_name", "", "Okoye").facts == {"given_name": "Okoye"}
    assert [one.code for one in said("family_name email", "", "a@example.org").problems] == ["no_name"]
    assert [one.code for one in said("given_name email", "www.x.com", "a@example.org").problems] == ["web_address"], "told once"


def test_a_birth_date_in_three_columns():
    columns = "given_name born_year born_month born_day"
    assert said(columns, "A", "1987", "3", "14").facts["born_on"] == date(1987, 3, 14)
    assert [one[:2] for one in said(columns, "A", "1987", "13", "14").problems] == [(1, "bad_date")]


def test_a_long_second_line_of_an_address_stands_behind_the_street():
    assert (
        said("given_name street unit", "A", "12 Elm Street", "Building C, Entrance North").facts["street"]
        == "12 Elm Street, Building C, Entrance North"
    )
    assert said("given_name street unit", "A", "12 Elm Street", "4B").facts["unit"] == "4B"


def test_a_card_is_of_the_practices_province_if_it_looks_like_one():
    facts = said("given_name card_number", "A", "1234567897AB", region="ON").facts
    assert (facts["card_number"], facts["card_version"], facts["card_region"]) == ("1234567897", "AB", "ON")
    assert "card_region" not in said("given_name card_number", "A", "12345", region="ON").facts


def test_what_is_told_and_no_reason_to_leave_the_row_out():
    read = said("given_name email card_number card_region sms_consent", "A", "a@gmial.com", "1234567890", "ON", "yes")
    assert not read.problems and [(one.code, one.detail) for one in read.notes] == [
        ("mistyped", "a@gmail.com"),
        ("card", "digit"),
        ("no_mobile", ""),
    ]
    assert not read.consents, "a consent to text messages without a mobile number is none"


def test_a_contact_without_a_name_is_called_by_what_they_are():
    assert said("given_name contact_relation contact_phone", "A", "Mother", "4165550123").contact == {
        "name": "Mother",
        "relation": "Mother",
        "phone": "+14165550123",
    }


def test_what_is_kept_says_the_same_again():
    read = said("given_name born_on phone_mobile contact_name sms_consent email_consent", "A", "14/03/1987", "4165550123", "B", "yes", "no")
    again = from_kept(as_kept(read))
    assert (again.facts, again.numbers, again.contact, again.consents) == (
        read.facts,
        read.numbers,
        read.contact,
        {"sms": True, "email": False},
    )


def test_two_notes_are_one_and_may_be_too_long_together():
    assert said("given_name staff_alert staff_alert", "A", "one", "two").facts["staff_alert"] == "one\ntwo"
    assert [one.code for one in said("given_name staff_alert staff_alert", "A", "x" * 300, "y" * 300).problems] == ["too_long"]


@pytest.mark.parametrize(
    "whole, kept",
    [
        ("Dr. Ann Roy", ("Dr.", "Ann", "Roy")), ("Mr. John Smith Jr.", ("Mr.", "John", "Smith Jr.")), ("Roy, Mme Zoé", ("Mme", "Zoé", "Roy")), ("M. Luc Roy", ("M.", "Luc", "Roy")),
        ("Sra. Ana Paz", ("Sra.", "Ana", "Paz")), ("Mrs. Smith", ("Mrs.", "Smith", None)), ("M Roy", (None, "M", "Roy")), ("Dre Young", (None, "Dre", "Young")), ("Miss", (None, "Miss", None)),
    ],
)  # fmt: skip
def test_a_title_before_a_whole_name_is_no_first_name(whole, kept):
    facts = said("full_name", whole).facts
    assert tuple(facts.get(one) for one in ("salutation", "given_name", "family_name")) == kept
    assert said("salutation full_name", "Prof.", whole).facts["salutation"] == "Prof.", "a column of its own goes first"


def test_of_several_addresses_the_first_is_kept_and_the_others_are_told():
    for cell in (
        "a@example.org; b@example.org",
        "a@example.org, b@example.org",
        "* a@example.org ::: b@example.org",
        "a@example.org b@example.org",
    ):
        read = said("given_name email", "A", cell)
        assert (read.facts["email"], read.problems, [one[:] for one in read.notes]) == (
            "a@example.org",
            (),
            [(1, "more", "b@example.org")],
        ), cell
    assert said("given_name email", "A", "* a@example.org").notes == ()
    assert [one.code for one in said("given_name email", "A", "a@example.org or ask Jo").problems] == ["bad_email"], (
        "what would be lost is told"
    )


def test_somebody_to_ring_has_one_number_and_further_ones_are_told():
    read = said("given_name contact_name contact_phone", "A", "B", "416 555 0101 (cell)")
    assert (read.contact["phone"], read.problems, read.notes) == ("+14165550101", (), ())
    read = said("given_name contact_name contact_phone", "A", "B", "416 555 0101 / 416 555 0102")
    assert (read.contact["phone"], [one[:] for one in read.notes]) == ("+14165550101", [(2, "more", "+14165550102")])


def test_two_last_names_are_one():
    assert said("given_name family_name second_family_name", "Ana", "García", "Pérez").facts["family_name"] == "García Pérez"
    assert said("given_name family_name second_family_name", "Ana", "García", "").facts["family_name"] == "García"
    assert [one[:2] for one in said("given_name family_name second_family_name", "A", "x" * 50, "y" * 50).problems] == [(2, "too_long")]


def test_a_parent_is_a_contact_and_the_same_person_is_one():
    columns = "given_name contact_name contact_phone guardian_name guardian_family_name guardian_email"
    read = said(columns, "A", "Al Roy", "416 555 0101", "Sue", "Roy", "sue@example.org")
    assert (read.contact["name"], read.guardian) == ("Al Roy", {"name": "Sue Roy", "email": "sue@example.org"})
    read = said(columns, "A", "ROY, Sue", "416 555 0101", "Sue", "Roy", "sue@example.org")
    assert (read.contact, read.guardian) == ({"name": "ROY, Sue", "phone": "+14165550101", "email": "sue@example.org"}, None)
    assert said(columns, "A", "", "", "", "", "").guardian is None


def test_a_language_or_a_zone_that_we_do_not_know_keeps_nobody_out():
    """A clinic has hundreds of people whose mother tongue we do not write."""
    read = said("given_name language zone", "A", "Cantonese", "Moon")
    assert (read.facts, read.problems, [one[:2] for one in read.notes]) == ({"given_name": "A"}, (), [(1, "language"), (2, "zone")])


def test_an_address_that_is_too_long_together_is_told_and_not_cut():
    read = said("given_name street unit", "A", "x" * 100, "Building C, Entrance North")
    assert [(one[0], one[1]) for one in read.problems] == [(2, "too_long")]


HERS, HIS, OTHER = Named("p1", "Dr. Dana Roy"), Named("p2", "Sam Roy"), Named("p3", "Sam Roy")
CARE = {"practitioner": {"dana roy": [HERS], "roy sam": [HIS, OTHER]}, "location": {"main st": [Named("l1", "Main St.")]}}


@pytest.mark.parametrize(
    "cell, kept",
    [
        ("Dana Roy", "p1"),
        ("ROY, Dana", "p1"),
        ("Dr Dana Roy", "p1"),
        ("Dana Roy, RMT", "p1"),
        ("Roy Dana", "p1"),
        ("D. Roy", "no_practitioner"),
        ("Roy", "no_practitioner"),
        ("Sam Roy", "two_practitioners"),
    ],
)
def test_a_practitioner_is_found_by_name_and_never_guessed(cell, kept):
    read = row(["A", cell], ["given_name", "practitioner"], HERE._replace(care=CARE))
    assert read.facts == {"given_name": "A"} and read.problems == (), "the rest of the row comes in"
    assert (read.care["practitioner"][0] if read.care else read.notes[0].code) == kept


def test_a_location_is_found_by_name():
    assert row(["A", "MAIN ST"], ["given_name", "location"], HERE._replace(care=CARE)).care == {"location": ["l1", "Main St."]}
    assert [one.code for one in row(["A", "North"], ["given_name", "location"], HERE._replace(care=CARE)).notes] == ["no_location"]
