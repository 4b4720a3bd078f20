"""Family and access: what the pages say, to whom, and what somebody may take away (MISSION M16, F5, F6; LOOK §4.11)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from booking import emails, feeds
from portal import access, deciding
from portal.access import BOOK, CHANGE, GET_NOTICES, MANAGE_ACCESS, SEE_DETAILS, SEE_TIMES
from portal.database import db, transact
from portal.models import Link
from tests import mails as post
from tests.portal.homes import change, fresh, give, lines, of_age
from tests.portal.post import mails

RANDOM = "a2b3c4d5e6f7g2h3"


def words(element) -> str:
    return " ".join("".join(element.itertext()).split())


def path(link, rest="") -> str:
    return f"/family/{link.public_id}{rest}"


@pytest.fixture
def leo(cast):
    return cast.link("priya", "leo")


def test_each_person_has_a_card_with_age_and_access_in_words(cast, browse):
    page = browse(cast.priya).page("/family")
    assert page.h1 == "Family and access"
    assert "8 years old, your child" in page.text and "You can see and book everything" in page.text
    assert "Daniel Okafor has access too." in page.text
    assert "Kiran has their own account." in page.text
    assert [h.text for h in page.all("h3")] == ["Anya Shah", "Kiran Shah", "Leo Shah"]


@pytest.mark.parametrize(
    ("permissions", "words"),
    [
        ([SEE_TIMES, BOOK, CHANGE], "You see only when Leo is busy, and can book"),
        ([SEE_TIMES], "You see only when Leo is busy"),
        ([BOOK], "You can book, and see only what you booked"),
        ([SEE_TIMES, SEE_DETAILS], "You can see everything, but not book"),
        ([GET_NOTICES], "You cannot see or book anything at the moment"),
    ],
)
def test_less_access_is_said_in_words(cast, browse, app, permissions, words):
    change(app, cast.link("daniel", "leo"), permissions=permissions)
    page = browse(cast.daniel).page("/family")
    assert words in page.text
    assert "Priya" not in page.text.split("Leo Shah")[1]


def test_nobody_yet_is_a_sentence_with_a_next_step(cast, browse):
    page = browse(cast.nadia).page("/family")
    assert "Nobody yet. To begin, open the page of your clinic and book an appointment." in page.text


def test_with_several_practices_each_person_is_named_with_theirs(cast, browse):
    page = browse(cast.priya).page("/family")
    assert "your child · Riverside Physiotherapy" in page.text
    adding = [url for url in page.links().values() if "/add-person" in url]
    assert adding == ["/at/beau-rivage/add-person?next=/family", "/at/riverside/add-person?next=/family"]
    assert "Riverside" not in " ".join(browse(cast.kiran).page("/family").text.split("Family and access")[1:])


def test_what_a_birthday_will_change_is_said_with_its_date(cast, browse, app):
    change(app, cast.riverside, age_steps=[[12, "narrow"], [16, "pause"]])
    text = browse(cast.priya).page("/family").text
    assert "From 19 January 2028, when Anya turns 16, your access is paused until Anya lets you back in." in text
    assert "From 2 June 2030" not in text, "more than two years off"
    change(app, cast.leo, born_on=date(2015, 1, 1))
    assert "From 1 January 2027, when Leo turns 12, you see only when Leo is busy." in browse(cast.priya).page("/family").text


def test_a_paused_access_says_since_when_and_who_decides(cast, browse, app, clock):
    of_age(app, cast, cast.anya, 16, [[16, "pause"]])
    link = cast.link("priya", "anya")
    change(app, link, decided_on=clock().date().replace(year=2025))
    browser = browse(cast.priya)
    assert "Paused since Anya turned 16" in browser.page("/family").text
    page = browser.page(path(link))
    assert "Anya decides who has access now, and can let you back in." in page.text
    assert "Yes" not in page.text and "Daniel" not in page.text and "What you may do" not in page.text
    assert "For that Anya needs an account of their own" in page.text and "Call the clinic: (416) 555-0134." in page.text
    assert browser.get(path(link, "/give")).status_code == 404
    assert browser.page(path(link, "/leave")).h1 == "Stop acting for Anya?"


def test_the_permissions_received_are_a_list_of_yes_and_no(cast, browse, app):
    change(app, cast.link("daniel", "leo"), permissions=[SEE_TIMES, BOOK], ends_on=None)
    page = browse(cast.daniel).page(path(cast.link("daniel", "leo")))
    assert "See when Leo has appointments Yes" in page.text
    assert "See what they are for and with whom, past visits too No" in page.text
    assert "Get emails about the appointments No" in page.text
    assert "You added Leo on 5 November 2025." in page.text


def test_who_gave_it_is_named_unless_the_person_is_kept_safe(cast, browse, app, clock):
    link = give(app, cast.wei, cast.leo, given_by=cast.priya)
    assert "Priya Shah gave you this access on 10 December 2026." in browse(cast.wei).page(path(link)).text
    change(app, cast.leo, safe_at=clock())
    page = browse(cast.wei).page(path(link))
    assert "Priya" not in page.text and "You have had this access since 10 December 2026." in page.text


def test_others_are_named_only_to_who_manages_access_and_to_no_guardian_while_safe(cast, browse, app, clock):
    link = cast.link("priya", "leo")
    assert "Daniel Okafor" in browse(cast.priya).page(path(link)).text
    change(app, cast.leo, safe_at=clock())
    for address in ("/family", path(link)):
        text = browse(cast.priya).page(address).text
        assert "Daniel" not in text.split("Leo Shah")[1].split("People who may act for you")[0]
    assert browse(cast.priya).get(path(link, "/give")).status_code == 404


def test_no_page_of_one_guardian_shows_how_to_reach_the_other(cast, browse):
    for address in ("/family", path(cast.link("priya", "leo"))):
        page = browse(cast.priya).page(address)
        assert "daniel@example.com" not in page.html and "555-0141" not in page.html


def test_a_record_leads_to_its_details_and_files_as_far_as_the_reader_sees_them(cast, browse, app):
    links = browse(cast.priya).page(path(cast.link("priya", "priya"))).links()
    assert "My details and messages" in links
    assert "Leo’s details and messages" in browse(cast.daniel).page(path(cast.link("daniel", "leo"))).links()
    change(app, cast.link("daniel", "leo"), permissions=[SEE_TIMES])
    links = browse(cast.daniel).page(path(cast.link("daniel", "leo"))).links()
    assert "Leo’s details and messages" not in links and "Files" not in links


def test_giving_access_sends_an_invitation_with_what_was_chosen(cast, browse, app, leo):
    browser = browse(cast.priya)
    page = browser.page(path(leo, "/give"))
    fields = {
        "email": " Granny@Example.com ",
        "relationship": "trusted",
        "level": "nothing",
        "may": ["book", "change"],
        "why": "For Tuesdays.",
    }
    page = browser.submit(page, **fields)
    assert "We sent an invitation to Granny@example.com." in page.text
    assert "Has not answered yet" in page.text and "Trusted person · Can book, and sees only what they booked" in page.text
    (mail,) = mails(app, "invitation")
    assert mail.to_address == "Granny@example.com"
    assert lines(app, "invited")[0].facts["as"] == "person"


def test_the_person_gives_access_to_themselves(cast, browse, app):
    own = cast.link("kiran", "kiran")
    browser = browse(cast.kiran)
    page = browser.page(path(own, "/give"))
    assert "Book for you" in page.text and "Only that you are busy, not what for" in page.text
    page = browser.submit(page, email="aunt@example.com", relationship="trusted", level="busy")
    assert page.h1 == "Family and access" and "aunt@example.com" in page.text


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"email": ""}, "Enter the email address of the person you want to give access to"),
        ({"email": "granny"}, "Enter an email address in the correct format, like name@example.com"),
        ({"email": "PRIYA@example.com"}, "You cannot give yourself access"),
        ({"email": "daniel@example.com"}, "This address can already book for this person."),
        ({"relationship": "self"}, "Choose who they are"),
        ({"relationship": "carer"}, "Choose who they are"),
        ({"level": "all"}, "Choose what they may see"),
        ({"level": "nothing", "may": []}, "Tick something they may do, or choose something they may see"),
        ({"until-day": "31", "until-month": "2", "until-year": "2027"}, "The last day must be a real date, like 27 3 2027"),
        ({"until-day": "1", "until-month": "12", "until-year": "2026"}, "The last day must be today or later"),
        ({"why": "x" * 501}, "The note must be 500 characters or less"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(cast, browse, app, leo, fields, problem):
    browser = browse(cast.priya)
    page = browser.submit(
        browser.page(path(leo, "/give")), **{"email": "granny@example.com", "relationship": "trusted", "level": "busy", **fields}
    )
    assert page.status == 422 and problem in page.text and page.text.index("There is a problem") < page.text.index(problem)
    assert page.form()["email"] == (fields.get("email") or page.form()["email"])
    assert not mails(app, "invitation")


def test_the_answer_is_the_same_whether_the_address_has_an_account_or_not(cast, browse, app, leo):
    said = []
    for email in ("nadia@example.com", "nobody@example.com"):
        browser = browse(cast.priya)
        page = browser.submit(browser.page(path(leo, "/give")), email=email, relationship="trusted", level="busy")
        said.append((page.status, page.text.split("History: who")[0].split("Acting for Leo Shah 8")[0].replace(email, "x")))
    assert said[0] == said[1]


def test_twice_to_one_address_is_one_invitation(cast, browse, app, leo):
    browser, fields = browse(cast.priya), {"email": "granny@example.com", "relationship": "trusted", "level": "busy"}
    browser.submit(browser.page(path(leo, "/give")), **fields)
    page = browser.submit(browser.page(path(leo, "/give")), **fields)
    assert page.status == 422 and "This address has an invitation already. It waits for an answer." in page.text


def test_nobody_gives_more_than_they_have(cast, browse, app):
    change(app, cast.link("daniel", "leo"), permissions=[SEE_TIMES, BOOK, MANAGE_ACCESS])
    link = cast.link("daniel", "leo")
    browser = browse(cast.daniel)
    page = browser.page(path(link, "/give"))
    assert "Everything: when" not in page.text and "Change the time and cancel" not in page.text
    page = browser.submit(page, email="friend@example.com", relationship="trusted", level="everything", may=["book"])
    assert page.status == 422
    page = browser.submit(
        browser.page(path(link, "/give")), email="friend@example.com", relationship="trusted", level="busy", may=["change"]
    )
    assert page.status == 422 and not mails(app, "invitation")


def test_at_most_twenty_invitations_a_day(cast, browse, app, leo):
    browser = browse(cast.priya)
    page = browser.page(path(leo, "/give"))
    for number in range(21):
        answer = browser.submit(page, follow=False, email=f"a{number}@example.com", relationship="trusted", level="busy")
    assert answer.status == 429 and len(mails(app, "invitation")) == 20


def test_an_invitation_is_sent_again_or_taken_back_by_who_sent_it(cast, browse, app, clock, leo):
    browser = browse(cast.priya)
    page = browser.submit(browser.page(path(leo, "/give")), email="granny@example.com", relationship="trusted", level="busy")
    assert "We sent it a moment ago." in browser.submit(page, "/resend").text
    clock.forward(minutes=6)
    page = browser.submit(browser.page(path(leo)), "/resend")
    assert "We sent it again, to granny@example.com." in page.text
    taking = browser.page(next(url for words, url in page.links().items() if words.startswith("Take back")))
    page = browser.submit(taking)
    assert "The invitation to granny@example.com is taken back." in page.text
    assert not mails(app, "invitation") and len(lines(app, "invitation_deleted")) == 1


def test_somebody_elses_invitation_is_not_listed_and_not_there(cast, browse, app, leo):
    browser = browse(cast.priya)
    browser.submit(browser.page(path(leo, "/give")), email="granny@example.com", relationship="trusted", level="busy")
    found = next(url for words, url in browser.page(path(leo)).links().items() if words.startswith("Take back"))
    daniels = cast.link("daniel", "leo")
    assert "granny@example.com" not in browse(cast.daniel).page(path(daniels)).text
    assert browse(cast.daniel).get(found.replace(leo.public_id, daniels.public_id)).status_code == 404


def test_what_one_gave_one_changes_and_both_know(cast, browse, app, leo):
    wei = give(app, cast.wei, cast.leo, given_by=cast.priya)
    browser = browse(cast.priya)
    page = browser.page(path(leo, f"/people/{wei.public_id}"))
    assert page.h1 == "What Wei Chen may see and do for Leo"
    page = browser.submit(page, level="everything", may=["book"])
    assert "Saved. It holds from now on, and we told Wei by email." in page.text
    assert fresh(app, wei).permissions == [SEE_TIMES, BOOK, SEE_DETAILS]
    assert [mail.to_address for mail in mails(app, "access_changed")] == ["wei@example.com"]


def test_what_somebody_else_gave_is_not_ones_to_change(cast, browse, app, leo):
    daniels = cast.link("daniel", "leo")
    browser = browse(cast.priya)
    for rest in (f"/people/{daniels.public_id}", f"/people/{daniels.public_id}/take", f"/people/{leo.public_id}", f"/people/{RANDOM}"):
        assert browser.get(path(leo, rest)).status_code == 404
        assert (
            browser.post(path(leo, rest), data={"csrf_token": browser.page("/account").form()["csrf_token"], "level": "busy"}).status_code
            == 404
        )
    assert fresh(app, daniels).revoked_at is None and fresh(app, daniels).permissions == list(access.PERMISSIONS)


def test_taking_away_ends_it_on_the_next_request_even_on_an_open_page(cast, browse, app, leo):
    wei = give(app, cast.wei, cast.leo, given_by=cast.priya)
    other, browser = browse(cast.wei), browse(cast.priya)
    open_page = other.page(path(wei, "/leave"))
    page = browser.submit(browser.page(path(leo, f"/people/{wei.public_id}/take")))
    assert "Wei Chen has no access any more. We told them by email." in page.text and "Wei Chen" not in page.text.split("Who else")[1]
    assert other.submit(open_page, follow=False).status == 404
    for rest in ("", "/history", "/leave"):
        assert other.get(path(wei, rest)).status_code == 404
    assert other.get(f"/for/{wei.public_id}").status_code == 404
    assert "wei@example.com" in [mail.to_address for mail in mails(app, "access_ended")]


def test_an_open_form_of_who_lost_access_gives_nobody_anything(cast, browse, app, leo, clock):
    browser = browse(cast.priya)
    page = browser.page(path(leo, "/give"))
    change(app, leo, revoked_at=clock())
    assert browser.submit(page, follow=False, email="granny@example.com", relationship="trusted", level="busy").status == 404
    assert not mails(app, "invitation")


def test_giving_up_ones_own_access_asks_first(cast, browse, app, leo):
    browser = browse(cast.priya)
    page = browser.page(path(leo, "/leave"))
    assert fresh(app, leo).revoked_at is None
    page = browser.submit(page)
    assert page.h1 == "Family and access" and "You no longer act for Leo." in page.text
    assert fresh(app, leo).revoked_at and browser.get(path(leo)).status_code == 404


def test_the_last_one_who_acts_for_a_child_is_warned(cast, browse, app, leo, clock):
    warning = "Nobody else acts for Leo at Riverside Physiotherapy."
    assert warning not in browse(cast.priya).page(path(leo, "/leave")).text
    change(app, cast.link("daniel", "leo"), revoked_at=clock())
    assert warning in browse(cast.priya).page(path(leo, "/leave")).text
    change(app, leo, permissions=[SEE_TIMES, BOOK])
    assert warning not in browse(cast.priya).page(path(leo, "/leave")).text, "who may not know of others is told nothing of them"


def test_each_link_has_a_name_of_its_own_where_there_are_two_practices(cast, browse):
    page = browse(cast.priya).page("/family")
    said = [
        words(a)
        for a in page.all("a")
        if a.get("href").startswith(tuple(path(link) for link in (cast.link("priya", "priya"), cast.link("priya", "priya", "beau-rivage"))))
    ]
    assert len(said) == len(set(said)) == 6 and "Give someone access at Clinique Beau-Rivage" in said


def test_nobody_gives_up_their_own_record_online(cast, browse, app, clock):
    own = cast.link("priya", "priya")
    browser = browse(cast.priya)
    assert browser.get(path(own, "/leave")).status_code == 404
    assert "call the clinic: (416) 555-0134" in browser.page(path(own)).text
    with app.app_context(), pytest.raises(deciding.OwnRecord):
        transact(deciding.leave, db.session.get(Link, own.id), clock())


def test_the_young_person_sees_the_pause_and_lets_a_parent_back_in(cast, browse, app, clock):
    of_age(app, cast, mine := cast.profile("kiran"), 17, [[16, "pause"]])
    own, theirs = cast.link("kiran", "kiran"), cast.link("priya", "kiran")
    change(app, theirs, decided_on=clock().date().replace(year=2024))
    browser = browse(cast.kiran)
    home = browser.page(f"/for/{own.public_id}")
    assert "Priya’s access is paused since you turned 16." in home.text and "Let Priya back in" in home.links()
    page = browser.page("/family")
    assert "Priya’s access is paused since you turned 16." in page.text
    form = browser.page(page.links()["Let Priya back in"])
    assert form.h1 == "Let Priya Shah back in" and "level" not in form.form()
    assert browser.submit(form).status == 422
    page = browser.submit(form, level="busy", may=["book"])
    assert "Sees only when you are busy, and can book" in page.text
    (line,) = lines(app, "step_answered")
    assert line.profile_id == mine.id and line.facts["after"] == [SEE_TIMES, BOOK]
    assert "Let Priya back in" not in browser.page(f"/for/{own.public_id}").links()
    assert "You see only when Kiran is busy, and can book" in browse(cast.priya).page("/family").text


def test_the_password_is_asked_for_again_before_access_is_given_or_taken(cast, browse, app, clock, leo):
    wei = give(app, cast.wei, cast.leo, given_by=cast.priya)
    browser = browse(cast.priya)
    clock.forward(minutes=12)
    for rest in ("/give", f"/people/{wei.public_id}", f"/people/{wei.public_id}/take"):
        assert browser.get(path(leo, rest)).location.startswith("/prove?next=/family/")
    assert browser.get(path(leo, "/leave")).status_code == 200


def test_an_invitation_that_waits_for_me_stands_first(cast, browse, app, leo):
    browser = browse(cast.priya)
    browser.submit(browser.page(path(leo, "/give")), email="nadia@example.com", relationship="trusted", level="busy")
    page = browse(cast.nadia).page("/family")
    assert "Waiting for your answer Riverside Physiotherapy You are invited to act for somebody at this clinic." in page.text
    assert "Leo" not in page.text


def test_the_page_costs_the_same_few_statements_however_many_people(cast, browse, app):
    def cost() -> int:
        said = []
        browser = browse(cast.priya)
        listen = lambda _conn, _cursor, statement, *_: said.append(statement)  # noqa: E731
        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", listen)
        browser.page("/family")
        event.remove(engine, "before_cursor_execute", listen)
        return len(said)

    few = cost()
    for profile in (cast.leo, cast.anya, cast.profile("kiran"), cast.profile("priya")):
        give(app, cast.wei, profile, given_by=cast.priya)
        give(app, cast.nadia, profile, given_by=cast.priya)
    assert cost() == few <= 12


def test_what_was_taken_away_is_in_no_feed_no_file_and_no_waiting_mail(cast, browse, app, clock, leo):
    wei = give(app, cast.wei, cast.leo, "parent", given_by=cast.priya)
    with app.app_context():
        one = post.appointment(cast, "leo", clock() + timedelta(days=6))
        transact(emails.announce_booked, db.session.merge(one, load=False), clock())
        token = feeds.feed_token(transact(feeds.open_feed, cast.wei, clock()))
        assert post.letter_to("wei@example.com", "booked") is not None
    other = browse(cast.wei)
    assert "Leo" in other.get(f"/calendar/{token}.ics").text and other.get(f"/appointments/{one.public_id}.ics").status_code == 200
    browser = browse(cast.priya)
    browser.submit(browser.page(path(leo, f"/people/{wei.public_id}/take")))
    assert "Leo" not in other.get(f"/calendar/{token}.ics").text
    for rest in ("", ".ics", "/cancel", "/move"):
        assert other.get(f"/appointments/{one.public_id}{rest}").status_code == 404
    with app.app_context():
        assert post.letter_to("wei@example.com", "booked") is None
        assert post.letter_to("priya@example.com", "booked") is not None
