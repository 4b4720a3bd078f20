"""Every POST shows that it comes from one of our own pages.

A form carries a token signed for the session it was made in. A visitor has no session yet (no cookie before it is needed):
their token is unbound, and the browser's own word (Origin, Sec-Fetch-Site) must not name a foreign page. The same word lets
a form through that was opened before signing in elsewhere in the browser.
"""

import hashlib
import secrets

from flask import abort, current_app, g, request, session
from markupsafe import Markup

from portal import tokens

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


def signed_elsewhere(view):
    """Mark a view that no browser posts to: it checks the signature of another machine itself."""
    view.is_signed_elsewhere = True
    return view


def csrf_token() -> str:
    """Differs in every answer though its session is the same, so that compressed pages do not leak it (BREACH)."""
    if "csrf_token" not in g:
        salt = secrets.token_hex(8)
        g.csrf_token = tokens.sign("csrf", [salt, _masked(salt)])
    return g.csrf_token


def _masked(salt: str) -> str:
    return hashlib.sha256(f"{salt}.{session.binding}".encode()).hexdigest()[:32]


def csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(csrf_token())


def _origin() -> str:
    """ "ours", "foreign" or "unsaid": what the browser says about the page that sent this."""
    site = request.headers.get("Sec-Fetch-Site")
    if site in ("cross-site", "same-site"):
        return "foreign"
    origin = request.headers.get("Origin")
    if origin is None:
        return "ours" if site == "same-origin" else "unsaid"
    return "ours" if origin.partition("://")[2] == request.host else "foreign"


def protect() -> None:
    """Run before every request: refuses with 400 what another site made the browser send."""
    if request.method in _SAFE or getattr(current_app.view_functions.get(request.endpoint), "is_signed_elsewhere", False):
        return
    origin = _origin()
    try:
        salt, masked = tokens.read("csrf", request.form.get("csrf_token", ""))
    except tokens.BadToken:
        abort(400, "csrf")
    if origin == "foreign" or (masked != _masked(salt) and origin != "ours"):
        abort(400, "csrf")


def init_app(app) -> None:
    app.before_request(protect)
    app.jinja_env.globals.update(csrf_token=csrf_token, csrf_field=csrf_field)
