"""The letters about an invitation: exact words, and silence when there is nothing true left to say."""

from datetime import date

import html5lib
import pytest

from portal import access, claims, clock, invitations, mailed_links
from portal.claims import Circumstances
from portal.database import db, transact
from portal.invitations import Wanted
from portal.invitation_emails import written
from portal.letters import Letter
from portal.mailed_links import MAILED
from portal.models import Account, Invitation, Link, MailedLink
from tests.mails import account, change, letter_to, outbox, same_as_snapshot

MIA, PRIYA = "mia@example.com", "priya@example.com"


def invite(cast, who="leo", email=MIA, relationship="parent", by=None, **more) -> Invitation:
    profile = getattr(cast, who) if who in ("leo", "walter", "anya") else cast.profile(who)
    wanted = Wanted(email, relationship, more.pop("permissions", access.default_permissions(relationship)), **more)
    return transact(invitations.invite, by or cast.staff("dana"), profile, wanted, clock.now())


def settled(letter: Letter) -> Letter:
    """The same letter with the token made plain."""
    token = mailed_links.token(db.session.scalars(db.select(MailedLink).order_by(MailedLink.id.desc())).first())
    assert letter.text.count(token) == 1 and letter.html.count(token) == 1
    return Letter(letter.subject, letter.text.replace(token, "<token>"), letter.html, letter.language, letter.sender_name)


def test_the_words_for_oneself(context, cast):
    invite(cast, "walter", relationship="self", second_check="birth_date", why="You asked for it on the phone.")
    same_as_snapshot("invitation-self", settled(letter_to(MIA, "invitation")))


def test_the_words_for_a_child(context, cast):
    invite(cast, second_check="code", ends_on=date(2027, 6, 2))
    letter = letter_to(MIA, "invitation")
    same_as_snapshot("invitation-child", settled(letter))
    assert "Shah" not in letter.subject + letter.text + letter.html


def test_the_words_from_a_parent(context, cast):
    invite(cast, relationship="trusted", by=cast.link("priya", "leo"), why="Can you take him on Mondays?\r\nBcc: <b>all</b>")
    letter = letter_to(MIA, "invitation")
    same_as_snapshot("invitation-from-a-parent", settled(letter))
    assert "&lt;b&gt;all&lt;/b&gt;" in letter.html and "<b>" not in letter.html
    assert "Priya Shah asks you" in letter.text and "Priya" not in letter.subject
    assert not any(secret in letter.text + letter.html for secret in ("Leo Shah", PRIYA, "4165550117"))


def test_the_words_in_french(context, cast):
    """The practice's language; an account that is there has its own."""
    profile = cast.profile("luc", "beau-rivage")
    wanted = Wanted(MIA, "carer", ("book",))
    transact(invitations.invite, cast.staff("sylvie", "beau-rivage"), profile, wanted, clock.now())
    assert letter_to(MIA, "invitation").language == "fr"
    transact(invitations.invite, cast.staff("sylvie", "beau-rivage"), profile, Wanted(PRIYA, "carer", ("book",)), clock.now())
    assert letter_to(PRIYA, "invitation").language == "en"


def test_the_subject_names_practice_and_purpose_and_no_patient(context, cast):
    invite(cast, "walter", relationship="self")
    assert letter_to(MIA, "invitation").subject == "Riverside Physiotherapy invites you to book online"
    invite(cast, email="dad@example.com")
    assert letter_to("dad@example.com", "invitation").subject == "Riverside Physiotherapy invites you to book for a child"
    invite(cast, "walter", relationship="carer", email="ed@example.com")
    assert letter_to("ed@example.com", "invitation").subject == "Riverside Physiotherapy invites you to book for somebody else"
    invite(cast, relationship="trusted", email="aunt@example.com", by=cast.link("priya", "leo"))
    assert letter_to("aunt@example.com", "invitation").subject == "You are asked to help with appointments at Riverside Physiotherapy"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_short_name_never_meets_another_full_stop(context, cast, language):
    change(cast.leo, language=language)
    for email, relationship in (("dad@example.com", "parent"), ("carl@example.com", "carer"), ("ed@example.com", "trusted")):
        profile = cast.leo
        transact(
            invitations.invite, cast.staff("dana"), profile, Wanted(email, relationship, ("book",), second_check="birth_date"), clock.now()
        )
        letter = letter_to(email, "invitation")
        assert letter.language == language and "Leo S." in letter.text and ".." not in letter.text and ".." not in letter.html


def test_every_child_of_one_mail_stands_before_one_full_stop(context, cast):
    one, other = invite(cast), invite(cast, "anya")
    link = mailed_links.latest_claim(one)
    assert "the appointments of Anya S. The page" in written(one, [other], link, "https://booking.example/claim/x").text


def test_the_button_leads_to_the_link_that_proves_the_mailbox(context, cast):
    invite(cast)
    html = letter_to(MIA, "invitation").html
    (href,) = [a.get("href") for a in html5lib.parse(html, namespaceHTMLElements=False).iter("a") if a.get("class") == "press"]
    assert href.startswith("https://booking.example/claim/")
    assert mailed_links.channel(mailed_links.read(mailed_links.CLAIM, href.rsplit("/", 1)[1])) == MAILED


@pytest.mark.parametrize("ended", ["accepted_at", "deleted_at", "refused_at"])
def test_an_answered_invitation_is_not_sent(context, cast, ended):
    row = invite(cast)
    assert letter_to(MIA, "invitation") is not None
    change(row, **{ended: clock.now()})
    assert letter_to(MIA, "invitation") is None


@pytest.mark.parametrize("ended", ["used_at", "replaced_at", "revoked_at"])
def test_a_link_that_no_longer_works_is_not_sent(context, cast, ended):
    invite(cast)
    change(db.session.scalar(db.select(MailedLink)), **{ended: clock.now()})
    assert letter_to(MIA, "invitation") is None


def test_an_expired_link_is_not_sent(context, cast, clock):
    invite(cast)
    clock.forward(hours=72)
    assert letter_to(MIA, "invitation") is None


def test_what_is_no_longer_meant_is_not_sent(context, cast, clock):
    invite(cast, relationship="trusted", by=cast.link("priya", "leo"))
    change(cast.link("priya", "leo"), revoked_at=clock())
    assert letter_to(MIA, "invitation") is None


def test_sending_again_takes_the_waiting_mail_back(context, cast, clock):
    row = invite(cast)
    clock.forward(minutes=6)
    transact(invitations.resend, row, clock(), by=account("dana"))
    assert [mail.state for mail in outbox("invitation")] == ["superseded", "queued"]


# ---- somebody took it up ----


def taken_up(cast, by=None, who="leo", relationship="trusted", **more) -> Link:
    row = invite(cast, who, "nadia@example.com", relationship, by, **more)
    how = Circumstances(mailed_links.latest_claim(row), MAILED, True)
    return transact(claims.accept, db.session.get(Account, account("nadia").id), how, clock.now())


def test_the_words_to_the_inviter(context, cast):
    taken_up(cast, by=cast.link("priya", "leo"))
    letter = letter_to(PRIYA, "access_taken_up")
    same_as_snapshot("access_taken_up", plain(letter, cast.link("priya", "leo")))
    assert "nadia@example.com" not in letter.text + letter.html and "Haddad" in letter.subject


def plain(letter: Letter, link: Link) -> Letter:
    """Without the ids that differ from run to run."""
    return Letter(letter.subject, letter.text.replace(link.public_id, "<link>"), letter.html, letter.language, letter.sender_name)


def test_the_words_to_the_person(context, cast):
    taken_up(cast, who="kiran")
    letter = letter_to("kiran@example.com", "access_taken_up")
    same_as_snapshot("access_taken_up-self", plain(letter, cast.link("kiran", "kiran")))
    assert not outbox("access_taken_up", to_address=PRIYA), "a parent who did not invite is not told"


def test_the_other_parent_is_not_told(context, cast):
    taken_up(cast, by=cast.link("priya", "leo"))
    assert [mail.to_address for mail in outbox("access_taken_up")] == [PRIYA]


def test_nobody_hears_of_anybody_while_the_person_is_kept_safe(context, cast, clock):
    change(cast.leo, safe_at=clock())
    taken_up(cast)
    assert outbox("access_taken_up") == []


@pytest.mark.parametrize("what", ["their access", "the new access", "safe", "closed"])
def test_what_is_no_longer_true_is_not_sent(context, cast, clock, what):
    link = taken_up(cast, by=cast.link("priya", "leo"))
    assert letter_to(PRIYA, "access_taken_up") is not None
    row, facts = {
        "their access": (cast.link("priya", "leo"), {"revoked_at": clock()}),
        "the new access": (link, {"revoked_at": clock()}),
        "safe": (cast.leo, {"safe_at": clock()}),
        "closed": (cast.priya, {"closed_at": clock()}),
    }[what]
    change(row, **facts)
    assert letter_to(PRIYA, "access_taken_up") is None


@pytest.mark.parametrize("template, to", [("invitation", "nadia@example.com"), ("access_taken_up", PRIYA)])
def test_the_html_is_whole_and_plain(context, cast, template, to):
    if template == "invitation":
        invite(cast, email=to)
    else:
        taken_up(cast, by=cast.link("priya", "leo"))
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(letter_to(to, template).html)
    assert [len(list(tree.iter(name))) for name in ("h1", "main", "footer", "table", "img", "script")] == [1, 1, 1, 0, 0, 0]
    assert all(a.get("href").startswith(("https://booking.example/", "tel:")) for a in tree.iter("a"))
