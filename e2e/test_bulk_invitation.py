"""The front desk invites three hundred people at once: twenty rows are wrong, the others go out, and nobody has to watch."""

import csv
import io
import re

import pytest

from e2e.conftest import DESK, PHONE
from e2e.people import heading, sign_in
from portal import batch_queue, clock, postman
from portal.database import db, transact
from portal.models import Practice, Profile

GOOD, BAD = 280, 20
WRONG = [
    ("Nobody Here", "nobody@example.org", "", "Nobody of this name"),
    ("Person 0001", "", "", "Same person as row 2"),
    ("", "who@example.org", "", "Add a name"),
    ("Walter Brandt", "", "", "Add an email"),
    ("Walter Brandt", "walter@gmial.com", "", "Did you mean gmail.com?"),
    ("Walter Brandt", "walter at home", "", "Check the email"),
    ("Walter Brandt", "w@example.org", "1941-02-30", "Date of birth must be a real date"),
    ("Walter Brandt", "w@example.org", "1999-01-01", "The date of birth in your records is another one"),
    ("Amara Okoye", "", "", "Two people have this name"),
    ("=HYPERLINK(1)", "x@example.org", "", "Nobody of this name"),
]


@pytest.fixture
def listed(site) -> str:
    """A CSV file of three hundred, as Excel saves it; the practice knows 280 of them."""
    with site.app.app_context():
        practice_id = db.session.scalar(db.select(Practice.id).where(Practice.slug == "riverside"))
        people = [{"given_name": "Person", "family_name": f"{n:04}", "email": f"p{n}@example.org"} for n in range(1, GOOD + 1)]
        transact(
            lambda: db.session.execute(
                db.insert(Profile), [one | {"practice_id": practice_id, "created_at": clock.now()} for one in people]
            )
        )
    rows = [(f"Person {n:04}", "", "") for n in range(1, GOOD + 1)] + [row[:3] for row in WRONG] * (BAD // len(WRONG))
    return "\ufeffName;Email;Date of birth\r\n" + "\r\n".join(";".join(row) for row in rows)


def queue(site) -> None:
    with site.app.app_context():
        batch_queue.work(site.clock())


def deliver(site, seconds: int) -> None:
    """So much time goes by at the post office."""
    with site.app.app_context():
        postman.deliver_due(site.clock.forward(seconds=seconds), limit=1000)
        batch_queue.work(site.clock())


def numbers(page) -> str:
    return page.locator("#sent").inner_text()


def upload(page, content: str) -> None:
    page.goto("/staff/riverside/invitations")
    page.get_by_role("link", name="Invite many at once").click()
    page.get_by_label("The people of a list").check()
    page.get_by_label("Choose a file").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": content.encode()})
    page.get_by_role("button", name="Check the list").click()


def test_three_hundred_with_twenty_bad_rows(site, open_page, javascript, listed):
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "tom@example.com")

    # given a list that is checked first: nothing has been sent
    upload(page, listed)
    assert heading(page) == "Check your list"
    words = page.inner_text("main")
    assert all(row[3] in words for row in WRONG)
    assert not site.mails_to("p1@example.org")
    assert "everybody-gets-their-own-link-here" in words and "We invite everybody we look after" in words

    # and the bad rows to be put right at home
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the 20 rows to fix").click()
    bad = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(bad) == 1 + BAD and bad[-1][1] == "'=HYPERLINK(1)"

    # when it is sent, the page counts: by itself with JavaScript, by a link without
    page.get_by_role("button", name="Send 280 invitations").click()
    assert numbers(page) == "0 of 280 sent" and page.title().startswith("Sending invitations: 0 of 280")
    queue(site)
    deliver(site, 14)
    if not javascript:
        page.get_by_role("link", name="Update the numbers").click()
    page.locator("#sent", has_text=re.compile(r"^1[45]0 of 280 sent")).wait_for()
    if javascript:
        assert page.locator("[data-say]").inner_text().endswith("of 280 sent")  # half of them: said aloud
    deliver(site, 60)
    if not javascript:
        page.get_by_role("link", name="Update the numbers").click()
    page.locator("#sent", has_text="280 of 280 sent").wait_for()
    assert heading(page) == "Invitations sent" and page.title().startswith("Invitations sent")

    # then everybody has one mail with a link that opens, and who sent them has been told
    assert len(site.mails_to("p280@example.org")) == 1
    stranger = open_page(javascript=javascript, viewport=PHONE)
    stranger.goto(site.link_for("p7@example.org"))
    assert "Riverside Physiotherapy invited you to book online" in stranger.inner_text("main")
    assert "280 invitations have been sent" in site.mails_to("tom@example.com")[-1]["Subject"]

    # and those who do not answer are written to once more
    page.reload()
    site.clock.forward(minutes=10)
    page.get_by_role("button", name="Send again to those who have not answered").click()
    queue(site)
    deliver(site, 60)
    assert len(site.mails_to("p280@example.org")) == 2
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the result").click()
    result = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [row[4] for row in result[1:]].count("Sent") == GOOD and len(result) == 1 + GOOD + BAD
