"""A process that books, moves and cancels until it is killed, and says what it did only after it was done.

`python -m tests.races.booker URL INSTANCE LINK SERVICE NOW`: for each number read from stdin a child begins with that slot; it prints
`pid 123`, then lines like `booked k3v7… 1797339600`, and `dead` when it is gone. It warms up with three slots of its own and says
`ready`: imports and compiled statements are paid once, not once per kill.
"""

import itertools
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from app import create_app
from booking import bookings
from booking.errors import SlotTaken
from booking.timetable import timetable
from booking.wishes import Wish
from portal.database import db, transact
from portal.models import Link
from tests.booking.clinic import at

PER_DAY = 32  # quarters of an hour from 9 to 17


def slot(n: int) -> int:
    """The n-th quarter of an hour from Monday 14 December 2026 on."""
    day = datetime(2026, 12, 14) + timedelta(days=n // PER_DAY, minutes=540 + 15 * (n % PER_DAY))
    return at(f"{day:%Y-%m-%d %H:%M}")


def tell(*words) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def work(app, link_id: int, service_id: int, now: datetime, slots: Iterable[int]) -> None:
    with app.app_context():
        for n in slots:
            link = db.session.get_one(Link, link_id)
            wish = Wish(timetable(link.profile.practice).service_by_id(service_id))
            try:
                made = transact(bookings.book, link.account, link, wish, slot(n), now, f"slot {n} {os.getpid()}")
            except SlotTaken:
                continue
            tell("booked", made.public_id, slot(n))
            if n % 3 == 1:
                transact(bookings.cancel, link.account, made, now)
                tell("cancelled", made.public_id, slot(n))
            if n % 3 == 2:
                there = slot(n - 1)  # given back a moment ago
                transact(bookings.move, link.account, made, wish, there, now, "key")
                tell("booked", made.public_id, there)


def main(url: str, instance: str, link_id: str, service_id: str, now: str) -> None:
    os.environ["PORTAL_INSTANCE"] = instance
    app = create_app(TESTING=True, SQLALCHEMY_DATABASE_URI=url, POSTMAN=False)
    facts = app, int(link_id), int(service_id), datetime.fromtimestamp(int(now), UTC)
    work(*facts, range(3))
    with app.app_context():
        db.engine.dispose()  # a child must not speak through its parent's connection
    tell("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(*facts, itertools.count(int(line)))
        tell("pid", child)
        os.waitpid(child, 0)
        tell("dead")


if __name__ == "__main__":
    main(*sys.argv[1:])
