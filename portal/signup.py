"""Signing up: a pending row, one mail with link and code, and an account once the address is proven (SAFETY §2–3).

Known and unknown addresses walk the same path and do the same work; only the mail differs. An account never comes from a
sign-up alone, so registering somebody else's address first gains nothing.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select

from portal import ledger, mailed_links, outbox, people, throttle
from portal.addresses import address_key
from portal.database import db
from portal.errors import DomainError, TooManyTries, on_violation
from portal.models import Account, MailedLink, Practice, Signup

MOST_MAILS, MAIL_MINUTES = 3, 10  # to one address, asked for from one place
MOST_MAILS_TO_ONE, HOUR = 10, 60  # to one address from anywhere: nobody's mailbox is flooded from here
MOST_FROM_ONE_PLACE = 30  # sign-ups of one network in MAIL_MINUTES
MOST_CODES, CODE_MINUTES = 5, 15
CLAIMING = "/claim"  # who is on the way to an invitation is known to the practice, or acts for somebody who is
KEPT = timedelta(days=7)


class TooManyMails(DomainError):
    """`facts["until"]` says when the next one may be asked for."""

    status = 429
    message = _("We have sent several messages already. Wait 10 minutes before asking again.")


class AlreadyHere(DomainError):
    """The address was proven, and there is an account with it."""

    message = _("There is already an account with this email address.")


on_violation(AlreadyHere, "uq_accounts_email_key", "accounts.email_key")


@dataclass(frozen=True)
class Wanted:
    """What the person typed. `zone` is an IANA name or empty, `phone` E.164 or empty."""

    email: str
    password_hash: str
    given_name: str
    family_name: str
    born_on: date
    phone: str
    language: str
    zone: str


def begin(
    wanted: Wanted, now: datetime, *, practice: Practice | None, visitor: str, next_path: str, network: str, doubtful: bool
) -> Signup:
    """A pending sign-up and, unless its address looks mistyped, the mail. Raises TooManyMails. A use case."""
    _allow(throttle.key("sign-up", network), now, MOST_FROM_ONE_PLACE, MAIL_MINUTES)
    signup = Signup(
        **asdict(wanted),
        email_key=address_key(wanted.email),
        practice_id=practice.id if practice else None,
        visitor=visitor,
        next_path=next_path,
        created_at=now,
    )
    db.session.add(signup)
    db.session.flush()
    if not doubtful:
        send(signup.id, now, network)
    return signup


def send(signup_id: int, now: datetime, network: str) -> MailedLink:
    """Mail a new link and code; the earlier one says "replaced". Raises TooManyMails. A use case.

    Whoever owns a known address learns that they have an account; the screen tells nobody.
    """
    signup = db.session.get(Signup, signup_id)
    _allow(throttle.key("verify-here", f"{signup.email_key} {network}"), now, MOST_MAILS, MAIL_MINUTES)
    _allow(throttle.key("verify-to", signup.email_key), now, MOST_MAILS_TO_ONE, HOUR)
    link = mailed_links.make(mailed_links.VERIFY, now, to=signup.email, signup=signup)
    holder, about = account_at(signup.email_key), f"signup:{signup.id}"
    outbox.supersede(about)
    common = {"dedupe": f"verify:{link.id}", "now": now, "about": about, "account": holder, "practice_id": signup.practice_id}
    if holder:
        outbox.enqueue("welcome_back", to=holder.email, refs={"signup": signup.id}, **common)
    else:
        outbox.enqueue("verify", to=link.sent_to, refs={"link": link.id}, **common)
    return link


def readdress(signup_id: int, email: str, now: datetime, network: str, doubtful: bool = False) -> None:
    """The address was mistyped: the same sign-up, mailed to another one unless that looks mistyped too. Raises TooManyMails. A use case."""
    _allow(throttle.key("sign-up", network), now, MOST_FROM_ONE_PLACE, MAIL_MINUTES)  # one sign-up does not mail to all the world
    signup = db.session.get(Signup, signup_id)
    signup.email, signup.email_key = email, address_key(email)
    if not doubtful:
        send(signup_id, now, network)


def try_code(signup_id: int, now: datetime) -> None:
    """Count one typed code. Raises TooManyTries. A use case with its own transaction: wrong ones must stay counted."""
    throttle.allow(throttle.key("code", str(signup_id)), now, MOST_CODES, CODE_MINUTES)


def confirm(link_id: int, now: datetime, instead: Wanted | None = None) -> Account:
    """The address is proven: the account, and a profile at the practice where it began. Raises LinkEnded, AlreadyHere.

    `instead` takes the place of what was typed at sign-up, when whoever opened the mail is not the one who typed it.
    A use case.
    """
    link = mailed_links.use(link_id, now)
    signup = db.session.get(Signup, link.signup_id)
    key = address_key(link.sent_to)
    if account_at(key):
        raise AlreadyHere()
    account = make_account(instead or signup, link.sent_to, now, practice_id=signup.practice_id)
    signup.confirmed_at, signup.password_hash = now, ""
    practice = db.session.get(Practice, signup.practice_id) if signup.practice_id else None
    if practice and practice.accepts_new and not signup.next_path.startswith(CLAIMING):
        people.own_profile(account, practice, now)
    return account


def make_account(typed: Wanted | Signup, email: str, now: datetime, *, practice_id: int | None) -> Account:
    """The account of what was typed, at an address that has just been proven. Raises AlreadyHere (at the flush). A use case."""
    copied = ("password_hash", "given_name", "family_name", "born_on", "phone", "language", "zone")
    facts = {name: getattr(typed, name) for name in copied}
    account = Account(email=email, email_key=address_key(email), verified_at=now, created_at=now, **facts)
    db.session.add(account)
    db.session.flush()
    ledger.record("signed_up", now, account=account, practice_id=practice_id)
    return account


def find(signup_id: int | None) -> tuple[Signup, Practice | None] | None:
    """A pending or finished sign-up and the practice where it began."""
    signup = db.session.get(Signup, signup_id) if signup_id else None
    return (signup, db.session.get(Practice, signup.practice_id) if signup.practice_id else None) if signup else None


def account_at(key: str) -> Account | None:
    """The account whose address has this key, closed ones too: an address is not given away twice."""
    return db.session.scalar(select(Account).where(Account.email_key == key))


def sweep(now: datetime) -> None:
    """Forget sign-ups nobody finished. A use case."""
    db.session.execute(delete(Signup).where(Signup.created_at <= now - KEPT))


def _allow(name: str, now: datetime, most: int, minutes: int) -> None:
    try:
        throttle.allow(name, now, most, minutes)
    except TooManyTries as error:
        raise TooManyMails(until=throttle.ends_at(name)) from error
