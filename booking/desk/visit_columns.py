"""The columns of an exported list of appointments, in groups. Times are those of the place, with its zone beside them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from babel.numbers import get_currency_precision
from flask_babel import gettext as _
from sqlalchemy import select

from booking import owed
from booking.models import AmountDue, Appointment, Location, Payment, Practitioner, Room, Service
from portal.among import among
from portal.database import db
from portal.filters import local
from portal.models import Profile, StaffMember
from portal.permissions import PAYMENTS
from portal.record_words import labels
from portal.staff.exporting import Group

VISIT, PERSON, BOOKED, MONEY, NOTES, ALERT = "visit", "person", "booked", "money", "notes", "alert"
_OF_VISIT = (
    "id",
    "public_id",
    "profile_id",
    "status",
    "starts_at",
    "ends_at",
    "zone",
    "note",
    "price_cents",
    "created_at",
    "cancelled_at",
    "cancel_reason",
    "booked_by_staff_id",
)
_OF_PERSON = ("file_number", "family_name", "given_name", "preferred_name", "born_on", "email", "phone", "staff_alert")
_VISITS = (
    select(
        *(getattr(Appointment, name) for name in _OF_VISIT),
        *(getattr(Profile, name) for name in _OF_PERSON),
        Service.name.label("service"), Practitioner.name.label("practitioner"), Location.name.label("location"), Room.name.label("room"),
    )
    .join(Profile, Profile.id == Appointment.profile_id)
    .join(Service, Service.id == Appointment.service_id)
    .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
    .join(Location, Location.id == Appointment.location_id)
    .outerjoin(Room, Room.id == Appointment.room_id)
)  # fmt: skip


class Visit(NamedTuple):
    """`row` of _VISITS, and its money when that was chosen."""

    row: Any
    sums: owed.Sums


def states() -> dict[str, str]:
    """Status of an appointment → its name."""
    return {
        "booked": _("Booked"),
        "arrived": _("Arrived"),
        "fulfilled": _("Seen"),
        "noshow": _("Did not come"),
        "cancelled": _("Cancelled"),
    }


def group_words() -> dict[str, str]:
    return {
        VISIT: _("Appointments"), PERSON: _("Phone, email, date of birth"), BOOKED: _("When it was booked or cancelled"), MONEY: _("Money"),
        NOTES: _("Notes of the appointment"), ALERT: _("Note for staff in the record"),
    }  # fmt: skip


def groups(staff: StaffMember) -> list[Group]:
    """VISIT first, which stands in every list. Money is offered to who may see payments."""
    words, names, currency, zone = group_words(), labels(), staff.practice.currency, staff.practice.zone
    state, booked, digits = states(), (_("Online"), _("The clinic")), get_currency_precision(currency)  # once, not for every row

    def plain(*fields: str) -> list[tuple]:
        return [(names[field], lambda one, field=field: getattr(one.row, field)) for field in fields]

    def amount(heading: str, minor) -> tuple:
        return heading, lambda one: _amount(minor(one), digits)

    found = [
        Group(VISIT, words[VISIT], "", [
            (_("Day"), lambda one: _wall(one).date()), (_("Begins"), lambda one: f"{_wall(one):%H:%M}"),
            (_("Ends"), lambda one: f"{local(one.row.ends_at, one.row.zone):%H:%M}"), (_("Time zone"), lambda one: one.row.zone),
            (_("State"), lambda one: state[one.row.status]), (_("Service"), lambda one: one.row.service),
            (_("Practitioner"), lambda one: one.row.practitioner), (_("Location"), lambda one: one.row.location), (_("Room"), lambda one: one.row.room),
            *plain("file_number", "family_name", "given_name", "preferred_name"),
            (_("Reference"), lambda one: f"{one.row.public_id[:4]}-{one.row.public_id[4:8]}".upper()),
        ]),
        Group(PERSON, words[PERSON], "", plain("born_on", "email", "phone")),
        Group(BOOKED, words[BOOKED], "", [
            (_("Booked on"), lambda one: local(one.row.created_at, zone).date()),
            (_("Booked by"), lambda one: booked[one.row.booked_by_staff_id is not None]),
            (_("Cancelled on"), lambda one: local(one.row.cancelled_at, zone).date() if one.row.cancelled_at else None),
        ], usual=True),
    ]  # fmt: skip
    if staff.may(PAYMENTS):
        found.append(Group(MONEY, words[MONEY], _("Price, what is due, paid and left, and the currency."), [
            amount(_("Price"), lambda one: one.row.price_cents), amount(_("Due"), lambda one: one.sums.due), amount(_("Paid"), lambda one: one.sums.paid),
            amount(_("Left to pay"), lambda one: one.sums.left), (_("Currency"), lambda one: currency),
        ]))  # fmt: skip
    return [
        *found,
        Group(
            NOTES,
            words[NOTES],
            _("What was written when booking, and why it was cancelled."),
            [(_("Note"), lambda one: one.row.note), (_("Why cancelled"), lambda one: one.row.cancel_reason)],
        ),
        Group(ALERT, words[ALERT], _("Only staff read it."), plain("staff_alert")),
    ]


def reading(chosen: Sequence[str]):
    """What gives the rows for some ids: one statement, and two for their money."""

    def read(ids: Sequence[int]) -> tuple[list[Visit], list[int]]:
        rows = {row.id: row for row in db.session.execute(_VISITS.where(among(Appointment.id, ids)))}
        sums = _sums(rows, ids) if MONEY in chosen else {}
        return [Visit(rows[one], sums.get(one, owed.Sums(0, 0))) for one in ids if one in rows], list(
            {row.profile_id for row in rows.values()}
        )

    return read


def _sums(rows: dict[int, Any], ids: Sequence[int]) -> dict[int, owed.Sums]:
    said, entries = defaultdict(list), defaultdict(list)
    words = (
        select(AmountDue.appointment_id, AmountDue.for_missed, AmountDue.amount)
        .where(among(AmountDue.appointment_id, ids))
        .order_by(AmountDue.id)
    )
    for one, for_missed, amount in db.session.execute(words):
        said[one].append((for_missed, amount))
    for entry in db.session.execute(
        select(Payment.id, Payment.appointment_id, Payment.kind, Payment.of_id, Payment.amount).where(among(Payment.appointment_id, ids))
    ):
        entries[entry.appointment_id].append(entry)
    return {one: owed.Sums(owed.due(row.status, row.price_cents, said[one]), owed.paid(entries[one])) for one, row in rows.items()}


def _wall(one: Visit) -> datetime:
    return local(one.row.starts_at, one.row.zone)


def _amount(minor: int | None, digits: int) -> Decimal | None:
    return None if minor is None else Decimal(minor).scaleb(-digits)
