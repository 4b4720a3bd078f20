"""What a person agreed to, by channel: mail, text messages, calls with news. Dated facts that every message obeys (MISSION M28).

Two instants a channel stand on the profile: when they agreed, and when they refused. A refusal holds until they agree again. Mail about
their own appointments needs no consent asked beforehand, only no refusal; a text message and a call need one that was given.
"""

from datetime import datetime

from portal import ledger
from portal.models import Account, Profile
from portal.signals import reach_changed

EMAIL, SMS, VOICE = CHANNELS = ("email", "sms", "voice")
AGREED, REFUSED = "consented", "withdrew_consent"  # verbs of the ledger; `facts["channel"]`


def may(profile: Profile, channel: str) -> bool:
    """Whether a message may go out by this channel."""
    return not refused_at(profile, channel) and (channel == EMAIL or agreed_at(profile, channel) is not None)


def agreed_at(profile: Profile, channel: str) -> datetime | None:
    return getattr(profile, f"{channel}_consent_at")


def refused_at(profile: Profile, channel: str) -> datetime | None:
    return getattr(profile, f"{channel}_refused_at")


def answer(profile: Profile, channel: str, agrees: bool, now: datetime, by: Account | None, *, as_staff: bool, **facts) -> bool:
    """Write an answer down, with a line in the ledger, unless it is the one that stands. Whether it was new. `facts` go to the ledger
    (`link` for who acts for the person). `by` None: they answered a message. A step of use cases that hold the profile's row."""
    if agrees == (agreed_at(profile, channel) is not None and not refused_at(profile, channel)) and (
        agrees or refused_at(profile, channel)
    ):
        return False
    setattr(profile, f"{channel}_{'consent' if agrees else 'refused'}_at", now)
    if agrees:
        setattr(profile, f"{channel}_refused_at", None)
    role = {"as": "staff"} if as_staff else {}
    ledger.record(AGREED if agrees else REFUSED, now, profile=profile, account=by, channel=channel, **role, **facts)
    if agrees:
        reach_changed.send(None, profile=profile, now=now)
    return True
