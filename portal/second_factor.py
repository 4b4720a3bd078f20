"""A second step when signing in: six digits of an app on the person's phone (TOTP, RFC 6238), and codes for the day the phone is lost (SAFETY §3).

The app's secret is kept nowhere: it is derived from SECRET_KEY and a number in the account's row (RFC 4226 §7.5), so that the database
alone opens nothing, nor does the key, and nothing needs to be encrypted. What was derived from an older key works while that key stands in
SECRET_KEY_FALLBACKS; recovery codes depend on no key.
"""

import base64
import hashlib
from datetime import datetime

import pyotp
from flask_babel import lazy_gettext as _
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import delete, func, select, update

from portal import ledger, outbox, sessions, throttle, tokens
from portal.database import db
from portal.errors import DomainError, TooManyTries
from portal.ids import public_id
from portal.letters import SITE
from portal.models import Account, RecoveryCode

STEPS_OFF = 1  # a phone's clock may be half a minute early or late
FAR_AHEAD = 20  # steps, ten minutes: a code that was used so far ahead was used by a clock that went wrong, and locks nobody out
CODES = 10
MOST, MINUTES = 10, 15  # codes tried for one account from one place, or in a browser that it has signed in with before
MOST_ANYWHERE, ANYWHERE_MINUTES = 50, 24 * 60  # from all unknown browsers together: a guess is right once in 300,000


class WrongCode(DomainError):
    status = 422
    message = _("That code is not right. Wait until your app shows the next one, and type that")


class WrongRecoveryCode(DomainError):
    status = 422
    message = _("That recovery code is not right, or was used before")


class AlreadyOn(DomainError):
    message = _("Your sign-in asks for a second step already.")


class TooManyCodes(TooManyTries):
    message = _("Too many wrong codes. Use a recovery code, or try again later.")


def nonce_for(account: Account, binding: str) -> str:
    """What a new secret is derived from: the same while a browser's session lasts, so that a page shown again fits what was scanned;
    another one after each setting up. `binding`: of the session."""
    return hashlib.sha256(f"second step.{binding}.{account.second_factor_used}".encode()).hexdigest()


def secret(account: Account, nonce: str) -> str:
    """What the app is told, in letters and digits."""
    return _secrets(account, nonce)[0]


def address(account: Account, nonce: str) -> str:
    """The same for the app to read: `otpauth://…`."""
    return pyotp.TOTP(secret(account, nonce)).provisioning_uri(name=account.email, issuer_name=SITE)


def _secrets(account: Account, nonce: str) -> list[str]:
    """160 bits in base32, under each key."""
    return [base64.b32encode(key[:20]).decode() for key in tokens.derived("second-step", f"{account.public_id}.{nonce}")]


def turn_on(account: Account, nonce: str, code: str, now: datetime, this_session: int) -> list[str]:
    """From now on signing in asks for a code; every other browser is signed out. The recovery codes, to be shown once.

    Raises WrongCode, AlreadyOn. A use case.
    """
    step = _step(secret(account, nonce), code, now)
    off = update(Account).where(Account.id == account.id, Account.second_factor_at.is_(None))
    if not db.session.execute(off.values(second_factor_at=now, second_factor_nonce=nonce, second_factor_used=step)).rowcount:
        raise AlreadyOn()
    sessions.end_all(account.id, this_session)
    _tell("on", account, now)
    return _new_codes(account)


def try_code(account: Account, network: str, browser: str, now: datetime, recovery: bool = False) -> None:
    """Count one try, after the right password, before the code is looked at. Raises TooManyCodes. A use case with its own transaction.

    A recovery code is too long to be guessed, so what others tried elsewhere never stands in its way.
    """
    if throttle.count(_counter(account, network, browser), now, MINUTES) > MOST:
        raise TooManyCodes()
    anywhere = throttle.key("second-anywhere", account.public_id)
    if not (browser or recovery) and throttle.count(anywhere, now, ANYWHERE_MINUTES) > MOST_ANYWHERE:
        raise TooManyCodes()


def _counter(account: Account, network: str, browser: str) -> str:
    what, where = ("second-known", browser) if browser else ("second-here", network)
    return throttle.key(what, f"{account.public_id} {where}")


def sign_in(account: Account, code: str, network: str, browser: str, now: datetime) -> None:
    """The second step with the app. Raises WrongCode. A use case."""
    spend_code(account, code, now)
    _in(account, network, browser, now)


def sign_in_by_recovery(account: Account, typed: str, network: str, browser: str, now: datetime) -> int:
    """The second step with a recovery code; how many are left. Raises WrongRecoveryCode. A use case."""
    spend_recovery_code(account, typed, now)
    left = codes_left(account)
    _tell("recovery", account, now, left=left)
    _in(account, network, browser, now)
    return left


def _in(account: Account, network: str, browser: str, now: datetime) -> None:
    throttle.forget(_counter(account, network, browser))
    ledger.record("signed_in", now, account=account)


def spend_code(account: Account, code: str, now: datetime) -> None:
    """Accept a code of the app once: of simultaneous tries one wins, and no older one is taken after it. Raises WrongCode. A use case."""
    account = db.session.get(Account, account.id, populate_existing=True)
    for one in _secrets(account, account.second_factor_nonce) if account.second_factor_at else ():
        try:
            step = _step(one, code, now)
        except WrongCode:
            continue
        fresh = update(Account).where(Account.id == account.id, Account.second_factor_nonce == account.second_factor_nonce)
        unused = (Account.second_factor_used < step) | (Account.second_factor_used > step + FAR_AHEAD)
        if db.session.execute(fresh.where(unused).values(second_factor_used=step)).rowcount:
            return
    raise WrongCode()


def spend_recovery_code(account: Account, typed: str, now: datetime) -> None:
    """Each works once. Raises WrongRecoveryCode. A use case."""
    unused = update(RecoveryCode).where(RecoveryCode.account_id == account.id, RecoveryCode.code_hash == _hash(account, typed))
    if not db.session.execute(unused.where(RecoveryCode.used_at.is_(None)).values(used_at=now)).rowcount:
        raise WrongRecoveryCode()


def codes_left(account: Account) -> int:
    unused = (RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused))


def renew_codes(account: Account, now: datetime) -> list[str]:
    """New recovery codes; the old ones end. A use case."""
    _tell("codes", account, now)
    return _new_codes(account)


def turn_off(account: Account, typed: str, now: datetime) -> None:
    """With a code of the app or a recovery code. Raises WrongCode. A use case."""
    try:
        spend_recovery_code(account, typed, now)
    except WrongRecoveryCode:
        spend_code(account, "".join(typed.split()), now)
    _clear(account)
    _tell("off", account, now)


def take_away(account: Account, now: datetime, by: Account | None = None, practice_id: int | None = None) -> None:
    """For who has lost the app and the codes: their password is enough again, and every browser is signed out. A use case.

    `by`, `practice_id`: the admin who does it; none for whoever runs the installation.
    """
    _clear(account)
    sessions.end_all(account.id)
    _tell("taken", account, now, by=by, practice_id=practice_id)


def _clear(account: Account) -> None:
    mine = update(Account).where(Account.id == account.id)
    db.session.execute(mine.values(second_factor_at=None, second_factor_nonce=""))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _step(secret: str, code: str, now: datetime) -> int:
    """Which 30 seconds the code belongs to. Raises WrongCode."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=STEPS_OFF)
    except OTPVerificationError as error:
        raise WrongCode() from error


def _new_codes(account: Account) -> list[str]:
    """Ten codes of 80 bits, like k3v7-q2m4-x5a6-b2cd; stored hashed."""
    codes = ["-".join(text[at : at + 4] for at in range(0, 16, 4)) for text in (public_id() for _number in range(CODES))]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.add_all(RecoveryCode(account_id=account.id, code_hash=_hash(account, code)) for code in codes)
    return codes


def _hash(account: Account, typed: str) -> bytes:
    """Whatever stands between the letters; no code holds a 0, 1 or 8, so those are what they look like."""
    plain = "".join(c for c in typed.lower() if c.isascii() and c.isalnum()).translate(str.maketrans("018", "olb"))
    return hashlib.sha256(f"recovery.{account.public_id}.{plain}".encode()).digest()


def _tell(what: str, account: Account, now: datetime, by: Account | None = None, practice_id: int | None = None, **facts) -> None:
    """A line in the ledger and a mail to the account: whoever did it, its owner learns of it."""
    ledger.record(f"second_step_{what}", now, account=by or account, practice_id=practice_id, about=account.id, **facts)
    refs, dedupe = {"account": account.id, "what": what, **facts}, f"second_step:{what}:{account.id}:{int(now.timestamp())}"
    outbox.enqueue("second_step", to=account.email, refs=refs, dedupe=dedupe, now=now, account=account, practice_id=practice_id)
