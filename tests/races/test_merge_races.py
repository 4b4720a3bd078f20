"""A merge while one side is booked, claimed, decided about, merged the other way round or taken back: told is stored, nothing is lost."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking import bookings
from booking.models import Appointment
from portal import claims, invitations, links, mailed_links, merge_preview, merges, unmerging
from portal.access import BOOK, SEE_TIMES
from portal.database import db, transact
from portal.errors import DomainError
from portal.ids import public_id
from portal.mailed_links import MAILED
from portal.merge_choices import Choices
from portal.models import Account, Invitation, Link, MailedLink, Merge, Profile, StaffMember
from tests.booking.clinic import Clinic, at, torn
from tests.portal.merging import account_of, add, merged, staff_of
from tests.races.harness import Told, attempt, race, stored, unsafe, untrue
from tests.races.naive import A_MOMENT, separate_engine
from tests.races.test_races import by_id

STARTS = [at(f"2026-12-{day} {hour:02}:00") for day in (14, 15) for hour in range(9, 13)]


class Stage:
    """`source` with as many accounts as race, all acting for it, and `target`."""

    def __init__(self, clock):
        self.now = clock()
        self.clinic = Clinic(self.now)
        self.visit = self.clinic.service()
        self.ines = self.clinic.practitioner("Ines", self.visit)
        self.staff_id = staff_of(self.clinic.practice, self.now).id
        self.source, self.target = (self.clinic.person(name).profile for name in ("Source", "Target"))

    def acting(self, count: int) -> list[int]:
        accounts = [add(account_of(f"r{n}", self.now)) for n in range(count)]
        return [transact(links.grant, one, self.source, "parent", (SEE_TIMES, BOOK), self.now, ground="").id for one in accounts]

    @staticmethod
    def acting_account(link_id: int) -> int:
        return db.session.get_one(Link, link_id).account_id

    def booker(self, link_id: int, start: int):
        clinic, visit, ines = self.clinic, self.visit.public_id, self.ines.public_id
        practice, now, key = clinic.practice.id, self.now, public_id()

        def act():
            link = db.session.get_one(Link, link_id)
            return transact(bookings.book, link.account, link, by_id(practice, visit, ines, ""), start, now, key)

        return attempt(start, (self.ines.id,), act)

    def merger(self, source=None, target=None):
        """An attempt of staff who look, tick everything, and look again when it changed meanwhile."""
        ids, staff_id, now = [(one or other).id for one, other in ((source, self.source), (target, self.target))], self.staff_id, self.now

        def act():
            for _try in range(8):
                try:
                    return merged(db.session.get(StaffMember, staff_id), *(db.session.get(Profile, one) for one in ids), now)
                except merges.ChangedMeanwhile:
                    db.session.rollback()
            raise merges.ChangedMeanwhile()

        return said(act)

    def fresh(self) -> None:
        db.session.rollback()
        db.session.expire_all()


def said(act):
    """What an attempt answers: "done", the domain's own word, or the fault nobody should ever hear."""

    def run():
        told = Told(0, ())
        try:
            act()
            told.held = True  # nothing is booked
        except DomainError as error:
            told.booked, told.error = "", type(error).__name__
        except Exception as error:
            told.error = repr(error)
        return told

    return run


def words(heard) -> list[str]:
    return sorted(one.error or "done" for one in heard)


@pytest.fixture
def setting(context, clock):
    return Stage(clock)


def test_a_merge_while_the_source_is_being_booked(app, setting):
    """Whoever is told of a booking has it, at the surviving record; nobody hears that the person is not theirs."""
    here = setting
    people = here.acting(16)
    heard = race(app, [*(here.booker(one, STARTS[n % 8]) for n, one in enumerate(people)), here.merger()])
    here.fresh()
    assert here.source.is_merged and heard[-1].held, heard[-1]
    assert unsafe() == [] and untrue(heard[:-1]) == [] and torn() == []
    found = stored()
    assert len(found) == 8 and {one.profile_id for one in found} == {here.target.id}


@pytest.mark.parametrize("stage", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)  # SQLite has one writer
@pytest.mark.parametrize("how", ["accepted", "refused", "sent again", "deleted"])
def test_who_answers_takes_the_person_before_the_invitation_as_a_merge_does(app, setting, how):
    """Else each holds what the other waits for, and all of them wait a second until the database ends one."""
    here, later = setting, setting.now + timedelta(hours=1)
    account = add(account_of("early", here.now))
    staff = db.session.get(StaffMember, here.staff_id)
    one = transact(invitations.invite, staff, here.source, invitations.Wanted(account.email, "carer", (SEE_TIMES,)), here.now)
    account_id, invitation_id, link_id, staff_id = account.id, one.id, mailed_links.latest_claim(one).id, here.staff_id
    answers = {
        "accepted": lambda: claims.accept(
            db.session.get(Account, account_id), claims.Circumstances(db.session.get(MailedLink, link_id), MAILED, True), later
        ),
        "refused": lambda: claims.refuse(link_id, later),
        "sent again": lambda: invitations.resend(
            db.session.get(Invitation, invitation_id), later, by=db.session.get(StaffMember, staff_id)
        ),
        "deleted": lambda: invitations.delete(db.session.get(Invitation, invitation_id), later, by=db.session.get(StaffMember, staff_id)),
    }
    told = []

    def answer():
        with app.app_context():
            told.append(said(lambda: transact(answers[how]))())
            db.session.remove()

    with db.engine.connect() as merging:
        merging.execute(select(Profile.id).where(Profile.id == here.source.id).with_for_update())
        thread = threading.Thread(target=answer)
        thread.start()
        thread.join(0.7)
        assert thread.is_alive(), "waits for whoever is at work on the person"
        merging.execute(select(Invitation.id).where(Invitation.id == invitation_id).with_for_update(nowait=True))
        merging.rollback()
    thread.join(30)
    assert words(told) == ["done"]


def test_a_merge_while_an_invitation_of_the_source_is_accepted(app, setting):
    here = setting
    staff = db.session.get(StaffMember, here.staff_id)
    facts = []
    for n in range(6):
        account = add(account_of(f"i{n}", here.now))
        one = transact(invitations.invite, staff, here.source, invitations.Wanted(account.email, "carer", (SEE_TIMES,)), here.now)
        facts.append((account.id, mailed_links.latest_claim(one).id))
    now = here.now

    def accepter(account_id: int, link_id: int):
        how = lambda: claims.Circumstances(db.session.get(MailedLink, link_id), MAILED, True)  # noqa: E731
        return said(lambda: transact(claims.accept, db.session.get(Account, account_id), how(), now))

    heard = race(app, [*(accepter(*one) for one in facts for _twice in range(2)), here.merger()])
    here.fresh()
    assert words(heard) == ["LinkEnded"] * 6 + ["done"] * 7
    given = db.session.scalars(select(Link).where(Link.account_id.in_([one for one, _link in facts]))).all()
    assert len(given) == 6 and {one.profile_id for one in given} == {here.target.id} and not any(one.revoked_at for one in given)
    assert {one.profile_id for one in db.session.scalars(select(Invitation))} == {here.target.id}


def test_two_merges_the_other_way_round(app, setting):
    here = setting
    heard = race(app, [here.merger(*pair) for pair in ((here.source, here.target), (here.target, here.source)) * 8])
    here.fresh()
    assert words(heard) == ["MergedAlready"] * 15 + ["done"]
    assert [here.source.is_merged, here.target.is_merged].count(True) == 1 and len(db.session.scalars(select(Merge)).all()) == 1


def test_one_form_sent_sixteen_times(app, setting):
    here = setting
    seen = merge_preview.preview(here.source, here.target, Choices(), here.now)
    choices = Choices(confirmed=frozenset(one.key for one in seen.conflicts))
    ids, staff_id, mark, now = (here.source.id, here.target.id), here.staff_id, seen.mark, here.now

    def act():
        transact(merges.merge, db.session.get(StaffMember, staff_id), *(db.session.get(Profile, one) for one in ids), choices, mark, now)

    heard = race(app, [said(act)] * 16)
    here.fresh()
    assert words(heard) == ["MergedAlready"] * 15 + ["done"] and len(db.session.scalars(select(Merge)).all()) == 1


def test_three_records_merged_in_a_circle_at_once(app, setting):
    here = setting
    third = here.clinic.person("Third").profile
    circle = [(here.source, here.target), (here.target, third), (third, here.source)]
    heard = race(app, [here.merger(*pair) for pair in circle * 4])
    here.fresh()
    assert set(words(heard)) <= {"done", "MergedAlready"} and 1 <= words(heard).count("done") <= 2
    assert [one.is_merged for one in (here.source, here.target, third)].count(False) >= 1


def test_access_revoked_during_a_merge_is_revoked(app, setting, monkeypatch):
    """Both sides had it. Whoever revokes it at one while the merge thinks leaves no access behind."""
    here = setting
    people = [db.session.get(Link, one) for one in here.acting(6)]
    for one in people:
        transact(links.grant, one.account, here.target, "parent", (SEE_TIMES, BOOK), here.now, ground="")
    by, now, real, looked = db.session.get(StaffMember, here.staff_id).account_id, here.now, merge_preview.preview, threading.Event()

    def slow(*facts, **more):
        seen = real(*facts, **more)
        if db.session().info.get("writing"):
            looked.set()
            time.sleep(10 * A_MOMENT)
        return seen

    monkeypatch.setattr(merge_preview, "preview", slow)

    def revoker(link_id: int):
        def act():
            looked.wait(30)
            transact(links.revoke, db.session.get(Link, link_id), now, by=db.session.get(Account, by), as_staff=True)

        return said(act)

    heard = race(app, [*(revoker(one.id) for one in people), here.merger()])
    here.fresh()
    assert words(heard) == ["done"] * 7
    live = db.session.scalars(select(Link).where(Link.account_id.in_([one.account_id for one in people]), Link.revoked_at.is_(None))).all()
    assert live == []


def test_an_undo_and_bookings_at_once(app, setting):
    """What is booked before the undo is asked for by it; what is booked after goes where the access went. None is lost."""
    here = setting
    people = here.acting(6)
    merge_id = merged(db.session.get(StaffMember, here.staff_id), here.source, here.target, here.now).id
    staff_id, now = here.staff_id, here.now

    def act():
        for _try in range(20):
            merge = db.session.get(Merge, merge_id)
            try:
                return transact(
                    unmerging.unmerge,
                    db.session.get(StaffMember, staff_id),
                    merge,
                    {one.key: one.side for one in unmerging.items(merge)},
                    now,
                )
            except unmerging.NotAssigned:
                db.session.rollback()

    heard = race(app, [*(here.booker(one, STARTS[n]) for n, one in enumerate(people)), said(act)])
    here.fresh()
    assert heard[-1].held and not here.source.is_merged, heard[-1]
    assert unsafe() == [] and untrue(heard[:-1]) == [] and torn() == []
    found = stored()
    assert len(found) == 6 and {one.profile_id for one in found} == {here.source.id}, "booked through access that is the source's again"


# ---- a positive control: a merge that takes no locks must be caught here, or these tests prove nothing ----


def look_then_move(engine, source: int, target: int, now) -> None:
    """A merge as it is often written: find the rows, move them, close the record."""
    appointments, access, people = Appointment.__table__, Link.__table__, Profile.__table__
    with engine.connect() as connection:
        found, mine = (connection.scalars(select(table.c.id).where(table.c.profile_id == source)).all() for table in (appointments, access))
        connection.rollback()
        time.sleep(10 * A_MOMENT)
        connection.execute(update(appointments).where(appointments.c.id.in_(found)).values(profile_id=target))
        connection.execute(update(access).where(access.c.id.in_(mine)).values(profile_id=target))
        connection.execute(update(people).where(people.c.id == source).values(merged_at=now, replaced_by_id=target))
        connection.commit()


def test_the_race_catches_a_merge_that_looks_and_then_moves(app, setting):
    here = setting
    people = here.acting(4)
    engine, facts = separate_engine(db.engine.url), (here.source.id, here.target.id, here.now)
    try:
        heard = race(app, [*(here.booker(one, STARTS[n]) for n, one in enumerate(people)), said(lambda: look_then_move(engine, *facts))])
    finally:
        engine.dispose()
    here.fresh()
    assert here.source.is_merged and heard[-1].held, heard[-1]
    assert here.source.id in {one.profile_id for one in stored()}, "a booking stayed behind with the tombstone"
