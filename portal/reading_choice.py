"""In which language and by which clock a person reads what the practice sends them, where they have no account that says so."""

from datetime import datetime

from portal import ledger
from portal.database import db
from portal.models import Profile, StaffMember

VERB = "reading_chosen"


def choose(staff: StaffMember, profile: Profile, language: str, zone: str, now: datetime) -> bool:
    """`language` is a code, `zone` an IANA name; empty is the practice's own. Whether anything changed: then the ledger says who did it. A use case."""
    profile = db.session.get(Profile, profile.id, with_for_update=True, populate_existing=True)
    if (profile.language, profile.zone) == (language, zone):
        return False
    profile.language, profile.zone = language, zone
    ledger.record(VERB, now, profile=profile, account=staff.account, language=language, zone=zone, **{"as": "staff"})
    return True
