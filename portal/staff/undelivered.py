"""A warning on the Today page when mails of this practice do not reach people: then somebody has to telephone."""

from datetime import datetime, timedelta

from portal.models import StaffMember
from portal.queries import count_undelivered
from portal.staff.panels import Panel, on_today

LATELY = timedelta(days=7)


@on_today
def undelivered(staff: StaffMember, now: datetime) -> Panel:
    held, failed = count_undelivered(staff, now - LATELY)
    return Panel("staff/_undelivered.html", {"held": held, "failed": failed}, set(), [])
