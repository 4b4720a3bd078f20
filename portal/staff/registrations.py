"""New registrations: people who made their own profile online (MISSION M4)."""

from portal import clock
from portal.guards import staff_only
from portal.queries import waiting_registrations
from portal.staff.blueprint import blueprint
from portal.staff.page import SEES_EVERYBODY, staff_page
from portal.staff.panels import coming


@blueprint.get("/registrations")
@staff_only(*SEES_EVERYBODY)
def registrations(staff):
    now, found = clock.now(), waiting_registrations(staff)
    people = {one.profile_id for one in found}
    return staff_page(
        "staff/registrations.html",
        staff,
        now,
        people=people,
        registrations=found,
        coming=coming(staff, people, now),
        day=clock.today(staff.practice.zone),
        waiting=len(found),
    )
