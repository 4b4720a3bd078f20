"""On paper stands what one needs there, and nothing to press."""

import pypdfium2

from e2e.people import heading, sign_in


def test_an_appointment_prints_as_facts_without_controls(site, open_page):
    page = open_page()
    sign_in(page, "priya@example.com")
    page.goto("/appointments")
    page.get_by_role("link", name="Details").first.click()
    assert heading(page) == "Appointment confirmed"
    assert page.locator(".btn:visible").count() > 0
    page.emulate_media(media="print")
    for control in (".btn", ".menu", ".skip", "header nav", "form"):
        assert page.locator(f"{control}:visible").count() == 0, control
    for fact in ("Appointment confirmed", "Where", "Riverside Physiotherapy", "(416) 555-0134"):
        assert page.get_by_text(fact).first.is_visible(), fact


def test_a_long_table_begins_on_the_first_sheet_under_its_heading(site, open_page):
    page = open_page()
    sign_in(page, "dana@example.com")
    for address in ("calendar?view=week&date=2026-12-11", "day?date=2026-12-11"):
        page.goto(f"/desk/riverside/{address}")
        sheets = [" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in pypdfium2.PdfDocument(page.pdf(format="A4"))]
        assert "Maya Chen" in sheets[0], address
        assert not any(sheet.endswith(" appointments") for sheet in sheets), "no heading stands alone at the foot of a sheet"
