"""The address of this very page for what goes by another id since a merge: a bookmark still leads where it led."""

from collections.abc import Mapping

from flask import request, url_for

LOOKING = ("GET", "HEAD")


def here(instead: Mapping[str, str]) -> str:
    """This page with ids in its path replaced, old → new; what is asked behind the "?" stays."""
    path = url_for(request.endpoint, **{name: instead.get(value, value) for name, value in request.view_args.items()})
    asked = request.query_string.decode("ascii", "ignore")
    return f"{path}?{asked}" if asked else path
