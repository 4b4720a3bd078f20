"""Who is this appointment for? Only linked people; nobody chosen beforehand among several (MISSION M10, F10)."""

from datetime import timedelta

from portal.database import db, transact
from portal.models import Link
from tests.booking.walking import arguments, hold, path, step


def radios(page):
    return {radio.get("value"): radio for radio in page.all("input") if radio.get("type") == "radio"}


def test_only_the_people_of_the_asker_at_this_practice_are_listed(cast, browse):
    page = browse(as_=cast.daniel).page(step("who"))
    assert page.h1 == "Who is this appointment for?"
    assert set(radios(page)) == {"me", cast.leo.public_id, cast.anya.public_id, "new"}
    assert "Your child, born 2 June 2018" in page.text
    assert "Priya" not in page.text and "Kiran" not in page.text


def test_nobody_is_chosen_beforehand_among_several(cast, browse):
    page = browse(as_=cast.priya).page(step("who"))
    assert len(radios(page)) == 5
    assert not [radio for radio in radios(page).values() if radio.get("checked") is not None]


def test_going_on_without_an_answer_says_so_and_moves_nobody_on(cast, browse):
    page = browse(as_=cast.priya).page(step("who", go=1, what=cast.follow_up))
    assert page.status == 422
    assert "Select who the appointment is for" in page.text
    assert page.tree.find(".//{*}title").text.startswith("Error: ")
    kept = [field.get("value") for field in page.all("input") if field.get("name") == "what"]
    assert kept == [cast.follow_up.public_id]


def test_an_answer_leads_to_the_next_open_question_and_keeps_the_others(cast, browse):
    browser = browse(as_=cast.priya)
    page = browser.page(step("who", go=1, who=cast.leo))
    assert path(page).endswith("/what")
    page = browser.page(step("who", go=1, who=cast.leo, what=cast.follow_up, with_="any"))
    assert path(page).endswith("/when")
    assert arguments(page) == {"who": cast.leo.public_id, "what": cast.follow_up.public_id, "with": "any"}


def test_a_person_alone_is_not_asked_and_may_still_change(cast, browse):
    browser = browse(as_=cast.kiran)
    page = browser.page(step("who"))
    assert path(page).endswith("/what")
    assert "For you." in page.text
    change = page.links()["Change who it is for"]
    assert browser.page(change).h1 == "Who is this appointment for?"


def test_every_later_step_asks_first_who_comes_if_there_are_several(cast, browse):
    for name in ("what", "with", "when", "confirm"):
        page = browse(as_=cast.priya).page(step(name, what=cast.follow_up, with_="any", at=1797370200))
        assert path(page).endswith("/who")
        assert arguments(page)["what"] == cast.follow_up.public_id


def test_every_step_says_for_whom_one_acts(cast, browse):
    browser = browse(as_=cast.priya)
    for name in ("what", "with", "when"):
        page = browser.page(step(name, who=cast.leo, what=cast.follow_up, with_="any"))
        assert "You are booking for Leo Shah at Riverside Physiotherapy." in page.html.replace("<strong>", "").replace("</strong>", "")


def test_somebody_elses_child_and_nobody_look_the_same(cast, browse):
    stranger = cast.profile("kiran")
    for who in (stranger.public_id, "a" * 16, "nonsense", "0"):
        answers = [browse(as_=cast.daniel).page(step(name, who=who, what=cast.follow_up, with_="any")) for name in ("what", "when")]
        assert [page.status for page in answers] == [404, 404]


def test_a_person_of_another_practice_is_not_offered_nor_accepted(cast, browse):
    there = cast.profile("priya", "beau-rivage")
    assert there.public_id not in radios(browse(as_=cast.priya).page(step("who")))
    assert browse(as_=cast.priya).page(step("when", who=there, what=cast.follow_up, with_="any")).status == 404


def test_a_link_that_may_not_book_or_has_ended_is_not_listed(app, cast, browse):
    def narrow():
        db.session.get(Link, cast.link("priya", "leo").id).permissions = ["see_times"]
        db.session.get(Link, cast.link("priya", "anya").id).ends_on = app.config["CLOCK"]().date() - timedelta(days=1)

    with app.app_context():
        transact(narrow)
    page = browse(as_=cast.priya).page(step("who"))
    assert cast.leo.public_id not in radios(page) and cast.anya.public_id not in radios(page)
    assert browse(as_=cast.priya).page(step("what", who=cast.leo)).status == 404


def test_someone_else_leads_to_adding_a_person_and_back_to_the_booking(cast, browse):
    page = browse(as_=cast.priya).get(step("who", go=1, who="new", what=cast.follow_up))
    assert page.status_code == 302
    assert page.location.startswith("/at/riverside/add-person?next=")
    assert cast.follow_up.public_id in page.location


def test_a_visitor_is_asked_later(cast, browse):
    assert path(browse().page(step("who"))).endswith("/what")
    assert path(browse().page(step("who", what=cast.massage_60))).endswith("/when")


def test_a_parent_without_a_profile_here_may_still_book_for_themselves(app, cast, browse):
    browser = browse(as_=cast.daniel)
    page = browser.page(step("who", go=1, who="me", what=cast.massage_60))
    assert path(page).endswith("/when") and arguments(page)["who"] == "me"
    assert "You are booking for" not in page.text
    page = hold(browser, who="me", what=cast.massage_60, with_=cast.ravi_kumar, day="2026-12-15")
    assert "Book for Daniel with Ravi Kumar" in page.text
    booked = browser.submit(page, "confirm")
    assert booked.h1 == "Appointment confirmed" and "Daniel Okafor" in booked.text
    assert "me" not in radios(browser.page(step("who")))


def test_somebody_with_one_child_and_no_profile_of_their_own_is_asked(app, cast, browse):
    def end_the_other():
        db.session.get(Link, cast.link("daniel", "anya").id).revoke(app.config["CLOCK"]())

    with app.app_context():
        transact(end_the_other)
    page = browse(as_=cast.daniel).page(step("when", what=cast.massage_60, with_="any"))
    assert path(page).endswith("/who") and set(radios(page)) == {"me", cast.leo.public_id, "new"}


def test_a_newcomer_can_change_their_mind_about_who_it_is(cast, browse):
    browser = browse(as_=cast.nadia)
    page = browser.page(step("what"))
    assert "For you." in page.text
    page = browser.page(page.links()["Change who it is for"])
    assert set(radios(page)) == {"me", "new"} and radios(page)["me"].get("checked") is not None
