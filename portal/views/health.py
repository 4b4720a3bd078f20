"""`/health`: for whoever watches the installation. Numbers only, nothing about anybody."""

from portal import clock
from portal.errors import Busy
from portal.guards import public
from portal.health import condition


@public
def health():
    """200 with what there is to know, 503 when the database cannot be reached."""
    try:
        found = condition(clock.now())
    except Busy:
        return {"status": "down", "database": {"reachable": False}}, 503
    return found


def register(app) -> None:
    app.add_url_rule("/health", endpoint="portal.health", view_func=health)
