"""Wrong person: the appointment goes to somebody else at the very same time, or nothing changes at all."""

import pytest
from sqlalchemy import func, select

from booking import bookings
from booking.errors import AlreadyCancelled, NotOffered, NotYours, OnlyForNew, PersonLimit, SlotTaken, TooLate, TooYoung, UndoOver
from booking.handover import KEPT, give_back, hand_over, may_hand_over, origin, others
from booking.models import Appointment, Closure, Tick
from portal.database import db, transact
from portal.models import Account, LedgerLine, Link, OutboxMail
from tests.booking.clinic import Clinic, at, day, torn

NINE, TEN = at("2026-12-14 09:00"), at("2026-12-14 10:00")


@pytest.fixture
def clinic(context, clock):
    yield Clinic(clock())
    db.session.rollback()
    assert torn() == []


@pytest.fixture
def visit(clinic):
    return clinic.service(room_kind="treatment", price_cents=9000)


@pytest.fixture
def ines(clinic, visit):
    clinic.room("One")
    return clinic.practitioner("Ines", visit)


@pytest.fixture
def leo(clinic):
    return clinic.person("Leo", "parent")


@pytest.fixture
def mia(clinic, leo):
    return clinic.person("Mia", "parent", account=leo.account)


@pytest.fixture
def leos(clinic, visit, ines, leo):
    return transact(bookings.book, leo.account, leo, clinic.wish(visit, ines), NINE, clinic.now, "the form that booked", note="left knee")


def give(clinic, appointment, link, key="the form that gave", account=None) -> Appointment:
    return transact(hand_over, account or link.account, appointment, link, clinic.now, key)


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def world() -> list:
    """Everything a refusal must leave as it is."""
    db.session.rollback()
    return [
        sorted(map(repr, db.session.execute(select(*table.columns))))
        for table in (Appointment.__table__, Tick.__table__, LedgerLine.__table__, OutboxMail.__table__)
    ]


def lines() -> list[tuple]:
    rows = db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "handed_over").order_by(LedgerLine.id))
    return [(row.profile_id, row.account_id, row.link_id, row.facts) for row in rows]


def test_it_keeps_time_practitioner_room_place_price_and_ones_own_note(clinic, leos, leo, mia):
    new = give(clinic, leos, mia)
    assert {name: getattr(new, name) for name in KEPT} == {name: getattr(leos, name) for name in KEPT}
    assert new.room_id is not None and new.price_cents == 9000 and new.note == "left knee"
    assert (new.profile_id, new.link_id, new.booked_by_id, new.status, new.sequence) == (
        mia.profile_id,
        mia.id,
        mia.account_id,
        "booked",
        0,
    )
    assert (leos.status, leos.sequence, leos.was_handed_over, leos.public_id != new.public_id) == ("cancelled", 1, True, True)
    assert {tick.appointment_id for tick in db.session.scalars(select(Tick))} == {new.id}


def test_both_ledgers_have_a_line_and_neither_names_the_other(clinic, leos, leo, mia):
    new = give(clinic, leos, mia)
    at = new.starts_at.isoformat()
    assert lines() == [
        (leo.profile_id, leo.account_id, leo.id, {"appointment": leos.id, "at": at, "does": "gives"}),
        (mia.profile_id, mia.account_id, mia.id, {"appointment": new.id, "at": at, "does": "gets"}),
    ]


def test_the_old_home_reads_that_it_is_cancelled_the_new_one_that_it_is_booked(clinic, leos, mia):
    new = give(clinic, leos, mia)
    waiting = [
        (row.template, row.about)
        for row in db.session.scalars(select(OutboxMail).where(OutboxMail.state == "queued").order_by(OutboxMail.id))
    ]
    assert waiting == [("cancelled", f"appointment:{leos.id}"), ("booked", f"appointment:{new.id}"), ("reminder", f"appointment:{new.id}")]


def test_the_same_form_twice_gives_one_appointment(clinic, leos, mia):
    first = give(clinic, leos, mia)
    assert give(clinic, leos, mia) is first and count(Appointment) == 2
    with pytest.raises(AlreadyCancelled):
        give(clinic, leos, mia, key="another form")


def test_what_was_promised_stays_whatever_was_decided_since(clinic, visit, leos, mia):
    """Neither notice nor horizon, neither a closure nor an archived service is asked again."""
    closed = dict(practice_id=clinic.practice.id, name="Closed", first_on=day("2026-12-14"), last_on=day("2026-12-14"))
    clinic.add(Closure(**closed))
    clinic.change(clinic.rules, notice_minutes=7 * 24 * 60, horizon={"kind": "rolling", "days": 1})
    clinic.change(visit, archived_at=clinic.now)
    assert give(clinic, leos, mia).starts_at.timestamp() == NINE


def test_it_goes_back_the_same_way(clinic, leos, leo, mia):
    new = give(clinic, leos, mia)
    back = give(clinic, new, leo, key="and back")
    assert (back.profile_id, back.starts_at, new.was_handed_over) == (leo.profile_id, leos.starts_at, True)


def test_what_was_given_away_cannot_be_restored_and_what_was_got_is_not_cancelled_by_an_undo(clinic, leos, leo, mia):
    new = give(clinic, leos, mia)
    assert bookings.undoable(leos, clinic.now) is None and bookings.undoable(new, clinic.now) == "got"
    for one in (leos, new):
        with pytest.raises(UndoOver):
            transact(bookings.undo, leo.account, one, clinic.now)
    assert new.status == "booked" and {tick.appointment_id for tick in db.session.scalars(select(Tick))} == {new.id}


def test_undone_it_is_the_same_appointment_of_the_same_person_at_the_same_time(clinic, leos, leo, mia, clock):
    kept = {name: getattr(leos, name) for name in (*KEPT, "public_id", "note", "booked_by_id", "link_id", "profile_id")}
    new = give(clinic, leos, mia)
    clinic.now = clock.forward(minutes=3)
    back = transact(give_back, mia.account, new, clinic.now)
    assert back is leos and {name: getattr(leos, name) for name in kept} == kept
    assert (leos.status, leos.cancelled_at, leos.sequence, leos.was_handed_over) == ("booked", None, 2, False)
    assert (new.status, new.was_handed_over, count(Appointment)) == ("cancelled", True, 2)
    assert {tick.appointment_id for tick in db.session.scalars(select(Tick))} == {leos.id}
    assert [(row[0], row[3]["does"]) for row in lines()[2:]] == [(mia.profile_id, "gives"), (leo.profile_id, "gets")]
    assert [bookings.undoable(one, clinic.now) for one in (leos, new)] == [None, None]
    with pytest.raises(UndoOver):
        transact(give_back, mia.account, new, clinic.now)


def not_given_back(clinic, error, appointment, account) -> None:
    before = world()
    with pytest.raises(error):
        transact(give_back, account, appointment, clinic.now)
    assert world() == before


def test_it_is_given_back_only_in_the_minutes_of_the_undo_and_while_nothing_came_between(clinic, visit, ines, leos, leo, mia, clock):
    new = give(clinic, leos, mia)
    not_given_back(clinic, UndoOver, leos, leo.account)
    not_given_back(clinic, NotYours, new, clinic.person("Nora").account)
    clinic.booked(leo, clinic.service("Other"), clinic.practitioner("Omar", visit), "2026-12-14 09:30")
    not_given_back(clinic, PersonLimit, new, leo.account)
    clinic.now = clock.forward(minutes=3, seconds=1)
    not_given_back(clinic, UndoOver, new, leo.account)


def test_who_may_not_change_it_there_any_more_does_not_give_it_back(clinic, leos, leo, mia):
    new = give(clinic, leos, mia)
    assert origin(leo.account, new, clinic.now).id == leo.id
    clinic.change(leo, revoked_at=clinic.now)
    assert origin(leo.account, new, clinic.now) is None
    not_given_back(clinic, UndoOver, new, leo.account)


def test_given_on_and_back_again_the_first_one_still_knows_where_it_went(clinic, leos, leo, mia):
    new = give(clinic, leos, mia)
    third = give(clinic, new, leo, key="by the page")
    assert (third.came_from, new.came_from, new.was_handed_over, leos.was_handed_over) == (new.id, leos.id, True, True)
    assert transact(give_back, leo.account, third, clinic.now) is new and new.profile_id == mia.profile_id


def test_until_when(clinic, leos, mia, clock):
    clinic.now = clock.set(2026, 12, 13, 14, 0, 0)  # 24 hours before
    assert may_hand_over(leos, clinic.now)
    clinic.now = clock.forward(seconds=1)
    before = world()
    with pytest.raises(TooLate):
        give(clinic, leos, mia)
    assert world() == before


def test_inside_the_notice_the_minutes_of_the_undo_still_count(clinic, visit, ines, leo, mia, clock):
    clinic.now = clock.set(2026, 12, 14, 12, 0)
    soon = transact(bookings.book, leo.account, leo, clinic.wish(visit, ines), NINE, clinic.now, "soon enough to be undone")
    clinic.now = clock.forward(minutes=3)
    new = give(clinic, soon, mia)
    clinic.now = clock.forward(minutes=3)
    assert may_hand_over(new, clinic.now), "the minutes start anew"
    clinic.now = clock.forward(seconds=1)
    assert not may_hand_over(new, clinic.now)


def refused(clinic, error, appointment, link, **more):
    before = world()
    with pytest.raises(error) as problem:
        give(clinic, appointment, link, **more)
    assert world() == before
    return str(problem.value.message)


def test_an_appointment_of_the_new_person_at_that_time_is_in_the_way(clinic, visit, ines, leos, mia):
    omar = clinic.practitioner("Omar", visit)
    other = clinic.service("Other")
    clinic.booked(mia, other, omar, "2026-12-14 09:30")
    assert refused(clinic, PersonLimit, leos, mia) == "Mia already has an appointment at that time."


def test_the_limits_of_the_new_person_hold(clinic, visit, ines, leos, mia):
    clinic.booked(mia, visit, clinic.practitioner("Omar", visit), "2026-12-14 15:00")
    clinic.change(clinic.rules, one_per_day=True)
    assert "that day" in refused(clinic, PersonLimit, leos, mia)
    clinic.change(clinic.rules, one_per_day=False, most_upcoming=1)
    assert "the most appointments" in refused(clinic, PersonLimit, leos, mia)
    clinic.change(clinic.rules, most_upcoming=2)
    assert give(clinic, leos, mia)


def test_who_may_not_know_what_the_new_person_has_learns_nothing_of_it(clinic, visit, leos, mia):
    clinic.booked(mia, visit, clinic.practitioner("Omar", visit), "2026-12-14 15:00")
    clinic.change(clinic.rules, one_per_day=True)
    clinic.change(mia, permissions=["book"])
    said = refused(clinic, NotOffered, leos, mia)
    assert said == "This cannot be moved to Mia online. Call +1 416-555-0134."


def test_a_first_visit_is_not_given_to_somebody_who_was_here(clinic, visit, ines, leos, mia):
    clinic.booked(mia, visit, ines, "2026-11-02 09:00", status="fulfilled")
    clinic.change(visit, for_people="new")
    refused(clinic, OnlyForNew, leos, mia)


def test_somebody_too_young_does_not_take_it_for_themselves(clinic, leos, leo):
    young = clinic.person("Tim", "self", account=leo.account, born_on=day("2014-01-01"))
    refused(clinic, TooYoung, leos, young)


def test_only_who_may_change_the_one_and_book_for_the_other(clinic, leos, leo, mia):
    stranger = clinic.person("Nora")
    refused(clinic, NotYours, leos, stranger)  # may book for herself, may not touch Leo's
    refused(clinic, NotYours, leos, stranger, account=leo.account)  # somebody else's link
    refused(clinic, NotYours, leos, leo)  # the same person
    clinic.change(mia, permissions=["see_times", "see_details", "change"])
    refused(clinic, NotYours, leos, mia)
    clinic.change(mia, permissions=["book"])
    clinic.change(leo, permissions=["see_times", "see_details", "book"])
    refused(clinic, NotYours, leos, mia)
    clinic.change(leo, revoked_at=clinic.now)
    refused(clinic, NotYours, leos, mia)


def test_it_stays_in_the_practice(clinic, leos, leo, clock):
    elsewhere = Clinic(clock(), slug="elsewhere").person("Mia", "parent", account=leo.account)
    refused(clinic, NotYours, leos, elsewhere)
    assert others(leo.account, leos, clinic.now) == []


def test_a_note_that_somebody_else_wrote_does_not_go_along(clinic, leos, leo, mia):
    """Whoever books counts as the writer of the note and reads it: the other parent's words are not theirs."""
    daniel = clinic.person("Daniel").account
    theirs = [clinic.add(_second(link, daniel, clinic.now)) for link in (leo, mia)]
    new = transact(hand_over, daniel, leos, theirs[1], clinic.now, "the other parent's form")
    assert new.note == "" and new.booked_by_id == daniel.id


def _second(link: Link, account: Account, now) -> Link:
    facts = dict(practice_id=link.practice_id, account_id=account.id, profile_id=link.profile_id, relationship="parent")
    return Link(permissions=list(link.permissions), created_at=now, **facts)


def test_the_freed_time_was_never_free(clinic, visit, ines, leos, mia):
    give(clinic, leos, mia)
    other = clinic.person("Other")
    with pytest.raises(SlotTaken):
        transact(bookings.book, other.account, other, clinic.wish(visit, ines), NINE, clinic.now, "somebody else's form")
