"""Pages of the blueprint `booking`: the practice's page, the steps of a booking, my appointments."""

from flask import Blueprint

blueprint = Blueprint("booking", __name__)


def register(app) -> None:
    app.register_blueprint(blueprint)
