"""A copy of everything a practice holds of a person: to download, or to read and print. The password is asked again (SAFETY §3)."""

import json
from datetime import date, datetime
from urllib.parse import urlsplit

from flask import Response, render_template, request
from flask_babel import gettext as _

from portal import clock, copies, own_words
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
    if request.form.get("as") != "file":
        made_of = {"instant": datetime.fromisoformat, "day_of": date.fromisoformat, "path_of": lambda address: urlsplit(address).path}
        return render_template("portal/record_copy_read.html", mine=mine, copy=found, words=own_words, **made_of)
    name = _("record") + f"-{found['practice']['name']}-{mine.on}.json"
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "-" for c in name)
    words = json.dumps(found, ensure_ascii=False, indent=2)
    return Response(words, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{safe}"'})
