"""Staff add a person: a name is enough. Records that look alike are shown before it is saved (MISSION M3, M24)."""

from flask import redirect, url_for

from portal.guards import staff_only
from portal.staff import record_page
from portal.staff.blueprint import blueprint


@blueprint.route("/people/add", methods=["GET", "POST"])
@staff_only()
def add_person(staff):
    return record_page.add(
        staff,
        "staff/add_person.html",
        lambda person: redirect(url_for("staff.person", slug=staff.practice.slug, public_id=person.public_id)),
    )
