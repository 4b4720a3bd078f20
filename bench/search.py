"""The search box in a practice of 100,000 people: what staff type while somebody waits on the phone."""

import time
from collections.abc import Callable, Iterator
from statistics import median

from sqlalchemy import select

from bench import Row
from bench.bookings import Desk, databases
from bench.growth import tidy
from bench.invitations import _staff
from bench.lookalikes import PEOPLE, move_in
from bench.matching import strangers
from bench.world import application
from portal import search_index
from portal.database import db, transact
from portal.models import Profile, StaffMember
from portal.staff import finding

AIM_MS, TRIES = 20.0, 25


def rows() -> Iterator[Row]:
    people = list(strangers(PEOPLE).values())
    with databases() as both:
        for name, url in both:
            with application(url):
                desk = Desk()
                ids = move_in(desk.practice.id, people)
                staff_id = transact(_staff, desk.practice.id, desk.account_id)
                began = time.perf_counter()
                while search_index.word_some():
                    pass
                yield Row(f"{name}: the words of {PEOPLE:,} people made", time.perf_counter() - began, "s")
                tidy()
                floor = _typical(_fifty(ids), staff_id)
                for what, asked in asked_of(db.session.get(Profile, ids[PEOPLE // 2])).items():
                    yield Row(
                        f"{name}: {what}",
                        _typical(lambda staff, asked=asked: finding.people(staff, asked, 1), staff_id),
                        "ms",
                        floor,
                        AIM_MS,
                    )


def asked_of(one: Profile) -> dict[str, str]:
    """Ways to look for one person."""
    return {
        "first and last name": f"{one.given_name} {one.family_name}",
        "three letters of a last name": one.family_name[:3],
        "two letters": one.family_name[:2],
        "a first name": one.given_name,
        "a birth date": f"{one.born_on:%Y-%m-%d}",
        "a phone number": one.phone[2:],
        "the last four figures": one.phone[-4:],
        "an email address": one.email or "nobody@example.com",
        "a health card": one.card_number or "1234567897",
        "a slip of the finger": f"{one.given_name} {one.family_name[:2]}{one.family_name[3:]}q",
        "nobody's name": "qxzywvu zzyzxq",
    }


def _typical(work: Callable[[StaffMember], object], staff_id: int) -> float:
    """The median of many, each in a transaction of its own as a page has it."""
    taken = []
    for _ in range(TRIES):
        db.session.remove()
        staff = db.session.get(StaffMember, staff_id)
        assert staff.practice.country
        began = time.perf_counter()
        work(staff)
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


def _fifty(ids: list[int]):
    """The least a page can cost: so many people by their ids."""
    return lambda _staff: db.session.scalars(select(Profile).where(Profile.id.in_(ids[:: PEOPLE // 50]))).all()
