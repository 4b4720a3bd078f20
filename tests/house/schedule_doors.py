"""The doors of the pages about schedules, as plain rows for tests/house/doors.py. What is sent is incomplete, so nothing changes by knocking."""

from sqlalchemy import select

from booking.models import Break, Cap, Closure, Practitioner, TimeOff
from portal.database import db
from portal.seed import name_id

STAFF, DESK, OWN, ADMIN, NOBODY = (
    ("admin", "practitioner", "front desk"),
    ("admin", "front desk"),
    ("admin", "practitioner"),
    ("admin",),
    (),
)
_HERE = "/desk/riverside"
_MINE, _COLLEAGUES, _FOREIGN = (f"{_HERE}/schedules/{{{name}}}" for name in ("theirs", "colleague", "elsewhere"))
_RULES = f"{_HERE}/rules"
_RAVI, _CONCUSSION = f"{_RULES}/practitioner/{name_id('practitioner ravi')}", f"{_RULES}/service/{name_id('service concussion')}"

# (endpoint, path, status, for whom; everybody else 404, what is sent)
SCHEDULE_DOORS = [
    ("desk.schedules", f"{_HERE}/schedules", 200, STAFF, None),
    ("desk.schedules", "/desk/nowhere/schedules", 200, NOBODY, None),
    ("desk.outside_hours", f"{_HERE}/schedules/outside", 200, STAFF, None),
    ("desk.tell_outside", f"{_HERE}/schedules/outside/tell", 302, STAFF, {}),
    ("desk.hours", f"{_MINE}/hours", 200, OWN, None),
    ("desk.hours", f"{_MINE}/hours", 422, OWN, {"start": "soon"}),
    ("desk.days_off", f"{_MINE}/days-off", 200, STAFF, None),
    ("desk.days_off", f"{_MINE}/days-off", 422, STAFF, {}),
    ("desk.hours", f"{_COLLEAGUES}/hours", 200, ADMIN, None),
    ("desk.days_off", f"{_COLLEAGUES}/days-off", 200, DESK, None),
    ("desk.hours", f"{_FOREIGN}/hours", 200, NOBODY, None),
    ("desk.days_off", f"{_FOREIGN}/days-off", 200, NOBODY, None),
    ("desk.end_break", f"{_MINE}/breaks/{{break}}", 200, OWN, None),
    ("desk.end_break", f"{_COLLEAGUES}/breaks/{{break}}", 200, NOBODY, {}),
    ("desk.end_day_off", f"{_MINE}/days-off/{{time_off}}", 200, STAFF, None),
    ("desk.end_day_off", f"{_COLLEAGUES}/days-off/{{time_off}}", 200, NOBODY, {}),
    ("desk.usual_hours", f"{_MINE}/usual/1/2026-12-14", 200, NOBODY, None),
    ("desk.usual_hours", f"{_MINE}/usual/1/2026-12-14", 200, NOBODY, {}),
    ("desk.closures", f"{_HERE}/closures", 200, DESK, None),
    ("desk.closures", f"{_HERE}/closures", 422, DESK, {}),
    ("desk.end_closure", f"{_HERE}/closures/{{closure}}/end", 200, ADMIN, None),
    ("desk.end_closure", f"{_HERE}/closures/{{closure}}/end", 200, ADMIN, {}),  # looked at, not saved
    ("desk.end_closure", f"{_HERE}/closures/{{closure_elsewhere}}/end", 200, NOBODY, None),
    ("desk.holiday", f"{_HERE}/holidays/2027-07-01", 200, ADMIN, None),
    ("desk.holiday", f"{_HERE}/holidays/2027-07-01", 200, ADMIN, {}),
    *(
        (page, path, status, ADMIN, sent)
        for page, path in (("desk.rules", _RULES), ("desk.rules_of_one", _RAVI), ("desk.rules_of_one", _CONCUSSION))
        for status, sent in ((200, None), (422, {"kind": "?"}))
    ),
    ("desk.rules_of_one", f"{_RULES}/practitioner/{{elsewhere}}", 200, NOBODY, None),
    ("desk.end_cap", f"{_HERE}/caps/{{cap}}", 200, ADMIN, None),
    ("desk.end_cap", f"{_HERE}/caps/99999", 200, NOBODY, {}),
]


def settle(cast) -> dict:
    """The ids of what the doors name."""
    maya, camille = cast.maya_chen, cast.camille_landry

    def first(model, *which):
        return str(db.session.scalars(select(model.id).where(*which).order_by(model.id)).first())

    return {
        "elsewhere": db.session.get(Practitioner, camille.id).public_id,
        "break": first(Break, Break.practitioner_id == maya.id),
        "time_off": first(TimeOff, TimeOff.practitioner_id == maya.id),
        "closure": first(Closure, Closure.practice_id == maya.practice_id, Closure.name == "Winter break"),
        "closure_elsewhere": first(Closure, Closure.practice_id == camille.practice_id),
        "cap": first(Cap, Cap.practice_id == maya.practice_id),
    }
