"""Pages of the blueprint `portal`: accounts and who may act for whom."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__)


def register(app) -> None:
    app.register_blueprint(blueprint)
