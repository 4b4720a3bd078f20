"""Files of a person, for the person and for who acts for them: what they may see, to look at and to save; adding, where the practice allows it."""

from functools import wraps

from flask import abort, flash, redirect, render_template, request, url_for

from portal import clock, file_access, file_answers, file_queries, files
from portal.file_forms import WORDS, FilesForm
from portal.file_reading import note_opened
from portal.paging import FARTHEST_PAGE, PER_PAGE, Page
from portal.reading import note_read
from portal.uploading import takes_files
from portal.views.blueprint import blueprint
from portal.views.family import of_mine


def of_file(view):
    """Below `@of_mine`: the view is called with `file` in place of `file_id`, one that this reader may see; else 404."""

    @wraps(view)
    def guarded(mine, file_id, **kwargs):
        return view(mine=mine, file=file_queries.one_seen_by(mine.link, file_id, mine.on) or abort(404), **kwargs)

    return guarded


@blueprint.get("/family/<public_id>/files", endpoint="files")
@of_mine
def files_page(mine):
    return _page(mine, FilesForm())


@blueprint.post("/family/<public_id>/files")
@takes_files
@of_mine
def add_files(mine):
    if not file_access.may_add(mine.link, mine.on):
        raise files.MayNotAdd()
    form = FilesForm()
    words, status = form.take(mine.link, mine.link.profile, clock.now())
    if words:
        flash(words)
    return redirect(url_for("portal.files", public_id=mine.link.public_id)) if status == 302 else (_page(mine, form), status)


@blueprint.get("/family/<public_id>/files/<file_id>")
@of_mine
@of_file
def file(mine, file):
    text = file_answers.text(file) if file.is_text else ""
    page = render_template("portal/file.html", mine=mine, file=file, text=text, **WORDS)
    note_opened(mine.link, file, clock.now())
    return page


@blueprint.get("/family/<public_id>/files/<file_id>/save")
@of_mine
@of_file
def save_file(mine, file):
    note_opened(mine.link, file, clock.now())
    return file_answers.to_save(file)


@blueprint.get("/family/<public_id>/files/<file_id>/pages/<number>.jpg")
@of_mine
@of_file
def file_picture(mine, file, number):
    note_opened(mine.link, file, clock.now())
    return file_answers.picture(file, number)


def _page(mine, form: FilesForm) -> str:
    seen, number = file_queries.seen_by(mine.link, mine.on), min(max(request.args.get("page", 1, type=int), 1), FARTHEST_PAGE)
    found = Page(seen[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(seen))
    may_add = file_access.may_add(mine.link, mine.on)
    page = render_template("portal/files.html", mine=mine, form=form, found=found, may_add=may_add, **WORDS)
    note_read([mine.link], clock.now())
    return page
