"""The money of one person, visit by visit: what is due, paid and left."""

from booking.desk import payment_reads
from booking.desk.blueprint import blueprint
from booking.payment_words import kinds
from portal import clock
from portal.guards import staff_only
from portal.permissions import PAYMENTS
from portal.staff.page import person_page
from portal.staff.people import page_asked
from portal.staff.whose import of_person


@blueprint.get("/people/<public_id>/payments")
@staff_only(may=PAYMENTS)
@of_person
def payments_of(staff, person):
    now = clock.now()
    found = payment_reads.account_of(staff, person, page_asked(), now)
    return person_page("desk/payments_of.html", staff, person, now, found=found, kinds=kinds())
