"""A practice's uploaded logo. Its address changes with it, so browsers may keep it for a year."""

from flask import Response, abort

from portal import practice_details
from portal.guards import at_practice, public
from portal.views.blueprint import blueprint


@blueprint.get("/at/<slug>/logo/<version>.png")
@public
@at_practice
def logo(practice, version):
    content = practice_details.logo(practice, version) or abort(404)
    return Response(content, mimetype="image/png", headers={"Cache-Control": "public, max-age=31536000, immutable"})
