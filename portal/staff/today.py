"""Today: what is on, and what waits for somebody."""

from portal import clock
from portal.guards import staff_only
from portal.permissions import MERGE
from portal.staff import queue
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.panels import panels


@blueprint.get("/")
@staff_only()
def today(staff):
    now = clock.now()
    parts = panels(staff, now)
    counts = queue.counts(staff) if staff.may(MERGE) else None
    return staff_page(
        "staff/today.html",
        staff,
        now,
        people=set().union(*(part.people for part in parts)),
        parts=parts,
        tiles=[tile for part in parts for tile in part.tiles],
        day=clock.today(staff.practice.zone),
        waiting=counts.waiting if counts else None,
        counts=counts,
    )
