"""A group: one service for several at once, each with a record of their own. Opened, filled seat by seat, made larger, called off (MISSION M18)."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import by_staff, groups
from booking.desk import visit_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.choosing import Question, against, question
from booking.desk.desk_forms import AnywayForm, CancelForm, GroupForm, SeatsForm
from booking.desk.who_for import person_asked, who_page
from booking.errors import Changed, GroupFull, GroupOver, NotOffered, SlotTaken
from booking.models import Block
from portal import clock
from portal.database import transact
from portal.filters import capfirst, local, moment
from portal.guards import staff_only
from portal.models import StaffMember
from portal.staff.page import staff_page


@blueprint.route("/groups/open", methods=["GET", "POST"])
@staff_only()
def open_group(staff):
    asked = question(staff, clock.today(staff.practice.zone))
    form = GroupForm(asked)
    if asked.service is None or not form.validate_on_submit():
        return _open_page(staff, asked, form), 422 if request.method == "POST" else 200
    facts = {"title": form.title.data, "anyway": form.passed_over}
    try:
        made = transact(groups.open, staff, asked.wish(None), form.start, form.seats.data, clock.now(), **facts)
    except (SlotTaken, NotOffered) as problem:
        return _open_page(staff, asked, form, problem), problem.status
    flash(_("The group is open. Give somebody a seat."))
    return redirect(group_address(staff, made))


@blueprint.route("/groups/<public_id>", methods=["GET", "POST"])
@staff_only()
@reads.of_group
def group(staff, group):
    form = SeatsForm(data={"seats": group.seats})
    if not form.validate_on_submit():
        return page(staff, group, form), 422 if request.method == "POST" else 200
    try:
        transact(groups.resize, staff, group, form.seats.data, clock.now(), revision=form.seen)
    except (Changed, GroupFull) as problem:
        return page(staff, reads.block_of(staff, group.public_id, group=True) or abort(404), form, problem), problem.status
    flash(_("Saved."))
    return redirect(group_address(staff, group))


@blueprint.route("/groups/<public_id>/seat", methods=["GET", "POST"])
@staff_only()
@reads.of_group
def seat(staff, group):
    """A seat for somebody: found or new, then one press."""
    now, person, form = clock.now(), person_asked(staff), AnywayForm()
    if person is None:
        return abort(404) if request.args.get("who") else who_page(staff, _("Give a seat"), _about(staff, group), group)
    problem = None
    if form.validate_on_submit():
        facts = {"note": form.note.data, "anyway": form.passed_over, "tell": form.tell.data}
        try:
            transact(groups.seat, staff, group, person, now, form.booking_key, **facts)
        except (GroupFull, GroupOver, Changed, NotOffered) as error:
            problem = error
        else:
            flash(_("%(name)s has a seat.", name=person.name))
            return redirect(group_address(staff, group))
    facts = {"group": group, "form": form, "person": person, "about": _about(staff, group), "against": against(problem)}
    page = staff_page("desk/seat.html", staff, now, people={person.id}, **facts)
    return page, problem.status if problem else 422 if request.method == "POST" else 200


@blueprint.route("/groups/<public_id>/close", methods=["GET", "POST"])
@staff_only()
@reads.of_group
def close_group(staff, group):
    form, problem = CancelForm(), None
    if form.validate_on_submit():
        try:
            done = transact(groups.close, staff, group, clock.now(), reason=form.reason.data, revision=form.seen, tell=form.tell.data)
        except NotOffered as error:
            return page(staff, group, problem=error), error.status
        except Changed as error:
            problem, group = error, reads.block_of(staff, group.public_id, group=True) or abort(404)
        else:
            flash(
                ngettext(
                    "The group is called off. %(num)s seat was cancelled.",
                    "The group is called off. %(num)s seats were cancelled.",
                    len(done.cancelled),
                )
            )
            return redirect(url_for("desk.calendar", slug=staff.practice.slug))
    seats = [one for one in reads.seats_of(group) if one.status != "noshow"]  # that seat was given back already
    facts = {"group": group, "form": form, "seats": seats, "about": _about(staff, group), "stale": problem is not None}
    answer = staff_page("desk/close_group.html", staff, clock.now(), people={one.profile_id for one in seats}, **facts)
    return answer, problem.status if problem else 422 if request.method == "POST" else 200


def page(staff: StaffMember, group: Block, form: SeatsForm | None = None, problem=None) -> str:
    """`problem`: why nothing was changed."""
    form = form or SeatsForm(formdata=None, data={"seats": group.seats})
    seats = reads.seats_of(group)
    facts = {"group": group, "form": form, "seats": seats, "problem": problem, "day": clock.today(staff.practice.zone)}
    facts["date"] = local(group.starts_at, staff.practice.zone).date()
    facts["took_place"] = any(one.status == "fulfilled" for one in seats)
    facts["taken"] = sum(one.status != "noshow" for one in seats)
    return staff_page("desk/group.html", staff, clock.now(), people={one.profile_id for one in seats}, **facts)


def _open_page(staff: StaffMember, asked: Question, form: GroupForm, problem=None) -> str:
    now = clock.now()
    times, reason = asked.times(asked.wish(None), now) if asked.service else ([], "")
    form.offer(times)
    if problem is None and asked.at is not None and asked.service and form.at.data == form.OTHER:
        problem = by_staff.refusal(staff, asked.wish(None), asked.at, now)
    return staff_page(
        "desk/open_group.html", staff, now, people=(), asked=asked, form=form, times_of=times, reason=reason, against=against(problem)
    )


def _about(staff: StaffMember, group: Block) -> str:
    today = clock.today(staff.practice.zone)
    when = capfirst(moment(group.starts_at, staff.practice.zone, today, locale=get_locale()))
    return _("%(group)s: %(when)s with %(name)s", group=group.title or group.service.name, when=when, name=group.practitioner.name)


def group_address(staff: StaffMember, group: Block) -> str:
    return url_for("desk.group", slug=staff.practice.slug, public_id=group.public_id)
