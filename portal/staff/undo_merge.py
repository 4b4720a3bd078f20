"""Take a merge back: what returns to whom, what was made since and whose it is (MISSION F8)."""

from datetime import datetime

from urllib.parse import urlencode

from flask import abort, flash, redirect, request, session, url_for
from flask_babel import gettext as _

from portal import clock, lookalikes, merge_history, merge_parts, unmerging
from portal.database import transact
from portal.errors import DomainError
from portal.forms import clean
from portal.guards import recently_to_send, staff_only
from portal.models import Merge, StaffMember
from portal.permissions import MERGE, TEAM
from portal.staff import merge_names, merge_words, undo_words
from portal.staff.blueprint import blueprint
from portal.staff.page import say_with_link, staff_page

LONGEST_WHY = 500


def _with_sides(staff, public_id) -> str:
    """The page as the form says it; the reason waits in the session, it may be about somebody's health."""
    session["why"] = [public_id, clean(request.form.get("why"))[:LONGEST_WHY]]
    page = url_for("staff.undo_merge", slug=staff.practice.slug, public_id=public_id)
    said = {**_sides(request.form), "different": int("different" in request.form)}
    return f"{page}{'&' if '?' in page else '?'}{urlencode(said)}"


def _sides(said) -> dict[str, str]:
    return {name: value for name, value in said.items() if name.startswith("side.")}


@blueprint.route("/merges/<public_id>/undo", methods=["GET", "POST"])
@staff_only(may=MERGE)
@recently_to_send(_with_sides)
def undo_merge(staff, public_id):
    now, merge = clock.now(), merge_history.merge_of(staff, public_id) or abort(404)
    if merge.is_undone:
        return _undone_already(staff)
    if request.method != "POST":
        return _page(staff, merge, now)
    sides = {name.removeprefix("side."): value for name, value in _sides(request.form).items()}
    try:
        transact(take_back, staff, merge, sides, now, clean(request.form.get("why"))[:LONGEST_WHY], "different" in request.form)
    except unmerging.NotMerged:
        return _undone_already(staff)
    except (unmerging.NotAssigned, unmerging.NeedsReview, unmerging.LaterMergeFirst) as error:
        return _page(staff, merge, now, error), error.status
    session.pop("why", None)
    say_with_link(
        _("The merge is undone: two records again."),
        _address(staff, merge.source),
        _("Open %(name)s", name=merge_words.named(merge.source)),
    )
    return redirect(_address(staff, merge.target))


def take_back(staff: StaffMember, merge: Merge, sides: dict[str, str], now: datetime, why: str, are_different: bool) -> Merge:
    """Two records again, and, if staff say so, never proposed as one again. A use case; raises what unmerging.unmerge raises."""
    done = unmerging.unmerge(staff, merge, sides, now, why)
    if are_different:
        lookalikes.remember_different(done.source, done.target, now, staff)
    return done


def _page(staff, merge, now, problem: DomainError | None = None) -> str:
    later, items, said = unmerging.blocked_by(merge), unmerging.items(merge), request.form if request.method == "POST" else request.args
    missing, sides = problem.facts.get("items", []) if problem else [], {one.key: said.get(f"side.{one.key}") or one.side for one in items}
    facts = {"merge": merge, "later": later, "items": items, "sides": sides, "missing": {one.key for one in missing}, "problem": problem}
    facts |= {
        "item_words": undo_words.item,
        "unseen": undo_words.unseen(merge, items),
        "back": undo_words.back(merge, now),
        "changed": merge_parts.changed_since(merge),
        "named": merge_words.named,
        "both": merge_words.both_named(*merge_names.afterwards(merge)),
        "went": merge_names.of_that_day([merge])[merge.id],
    }
    facts |= {"is_late": not merge.is_recent(now), "may": merge.is_recent(now) or staff.may(TEAM), "longest": LONGEST_WHY}
    facts |= {"different": "different" in said if request.method == "POST" else said.get("different") != "0", "why": _why(merge)}
    return staff_page("staff/undo_merge.html", staff, now, people=[merge.source_id, merge.target_id], **facts)


def _why(merge) -> str:
    """What was typed: sent with the form, or kept while the password was proven."""
    merge_id, words = session.get("why", ("", ""))
    return request.form.get("why", words if merge_id == merge.public_id else "")


def _undone_already(staff):
    flash(str(unmerging.NotMerged.message), "warn")
    return redirect(url_for("staff.merges", slug=staff.practice.slug))


def _address(staff, person) -> str:
    return url_for("staff.person", slug=staff.practice.slug, public_id=person.public_id)
