"""Every page here belongs to one practice's staff, named in its address."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk/<slug>")
