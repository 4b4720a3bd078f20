"""Two postmen search one practice, or look up whoever was added or changed, while the front desk answers and changes people, and one of them
is killed: nothing lost, nothing counted twice."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import insert, select

from portal import clock, lookalikes, match_index, match_people, match_search, matching
from portal.database import db, transact
from portal.models import DifferentPeople, LookAlike, MatchKey, MatchRun, Profile

TWICE = 150
SYLLABLES = ("bo", "ka", "mi", "ne", "ru", "sa", "ti", "vo", "le", "da")
# Keys and searches three people at a time, in a process of its own that can be killed.
SEARCH = """
import sys
from app import create_app
from portal import clock, match_index, match_search
app = create_app(TESTING=True, POSTMAN=False, SQLALCHEMY_DATABASE_URI=sys.argv[1])
match_index.key_some.__defaults__ = (5,)
match_search.PORTION = 3
match_search.LEASE /= 60  # half a second
with app.app_context():
    while match_search.work():
        pass
"""


@pytest.fixture(params=["a search", "by itself"])
def run_id(request, app, cast):
    """Everybody is there twice, and came past the session; a search has been asked for, or not."""
    with app.app_context():
        transact(_twice, cast.riverside.id)
        return transact(match_search.start_search, cast.staff("dana"), clock.now()).id if request.param == "a search" else None


def _twice(practice_id: int) -> None:
    draw = random.Random(2)
    people = [
        ("".join(draw.choices(SYLLABLES, k=3)).title(), "".join(draw.choices(SYLLABLES, k=4)).title(), f"+1416{n:07d}")
        for n in range(TWICE)
    ]
    rows = [
        dict(practice_id=practice_id, given_name=given, family_name=family, phone=phone, created_at=clock.now())
        for given, family, phone in people * 2
    ]
    db.session.execute(insert(Profile), rows)


def complete(run_id: int | None) -> None:
    db.session.rollback()
    db.session.expire_all()
    if run_id:
        run = db.session.get(MatchRun, run_id)
        assert run.is_finished and run.done == run.total, (run.done, run.total)
    people = db.session.scalars(select(Profile)).all()
    held = {}
    for row in db.session.scalars(select(MatchKey)):
        held.setdefault(row.profile_id, set()).add(row.key)
    wrong = [one.id for one in people if held.get(one.id, set()) != matching.keys(match_people.own(one)) or one.keyed != match_index.SEEN]
    assert not wrong, "people without their keys"
    listed = {(row.one_id, row.other_id) for row in db.session.scalars(select(LookAlike))}
    numbered = {}
    for one in sorted(people, key=lambda it: it.id):
        numbered.setdefault((one.given_name, one.family_name, one.phone), []).append(one.id)
    missing = {tuple(ids) for key, ids in numbered.items() if len(ids) == 2 and key[2].startswith("+14160")} - listed
    assert not missing, "pairs nobody listed"
    known = match_people.people([one.id for one in people])
    untrue = [pair for pair in listed if not matching.likeness(known[pair[0]], known[pair[1]])]
    assert not untrue, "pairs that are none any more"


def test_two_postmen_and_the_front_desk(app, cast, run_id, monkeypatch):
    wrong, ready = [], threading.Barrier(3)
    monkeypatch.setattr(match_search, "PORTION", 5)

    def search():
        with app.app_context():
            ready.wait(30)
            until = time.monotonic() + 60
            while match_search.work(clock.now()) and time.monotonic() < until:
                pass

    def desk():
        with app.app_context():
            staff, draw = cast.staff("tom"), random.Random(5)
            ids = list(db.session.scalars(select(Profile.id).where(Profile.phone.startswith("+14160")).order_by(Profile.id)))
            ready.wait(30)
            for n in range(40):
                one, other = (db.session.get(Profile, ids[at]) for at in (n, n + TWICE))
                if n % 2:
                    transact(lambda one=one, n=n: setattr(db.session.get(Profile, one.id), "email", f"n{n}@example.org"))
                else:
                    transact(lookalikes.remember_different, *draw.sample((one, other), 2), clock.now(), by=staff)

    def safely(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test reports it
            wrong.append(repr(error))

    threads = [threading.Thread(target=safely, args=(work,)) for work in (search, search, desk)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert not wrong
    with app.app_context():
        while match_search.work(clock.now()):
            pass
        complete(run_id)
        assert len(db.session.scalars(select(DifferentPeople)).all()) == 20
        assert lookalikes.count_listed(cast.staff("dana")) == db.session.scalar(select(db.func.count()).select_from(LookAlike)) - 20


def test_two_postmen_look_up_people_while_the_front_desk_changes_them(app, cast, monkeypatch):
    """Nobody has started a search. Records become alike, and others no more, in the middle of being looked up."""
    wrong, ready, over = [], threading.Barrier(3), threading.Event()
    monkeypatch.setattr(match_search, "PORTION", 4)
    with app.app_context():
        transact(_twice, cast.riverside.id)
        while match_index.key_some():
            pass
        ids = list(db.session.scalars(select(Profile.id).where(Profile.phone.startswith("+14160")).order_by(Profile.id)))

    def postman():
        with app.app_context():
            ready.wait(30)
            while not over.is_set() or match_index.unseen(1)[1]:
                match_search.work(clock.now(), seconds=0.05)

    def desk():
        try:
            with app.app_context():
                ready.wait(30)
                for n in range(60):
                    transact(_rename, ids[n + TWICE], "Quentin" if n % 3 else "", n)
                    if n % 3 == 2:  # it was a mistake
                        transact(_rename, ids[n + TWICE], db.session.get(Profile, ids[n]).given_name, n)
        finally:
            over.set()

    def safely(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test reports it
            wrong.append(repr(error))

    threads = [threading.Thread(target=safely, args=(work,)) for work in (postman, postman, desk)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not wrong
    with app.app_context():
        complete(None)


def _rename(profile_id: int, given_name: str, n: int) -> None:
    profile = db.session.get(Profile, profile_id)
    profile.given_name, profile.phone = given_name or profile.given_name, f"+14160{n:06}" if given_name else profile.phone


def test_two_desks_tell_the_same_two_apart(app, cast):
    heard, ready = [], threading.Barrier(4)

    def tell():
        with app.app_context():
            staff, people = cast.staff("tom"), [cast.profile("amara"), cast.amara_on_file]
            ready.wait(30)
            try:
                transact(lookalikes.remember_different, *people, clock.now(), by=staff)
                heard.append("told")
            except Exception as error:  # noqa: BLE001
                heard.append(repr(error))

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with app.app_context():
        assert heard == ["told"] * 4 and len(db.session.scalars(select(DifferentPeople)).all()) == 1


def test_two_start_a_search_at_once(app, cast):
    heard, ready = [], threading.Barrier(4)

    def begin():
        with app.app_context():
            staff = cast.staff("dana")
            ready.wait(30)
            heard.append(transact(match_search.start_search, staff, clock.now()).id)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(heard) == 4 and len(set(heard)) == 1


def test_a_searcher_killed_in_the_middle(app, run_id, tmp_path):
    """kill -9, three times; then one that lives."""
    url, dice, at = app.config["SQLALCHEMY_DATABASE_URI"], random.Random(3), 0
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", SEARCH, url], env={**os.environ, "PORTAL_INSTANCE": str(tmp_path)})
        before, until = at, time.monotonic() + 60
        while (at := _reached(app, run_id)) == before and time.monotonic() < until and process.poll() is None:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert _reached(app, run_id) > 0
    app.config["CLOCK"].at = clock.machine_clock() + match_search.LEASE
    with app.app_context():
        while match_search.work():
            pass
        complete(run_id)


def _reached(app, run_id: int) -> int:
    """How many have keys, and how many were looked up."""
    with app.app_context():
        keyed = db.session.scalar(select(db.func.count()).where(Profile.keyed != 0))
        seen = db.session.scalar(select(db.func.count()).where(Profile.keyed == match_index.SEEN))
        return keyed + seen + (db.session.scalar(select(MatchRun.done).where(MatchRun.id == run_id)) or 0)
