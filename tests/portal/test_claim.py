"""The pages of an invitation, for somebody signed in or about to be: opened, checked, accepted, refused (SAFETY §2)."""

from datetime import date

import pytest

from portal import invitations
from portal.models import Account, Invitation, LedgerLine, Link, MailedLink, Profile
from tests.portal.invited import account_at, change, invite, links_of, resend, row, rows, tries

PERSON = ("Leo", "Shah", "L. S.")
BORN = {"born_on-day": "2", "born_on-month": "6", "born_on-year": "2018"}  # Leo
WRONG = BORN | {"born_on-year": "2017"}


def names_nobody(page) -> bool:
    return not any(name in page.html for name in (*PERSON, "Walter", "Brandt", "mia@example.com"))


def test_opening_puts_the_token_away_and_names_the_practice_but_not_the_person(app, cast, browse):
    one = invite(app, cast)
    browser = browse()
    answer = browser.get(one.mailed)
    assert (answer.status_code, answer.location) == (302, "/claim/")
    page = browser.page("/claim/")
    assert page.h1 == "Set up online booking" and "Riverside Physiotherapy invited you to book online." in page.text
    assert names_nobody(page)
    assert one.mailed.split("/")[2] not in page.html
    assert set(page.links()) >= {"Set up my account", "Sign in and connect", "This is not for me"}


def test_twenty_looks_change_nothing_and_then_it_can_be_accepted(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    before = everything(app)
    for n in range(20):
        scanner = browse()
        (scanner.get if n % 2 else scanner.head)(one.mailed, follow_redirects=True)
        for path in ("/claim/", "/claim/set-up", "/claim/refuse", "/claim/accept", "/claim/check"):
            (scanner.head if n % 2 else scanner.get)(path)
    assert everything(app) == before
    browser = browse(as_=cast.nadia)
    done = browser.submit(browser.page(one.mailed), "/claim/accept")
    assert "You can now book for Leo at Riverside Physiotherapy." in done.text
    assert [link.profile_id for link in links_of(app, cast.nadia)].count(cast.leo.id) == 1


def everything(app) -> dict:
    models = (Account, Invitation, LedgerLine, Link, MailedLink, Profile)
    return {
        model: sorted((each.id, *(repr(getattr(each, c.key)) for c in model.__table__.c)) for each in rows(app, model)) for model in models
    }


def test_the_page_to_accept_says_for_whom_what_and_until_when(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com", why="You bring him on Tuesdays.", ends_on=date(2027, 3, 1))
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    assert page.h1 == "Book for Leo S. at Riverside Physiotherapy"
    assert "Shah" not in page.html and "nadia@example.com" in page.text
    assert "Riverside Physiotherapy: “You bring him on Tuesdays.”" in page.text
    assert "See when Leo has appointments" in page.text and "It lasts until Monday 1 March 2027." in page.text
    buttons = [" ".join("".join(button.itertext()).split()) for button in page.all("button")]
    assert "Accept: book for Leo S. at Riverside Physiotherapy" in buttons


def test_what_is_accepted_is_what_was_offered(app, cast, browse, clock):
    one = invite(app, cast, email="nadia@example.com", relationship="carer", permissions=("see_times", "book"))
    browser = browse(as_=cast.nadia)
    browser.submit(browser.page(one.mailed), "/claim/accept")
    link = next(link for link in links_of(app, cast.nadia) if link.profile_id == cast.leo.id)
    assert (link.relationship, link.permissions, link.given_by_id) == ("carer", ["see_times", "book"], None)
    invitation = row(app, Invitation, one.id)
    assert (invitation.accepted_at, invitation.accepted_by_id, invitation.link_id) == (clock(), cast.nadia.id, link.id)
    (line,) = rows(app, LedgerLine, LedgerLine.verb == "accepted")
    assert (line.account_id, line.profile_id, line.link_id) == (cast.nadia.id, cast.leo.id, link.id)


def test_the_second_check_comes_before_anything_else_and_names_nobody(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com", second_check="birth_date")
    for browser in (browse(), browse(as_=cast.nadia)):
        page = browser.page(one.mailed)
        assert "Date of birth of the person you would book for" in page.text and names_nobody(page)
        for path in ("/claim/set-up", "/claim/accept"):
            assert names_nobody(browser.page(path)) or browser.get(path).location.startswith("/sign-in")
        assert browser.post("/claim/accept", data=page.form("/claim/check") | {"invitation": one.public_id}).status_code == 302
    assert row(app, Invitation, one.id).accepted_at is None


def test_a_right_answer_is_remembered_for_this_link_and_costs_no_try(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com", second_check="birth_date")
    browser = browse(as_=cast.nadia)
    page = browser.submit(browser.page(one.mailed), "/claim/check", **BORN)
    assert page.h1 == "Book for Leo S. at Riverside Physiotherapy" and tries(app, one) == 0
    browser.submit(page, "/claim/accept")
    assert row(app, Invitation, one.id).accepted_by_id == cast.nadia.id


def test_a_right_answer_names_the_person_from_there_on(app, cast, browse):
    one = invite(app, cast, second_check="birth_date")
    browser = browse()
    page = browser.page(one.mailed)
    assert names_nobody(page) and names_nobody(browser.submit(page, "/claim/check", **WRONG))
    page = browser.submit(page, "/claim/check", **BORN)
    assert page.h1 == "Set up online booking"
    assert "invited you to act for Leo S. Nothing happens until you accept it." in page.text
    assert "These are your own details, not those of Leo S. After this" in browser.page("/claim/set-up").text
    stranger = browse()
    assert names_nobody(stranger.page(one.mailed)) and names_nobody(stranger.page("/claim/set-up"))


def test_without_a_check_nobody_is_named_to_who_is_not_signed_in(app, cast, browse):
    browser = browse()
    assert (
        names_nobody(browser.page(invite(app, cast, "walter", relationship="carer").mailed))
        and "Walter" not in browser.page("/claim/set-up").text
    )


@pytest.mark.parametrize("relationship, words", [("parent", "until you or the clinic end it"), ("carer", "or who decides for Leo")])
def test_who_can_end_it_is_said(app, cast, browse, relationship, words):
    one = invite(app, cast, email="nadia@example.com", relationship=relationship)
    assert words in browse(as_=cast.nadia).page(one.mailed).text


def test_a_right_answer_counts_for_no_other_link(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com", second_check="birth_date")
    other = invite(app, cast, "walter", "nadia@example.com", "carer", second_check="birth_date")
    browser = browse(as_=cast.nadia)
    browser.submit(browser.page(one.mailed), "/claim/check", **BORN)
    for link in (other.mailed, resend(app, cast, one).mailed):
        page = browser.page(link)
        assert page.h1 == "Set up online booking" and "Date of birth" in page.text


def test_wrong_answers_say_how_many_are_left_and_the_sixth_is_not_looked_at(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com", second_check="birth_date")
    browser = browse()
    page = browser.page(one.mailed)
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        page = browser.submit(page, "/claim/check", **WRONG)
        assert page.status == 422 and f"That date of birth does not match the clinic’s record. You have {left} left" in page.text
        assert names_nobody(page) and page.form("/claim/check")["born_on-year"] == "2017"
    locked = browser.submit(page, "/claim/check", **WRONG)
    assert (locked.status, locked.h1) == (403, "We cannot confirm this is you")
    assert "(416) 555-0134" in locked.text and names_nobody(locked)
    assert browser.submit(page, "/claim/check", **BORN).h1 == "We cannot confirm this is you"
    other = browse(as_=cast.nadia)
    assert other.page(one.mailed).h1 == "We cannot confirm this is you"
    assert tries(app, one) == 5


def test_the_fifth_answer_may_be_the_right_one(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com", second_check="birth_date")
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    for _n in range(4):
        page = browser.submit(page, "/claim/check", **WRONG)
    page = browser.submit(page, "/claim/check", **BORN)
    assert page.h1 == "Book for Leo S. at Riverside Physiotherapy"
    assert "You can now book" in browser.submit(page, "/claim/accept").text


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"born_on-day": "", "born_on-month": "", "born_on-year": ""}, "Enter their date of birth"),
        (BORN | {"born_on-day": "31"}, "Date of birth must be a real date"),
    ],
)
def test_what_is_no_date_costs_no_try(app, cast, browse, typed, sentence):
    one = invite(app, cast, second_check="birth_date")
    browser = browse()
    page = browser.submit(browser.page(one.mailed), "/claim/check", **typed)
    assert page.status == 422 and sentence in page.text and tries(app, one) == 0


def test_the_code_said_by_phone(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com", second_check="code")
    with app.app_context():
        code = invitations.spoken_code(row(app, Invitation, one.id))
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    assert "The clinic told you this code" in page.text and "No code? Call (416) 555-0134." in page.text
    wrong = browser.submit(page, "/claim/check", code=f"{(int(code) + 1) % 1_000_000:06d}")
    assert wrong.status == 422 and "That code is not right. You have 4 tries left" in wrong.text
    assert browser.submit(page, "/claim/check", code=f" {code[:3]}-{code[3:]}").h1 == "Book for Leo S. at Riverside Physiotherapy"


def test_signed_in_with_another_address_they_are_told_so_and_cannot_accept(app, cast, browse):
    one = invite(app, cast)  # mia@example.com
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    assert page.h1 == "This invitation was sent to another address"
    assert "You are signed in as Nadia Haddad (nadia@example.com)." in page.text and names_nobody(page)
    answer = browser.post("/claim/accept", data=page.form() | {"invitation": one.public_id})
    assert answer.status_code == 200 and "another address" in answer.get_data(as_text=True)
    assert row(app, Invitation, one.id).accepted_at is None and row(app, MailedLink, one.link_id).used_at is None


def test_another_account_may_accept_after_the_second_check(app, cast, browse):
    one = invite(app, cast)
    browser = browse(as_=cast.nadia)
    page = browser.submit(browser.page(one.mailed), "/claim/check", **BORN)
    assert page.h1 == "Book for Leo S. at Riverside Physiotherapy" and "The invitation was sent to another address." in page.text
    browser.submit(page, "/claim/accept")
    assert row(app, Invitation, one.id).accepted_by_id == cast.nadia.id


def test_another_account_runs_out_of_tries_without_locking_out_who_was_invited(app, cast, browse):
    one = invite(app, cast, email="priya@example.com", who="walter", relationship="carer")
    stranger = browse(as_=cast.nadia)
    page = stranger.page(one.mailed)
    for _n in range(5):
        page = stranger.submit(page, "/claim/check", **WRONG)
    assert page.h1 == "This invitation was sent to another address" and not page.all("fieldset") and "(416) 555-0134" in page.text
    browser = browse(as_=cast.priya)
    assert browser.page(one.mailed).h1 == "Book for Walter B. at Riverside Physiotherapy"


def test_without_a_date_of_birth_nothing_can_prove_another_account(app, cast, browse):
    one = invite(app, cast, born_on=None)
    page = browse(as_=cast.nadia).page(one.mailed)
    assert page.h1 == "This invitation was sent to another address" and not page.all("fieldset")
    assert "Is this your only account? Call (416) 555-0134." in page.text


def test_switching_the_account_signs_out_keeps_the_invitation_and_forgets_the_check(app, cast, browse):
    one = invite(app, cast, email="priya@example.com", who="walter", relationship="carer")
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    before = browser.get_cookie("session").value
    page = browser.submit(page, "/claim/switch")
    assert page.h1 == "Sign in" and browser.get_cookie("session").value != before
    old = browse()
    old.set_cookie("session", before)
    assert old.get("/account").status_code == 302, "the old session is over"
    page = browser.submit(page, email="priya@example.com", password="porchlight demo 2026")
    assert page.h1 == "Book for Walter B. at Riverside Physiotherapy"


def test_what_one_account_proved_is_not_proven_for_the_next(app, cast, browse):
    one = invite(app, cast)
    browser = browse(as_=cast.nadia)
    page = browser.submit(browser.page(one.mailed), "/claim/check", **BORN)
    page = browser.submit(page, "/claim/switch")
    page = browser.submit(page, email="daniel@example.com", password="porchlight demo 2026")
    assert page.h1 == "This invitation was sent to another address" and "daniel@example.com" in page.text


def test_after_signing_out_nothing_is_left_of_the_invitation(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    browser = browse(as_=cast.nadia)
    browser.submit(browser.page(one.mailed), "/sign-out")
    assert browser.page("/claim/").h1 == "This link does not work"


def test_signing_in_on_the_way_brings_them_to_the_invitation(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com", second_check="birth_date")
    browser = browse()
    page = browser.submit(browser.page(one.mailed), "/claim/check", **BORN)
    page = browser.page(page.links()["Sign in and connect"])
    assert "Riverside Physiotherapy" in page.html
    page = browser.submit(page, email="nadia@example.com", password="porchlight demo 2026")
    assert page.h1 == "Book for Leo S. at Riverside Physiotherapy", "and the check need not be passed again"


def test_one_accepts_the_invitation_one_has_read(app, cast, browse):
    """Two invitations in two tabs: the button of the first does not accept the second."""
    first, second = invite(app, cast, email="nadia@example.com"), invite(app, cast, "walter", "nadia@example.com", "carer")
    browser = browse(as_=cast.nadia)
    one = browser.page(first.mailed)
    browser.page(second.mailed)
    page = browser.submit(one, "/claim/accept")
    assert (
        page.h1 == "Book for Walter B. at Riverside Physiotherapy"
        and "You have opened another invitation since, so nothing was done." in page.text
    )
    assert row(app, Invitation, first.id).accepted_at is None and row(app, Invitation, second.id).accepted_at is None


def test_the_next_invitation_of_the_same_mailbox_follows(app, cast, browse):
    first, second = invite(app, cast, email="nadia@example.com"), invite(app, cast, "walter", "nadia@example.com", "carer")
    browser = browse(as_=cast.nadia)
    page = browser.submit(browser.page(first.mailed), "/claim/accept")
    assert "You can now book for Leo" in page.text and page.h1 == "Book for Walter B. at Riverside Physiotherapy"
    page = browser.submit(page, "/claim/accept")
    assert "You can now book for Walter" in page.text and page.response.request.path.startswith("/for/")
    books = [words for words in page.links() if words.startswith("Book for ")]
    assert books == ["Book for Leo Shah", "Book for Walter Brandt"], "whoever was accepted before is not forgotten"
    assert {row(app, Invitation, each.id).accepted_by_id for each in (first, second)} == {cast.nadia.id}


def test_the_button_pressed_twice_leads_to_the_same_place(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    first, second = browser.submit(page, "/claim/accept", follow=False), browser.submit(page, "/claim/accept", follow=False)
    assert first.response.location == second.response.location and first.status == second.status == 302
    assert browser.page("/claim/").h1 == "This invitation has been used"


def test_an_invitation_waits_for_who_signs_in_with_its_address(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    browser = browse(as_=cast.nadia)
    page = browser.page(f"/invitations/{one.public_id}")
    assert page.h1 == "Book for Leo S. at Riverside Physiotherapy"
    assert browse(as_=cast.daniel).get(f"/invitations/{one.public_id}").status_code == 404
    assert browse(as_=cast.nadia).page("/claim/").h1 == page.h1, "without any link too"
    browser.submit(page, "/claim/accept")
    assert browser.get(f"/invitations/{one.public_id}").status_code == 404


def test_a_waiting_invitation_asks_its_second_check_too(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com", second_check="birth_date")
    browser = browse(as_=cast.nadia)
    page = browser.page(f"/invitations/{one.public_id}")
    assert names_nobody(page) and "Date of birth" in page.text
    assert browser.submit(page, "/claim/check", **BORN).h1 == "Book for Leo S. at Riverside Physiotherapy"


def test_who_can_act_already_loses_nothing_by_another_invitation(app, cast, browse):
    with app.app_context():
        own = cast.link("daniel", "leo")
    change(app, Link, own.id, permissions=["see_times"])
    one = invite(app, cast, email="new-daniel@example.com", permissions=("book",))
    browser = browse(as_=cast.daniel)
    page = browser.submit(browser.page(one.mailed), "/claim/check", **BORN)
    browser.submit(page, "/claim/accept")
    assert row(app, Link, own.id).permissions == ["see_times", "book"] and row(app, Invitation, one.id).link_id == own.id


def test_i_am_not_this_person_is_asked_once_more_and_ends_it(app, cast, browse, clock):
    one = invite(app, cast, "walter", relationship="self")
    browser = browse()
    page = browser.page(browser.page(one.mailed).links()["I am not this person"])
    assert page.h1 == "I am not this person" and names_nobody(page) and row(app, Invitation, one.id).refused_at is None
    assert page.links()["Keep it"] == "/claim/"
    page = browser.submit(page)
    assert (page.status, page.h1) == (410, "Thank you") and names_nobody(page)
    assert "The invitation has ended. You need do nothing." in page.text and "Somebody" not in page.text
    assert row(app, Invitation, one.id).refused_at == clock()
    (line,) = rows(app, LedgerLine, LedgerLine.verb == "refused")
    assert line.profile_id == cast.walter.id and line.facts["to"] == "mi…@example.com"
    assert browse(as_=cast.nadia).page(one.mailed).h1 == "This invitation was refused"


def test_a_child_has_no_account_of_their_own(app, cast, browse, clock):
    """The practice may raise its age after the invitation was sent."""
    one = invite(app, cast, "kiran", email="nadia@example.com", relationship="self")
    change(app, type(cast.riverside), cast.riverside.id, youngest_account_years=18)
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    assert (page.status, page.h1) == (403, "This needs a parent")
    assert "At Riverside Physiotherapy, people have an account of their own from the age of 18." in page.text
    assert browse().page(one.mailed).status == 200 and browse().get("/claim/set-up").status_code == 404
    stranger = browse()
    stranger.page(one.mailed)
    assert stranger.page("/claim/set-up").h1 == "This needs a parent"
    assert account_at(app, "mia@example.com") is None
