"""The time zones offered to people, by the name of their city."""

from flask_babel import get_locale
from flask_babel import gettext as _

from portal.filters import zone_name

# Where people of a Canadian clinic usually are; their own zone is always added.
CANADA = (
    "America/St_Johns", "America/Halifax", "America/Moncton", "America/Toronto", "America/Winnipeg", "America/Regina",
    "America/Edmonton", "America/Vancouver", "America/Whitehorse", "America/Iqaluit",
)  # fmt: skip
ELSEWHERE = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City", "America/Sao_Paulo",
    "Europe/London", "Europe/Paris", "Europe/Kyiv", "Africa/Lagos", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Manila",
    "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip


def offered(own: str = "") -> list[tuple[str, str, str]]:
    """Zone, its city in the reader's language, and its group; the groups one after the other, each sorted by city. `own` is among them."""
    elsewhere = {*ELSEWHERE, own} - {*CANADA, ""}
    groups = ((_("Canada"), CANADA), (_("Elsewhere"), elsewhere))
    return [
        (zone, city, group)
        for group, zones in groups
        for city, zone in sorted((zone_name(zone, locale=get_locale()), zone) for zone in zones)
    ]
