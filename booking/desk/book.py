"""Staff book: for somebody found or new, from a gap, a block, a person's page or from nothing; what stands in the way is said first."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import blocks, by_staff
from booking.desk.blueprint import blueprint
from booking.desk.choosing import Question, against, question
from booking.desk.desk_forms import TimeForm
from booking.desk.visit_reads import block_of, usual_services
from booking.desk.who_for import onward, person_asked, who_page
from booking.errors import Changed, Imported, NotOffered, SlotTaken
from booking.hours import local_date
from booking.models import Block
from booking.timetable import timetable
from portal import clock
from portal.database import transact
from portal.filters import capfirst, moment
from portal.guards import staff_only
from portal.models import Profile, StaffMember
from portal.staff.page import staff_page


@blueprint.route("/book", methods=["GET", "POST"])
@staff_only()
def book(staff):
    now, person, block = clock.now(), person_asked(staff), _block(staff)
    if person is None:
        return abort(404) if request.args.get("who") else who_page(staff, _("Book an appointment"), _about(staff, block))
    asked = _asked(staff, block, usual_services(person))
    form = TimeForm(asked)
    if asked.service is None or not form.validate_on_submit():
        return _page(staff, person, asked, form, block), 422 if request.method == "POST" else 200
    facts = {"note": form.note.data, "anyway": form.passed_over, "tell": form.tell.data}
    try:
        if block is None:
            made = transact(by_staff.book, staff, person, asked.wish(person), form.start, now, form.booking_key, **facts)
        else:
            made = transact(blocks.turn_into, staff, block, person, asked.wish(person), now, form.booking_key, revision=form.seen, **facts)
    except (SlotTaken, NotOffered, Changed, Imported) as problem:
        return _page(staff, person, asked, form, block, problem), problem.status
    flash(_("Booked for %(name)s.", name=made.profile.name))
    return redirect(url_for("desk.appointment", slug=staff.practice.slug, public_id=made.public_id))


def _block(staff: StaffMember) -> Block | None:
    """The block that is to become an appointment. 404 for one that is gone."""
    return (block_of(staff, request.args["block"]) or abort(404)) if request.args.get("block") else None


def _asked(staff: StaffMember, block: Block | None, usual: tuple[int, ...] = ()) -> Question:
    """A block has its own time and practitioner."""
    table = timetable(staff.practice)
    asked = question(staff, clock.today(staff.practice.zone), usual=usual, practitioner=block and table.by_id(block.practitioner_id))
    if block is None:
        return asked
    at = int(block.starts_at.timestamp())
    return asked._replace(
        at=at, day=local_date(table.zone, at), people=tuple(one for one in asked.people if one.id == block.practitioner_id)
    )


def _page(staff: StaffMember, person: Profile, asked: Question, form: TimeForm, block: Block | None, problem=None) -> str:
    now, keep = clock.now(), {"block": block.public_id} if block else {}
    facts = {"asked": asked, "form": form, "block": block, "change": onward(staff), "keep": keep}
    facts["times_of"], facts["reason"] = asked.times(asked.wish(person), now) if asked.service and not block else ([], "")
    if not block:
        form.offer(facts["times_of"])
        if problem is None and asked.at is not None and asked.service and form.at.data == form.OTHER:
            problem = by_staff.refusal(staff, asked.wish(person), asked.at, now)  # said before anybody presses
    return staff_page(
        "desk/book.html",
        staff,
        now,
        people={person.id},
        person=person,
        day=clock.today(staff.practice.zone),
        against=against(problem),
        **facts,
    )


def _about(staff: StaffMember, block: Block | None) -> str:
    """When and with whom, as far as that is chosen already."""
    asked = _asked(staff, block)
    if asked.at is None:
        return ""
    when = capfirst(moment(asked.at, staff.practice.zone, clock.today(staff.practice.zone), locale=get_locale()))
    return _("%(when)s with %(name)s", when=when, name=asked.practitioner.name) if asked.practitioner else when
