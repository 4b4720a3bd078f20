"""A practitioner's own calendar under its private address."""

from flask import Response, abort
from flask_babel import force_locale, gettext

from booking.calendar_files import CONTENT_TYPE
from booking.ics_out import practitioner_calendar
from booking.practitioner_feeds import contents, opened
from booking.views.blueprint import blueprint
from portal import clock
from portal.guards import public


@blueprint.get("/calendar/practitioner/<token>.ics")
@public
def practitioner_feed(token):
    found = opened(token) or abort(404)
    now = clock.now()
    with force_locale(found.language):
        name = gettext("%(practitioner)s at %(practice)s", practitioner=found.practitioner.name, practice=found.practice.name)
        body = practitioner_calendar(found.feed, name, *contents(found.feed, now), now)
    headers = {"Content-Disposition": 'inline; filename="calendar.ics"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, content_type=CONTENT_TYPE)
