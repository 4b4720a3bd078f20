"""The doors of the desk's calendar, as plain rows for tests/house/doors.py, and the things they name: one of Maya Chen's, one of a colleague's,
one of the other practice's. What is sent changes nothing (it is incomplete or stale), so that the next who knocks finds the same."""

from datetime import timedelta

from sqlalchemy import select

from booking import payments
from booking.models import Appointment, Block, Location
from portal.database import db, transact
from tests import mails

STAFF, DESK, NOBODY = ("admin", "practitioner", "front desk"), ("admin", "front desk"), ()
_HERE = "/desk/riverside"
_LONG = "x" * 600
_OF_VISIT = (  # endpoint, what follows the id, the status, what is sent
    ("appointment", "", 200, None),
    ("mark", "/mark", 302, {}),
    ("move", "/move", 200, None),
    ("move", "/move", 422, {}),
    ("cancel", "/cancel", 200, None),
    ("cancel", "/cancel", 422, {"reason": _LONG}),
    ("repeat", "/repeat", 200, None),
    ("repeat", "/repeat", 422, {"times": "1"}),
    ("add_companion", "/companions", 422, {}),
    ("record_payment", "/payments/add", 200, None),
    ("record_payment", "/payments/add", 422, {}),
    ("set_due", "/due", 200, None),
    ("set_due", "/due", 422, {}),
)
_OF_RECEIPT = (
    ("receipt", "", 200, None),
    ("mail_receipt", "/mail", 404, {}),
    ("refund", "/refund", 200, None),
    ("refund", "/refund", 422, {}),
    ("take_back_entry", "/mistake", 200, None),
    ("take_back_entry", "/mistake", 422, {}),
)
_OF_BLOCK = (("block", "", 200, None), ("block", "", 422, {}), ("remove_block", "/remove", 409, {"revision": "99"}))
_OF_GROUP = (
    ("group", "", 200, None),
    ("group", "", 422, {"seats": "0"}),
    ("seat", "/seat", 200, None),
    ("seat", "/seat?who={client}", 422, {"note": _LONG}),
    ("move_group", "/move", 200, None),
    ("move_group", "/move", 422, {}),
    ("move_group_back", "/move/back", 404, {}),
    ("close_group", "/close", 200, None),
    ("close_group", "/close", 422, {"reason": _LONG}),
)

# (endpoint, path, status, for whom; everybody else 404, what is sent)
DESK_DOORS = [
    ("desk.calendar", f"{_HERE}/calendar", 200, STAFF, None),
    ("desk.calendar", f"{_HERE}/calendar?view=week&with={{theirs}}", 200, STAFF, None),
    ("desk.calendar", f"{_HERE}/calendar?with={{colleague}}", 200, DESK, None),
    ("desk.calendar", "/desk/nowhere/calendar", 200, NOBODY, None),
    ("desk.calendar_state", f"{_HERE}/calendar/state", 200, STAFF, None),
    ("desk.calendar_state", f"{_HERE}/calendar/state?with={{colleague}}", 200, DESK, None),
    ("desk.book", f"{_HERE}/book", 200, STAFF, None),
    ("desk.book", f"{_HERE}/book?who={{client}}", 200, STAFF, None),
    ("desk.book", f"{_HERE}/book?who={{client}}&with={{colleague}}", 200, DESK, None),
    ("desk.book", f"{_HERE}/book?who={{client}}", 422, STAFF, {}),
    ("desk.book", f"{_HERE}/book?block={{block_c}}", 200, DESK, None),
    ("desk.book", f"{_HERE}/book?block={{block_b}}", 200, NOBODY, None),
    ("desk.book_new", f"{_HERE}/book/new", 200, STAFF, None),
    ("desk.book_new", f"{_HERE}/book/new", 422, STAFF, {}),
    ("desk.add_block", f"{_HERE}/blocks/add", 200, STAFF, None),
    ("desk.add_block", f"{_HERE}/blocks/add", 422, STAFF, {}),
    ("desk.open_group", f"{_HERE}/groups/open", 200, STAFF, None),
    ("desk.open_group", f"{_HERE}/groups/open", 422, STAFF, {}),
    ("desk.cover", f"{_HERE}/cover", 200, DESK, None),
    ("desk.cover", f"{_HERE}/cover", 200, DESK, {}),
    ("desk.day_payments", f"{_HERE}/payments", 200, STAFF, None),
    ("desk.day_payments", "/desk/nowhere/payments", 200, NOBODY, None),
    ("desk.day_payments_file", f"{_HERE}/payments.csv", 200, STAFF, None),
    ("desk.day_payments_file", "/desk/nowhere/payments.csv", 200, NOBODY, None),
    ("desk.remove_companion", f"{_HERE}/appointments/{{visit}}/companions/0/remove", 404, STAFF, {}),
    *(
        (f"desk.{name}", f"{_HERE}/{kind}s/{{{thing}{whose}}}{rest}", status, who, sent)
        for kind, thing, doors in (
            ("appointment", "visit", _OF_VISIT),
            ("block", "block", _OF_BLOCK),
            ("group", "group", _OF_GROUP),
            ("receipt", "receipt", _OF_RECEIPT),
        )
        for name, rest, status, sent in doors
        for whose, who in (("", STAFF), ("_c", DESK), ("_b", NOBODY))
        if not whose or rest in ("", "/move", "/remove", "/close", "/payments/add", "/due", "/refund", "/mistake")
    ),
]


def settle(cast, now) -> dict[str, str]:
    """The ids that the paths name; ends in `_c` for a colleague's, in `_b` for the other practice's."""
    found = {
        "visit": mails.appointment(cast, "leo", now + timedelta(days=20)).public_id,
        "visit_c": mails.appointment(cast, "leo", now + timedelta(days=21), "orthotics").public_id,
        "visit_b": mails.appointment(cast, "luc", now + timedelta(days=20), "evaluation", "luc", "beau-rivage").public_id,
    }
    whose = {
        "": (cast.maya_chen, cast.follow_up),
        "_c": (cast.olivier_dubois, cast.follow_up),
        "_b": (cast.camille_landry, cast.evaluation),
    }
    for end, (person, service) in whose.items():
        for thing, days, more in (("block", 22, {"title": "Meeting"}), ("group", 23, {"seats": 4, "service_id": service.id})):
            found[thing + end] = transact(_add, person, now + timedelta(days=days), more, now)
    for end, who, slug in (("", "dana", "riverside"), ("_c", "dana", "riverside"), ("_b", "sylvie", "beau-rivage")):
        found[f"receipt{end}"] = transact(paid, cast.staff(who, slug), found[f"visit{end}"], now)
    return found


def paid(staff, visit: str, now) -> str:
    one = db.session.scalar(select(Appointment).where(Appointment.public_id == visit))
    return payments.record(staff, one, 100, "cash", now.date(), now, visit, over_known=100).public_id


def _add(person, begins, more: dict, now) -> str:
    place = db.session.scalar(select(Location.id).where(Location.practice_id == person.practice_id).order_by(Location.id))
    common = dict(practice_id=person.practice_id, practitioner_id=person.id, location_id=place, created_at=now)
    row = Block(starts_at=begins, ends_at=begins + timedelta(hours=1), **common, **more)
    db.session.add(row)
    db.session.flush()
    return row.public_id
