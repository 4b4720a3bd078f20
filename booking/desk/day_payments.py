"""What came in and went back on one day, for counting the till; as a file for a spreadsheet too."""

from datetime import timedelta

from flask import Response, abort, request
from flask_babel import gettext as _

from booking.desk import payment_reads
from booking.desk.blueprint import blueprint
from booking.desk.payment_forms import typed
from booking.desk.payment_reads import DayOf
from booking.forms import DayForm
from booking.payment_words import kinds, methods
from portal import batch_files, clock
from portal.guards import staff_only
from portal.permissions import PAYMENTS
from portal.reading import note_viewed
from portal.sheets import separator
from portal.staff.page import staff_page


@blueprint.get("/payments")
@staff_only(may=PAYMENTS)
def day_payments(staff):
    form, day, today = *_asked(staff), clock.today(staff.practice.zone)
    found = payment_reads.day_of(staff, day) if day else None
    around = {"before": max(day - timedelta(days=1), DayForm.FIRST), "after": min(day + timedelta(days=1), DayForm.LAST)} if day else {}
    facts = {"form": form, "day": day, "today": today, "found": found, "kinds": kinds(), "methods": methods(), **around}
    people = {one.profile_id for one in found.entries} if found else ()
    return staff_page("desk/day_payments.html", staff, clock.now(), people=people, **facts), 200 if day else 422


@blueprint.get("/payments.csv")
@staff_only(may=PAYMENTS)
def day_payments_file(staff):
    _form, day = _asked(staff)
    found = payment_reads.day_of(staff, day or abort(404))
    content = batch_files.sheet(_rows(found, staff.practice.currency), separator())
    note_viewed(staff, {one.profile_id for one in found.entries}, clock.now())
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="payments-{day.isoformat()}.csv"'})


def _asked(staff) -> tuple:
    today = clock.today(staff.practice.zone).isoformat()
    form = DayForm(request.args, data={"date": today})
    form.date.data, form.with_.choices = form.date.data or today, []  # a cleared field means today
    return form, form.day if form.validate() else None


def _rows(found: DayOf, currency: str):
    """Received and given back are columns of their own: a minus before a figure would be taken for a formula, and is not needed."""
    said, how = kinds(), methods()
    yield [
        _("Receipt"),
        _("Day"),
        _("Entry"),
        _("Person"),
        _("Service"),
        _("How it was paid"),
        _("Received"),
        _("Given back or corrected"),
        _("Currency"),
        _("Note"),
    ]
    for one in found.entries:
        amount = typed(one.amount, one.currency)
        money = ["", amount] if one.gives_back else [amount, ""]
        name, service = one.profile.name, one.appointment.service.name
        yield [
            str(one.receipt_number),
            one.received_on.isoformat(),
            said[one.kind],
            name,
            service,
            how[one.method],
            *money,
            one.currency,
            one.note,
        ]
    came, went = found.total
    yield ["", "", _("Total"), "", "", "", typed(came, currency), typed(went, currency), currency, ""]
