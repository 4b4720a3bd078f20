"""Merges of the practice: who united which records, when, what went over, and the way back (MISSION F8). One person's stand on their page."""

from datetime import datetime

from portal import clock, merge_history, unmerging
from portal.guards import staff_only
from portal.models import Merge, Profile, StaffMember
from portal.permissions import MERGE
from portal.staff import merge_names, merge_words
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.panels import Panel
from portal.staff.people import page_asked


@blueprint.get("/merges")
@staff_only(may=MERGE)
def merges(staff):
    now, found = clock.now(), merge_history.listed(staff, page_asked())
    people = {id_ for one in found.rows for id_ in (one.source_id, one.target_id)}
    facts = {
        "found": found,
        "blocked": _blocked(found.rows),
        "visits": merge_history.gone_over(staff, found.rows, "appointments"),
        "named": merge_words.named,
        "both": merge_names.of_that_day(found.rows),
    }
    return staff_page("staff/merges.html", staff, now, people=people, **facts)


def _blocked(rows) -> dict[int, Merge]:
    """Merge id → the later one that has to be taken back first."""
    return unmerging.blocked([one for one in rows if not one.is_undone])


def merged_in(staff: StaffMember, person: Profile, now: datetime) -> Panel:
    """`rows`: the merges that went into this record; for those who may take them back."""
    rows = merge_history.standing_in(staff, person) if staff.may(MERGE) else []
    return Panel(
        "staff/_merged.html",
        {"rows": rows, "both": merge_names.of_that_day(rows), "blocked": _blocked(rows), "named": merge_words.named},
        {one.source_id for one in rows},
        [],
    )
