"""What may I do here: everybody who works at a practice can read it."""

from flask import url_for
from flask_babel import gettext as _

from portal import clock
from portal.guards import staff_only
from portal.permissions import GIVEN, TEAM
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.settings_menu import Entry, on_settings
from portal.staff_words import permission_means, permission_name, role_name


@on_settings
def own_entry(staff) -> list[Entry]:
    return [
        Entry(
            _("Practice"),
            _("What you may do"),
            _("Your role, and what an admin has set for you."),
            url_for("staff.own_permissions", slug=staff.practice.slug),
        )
    ]


@blueprint.get("/settings/own")
@staff_only()
def own_permissions(staff):
    rows = [(permission_name(one), permission_means(one), staff.may(one), staff.may(one) != (one in staff.usual)) for one in (*GIVEN, TEAM)]
    return staff_page("staff/own_permissions.html", staff, clock.now(), people=(), rows=rows, role=role_name(staff.role))
