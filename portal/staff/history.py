"""What happened to one person's data and appointments, for staff: the same lines that the person reads,
but for practitioners those of visits with others."""

from flask import url_for

from portal import clock, history, links
from portal.guards import staff_only
from portal.ledger_words import Reader
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.whose import of_person
from portal.views.history import before


@blueprint.get("/people/<public_id>/history", endpoint="history")
@staff_only()
@of_person
def history_page(staff, person):
    now = clock.now()
    found = history.of(Reader(person, None, links.today(person, now), staff), before())
    more = url_for("staff.history", slug=staff.practice.slug, public_id=person.public_id, before=found.before) if found.before else None
    return person_page("staff/history.html", staff, person, now, found=found, earlier=more, zone=staff.practice.zone)
