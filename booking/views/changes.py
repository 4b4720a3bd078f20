"""Move, cancel, undo: within the practice's rules, else the telephone."""

from flask import redirect, render_template, request, session, url_for

from booking import bookings
from booking.errors import ClosedToNew, NotOffered, OnlyForNew, OnlyForReturning, SlotTaken, TooYoung, UndoOver
from booking.handover import give_back
from booking.steps import Steps
from booking.timetable import timetable
from booking.views.appointments import found, line, page
from booking.views.blueprint import blueprint
from portal import clock
from portal.access import CHANGE, SEE_TIMES
from portal.database import transact
from portal.reading import note_read

# said on the page, which has changed nothing
CANNOT = (
    UndoOver,
    SlotTaken,
    NotOffered,
    ClosedToNew,
    OnlyForNew,
    OnlyForReturning,
    TooYoung,
)


@blueprint.get("/appointments/<public_id>/move")
def move(public_id):
    """The step "when", which shows the old time until the new one is confirmed."""
    one, link = found(public_id, CHANGE)
    bookings.must_be_changeable(one, clock.now())
    if one.group_id is not None:
        return render_template("booking/cannot_move.html", line=line(one, link, clock.now()), appointment=one), 409
    table = timetable(one.practice)
    service, practitioner = table.service_by_id(one.service_id), table.by_id(one.practitioner_id)
    if service is None:
        return render_template("booking/cannot_move.html", line=line(one, link, clock.now()), appointment=one), 409
    steps = Steps(one.practice.slug, with_=practitioner.public_id if practitioner else "any", move=one.public_id)
    note_read([link], clock.now())  # here rather than with every month that is looked at
    return redirect(steps.url("when"))


@blueprint.route("/appointments/<public_id>/cancel", methods=["GET", "POST"])
def cancel(public_id):
    one, link = found(public_id, CHANGE)
    if request.method == "POST":
        if not one.is_cancelled:  # a second click finds what the first one did
            transact(bookings.cancel, session.account, one, clock.now())
        return redirect(url_for("booking.appointment", public_id=public_id))
    if one.is_cancelled:
        return redirect(url_for("booking.appointment", public_id=public_id))
    bookings.must_be_changeable(one, clock.now())
    answer = render_template("booking/cancel.html", line=line(one, link, clock.now()), appointment=one, zone=one.zone)
    note_read([link], clock.now())
    return answer


@blueprint.post("/appointments/<public_id>/undo")
def undo(public_id):
    one, link = found(public_id, SEE_TIMES)
    undone = bookings.undoable(one, clock.now())
    try:
        if undone == "got":
            back = transact(give_back, session.account, one, clock.now())
            return redirect(url_for("booking.appointment", public_id=back.public_id, was=public_id))
        transact(bookings.undo, session.account, one, clock.now())
    except CANNOT as problem:  # pressed on a page that was open for long
        one, link = found(public_id, SEE_TIMES)
        return page(one, link, problem.message), problem.status
    return redirect(url_for("booking.appointment", public_id=public_id, undone=undone))
