"""An admin brings a thousand people from another program: mistakes are found, put right in the file, the list is run, and taken back."""

import csv
import io
import re

from e2e.conftest import DESK
from e2e.people import heading, sign_in
from portal import import_queue
from portal.database import db
from portal.models import LedgerLine, OutboxMail, Profile

GOOD = 980
HEADINGS = [
    "Patient Number",
    "First Name",
    "Last Name",
    "Birth Date",
    "Email",
    "Mobile Phone",
    "Postal",
    "Preferred Language",
    "Emergency Contact",
    "Emergency Phone",
]
# as they are in the other program → what is said of them, and how they are put right
WRONG = [
    (["9001", "Mona", "Vale", "1980-02-30", "", "", "", "", "", ""], "must be a real date", {3: "1980-02-28"}),
    (
        ["9002", "Nick", "Bell", "1980-02-03", "nick at home", "", "", "", "", ""],
        "must look like name@example.com",
        {4: "nick@example.org"},
    ),
    (["9003", "Olga", "Reed", "1980-02-03", "", "12", "", "", "", ""], "must be a whole phone number", {5: "416 555 0133"}),
    (["9004", "", "", "1980-02-03", "p@example.org", "", "", "", "", ""], "Add a name", {1: "Pia", 2: "Lund"}),
    (["9005", "Quin", "Hale", "2980-02-03", "", "", "", "", "", ""], "is in the future", {3: "1980-02-03"}),
]


def person(n: int) -> list[str]:
    return [
        str(n),
        f"Given{n:04}",
        f"Family{n:04}",
        f"19{50 + n % 50}-0{1 + n % 9}-{10 + n % 18}",
        f"p{n}@example.org",
        f"416 55{n // 1000} {n % 10000:04}",
        "M4C 1B5",
        "French",
        "",
        "",
    ]


def a_list(corrected: bool) -> str:
    rows = [person(n) for n in range(1, GOOD + 1)]
    for cells, _why, better in WRONG * 3 if not corrected else WRONG:
        rows.append([better.get(place, cell) if corrected else cell for place, cell in enumerate(cells)])
    rows += [
        ["9100", "Leo", "Shah", "2018-06-02", "leo@example.org", "", "", "", "", ""],
        ["9101", "Walter", "Brandt", "1941-10-11", "", "", "", "", "Eva Brandt", "416 555 0144"],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEADINGS, *rows])
    return "\ufeff" + out.getvalue()


def work(site) -> None:
    with site.app.app_context():
        while import_queue.work(site.clock(), seconds=5):
            pass


def ready(page, site, javascript: bool, words: str) -> None:
    """The postman has done it: the page goes on by itself with JavaScript, by a link without."""
    work(site)
    if not javascript:
        page.get_by_role("link", name="Update the numbers").click()
    page.get_by_role("heading", name=words, level=1).wait_for()


def give(page, content: str) -> None:
    page.get_by_label("Choose a file").set_input_files({"name": "patients.csv", "mimeType": "text/csv", "buffer": content.encode()})
    page.get_by_role("button", name="Continue").click()


def counted(page) -> dict[str, int]:
    names, numbers = page.locator(".tiles dt").all_inner_texts(), page.locator(".tiles dd").all_inner_texts()
    return dict(zip(names, map(int, numbers)))


def people(site) -> int:
    with site.app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(Profile))


def test_a_thousand_people_from_another_program(site, open_page, javascript):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "dana@example.com")
    before = people(site)

    # given a list with mistakes: its columns are known by their headings
    page.goto("/staff/riverside/people")
    page.get_by_role("link", name="Import").click()
    give(page, a_list(corrected=False))
    assert heading(page) == "What is in each column?"
    assert page.get_by_label("Birth Date").input_value() == "born_on" and page.get_by_label("Patient Number").input_value() == "previous_id"
    page.get_by_role("button", name="Check the list").click()
    ready(page, site, javascript, "Check the list")

    # when it is rehearsed, every mistake is named with its cell, and nothing is changed
    seen = counted(page)
    assert seen["New people"] == GOOD and seen["To put right"] == 3 * len(WRONG) and seen["Look like somebody"] == 2
    words = page.inner_text("main")
    assert all(why in words for _cells, why, _better in WRONG) and "Birth Date: “1980-02-30”" in words
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Download the 17 rows")).click()
    left = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(left) == 18 and left[0][-1] == "What to put right"
    assert people(site) == before

    # and when they are put right, the list is given again
    page.get_by_role("link", name="Give a better list").click()
    give(page, a_list(corrected=True))
    assert "as you said the last time" in page.inner_text("main")
    page.get_by_role("button", name="Check the list").click()
    ready(page, site, javascript, "Check the list")
    seen = counted(page)
    assert seen["New people"] == GOOD + len(WRONG) and seen["To put right"] == 0

    # and one of those who look like somebody is that person
    page.get_by_role("link", name=re.compile("^Look like somebody")).click()
    row = page.get_by_role("row", name=re.compile("Walter Brandt"))
    row.get_by_role("combobox").select_option(label="The same person: update")
    page.get_by_role("button", name="Save these decisions").click()

    # then they are all there, found by name, and nobody has got a message
    page.get_by_role("button", name=f"Import: add {GOOD + len(WRONG)}, update 1").click()
    ready(page, site, javascript, "Imported")
    assert counted(page) == {"Added": GOOD + len(WRONG), "Updated": 1, "Left out": 1}
    assert people(site) == before + GOOD + len(WRONG)
    with site.app.app_context():
        assert not db.session.scalars(db.select(OutboxMail.id).where(OutboxMail.to_address.like("p%@example.org"))).all()
    page.get_by_role("link", name="Given0001 Family0001").click()
    assert heading(page) == "Given0001 Family0001"

    # and when it was a mistake all the same, everything is as it was
    page.goto("/staff/riverside/import")
    page.get_by_role("link", name="patients.csv").first.click()
    page.get_by_role("link", name="Undo this import").click()
    assert "Nobody stays: nothing happened since." in page.inner_text("main")
    page.get_by_role("button", name="Undo the import").click()
    ready(page, site, javascript, "The import is undone")
    assert counted(page) == {"Kept": 0, "Removed again": GOOD + len(WRONG) + 1, "Left out": 1}
    assert people(site) == before
    with site.app.app_context():
        assert db.session.scalars(db.select(LedgerLine.verb).where(LedgerLine.verb == "import_undone")).all()
