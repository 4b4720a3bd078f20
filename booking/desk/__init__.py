"""Staff pages of booking, blueprint `desk`: a practitioner's day."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk/<slug>")


def register(app) -> None:
    app.register_blueprint(blueprint)
