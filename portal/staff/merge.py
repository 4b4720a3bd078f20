"""Is this the same person? Two records side by side, what is chosen of each, and what will be true afterwards (MISSION M5, LOOK §4.16)."""

from functools import wraps

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, likeness_words, lookalikes, merges
from portal.database import transact
from portal.errors import DomainError
from portal.guards import recently, staff_only
from portal.matching import likeness
from portal.merge_choices import Choices
from portal.merge_preview import preview
from portal.staff import comparing, finding, merge_access_words, merge_rows, merge_words, queue
from portal.staff.blueprint import blueprint
from portal.staff.page import SEES_EVERYBODY, say_with_link, staff_page


def of_pair(view):
    """The view is called with `source` and `target`, two records of the practice. Where one was merged already, the way leads to who
    stands for it."""

    @wraps(view)
    def guarded(staff, public_id, target_id):
        if public_id == target_id:
            abort(404)
        found = [finding.person_of(staff, one) for one in (public_id, target_id)]
        if all(found):
            return view(staff=staff, source=found[0], target=found[1])
        standing = [one or finding.standing_for(staff, id_) or abort(404) for one, id_ in zip(found, (public_id, target_id))]
        return redirect(_of_those_who_stand(staff, *standing))

    return guarded


def _of_those_who_stand(staff, one, other) -> str:
    """One of the records was merged: the same page about who stands for it, unless that is the other one."""
    if one.id == other.id or request.method != "GET":
        return url_for("staff.person", slug=staff.practice.slug, public_id=one.public_id)
    return comparing.address(staff, one, other)


@blueprint.route("/people/<public_id>/merge/<target_id>", methods=["GET", "POST"])
@staff_only(*SEES_EVERYBODY)
@recently
@of_pair
def merge(staff, source, target):
    now, choices = clock.now(), Choices.read(request.form)
    if request.method != "POST" or "again" in request.form:
        return _page(staff, source, target, choices, now)
    try:
        done = transact(merges.merge, staff, source, target, choices, request.form.get("mark", ""), now)
    except merges.MergedAlready as error:
        flash(str(error.message), "warn")
        return redirect(request.path)  # leads to who stands for them now
    except (merges.NotConfirmed, merges.ChangedMeanwhile) as error:
        return _page(staff, source, target, choices, now, error), error.status
    _say(staff, done)
    return redirect(url_for("staff.person", slug=staff.practice.slug, public_id=done.target.public_id))


def _say(staff, done) -> None:
    """Done, with the way back; and onwards, where there is a third record of this person."""
    say_with_link(_("Merged."), url_for("staff.undo_merge", slug=staff.practice.slug, public_id=done.public_id), _("Undo"))
    for one in lookalikes.like(done.target, most=1):
        words = _("There is another record that looks like this person: %(name)s.", name=merge_words.named(one.profile))
        say_with_link(words, comparing.address(staff, done.target, one.profile), _("Compare"))


def _page(staff, source, target, choices, now, problem: DomainError | None = None) -> str:
    seen = preview(source, target, choices, now)
    others = [one.profile for one in lookalikes.like(source) if one.profile.id != target.id]
    how = likeness(lookalikes.person_of(source), lookalikes.person_of(target))
    facts = {"source": source, "target": target, "preview": seen, "choices": choices, "problem": problem, "others": others, "how": how}
    facts |= {"heads": merge_words.records(source, target), "short": [merge_words.short(one) for one in (source, target)], "into": merge_words.the(target), "rows": merge_rows.rows(seen), "words": likeness_words}
    facts |= {"accesses": merge_access_words.accesses(staff, seen, now), "invited": merge_access_words.invited(staff, seen), "outcome": merge_access_words.outcome(seen)}
    facts |= {"missing": problem.facts.get("conflicts", []) if problem else [], "registration": queue.waiting_of(source) or queue.waiting_of(target)}
    return staff_page("staff/merge.html", staff, now, people=[source.id, target.id], compare=comparing.address, **facts)
