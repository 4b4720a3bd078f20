"""Who comes along to an appointment: a name, no record and no bill (MISSION M18)."""

from flask import abort, redirect, url_for

from booking import companions
from booking.desk import visit_reads as reads
from booking.desk.appointment import page
from booking.desk.blueprint import blueprint
from booking.desk.desk_forms import CompanionForm
from portal import clock
from portal.database import transact
from portal.guards import staff_only


@blueprint.post("/appointments/<public_id>/companions")
@staff_only()
@reads.of_appointment
def add_companion(staff, one):
    form = CompanionForm()
    if not form.validate():
        return page(staff, one, companion=form), 422
    transact(companions.add, staff, one, form.name.data, form.relation.data, clock.now())
    return redirect(url_for("desk.appointment", slug=staff.practice.slug, public_id=one.public_id) + "#along")


@blueprint.post("/appointments/<public_id>/companions/<companion>/remove")
@staff_only()
@reads.of_appointment
def remove_companion(staff, one, companion):
    """`companion`: the public id of one of this appointment."""
    found = next((each for each in companions.of(one) if each.public_id == companion), None) or abort(404)
    transact(companions.remove, staff, found, clock.now())
    return redirect(url_for("desk.appointment", slug=staff.practice.slug, public_id=one.public_id) + "#along")
