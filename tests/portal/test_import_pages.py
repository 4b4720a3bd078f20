"""The pages of an import, as an admin walks through them, with mistakes on the way."""

import csv
import io
from datetime import date

import pytest

from tests.portal.importing import settled, worked
from tests.portal.sheets import xlsx
from tests.portal.test_bulk_pages import tiles

IMPORT = "/staff/riverside/import"
LIST = """First Name,Last Name,Date of Birth,Email,Mobile,Chart number
Amelia,Pond,04/30/1989,amelia@example.org,416 555 0190,F-1
Ravi,Menon,11/02/1975,ravi@gmial.com,416 555 0193,F-2
Leo,Shah,{leo},leo@example.org,,
Ravi,Menon,11/02/1975,other@example.org,,
Bad,Row,30/30/1989,not an address,12,
=cmd(),Evil,,,,
"""


@pytest.fixture
def dana(cast, browse):
    return browse(cast.dana, staff=True)


@pytest.fixture
def text(cast):
    return LIST.format(leo=f"{cast.leo.born_on:%m/%d/%Y}")


def give(browser, content: bytes | str, name="people.csv"):
    """The page after the first one."""
    content = content.encode() if isinstance(content, str) else content
    page = browser.submit(browser.page(IMPORT), follow=False, text="", file=(io.BytesIO(content), name))
    page.response.request.environ["wsgi.input"].close()  # the test client's own copy of a large upload
    return browser.page(page.response.location) if page.response.location else page


def work(app):
    with app.app_context():
        worked()


def check(app, browser, content, **columns):
    """The rehearsal of a list, its columns as they are guessed or as said."""
    page = browser.submit(give(browser, content), **columns)
    work(app)
    return browser.page(page.response.request.path)


def csv_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def test_a_list_from_the_file_to_taking_it_back(app, dana, text, cast):
    page = give(dana, text)
    assert page.h1 == "What is in each column?" and "amelia@example.org" in page.text
    chosen = page.form()
    assert [chosen[f"columns-{n}"] for n in range(6)] == ["given_name", "family_name", "born_on", "email", "phone_mobile", "file_number"]
    assert "How are days written" not in page.text, "04/30 tells"
    page = dana.submit(page)
    assert page.h1 == "Checking the list" and "0 of 6 rows" in page.text
    work(app)
    page = dana.page(page.response.request.path)
    assert page.h1 == "Check the list" and tiles(page) == {"New people": 3, "Known: updates": 0, "Look like somebody": 1, "To put right": 1}
    assert (
        "Date of Birth: “30/30/1989” must be a real date, like 1987-03-14" in page.text
        and "Email: “not an address” must look like" in page.text
    )
    address = page.response.request.path
    alike = dana.page(f"{address}?show=alike").text
    assert "Looks alike Leo Shah" in alike and "Same birth date and name" in alike
    assert "Did you mean gmail.com?" in dana.page(f"{address}?show=new").text
    assert "The same person as row 3" in dana.page(f"{address}?show=twice").text
    fix = csv_of(dana.get(f"{address}/rows.csv?show=fix"))
    assert [row[0] for row in fix] == ["First Name", "Leo", "Ravi", "Bad"] and fix[0][-1] == "What to put right"
    page = dana.submit(page, "/run")
    assert page.h1 == "Importing"
    work(app)
    page = dana.page(address)
    assert page.h1 == "Imported" and tiles(page) == {"Added": 3, "Updated": 0, "Left out": 3}
    assert "Amelia Pond" in page.text and csv_of(dana.get(f"{address}/rows.csv"))[1][1:3] == ["Amelia Pond", "Added"]
    undo = dana.page(page.links()["Undo this import"])
    assert "3 people who were added are removed." in undo.text and "Nobody stays" in undo.text
    assert dana.submit(undo).h1 == "Undoing the import"
    work(app)
    page = dana.page(address)
    assert page.h1 == "The import is undone" and tiles(page) == {"Kept": 0, "Removed again": 3, "Left out": 3}


def test_who_looks_alike_is_decided_one_by_one_or_all_at_once(app, dana, text, cast):
    page = check(app, dana, text)
    address = page.response.request.path
    page = dana.page(f"{address}?show=alike")
    name = next(one for one in page.form("/choices") if one.startswith("choice-"))
    page = dana.submit(page, "/choices", **{name: "update"})
    assert "Import: add 3, update 1" in page.text
    dana.submit(page, "/run")
    work(app)
    assert tiles(dana.page(address)) == {"Added": 3, "Updated": 1, "Left out": 2}
    assert "Email address" in dana.page(f"{address}?show=updated").text
    with app.app_context():
        assert app.extensions and cast.leo.email == "leo@example.org"
        settled()


def test_day_and_month_are_asked_where_the_list_does_not_tell(app, dana):
    page = give(dana, "Name,DOB\nAmelia Pond,03/04/1989\n")
    assert "Day first: 03/04/1987" in page.text and not page.form().get("order")
    page = dana.submit(page)
    assert page.response.status_code == 422 and "Say how days are written" in page.text
    page = dana.submit(page, order="dmy")
    work(app)
    assert (
        "3 April 1989" in dana.page(f"{page.response.request.path}?show=new").text
        or "April 3, 1989" in dana.page(f"{page.response.request.path}?show=new").text
    )


def test_columns_are_kept_for_the_next_list_with_these_headings(app, dana):
    page = give(dana, "Who,Code\nAmelia Pond,F-1001\n")
    assert [page.form()[f"columns-{n}"] for n in range(2)] == ["", ""]
    assert "Say which column holds the name" in dana.submit(page).text
    dana.submit(page, **{"columns-0": "full_name", "columns-1": "file_number"})
    again = give(dana, "who,CODE\nRavi Menon,F-1002\n")
    assert [again.form()[f"columns-{n}"] for n in range(2)] == ["full_name", "file_number"] and "as you said the last time" in again.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a file, or paste the rows of a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 20, "The file must be a CSV file or a spreadsheet"),
        (b"PK\x03\x04 no zip", "The file does not open"),
        (b"Name\n" + b"A\n" * 20_200, "too large"),
        (b"Name\n" + b"x" * (10 * 2**20), "smaller than 10 MB"),
        (b'Name\n"' + b"x" * 3000, "row 2. Check its quotation marks"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(dana, content, words):
    page = give(dana, content)
    assert page.response.status_code == 422 and words in page.text


def test_front_desk_and_others_do_not_find_the_pages(app, browse, cast, dana, text):
    address = check(app, dana, text).response.request.path
    for one in (browse(cast.tom, staff=True), browse(cast.maya, staff=True), browse(cast.sylvie, staff=True), browse(cast.priya)):
        for page in ("", "/columns", "/undo", "/rows.csv"):
            assert one.get(address + page).status_code == 404


def test_running_asks_for_the_password_when_it_was_proven_long_ago(app, dana, clock, text):
    page = check(app, dana, text)
    clock.forward(minutes=20)
    answer = dana.submit(page, "/run", follow=False).response
    assert "/prove" in answer.location
    assert tiles(dana.page(page.response.request.path))["New people"] == 3


def test_a_list_is_thrown_away(app, dana, text):
    page = check(app, dana, text)
    assert "thrown away" in dana.submit(page, "/forget").text
    assert dana.get(page.response.request.path).status_code == 404


def test_a_workbook_asks_which_sheet(app, dana):
    book = xlsx(
        {
            "Notes": [["Read me"], ["Nothing here"]],
            "Clients": [["First name", "Last name", "Birth date"], ["Amelia", "Pond", date(1989, 4, 30)]],
        }
    )
    page = give(dana, book, "clients.xlsx")
    assert "clients.xlsx: 1 row" in page.text and page.form()["columns-0" if "columns-0" in page.form() else "sheet"] in ("given_name", "1")
    other = dana.submit(page, sheet="0")
    assert "Read me" in other.text
    page = dana.submit(other, sheet="1")
    sent = {
        name: value
        for name, value in {"columns-0": "given_name", "columns-1": "family_name", "columns-2": "born_on", "known": "replace"}.items()
    }
    token = page.form()["csrf_token"]
    assert (
        dana.post(page.response.request.path, data={"csrf_token": token, **sent}, headers={"Origin": "http://localhost"}).status_code == 302
    )
    work(app)
    assert "30 April 1989" in dana.page(page.response.request.path.removesuffix("/columns")).text


def test_rows_of_a_list_never_become_formulas_or_markup(app, dana):
    page = check(app, dana, "First name,Last name,Email\n<b>Bold</b>,=1+1,nope\n")
    assert "<b>Bold</b>" in page.text and not [one for one in page.all("b") if one.text == "Bold"]
    fix = csv_of(dana.get(f"{page.response.request.path}/rows.csv?show=fix"))
    assert fix[1][:3] == ["<b>Bold</b>", "'=1+1", "nope"]
    again = check(app, dana, dana.get(f"{page.response.request.path}/rows.csv?show=fix").get_data())
    assert "To put right1" in again.text.replace(" ", "").replace("Toputright", "To put right"), "what we gave can be given back"


def test_a_large_list_is_shown_page_by_page(app, dana):
    page = check(app, dana, "Name,Email\n" + "".join(f"Given{n} Family{n},p{n}@example.org\n" for n in range(120)))
    assert "Page 1 of 3" in page.text and "Page 3 of 3" in dana.page(f"{page.response.request.path}?show=new&page=3").text


def test_what_no_row_may_say_and_what_is_not_kept_are_told(app, dana):
    page = check(
        app, dana, "First Name,Last Name,Work phone,Health card\nJane & John,Doe,,\nAda,Roy,416 555 0101 ext 12,\nBo,Ek,,1.23457E+11\n"
    )
    assert "This looks like two people. Give each a row of their own" in page.text
    assert "Health card: “1.23457E+11” was cut short by a spreadsheet" in page.text
    new = dana.page(f"{page.response.request.path}?show=new")
    assert "416 555 0101 ext 12: the number is kept without its extension" in new.text


def test_rows_given_back_keep_the_columns_that_were_told(app, dana):
    """They have one column more, and would be guessed anew otherwise."""
    page = check(
        app,
        dana,
        "Who,What,Day\nAda Roy,F-1,1987-03-14\nBo Ek,F-2,1987-02-31\n",
        **{"columns-0": "full_name", "columns-1": "file_number", "columns-2": "born_on"},
    )
    fix = dana.get(f"{page.response.request.path}/rows.csv?show=fix").get_data()
    again = give(dana, fix.replace(b"1987-02-31", b"1987-02-28"))
    assert [again.form()[f"columns-{n}"] for n in range(4)] == [
        "full_name",
        "file_number",
        "born_on",
        "",
    ] and "as you said the last time" in again.text
    work(app)
    kept = give(dana, "Who,What,Day\nCy Om,F-3,1987-03-14\n")
    assert [kept.form()[f"columns-{n}"] for n in range(3)] == ["full_name", "file_number", "born_on"]


def test_a_stranger_sends_no_list_as_large_as_staff_do(browse):
    stranger = browse()
    token = stranger.page("/forgot").form()["csrf_token"]
    sent = {"csrf_token": token, "file": (io.BytesIO(b"x" * 2 * 2**20), "people.csv")}
    answer = stranger.post(IMPORT, data=sent, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the test client's own copy of a large upload
    assert answer.status_code == 413


def test_the_name_of_a_file_is_letters_that_can_be_read_and_kept(dana, text):
    give(dana, text, "people\0\u202egpj.csv")
    page = dana.page(IMPORT)
    assert page.status == 200 and "people gpj.csv" in page.text
