"""New registrations: people who made their own profile online, each with the records they look like (MISSION M4)."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock, likeness_words, lookalikes
from portal import registrations as answers
from portal.database import transact
from portal.guards import staff_only
from portal.paging import PER_PAGE
from portal.staff import queue
from portal.staff.blueprint import blueprint
from portal.staff.page import SEES_EVERYBODY, staff_page
from portal.staff.panels import coming
from portal.staff.people import page_asked


@blueprint.get("/registrations")
@staff_only(*SEES_EVERYBODY)
def registrations(staff):
    now, state = clock.now(), request.args.get("tab")
    state = state if state in queue.TABS else queue.WAITING
    found, counts = queue.registrations(staff, state, page_asked()), queue.counts(staff)
    alike = {} if state == queue.ANSWERED else lookalikes.like_each([one.profile for one in found.rows])
    people = {one.profile_id for one in found.rows}
    shown = people | {one.profile.id for best in alike.values() for one in best[:1]}
    facts = {"state": state, "found": found, "counts": counts, "alike": alike, "made_by": queue.made_by(found.rows), "merges": queue.merges_of(found.rows)}
    facts |= {"new": any(not alike.get(id_) for id_ in people), "likeness": likeness_words, "coming": coming(staff, people, now), "day": clock.today(staff.practice.zone)}
    return staff_page("staff/registrations.html", staff, now, people=shown, waiting=counts.waiting, may_undo=lambda one: answers.may_take_back(one, now), **facts)


@blueprint.post("/registrations/accept")
@staff_only(*SEES_EVERYBODY)
def accept_registrations(staff):
    chosen = queue.several(staff, request.form.getlist("which")[:PER_PAGE])
    accepted, left = transact(answers.accept_many, staff, chosen, clock.now()) if chosen else (0, 0)
    if not chosen:
        flash(_("Tick the people to accept."), "warn")
    if accepted:
        flash(ngettext("%(num)s person is accepted as new.", "%(num)s people are accepted as new.", accepted))
    if left:
        flash(ngettext("%(num)s person looks like somebody you know: review them first.", "%(num)s people look like somebody you know: review them first.", left), "warn")
    return redirect(url_for("staff.registrations", slug=staff.practice.slug))
