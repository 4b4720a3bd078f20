"""In which language and by which clock a person reads what the practice sends them, where they have no account that says so."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from portal import ledger
from portal.database import db
from portal.errors import DomainError
from portal.models import Profile, StaffMember

VERB = "reading_chosen"


class ChosenMeanwhile(DomainError):
    """Somebody else chose since the form was shown; nothing was changed. `facts["profile"]` is how it is now."""

    message = _("Somebody changed this while you were looking. What you typed is kept: check it, then save again.")


def mark_of(profile: Profile) -> str:
    """What a form of it has seen."""
    return f"{profile.language} {profile.zone}"


def choose(staff: StaffMember, profile: Profile, language: str, zone: str, now: datetime, seen: str | None = None) -> bool:
    """`language` is a code, `zone` an IANA name; empty is the practice's own. Whether anything changed: then the ledger says who did it. A use case.

    `seen`: the `mark_of` it when the form was made; None saw nothing in particular. Raises ChosenMeanwhile.
    """
    profile = db.session.get(Profile, profile.id, with_for_update=True, populate_existing=True)
    if (profile.language, profile.zone) == (language, zone):
        return False
    if seen is not None and mark_of(profile) != seen:
        raise ChosenMeanwhile(profile=profile)
    profile.language, profile.zone = language, zone
    ledger.record(VERB, now, profile=profile, account=staff.account, language=language, zone=zone, **{"as": "staff"})
    return True
