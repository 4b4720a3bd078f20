"""Lists as practices have them: from Excel in French, with quotes and empty lines, or no list at all."""

from datetime import date

import pytest

from portal.batch_files import BadList, Typed, cells, dates, line, of_file, of_text, sheet

AMARA = Typed(2, "Amara Okoye", "amara@example.com", "1991-03-14")


@pytest.mark.parametrize(
    "content",
    [
        b"Name,Email,Date of birth\nAmara Okoye,amara@example.com,1991-03-14\n",
        b"\xef\xbb\xbfName,Email,Date of birth\r\nAmara Okoye,amara@example.com,1991-03-14",  # a BOM
        "Nom;Prénom;Courriel;Date de naissance;Téléphone\r\nOkoye;Amara;amara@example.com;1991-03-14;416\r\n".encode("cp1252"),
        "Prénom\tNom\tAdresse électronique\tNé(e) le\nAmara\tOkoye\tamara@example.com\t1991-03-14".encode("utf-16"),
        "Nombre,Apellidos,Correo electrónico,Fecha de nacimiento\nAmara,Okoye,amara@example.com,1991-03-14".encode(),
        "Apellido\tNombre\tCorreo\tNacimiento\nOkoye\tAmara\tamara@example.com\t1991-03-14".encode("utf-16"),
        "Nombre;Correo;Fecha de nacimiento\nAmara Okoye;amara@example.com;1991-03-14".encode("cp1252"),
        b'"First name","Last name","E-mail","DOB"\n"Amara","Okoye","amara@example.com","1991-03-14"',
        b"sep=;\nname;email;birth date\nAmara Okoye;amara@example.com;1991-03-14",
        b"FULL NAME;E-MAIL ADDRESS;date of birth\rAmara  Okoye ;amara@example.com; 1991-03-14\r",  # an old Macintosh
        b"email,name,DATE OF BIRTH,x\n amara@example.com ,Amara\x09Okoye,1991-03-14",
        "name,email,dob\nAmara\u200b Okoye,amara@example.com,1991-03-14".encode(),  # what cannot be seen
    ],
)
def test_one_list_however_it_was_saved(content):
    (found,) = of_file(content)
    assert found[1:] == AMARA[1:]


def test_rows_are_numbered_as_in_the_spreadsheet_empty_ones_counted():
    found = of_text("Name,Email\n\nA,a@x.ca\n,,\n\nB,b@x.ca\n")
    assert [(one.position, one.name) for one in found] == [(3, "A"), (6, "B")]


def test_a_pasted_list_needs_no_headings():
    found = of_text(
        "Amara Okoye, amara@example.com, 14/03/1991\nLeo Shah <priya@example.com>\n\tShah\tAnya\npriya@example.com\nWalter Brandt"
    )
    assert [one[1:] for one in found][:2] == [("Amara Okoye", "amara@example.com", "14/03/1991"), ("Leo Shah", "priya@example.com", "")]
    assert of_text("Walter Brandt\nAmara Okoye")[1].name == "Amara Okoye"


def test_a_comma_inside_quotes_separates_nothing():
    assert of_text('Name,Email\n"Shah, Priya",p@x.ca')[0].name == "Shah, Priya"


def test_short_and_long_rows_are_read_as_far_as_they_go():
    assert of_text("Name,Email,Born\nA\nB,b@x.ca,,,,x\n") == [Typed(2, "A", "", ""), Typed(3, "B", "b@x.ca", "")]


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "Choose a file or paste a list"),
        (b"\n\n , ,\n", "Choose a file or paste a list"),
        (b"Name,Email\n", "There is nobody in the list, only headings"),
        (b"PK\x03\x04\x14\x00\x06\x00 an Excel workbook", "The file must be a CSV file"),
        (b"%PDF-1.7\x00\x01\x02\x03\xff\xfe" * 9, "The file must be a CSV file"),
        (b"\x89PNG\r\n\x1a\n\x01\x02\x03\x04\x05\x06\x0e", "The file must be a CSV file"),
        (b"Name,Email\nA\x00B,a@x.ca", "The file must be a CSV file"),
        (b"\xff\xfeodd", "The file must be a CSV file"),
        (b"Colour;Size;Weight\nred;1;2", "We could not find a name column. Your columns are: Colour, Size, Weight"),
        (b'Name,Email\n"A,a@x.ca\n' + b"B,b@x.ca\n" * 200, "Row 2 is too long. Check its quotation marks"),
        (b'Name,Email\n"' + b"x" * 140_000, "Check its quotation marks"),
        (b"Name\n" + b"A\n" * 5001, "The file must have 5,000 rows or fewer"),
        (b"x" * (1024 * 1024 + 1), "The file must be smaller than 1 MB"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_said_in_a_sentence(content, words, context):
    with pytest.raises(BadList) as refused:
        of_file(content)
    assert words in str(refused.value.message)


def test_five_thousand_rows_are_read():
    assert len(of_file(b"Name\n" + b"A\n" * 5000)) == 5000


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("", ()),
        ("1987-03-14", (date(1987, 3, 14),)),
        ("1987-03-14 00:00:00", (date(1987, 3, 14),)),
        ("14/03/1987", (date(1987, 3, 14),)),
        ("03/14/1987", (date(1987, 3, 14),)),
        ("04.03.1987", (date(1987, 3, 4), date(1987, 4, 3))),
        ("14 March 1987", (date(1987, 3, 14),)),
        ("March 14, 1987", (date(1987, 3, 14),)),
        ("2 févr. 1991", (date(1991, 2, 2),)),
        ("1987-02-30", None),
        ("30/02/1987", None),
        ("14/03/87", None),
        ("1987", None),
        ("soon", None),
        ("²/³/1987", None),
        ("0/0/1987", None),
    ],
)
def test_a_date_as_people_write_it(typed, meant):
    assert dates(typed) == meant


def test_what_is_given_back_begins_no_formula_and_can_be_read_again():
    rows = [["Name", "Email"], ["=HYPERLINK(1)", "+1@x.ca"], ["-2", "@SUM"], ["\tx", "\rx"], ["Zoë", "z@x.ca"]]
    written = sheet(rows)
    assert written.startswith(b"\xef\xbb\xbfName,Email\r\n'=HYPERLINK(1),'+1@x.ca\r\n'-2,'@SUM\r\n'\tx,")
    assert [one.name for one in of_file(written)][:2] == ["=HYPERLINK(1)", "-2"]
    assert of_file(sheet(rows, ";"))[-1].name == "Zoë"


def test_a_line_keeps_its_cells():
    assert cells(line('Shah, "P"', "", "1991")) == ['Shah, "P"', "", "1991"]
