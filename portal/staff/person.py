"""One person as the practice knows them: details, whom to ring, and what the rest of the house adds (next appointments)."""

from portal import access_words, apart, clock, lookalikes, text_reader
from portal.filters import local
from portal.guards import staff_only
from portal.links import today
from portal.staff import accounts_of, comparing
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page, sees_everybody
from portal.staff.panels import person_panels
from portal.staff.whose import of_person


@blueprint.get("/people/<public_id>")
@staff_only()
@of_person
def person(staff, person):
    now = clock.now()
    since = local(person.created_at, staff.practice.zone).date()
    alike = lookalikes.like(person) if sees_everybody(staff) else []
    told = apart.apart_from(person) if sees_everybody(staff) else []
    facts = {"alike": alike, "apart": told, "compare": comparing.address, "sees_everybody": sees_everybody(staff)}
    facts |= {"contacts": accounts_of.contacts(staff, person, today(person, now)), "kind": access_words.kind, "since": since, "texts": text_reader.words(person, today(person, now))}
    return person_page("staff/person.html", staff, person, now, [*(one.profile.id for one in alike), *(one.other.id for one in told)], parts=person_panels(staff, person, now), **facts)
