"""The letters about accounts. Each reads its rows again: a link that was used, replaced or has ended is not sent any more."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import force_locale, get_locale
from sqlalchemy import select

from portal import filters, mailed_links, second_step_words
from portal.database import db
from portal.letters import Letter, compose, letter, reading_language
from portal.models import Account, Link, MailedLink, OutboxMail, Practice, Signup, StaffMember
from portal.public_url import public_url


@letter("verify")
def verify(mail: OutboxMail, now: datetime) -> Letter | None:
    """Link and code in one mail. Without the name that was typed: strangers' words are not carried to an unproven address."""
    link = _open_link(mail, now)
    if link is None:
        return None
    signup, practice = db.session.get(Signup, link.signup_id), _practice(mail)
    address = public_url("portal.confirm_email", token=mailed_links.token(link))
    with force_locale(reading_language(signup.language, practice.language if practice else "")):
        return compose("verify", practice=practice, address=address, code=mailed_links.code(link), length=_length(link))


@letter("welcome_back")
def welcome_back(mail: OutboxMail, now: datetime) -> Letter | None:
    account, signup = _account(mail), db.session.get(Signup, mail.refs["signup"])
    if account is None or signup is None:
        return None
    again = {"next": signup.next_path} if signup.next_path else {}
    with force_locale(reading_language(account.language)):
        return compose(
            "welcome_back",
            practice=_practice(mail),
            to=account.email,
            reader=account.given_name,
            sign_in=public_url("portal.sign_in", **again),
            forgot=public_url("portal.forgot"),
        )


@letter("reset")
def reset(mail: OutboxMail, now: datetime) -> Letter | None:
    return _with_link("reset", "portal.new_password", mail, now)


@letter("address_change")
def address_change(mail: OutboxMail, now: datetime) -> Letter | None:
    return _with_link("address_change", "portal.confirm_address", mail, now)


@letter("password_changed")
def password_changed(mail: OutboxMail, now: datetime) -> Letter | None:
    return _changed("password_changed", mail)


@letter("second_step")
def second_step(mail: OutboxMail, now: datetime) -> Letter | None:
    """What became of the second step when signing in: see portal/second_step_words.py."""
    by = _practice(mail)
    return _changed(
        "second_step", mail, lambda facts: second_step_words.said(mail.refs, facts["changed_at"], facts["zone"], by.name if by else "")
    )


@letter("address_changed")
def address_changed(mail: OutboxMail, now: datetime) -> Letter | None:
    """Goes to the old and to the new address as queued, and names neither."""
    return _changed("address_changed", mail)


def _with_link(template: str, endpoint: str, mail: OutboxMail, now: datetime) -> Letter | None:
    link = _open_link(mail, now)
    account = db.session.get(Account, link.account_id) if link else None
    if account is None or not account.is_active:
        return None
    address = public_url(endpoint, token=mailed_links.token(link))
    with force_locale(reading_language(account.language)):
        return compose(template, reader=account.given_name, address=address, length=_length(link))


def _changed(template: str, mail: OutboxMail, more: Callable[[dict], dict] = lambda facts: {}) -> Letter | None:
    """`more` makes further facts of these, in the reader's language."""
    account = _account(mail)
    if account is None:
        return None
    practices = _practices_of(account)
    zone = account.zone or (practices[0].zone if practices else "UTC")
    facts = {"changed_at": mail.created_at, "zone": zone, "practices": practices, "forgot": public_url("portal.forgot")}
    with force_locale(reading_language(account.language)):
        return compose(template, reader=account.given_name, **facts, **more(facts))


def _open_link(mail: OutboxMail, now: datetime) -> MailedLink | None:
    """The link of this mail while it works and still belongs to the address the mail goes to."""
    link = db.session.get(MailedLink, mail.refs["link"])
    return link if link is not None and link.state(now) == "open" and link.sent_to == mail.to_address else None


def _account(mail: OutboxMail) -> Account | None:
    account = db.session.get(Account, mail.account_id) if mail.account_id else None
    return account if account is not None and account.is_active else None


def _practice(mail: OutboxMail) -> Practice | None:
    return db.session.get(Practice, mail.practice_id) if mail.practice_id else None


def _practices_of(account: Account) -> list[Practice]:
    """Where they have somebody to book for, or work: whom to call when an account is in wrong hands."""
    linked = select(Link.practice_id).where(Link.account_id == account.id, Link.revoked_at.is_(None))
    works = select(StaffMember.practice_id).where(StaffMember.account_id == account.id, StaffMember.left_at.is_(None))
    return list(db.session.scalars(select(Practice).where(Practice.id.in_(linked.union(works))).order_by(Practice.id)))


def _length(link: MailedLink) -> str:
    """How long a link works: "1 hour"."""
    return filters.minutes(round((link.expires_at - link.created_at).total_seconds() / 60), locale=get_locale())
