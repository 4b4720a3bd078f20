"""On paper stands what one needs there, and nothing to press."""

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
