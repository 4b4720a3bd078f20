"""An appointment again and again at its time; what cannot be had is listed with its reason (booking/repeats.py)."""

from flask import flash, redirect, request, url_for
from flask_babel import ngettext

from booking import repeats
from booking.desk import visit_reads as reads
from booking.desk.appointment import page as appointment_page
from booking.desk.blueprint import blueprint
from booking.desk.choosing import against
from booking.desk.desk_forms import RepeatForm
from booking.errors import AlreadyCancelled, Changed, NotOffered
from portal import clock
from portal.database import transact
from portal.guards import staff_only
from portal.staff.page import staff_page


@blueprint.route("/appointments/<public_id>/repeat", methods=["GET", "POST"])
@staff_only()
@reads.of_appointment
def repeat(staff, one):
    form, now, done = RepeatForm(), clock.now(), None
    if form.validate_on_submit():
        try:
            done = transact(
                repeats.repeat,
                staff,
                one,
                int(form.every_days.data),
                form.times.data,
                now,
                form.booking_key,
                revision=form.seen,
                tell=form.tell.data,
            )
        except (Changed, AlreadyCancelled, NotOffered) as problem:
            return appointment_page(staff, reads.appointment_of(staff, one.public_id), problem), problem.status
        if not done.refused:
            flash(ngettext("%(num)s more is booked.", "%(num)s more are booked.", len(done.made)))
            return redirect(url_for("desk.appointment", slug=staff.practice.slug, public_id=one.public_id))
    refused = [(at, against(refusal)) for at, refusal in done.refused] if done else []
    facts = {"one": one, "form": form, "done": done, "refused": refused}
    return staff_page(
        "desk/repeat.html", staff, now, people={one.profile_id}, **facts
    ), 422 if request.method == "POST" and not done else 200
