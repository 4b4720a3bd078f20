"""Text notes of staff about one person: write, read and change, copy."""

from functools import wraps

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, file_queries, notes
from portal.database import transact
from portal.file_forms import NoteForm
from portal.guards import staff_only
from portal.permissions import FILES
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.whose import of_person


def of_note(view):
    """Below `@of_person`: the view is called with `note` in place of `note_id`, one of this person's; else 404."""

    @wraps(view)
    def guarded(staff, person, note_id, **kwargs):
        return view(staff=staff, person=person, note=file_queries.note_of(staff, person, note_id) or abort(404), **kwargs)

    return guarded


@blueprint.route("/people/<public_id>/notes/new", methods=["GET", "POST"])
@staff_only(may=FILES)
@of_person
def add_note(staff, person):
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(staff, person, form)
    note = transact(notes.write, staff, person, form.title.data, form.text.data, clock.now())
    flash(_("“%(title)s” is saved.", title=note.title))
    return redirect(url_for("staff.files", slug=staff.practice.slug, public_id=person.public_id))


@blueprint.route("/people/<public_id>/notes/<note_id>", methods=["GET", "POST"])
@staff_only(may=FILES)
@of_person
@of_note
def note(staff, person, note):
    form = NoteForm(data={"title": note.title, "text": note.text, "version": str(note.version)})
    if not form.validate_on_submit():
        return _page(staff, person, form, note)
    try:
        note = transact(notes.change, staff, note, form.title.data, form.text.data, form.seen, clock.now())
    except notes.ChangedMeanwhile as error:
        form.form_errors.append(error.message)
        form.version.data = str(error.facts["note"].version)
        return _page(staff, person, form, error.facts["note"])
    flash(_("“%(title)s” is saved.", title=note.title))
    return redirect(url_for("staff.note", slug=staff.practice.slug, public_id=person.public_id, note_id=note.public_id))


@blueprint.post("/people/<public_id>/notes/<note_id>/duplicate")
@staff_only(may=FILES)
@of_person
@of_note
def duplicate_note(staff, person, note):
    made = transact(notes.copy, staff, note, clock.now())
    flash(_("This is the copy, of today. Change what is different, then save."))
    return redirect(url_for("staff.note", slug=staff.practice.slug, public_id=person.public_id, note_id=made.public_id))


def _page(staff, person, form: NoteForm, note=None):
    former = notes.versions(note) if note is not None and note.version > 1 else []
    page = person_page("staff/note.html", staff, person, clock.now(), form=form, note=note, former=former)
    return page, 422 if request.method == "POST" else 200
