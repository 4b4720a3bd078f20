"""Time for something else than patients: block it, also again and again, change it, take it away, make an appointment of it (MISSION M22)."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import blocks
from booking.desk import visit_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.choosing import question
from booking.desk.desk_forms import BlockForm, RevisionForm
from booking.errors import Changed, Imported
from booking.hours import local_minute
from booking.models import Block
from booking.timetable import timetable
from portal import clock
from portal.database import transact
from portal.filters import local
from portal.guards import staff_only
from portal.models import StaffMember
from portal.staff.page import staff_page


@blueprint.route("/blocks/add", methods=["GET", "POST"])
@staff_only()
def add_block(staff):
    form, now = _form(staff), clock.now()
    if not form.validate_on_submit():
        return _page(staff, form), 422 if request.method == "POST" else 200
    many = {"every_days": int(form.every_days.data), "times": form.times.data} if form.every_days.data != "0" else {}
    made = transact(blocks.block, staff, _practitioner(staff, form), *_span(form), form.title.data, now, **many)
    flash(ngettext("Blocked.", "Blocked %(num)s times.", len(made)))
    return redirect(_calendar(staff, made[0]))


@blueprint.route("/blocks/<public_id>", methods=["GET", "POST"])
@staff_only()
@reads.of_block
def block(staff, block):
    form = _form(staff, block)
    if request.method != "POST" or block.source_id is not None:
        return _page(staff, form, block), 409 if request.method == "POST" else 200
    if not form.validate():
        return _page(staff, form, block), 422
    begins, ends = _span(form)
    values = {"title": form.title.data, "starts_at": begins, "ends_at": ends, "practitioner_id": _practitioner(staff, form)}
    try:
        saved = transact(blocks.change, staff, block, clock.now(), revision=form.seen, **values)
    except Changed as problem:
        return _stale(staff, form, block, problem)
    flash(_("Saved."))
    return redirect(_calendar(staff, saved))


@blueprint.post("/blocks/<public_id>/remove")
@staff_only()
@reads.of_block
def remove_block(staff, block):
    try:
        gone = transact(blocks.remove, staff, block, clock.now(), revision=RevisionForm().seen, following="following" in request.form)
    except (Changed, Imported) as problem:
        return _stale(staff, _form(staff, block), block, problem)
    flash(ngettext("The time is free again.", "%(num)s blocks are taken away. The times are free again.", len(gone)))
    return redirect(_calendar(staff, block))


def _form(staff: StaffMember, block: Block | None = None) -> BlockForm:
    """As it was typed, or made of the block, or of the address."""
    zone = staff.practice.zone
    asked = question(staff, clock.today(zone))
    form = BlockForm(zone)
    people = _people(staff)
    form.with_.choices = (
        [("", _("Choose")), *((one.public_id, one.name) for one in people)]
        if len(people) > 1
        else [(one.public_id, one.name) for one in people]
    )
    if form.is_submitted():
        return form
    if block is not None:
        form.title.data, form.with_.data = block.title, block.practitioner.public_id
        form.date.data = local(block.starts_at, zone).date().isoformat()
        form.starts.data, form.until.data = _wall(zone, block.starts_at), _wall(zone, block.ends_at)
    else:
        form.date.data, form.starts.data = asked.day.isoformat(), asked.wall
        form.with_.data = asked.practitioner.public_id if asked.practitioner else form.with_.choices[0][0] if people else ""
    return form


def _page(staff: StaffMember, form: BlockForm, block: Block | None = None, problem=None) -> str:
    return staff_page("desk/block.html", staff, clock.now(), people=(), form=form, block=block, problem=problem)


def _stale(staff: StaffMember, form: BlockForm, block: Block, problem):
    """What was typed, over what is now; one that is gone has a page of its own."""
    now = reads.block_of(staff, block.public_id)
    if now is None:
        raise problem
    return _page(staff, form, now, problem), problem.status


def _people(staff: StaffMember):
    only = reads.may_see(staff)
    return [one for one in timetable(staff.practice).practitioners() if only in (None, one.id)]


def _practitioner(staff: StaffMember, form: BlockForm) -> int:
    found = next((one for one in _people(staff) if one.public_id == form.with_.data), None) or abort(404)
    return found.id


def _span(form: BlockForm) -> tuple[datetime, datetime]:
    return datetime.fromtimestamp(form.begins, UTC), datetime.fromtimestamp(form.ends, UTC)


def _wall(zone: str, at: datetime) -> str:
    minute = local_minute(zone, int(at.timestamp()))
    return f"{minute // 60:02}:{minute % 60:02}"


def _calendar(staff: StaffMember, block: Block) -> str:
    return url_for("desk.calendar", slug=staff.practice.slug, date=local(block.starts_at, staff.practice.zone).date().isoformat())
