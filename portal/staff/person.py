"""One person as the practice knows them: details, whom to ring, and what the rest of the house adds (next appointments)."""

from portal import access_words, apart, clock, text_reader
from portal.filters import local
from portal.guards import staff_only
from portal.links import today
from portal.permissions import MERGE
from portal.record_words import consent_names, kinds, sexes
from portal.staff import around, comparing, merges
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.panels import person_panels
from portal.staff.whose import of_person


@blueprint.get("/people/<public_id>")
@staff_only()
@of_person
def person(staff, person):
    now, merging = clock.now(), staff.may(MERGE)
    there = around.around(staff, person, today(person, now), everybody=merging)
    told = apart.apart_from(person) if there.is_told_apart else []
    parts = [*([merges.merged_in(staff, person, now)] if there.was_merged else []), *person_panels(staff, person, now)]
    facts = {
        "around": there,
        "apart": told,
        "parts": parts,
        "kind": access_words.kind,
        "compare": comparing.address,
        "texts": text_reader.words(person, today(person, now)),
    }
    facts |= {
        "since": local(person.created_at, staff.practice.zone).date(),
        "kinds": kinds(),
        "sexes": sexes(),
        "channels": consent_names(),
    }
    return person_page(
        "staff/person.html", staff, person, now, [*(one.id for one in there.alike), *(one.other.id for one in told)], **facts
    )
