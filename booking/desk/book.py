"""Staff book: for somebody found or new, from a gap, from a person's page or from nothing; what stands in the way is said first."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import by_staff
from booking.desk.blueprint import blueprint
from booking.desk.choosing import Question, against, question
from booking.desk.desk_forms import TimeForm
from booking.desk.visit_reads import last_service
from booking.desk.who_for import kept, onward, person_asked, who_page
from booking.errors import NotOffered, SlotTaken
from portal import clock
from portal.database import transact
from portal.filters import capfirst, moment
from portal.guards import staff_only
from portal.models import Profile, StaffMember
from portal.staff.page import staff_page


@blueprint.route("/book", methods=["GET", "POST"])
@staff_only()
def book(staff):
    now, today, person = clock.now(), clock.today(staff.practice.zone), person_asked(staff)
    if person is None:
        return abort(404) if request.args.get("who") else who_page(staff, _("Book an appointment"), _about(staff))
    asked = question(staff, today, usual=last_service(person))
    form = TimeForm(asked)
    if asked.service is None or not form.validate_on_submit():
        return _page(staff, person, asked, form), 422 if request.method == "POST" else 200
    facts = {"note": form.note.data, "anyway": form.passed_over, "tell": form.tell.data}
    try:
        made = transact(by_staff.book, staff, person, asked.wish(person), form.start, now, form.booking_key, **facts)
    except (SlotTaken, NotOffered) as problem:
        return _page(staff, person, asked, form, problem), problem.status
    flash(_("Booked for %(name)s.", name=made.profile.name))
    return redirect(url_for("desk.appointment", slug=staff.practice.slug, public_id=made.public_id))


def _page(staff: StaffMember, person: Profile, asked: Question, form: TimeForm, problem=None) -> str:
    now = clock.now()
    times, reason = asked.times(asked.wish(person), now) if asked.service else ([], "")
    form.offer(times)
    if problem is None and asked.at is not None and asked.service and form.at.data == form.OTHER:
        problem = by_staff.refusal(staff, asked.wish(person), asked.at, now)  # said before anybody presses
    facts = {"times_of": times, "reason": reason, "asked": asked, "form": form, "kept": kept(), "change": onward(staff)}
    return staff_page("desk/book.html", staff, now, people={person.id}, person=person, day=clock.today(staff.practice.zone), against=against(problem), **facts)


def _about(staff: StaffMember) -> str:
    """When and with whom, as far as that is chosen already."""
    asked = question(staff, clock.today(staff.practice.zone))
    if asked.at is None:
        return ""
    when = capfirst(moment(asked.at, staff.practice.zone, clock.today(staff.practice.zone), locale=get_locale()))
    return _("%(when)s with %(name)s", when=when, name=asked.practitioner.name) if asked.practitioner else when
