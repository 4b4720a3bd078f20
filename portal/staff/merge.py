"""Is this the same person? Two records side by side, what is chosen of each, and what will be true afterwards (MISSION M5, LOOK §4.16)."""

from functools import wraps
from urllib.parse import urlencode

from flask import abort, flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import clock, likeness_words, lookalikes, merge_history, merges
from portal.database import transact
from portal.errors import DomainError
from portal.filters import moment
from portal.guards import recently_to_send, staff_only
from portal.merge_choices import Choices
from portal.merge_preview import preview
from portal.permissions import MERGE
from portal.staff import comparing, finding, merge_access_words, merge_rows, merge_words, queue
from portal.staff.blueprint import blueprint
from portal.staff.page import say_with_link, staff_page
from portal.uniting import SOURCE, TARGET

NOT_CHOSEN = frozenset({"csrf_token", "mark", "different", "swap"})  # fields of the page that are no choices
_OTHER_SIDE = {SOURCE: TARGET, TARGET: SOURCE}


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
        if request.method == "POST":
            _say_who_was_faster(staff, merge_history.standing_of(staff, public_id if found[0] is None else target_id))
        return redirect(_of_those_who_stand(staff, *standing))

    return guarded


def _of_those_who_stand(staff, one, other) -> str:
    """One of the records was merged: the same page about who stands for it, unless that is the other one."""
    if one.id == other.id or request.method != "GET":
        return url_for("staff.person", slug=staff.practice.slug, public_id=one.public_id)
    return comparing.address(staff, one, other)


def _say_who_was_faster(staff, merge) -> None:
    if merge is None:
        return flash(str(merges.MergedAlready.message), "warn")
    facts = {
        "name": merge.merged_by.name,
        "moment": moment(merge.merged_at, staff.practice.zone, clock.today(staff.practice.zone), locale=get_locale()),
    }
    return flash(_("%(name)s merged one of these records on %(moment)s. Your choices were not used.", **facts), "warn")


def _with_choices(staff, public_id, target_id) -> str:
    """The page as the form says it: choices and ticks are in the address, so looking again or proving a password loses nothing."""
    return _showing(staff, public_id, target_id, [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CHOSEN])


def _swapped(staff, public_id, target_id) -> str:
    """The page that keeps the other record, with the same choices."""
    said = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CHOSEN]
    swapped = [(name, _OTHER_SIDE.get(value, value) if name.startswith("detail.") else value) for name, value in said]
    return _showing(staff, target_id, public_id, swapped)


def _showing(staff, public_id, target_id, said: list[tuple[str, str]]) -> str:
    page = url_for("staff.merge", slug=staff.practice.slug, public_id=public_id, target_id=target_id)
    return f"{page}{'&' if '?' in page else '?'}{urlencode(said)}" if said else page


@blueprint.route("/people/<public_id>/merge/<target_id>", methods=["GET", "POST"])
@staff_only(may=MERGE)
@recently_to_send(_with_choices)
@of_pair
def merge(staff, source, target):
    now = clock.now()
    if request.method != "POST":
        return _page(staff, source, target, Choices.read(request.args), now)
    choices, is_registration = Choices.read(request.form), any(queue.waiting_of(one) for one in (source, target))
    try:
        done = transact(merges.merge, staff, source, target, choices, request.form.get("mark", ""), now)
    except merges.MergedAlready as error:
        _say_who_was_faster(staff, error.facts.get("merge"))
        return redirect(request.path)  # leads to who stands for them now
    except (merges.NotConfirmed, merges.ChangedMeanwhile, merges.MayNotLetIn) as error:
        return _page(staff, source, target, choices, now, error), error.status
    _say(staff, done, queue.counts(staff).waiting if is_registration else 0)
    return redirect(url_for("staff.person", slug=staff.practice.slug, public_id=done.target.public_id))


@blueprint.post("/people/<public_id>/merge/<target_id>/check")
@staff_only(may=MERGE)
@of_pair
def check_merge(staff, source, target):
    """What would be true with what was chosen: the same page, which says so. With `swap`, the other record is kept instead."""
    if "swap" in request.form:
        return redirect(_swapped(staff, source.public_id, target.public_id), 303)
    return redirect(f"{_with_choices(staff, source.public_id, target.public_id)}#outcome", 303)


def _say(staff, done, waiting: int) -> None:
    """Done; the person's page has the way back. Onwards: to the registrations that wait, and to a third record of this person."""
    words = _("Merged into %(record)s.", record=merge_words.both_the(done.source, done.target)[1])
    if waiting:
        say_with_link(words, url_for("staff.registrations", slug=staff.practice.slug), _("New registrations (%(number)s)", number=waiting))
    else:
        flash(words)
    for one in lookalikes.like(done.target, most=1):
        words = _("There is another record that looks like this person: %(name)s.", name=merge_words.named(one.profile))
        say_with_link(words, comparing.address(staff, done.target, one.profile), _("Compare"))


def _page(staff, source, target, choices, now, problem: DomainError | None = None) -> str:
    seen = preview(source, target, choices, now, by=staff)
    if seen.newcomers and not staff.may_invite:
        choices = choices.but_ending([one.account.public_id for one in seen.newcomers if one.source])
        seen = preview(source, target, choices, now, by=staff)
    match = lookalikes.compared(source, [target]).get(target.id)
    facts = {
        "source": source,
        "target": target,
        "preview": seen,
        "choices": choices,
        "problem": problem,
        "missing": problem.facts.get("conflicts", []) if problem else [],
        "registration": queue.waiting_of(source) or queue.waiting_of(target),
        "others": [one.profile for one in lookalikes.like(source) if one.profile.id != target.id],
        "how": match.likeness if match else None,
        "lent": match.lent if match else (),
        "words": likeness_words,
        "compare": comparing.address,
        **_in_words(staff, seen, now),
    }
    return staff_page("staff/merge.html", staff, now, people=[source.id, target.id], **facts)


def _in_words(staff, seen, now) -> dict:
    """The preview as the page says it."""
    source, target = seen.source, seen.target
    return {
        "heads": merge_words.records(source, target),
        "short": [merge_words.short(one) for one in (source, target)],
        "into": merge_words.both_the(source, target)[1],
        "rows": merge_rows.rows(seen),
        "accesses": merge_access_words.accesses(staff, seen, now),
        "invited": merge_access_words.invited(staff, seen, now),
        "outcome": merge_access_words.outcome(staff, seen),
    }
