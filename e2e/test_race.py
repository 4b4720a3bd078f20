"""Two people, two browsers, one time."""

from e2e.people import choose_practitioner, choose_service, confirm, day_with_many, heading, sign_in, times


def go_to_times(page):
    page.goto("/at/riverside/book/who")
    if heading(page) == "Who is this appointment for?":
        page.get_by_label("Leo Shah").first.check()
        page.get_by_role("button", name="Continue").click()
    choose_service(page, "Massage, 60")
    if heading(page) == "Who would you like to see?":
        choose_practitioner(page, "Ravi")
    day_with_many(page)


def test_one_gets_the_time_the_other_gets_the_next_best(site, open_page, javascript):
    # given two people who look at the same times
    priya, kiran = open_page(javascript=javascript), open_page(javascript=javascript)
    for page, who in ((priya, "priya"), (kiran, "kiran")):
        sign_in(page, f"{who}@example.com")
        go_to_times(page)
    wanted = times(priya).first.inner_text()
    assert times(kiran).first.inner_text() == wanted

    # when both press it
    times(priya).first.click()
    assert heading(priya) == "Check and confirm"
    times(kiran).first.click()

    # then the second is told at once, kindly, and sees what is left of that very day
    assert heading(kiran) == "Choose a time"
    assert "just taken" in kiran.locator("[role=alert]").inner_text()
    left = [words.split("\n")[0] for words in times(kiran).all_inner_texts()]
    assert wanted.split("\n")[0] not in left

    # and both are booked, at different times
    confirm(priya)
    assert heading(priya) == "Appointment confirmed"
    times(kiran).first.click()
    confirm(kiran)
    assert heading(kiran) == "Appointment confirmed"
