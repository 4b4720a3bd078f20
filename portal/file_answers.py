"""How bytes of a file leave the house: to be saved, or as a picture that was made anew. Never as a page of ours.

`sandbox` and `default-src 'none'` forbid whatever a browser might find in them; `nosniff` keeps it from finding anything.
"""

from flask import Response, abort, send_file

from portal.models import File
from portal.storage import NotThere, page_key, store

POLICY = "sandbox; default-src 'none'"
SHOWN_OF_A_TEXT = 20_000  # bytes


def to_save(file: File) -> Response:
    """The very bytes that came, under their name in any script (RFC 5987)."""
    answer = send_file(_opened(file.store_key), mimetype=file.media, as_attachment=True, download_name=file.name)
    answer.content_length = file.size
    return _closed(answer)


def picture(file: File, number: str) -> Response:
    """The picture of a page, "1" for the first; 404 where there is none."""
    if number not in map(str, range(1, file.pages + 1)):
        abort(404)
    return _closed(send_file(_opened(page_key(file.store_key, int(number))), mimetype="image/jpeg"))


def text(file: File) -> str:
    """The beginning of a text, to be escaped by the page that shows it. `…` at its end: there is more."""
    with _opened(file.store_key) as content:
        found = content.read(SHOWN_OF_A_TEXT + 1)
    try:
        words = found[:SHOWN_OF_A_TEXT].decode("utf-8-sig", "ignore" if len(found) > SHOWN_OF_A_TEXT else "strict")
    except UnicodeDecodeError:
        words = found[:SHOWN_OF_A_TEXT].decode("cp1252", "replace")
    return words + ("\n…" if len(found) > SHOWN_OF_A_TEXT else "")


def _opened(key: str):
    try:
        return store().open(key)
    except NotThere:
        abort(404)


def _closed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response
