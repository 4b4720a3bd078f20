"""Appointments in other calendars: a file for one, a private address for all of them that can be taken back."""

from flask import Response, abort, redirect, render_template, request, session, url_for
from flask_babel import force_locale, gettext

from booking.calendar_files import CONTENT_TYPE, calendar_feed, calendar_file
from booking.disclosure import told
from booking.feeds import close_feed, contents, feed_of, feed_token, open_feed, reader_of
from booking.views.appointments import found
from booking.views.blueprint import blueprint
from portal import clock
from portal.access import SEE_TIMES
from portal.database import transact
from portal.guards import public
from portal.public_url import public_url
from portal.reading import note_read


@blueprint.get("/appointments/<public_id>.ics")
def ics(public_id):
    one, link = found(public_id, SEE_TIMES)
    body = calendar_file(one, told(one, link, clock.today(one.practice.zone)))
    note_read([link], clock.now())
    return _file(body, "appointment.ics")


@blueprint.route("/appointments/calendar", methods=["GET", "POST"])
def feed_settings():
    if request.method == "POST":
        transact(close_feed if "stop" in request.form else open_feed, session.account, clock.now())
        return redirect(url_for("booking.feed_settings"))
    opened = feed_of(session.account)
    address = public_url("booking.feed", token=feed_token(opened)) if opened else None
    subscribe = "webcal" + address[address.index(":") :] if address else None
    return render_template("booking/feed_settings.html", feed=opened, address=address, subscribe=subscribe)


@blueprint.get("/calendar/<token>.ics")
@public
def feed(token):
    account = reader_of(token) or abort(404)
    with force_locale(account.language):
        shown = contents(account, clock.now())
        body = calendar_feed(gettext("My appointments"), [(one, shared) for one, shared, _link in shown])
    note_read({link for _one, _shared, link in shown}, clock.now())
    return _file(body, "appointments.ics")


def _file(body: bytes, name: str) -> Response:
    """Shown at once where the device can (iPhone's sheet), never kept by a cache."""
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, content_type=CONTENT_TYPE)
