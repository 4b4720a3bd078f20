"""Dana at the desk of a clinic of one's own (tests/booking/clinic.py), Ines who gives visits of an hour, and Leo on the telephone."""

from sqlalchemy import func, select

from booking import by_staff
from booking.models import Appointment, Practitioner, Service
from portal import access
from portal.database import db, transact
from portal.models import LedgerLine, Link, OutboxMail
from tests.booking.clinic import Clinic, at
from tests.portal.merging import staff_of

NINE, TEN, NOON = (at(f"2026-12-14 {hour}") for hour in ("09:00", "10:00", "12:00"))


class Desk:
    """`Desk(clock())`. What is not named is Leo, a visit, Ines, Monday 14 December at nine."""

    def __init__(self, now):
        self.clinic = Clinic(now)
        self.visit: Service = self.clinic.service()
        self.ines: Practitioner = self.clinic.practitioner("Ines", self.visit)
        self.leo: Link = self.clinic.person("Leo", "parent")
        self.dana = staff_of(self.clinic.practice, now, access.FRONT_DESK)

    @property
    def now(self):
        return self.clinic.now

    def do(self, use_case, *args, **more):
        """`desk.do(blocks.remove, block)`: as Dana, now."""
        return transact(use_case, self.dana, *args, self.now, **more)

    def wish(self, service=None, person=None):
        return self.clinic.wish(service or self.visit, person or self.ines)

    def book(self, start=NINE, link=None, key=None, wish=None, **more) -> Appointment:
        link = link or self.leo
        return transact(by_staff.book, self.dana, link.profile, wish or self.wish(), start, self.now, key or f"{start} {link.id}", **more)

    def move(self, one, start, wish=None, key="move", **more) -> Appointment:
        return transact(by_staff.move, self.dana, one, wish or self.wish(), start, self.now, key, **more)

    def cancel(self, one, **more) -> Appointment:
        return transact(by_staff.cancel, self.dana, one, self.now, **more)

    def mark(self, one, status, now=None, **more) -> Appointment:
        """As soon as it has begun, which is when every mark can be true."""
        return transact(by_staff.mark, self.dana, one, status, now or max(self.now, one.starts_at), **more)


def lines() -> list[LedgerLine]:
    return list(db.session.scalars(select(LedgerLine).order_by(LedgerLine.id)))


def mails(state="queued") -> list[str]:
    return sorted(db.session.scalars(select(OutboxMail.template).where(OutboxMail.state == state)))


def how_many(table=Appointment) -> int:
    return db.session.scalar(select(func.count()).select_from(table))
