"""What a person agrees to by channel, answered by them or by who manages access to them (MISSION M28). A use case."""

from collections.abc import Mapping
from datetime import datetime

from portal import consents
from portal.consents import CHANNELS, SMS
from portal.models import Link, Profile
from portal.own_details import ChangedMeanwhile, NeedsMobile, standing, tell_staff


def mark_of(profile: Profile) -> str:
    """What a form has seen."""
    return " ".join("yes" if consents.may(profile, channel) else "no" for channel in CHANNELS)


def answer(link: Link, wanted: Mapping[str, bool], seen: str, now: datetime) -> list[str]:
    """`wanted`: channel → whether they agree. The channels that changed; a tick that stays as it was says nothing.
    Raises ChangedMeanwhile, NotToChange, NeedsMobile."""
    link, there = standing(link, now)
    new = [channel for channel in CHANNELS if channel in wanted and wanted[channel] != consents.may(link.profile, channel)]
    if new and mark_of(link.profile) != seen:
        raise ChangedMeanwhile(profile=link.profile)
    if SMS in new and wanted[SMS] and not there.has_mobile:
        raise NeedsMobile()
    for channel in new:
        consents.answer(link.profile, channel, wanted[channel], now, link.account, as_staff=False, link=link)
    if new:
        tell_staff(link, [f"{channel}:{'yes' if wanted[channel] else 'no'}" for channel in new], now)
    return new
