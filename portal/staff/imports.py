"""People from another product's list: given, its columns told, rehearsed, run (MISSION M24). Taking it back is portal/staff/undo_import.py's."""

from flask import Response, abort, flash, redirect, request, session, url_for
from flask_babel import gettext as _

from portal import batch_files, clock, import_results, imports, likeness_words
from portal.database import transact
from portal.errors import DomainError
from portal.guards import recently, staff_only
from portal.import_verdicts import ALIKE
from portal.models import PeopleImport, StaffMember
from portal.permissions import TEAM
from portal.reading import note_viewed
from portal.sheet_files import MOST_BYTES
from portal.sheets import separator
from portal.staff import import_sheets, import_taking, import_words
from portal.staff.blueprint import blueprint
from portal.staff.import_forms import FILL, ColumnsForm, ListForm
from portal.staff.page import staff_page
from portal.staff.people import page_asked

MOST_SENT = 4 * MOST_BYTES  # more than we read, so that a file that is too large is told so in the form


@blueprint.url_value_preprocessor
def _room_for_a_list(endpoint, _values):
    """Before anything reads the form. Strangers send as little as anywhere."""
    if session.account is None:
        return
    if endpoint == "staff.new_import":
        request.max_content_length, request.max_form_memory_size = MOST_SENT, MOST_BYTES + 2**20
    elif endpoint == "staff.import_choices":
        request.max_form_parts = 1000


@blueprint.route("/import", methods=["GET", "POST"])
@staff_only(may=TEAM)
def new_import(staff):
    now, form = clock.now(), ListForm()
    sheets = form.sheets() if form.is_submitted() else []
    if sheets:
        found = import_taking.take(staff, sheets, form.name, now)
        return redirect(url_for("staff.import_columns", slug=staff.practice.slug, public_id=found.public_id))
    facts = {"form": form, "before": import_results.imports_of(staff), "words": import_words, "age": import_results.age}
    return staff_page("staff/import_new.html", staff, now, people=(), **facts), 422 if form.is_submitted() else 200


@blueprint.route("/import/<public_id>/columns", methods=["GET", "POST"])
@staff_only(may=TEAM)
def import_columns(staff, public_id):
    now, found = clock.now(), _import(staff, public_id)
    if found.started_at:
        return redirect(_address(found, staff))
    if "sheet" in request.form:
        transact(imports.choose_sheet, found, request.form.get("sheet", -1, type=int))
        return redirect(url_for("staff.import_columns", slug=staff.practice.slug, public_id=public_id))
    form, is_known = _columns_form(found)
    if form.validate_on_submit():
        transact(imports.choose, found, form.chosen, form.date_order, now, only_blanks=form.known.data == FILL)
        return redirect(_address(found, staff))
    facts = {"import_": found, "form": form, "rows": import_results.sheet_rows(found), "is_known": is_known, "words": import_words}
    return staff_page("staff/import_columns.html", staff, now, people=(), **facts), 422 if form.is_submitted() else 200


def _columns_form(found: PeopleImport) -> tuple[ColumnsForm, bool]:
    """What was said of this list or of one with the same headings, else what the headings say. And whether it was the second."""
    kept = imports.saved(found.practice_id, found.header)
    if found.columns:
        said = found.columns, found.date_order, found.only_blanks
    else:
        said = (kept.columns, kept.date_order, kept.only_blanks) if kept else (found.sheets[found.sheet]["guess"], "", False)
    return ColumnsForm(found=found, columns=said[0], order=said[1], only_blanks=said[2]), kept is not None and not found.columns


@blueprint.get("/import/<public_id>")
@staff_only(may=TEAM)
def import_page(staff, public_id):
    now, found = clock.now(), _import(staff, public_id)
    if not found.mapped_at:
        return redirect(url_for("staff.import_columns", slug=staff.practice.slug, public_id=public_id))
    counts, states = import_results.counts(found), import_results.states(found)
    show = request.args.get("show", "")
    show = show if show in states else next((one for one in states if counts[one]), states[0])
    is_going = import_results.is_going(found)
    page = import_results.page_of(found, show, page_asked()) if not (is_going and not found.started_at) else None
    facts = {
        "import_": found,
        "counts": counts,
        "states": states,
        "show": show,
        "found": page,
        "is_going": is_going,
        "words": import_words,
        "likeness": likeness_words,
    }
    facts |= {
        "progress": import_results.progress(found) if is_going else None,
        "may_undo": imports.may_undo(found, now),
        "today": clock.today(staff.practice.zone),
    }
    template = "staff/import_progress.html" if is_going else "staff/import_result.html" if found.started_at else "staff/import_check.html"
    return staff_page(template, staff, now, people={row.profile_id for row in page.rows if row.profile_id} if page else (), **facts)


@blueprint.post("/import/<public_id>/choices")
@staff_only(may=TEAM)
def import_choices(staff, public_id):
    """For each row of the page."""
    found = _import(staff, public_id)
    said = {
        int(name[7:]): value
        for name, value in request.form.items()
        if name.startswith("choice-") and name[7:].isdecimal() and len(name) < 17
    }
    transact(imports.decide, found, said)
    return redirect(_address(found, staff, show=request.form.get("kind", ALIKE), page=request.form.get("page", type=int)) + "#rows")


@blueprint.post("/import/<public_id>/choices/all")
@staff_only(may=TEAM)
def import_choice(staff, public_id):
    """The same for every row of a kind."""
    found, kind = _import(staff, public_id), request.form.get("kind", "")
    transact(imports.decide_all, found, kind, request.form.get("all", ""))
    return redirect(_address(found, staff, show=kind) + "#rows")


@blueprint.post("/import/<public_id>/run")
@staff_only(may=TEAM)
@recently
def run_import(staff, public_id):
    found = _import(staff, public_id)
    try:
        if not transact(imports.start, found, clock.now(), by=staff):
            flash(str(imports.LookAgain.message), "warn")
    except DomainError as problem:
        flash(str(problem.message), "warn")
    return redirect(_address(found, staff))


@blueprint.post("/import/<public_id>/forget")
@staff_only(may=TEAM)
def forget_import(staff, public_id):
    transact(imports.forget, _import(staff, public_id))
    flash(_("The list is thrown away. Nothing was changed."))
    return redirect(url_for("staff.new_import", slug=staff.practice.slug))


@blueprint.get("/import/<public_id>/rows.csv")
@staff_only(may=TEAM)
def import_rows(staff, public_id):
    """What became of each row, or with `show=fix` the rows that were left out, fit to be put right and given back."""
    now, found = clock.now(), _import(staff, public_id)
    is_fix = request.args.get("show") == "fix"
    rows = import_results.to_fix(found) if is_fix else import_results.all_rows(found)
    said = import_sheets.to_fix(rows, found) if is_fix else import_sheets.results(rows, found, clock.today(staff.practice.zone))
    content = batch_files.sheet(said, separator())
    note_viewed(staff, {row.profile_id for row in rows if row.profile_id}, now)
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="import-{found.public_id}.csv"'})


def _import(staff: StaffMember, public_id: str) -> PeopleImport:
    return import_results.import_of(staff, public_id) or abort(404)


def _address(found: PeopleImport, staff: StaffMember, **said) -> str:
    return url_for("staff.import_page", slug=staff.practice.slug, public_id=found.public_id, **said)
