"""A practitioner's own calendar under its private address."""

from flask import Response, abort
from flask_babel import force_locale, gettext

from booking.calendar_files import CONTENT_TYPE
from booking.ics_out import practitioner_calendar
from booking.practitioner_feeds import NAMES, contents, opened
from booking.views.blueprint import blueprint
from portal import clock
from portal.guards import public
from portal.reading import note_viewed


@blueprint.get("/calendar/practitioner/<token>.ics")
@public
def practitioner_feed(token):
    found = opened(token) or abort(404)
    now = clock.now()
    with force_locale(found.language):
        name = gettext("%(practitioner)s at %(practice)s", practitioner=found.practitioner.name, practice=found.practice.name)
        visits, blocks = contents(found.feed, now)
        body = practitioner_calendar(found.feed, name, visits, blocks, now)
    if found.feed.shows == NAMES:
        note_viewed(found.maker, {one.profile_id for one in visits}, now)  # as if they had looked: the address is theirs
    headers = {"Content-Disposition": 'inline; filename="calendar.ics"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, content_type=CONTENT_TYPE)
