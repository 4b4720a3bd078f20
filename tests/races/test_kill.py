"""kill -9 in the middle of bookings, moves and cancellations: nothing torn, nothing told that is not stored (SAFETY §8).

`KILLS=100` in the environment kills that often; the suite itself is content with a few.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import select

from booking.models import Appointment
from portal.database import db
from portal.models import LedgerLine
from tests.booking.clinic import Clinic, torn
from tests.races.harness import unsafe

KILLS = int(os.environ.get("KILLS", "8"))
SLOTS_BETWEEN = 40  # more than one child gets done


@pytest.fixture
def clinic(context, clock):
    made = Clinic(clock())
    made.change(made.rules, most_upcoming=100_000, horizon={"kind": "until", "on": "2099-12-31"})
    return made


@pytest.fixture
def booker(app, clinic):
    """The launcher of children that book at this clinic."""
    visit = clinic.service(minutes=15)
    clinic.practitioner("Ines", visit)
    link = clinic.person("Leo")
    url = db.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.races.booker", url, app.instance_path]
    facts = [link.id, visit.id, int(clinic.now.timestamp())]
    db.session.rollback()
    process = subprocess.Popen([*command, *map(str, facts)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield process
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


def heard_until(process, word: str) -> list[list[str]]:
    """The lines up to this one. AssertionError if the process goes away without saying it: at its end `readline` answers "" for ever."""
    heard = []
    while (line := process.stdout.readline()) != f"{word}\n":
        assert line, f"the booker ended without saying {word!r}"
        heard.append(line.split())
    return heard


def kill_one(process, first_slot: int, dice: random.Random) -> list[list[str]]:
    """Let a child book from a slot on, kill it at a random moment, and give back what it had told by then."""
    process.stdin.write(f"{first_slot}\n")
    process.stdin.flush()
    child = int(process.stdout.readline().split()[1])
    heard = [process.stdout.readline().split()]  # the first booking pays for connecting
    time.sleep(dice.uniform(0, 0.1))
    os.kill(child, signal.SIGKILL)
    return heard + heard_until(process, "dead")


def test_a_killed_booking_leaves_nothing_half_done_and_nothing_told_is_lost(booker, clinic):
    dice, told, in_flight = random.Random(), {}, set()
    told |= {name: (what, int(start)) for what, name, start in heard_until(booker, "ready")}
    for n in range(1, KILLS + 1):
        heard = kill_one(booker, n * SLOTS_BETWEEN, dice)
        told |= {name: (what, int(start)) for what, name, start in heard}
        in_flight.add(heard[-1][1])
    db.session.rollback()
    kept = {row.public_id: row for row in db.session.scalars(select(Appointment))}
    assert len(told) > KILLS, "the children hardly booked anything: nothing was shown"
    assert told.keys() <= kept.keys()
    for name in told.keys() - in_flight:  # the last one may have been changed once more without being told
        assert (kept[name].status, int(kept[name].starts_at.timestamp())) == told[name]
    assert torn() == [] and unsafe() == []
    lines = Counter((line.facts["appointment"], line.verb) for line in db.session.scalars(select(LedgerLine)))
    for row in kept.values():
        assert lines[row.id, "booked"] == 1 and lines[row.id, "cancelled"] == row.is_cancelled
        assert row.sequence == lines[row.id, "cancelled"] + lines[row.id, "moved"]
