"""What people answer to a text message, and what became of one. STOP withdraws the consent, START gives back what STOP took. Use cases.

Whoever holds the telephone may end the texts to it, whatever the record says; START gives back no more than that STOP took: a consent
withdrawn on a page, or never given, is not made by somebody who happens to hold the telephone.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import or_, select, update

from portal import consents
from portal.consents import SMS
from portal.database import db
from portal.models import FurtherNumber, LedgerLine, OutboxMail, Profile
from portal.models.profile import MOBILE

# The words after which the provider sends no more, and those of the languages we speak.
STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "arret", "arrêt", "baja", "alto"}
START = {"start", "unstop"}
# Those that nobody uses of an appointment, said in a sentence: "please stop texting me", "stop svp". Around them only such words.
PLAIN = {"stop", "stopall", "unsubscribe", "arret", "arrêt", "baja"}
AROUND = set(
    "please pls thanks thank you me all these the now text texts texting sms message messages messaging svp merci ces les por favor gracias".split()
)
NOT_DELIVERED = ("undelivered", "failed")
BY_TEXT = "text"


def take(number: str, said: str, meant: str, now: datetime) -> None:
    """An answer from a number. `meant` is what the provider took it for (STOP, START, HELP), empty where it does not say."""
    word = (meant or re.sub(r"[^\w]", "", said)).casefold()
    rest = set() if meant else set(re.findall(r"\w+", said[:200].casefold())) - AROUND
    if word in STOP or len(rest) == 1 and rest <= PLAIN:
        stop(number, now)
    elif word in START:
        start(number, now)


def stop(number: str, now: datetime) -> None:
    """No more texts to this number, for whomever they are."""
    for person in _with(number):
        consents.answer(person, SMS, False, now, None, as_staff=False, answered=BY_TEXT)


def start(number: str, now: datetime) -> None:
    """Texts again, for those whose last word about them was a STOP."""
    for person in _with(number):
        if consents.refused_at(person, SMS) and consents.agreed_at(person, SMS) and _was_stop(person):
            consents.answer(person, SMS, True, now, None, as_staff=False, answered=BY_TEXT)


def note_outcome(key: str, status: str, code: str) -> None:
    """The network says what became of a text that the provider had taken: if it did not arrive, staff are told as of a mail."""
    if status not in NOT_DELIVERED:
        return
    mine = (OutboxMail.channel == SMS, OutboxMail.state == "sent", OutboxMail.message_id.startswith(f"<{key}@", autoescape=True))
    reason = (
        f"the network says {status}, code {code}" if code.isascii() and code.isdigit() and len(code) < 8 else f"the network says {status}"
    )
    db.session.execute(
        update(OutboxMail).where(*mine).values(state="failed", last_error=reason).execution_options(synchronize_session=False)
    )


def _with(number: str) -> list[Profile]:
    """Everybody with this mobile number, at whichever practice, locked in the order of their ids."""
    further = select(FurtherNumber.profile_id).where(
        FurtherNumber.number == number, FurtherNumber.kind == MOBILE, FurtherNumber.removed_at.is_(None)
    )
    theirs = or_((Profile.phone == number) & (Profile.phone_kind == MOBILE), Profile.id.in_(further))
    return (
        list(db.session.scalars(select(Profile).where(Profile.merged_at.is_(None), theirs).order_by(Profile.id).with_for_update()))
        if number
        else []
    )


def _was_stop(person: Profile) -> bool:
    last = next(_lines(person), None)
    return last is not None and last.verb == consents.REFUSED and last.facts.get("answered") == BY_TEXT


def _lines(person: Profile) -> Iterator[LedgerLine]:
    """What was said about texts, newest first."""
    mine = (LedgerLine.profile_id == person.id, LedgerLine.verb.in_((consents.AGREED, consents.REFUSED)))
    return (
        line
        for line in db.session.scalars(select(LedgerLine).where(*mine).order_by(LedgerLine.id.desc()))
        if line.facts.get("channel") == SMS
    )
