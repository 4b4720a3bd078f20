"""A receipt at the desk: read, printed, mailed; and what can be done with its entry: give money back, take back a mistake."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import owed, payments, receipt_letters
from booking.desk import payment_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.pay import to_appointment
from booking.desk.payment_forms import EntryForm, MailForm, MistakeForm
from booking.models import Payment
from booking.payment_words import kinds, methods
from booking.payments import CannotReverse, RefundTooHigh
from portal import clock
from portal.database import transact
from portal.filters import money
from portal.guards import staff_only
from portal.models import StaffMember
from portal.permissions import PAYMENTS
from portal.staff.page import say_with_link, staff_page


@blueprint.get("/receipts/<public_id>")
@staff_only(may=PAYMENTS)
@reads.of_entry
def receipt(staff, entry):
    return _page(
        "desk/receipt.html", staff, entry, MailForm(formdata=None), readers=receipt_letters.who_may_read(entry.appointment, clock.now())
    )


@blueprint.post("/receipts/<public_id>/mail")
@staff_only(may=PAYMENTS)
@reads.of_entry
def mail_receipt(staff, entry):
    form, now = MailForm(), clock.now()
    to = receipt_letters.who_may_read(entry.appointment, now).get(form.to.data or "") or abort(404)
    transact(receipt_letters.send, staff, entry, to, form.booking_key, now)
    flash(_("The receipt is on its way to %(name)s.", name=to.account.name if to.account else to.address))
    return redirect(url_for("desk.receipt", slug=staff.practice.slug, public_id=entry.public_id))


@blueprint.route("/receipts/<public_id>/refund", methods=["GET", "POST"])
@staff_only(may=PAYMENTS)
@reads.of_entry
def refund(staff, entry):
    left = owed.refundable(entry, payments.entries_of(entry.appointment))
    form = EntryForm(staff.practice, clock.today(staff.practice.zone), prefilled=left, method=entry.method, since=entry.received_on)
    if not form.validate_on_submit():
        return _page("desk/refund.html", staff, entry, form, left=left), 422 if request.method == "POST" else 200
    said = (form.minor, form.method.data, form.received_on.data)
    try:
        made = transact(payments.refund, staff, entry, *said, clock.now(), form.booking_key, note=form.note.data)
    except RefundTooHigh as problem:
        return _page("desk/refund.html", staff, entry, form, problem, left=problem.facts["left"]), problem.status
    return _given_back(staff, made)


@blueprint.route("/receipts/<public_id>/mistake", methods=["GET", "POST"])
@staff_only(may=PAYMENTS)
@reads.of_entry
def take_back_entry(staff, entry):
    form = MistakeForm()
    if not form.validate_on_submit():
        return _page("desk/mistake.html", staff, entry, form), 422 if request.method == "POST" else 200
    try:
        transact(payments.reverse, staff, entry, form.note.data, clock.today(staff.practice.zone), clock.now(), form.booking_key)
    except CannotReverse as problem:
        return _page("desk/mistake.html", staff, entry, form, problem), problem.status
    flash(_("Taken back. Both entries stay to be seen."))
    return redirect(to_appointment(staff, entry.appointment))


def _given_back(staff: StaffMember, made: Payment):
    """What went back is to be paid again unless less is due: the person reads that at once, so staff do too."""
    one, amount = made.appointment, money(made.amount, made.currency, locale=get_locale())
    words = _("%(amount)s given back, receipt %(number)s.", amount=amount, number=made.receipt_number)
    left = payments.sums_of(made.appointment).left
    if left:
        words += " " + _(
            "The person reads that %(left)s is left to pay. If that is not so, change the amount due.",
            left=money(left, made.currency, locale=get_locale()),
        )
        say_with_link(words, url_for("desk.set_due", slug=staff.practice.slug, public_id=one.public_id), _("Change the amount due"))
    else:
        flash(words)
    return redirect(to_appointment(staff, one))


def _page(template: str, staff: StaffMember, entry: Payment, form, problem=None, **facts) -> str:
    entries = payments.entries_of(entry.appointment)
    facts |= {"entry": entry, "one": entry.appointment, "form": form, "problem": problem, "kinds": kinds(), "methods": methods()}
    facts |= {
        "may_refund": owed.refundable(entry, entries) > 0,
        "may_reverse": owed.may_reverse(entry, entries),
        "follows": follows(entry, entries),
    }
    return staff_page(template, staff, clock.now(), people={entry.profile_id}, **facts)


def follows(entry: Payment, entries: list[Payment]) -> list[Payment]:
    """What became of an entry since: money of it that was given back, or that it was a mistake."""
    return [one for one in entries if one.of_id == entry.id]
