"""Coming in and leaving: who may try how often, what a new session keeps, which browsers are known (SAFETY §3).

Tries are counted per address *and place*, so a stranger who types wrong passwords for somebody's address blocks only
the stranger's own place. The wide net over all places lets known browsers through, and a link by mail is always open:
nobody is locked out by a third party.
"""

import hashlib
import hmac
from datetime import datetime

from flask import current_app, request, session, url_for
from flask_babel import lazy_gettext as _

from portal import ledger, passwords, sessions, throttle, tokens
from portal.database import db
from portal.errors import TooManyTries
from portal.ids import secret
from portal.models import Account
from portal.queries import staff_roles

MOST, MINUTES = 10, 15
MOST_ANYWHERE = 100  # wrong passwords for one address from all unknown browsers together
MOST_OF_ONE_PLACE = 200  # wrong passwords from one place for all addresses together
BROWSER_DAYS = 365
HALF_MINUTES = 10  # how long the second step may take


class TooManySignIns(TooManyTries):
    message = _("Too many tries. Wait 15 minutes, or ask for a link by email to choose a new password.")


def _counters(key: str, network: str, browser: str) -> list[tuple[str, int]]:
    if browser:
        return [(throttle.key("sign-in-known", f"{key} {browser}"), MOST)]
    return [
        (throttle.key("sign-in-here", f"{key} {network}"), MOST),
        (throttle.key("sign-in-anywhere", key), MOST_ANYWHERE),
        (throttle.key("sign-in-place", network), MOST_OF_ONE_PLACE),
    ]


def try_password(key: str, network: str, browser: str, now: datetime) -> None:
    """Count one try before the password is looked at. Raises TooManySignIns. A use case with its own transaction."""
    for name, most in _counters(key, network, browser):
        if throttle.count(name, now, MINUTES) > most:
            raise TooManySignIns()


def proven(account: Account, new_hash: str | None, network: str, browser: str, now: datetime) -> None:
    """The password was right: the person's own tries are forgotten, an outdated hash is replaced. A use case."""
    throttle.forget(_counters(account.email_key, network, browser)[0][0])
    if new_hash:
        db.session.get(Account, account.id).password_hash = new_hash
    if account.second_factor_at is None:
        ledger.record("signed_in", now, account=account)


def enter(account: Account, now: datetime, path: str = "") -> str:
    """Sign this browser in, and give back `path` to go on to. Where the account has a second step, nobody is signed in yet: then it is the
    page that asks for it and leads on to `path`. Who is signed in with this account already has passed it.

    A new session with a new id. A held time and an opened invitation come along; what another account left does not. Nor does a
    note that was sent after signing out, unless whoever signs in is who had been signed in.
    """
    if account.second_factor_at is None or session.account_id == account.id:
        _begin(account, now)
        return path
    half = {"account": account.id, "stamp": _stamp(account), "until": int(now.timestamp()) + HALF_MINUTES * 60}
    sessions.leave(session, **_kept(account, "lapsed"), half=half)
    return url_for("portal.second_step", next=path or None)


def halfway(now: datetime) -> Account | None:
    """Whose password was right in this browser within HALF_MINUTES, the second step being still to come; nobody's once either was changed."""
    half = session.get("half")
    account = db.session.get(Account, half["account"]) if half and now.timestamp() < half["until"] else None
    is_same = account is not None and account.is_active and account.second_factor_at is not None and half["stamp"] == _stamp(account)
    return account if is_same else None


def enter_halfway(account: Account, now: datetime) -> None:
    """The second step was right as well: sign in whoever is `halfway`."""
    found = halfway(now)
    if found is None or found.id != account.id:
        raise RuntimeError("the second step without the first")
    _begin(account, now)


def _kept(account: Account, *more: str) -> dict:
    own = session.account_id in (None, account.id)
    names = ("visitor", "claim", "join", *more, *(("note",) if session.lapsed_account_id == account.id else ()))
    return {name: session[name] for name in names if own and name in session}


def _begin(account: Account, now: datetime) -> None:
    kept = _kept(account)
    session.clear()
    session.update(kept)
    works_here = bool(staff_roles(account))
    if works_here:
        session["staff"] = True
    sessions.begin(session, account.id, now, works_here)


def rehashed(account: Account, password: str) -> str | None:
    """A hash with today's settings when the stored one is older. Call it outside the write transaction."""
    return passwords.hashed(password) if passwords.is_outdated(account.password_hash) else None


def _cookie() -> str:
    return "__Host-browser" if current_app.config["SESSION_COOKIE_SECURE"] else "browser"


def _stamp(account: Account) -> str:
    """Changes with the password and the second step, so that a new one makes every browser unknown again."""
    return hashlib.sha256((account.password_hash + account.second_factor_nonce).encode()).hexdigest()[:16]


def known_browser(account: Account | None) -> str:
    """The name of this browser if the account has signed in with it before, else an empty string."""
    try:
        owner, stamp, name = tokens.read("browser", request.cookies.get(_cookie(), ""))
    except (tokens.BadToken, ValueError, TypeError):
        return ""
    mine = account is not None and owner == account.public_id and hmac.compare_digest(stamp, _stamp(account))
    return name if mine else ""


def remember_browser(response, account: Account):
    """Let this browser be known to the account it is signed in with. It opens nothing; wrong passwords elsewhere just do not block it."""
    if session.account_id != account.id:
        return response  # the second step is still to come
    value = tokens.sign("browser", [account.public_id, _stamp(account), known_browser(account) or secret()[:16]])
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(_cookie(), value, max_age=BROWSER_DAYS * 86400, httponly=True, secure=secure, samesite="Lax")
    return response
