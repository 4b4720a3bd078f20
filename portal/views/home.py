"""The front door: for strangers the practices, for the others their own pages."""

from flask import redirect, render_template, session, url_for
from flask_login import current_user

from portal.guards import public
from portal.queries import practices, staff_roles
from portal.views.blueprint import blueprint


@blueprint.get("/")
@public
def home():
    if not current_user.is_authenticated:
        return render_template("portal/home.html", practices=practices())
    role = next(iter(staff_roles(current_user)), None) if session.get("staff") else None
    if role:
        return redirect(url_for("staff.today", slug=role.practice.slug))
    return redirect(url_for("booking.appointments"))
