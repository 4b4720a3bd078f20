"""Settings: every page that this member of staff may open, in groups."""

from itertools import groupby

from portal import clock
from portal.guards import staff_only
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.settings_menu import entries


@blueprint.get("/settings")
@staff_only()
def settings(staff):
    order: dict[str, int] = {}
    found = sorted(entries(staff), key=lambda one: order.setdefault(str(one.group), len(order)))
    groups = [(group, list(rows)) for group, rows in groupby(found, key=lambda one: str(one.group))]
    return staff_page("staff/settings.html", staff, clock.now(), people=(), groups=groups)
