"""One person at one practice, as the asker may act for them: where the account menu leads. The address says who, not the session."""

from flask import abort, g, redirect, render_template, request
from flask_login import current_user

from booking.queries import appointments_of
from booking.views.appointments import line
from booking.views.blueprint import blueprint
from portal import clock, family, file_queries, forwarding, own_access, own_missing, own_words
from portal.access import BOOK
from portal.access_words import answers
from portal.links import today
from portal.models import Link
from portal.queries import link_of, links_of
from portal.reading import note_read


@blueprint.get("/for/<public_id>")
def person(public_id):
    now = clock.now()
    link = link_of(current_user, public_id, now) or abort(404)
    if link.public_id != public_id:  # united with another by a merge
        return redirect(forwarding.here({public_id: link.public_id}))
    g.practice, g.acting_link, on = link.profile.practice, link, today(link.profile, now)
    coming = [one for one in appointments_of(current_user, now) if one.profile_id == link.profile_id]
    missing = own_missing.of(link, on)
    page = render_template(
        "booking/person.html",
        link=link,
        on=on,
        lines=[line(one, link, now) for one in coming],
        zones={one.zone for one in coming},
        allowed=link.permissions_on(on),
        may=[one.words for one in answers(link, on) if one.holds],
        step=link.step(on),
        paused=link.is_paused(on),
        shut_out=[one for one in family.person(current_user, public_id, now).others if one.is_paused(on)] if link.is_self else [],
        missing=missing,
        missing_words=own_words.missing(missing),
        sees_details=own_access.sees(link, on),
        has_files=file_queries.has_some(link, on),
        everybody=_everybody(link, on) if "arrived" in request.args else [],
    )
    note_read([link] if coming else [], now)
    return page


def _everybody(link: Link, on) -> list[Link]:
    """All whom the reader books for at this practice: said on arrival, where several invitations may have been accepted in a row."""
    everybody = [one for one in links_of(current_user, link.profile.practice) if one.is_live(on) and one.allows(BOOK, on)]
    return everybody if len(everybody) > 1 else []
