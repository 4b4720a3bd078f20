"""Where a setting is changed, for those who may."""

from flask import url_for

from booking.behind import Source
from booking.behind_words import Reader
from booking.schedule_roles import may
from portal.models import StaffMember
from portal.permissions import SCHEDULES, SETTINGS

_OF_SETTINGS = ("length", "pauses", "step", "for_people", "offline", "takes_no_new", "closed_to_new")


def link(staff: StaffMember, source: Source, reader: Reader) -> str:
    """The page that changes it; empty if it is not theirs to change."""
    slug, table = staff.practice.slug, reader.table
    who = table.by_id(source.number) if source.level == "practitioner" and source.number else None
    service = table.service_by_id(source.number) if source.level == "service" and source.number else None
    match source.kind:
        case "hours" | "override" | "break" if may(staff, "hours", source.number):
            return url_for("desk.days_off" if source.kind == "override" else "desk.hours", slug=slug, public_id=who.public_id)
        case "override" | "away" if may(staff, "time off", source.number):
            return url_for("desk.days_off", slug=slug, public_id=who.public_id)
        case "closure" | "holiday" if may(staff, "closure"):
            return url_for("desk.closures", slug=slug)
    if source.kind in _OF_SETTINGS and not staff.may(SETTINGS):
        return ""
    match source.kind:
        case "length" | "pauses" | "step" | "for_people" | "offline" if service:
            return url_for("desk.service", slug=slug, public_id=service.public_id)
        case "offline" | "takes_no_new":
            return url_for("desk.practitioner", slug=slug, public_id=who.public_id)
        case "closed_to_new":
            return url_for("staff.settings", slug=slug)
    if not staff.may(SCHEDULES):
        return ""
    one = who or service
    return url_for("desk.rules_of_one", slug=slug, level=source.level, public_id=one.public_id) if one else url_for("desk.rules", slug=slug)
