"""Appointments that lie outside the hours: whom to call, and a mail that says the clinic will get in touch."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import outside
from booking.desk.blueprint import blueprint
from portal import clock
from portal.database import transact
from portal.guards import staff_only
from portal.staff.page import staff_page


@blueprint.get("/schedules/outside")
@staff_only()
def outside_hours(staff):
    found = outside.standing_outside(staff, clock.now())
    return staff_page(
        "desk/outside.html", staff, clock.now(), people={one.profile_id for one in found}, found=found, told=outside.told_at(found)
    )


@blueprint.post("/schedules/outside/tell")
@staff_only()
def tell_outside(staff):
    """Whose boxes are ticked, as far as they still lie outside; each is told once."""
    chosen = set(request.form.getlist("who"))
    told = transact(_tell, staff, chosen, clock.now())
    if told:
        flash(ngettext("%(num)s person is told by email.", "%(num)s people are told by email.", told))
    else:
        flash(_("Nobody could be written to. Call them."), "warn")
    return redirect(url_for("desk.outside_hours", slug=staff.practice.slug))


def _tell(staff, chosen: set[str], now) -> int:
    return outside.tell_them(staff, [one for one in outside.standing_outside(staff, now) if one.public_id in chosen], now)
