"""A receipt by mail: sent because somebody asked for it at the desk, to who may read all of the appointment."""

from datetime import datetime

from flask_babel import force_locale

from booking import owed
from booking.by_staff import record as remember
from booking.disclosure import told
from booking.models import Appointment, Payment
from booking.payment_words import methods
from booking.payments import entries_of
from booking.recipients import Recipient, links_to, readers
from portal import filters, outbox
from portal.database import db
from portal.letters import Letter, compose, letter, reading_language
from portal.models import OutboxMail, StaffMember
from portal.public_url import public_url

RECEIPT = "receipt"


def who_may_read(appointment: Appointment, now: datetime) -> dict[str, Recipient]:
    """By a name that a form can hold: the id of their link, "own" for the address the practice keeps for the person."""
    found = readers(appointment, links_to(appointment.profile), now)
    return {one.link.public_id if one.link else "own": one for one in found}


def send(staff: StaffMember, payment: Payment, to: Recipient, key: str, now: datetime) -> None:
    """A use case. `key`: of the form, which sends once however often it is pressed."""
    queued = outbox.enqueue(
        RECEIPT,
        to=to.address,
        dedupe=f"{RECEIPT}:{payment.id}:{to.who}:{key}",
        now=now,
        refs={"payment": payment.id, "who": to.who},
        about=f"receipt:{payment.id}",
        account=to.account,
        practice_id=payment.practice_id,
    )
    if queued is not None:
        facts = {"amount": payment.amount, "currency": payment.currency, "number": payment.receipt_number}
        remember("receipt_mailed", staff, payment.appointment, now, at=payment.appointment.starts_at, **facts)
    db.session.flush()


@letter(RECEIPT)
def receipt(mail: OutboxMail, now: datetime) -> Letter | None:
    payment = db.session.get(Payment, mail.refs["payment"])
    appointment, practice = payment.appointment, payment.practice
    found = readers(appointment, links_to(appointment.profile), now)
    reader = next((one for one in found if one.who == mail.refs["who"]), None)
    may = reader and told(appointment, reader.link, filters.local(now, practice.zone).date())
    if not may or may.busy:
        return None
    wishes = (reader.account.language if reader.account else "", appointment.profile.language, practice.language)
    with force_locale(reading_language(*wishes)):
        return compose(
            RECEIPT,
            practice=practice,
            to=reader.address,
            one=payment,
            way=methods()[payment.method],
            taken_back=payment.id in owed.reversed_ids(entries_of(appointment)),
            appointment=appointment,
            profile=appointment.profile,
            may=may,
            own=reader.is_own,
            reader=reader.account.given_name if reader.account else appointment.profile.given_name,
            address=public_url("booking.receipt", public_id=payment.public_id) if reader.account else "",
        )
