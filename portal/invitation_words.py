"""What pages and letters say about an invitation: who asks, for whom, what for, how long."""

from datetime import date, timedelta

from babel import units
from flask_babel import get_locale

from portal import access, access_words, filters
from portal.access import PERMISSIONS
from portal.models import Invitation, MailedLink, Profile


def short_name(profile: Profile) -> str:
    """ "Leo S.": enough for who knows them, little for who does not."""
    initial = f" {profile.family_name[:1]}." if profile.family_name else ""
    return f"{profile.given_name}{initial}"


def inviter(invitation: Invitation) -> str:
    """The name of the person who asks, or an empty string where the practice does."""
    return invitation.invited_by.name if invitation.invited_by and not invitation.is_from_staff else ""


def is_for_a_child(invitation: Invitation, on: date) -> bool:
    """Is somebody asked to act for their own child, who is one still? Where no date of birth is known, a parent's child is."""
    age = invitation.profile.age(on)
    return invitation.relationship in ("parent", "guardian") and (
        age < access.STEP_AGES[-1] if age is not None else invitation.relationship == "parent"
    )


def may(invitation: Invitation) -> list[str]:
    """What the account will be able to do."""
    return [access_words.permission(name, invitation) for name in PERMISSIONS if name in invitation.permissions]


def length(link: MailedLink) -> str:
    """How long a link works: "72 hours", "7 days"."""
    life = link.expires_at - link.created_at
    if life > timedelta(hours=72) and not life % timedelta(days=1):
        return units.format_unit(life.days, "duration-day", "long", locale=filters.home(get_locale()))
    return filters.minutes(round(life.total_seconds() / 60), locale=get_locale())
