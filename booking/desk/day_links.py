"""Where a day of the calendar is, or a week, also one practitioner's."""

from datetime import date

from flask import url_for

from portal.models import StaffMember


def day_link(staff: StaffMember, day: date, who: str = "") -> str:
    """`who`: the public id of a practitioner."""
    return url_for("desk.calendar", slug=staff.practice.slug, date=day.isoformat(), **({"with": who} if who else {}))


def week_link(staff: StaffMember, day: date, who: str = "") -> str:
    return url_for("desk.calendar", slug=staff.practice.slug, date=day.isoformat(), view="week", **({"with": who} if who else {}))
