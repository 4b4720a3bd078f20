"""When a mark can be true of an appointment: nobody has arrived days before, or missed what has not begun. Reads nothing but its row."""

from datetime import datetime

from flask_babel import get_locale, gettext

from booking.models import Appointment
from portal import filters

HERE = ("arrived", "fulfilled")


def possible(appointment: Appointment, now: datetime) -> set[str]:
    """Arrived from the start of its day where it takes place; seen then too, once they are here, else from its start; missed from its start.

    Taking a mark back is always possible."""
    if appointment.starts_at <= now:
        return {"booked", "arrived", "fulfilled", "noshow"}
    if filters.local(now, appointment.zone).date() < filters.local(appointment.starts_at, appointment.zone).date():
        return {"booked"}
    return {"booked", *HERE} if appointment.status in HERE else {"booked", "arrived"}


def too_early(appointment: Appointment, status: str, now: datetime) -> str | None:
    """Why this mark cannot be true yet, and from when it can; None where it can."""
    may = possible(appointment, now)
    if status in may:
        return None
    today = filters.local(now, appointment.zone).date()
    when = filters.moment(appointment.starts_at, appointment.zone, today, locale=get_locale())
    if status == "noshow":
        return gettext("This appointment is on %(moment)s. “Did not come” can be marked once it has begun.", moment=when)
    if "arrived" in may:
        return gettext("This appointment is on %(moment)s. For somebody who comes early, mark “Arrived” first, then “Seen”.", moment=when)
    return gettext("This appointment is on %(moment)s. “Arrived” and “Seen” can be marked on that day.", moment=when)
