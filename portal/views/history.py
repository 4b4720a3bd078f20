"""Who did what with a person's data: booked, changed, invited, looked; as far as the reader may know (SAFETY §6, MISSION F10)."""

from flask import render_template, request

from portal import clock, history
from portal.i18n import reader_zone
from portal.ledger_words import Reader
from portal.reading import note_read
from portal.views.blueprint import blueprint
from portal.views.family import of_mine

LATEST = 2**33  # seconds, the year 2242


@blueprint.get("/family/<public_id>/history", endpoint="history")
@of_mine
def history_page(mine):
    reader = Reader(mine.link.profile, mine.link, mine.on)
    zone = mine.link.profile.practice.zone
    page = render_template("portal/history.html", mine=mine, found=history.of(reader, before()), elsewhere=reader_zone() not in ("", zone))
    note_read([mine.link], clock.now())
    return page


def before() -> int | None:
    """The instant (epoch seconds) the address asks to read back from; None for the latest."""
    asked = request.args.get("before", "")
    return min(int(asked), LATEST) if asked.isascii() and asked.isdigit() and len(asked) < 20 else None
