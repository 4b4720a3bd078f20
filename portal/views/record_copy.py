"""A copy of everything a practice holds of a person: to download, alone or with its files, or to read and print. The password is asked again
(SAFETY §3)."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlsplit

from flask import Response, render_template, request
from flask_babel import gettext as _

from portal import clock, copies, copy_bundles, own_words
from portal.database import transact
from portal.guards import recently
from portal.views.blueprint import blueprint
from portal.views.details import seeing


@blueprint.route("/family/<public_id>/details/copy", methods=["GET", "POST"])
@recently
@seeing
def record_copy(mine, there):
    if request.method != "POST":  # HEAD asks too
        return render_template("portal/record_copy.html", mine=mine)
    now = clock.now()
    transact(copies.write_down, mine.link, now)
    found = copies.copy(mine, there, now)
    made_of = {"mine": mine, "copy": found, "words": own_words, "instant": datetime.fromisoformat, "day_of": date.fromisoformat}
    if request.form.get("as") == "bundle":
        saved = copy_bundles.bundle(
            mine, found, lambda at: render_template("portal/record_copy_saved.html", file_at=at, receipt_at=str, **made_of), now
        )
        return _sent(saved, "zip", mine, found)
    if request.form.get("as") == "file":
        return _sent(json.dumps(found, ensure_ascii=False, indent=2), "json", mine, found)
    file_at = [_path(one["address"]) for one in found["files"]]
    return render_template("portal/record_copy_read.html", file_at=file_at, receipt_at=_path, **made_of)


def _path(address: str) -> str:
    return urlsplit(address).path


def _sent(content: str | Iterator[bytes], kind: str, mine, found: dict) -> Response:
    """To be saved: `kind` is "json" or "zip"."""
    name = _("record") + f"-{found['practice']['name']}-{mine.on}.{kind}"
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "-" for c in name)
    headers = {"Content-Disposition": f'attachment; filename="{safe}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype=f"application/{kind}", headers=headers)
