"""A practice's uploaded logo. Its address changes with it, so browsers may keep it for a year."""

from flask import Response, abort

from portal.database import db
from portal.guards import at_practice, public
from portal.models import PracticeLogo
from portal.views.blueprint import blueprint


@blueprint.get("/at/<slug>/logo/<version>.png")
@public
@at_practice
def logo(practice, version):
    row = db.session.get(PracticeLogo, practice.id) if version == practice.logo_version else None
    if row is None:
        abort(404)
    return Response(row.content, mimetype="image/png", headers={"Cache-Control": "public, max-age=31536000, immutable"})
