"""A list is taken out of the house: searched, columns chosen, the password proven again, saved and opened; and who took it can be read."""

import csv
import io

import openpyxl

from e2e.conftest import DESK
from e2e.people import faults, sign_in
from portal.database import db, transact
from portal.models import Profile
from portal.seed import PASSWORD, name_id


def saved(page) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the file").click()
    return download.value.path().read_bytes()


def test_people_found_and_the_appointments_of_a_month_open_as_tables(site, open_page, javascript):
    # given somebody whose name a spreadsheet would take for a formula
    with site.app.app_context():
        leo = db.session.scalar(db.select(Profile).where(Profile.public_id == name_id("leo@riverside")))
        transact(lambda: setattr(db.session.merge(leo), "preferred_name", "=HYPERLINK(1)"))
    page = open_page(javascript=javascript, viewport=DESK)
    sign_in(page, "dana@example.com")
    # when the admin searches, and saves who was found; a quarter of an hour went by
    page.goto(f"{site.url}/staff/riverside/people?q=shah")
    page.get_by_role("link", name="Export", exact=True).click()
    assert "for “shah”" in page.inner_text("main") and not faults(page, javascript)
    page.get_by_label("Health card").check()
    site.clock.forward(minutes=12)
    page.get_by_role("button", name="Save the file").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Continue").click()
    # then everything is still chosen, and the file opens
    assert page.get_by_label("Health card").is_checked() and "for “shah”" in page.inner_text("main")
    content = saved(page)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert content.startswith(b"\xef\xbb\xbf") and {row["Last name"] for row in rows} == {"Shah"} and "Health card number" in rows[0]
    # and once more as it is: the page is still there, and its button
    assert saved(page) == content
    (leo,) = (row for row in rows if row["First name"] == "Leo")
    assert leo["Preferred name"] == "'=HYPERLINK(1)" and not any(
        cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values()
    )
    # and the appointments of the month, for Excel
    page.get_by_role("link", name="Appointments", exact=True).click()
    assert not faults(page, javascript)
    page.get_by_label("Excel").check()
    page.get_by_label("Money").check()
    sheet = openpyxl.load_workbook(io.BytesIO(saved(page))).active
    heads = [cell.value for cell in next(sheet.iter_rows())]
    assert {"Day", "Begins", "Time zone", "Due", "Currency"} <= set(heads) and sheet.max_row > 20
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    # and both lists are written down
    page.reload()
    assert f"Dana Wright: {len(rows)} people, found by a search, CSV" in page.inner_text("main")
    assert "appointments, 1 December 2026 to 31 December 2026, Excel" in page.inner_text("main")
