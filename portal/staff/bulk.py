"""Many invitations at once: whom, a rehearsal, the sending as it goes on, what became of each (MISSION M11)."""

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import batch_files, batch_results, batch_words, batches, clock
from portal.batch_emails import example
from portal.batch_facts import readable
from portal.batch_results import FIX, QUEUED, READY
from portal.database import transact
from portal.guards import staff_only
from portal.models import InvitationBatch, StaffMember
from portal.paging import Page
from portal.permissions import EVERYBODY
from portal.reading import note_viewed
from portal.sheets import separator
from portal.staff.blueprint import blueprint
from portal.staff.bulk_forms import BulkForm
from portal.staff.finding import seen_by
from portal.staff.page import staff_page
from portal.staff.people import page_asked
from portal.staff.whose import inviting

REHEARSED = (FIX, batch_results.SHARED, batch_results.HAVE, batch_results.INVITED, READY)
RUNNING = (batch_results.FAILED, QUEUED, batch_results.SENT, batch_results.TAKEN, batch_results.ENDED, batch_results.PASSED)
MOST_UPLOADED = 4 * 1024 * 1024  # more than we read, so that a file that is too large is told so in the form


@blueprint.url_value_preprocessor
def _room_for_a_file(endpoint, _values):
    """Before anything reads the form."""
    if endpoint == "staff.bulk":
        request.max_content_length = MOST_UPLOADED


@blueprint.route("/invitations/many", methods=["GET", "POST"])
@staff_only()
@inviting
def bulk(staff):
    now, form = clock.now(), BulkForm(staff=staff)
    rows = form.chosen(now) if form.is_submitted() and form.validate() else []
    if rows:
        batch = transact(batches.rehearse, staff, rows, form.why.data, now)
        return redirect(_address(batch, staff))
    page = staff_page("staff/bulk.html", staff, now, people=(), form=form, sent=batch_results.batches_of(staff))
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/invitations/many/<public_id>")
@staff_only()
@inviting
def batch(staff, public_id):
    now, found = clock.now(), _batch(staff, public_id)
    seen = batch_results.overview(found, *_visible(staff))
    states = RUNNING if found.started_at else REHEARSED
    show = request.args.get("show", "")
    show = show if show in states else next((one for one in states if seen.counts[one]), states[0])
    rows, number, _pages = batch_results.page_of(found, seen, show, page_asked())
    facts = {
        "batch": found,
        "seen": seen,
        "show": show,
        "states": states,
        "rows": rows,
        "words": batch_words,
        "readable": readable,
        "instant": now,
    }
    facts["last_sent"] = batch_results.last_sent(rows) if show == batch_results.INVITED else {}
    facts["found"] = Page(rows, number, seen.counts[show])
    people = {row.profile_id for row in rows if row.profile_id}
    if found.started_at:
        facts |= {
            "minutes_left": batch_results.minutes_left(found, now),
            "may_remind": batch_results.may_remind(found),
            "has_sender": batches.may_send(found.sender),
        }
        return staff_page("staff/bulk_progress.html", staff, now, people=people, **facts)
    first = batch_results.first_mail(found, *_visible(staff))
    mail = example(found, first, now) if first else None
    return staff_page(
        "staff/bulk_check.html", staff, now, people=people | {row.profile_id for row in first}, mail=mail, first=first, **facts
    )


@blueprint.post("/invitations/many/<public_id>/send")
@staff_only()
@inviting
def send_batch(staff, public_id):
    found = _to_send(staff, public_id)
    transact(batches.start, found, clock.now(), by=staff)
    return redirect(_address(found, staff))


@blueprint.post("/invitations/many/<public_id>/pause")
@staff_only()
@inviting
def pause_batch(staff, public_id):
    found = _batch(staff, public_id)
    if found.paused_at:
        transact(batches.carry_on, _to_send(staff, public_id), clock.now(), by=staff)
    else:
        transact(batches.pause, found, clock.now())
    return redirect(_address(found, staff))


@blueprint.post("/invitations/many/<public_id>/again")
@staff_only()
@inviting
def remind_batch(staff, public_id):
    found = _to_send(staff, public_id)
    transact(batches.remind, found, clock.now(), by=staff)
    return redirect(_address(found, staff))


@blueprint.get("/invitations/many/<public_id>/rows.csv")
@staff_only()
@inviting
def batch_rows(staff, public_id):
    """All rows and what became of them, or with `show` those in one state, fit to be put right and given back."""
    found, now = _batch(staff, public_id), clock.now()
    seen = batch_results.overview(found, *_visible(staff))
    show = request.args.get("show", "")
    rows = batch_results.all_rows(seen, *[show] if show in REHEARSED + RUNNING else [])
    content = batch_files.sheet(batch_words.sheet(rows, seen, staff.practice.zone), separator())
    note_viewed(staff, {row.profile_id for row in rows if row.profile_id}, now)
    headers = {"Content-Disposition": f'attachment; filename="invitations-{found.public_id}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)


def _batch(staff: StaffMember, public_id: str) -> InvitationBatch:
    return batch_results.batch_of(staff, public_id) or abort(404)


def _to_send(staff: StaffMember, public_id: str) -> InvitationBatch:
    """Nobody writes to people they no longer see, even on a list they made when they did."""
    found = _batch(staff, public_id)
    if batch_results.reaches_beyond(found, _visible(staff)):
        flash(
            _("This list names people you do not see any more, so nothing was sent. Make a new list, or ask somebody who sees everybody."),
            "warn",
        )
        abort(redirect(_address(found, staff)))
    return found


def _visible(staff: StaffMember) -> list:
    """Of whom a batch is shown: who saw everybody when they made it may see fewer people now."""
    return [] if staff.may(EVERYBODY) else seen_by(staff)


def _address(batch: InvitationBatch, staff: StaffMember) -> str:
    return url_for("staff.batch", slug=staff.practice.slug, public_id=batch.public_id)
