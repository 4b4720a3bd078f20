"""What the provider of text messages posts here: what people answer, and what became of a text. Its signature is the only key.

Whoever is not the provider gets 403, the provider always the same 204: no answer tells whether a number is known here.
"""

from flask import Blueprint, abort, request

from portal import clock, text_answers, texting
from portal.csrf import signed_elsewhere
from portal.database import transact
from portal.guards import public
from portal.public_url import public_url

blueprint = Blueprint("texts", __name__, url_prefix="/texts")


def _checked(**address) -> None:
    url = public_url(request.endpoint, **address)
    if request.query_string or not texting.is_signed(url, request.form, request.headers.get("X-Twilio-Signature", "")):
        abort(403)


@blueprint.post("/answers")
@public
@signed_elsewhere
def answers():
    _checked()
    said = request.form
    if said.get("To") == texting.sender():  # another number of the same account is not ours
        transact(text_answers.take, said.get("From", ""), said.get("Body", ""), said.get("OptOutType", ""), clock.now())
    return "", 204


@blueprint.post("/outcomes/<key>")
@public
@signed_elsewhere
def outcome(key):
    _checked(key=key)
    transact(text_answers.note_outcome, key, request.form.get("MessageStatus", ""), request.form.get("ErrorCode", ""))
    return "", 204


def register(app) -> None:
    app.register_blueprint(blueprint)
