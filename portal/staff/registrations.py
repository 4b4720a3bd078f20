"""New registrations: people who made their own profile online, each with the records they look like (MISSION M4)."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock, likeness_words, lookalikes
from portal import registrations as answers
from portal.database import transact
from portal.guards import staff_only
from portal.paging import PER_PAGE
from portal.permissions import MERGE
from portal.staff import queue
from portal.staff.blueprint import blueprint
from portal.staff.page import say_with_undo, staff_page
from portal.staff.panels import coming
from portal.staff.people import page_asked


@blueprint.get("/registrations")
@staff_only(may=MERGE)
def registrations(staff):
    return _page(staff)


def _page(staff, problem: str = "") -> str:
    now, state = clock.now(), request.args.get("tab")
    state = state if state in queue.TABS else queue.WAITING
    found, counts = queue.registrations(staff, state, page_asked()), queue.counts(staff)
    alike = {} if state == queue.ANSWERED else lookalikes.like_each([one.profile for one in found.rows])
    people = {one.profile_id for one in found.rows}
    shown = people | {one.profile.id for best in alike.values() for one in best[:1]}
    facts = {
        "state": state,
        "found": found,
        "counts": counts,
        "alike": alike,
        "made_by": queue.made_by(found.rows),
        "merges": queue.merges_of(found.rows),
    }
    facts |= {
        "problem": problem,
        "new": any(not alike.get(id_) for id_ in people),
        "likeness": likeness_words,
        "coming": coming(staff, people, now),
        "day": clock.today(staff.practice.zone),
    }
    return staff_page(
        "staff/registrations.html",
        staff,
        now,
        people=shown,
        waiting=counts.waiting,
        may_undo=answers.to_take_back(found.rows, now),
        **facts,
    )


@blueprint.post("/registrations/accept")
@staff_only(may=MERGE)
def accept_registrations(staff):
    chosen = queue.several(staff, request.form.getlist("which")[:PER_PAGE])
    if not chosen:
        return _page(staff, _("Tick the people to accept.")), 422
    waiting = [one for one in chosen if one.is_waiting]
    accepted, left = transact(answers.accept_many, staff, chosen, clock.now())
    if accepted:
        undo = url_for("staff.take_back_acceptances", slug=staff.practice.slug, which=[one.public_id for one in waiting if one.accepted_at])
        say_with_undo(ngettext("%(num)s person is accepted as new.", "%(num)s people are accepted as new.", accepted), undo)
    if left:
        flash(
            ngettext(
                "%(num)s person looks like somebody you know: review them first.",
                "%(num)s people look like somebody you know: review them first.",
                left,
            ),
            "warn",
        )
    return redirect(url_for("staff.registrations", slug=staff.practice.slug))


@blueprint.post("/registrations/take-back")
@staff_only(may=MERGE)
def take_back_acceptances(staff):
    """Those accepted together wait again."""
    chosen = queue.several(staff, request.args.getlist("which")[:PER_PAGE])
    back = transact(answers.take_back_many, staff, chosen, clock.now()) if chosen else 0
    if back:
        flash(ngettext("%(num)s person is waiting again.", "%(num)s people are waiting again.", back))
    return redirect(url_for("staff.registrations", slug=staff.practice.slug))
