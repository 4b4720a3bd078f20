"""A receipt, for who may know everything of the appointment: to read, to print."""

from flask import abort, g, render_template
from flask_login import current_user

from booking.payment_queries import receipt_for
from booking.payment_words import kinds, methods
from booking.views.blueprint import blueprint
from portal import clock
from portal.reading import note_read


@blueprint.get("/receipts/<public_id>")
def receipt(public_id):
    now = clock.now()
    entry, link, follows = receipt_for(current_user, public_id, now) or abort(404)
    g.practice, g.acting_link = entry.practice, link
    page = render_template("booking/receipt.html", entry=entry, one=entry.appointment, follows=follows, kinds=kinds(), methods=methods())
    note_read([link], now)
    return page
