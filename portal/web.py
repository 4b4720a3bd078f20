"""What every answer carries: the security headers, the compressed body, the addresses of static files (SAFETY §4, LOOK §5)."""

import gzip
import hashlib
import secrets
from pathlib import Path

from flask import abort, g, request, session, url_for

COMPRESSED = ("text/html", "text/css", "text/javascript", "image/svg+xml", "application/json")


def csp_nonce() -> str:
    """Names this page's one inline style: the practice's colours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(12)
    return g.csp_nonce


def _refuse_nul():
    """PostgreSQL keeps no NUL in its texts, and nobody types one: a 400 before it can become a 500."""
    if (
        any("\0" in text for texts in (request.args, request.form) for pair in texts.items(multi=True) for text in pair)
        or "\0" in request.path
    ):
        abort(400)


def _headers(response):
    style = f"'self' 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'self'"
    response.headers.setdefault(  # what somebody brought along says a stricter one: portal/file_answers.py
        "Content-Security-Policy",
        f"default-src 'self'; style-src {style}; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static":
        if "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif "Cache-Control" not in response.headers:
        # A cached page must not outlive a revoked link; open pages may be kept but are asked about again. What is kept in the
        # session here becomes a cookie after this, so that answer is somebody's own too; and so is every answer to a form.
        own = request.cookies or session or request.method not in ("GET", "HEAD") or "Set-Cookie" in response.headers
        response.headers["Cache-Control"] = "no-store" if own else "no-cache"
    return response


def _compress(response):
    if (
        response.status_code not in (200, 404, 409, 410, 422)
        or response.mimetype not in COMPRESSED
        or "gzip" not in request.accept_encodings
        or "Content-Encoding" in response.headers
    ):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) > 500:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


def init_app(app) -> None:
    static = Path(app.static_folder)
    versions = {
        path.relative_to(static).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        for path in static.rglob("*")
        if path.is_file()
    }

    def asset(name: str) -> str:
        """The address of a static file, with its content's hash, so that it may be kept for a year."""
        return url_for("static", filename=name, v=versions.get(name))

    app.before_request(_refuse_nul)
    app.after_request(_compress)
    app.after_request(_headers)
    app.jinja_env.globals.update(asset=asset, csp_nonce=csp_nonce)
