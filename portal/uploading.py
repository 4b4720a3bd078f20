"""How much one form may bring: little, but for pages that take files. The limit holds before anything of the form is read.

A file goes from the wire to a temporary file on disk piece by piece. Strangers send files nowhere.
"""

from flask import current_app, request, session
from flask_babel import gettext as _

from portal.errors import DomainError
from portal.files import MEGABYTE

_AROUND = 64 * 1024  # what a form adds around its files
_BLOCK = 1 << 16


class TooLargeTogether(DomainError):
    status = 413


def takes_files(view):
    """Mark a view whose form brings files: up to FILES_AT_ONCE_MEGABYTES. Goes on top, right below the route."""
    view.takes_files = True
    return view


def most_bytes() -> int:
    return current_app.config["FILES_AT_ONCE_MEGABYTES"] * MEGABYTE + _AROUND


def _widen():
    view = current_app.view_functions.get(request.endpoint)
    if request.method != "POST" or not getattr(view, "takes_files", False) or session.account is None:
        return
    request.max_content_length = most_bytes()
    if (request.content_length or 0) > most_bytes():
        _read_away()
        raise TooLargeTogether(
            _(
                "Together these files are larger than %(most)s MB. Nothing was saved. Go back and send fewer at once.",
                most=current_app.config["FILES_AT_ONCE_MEGABYTES"],
            )
        )


def _read_away() -> None:
    """Browsers show an answer only once they have sent everything, so somewhat too much is read and thrown away; beyond that they see
    that the connection broke."""
    left = min(request.content_length, 3 * most_bytes())
    body = request.environ["wsgi.input"]
    while left > 0 and (block := body.read(min(_BLOCK, left))):
        left -= len(block)


def init_app(app) -> None:
    """Before anything that looks into the form: the check against foreign forms does."""
    app.before_request(_widen)
