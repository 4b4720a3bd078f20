"""What the desk of the demo world did: time that is blocked, a group with seats, somebody who comes along."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking import blocks, companions, groups
from booking.models import Appointment, Block
from booking.queries import open_times
from booking.timetable import timetable
from booking.wall_clock import as_datetime
from booking.wishes import Wish
from portal.database import db
from portal.ids import public_id
from portal.models import Practice, Profile, StaffMember
from portal.seed import RIVERSIDE, name_id

# (with whom, at least so many days ahead, minutes, what for, how many times a week)
BLOCKED = (("olivier", 0, 30, "Phone calls", 1), ("maya", 4, 30, "Team meeting", 4), ("ravi", 5, 60, "Training", 1))
GROUP = ("olivier", 5, "follow-up", 8, "Back class", ("walter@riverside", "anya@riverside"))
ALONG = ("walter@riverside", "Rosa Brandt", "daughter")


def seed_desk(now: datetime) -> bool:
    """After the crowd, where times are still free; False if it is there. A use case."""
    practice = db.session.scalar(select(Practice).where(Practice.slug == RIVERSIDE))
    if db.session.scalar(select(Block.id).where(Block.practice_id == practice.id, Block.title == BLOCKED[0][3])):
        return False
    staff = db.session.scalar(select(StaffMember).where(StaffMember.practice_id == practice.id, StaffMember.role == "front_desk"))
    for whom, ahead, minutes, title, times in BLOCKED:
        service = next(one for one in timetable(practice).services() if _person(practice, whom).id in one.practitioners)
        start = _last_free(practice, whom, service, ahead, now)
        if start is not None:
            begins = as_datetime(start)
            blocks.block(
                staff, _person(practice, whom).id, begins, begins + timedelta(minutes=minutes), title, now, every_days=7, times=times
            )
    whom, ahead, what, seats, title, who = GROUP
    service = timetable(practice).service(name_id(f"service {what}"))
    start = _last_free(practice, whom, service, ahead, now)
    if start is not None:
        group = groups.open(staff, Wish(service, _person(practice, whom)), start, seats, now, title=title)
        for name in who:
            groups.seat(staff, group, _profile(name), now, public_id(), anyway=True, tell=False)
    coming = select(Appointment).where(
        Appointment.profile_id == _profile(ALONG[0]).id, Appointment.status == "booked", Appointment.starts_at > now
    )
    visit = db.session.scalar(coming.order_by(Appointment.starts_at).limit(1))
    if visit is not None:
        companions.add(staff, visit, *ALONG[1:], now)
    return True


def _person(practice: Practice, key: str):
    return timetable(practice).practitioner(name_id(f"practitioner {key}"))


def _profile(name: str) -> Profile:
    return db.session.scalar(select(Profile).where(Profile.public_id == name_id(name)))


def _last_free(practice: Practice, whom: str, service, ahead: int, now: datetime) -> int | None:
    """The last free start of the first day that has one, at least so many days ahead; None in the next weeks."""
    first = now.astimezone(ZoneInfo(practice.zone)).date() + timedelta(days=ahead)
    found = open_times(practice, Wish(service, _person(practice, whom), staff=True), first, first + timedelta(days=20), now)
    return next((day.starts[-1] for day in found if day.starts), None)
