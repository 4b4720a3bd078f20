"""The blueprint alone, so that each page's file can import it and the package can import the files."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__)
