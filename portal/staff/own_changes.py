"""What somebody changed of their record online, shown to staff until one of them has noted it: on Today, and on a page of the person."""

from datetime import datetime
from itertools import islice

from flask import flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import clock, history, links, own_noted, own_words
from portal.consents import AGREED, REFUSED
from portal.database import transact
from portal.filters import day, local
from portal.guards import staff_only
from portal.ledger_words import Reader
from portal.models import StaffMember
from portal.own_fields import CHANGED
from portal.staff.blueprint import blueprint
from portal.staff.finding import seen_by
from portal.staff.page import person_page
from portal.staff.panels import Need, on_needs
from portal.staff.whose import of_person

MOST, MOST_FORMS = 20, 200  # sentences on Today, and the saved forms they are made of
VERBS = (CHANGED, AGREED, REFUSED)


@on_needs
def changed_by_themselves(staff: StaffMember, now: datetime) -> list[Need]:
    today = local(now, staff.practice.zone).date()

    def needs():
        said = set()  # the same several times on one day is one thing to look at
        for change, person, is_self in own_noted.waiting(staff, *seen_by(staff), most=MOST_FORMS):
            address = url_for("staff.own_changes", slug=staff.practice.slug, public_id=person.public_id)
            on = day(local(change.changed_at, staff.practice.zone).date(), today, locale=get_locale())
            for words in own_words.for_staff(change, person, is_self, on):
                if (words, address) not in said:
                    said.add((words, address))
                    yield Need(words, address, person.id)

    return list(islice(needs(), MOST))


@blueprint.route("/people/<public_id>/own-changes", methods=["GET", "POST"])
@staff_only()
@of_person
def own_changes(staff, person):
    now = clock.now()
    if request.method == "POST":
        up_to = request.form.get("up_to", "")
        if up_to.isascii() and up_to.isdigit() and len(up_to) < 18 and transact(own_noted.note, staff, person, int(up_to), now):
            flash(_("Noted. Nobody else is asked to look at it."))
        return redirect(url_for("staff.person", slug=staff.practice.slug, public_id=person.public_id))
    waiting = own_noted.of(person)
    reader = Reader(person, None, links.today(person, now), staff)
    entries = history.by_people(reader, waiting[0].changed_at, VERBS) if waiting else []
    return person_page(
        "staff/own_changes.html", staff, person, now, entries=entries, up_to=waiting[-1].id if waiting else None, zone=staff.practice.zone
    )
