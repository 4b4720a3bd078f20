"""Addresses to hand out: of one service, of one practitioner. They name what does not change, so print survives a new name."""

from flask import redirect
from flask_login import current_user

from booking.steps import Steps
from booking.views.blueprint import blueprint
from portal.guards import at_practice, public


@blueprint.get("/at/<slug>/service/<public_id>")
@public
@at_practice
def service(practice, public_id):
    return _begin(Steps.read(practice.slug, {"what": public_id}))


@blueprint.get("/at/<slug>/practitioner/<public_id>")
@public
@at_practice
def practitioner(practice, public_id):
    return _begin(Steps.read(practice.slug, {"with": public_id}))


def _begin(steps: Steps):
    """The first step that asks something. One that is gone from the practice's list is told there, with what there is instead."""
    return redirect(steps.url("who" if current_user.is_authenticated else steps.next_step))
