"""Pages of the blueprint `staff`: today, registrations, people."""

from flask import Blueprint

blueprint = Blueprint("staff", __name__, url_prefix="/staff/<slug>")


def register(app) -> None:
    app.register_blueprint(blueprint)
