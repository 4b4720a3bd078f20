"""A mother lets the grandmother book for Leo, reads what she did, and takes it back while her page is still open."""

import re

from e2e.people import choose_practitioner, choose_service, heading, last_day, sign_in, times


def test_a_grandmother_books_with_given_access_until_it_is_taken_away(site, open_page, javascript):
    mother, granny = open_page(javascript=javascript), open_page(javascript=javascript)
    sign_in(mother, "priya@example.com")
    sign_in(granny, "nadia@example.com")

    # given access that lets her book and shows nothing else
    mother.goto("/family")
    if javascript:
        mother.get_by_role("button", name="Manage Leo Shah").click()
        mother.locator(".menu:popover-open").get_by_role("link", name="Give another person access").click()
    else:
        mother.goto(
            mother.locator("article", has_text="Leo Shah")
            .get_by_role("link", name="Give another person access", include_hidden=True)
            .get_attribute("href")
        )
    assert heading(mother) == "Give another person access to Leo"
    mother.get_by_role("button", name="Send the invitation").click()
    assert "Enter the email address of the person you want to give access to" in mother.inner_text(".problem")
    mother.get_by_label("Their email address").fill("nadia@example.com")
    mother.get_by_label("Trusted person").check()
    mother.get_by_label("Nothing but the appointments they book themselves").check()
    mother.get_by_role("button", name="Send the invitation").click()
    assert "We sent an invitation to nadia@example.com." in mother.inner_text("[role=status]")

    # when the grandmother opens the mail and accepts
    granny.goto(site.link_for("nadia@example.com"))
    granny.get_by_role("button", name=re.compile("^Accept")).click()
    granny.goto("/family")
    assert "You can book, and see only what you booked" in granny.inner_text("main")

    # and books for Leo
    granny.get_by_role("link", name="Book for Leo Shah").click()
    choose_service(granny, "Massage, 60")
    if heading(granny) == "Who would you like to see?":
        choose_practitioner(granny, "Ravi")
    last_day(granny)
    times(granny).last.click()
    granny.get_by_role("main").get_by_role("button", name=re.compile("^Book ")).click()
    assert heading(granny) == "Appointment confirmed"
    granny.get_by_role("link", name=re.compile("^Cancel")).first.click()
    assert heading(granny) == "Cancel this appointment?"

    # then the mother reads who booked, through which link
    mother.goto("/family")
    assert "Nadia Haddad" in mother.locator("article", has_text="Leo Shah").inner_text()
    mother.goto(
        mother.locator("article", has_text="Leo Shah")
        .get_by_role("link", name="History: who booked, moved and looked", include_hidden=True)
        .get_attribute("href")
    )
    said = mother.inner_text("main")
    assert re.search(r"Appointment booked: \w+day .* with Ravi Kumar\s+Nadia Haddad, as somebody Leo trusts", said)
    assert "Invitation sent to na…@example.com\nYou, as a parent of Leo" in said

    # takes the access away
    mother.get_by_role("link", name="Back").click()
    mother.get_by_role("link", name="Take away… the access of Nadia Haddad").click()
    assert heading(mother) == "Take away the access of Nadia Haddad?"
    mother.get_by_role("button", name="Take away the access").click()
    assert "Nadia Haddad has no access any more." in mother.inner_text("[role=status]")

    # and the page that the grandmother has open refuses on the next press
    granny.get_by_role("button", name="Cancel the appointment").click()
    assert heading(granny) == "Page not found"
    granny.goto("/family")
    assert "Leo" not in granny.inner_text("main")
    mother.goto("/appointments")
    assert "Massage" in mother.inner_text("main")
    assert any("access" in letter["Subject"].lower() for letter in site.mails_to("nadia@example.com"))
