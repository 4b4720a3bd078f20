"""For tests of mails: appointments put straight into the tables, the outbox read back, exact texts kept in tests/snapshots."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from booking.models import Appointment, Location, Practitioner, Service
from booking.seed import PRACTITIONERS, SERVICES
from portal import clock, letters, text_length
from portal.database import db, transact
from portal.ids import secret
from portal.models import Account, OutboxMail, Profile
from portal.seed import name_id

SNAPSHOTS = Path(__file__).parent / "snapshots" / "email"
UPDATE = "UPDATE_SNAPSHOTS"  # set it to write the texts anew, then read the difference


def appointment(cast, who: str, starts_at: datetime, service: str = "initial", by: str = "priya", slug: str = "riverside") -> Appointment:
    """One that nothing has been said about. `who` is a profile's name, `service` a key of booking/seed.py."""
    what = db.session.scalar(select(Service).where(Service.public_id == name_id(f"service {service}")))
    whom = next(key for key in SERVICES[service][5].split() if PRACTITIONERS[key][0] == slug)
    seen_by = db.session.scalar(select(Practitioner).where(Practitioner.public_id == name_id(f"practitioner {whom}")))
    place = db.session.scalar(select(Location).where(Location.practice_id == what.practice_id).order_by(Location.id))
    now = clock.now()
    row = Appointment(
        public_id=name_id(f"appointment of {who} at {starts_at}"),
        practice_id=what.practice_id,
        location_id=place.id,
        profile_id=cast.profile(who, slug).id,
        service_id=what.id,
        practitioner_id=seen_by.id,
        booked_by_id=getattr(cast, by).id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=what.duration_minutes),
        wall_start="",
        zone=place.zone,
        idempotency_key=secret(),
        created_at=now,
        changed_at=now,
    )
    transact(_add, row)
    return row


def _add(row) -> None:
    db.session.add(row)
    db.session.flush()


def change(row, **facts) -> None:
    """Set columns of a row, as a use case would: `change(appointment, sequence=1, starts_at=…)`."""

    def use_case():
        db.session.refresh(row)
        for name, value in facts.items():
            setattr(row, name, value)

    transact(use_case)


def outbox(template: str = "", **facts) -> list[OutboxMail]:
    """The rows as they stand, in the order they are due: `outbox("reminder", state="queued")`."""
    db.session.expire_all()
    rows = db.session.scalars(select(OutboxMail).order_by(OutboxMail.due_at, OutboxMail.id))
    return [row for row in rows if template in ("", row.template) and all(getattr(row, name) == value for name, value in facts.items())]


def readers(template: str) -> list[str]:
    """Whom the waiting mails of a template are for."""
    return sorted(row.to_address for row in outbox(template, state="queued"))


def letter_to(address: str, template: str) -> letters.Letter | None:
    """What the one waiting mail of a template to an address would say now."""
    (row,) = outbox(template, state="queued", to_address=address)
    return letters.write(row, clock.now())


def account(name: str) -> Account:
    return db.session.scalar(select(Account).where(Account.public_id == name_id(name)))


def profile(name: str, slug: str = "riverside") -> Profile:
    return db.session.scalar(select(Profile).where(Profile.public_id == name_id(f"{name}@{slug}")))


def same_as_snapshot(name: str, letter: letters.Letter) -> None:
    """The exact words. UPDATE_SNAPSHOTS=1 writes them anew."""
    _same(SNAPSHOTS / f"{name}.txt", f"From: {letter.sender_name}\nSubject: {letter.subject}\n\n{letter.text}")


def same_text_as_snapshot(name: str, text: letters.Text) -> None:
    """The exact words of a text message, with what it costs."""
    path = SNAPSHOTS.with_name("sms") / f"{name}.txt"
    _same(
        path,
        f"{text.body}\n\n{len(text.body)} characters, {'GSM-7' if text_length.is_gsm(text.body) else 'UCS-2'}, {text_length.segments(text.body)} segment(s)\n",
    )


def _same(path: Path, said: str) -> None:
    if os.environ.get(UPDATE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said)
    assert path.exists(), f"no such text yet; {UPDATE}=1 writes it"
    assert said == path.read_text(), f"{path.stem} says something else now; if that is meant, {UPDATE}=1 writes it anew"
