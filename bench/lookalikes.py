"""Look-alikes in a practice of 100,000 people: one lookup, the search of everybody, and what others wait for meanwhile.

Households of portal/matching.py's own measurement (bench/matching.py), 2 of 100 people a second time with slips, nicknames and
missing facts. The index is made and everybody looked up as on a site: in the background, a portion at a time. Machines are loaded and
unlike, so beside the seconds on the wall stand those of this process's CPU.
"""

import gc
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache, partial
from statistics import median, quantiles

from sqlalchemy import event, insert, select, update

from bench import Row
from bench.bookings import Desk, databases
from bench.growth import tidy
from bench.invitations import Visitor, _staff
from bench.matching import strangers
from bench.world import NOW, application
from portal import lookalikes, match_index, match_search, search_words, traffic
from portal.among import among
from portal.database import db, transact
from portal.matching import Person
from portal.matching_names import lines
from portal.models import LookAlike, MatchKey, Profile, StaffMember

PEOPLE, TWICE = 100_000, 2_000
AIM_MS, AIM_SECONDS, AIM_WRITE_MS, AIM_SLOWER = 20.0, 60.0, 100.0, 2.0
LOOKUPS, SECONDS = 400, 4.0


def world(draw: random.Random) -> tuple[list[Person], dict[int, int]]:
    """Everybody, and for the place of each who is there twice, the place of the first record."""
    people = list(strangers(PEOPLE - TWICE).values())
    first = draw.sample(range(len(people)), TWICE)
    return people + [slipped(people[one], draw) for one in first], {len(people) + n: one for n, one in enumerate(first)}


def slipped(person: Person, draw: random.Random) -> Person:
    """The same person as somebody else wrote them down."""
    facts = {"street": ""} if draw.random() < 0.3 else {}
    facts |= {"card": ""} if draw.random() < 0.6 else {}
    facts |= {"emails": frozenset()} if draw.random() < 0.5 else {}
    facts |= {"phones": frozenset((f"+1905{draw.randrange(10**7):07d}",))} if draw.random() < 0.3 else {}
    kind = draw.randrange(5)
    if kind == 0:
        facts["given_name"] = short(person.given_name, draw)
    elif kind == 1:
        facts["given_name"] = typo(person.given_name, draw)
    elif kind == 2:
        facts["family_name"] = typo(person.family_name, draw)
    elif kind == 3 and person.born_on.day <= 12:
        facts["born_on"] = date(person.born_on.year, person.born_on.day, person.born_on.month)
    elif kind == 4:
        facts |= {"given_name": person.family_name, "family_name": person.given_name}
    return replace(person, **facts)


def typo(name: str, draw: random.Random) -> str:
    """One letter missed, doubled or swapped; not so that another name comes of it, as that might be a sister."""
    while True:
        at = draw.randrange(1, max(2, len(name) - 1))
        slip = draw.choice(
            (name[:at] + name[at + 1 :], name[:at] + name[at : at + 1] + name[at:], name[:at] + name[at : at + 2][::-1] + name[at + 2 :])
        )
        if slip not in _names():
            return slip


@cache
def _names() -> set[str]:
    return {
        word
        for file in ("given_names.txt", "short_names.txt", "family_names.txt")
        for line in lines(file)
        for word in line.replace(":", " ").split()
    }


def short(name: str, draw: random.Random) -> str:
    """Another form of a given name, where there is one."""
    for line in lines("short_names.txt"):
        whole, _, others = line.partition(":")
        if name in whole.split() and others.split():
            return draw.choice(others.split())
    return typo(name, draw)


def move_in(practice_id: int, people: list[Person], worded: int = 0) -> list[int]:
    """As an import does it: past the session, without keys; and without words to search them by, unless `worded` says there are.
    Gives the ids in order."""
    ids = []
    for some in range(0, len(people), 5000):
        rows = [
            {
                "practice_id": practice_id, "given_name": one.given_name.title(), "family_name": one.family_name.title(), "born_on": one.born_on,
                "phone": min(one.phones, default=""), "email": min(one.emails, default=""), "street": one.street, "city": one.city,
                "postal_code": one.postal_code, "card_number": one.card, "created_at": NOW, "worded": worded,
            }
            for one in people[some : some + 5000]
        ]  # fmt: skip
        statement = insert(Profile).returning(Profile.id, sort_by_parameter_order=True)
        ids += transact(lambda rows=rows, statement=statement: list(db.session.scalars(statement, rows)))
    return ids


class Writes:
    """The longest write transaction, from BEGIN to COMMIT, in milliseconds."""

    def __init__(self):
        self.longest, self._began = 0.0, {}
        for name in ("begin", "commit"):
            event.listen(db.engine, name, getattr(self, name))

    def begin(self, connection) -> None:
        if connection.get_execution_options().get("writing"):
            self._began[id(connection)] = time.perf_counter()

    def commit(self, connection) -> None:
        began = self._began.pop(id(connection), None)
        if began is not None:
            self.longest = max(self.longest, (time.perf_counter() - began) * 1000)


def rows() -> Iterator[Row]:
    people, twice = world(random.Random(11))
    traffic.share_evenly()  # as in every process that has a postman beside its requests; and a site does not hold these people in memory
    with databases() as both:
        for name, url in both:
            with application(url, in_context=False) as app:
                with app.app_context():
                    desk = Desk()
                    # the words are another work of the postman: bench/search.py
                    ids = move_in(desk.practice.id, people, search_words.VERSION)
                    staff_id = transact(_staff, desk.practice.id, desk.account_id)
                    yield from _index(name)
                    yield from _lookups(name, ids, twice)
                    db.session.remove()
                yield from _search(name, app, desk, staff_id, ids, twice)


def _index(name: str) -> Iterator[Row]:
    began = time.perf_counter()
    while match_index.key_some():
        pass
    yield Row(f"{name}: the index of {PEOPLE:,} people made", time.perf_counter() - began, "s")
    tidy()
    yield Row(f"{name}: keys a person", db.session.scalar(select(db.func.count()).select_from(MatchKey)) / PEOPLE, "")


def _lookups(name: str, ids: list[int], twice: dict[int, int]) -> Iterator[Row]:
    """Each as a page does it, of those who are there twice and of others."""
    asked = [(ids[second], ids[first]) for second, first in list(twice.items())[: LOOKUPS // 2]]
    asked += [(one, None) for one in ids[: LOOKUPS // 2]]
    taken, met = [], 0
    for one, first in asked:
        db.session.remove()
        profile = db.session.get(Profile, one)
        assert profile.practice.id
        began = time.perf_counter()
        found = lookalikes.like(profile)
        taken.append((time.perf_counter() - began) * 1000)
        met += first in [it.profile.id for it in found]
    yield Row(f"{name}: a lookup", median(taken), "ms", aim=AIM_MS)
    yield Row(f"{name}: 95 of 100 lookups within", quantiles(taken, n=20)[18], "ms", aim=AIM_MS)
    yield Row(f"{name}: found within five, of those there twice", 100 * met / (LOOKUPS // 2), "%", aim=99, more_is_better=True)


def _search(name: str, app, desk: Desk, staff_id: int, ids: list[int], twice: dict[int, int]) -> Iterator[Row]:
    """Alone for most of it, then those who changed, then beside two visitors; their own times before are the floor."""
    with app.app_context():
        staff = db.session.get(StaffMember, staff_id)
        transact(match_search.start_search, staff, NOW)
        writes = Writes()
        yield from _timed(f"{name}: everybody searched", aim=AIM_SECONDS)
        yield Row(f"{name}: the longest it kept writers waiting", writes.longest, "ms", aim=AIM_WRITE_MS)
        found = set(db.session.execute(select(LookAlike.one_id, LookAlike.other_id)))
        pairs = {(ids[first], ids[second]) for second, first in twice.items()}
        yield Row(f"{name}: pairs listed", len(found), "", floor=len(pairs))
        yield Row(f"{name}: listed, of those there twice", 100 * len(found & pairs) / len(pairs), "%", aim=99, more_is_better=True)
        began = time.perf_counter()
        assert lookalikes.listed(staff, 1).rows
        yield Row(f"{name}: a page of the list", (time.perf_counter() - began) * 1000, "ms")
        yield from _by_itself(name, ids)
        db.session.remove()
    yield from _meanwhile(name, app, desk, staff_id)


def _timed(what: str, aim: float | None = None) -> Iterator[Row]:
    """Until nothing is left to do."""
    began, spent = time.perf_counter(), time.process_time()
    while match_search.work(NOW):
        pass
    yield Row(what, time.perf_counter() - began, "s", aim=aim)
    yield Row(f"{what}, CPU", time.process_time() - spent, "s")


def _by_itself(name: str, ids: list[int]) -> Iterator[Row]:
    """One who changed, with a round of the postman each; then as after an import, without a search that anybody started."""
    taken = []
    for one in ids[:40]:
        transact(_forget, [one])
        began = time.perf_counter()
        match_search.work(NOW)
        taken.append((time.perf_counter() - began) * 1000)
    yield Row(f"{name}: somebody who changed looked up", median(taken), "ms")
    transact(_forget, ids[: PEOPLE // 10])
    yield from _timed(f"{name}: {PEOPLE // 10:,} who changed looked up by themselves")
    assert not match_index.waiting(db.session.get(Profile, ids[0]).practice)


def _forget(ids: list[int]) -> None:
    """A use case: as if they had just changed."""
    db.session.execute(
        update(Profile).where(among(Profile.id, ids)).values(keyed=match_index.stamp()).execution_options(synchronize_session=False)
    )


def _meanwhile(name: str, app, desk: Desk, staff_id: int) -> Iterator[Row]:
    month = f"/at/bench/book/when?what={desk.wish.service.public_id}&with=any&month=2027-01"
    client = app.test_client()

    def book():
        with app.app_context(), traffic.in_hand():  # as every request is
            desk.book()

    visitors = {"a month page": Visitor(app, partial(client.get, month)), "a booking": Visitor(app, book)}
    gc.collect()
    for one in visitors.values():
        one.start()
    time.sleep(1)
    began = time.perf_counter()
    time.sleep(SECONDS)
    middle = time.perf_counter()
    with app.app_context():
        transact(match_search.start_search, db.session.get(StaffMember, staff_id), NOW)
        match_search.work(NOW, seconds=2 * SECONDS)
        run = lookalikes.progress(db.session.get(StaffMember, staff_id).practice)
        end = time.perf_counter()
        yield Row(f"{name}: people a second searched beside two visitors", run.done / (end - middle), "")
    for one in visitors.values():
        one.stopping.set()
        one.join()
    for what, one in visitors.items():
        before, during = one.p95(began, middle), one.p95(middle, end)
        yield Row(f"{name}: 95 of 100 times {what} within, meanwhile", during, "ms", before)
        yield Row(f"{name}: {what} meanwhile over before", during / before, "times", aim=AIM_SLOWER)
