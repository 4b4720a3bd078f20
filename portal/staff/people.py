"""People: found by name, telephone number or address. Nobody is listed until somebody is asked for (LOOK §4.19)."""

from flask import render_template, request

from portal import clock, lookalikes
from portal.forms import clean
from portal.guards import staff_only
from portal.paging import FARTHEST_PAGE
from portal.permissions import EVERYBODY, MERGE, TEAM
from portal.reading import note_viewed
from portal.staff import finding
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.panels import coming
from portal.staff.record_page import may_add

LONGEST = 100
SHORTEST, MOST = 2, 8  # letters before anybody is proposed, and how many people


@blueprint.get("/people")
@staff_only()
def people(staff):
    now, asked, everybody = clock.now(), asked_for(), bool(request.args.get("all"))
    found = finding.people(staff, asked, page_asked()) if asked or everybody else None
    ids = {one.id for one in found.rows} if found else set()
    facts = {
        "asked": asked,
        "everybody": everybody,
        "found": found,
        "sees_everybody": staff.may(EVERYBODY),
        "merges": staff.may(MERGE),
        "may_add": may_add(staff),
        "may_import": staff.may(TEAM),
    }
    facts["duplicates"] = lookalikes.count_listed(staff) if staff.may(MERGE) else 0
    return staff_page(
        "staff/people.html", staff, now, people=ids, coming=coming(staff, ids, now), day=clock.today(staff.practice.zone), **facts
    )


@blueprint.get("/people/suggest")
@staff_only()
def suggest(staff):
    """For the search box of every staff page, while somebody types: the first few who fit."""
    now, asked = clock.now(), asked_for()
    rows = finding.people(staff, asked, 1).rows[:MOST] if len(asked) >= SHORTEST else []
    part = render_template("staff/_suggest.html", rows=rows, asked=asked, day=clock.today(staff.practice.zone))
    note_viewed(staff, {one.id for one in rows}, now)
    return part


def asked_for() -> str:
    """What stands in the search box."""
    return clean(request.args.get("q"))[:LONGEST]


def page_asked() -> int:
    """The page's number in the address; 1 for anything else."""
    return min(request.args.get("page", 1, type=int), FARTHEST_PAGE)
