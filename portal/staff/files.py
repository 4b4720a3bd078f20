"""Files and notes of one person, for staff: the list, adding; one file with its preview, who may see it, saving, removing."""

from functools import wraps

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, file_answers, file_queries, files
from portal.database import transact
from portal.file_forms import WORDS, FilesForm
from portal.file_reading import note_opened
from portal.guards import staff_only
from portal.permissions import FILES
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page, say_with_undo
from portal.staff.people import page_asked
from portal.staff.whose import of_person
from portal.uploading import takes_files


def of_file(view):
    """Below `@of_person`: the view is called with `file` in place of `file_id`, one of this person's that is not erased; else 404."""

    @wraps(view)
    def guarded(staff, person, file_id, **kwargs):
        return view(staff=staff, person=person, file=file_queries.file_of(staff, person, file_id) or abort(404), **kwargs)

    return guarded


def standing(view):
    """Below `@of_file`: not one that was removed."""

    @wraps(view)
    def guarded(file, **kwargs):
        return view(file=file, **kwargs) if file.removed_at is None else abort(404)

    return guarded


@blueprint.get("/people/<public_id>/files", endpoint="files")
@staff_only(may=FILES)
@of_person
def files_page(staff, person):
    return _page(staff, person, FilesForm())


@blueprint.post("/people/<public_id>/files")
@takes_files
@staff_only(may=FILES)
@of_person
def add_files(staff, person):
    form = FilesForm()
    words, status = form.take(staff, person, clock.now())
    if words:
        flash(words)
    return redirect(_list(staff, person)) if status == 302 else (_page(staff, person, form), status)


@blueprint.get("/people/<public_id>/files/<file_id>")
@staff_only(may=FILES)
@of_person
@of_file
@standing
def file(staff, person, file):
    now = clock.now()
    text = file_answers.text(file) if file.is_text else ""
    page = person_page("staff/file.html", staff, person, now, file=file, text=text, **WORDS)
    note_opened(staff, file, now)
    return page


@blueprint.get("/people/<public_id>/files/<file_id>/save")
@staff_only(may=FILES)
@of_person
@of_file
@standing
def save_file(staff, person, file):
    note_opened(staff, file, clock.now())
    return file_answers.to_save(file)


@blueprint.get("/people/<public_id>/files/<file_id>/pages/<number>.jpg")
@staff_only(may=FILES)
@of_person
@of_file
@standing
def file_picture(staff, person, file, number):
    note_opened(staff, file, clock.now())
    return file_answers.picture(file, number)


@blueprint.post("/people/<public_id>/files/<file_id>/seen-by")
@staff_only(may=FILES)
@of_person
@of_file
@standing
def share_file(staff, person, file):
    shared = request.form.get("seen_by") == "person"
    transact(files.share, staff, file, shared, clock.now())
    flash(
        _("%(name)s can see this file now.", name=person.given_name) if shared else _("Only staff and who added this file can see it now.")
    )
    return redirect(url_for("staff.file", slug=staff.practice.slug, public_id=person.public_id, file_id=file.public_id))


@blueprint.post("/people/<public_id>/files/<file_id>/remove")
@staff_only(may=FILES)
@of_person
@of_file
def remove_file(staff, person, file):
    name, back = file.name, url_for("staff.put_back_file", slug=staff.practice.slug, public_id=person.public_id, file_id=file.public_id)
    transact(files.remove, staff, file, clock.now())
    say_with_undo(_("“%(name)s” is removed.", name=name), back)
    return redirect(_list(staff, person))


@blueprint.post("/people/<public_id>/files/<file_id>/put-back")
@staff_only(may=FILES)
@of_person
@of_file
def put_back_file(staff, person, file):
    transact(files.put_back, staff, file, clock.now())
    flash(_("“%(name)s” is back.", name=file.name))
    return redirect(_list(staff, person))


def _page(staff, person, form: FilesForm) -> str:
    now = clock.now()
    shelf = file_queries.shelf(staff, person, page_asked())
    removed = [(one, files.until(one)) for one in shelf.removed if files.until(one) >= now]
    return person_page("staff/files.html", staff, person, now, form=form, found=shelf.page, removed=removed, **WORDS)


def _list(staff, person) -> str:
    return url_for("staff.files", slug=staff.practice.slug, public_id=person.public_id)
