"""What a preview costs: a change of the plan over twenty practitioners and ninety days, before anything is saved."""

from functools import partial

from bench import Row, cpu_ms
from bench.statements import counted
from bench.world import NOW, application, busy_practice
from booking.changes import HolidayWorked, NewRules, NewWeek, TimeOffTaken
from booking.models import Location, Service, ServicePractitioner
from booking.previews import preview
from portal.database import db, transact
from portal.models import StaffMember

PRACTITIONERS, DAYS, AIM = 20, 90, 150.0
SERVICES = 3  # each practitioner offers so many


def more_services(practice, people) -> None:
    """A use case: what a real practice has, visits of several lengths."""
    for minutes in (45, 60)[: SERVICES - 1]:
        service = Service(practice_id=practice.id, name=f"Visit of {minutes}", duration_minutes=minutes)
        db.session.add(service)
        db.session.flush()
        db.session.add_all(ServicePractitioner(practice_id=practice.id, service_id=service.id, practitioner_id=one.id) for one in people)


def desk(practice, account) -> StaffMember:
    member = StaffMember(practice_id=practice.id, account_id=account.id, role="admin", created_at=NOW)
    db.session.add(member)
    return member


def rows():
    with application() as app, app.app_context():
        practice, _service, people, account, _link = busy_practice(PRACTITIONERS, DAYS)
        transact(more_services, practice, people)
        staff = transact(desk, practice, account)
        place = db.session.query(Location.id).scalar()
        shorter = NewRules("practice", None, {"horizon": {"kind": "rolling", "days": 14}})
        changes = {
            "horizon 90 → 14 days": (shorter, AIM),
            "horizon 90 → 180 days": (NewRules("practice", None, {"horizon": {"kind": "rolling", "days": 180}}), None),
            "a week of one": (NewWeek(people[0].id, place, ((0, ((600, 900, None),)),), NOW.date()), None),
            "a day off of one": (TimeOffTaken(people[0].id, int(NOW.timestamp()) + 86400, int(NOW.timestamp()) + 2 * 86400), None),
            "a holiday worked": (HolidayWorked(NOW.date().replace(day=25)), None),
        }
        for name, (change, aim) in changes.items():
            yield Row(
                f"preview, {name}, {PRACTITIONERS} × {DAYS} days × {SERVICES} services",
                cpu_ms(partial(look, staff, change)),
                "ms CPU",
                aim=aim,
            )
        db.session.rollback()
        with counted(db.engine) as asked:
            look(staff, shorter)
        yield Row("preview: statements", len(asked), "SQL", aim=8)


def look(staff, change):
    """As a request would: nothing is remembered of the transaction before."""
    db.session.rollback()
    return preview(staff, change, NOW)
