"""Staff cancel an appointment, with a reason that stays in the house; of a series also all that follow."""

from flask import flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import by_staff, payments, repeats
from booking.desk import visit_reads as reads
from booking.desk.appointment import page as appointment_page
from booking.desk.blueprint import blueprint
from booking.desk.desk_forms import CancelForm
from booking.errors import AlreadyCancelled, Changed
from portal import clock
from portal.database import transact
from portal.filters import money
from portal.guards import staff_only
from portal.models import StaffMember
from portal.permissions import PAYMENTS
from portal.staff.page import say_with_link, staff_page


@blueprint.route("/appointments/<public_id>/cancel", methods=["GET", "POST"])
@staff_only()
@reads.of_appointment
def cancel(staff, one):
    form, back = CancelForm(), url_for("desk.appointment", slug=staff.practice.slug, public_id=one.public_id)
    if one.is_cancelled:
        return redirect(back)  # a second click finds what the first one did
    if not form.validate_on_submit():
        return _page(staff, one, form), 422 if request.method == "POST" else 200
    try:
        how = repeats.cancel_following if form.which.data == "following" and one.series_id else by_staff.cancel
        transact(how, staff, one, clock.now(), reason=form.reason.data, revision=form.seen, tell=form.tell.data)
    except AlreadyCancelled as problem:
        return appointment_page(staff, reads.appointment_of(staff, one.public_id), problem), problem.status
    except Changed as problem:
        return _page(staff, reads.appointment_of(staff, one.public_id), form, stale=True), problem.status
    _say(staff, reads.appointment_of(staff, one.public_id), back)
    return redirect(back)


def _say(staff: StaffMember, one, back: str) -> None:
    """Nothing is due any more: who sees payments is told at once that money is there to be given back."""
    words, over = _("Cancelled. The time is free again."), payments.sums_of(one).over if staff.may(PAYMENTS) else 0
    if not over:
        flash(words)
        return
    paid = _(
        "%(amount)s more was paid than is due now. Give it back, or change the amount due.",
        amount=money(over, staff.practice.currency, locale=get_locale()),
    )
    say_with_link(f"{words} {paid}", f"{back}#payments", _("Payments"))


def _page(staff: StaffMember, one, form: CancelForm, stale: bool = False) -> str:
    now, following = clock.now(), reads.that_follow(staff, one)
    return staff_page(
        "desk/cancel.html",
        staff,
        now,
        people={one.profile_id},
        one=one,
        form=form,
        stale=stale,
        following=following,
        over=one.ends_at <= now,
    )
