"""A person changes their mobile number and wants no text messages any more; staff see both, and put them away."""

from e2e.people import heading, sign_in


def test_a_person_changes_their_number_and_withdraws_a_consent_and_staff_see_it(site, open_page, javascript):
    page = open_page(javascript=javascript)
    sign_in(page, "kiran@example.com")

    # given somebody who finds what is missing on their own page, and goes to their details
    page.goto("/family")
    page.get_by_role("link", name="Your record", exact=False).first.click() if page.get_by_role(
        "link", name="Your record"
    ).count() else page.goto("/appointments")
    if page.get_by_role("button", name="account menu").count() and javascript:
        page.get_by_role("button", name="account menu").click()
        page.locator("#me").get_by_role("link", name="You", exact=True).click()
    else:
        page.goto(page.locator("#me a", has_text="You").first.get_attribute("href"))
    assert "1 thing is missing" in page.inner_text("main")
    page.get_by_role("link", name="Fill in").click()
    assert heading(page) == "My details at Riverside Physiotherapy"

    # when they write another number, say that it is a mobile, and agree to text messages
    page.get_by_role("link", name="Change Phone numbers").click()
    page.get_by_label("Phone, called first").fill("647 555 0101")
    page.get_by_label("Kind").first.select_option("mobile")
    page.get_by_role("button", name="Save").click()
    assert "(647) 555-0101, mobile" in page.inner_text("main")
    for ticked in (True, False):  # and then want them no more
        page.get_by_role("link", name="Change Text messages").click()
        page.get_by_label("Text messages").set_checked(ticked)
        page.get_by_role("button", name="Save").click()
        assert ("Yes, since" if ticked else "No, since") in page.locator(
            "div", has=page.locator("dt", has_text="Text messages")
        ).last.inner_text()

    # then staff read it on Today, with what it was before, and note it
    staff = open_page(javascript=javascript)
    sign_in(staff, "tom@example.com")
    staff.goto("/staff/riverside/")
    needs = staff.locator("section[aria-labelledby=needs]")
    assert "Kiran Shah wants no text messages since" in needs.inner_text()
    needs.get_by_role("link", name="Kiran Shah changed the phone numbers").click()
    words = staff.inner_text("main")
    assert "before “(416) 555-0119, mobile”" in words and "Wants no text messages from the clinic" in words
    staff.get_by_role("button", name="Noted").click()
    staff.goto("/staff/riverside/")
    assert "Kiran Shah changed" not in staff.inner_text("main")
