"""Problems that are not the person's fault get a page that says what to do, with the right status."""

import http

from flask import current_app, g, render_template, request
from flask.globals import request_ctx
from jinja2 import TemplateNotFound
from werkzeug.exceptions import HTTPException

from portal.database import is_full
from portal.errors import Busy, DomainError
from portal.staff.page import frame


def _page(code: int, **facts):
    if request_ctx.url_adapter is None:  # the Host is none of ours: no address can be built, so no page
        return http.HTTPStatus(code).phrase, code
    facts |= {"code": code, **_staff_frame(code)}
    try:
        return render_template(f"errors/{code}.html", **facts), code
    except TemplateNotFound:
        return render_template("errors/other.html", **facts), code


def _staff_frame(code: int) -> dict:
    """What the frame of staff pages needs, where a staff page said no to staff of the practice; else nothing. Never when the house
    itself is in trouble: the frame asks the database."""
    view = current_app.view_functions.get(request.endpoint)
    practice = g.get("practice")
    if code >= 500 or practice is None or not getattr(view, "is_staff_view", False):
        return {}
    return frame(next(one for one in g.staff_roles if one.practice_id == practice.id))


def http_error(error: HTTPException):
    if error.code is None or error.code < 400:
        return error
    answer = _page(error.code, reason=error.description)
    return (*answer, {"Retry-After": "60"}) if error.code in (429, 503) else answer


def domain_error(error: DomainError):
    """A rule said no and the view had no better page: the sentence, the practice's phone, a way back."""
    facts = {"message": error.message, "code": error.status, **_staff_frame(error.status)}
    answer = render_template("errors/domain.html", **facts), error.status
    return (*answer, {"Retry-After": "60"}) if error.status in (429, 503) else answer


def crash(error: Exception):
    current_app.logger.exception("unexpected", exc_info=error)
    g.pop("practice", None)
    return domain_error(Busy()) if is_full(error) else _page(500)


def init_app(app) -> None:
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DomainError, domain_error)
    if not app.config.get("PROPAGATE_EXCEPTIONS"):
        app.register_error_handler(Exception, crash)
