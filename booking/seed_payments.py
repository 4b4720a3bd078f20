"""Money at the desk of the demo world: visits paid at once, in parts, not yet, and a mistake that was taken back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking import payments
from booking.models import Appointment, Payment
from portal.database import db
from portal.models import Practice, Profile, StaffMember
from portal.seed import RIVERSIDE, name_id

IN_PARTS, TYPED_WRONG = "walter@riverside", "priya@riverside"  # the last visit of these; the visits before were paid by card


def seed_payments(now: datetime) -> bool:
    """For the last visits of those who have some; False if they are there. A use case."""
    practice = db.session.scalar(select(Practice).where(Practice.slug == RIVERSIDE))
    if db.session.scalar(select(Payment.id).where(Payment.practice_id == practice.id).limit(1)):
        return False
    staff = db.session.scalar(select(StaffMember).where(StaffMember.practice_id == practice.id, StaffMember.role == "front_desk"))
    for name in (IN_PARTS, TYPED_WRONG):
        for position, one in enumerate(_last_visits(practice, name, now)):
            day = one.starts_at.astimezone(ZoneInfo(practice.zone)).date()

            def pay(amount: int, method: str, part: int = 1, one=one, day=day, note: str = "") -> Payment:
                return payments.record(staff, one, amount, method, day, one.ends_at, f"demo {one.public_id} {part}", note=note)

            if position:
                pay(one.price_cents, "card")
            elif name == IN_PARTS:
                pay(one.price_cents // 2, "insurance", note="Claim sent from the desk")
            else:
                wrong = pay(one.price_cents // 10, "cash")
                payments.reverse(staff, wrong, "One zero was missing", day, one.ends_at + timedelta(minutes=5), f"demo {one.public_id} 2")
                pay(one.price_cents, "cash", 3)
    return True


def _last_visits(practice: Practice, name: str, now: datetime) -> list[Appointment]:
    """The last three that took place and cost something, the latest first."""
    person = db.session.scalar(select(Profile.id).where(Profile.public_id == name_id(name)))
    found = select(Appointment).where(
        Appointment.profile_id == person, Appointment.practice_id == practice.id, Appointment.price_cents.is_not(None)
    )
    took_place = (Appointment.status.in_(("booked", "arrived", "fulfilled")), Appointment.ends_at <= now)
    return list(db.session.scalars(found.where(*took_place).order_by(Appointment.starts_at.desc()).limit(3)))
