"""Many accept one invitation in the same moment, or guess at its second check: one wins, and no more than five answers are looked at (SAFETY §2)."""

import http.client
import threading
import time
from urllib.parse import urlencode

import pytest
from sqlalchemy import insert, select, update

from portal import claims, invitations, mailed_links, tokens
from portal.access import default_permissions
from portal.database import db, transact
from portal.errors import DomainError
from portal.ids import public_id, secret
from portal.invitations import Wanted
from portal.mailed_links import MAILED
from portal.models import Account, Invitation, LedgerLine, Link, MailedLink, OutboxMail, SessionRow
from portal.sessions import _hash
from tests.races.harness import race
from tests.races.naive import A_MOMENT, separate_engine
from tests.races.test_http_races import served

RACERS = 32


@pytest.fixture
def sent(context, cast, clock):
    """Leo's invitation to an address nobody has, as (invitation id, link id)."""
    wanted = Wanted("mia@example.com", "parent", default_permissions("parent"), second_check="birth_date")
    made = transact(invitations.invite, cast.staff("dana"), cast.leo, wanted, clock())
    return made.id, mailed_links.latest_claim(made).id


@pytest.fixture
def people(context, clock):
    """As many accounts as race."""
    rows = [
        Account(
            email=f"r{n}@example.com",
            email_key=f"r{n}@example.com",
            password_hash="",
            given_name="R",
            family_name=str(n),
            verified_at=clock(),
            created_at=clock(),
        )
        for n in range(RACERS)
    ]
    transact(lambda: (db.session.add_all(rows), db.session.flush()))
    return [row.id for row in rows]


def what_came_of_it(cast, invitation_id: int, link_id: int) -> dict:
    db.session.rollback()
    db.session.expire_all()
    invitation = db.session.get(Invitation, invitation_id)
    given = list(db.session.scalars(select(Link).where(Link.profile_id == cast.leo.id, Link.ground == "invited by the practice")))
    lines = list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "accepted")))
    mails = list(db.session.scalars(select(OutboxMail).where(OutboxMail.template == "access_taken_up")))
    spent = db.session.get(MailedLink, link_id).used_at is not None
    same = {invitation.accepted_by_id} == {link.account_id for link in given} == {line.account_id for line in lines}
    return {"links": len(given), "lines": len(lines), "mails": len({mail.refs["link"] for mail in mails}), "spent": spent, "same": same}


ONE = {"links": 1, "lines": 1, "spent": True, "same": True}


def told(act):
    """ "won", the domain's own word, or the fault nobody should ever hear."""

    def run() -> str:
        try:
            act()
            return "won"
        except DomainError as error:
            return f"{type(error).__name__} {error.facts.get('state', '')}".strip()
        except Exception as error:
            return repr(error)

    return run


def test_thirty_two_accounts_accept_at_once(app, cast, clock, sent, people):
    invitation_id, link_id = sent
    now = clock()

    def accepter(account_id: int):
        def act():
            how = claims.Circumstances(db.session.get(MailedLink, link_id), MAILED, True)
            transact(claims.accept, db.session.get(Account, account_id), how, now)

        return told(act)

    heard = race(app, [accepter(one) for one in people])
    assert sorted(heard) == ["LinkEnded used"] * (RACERS - 1) + ["won"]
    came = what_came_of_it(cast, invitation_id, link_id)
    assert came.pop("mails") <= 1 and came == ONE


def test_one_account_accepts_and_refuses_and_staff_delete_and_resend_at_once(app, cast, clock, sent, people):
    """Whatever comes first, the end is one of them, whole: never accepted and refused, never a link without its line. What was
    refused may be put away by staff afterwards."""
    invitation_id, link_id = sent
    now, dana = clock(), cast.dana.id

    def invitation():
        return db.session.get(Invitation, invitation_id)

    def accept():
        transact(
            claims.accept, db.session.get(Account, people[0]), claims.Circumstances(db.session.get(MailedLink, link_id), MAILED, True), now
        )

    acts = [
        accept,
        lambda: transact(claims.refuse, link_id, now),
        lambda: transact(invitations.delete, invitation(), now, by=db.session.get(Account, dana)),
        lambda: transact(invitations.ask_again, link_id, now.replace(minute=30)),
    ]
    heard = race(app, [told(act) for act in acts * 8])
    assert not [word for word in heard if word.split()[0] not in ("won", "LinkEnded", "InvitationEnded", "SentJustNow")], heard
    db.session.rollback()
    db.session.expire_all()
    row = invitation()
    ends = [name for name in ("accepted", "refused", "deleted") if getattr(row, f"{name}_at")]
    assert ends in (["accepted"], ["refused"], ["deleted"], ["refused", "deleted"])
    links = db.session.scalars(select(Link).where(Link.account_id == people[0])).all()
    assert len(links) == (1 if row.accepted_at else 0)
    lines = db.session.scalars(select(LedgerLine.verb).where(LedgerLine.verb.in_(("accepted", "refused", "invitation_deleted")))).all()
    assert len(lines) == len(ends)
    open_links = [link for link in db.session.scalars(select(MailedLink)) if link.state(now) == "open"]
    assert open_links == []


def test_two_invitations_of_one_person_taken_up_by_one_account_at_once_unite(app, cast, clock, sent, people):
    _first, link_id = sent
    wanted = Wanted("mia2@example.com", "carer", ("see_times",), second_check="birth_date")
    other = mailed_links.latest_claim(transact(invitations.invite, cast.staff("dana"), cast.leo, wanted, clock())).id
    now = clock()

    def accepter(which: int):
        def act():
            transact(
                claims.accept,
                db.session.get(Account, people[0]),
                claims.Circumstances(db.session.get(MailedLink, which), MAILED, True),
                now,
            )

        return told(act)

    heard = race(app, [accepter(which) for which in (link_id, other) * 8])
    assert sorted(heard) == ["LinkEnded used"] * 14 + ["won"] * 2
    db.session.rollback()
    (link,) = db.session.scalars(select(Link).where(Link.account_id == people[0]))
    assert set(link.permissions) == set(default_permissions("parent"))


def cookies(app, now, accounts: list, claim: dict) -> list[str]:
    """A browser for each, with the invitation opened in it."""
    keys = [secret() for _ in accounts]
    common = dict(
        idle_minutes=30, created_at=now, signed_in_at=now, last_seen_at=now, expires_at=now.replace(year=2027), data={"claim": claim}
    )
    transact(
        lambda: db.session.execute(
            insert(SessionRow), [dict(key_hash=_hash(key), account_id=one, **common) for key, one in zip(keys, accounts)]
        )
    )
    return [f"{app.config['SESSION_COOKIE_NAME']}={key}" for key in keys]


def poster(address, cookie: str, path: str, **fields):
    host = f"{address[0]}:{address[1]}"
    fields |= {"csrf_token": tokens.sign("csrf", ["salt", ""])}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": f"http://{host}"}

    def run() -> str:
        connection = http.client.HTTPConnection(*address, timeout=30)
        try:
            connection.request("POST", path, urlencode(fields), headers)
            answer = connection.getresponse()
            answer.read()
            return f"{answer.status} {answer.headers.get('Location', '')[:5]}".strip()
        finally:
            connection.close()

    return run


def test_thirty_two_accept_through_the_pages(app, cast, clock, sent, people):
    invitation_id, link_id = sent
    row = db.session.get(Invitation, invitation_id)
    claim = {"link": mailed_links.said(db.session.get(MailedLink, link_id)), "checked": link_id}
    browsers = cookies(app, clock(), people, claim)
    with served(app) as address:
        heard = race(app, [poster(address, one, "/claim/accept", invitation=row.public_id) for one in browsers])
    assert sorted(heard) == ["302 /for/"] + ["410"] * (RACERS - 1)
    came = what_came_of_it(cast, invitation_id, link_id)
    assert came.pop("mails") <= 1 and came == ONE


@pytest.mark.parametrize("signed_in", [False, True])
def test_of_thirty_two_wrong_answers_at_once_five_are_looked_at(app, cast, clock, sent, people, signed_in, monkeypatch):
    invitation_id, link_id = sent
    looked, guard, real = [], threading.Lock(), claims.is_birth_date

    def looking(invitation, typed):
        with guard:
            looked.append(typed)
        return real(invitation, typed)

    monkeypatch.setattr(claims, "is_birth_date", looking)
    row = db.session.get(Invitation, invitation_id)
    claim = {"link": mailed_links.said(db.session.get(MailedLink, link_id))}
    browsers = cookies(app, clock(), people if signed_in else [None] * RACERS, claim)
    with served(app) as address:
        guesses = [{"born_on-day": str(n % 28 + 1), "born_on-month": "1", "born_on-year": "2018"} for n in range(RACERS)]
        heard = race(
            app, [poster(address, one, "/claim/check", invitation=row.public_id, **guess) for one, guess in zip(browsers, guesses)]
        )
    assert len(looked) == 5 and set(heard) <= {"422", "403"}
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(Invitation, invitation_id).tries == 5


# ---- positive controls: what others write must be caught here, or these tests prove nothing ----


def look_then_write(engine, invitation_id: int, account_id: int, profile_id: int, practice_id: int, now) -> None:
    """Taking up an invitation as it is often written: look whether it is open, give access, mark it."""
    values = dict(
        public_id=public_id(), practice_id=practice_id, account_id=account_id, profile_id=profile_id, relationship="parent", permissions=[],
        ground="invited by the practice", created_at=now, decided_on=now.date(),
    )  # fmt: skip
    table = Invitation.__table__
    with engine.connect() as connection:
        if connection.execute(select(table.c.accepted_at).where(table.c.id == invitation_id)).scalar() is not None:
            raise mailed_links.LinkEnded(state="used")
        if engine.dialect.name == "sqlite":
            connection.rollback()  # the driver begins no transaction for a SELECT
        time.sleep(A_MOMENT)
        connection.execute(insert(Link.__table__).values(**values))
        connection.execute(update(table).where(table.c.id == invitation_id).values(accepted_at=now, accepted_by_id=account_id))
        connection.commit()


def test_the_race_catches_an_acceptance_that_looks_and_then_writes(app, cast, clock, sent, people):
    invitation_id, link_id = sent
    engine, facts, now = separate_engine(db.engine.url), (cast.leo.id, cast.riverside.id), clock()
    try:
        heard = race(app, [told(lambda one=one: look_then_write(engine, invitation_id, one, *facts, now)) for one in people[:16]])
    finally:
        engine.dispose()
    assert heard.count("won") > 1, heard
    assert what_came_of_it(cast, invitation_id, link_id)["links"] > 1


def test_the_race_catches_a_check_that_counts_after_looking(app, cast, clock, sent):
    """Tries read, the answer looked at, then counted: all of them see none used."""
    invitation_id, _link_id = sent
    engine, looked, table = separate_engine(db.engine.url), [], Invitation.__table__

    def guess() -> str:
        with engine.connect() as connection:
            tries = connection.execute(select(table.c.tries).where(table.c.id == invitation_id)).scalar()
            connection.rollback()
            if tries >= 5:
                return "locked"
            looked.append(1)
            time.sleep(A_MOMENT)
            connection.execute(update(table).where(table.c.id == invitation_id).values(tries=tries + 1))
            connection.commit()
            return "wrong"

    try:
        race(app, [guess] * 16)
    finally:
        engine.dispose()
    assert len(looked) > 5
