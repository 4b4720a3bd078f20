"""The tab Coverage of a person: the health card and whether it can be, who pays instead, and what staff note about billing."""

from portal import clock
from portal.guards import staff_only
from portal.health_cards import Card, Holder
from portal.links import today
from portal.staff import card_words
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.record_fields import REGIONS
from portal.staff.whose import of_person


@blueprint.get("/people/<public_id>/coverage")
@staff_only()
@of_person
def coverage(staff, person):
    now = clock.now()
    card = Card(person.card_number, person.card_region, person.card_version, person.card_expires_on)
    holder = Holder(person.given_name, person.family_name, person.born_on, person.sex_at_birth)
    wrong = [words for _code, words in card_words.sentences(card, holder, today(person, now))] if person.card_number else []
    return person_page("staff/coverage.html", staff, person, now, wrong=wrong, regions=REGIONS)
