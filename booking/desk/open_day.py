"""Open a day from the phone: what would change is shown first, what is saved is exactly that, and one button takes it back."""

from hashlib import sha256

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from booking import opening_words, previews, schedules, undoing
from booking.behind_words import Reader
from booking.changes import Change
from booking.desk import effect_words
from booking.desk.blueprint import blueprint
from booking.desk.phone import Call, call_of
from booking.schedule_roles import may_apply
from booking.whatif import Parts
from booking.where import zone_of_day
from portal import clock, tokens
from portal.database import transact
from portal.errors import DomainError
from portal.guards import local_path, staff_only
from portal.models import StaffMember
from portal.staff.page import say_with_undo, staff_page

UNDO = "undo a change of the plan"


class NothingOpens(DomainError):
    """The day is open already, or no setting opens it any more."""

    message = lazy_gettext("This has changed since. Look at the day again.")


def digest(change: Change, parts: Parts) -> str:
    """Names a change and the rows it replaces, so that only what was looked at is saved."""
    return sha256(f"{change!r} {schedules.fingerprint(change, parts)}".encode()).hexdigest()[:16]


def save(staff: StaffMember, change: Change, now, seen: str) -> list[int]:
    """A use case: the lines that were written, for undoing them. Raises ChangedMeanwhile, NotYours."""
    before = set(undoing.set_at(staff, now))
    schedules.apply(staff, change, now, seen=seen)
    return [line for line in undoing.set_at(staff, now) if line not in before]


def preview(staff: StaffMember, change: Change, parts: Parts, now) -> dict:
    """What desk/_preview.html shows of a change: what it opens and closes for whom."""
    found, today = previews.preview(staff, change, now), clock.today(staff.practice.zone)
    facts = {"effects": effect_words.sentences(found, today), "rows": effect_words.rows(found)}
    return facts | {"may": may_apply(staff, change), "seen": digest(change, parts)}


def saved(staff: StaffMember, change: Change, parts: Parts, now, back: str, said: str):
    """Saves what the form was shown and goes back, with a button that undoes it. Raises ChangedMeanwhile for anything else."""
    if request.form.get("seen") != digest(change, parts):
        raise schedules.ChangedMeanwhile()
    lines = transact(save, staff, change, now, schedules.fingerprint(change, parts))
    flash_undo(staff, lines, back, said)
    return redirect(back)


def flash_undo(staff: StaffMember, lines: list[int], back: str, said: str) -> None:
    say_with_undo(
        said, url_for("desk.undo_opening", slug=staff.practice.slug, what=tokens.sign(UNDO, [staff.id, staff.standing, lines, back]))
    )


@blueprint.route("/phone/open", methods=["GET", "POST"])
@staff_only()
def open_day(staff):
    now, call = clock.now(), call_of(staff)
    answer = call.answer(now) or abort(404)
    opening = answer.opening
    if opening is None:
        return redirect(call.url()) if request.method == "GET" else _gone(call)
    reader = Reader(staff.practice, answer.parts, call.asked.table, answer.on, int(now.timestamp()))
    said, problem = opening_words.sentences(opening.change, reader), None
    if request.method == "POST":
        try:
            return saved(staff, opening.change, answer.parts, now, call.url(), _("Saved: %(change)s", change=" ".join(said)))
        except schedules.ChangedMeanwhile as error:
            problem = error
    facts = preview(staff, opening.change, answer.parts, now)
    others = [one.name for one in call.asked.table.practitioners() if one.id in opening.others]
    page = staff_page(
        "desk/open_day.html", staff, now, people={call.person.id} if call.person else (),
        call=call, asked=call.asked, answer=answer, said=said, zone=zone_of_day(call.asked.table, opening.day), others=others, problem=problem, **facts,
    )  # fmt: skip
    return page, problem.status if problem else 200


def _gone(call: Call):
    flash(str(NothingOpens.message), "warn")
    return redirect(call.url())


@blueprint.post("/phone/undo")
@staff_only()
def undo_opening(staff):
    try:
        staff_id, standing, lines, back = tokens.read(UNDO, request.args.get("what", ""))
    except (tokens.BadToken, ValueError):  # also one of before the standing was in it
        abort(404)
    if (staff_id, standing) != (staff.id, staff.standing):  # what an admin set is not a practitioner's to take back
        abort(404)
    try:
        transact(undoing.undo, staff, lines, clock.now())
        flash(_("It is as it was before."))
    except undoing.CannotUndo as error:
        flash(str(error.message), "warn")
    return redirect(local_path(back) or abort(404))
