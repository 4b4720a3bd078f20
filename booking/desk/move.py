"""An appointment to another time or another practitioner: by choosing, or by dragging, which leads here with the time chosen."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from booking import by_staff, repeats
from booking.desk import visit_reads as reads
from booking.desk.appointment import page as appointment_page
from booking.desk.blueprint import blueprint
from booking.desk.choosing import Question, against, question
from booking.desk.desk_forms import TimeForm
from booking.errors import AlreadyCancelled, Changed, NotOffered, SlotTaken
from booking.hours import local_date
from booking.models import Appointment
from booking.timetable import timetable
from portal import clock
from portal.database import transact
from portal.guards import staff_only
from portal.models import StaffMember
from portal.staff.page import staff_page


@blueprint.route("/appointments/<public_id>/move", methods=["GET", "POST"])
@staff_only()
@reads.of_appointment
def move(staff, one):
    now, asked = clock.now(), _question(staff, one)
    if one.is_cancelled or one.status == "fulfilled" or asked is None:
        problem = AlreadyCancelled() if one.is_cancelled else NotOffered(_("This appointment can no longer be moved."))
        return appointment_page(staff, one, problem), problem.status
    form = TimeForm(asked)
    if not form.validate_on_submit():
        return _page(staff, one, asked, form), 422 if request.method == "POST" else 200
    wish, facts = asked.wish(one.profile, moving=one), {"revision": form.seen, "anyway": form.passed_over, "tell": form.tell.data}
    several, left = form.which.data == "following" and one.series_id is not None, []
    try:
        if several:
            left = transact(repeats.move_following, staff, one, wish, form.start, now, form.booking_key, **facts).left
        else:
            transact(by_staff.move, staff, one, wish, form.start, now, form.booking_key, **facts)
    except AlreadyCancelled as problem:
        return appointment_page(staff, reads.appointment_of(staff, one.public_id), problem), problem.status
    except (Changed, SlotTaken, NotOffered) as problem:
        return _page(staff, reads.appointment_of(staff, one.public_id), asked, form, problem), problem.status
    if left:
        return staff_page("desk/left.html", staff, now, people={one.profile_id}, one=one, left=left), 409
    flash(_("Moved."))
    return redirect(url_for("desk.appointment", slug=staff.practice.slug, public_id=one.public_id))


def _question(staff: StaffMember, one: Appointment) -> Question | None:
    """Its own practitioner and day unless the address says more; None if its service is not given any more."""
    table = timetable(staff.practice)
    service = table.service_by_id(one.service_id)
    if service is None:
        return None
    return question(
        staff, local_date(table.zone, int(one.starts_at.timestamp())), service=service, practitioner=table.by_id(one.practitioner_id)
    )


def _page(staff: StaffMember, one: Appointment, asked: Question, form: TimeForm, problem=None) -> str:
    now, wish = clock.now(), asked.wish(one.profile, moving=one)
    times, reason = asked.times(wish, now)
    times = [
        time
        for time in times
        if time.at != int(one.starts_at.timestamp()) or asked.practitioner is None or asked.practitioner.id != one.practitioner_id
    ]
    form.offer(times)
    stale = isinstance(problem, Changed)
    if problem is None and asked.at is not None and form.at.data == form.OTHER:
        problem = by_staff.refusal(staff, wish, asked.at, now)
    facts = {"times_of": times, "reason": reason, "asked": asked, "form": form, "one": one, "stale": stale}
    facts["following"] = reads.that_follow(staff, one)
    return staff_page("desk/move.html", staff, now, people={one.profile_id}, against=[] if stale else against(problem), **facts)
