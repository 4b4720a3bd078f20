"""Staff add a person: a name is enough. Records that look alike are shown before it is saved (MISSION M3, M24)."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import adding, clock, likeness_words
from portal.adding import LooksAlike
from portal.database import transact
from portal.guards import staff_only
from portal.permissions import EVERYBODY
from portal.staff import queue
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.person_form import PersonForm


@blueprint.route("/people/add", methods=["GET", "POST"])
@staff_only(may=EVERYBODY)
def add_person(staff):
    now, form = clock.now(), PersonForm(practice=staff.practice, today=clock.today(staff.practice.zone))
    if not form.validate_on_submit():
        return _page(staff, form), 422 if request.method == "POST" else 200
    others = request.form.getlist("different") if "anyway" in request.form else ()
    try:
        person = transact(adding.add, staff, form.facts(), now, different_from=others)
    except LooksAlike as error:
        return _page(staff, form, error.found), error.status
    flash(_("%(name)s is added.", name=person.name))
    return redirect(url_for("staff.person", slug=staff.practice.slug, public_id=person.public_id))


def _page(staff, form, alike=()) -> str:
    facts = {"form": form, "alike": alike, "likeness": likeness_words, "made_for": queue.made_for(staff, [one.profile.id for one in alike]), "day": clock.today(staff.practice.zone)}
    return staff_page("staff/add_person.html", staff, clock.now(), people={one.profile.id for one in alike}, **facts)
