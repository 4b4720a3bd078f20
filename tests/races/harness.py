"""Many people want the same time in the same moment. Three oracles judge what happened (SAFETY §8).

Safety: no two stored appointments of one practitioner or room overlap, buffers included. Liveness: whoever was refused really had
something stored in the way. Truth: what people were told is what is stored.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from sqlalchemy import select

from booking.errors import SlotTaken
from booking.models import Appointment, Hold
from booking.models.appointment import BLOCKING
from portal.database import db
from portal.errors import DomainError


@dataclass
class Told:
    """What one racer heard: a `booked` appointment (public id), `refused`, or an `error` nobody should ever hear."""

    start: int
    candidates: tuple[int, ...]
    booked: str = ""
    held: bool = False
    refused: bool = False
    error: str = ""


def race(app, attempts: Iterable[Callable[[], Told]]) -> list[Told]:
    """Run every attempt in a thread and an application context of its own, all let go at once."""
    attempts = list(attempts)
    heard: list[Told | None] = [None] * len(attempts)
    ready = threading.Barrier(len(attempts))

    def run(n: int, attempt: Callable[[], Told]) -> None:
        with app.app_context():
            ready.wait(30)
            heard[n] = attempt()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert None not in heard, "somebody never got an answer"
    return heard


def attempt(start: int, candidates: tuple[int, ...], act: Callable[[], Appointment | Hold]) -> Callable[[], Told]:
    """An attempt that calls a use case and notes what it answers."""

    def run() -> Told:
        told = Told(start, candidates)
        try:
            answer = act()
            told.held = isinstance(answer, Hold)
            told.booked = "" if told.held else answer.public_id
        except SlotTaken:
            told.refused = True
        except DomainError as error:
            told.error = f"{type(error).__name__}: {error.message}"
        except Exception as error:  # whatever it is, the race reports it
            told.error = repr(error)
        return told

    return run


def stored() -> list[Appointment]:
    """The appointments that stand, as the database has them now."""
    db.session.rollback()
    return list(db.session.scalars(select(Appointment).where(Appointment.status.in_(BLOCKING)).order_by(Appointment.starts_at)))


def unsafe() -> list[str]:
    """Pairs that should never be: overlaps of one practitioner or one room, buffers included."""
    wrong, everything = [], stored()
    for one, other in combinations(everything, 2):
        first, second = sorted((one, other), key=lambda row: (row.starts_at, row.id))
        pairs = []
        if first.practitioner_id == second.practitioner_id:
            pairs.append(("practitioner", first.after_minutes, second.before_minutes))
        if first.room_id is not None and first.room_id == second.room_id:
            pairs.append(("room", first.room_after_minutes, second.room_before_minutes))
        for what, after, before in pairs:
            if second.starts_at < first.ends_at + timedelta(minutes=max(after, before)):
                wrong.append(f"{what}: {first.starts_at} and {second.starts_at}")
    return wrong


def unjustified(heard: list[Told], minutes: int, gap: int, rooms: int | None = None) -> list[str]:
    """Refusals with nothing in the way: every candidate must be taken then, or every room (`rooms` of them).

    `minutes` is the length of the service, `gap` the larger of its buffers.
    """
    wrong = []
    taken = [
        (row.practitioner_id, row.starts_at.timestamp(), row.ends_at.timestamp()) for row in (*stored(), *db.session.scalars(select(Hold)))
    ]
    for told in heard:
        begins, ends = told.start - gap * 60, told.start + (minutes + gap) * 60
        clashing = [who for who, start, end in taken if start < ends and end > begins]
        if told.refused and not set(told.candidates) <= set(clashing) and (rooms is None or len(clashing) < rooms):
            wrong.append(f"{told.start} was refused to {told.candidates}, taken are {clashing}")
    return wrong


def untrue(heard: list[Told]) -> list[str]:
    """Bookings told but not stored as told, stored but not told, and errors."""
    told = {one.booked: one.start for one in heard if one.booked}
    kept = {row.public_id: int(row.starts_at.timestamp()) for row in stored()}
    wrong = [f"told {name}, stored {kept.get(name)}" for name in told.keys() | kept.keys() if told.get(name) != kept.get(name)]
    return wrong + [one.error for one in heard if one.error]
