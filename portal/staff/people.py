"""People: found by name, telephone number or address. Nobody is listed until somebody is asked for (LOOK §4.19)."""

from flask import request

from portal import clock, lookalikes
from portal.forms import clean
from portal.guards import staff_only
from portal.paging import FARTHEST_PAGE
from portal.staff import finding
from portal.staff.blueprint import blueprint
from portal.staff.page import sees_everybody, staff_page
from portal.staff.panels import coming
from portal.staff.record_page import may_add

LONGEST = 100


@blueprint.get("/people")
@staff_only()
def people(staff):
    now, asked, everybody = clock.now(), asked_for(), bool(request.args.get("all"))
    found = finding.people(staff, asked, page_asked()) if asked or everybody else None
    ids = {one.id for one in found.rows} if found else set()
    facts = {"asked": asked, "everybody": everybody, "found": found, "sees_everybody": sees_everybody(staff), "may_add": may_add(staff)}
    facts["duplicates"] = lookalikes.count_listed(staff) if sees_everybody(staff) else 0
    return staff_page("staff/people.html", staff, now, people=ids, coming=coming(staff, ids, now), day=clock.today(staff.practice.zone), **facts)


def asked_for() -> str:
    """What stands in the search box."""
    return clean(request.args.get("q"))[:LONGEST]


def page_asked() -> int:
    """The page's number in the address; 1 for anything else."""
    return min(request.args.get("page", 1, type=int), FARTHEST_PAGE)
