"""Where somebody came from and where they go on: `at` (a practice) and `next` (a path of this site) in the address."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, g, request, session, url_for

from portal import throttle
from portal.filters import clock_time
from portal.guards import local_path
from portal.i18n import lang
from portal.models import Practice
from portal.queries import practice_by_slug

LONGEST_PATH = 2000
# Pages on the way in: nobody comes back to them, but perhaps to where they were to lead.
LOBBY = ("/sign-in", "/sign-up", "/signed-out", "/forgot", "/check-email", "/confirm-email", "/new-password", "/prove")
CONFIRM = re.compile(r"/at/[a-z0-9-]+/book/confirm")


def next_path(said=None) -> str:
    """The step to come back to, or an empty string; named by the address, or by a form (`said`)."""
    path = (request.args if said is None else said).get("next", "")
    while urlsplit(local_path(path)).path.startswith(LOBBY):
        path = dict(parse_qsl(urlsplit(path).query)).get("next", "")
    path = local_path(path)
    return path if len(path) <= LONGEST_PATH else ""


def practice_here() -> Practice | None:
    """The practice whose name and colour this page carries: named by `at`, or by the step to come back to."""
    named = request.args.get("at") or "".join(re.findall(r"^/at/([^/?#]+)", next_path()))
    g.practice = practice_by_slug(named) if named else None
    return g.practice


def onward(path: str = "", practice: Practice | None = None) -> str:
    """The step they left, else the practice's page, else the front door."""
    if local_path(path):
        return path
    return url_for("booking.practice", slug=practice.slug) if practice else url_for("portal.home")


def back_to_times(path: str) -> str:
    """The page where the time was chosen, for a `next` that leads to confirming it; else an empty string."""
    parts = urlsplit(local_path(path))
    if not CONFIRM.fullmatch(parts.path):
        return ""
    kept = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] != "at"])
    return f"{parts.path.removesuffix('confirm')}when{'?' if kept else ''}{kept}"


def place() -> str:
    """The network this request comes from."""
    return throttle.network(request.remote_addr)


def visitor() -> str:
    """Who holds a time in this browser, if anybody does. Makes no session."""
    return session.get("visitor", "")


def oclock(moment, zone: str) -> str:
    """ "8:51am" for this reader, or an empty string where no zone is known."""
    return clock_time(moment, zone, locale=lang()) if moment and zone else ""


def hours_of(setting: str) -> int:
    """A life time of the settings in whole hours, one at least."""
    return max(1, round(current_app.config[setting] / 60))
