"""Inviting, sending again, asking again, deleting: the rules behind every page that does it (MISSION M6, M7, M26)."""

from datetime import date, timedelta

import pytest

from portal import access, claims, invitations, mailed_links
from portal.access import BOOK, MANAGE_ACCESS, SEE_TIMES
from portal.claims import CheckNeeded, Circumstances, OtherAddress, TooYoungToAccept
from portal.database import db, transact
from portal.errors import TooManyTries
from portal.invitations import (
    AlreadyInvited,
    HasAccess,
    InvitationEnded,
    MayNotInvite,
    NothingToCompare,
    SentJustNow,
    TooYoungForOwn,
    Wanted,
)
from portal.mailed_links import COPIED, MAILED, LinkEnded
from portal.models import Account, Invitation, LedgerLine, Link, MailedLink
from tests.mails import account, change, outbox

MIA = "mia@example.com"


def wanted(email=MIA, relationship="parent", **more) -> Wanted:
    return Wanted(email, relationship, more.pop("permissions", access.default_permissions(relationship)), **more)


@pytest.fixture
def invite(context, cast, clock):
    def act(what=None, by=None, who=None) -> Invitation:
        return transact(invitations.invite, by or cast.staff("dana"), who or cast.leo, what or wanted(), clock())

    return act


def circumstances(row: Invitation, checked=True, channel=MAILED) -> Circumstances:
    return Circumstances(mailed_links.latest_claim(row), channel, checked)


def verbs() -> list[str]:
    return [
        line.verb
        for line in db.session.scalars(db.select(LedgerLine).order_by(LedgerLine.id))
        if line.verb.startswith(("invit", "accepted", "refused"))
    ]


def test_one_row_one_link_one_mail_one_line(invite, cast, clock):
    row = invite(wanted(why="Because."))
    assert (row.email, row.sent_count, row.sent_at, row.expires_at) == (MIA, 1, clock(), clock() + timedelta(hours=72))
    link = mailed_links.latest_claim(row)
    assert (link.sent_to, link.expires_at, link.purpose) == (MIA, row.expires_at, "claim")
    (mail,) = outbox("invitation")
    assert (mail.to_address, mail.refs, mail.about, mail.practice_id) == (MIA, {"link": link.id}, f"invitation:{row.id}", cast.riverside.id)
    assert verbs() == ["invited"]


def test_the_outbox_and_the_ledger_hold_no_token_and_the_ledger_no_address(invite):
    row = invite()
    token = mailed_links.token(mailed_links.latest_claim(row))
    nonce = mailed_links.latest_claim(row).nonce
    (mail,) = outbox("invitation")
    kept = repr([mail.refs, mail.dedupe_key, mail.about, *(line.facts for line in db.session.scalars(db.select(LedgerLine)))])
    assert token not in kept and nonce not in kept and MIA not in kept and "mi…@example.com" in kept


def test_copying_the_link_makes_the_same_link_again(invite):
    row = invite()
    one, two = invitations.copied_address(row), invitations.copied_address(row)
    token = one.rsplit("/", 1)[1]
    assert one == two and one.startswith("https://booking.example/claim/") and len(db.session.scalars(db.select(MailedLink)).all()) == 1
    assert (
        mailed_links.open_link("claim", token).id == mailed_links.latest_claim(row).id
        and mailed_links.channel(mailed_links.read("claim", token)) == COPIED
    )


def test_an_older_key_still_opens_what_it_signed(invite, context, monkeypatch):
    row = invite(wanted(second_check="code"))
    token, code = mailed_links.token(mailed_links.latest_claim(row)), invitations.spoken_code(row)
    monkeypatch.setitem(context.config, "SECRET_KEY_FALLBACKS", [context.config["SECRET_KEY"]])
    monkeypatch.setitem(context.config, "SECRET_KEY", "another key, made yesterday")
    assert mailed_links.open_link("claim", token).id == mailed_links.latest_claim(row).id and claims.is_code(row, code)
    monkeypatch.setitem(context.config, "SECRET_KEY_FALLBACKS", [])
    with pytest.raises(LinkEnded):
        mailed_links.open_link("claim", token)


@pytest.mark.parametrize(
    "what, error",
    [
        (wanted("priya@example.com"), HasAccess),
        (wanted("PRIYA@example.com"), HasAccess),
        (wanted(relationship="self"), TooYoungForOwn),
    ],
)
def test_what_stands_in_the_way(invite, what, error):
    with pytest.raises(error):
        invite(what)
    assert not outbox("invitation") and verbs() == []


def test_one_address_is_invited_once_for_one_person_and_for_many_people(invite, cast):
    first = invite()
    with pytest.raises(AlreadyInvited) as refused:
        invite(wanted("MIA@example.com"))
    assert refused.value.facts["invitation"] == first.public_id
    assert invite(who=cast.anya).id != first.id and invite(wanted("aunt@example.com")).id != first.id


def test_a_date_of_birth_nobody_knows_is_no_check(invite, cast):
    change(cast.walter, born_on=None)
    with pytest.raises(NothingToCompare):
        invite(wanted(relationship="carer", second_check="birth_date"), who=cast.walter)
    assert invite(wanted(relationship="carer", second_check="code"), who=cast.walter).second_check == "code"


def test_staff_of_another_practice_or_without_the_role_or_gone_may_not(invite, cast, clock):
    change(cast.riverside, inviting_roles=["admin"])
    change(cast.staff("olivier"), left_at=clock())
    for name, slug in (("sylvie", "beau-rivage"), ("tom", "riverside"), ("olivier", "riverside")):
        with pytest.raises(MayNotInvite):
            invite(by=cast.staff(name, slug))


@pytest.mark.parametrize(
    "mine, relationship, offered, may",
    [
        ([SEE_TIMES, BOOK, MANAGE_ACCESS], "trusted", (SEE_TIMES, BOOK), True),
        ([SEE_TIMES, MANAGE_ACCESS], "trusted", (SEE_TIMES, BOOK), False),
        ([SEE_TIMES, BOOK], "trusted", (SEE_TIMES,), False),
        ([SEE_TIMES, MANAGE_ACCESS], "self", (SEE_TIMES,), False),
    ],
)
def test_a_person_gives_what_they_have_and_never_another_self(invite, cast, mine, relationship, offered, may):
    change(cast.leo, born_on=date(1990, 1, 1))
    change(link := cast.link("priya", "leo"), permissions=mine)
    if may:
        row = invite(wanted(relationship=relationship, permissions=offered), by=link)
        assert (row.is_from_staff, row.invited_by_id) == (False, cast.priya.id)
        return
    with pytest.raises(MayNotInvite):
        invite(wanted(relationship=relationship, permissions=offered), by=link)


def test_sending_again_gives_another_full_life_and_new_tries(invite, clock, cast):
    row = invite(wanted(second_check="birth_date"))
    old = mailed_links.latest_claim(row)
    change(row, tries=5)
    clock.forward(hours=100)
    transact(invitations.resend, row, clock(), by=account("dana"))
    row, old = db.session.get(Invitation, row.id), db.session.get(MailedLink, old.id)
    new = mailed_links.latest_claim(row)
    assert (row.tries, row.sent_count, row.expires_at) == (0, 2, clock() + timedelta(hours=72)) and row.state(clock()) == "open"
    assert old.state(clock()) == "replaced" and new.sent_to == MIA and new.nonce != old.nonce
    assert verbs() == ["invited", "invited_again"]


def test_the_line_says_as_whom_it_was_sent_again_and_deleted(invite, cast, clock):
    """Staff may send again what a person had sent: it is done by the clinic all the same."""
    for by, said in ((cast.staff("dana"), "staff"), (cast.priya, "person")):
        row = invite(wanted(relationship="trusted"), by=cast.link("priya", "leo"))
        clock.forward(minutes=6)
        transact(invitations.resend, row, clock(), by=by)
        transact(invitations.delete, row, clock(), by=by)
        done = db.session.scalars(db.select(LedgerLine).order_by(LedgerLine.id.desc()).limit(2)).all()
        who = cast.dana.id if said == "staff" else by.id
        assert [(line.verb, line.account_id, line.facts["as"]) for line in done] == [
            ("invitation_deleted", who, said),
            ("invited_again", who, said),
        ]
        assert db.session.get(Invitation, row.id).deleted_by_id == who


def test_not_twice_within_minutes(invite, clock):
    row = invite()
    clock.forward(minutes=4)
    with pytest.raises(SentJustNow) as refused:
        transact(invitations.resend, row, clock(), by=account("dana"))
    assert refused.value.facts["until"] == clock() + timedelta(minutes=1)
    with pytest.raises(SentJustNow):
        transact(invitations.ask_again, mailed_links.latest_claim(row).id, clock())


def test_asking_oneself_has_a_limit_a_day_and_gives_no_new_tries(invite, clock):
    row = invite(wanted(second_check="birth_date"))
    change(row, tries=3)
    first = mailed_links.latest_claim(row).id
    for _n in range(5):
        clock.forward(minutes=6)
        transact(invitations.ask_again, first, clock())
    clock.forward(minutes=6)
    with pytest.raises(TooManyTries):
        transact(invitations.ask_again, first, clock())
    assert db.session.get(Invitation, row.id).tries == 3
    clock.forward(hours=24)
    transact(invitations.ask_again, first, clock())


@pytest.mark.parametrize("ended", ["accepted_at", "deleted_at"])
@pytest.mark.parametrize("act", [invitations.resend, invitations.delete])
def test_what_has_ended_is_neither_sent_nor_deleted(invite, clock, act, ended):
    row = invite()
    change(row, **{ended: clock()})
    clock.forward(minutes=6)
    with pytest.raises(InvitationEnded):
        transact(act, row, clock(), by=account("dana"))


def test_what_its_inviter_may_no_longer_give_is_not_sent_again_but_can_be_deleted(invite, cast, clock):
    row = invite(wanted(relationship="trusted"), by=cast.link("priya", "leo"))
    change(cast.link("priya", "leo"), revoked_at=clock())
    clock.forward(minutes=6)
    for act in (
        lambda: transact(invitations.resend, row, clock(), by=account("dana")),
        lambda: transact(invitations.ask_again, mailed_links.latest_claim(row).id, clock()),
    ):
        with pytest.raises(InvitationEnded):
            act()
    transact(invitations.delete, row, clock(), by=account("dana"))
    assert db.session.get(Invitation, row.id).deleted_at == clock()


# ---- taking it up, as the use case judges it ----


def accept(row, who="nadia", now=None, **how):
    return transact(claims.accept, db.session.get(Account, account(who).id), circumstances(row, **how), now)


def test_a_verified_address_alone_attaches_nothing(invite, cast, clock):
    invite(wanted("nadia@example.com"))
    assert cast.leo.id not in {link.profile_id for link in db.session.scalars(db.select(Link).where(Link.account_id == cast.nadia.id))}


@pytest.mark.parametrize(
    "email, check, born, checked, error",
    [
        ("nadia@example.com", "", True, False, None),
        ("nadia@example.com", "birth_date", True, False, CheckNeeded),
        ("nadia@example.com", "birth_date", True, True, None),
        ("nadia@example.com", "code", True, False, CheckNeeded),
        (MIA, "", True, False, CheckNeeded),
        (MIA, "", True, True, None),
        (MIA, "", False, False, OtherAddress),
        (MIA, "code", False, False, CheckNeeded),
        (MIA, "code", False, True, None),
    ],
)
def test_who_may_accept(invite, cast, clock, email, check, born, checked, error):
    if not born:
        change(cast.leo, born_on=None)
    row = invite(wanted(email, second_check=check))
    if error is None:
        assert accept(row, now=clock(), checked=checked).account_id == cast.nadia.id
        return
    with pytest.raises(error):
        accept(row, now=clock(), checked=checked)
    assert mailed_links.latest_claim(row).used_at is None and verbs() == ["invited"]


def test_the_person_became_too_young(invite, cast, clock):
    row = invite(wanted("nadia@example.com", "self"), who=cast.walter)
    change(cast.walter, born_on=clock().date() - timedelta(days=15 * 365))
    with pytest.raises(TooYoungToAccept):
        accept(row, now=clock())


@pytest.mark.parametrize("hours, works", [(71, True), (72, False), (73, False)])
def test_seventy_two_hours(invite, clock, hours, works):
    row = invite(wanted("nadia@example.com"))
    clock.forward(hours=hours)
    if works:
        accept(row, now=clock())
        return
    with pytest.raises(LinkEnded) as ended:
        accept(row, now=clock())
    assert ended.value.facts["state"] == "expired"


def test_what_an_invitation_gave_is_written_on_the_access(invite, cast, clock):
    row = invite(
        wanted("nadia@example.com", "trusted", ends_on=date(2027, 1, 1), review_on=date(2026, 12, 24)), by=cast.link("priya", "leo")
    )
    link = accept(row, now=clock())
    assert (link.given_by_id, link.ends_on, link.review_on, link.ground) == (
        cast.priya.id,
        date(2027, 1, 1),
        date(2026, 12, 24),
        "invited by a person",
    )
    assert verbs() == ["invited", "accepted"]


def test_a_refused_one_is_over_and_its_waiting_mail_is_not_sent(invite, clock):
    row = invite()
    link = mailed_links.latest_claim(row)
    transact(claims.refuse, link.id, clock())
    with pytest.raises(LinkEnded):
        transact(claims.refuse, link.id, clock())
    with pytest.raises(LinkEnded):
        accept(row, now=clock())
    assert [mail.state for mail in outbox("invitation")] == ["superseded"] and verbs() == ["invited", "refused"]


def test_five_answers_are_counted_and_no_sixth(invite, clock):
    row = invite(wanted(second_check="birth_date"))
    counted = [transact(claims.count_try, row.id, clock()) for _n in range(7)]
    db.session.expire_all()
    assert counted == [True] * 5 + [False] * 2 and db.session.get(Invitation, row.id).is_locked
    transact(claims.give_back_try, row.id)
    db.session.expire_all()
    assert claims.tries_left(db.session.get(Invitation, row.id)) == 1
