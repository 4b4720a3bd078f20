"""An import is taken back: what goes, who stays and why, before it is pressed."""

from flask import abort, flash, redirect, request, url_for

from portal import clock, import_results, imports
from portal.database import transact
from portal.errors import DomainError
from portal.guards import recently_to_send, staff_only
from portal.permissions import TEAM
from portal.staff import import_words
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page


def _page_again(staff, public_id) -> str:
    return url_for("staff.undo_import", slug=staff.practice.slug, public_id=public_id)


@blueprint.route("/import/<public_id>/undo", methods=["GET", "POST"])
@staff_only(may=TEAM)
@recently_to_send(_page_again)
def undo_import(staff, public_id):
    now, found = clock.now(), import_results.import_of(staff, public_id) or abort(404)
    if request.method == "POST":
        try:
            transact(imports.undo, found, now, by=staff)
        except DomainError as problem:
            flash(str(problem.message), "warn")
    elif imports.may_undo(found, now):
        kept, stays, goes = import_results.kept(found)
        facts = {"import_": found, "kept": kept, "stays": stays, "goes": goes, "words": import_words}
        return staff_page("staff/undo_import.html", staff, now, people={row.profile_id for row, _why in kept if row.profile_id}, **facts)
    return redirect(url_for("staff.import_page", slug=staff.practice.slug, public_id=public_id))
