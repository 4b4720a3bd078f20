"""One person as the practice knows them: details, and what the rest of the house adds (next appointments)."""

from portal import clock
from portal.filters import local
from portal.guards import staff_only
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.panels import person_panels
from portal.staff.whose import of_person


@blueprint.get("/people/<public_id>")
@staff_only()
@of_person
def person(staff, person):
    now = clock.now()
    since = local(person.created_at, staff.practice.zone).date()
    return person_page("staff/person.html", staff, person, now, parts=person_panels(staff, person, now), since=since)
