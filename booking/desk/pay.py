"""Record a payment for one appointment, and say that another amount is due."""

from flask import flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import payments
from booking.desk import visit_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.payment_forms import DueForm, PaymentForm
from booking.models import Appointment, Payment
from booking.payments import DueChanged, PaysMore
from portal import clock
from portal.database import transact
from portal.filters import money
from portal.guards import staff_only
from portal.models import StaffMember
from portal.permissions import PAYMENTS
from portal.staff.page import say_with_link, staff_page


@blueprint.route("/appointments/<public_id>/payments/add", methods=["GET", "POST"])
@staff_only(may=PAYMENTS)
@reads.of_appointment
def record_payment(staff, one):
    """More than is left is asked about once, with the figures; so is what another desk has recorded in the meantime."""
    today = clock.today(staff.practice.zone)
    form = PaymentForm(staff.practice, today, prefilled=payments.sums_of(one).left)
    if not form.validate_on_submit():
        return _page("desk/record_payment.html", staff, one, form), 422 if request.method == "POST" else 200
    said = (form.minor, form.method.data, form.received_on.data)
    try:
        made = transact(payments.record, staff, one, *said, clock.now(), form.booking_key, note=form.note.data, over_known=form.known)
    except PaysMore as problem:
        return _page("desk/record_payment.html", staff, one, form, problem), problem.status
    return _recorded(staff, made)


@blueprint.route("/appointments/<public_id>/due", methods=["GET", "POST"])
@staff_only(may=PAYMENTS)
@reads.of_appointment
def set_due(staff, one):
    form = DueForm(staff.practice, prefilled=payments.sums_of(one).due, data={"seen": payments.due_mark(one)})
    if not form.validate_on_submit():
        return _page("desk/set_due.html", staff, one, form), 422 if request.method == "POST" else 200
    try:
        transact(payments.set_due, staff, one, form.minor, form.reason.data, clock.now(), seen=form.seen.data or "")
    except DueChanged as problem:
        form.form_errors.append(problem.message)
        form.seen.data = payments.due_mark(one)
        return _page("desk/set_due.html", staff, one, form), problem.status
    flash(_("%(amount)s is due now.", amount=money(form.minor, staff.practice.currency, locale=get_locale())))
    return redirect(to_appointment(staff, one))


def to_appointment(staff: StaffMember, one: Appointment) -> str:
    """The page of an appointment from its top, where what was done is told, with the receipt: not its money, a screen further down."""
    return url_for("desk.appointment", slug=staff.practice.slug, public_id=one.public_id)


def _recorded(staff: StaffMember, made: Payment):
    amount = money(made.amount, made.currency, locale=get_locale())
    receipt = url_for("desk.receipt", slug=staff.practice.slug, public_id=made.public_id)
    say_with_link(
        _("%(amount)s recorded, receipt %(number)s.", amount=amount, number=made.receipt_number), receipt, _("Print or email the receipt")
    )
    return redirect(to_appointment(staff, made.appointment))


def _page(template: str, staff: StaffMember, one: Appointment, form, problem: PaysMore | None = None) -> str:
    facts = {"one": one, "form": form, "problem": problem, "sums": payments.sums_of(one), "said": payments.said_of(one)}
    return staff_page(template, staff, clock.now(), people={one.profile_id}, **facts)
