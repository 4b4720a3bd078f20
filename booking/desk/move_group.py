"""A whole group, everybody in it too, to another time, practitioner or room; one press takes it back."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from booking import moving_groups
from booking.deciding import rooms_for
from booking.desk import visit_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.choosing import Question, against, question
from booking.desk.desk_forms import MoveGroupForm
from booking.desk.group_page import group_address
from booking.desk.group_page import page as group_page
from booking.errors import Changed, NotOffered, SlotTaken
from booking.hours import local_date
from booking.models import Block
from booking.timetable import timetable
from booking.wall_clock import seconds
from portal import clock
from portal.database import transact
from portal.guards import staff_only
from portal.models import StaffMember
from portal.staff.page import say_with_undo, staff_page


@blueprint.route("/groups/<public_id>/move", methods=["GET", "POST"])
@staff_only()
@reads.of_group
def move_group(staff, group):
    asked = _question(staff, group)
    if asked is None:
        problem = NotOffered(_("This group can no longer be moved. Open another one instead."))
        return group_page(staff, group, problem=problem), problem.status
    form = _form(staff, group, asked)
    if not form.validate_on_submit():
        return _page(staff, group, asked, form), 422 if request.method == "POST" else 200
    back = _back(staff, group, form.tell.data)
    try:
        moved = _move(staff, group, asked, form.start, _room(staff, form.room.data), form.seen, form.passed_over, form.tell.data)
    except (Changed, SlotTaken, NotOffered) as problem:
        group = reads.block_of(staff, group.public_id, group=True) or abort(404)
        return _page(staff, group, asked, form, problem), problem.status
    say_with_undo(_("Moved."), url_for("desk.move_group_back", **back, revision=moved.revision))
    return redirect(group_address(staff, moved))


@blueprint.post("/groups/<public_id>/move/back")
@staff_only()
@reads.of_group
def move_group_back(staff, group):
    """To where the address says; if something is in the way of that by now, to the page that moves it there."""
    asked, said = _question(staff, group) or abort(404), request.args
    if asked.at is None or asked.practitioner is None:
        abort(404)
    seen = int(said["revision"][:18]) if said.get("revision", "").isdecimal() else None
    try:
        _move(staff, group, asked, asked.at, _room(staff, said.get("room", "")), seen, (), said.get("tell") == "1")
    except (Changed, SlotTaken, NotOffered) as problem:
        flash(str(problem.message), "warn")
        there = {"at": asked.at, "with": asked.practitioner.public_id}
        return redirect(url_for("desk.move_group", slug=staff.practice.slug, public_id=group.public_id, **there))
    flash(_("It is as it was before."))
    return redirect(group_address(staff, group))


def _move(staff: StaffMember, group: Block, asked: Question, start: int, room: int | None, seen: int | None, anyway, tell: bool) -> Block:
    facts = {"room": room, "revision": seen, "anyway": anyway, "tell": tell}
    return transact(moving_groups.move_group, staff, group, asked.wish(None), start, clock.now(), **facts)


def _back(staff: StaffMember, group: Block, tell: bool) -> dict:
    """The address that brings it back to where it is now."""
    there = {"at": seconds(group.starts_at), "with": group.practitioner.public_id, "room": group.room and group.room.public_id}
    return {"slug": staff.practice.slug, "public_id": group.public_id, "tell": int(tell), **there}


def _question(staff: StaffMember, group: Block) -> Question | None:
    """Its own practitioner and day unless the address says more; None if its service is not given any more."""
    table = timetable(staff.practice)
    service = table.service_by_id(group.service_id)
    if service is None:
        return None
    return question(
        staff, local_date(table.zone, seconds(group.starts_at)), service=service, practitioner=table.by_id(group.practitioner_id)
    )


def _form(staff: StaffMember, group: Block, asked: Question) -> MoveGroupForm:
    """With the rooms that would do, if there is a choice."""
    form, rooms = MoveGroupForm(asked), reads.rooms_of(staff, rooms_for(asked.table, asked.service))
    form.room.choices = [("", _("Any that is free")), *((one.public_id, one.name) for one in rooms)] if len(rooms) > 1 else []
    return form


def _room(staff: StaffMember, public_id: str) -> int | None:
    return (reads.room_of(staff, public_id) or abort(404)).id if public_id else None


def _page(staff: StaffMember, group: Block, asked: Question, form: MoveGroupForm, problem=None) -> str:
    now, seats = clock.now(), [one for one in reads.seats_of(group) if one.status != "noshow"]
    wish = asked.wish(None, sitting=moving_groups.sitting(group))
    times, reason = asked.times(wish, now)
    if not form.room.choices and asked.practitioner and asked.practitioner.id == group.practitioner_id:
        times = [time for time in times if time.at != seconds(group.starts_at)]
    form.offer(times)
    stale = isinstance(problem, Changed)
    if problem is None and asked.at is not None and form.at.data == form.OTHER:
        problem = moving_groups.refusal_of(staff, group, wish, asked.at, now)
    facts = {"group": group, "seats": seats, "asked": asked, "form": form, "times_of": times, "reason": reason, "stale": stale}
    facts["against"] = [] if stale else against(problem)
    return staff_page("desk/move_group.html", staff, now, people={one.profile_id for one in seats}, **facts)
