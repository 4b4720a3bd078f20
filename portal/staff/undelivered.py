"""A warning on the Today page when mails or text messages of this practice do not reach people: then somebody has to telephone."""

from datetime import datetime, timedelta

from portal.models import StaffMember
from portal.models.outbox_mail import EMAIL, SMS
from portal.queries import count_undelivered
from portal.staff.panels import Panel, on_today

LATELY = timedelta(days=7)


@on_today
def undelivered(staff: StaffMember, now: datetime) -> Panel:
    counts = count_undelivered(staff, now - LATELY)
    (held, failed), (texts_held, texts_failed) = counts[EMAIL], counts[SMS]
    facts = {"held": held, "failed": failed, "texts_held": texts_held, "texts_failed": texts_failed}
    return Panel("staff/_undelivered.html", facts, set(), [])
