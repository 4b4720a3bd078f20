"""Possible duplicates in the whole practice, side by side, and a button to search all of it anew (MISSION F8)."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from portal import clock, likeness_words, lookalikes, match_search
from portal.database import transact
from portal.guards import staff_only
from portal.permissions import MERGE
from portal.staff import comparing
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.people import page_asked


@blueprint.get("/duplicates")
@staff_only(may=MERGE)
def duplicates(staff):
    now, found = clock.now(), lookalikes.listed(staff, page_asked())
    people = {person.id for pair in found.rows for person in (pair.one, pair.other)}
    going = {"run": lookalikes.progress(staff.practice), "preparing": lookalikes.preparing(staff.practice)}
    facts = {"found": found, "day": clock.today(staff.practice.zone), **going}
    return staff_page("staff/duplicates.html", staff, now, people=people, likeness=likeness_words, compare=comparing.address, **facts)


@blueprint.post("/duplicates/search")
@staff_only(may=MERGE)
def search_duplicates(staff):
    transact(match_search.start_search, staff, clock.now())
    flash(_("The search has started."))
    return redirect(url_for("staff.duplicates", slug=staff.practice.slug))
