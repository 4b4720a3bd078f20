"""Several desks and one payer in one moment: nothing is paid twice by accident, no more goes back than came in, receipts have no gap and no double."""

import time
from datetime import date

import pytest
from sqlalchemy import func, select

from booking import owed, payments
from booking.models import Appointment, Payment
from portal import access
from portal.database import db, transact
from portal.ids import public_id
from portal.models import StaffMember
from tests.booking.clinic import Clinic
from tests.portal.merging import staff_of
from tests.races import naive
from tests.races.harness import Told, race

TODAY = date(2026, 12, 10)


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


@pytest.fixture
def visits(clinic):
    """Ids of eight visits that cost 80 each."""
    service = clinic.service()
    ines = clinic.practitioner("Ines", service)
    people = clinic.people(8)
    rows = [clinic.booked(people[n], service, ines, f"2026-12-14 {9 + n:02}:00") for n in range(8)]
    return [clinic.change(row, price_cents=8000).id for row in rows]


@pytest.fixture
def desks(clinic):
    """Ids of eight people at eight front desks."""
    return [staff_of(clinic.practice, clinic.now, access.FRONT_DESK, f"Desk{n}").id for n in range(8)]


def trying(desk_id: int, act):
    """An attempt of a desk, in a session of its own: `act(staff)`."""

    def run() -> Told:
        told = Told(0, ())
        try:
            told.booked = act(db.session.get_one(StaffMember, desk_id)).public_id
        except Exception as error:  # whatever it is, the race reports it
            told.error = type(error).__name__
        return told

    return run


def pays(clinic, desk_id, visit_id, amount, key):
    now = clinic.now
    return trying(
        desk_id, lambda staff: transact(payments.record, staff, db.session.get_one(Appointment, visit_id), amount, "card", TODAY, now, key)
    )


def stored() -> list[Payment]:
    db.session.rollback()
    return list(db.session.scalars(select(Payment).order_by(Payment.id)))


def numbers() -> list[int]:
    return sorted(one.receipt_number for one in stored())


def errors(heard: list[Told]) -> list[str]:
    return sorted(one.error for one in heard)


def test_eight_desks_take_the_whole_amount_and_one_of_them_gets_it(app, clinic, visits, desks):
    heard = race(app, [pays(clinic, desk, visits[0], 8000, f"desk {desk}") for desk in desks])
    assert [one.amount for one in stored()] == [8000] and errors(heard) == ["", *["PaysMore"] * 7] and numbers() == [1]


def test_parts_taken_at_once_never_add_up_to_more_than_is_due(app, clinic, visits, desks):
    heard = race(app, [pays(clinic, desk, visits[0], 3000, f"part {desk}") for desk in desks])
    assert sum(one.amount for one in stored()) == 6000 and errors(heard) == ["", "", *["PaysMore"] * 6]


def test_one_form_pressed_many_times_at_once_is_one_payment(app, clinic, visits, desks):
    heard = race(app, [pays(clinic, desks[0], visits[0], 3000, "the one form")] * 12)
    assert {(one.booked, one.error) for one in heard} == {(stored()[0].public_id, "")} and len(stored()) == 1


def test_receipts_of_eight_visits_at_once_have_no_gap_and_no_double(app, clinic, visits, desks):
    """Beside them two that are refused: they leave no gap."""
    attempts = [pays(clinic, desks[n], visits[n], 8000, f"visit {n}") for n in range(8)]
    attempts += [pays(clinic, desks[n], visits[n], 8001, f"too much {n}") for n in range(2)]
    heard = race(app, attempts)
    assert numbers() == list(range(1, 9)) and errors(heard) == [*[""] * 8, "PaysMore", "PaysMore"]


def test_money_given_back_at_eight_desks_is_never_more_than_came_in(app, clinic, visits, desks):
    staff, now = db.session.get_one(StaffMember, desks[0]), clinic.now
    paid = transact(payments.record, staff, db.session.get_one(Appointment, visits[0]), 8000, "card", TODAY, now, "paid").id

    def gives(n):
        return trying(
            desks[n], lambda who: transact(payments.refund, who, db.session.get_one(Payment, paid), 3000, "cash", TODAY, now, f"back {n}")
        )

    def mistakes(n):
        return trying(
            desks[n], lambda who: transact(payments.reverse, who, db.session.get_one(Payment, paid), "wrong", TODAY, now, f"wrong {n}")
        )

    heard = race(app, [*(gives(n) for n in range(6)), *(mistakes(n) for n in range(6, 8))])
    entries = stored()
    assert owed.paid(entries) in (0, 2000) and {one.error for one in heard} <= {"", "RefundTooHigh", "CannotReverse"}
    assert owed.refundable(entries[0], entries) in (0, 2000) and numbers() == list(range(1, len(entries) + 1))


# --- positive controls: what others do must be seen to fail here ---


def test_the_harness_sees_a_sum_that_is_reckoned_before_the_row_is_locked(app, clinic, visits, desks):
    """Adding up first and writing then, without the appointment's lock: the same visit is paid more than once."""
    engine, table, now, practice_id = naive.separate_engine(db.engine.url), Payment.__table__, clinic.now, clinic.practice.id
    profile_id = db.session.get_one(Appointment, visits[0]).profile_id

    def reckoned_first(n):
        def run():
            with engine.connect() as connection:
                paid = connection.execute(
                    select(func.coalesce(func.sum(table.c.amount), 0)).where(table.c.appointment_id == visits[0])
                ).scalar()
            if paid + 8000 > 8000:
                return Told(0, (), error="PaysMore")
            time.sleep(naive.A_MOMENT)
            row = dict(
                public_id=public_id(), practice_id=practice_id, appointment_id=visits[0], profile_id=profile_id, kind="payment", amount=8000, currency="CAD",
                method="card", received_on=TODAY, note="", receipt_number=n + 1, idempotency_key=f"naive {n}", recorded_by_id=desks[n], created_at=now,
            )  # fmt: skip
            with engine.begin() as connection:
                connection.execute(table.insert().values(**row))
            return Told(0, (), booked=row["public_id"])

        return run

    try:
        race(app, [reckoned_first(n) for n in range(8)])
        assert sum(one.amount for one in stored()) > 8000, "it got away"
    finally:
        engine.dispose()


# SQLite has one writer: no such moment
@pytest.mark.parametrize("stage", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_the_harness_sees_a_number_that_is_taken_without_the_practices_lock(app, clinic, visits, desks, monkeypatch):
    """Without the lock two desks find the same last number; the database's own word is all that is left, and somebody hears of it."""
    real = payments._next_number

    def slow(practice_id):
        number = real(practice_id)
        time.sleep(naive.A_MOMENT)
        return number

    monkeypatch.setattr(payments, "lock_rows", lambda _model, _ids: None)
    monkeypatch.setattr(payments, "_next_number", slow)
    heard = race(app, [pays(clinic, desks[n], visits[n], 8000, f"visit {n}") for n in range(8)])
    assert "Busy" in errors(heard), "it got away"
    assert len(numbers()) == len(set(numbers()))
