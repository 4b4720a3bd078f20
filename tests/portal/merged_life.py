"""What happens to a record between a merge and its undo: random things, through the use cases that pages call."""

from datetime import timedelta

from sqlalchemy import select

from booking import bookings
from booking.models import Appointment
from portal import access, claims, invitations, links, mailed_links
from portal.database import db, transact
from portal.errors import DomainError
from portal.ids import public_id
from portal.models import Invitation, Link, Merge, Profile
from portal.tombstones import survivor
from tests.booking.clinic import at
from tests.portal.merging import World, merged


class Life:
    """Of the record `target`; `others` may be merged into it, or it into them."""

    def __init__(self, world: World, target: Profile, others: list[Profile]):
        self.world, self.target, self.at, self.others, self.dice = world, target, target, list(others), world.dice
        self.now = world.now + timedelta(minutes=10)
        self.edited: dict[str, str] = {}
        self.was_kept_safe, self.is_safe, self.done = False, target.is_safe, []
        self._first = db.session.scalar(select(Merge.id).order_by(Merge.id.desc()))

    def something(self) -> None:
        """One thing; what the house refuses has not happened."""
        self.now += timedelta(minutes=7)
        self.at = survivor(db.session.get(Profile, self.target.id, populate_existing=True))
        acts = (self.book, self.book, self.cancel, self.move, self.decide, self.revoke, self.give, self.date, self.primary)
        acts += (self.invite, self.accept, self.accept, self.delete, self.resend, self.edit, self.keep_safe, self.merge)
        act = self.dice.choice(acts)
        try:
            act()
            self.done.append(act.__name__)
        except DomainError:
            db.session.rollback()

    def merges_to_take_back(self) -> list[Merge]:
        """Those made since, the oldest first."""
        found = select(Merge).where(Merge.id > self._first, Merge.undone_at.is_(None)).order_by(Merge.id)
        return [one for one in db.session.scalars(found) if self.target.id in (one.source_id, one.target_id)]

    def _one(self, model, *where):
        found = list(db.session.scalars(select(model).where(model.profile_id == self.at.id, *where).order_by(model.id)))
        if not found:
            raise DomainError("nothing there")
        return self.dice.choice(found)

    def _link(self) -> Link:
        return self._one(Link, Link.revoked_at.is_(None))

    def _start(self) -> int:
        return at(f"2026-12-{self.dice.randrange(16, 28)} {self.dice.randrange(9, 16):02}:00")

    def book(self):
        link, wish = self._link(), self.world.clinic.wish(self.world.visit, self.dice.choice(self.world.who))
        transact(bookings.book, link.account, link, wish, self._start(), self.now, public_id())

    def cancel(self):
        link = self._link()
        transact(bookings.cancel, link.account, self._one(Appointment), self.now)

    def move(self):
        link, one = self._link(), self._one(Appointment)
        wish = self.world.clinic.wish(self.world.visit, self.dice.choice(self.world.who))
        transact(bookings.move, link.account, one, wish, self._start(), self.now, public_id())

    def decide(self):
        may = [name for name in access.PERMISSIONS if self.dice.random() < 0.6]
        transact(links.decide, self._link(), may, self.now, by=self.world.staff.account, as_staff=True)

    def revoke(self):
        transact(links.revoke, self._link(), self.now, by=self.world.staff.account, as_staff=True)

    def give(self):
        transact(
            links.grant, self.dice.choice(self.world.accounts), self.at, "carer", access.default_permissions("carer"), self.now, ground=""
        )

    def date(self):
        last = self.world.on + timedelta(days=self.dice.choice((1, 50)))
        transact(links.set_dates, self._link(), self.dice.choice((None, last)), None, self.now, by=self.world.staff.account)

    def primary(self):
        transact(links.make_primary, self._link(), self.now, by=self.world.staff)

    def invite(self):
        email = self.dice.choice(("ada@mail.example", "ben@mail.example", "cleo@mail.example", "new@mail.example", "late@mail.example"))
        wanted = invitations.Wanted(email, "carer", access.default_permissions("carer"))
        transact(invitations.invite, self.world.staff, self.at, wanted, self.now)

    def accept(self):
        one = self._one(Invitation, Invitation.accepted_at.is_(None))
        account = next((found for found in self.world.accounts if found.email_key == one.email_key), None)
        link = mailed_links.latest_claim(one)
        if account is None or link is None:
            raise DomainError("nobody")
        transact(claims.accept, account, claims.Circumstances(link, mailed_links.MAILED, True), self.now)

    def delete(self):
        transact(invitations.delete, self._one(Invitation), self.now, by=self.world.staff)

    def resend(self):
        transact(invitations.resend, self._one(Invitation), self.now, by=self.world.staff)

    def edit(self):
        name, number = self.dice.choice(("phone", "email")), len(self.done) + 700  # never what a merge had put there
        value = {"phone": f"+14165550{number}", "email": f"m{number}@mail.example"}[name]
        transact(lambda: setattr(db.session.get(Profile, self.at.id), name, value))
        if self.at is self.target:
            self.edited[name] = value

    def keep_safe(self):
        safe, was_safe = self.dice.random() < 0.7, self.at.is_safe
        transact(links.keep_safe, self.at, safe, self.now, by=self.world.staff)
        self.was_kept_safe = safe and self.at is self.target and (self.was_kept_safe or not was_safe)

    def merge(self):
        if not self.others or self.merges_to_take_back():
            raise DomainError("nobody left")
        other = self.others.pop()
        pair = self.dice.choice(((other, self.target), (self.target, other)))
        merged(self.world.staff, *pair, self.now, **self.world.choices(*pair))
