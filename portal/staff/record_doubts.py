"""What staff look at once more before a record is saved: a slip in an address, a card that cannot be, an address of somebody else. Nothing of it
stands in the way of who means it."""

from typing import NamedTuple

from flask_babel import gettext as _

from portal.addresses import did_you_mean
from portal.health_cards import Card, Holder
from portal.models import Profile, StaffMember
from portal.staff import card_words, owners
from portal.staff.record_form import RecordForm
from portal.staff.record_said import said


class Doubt(NamedTuple):
    """`key` says what was typed, so that something else typed later is looked at anew; `field`: where it can be mended."""

    key: str
    words: str
    field: str


def of(staff: StaffMember, form: RecordForm) -> list[Doubt]:
    """Of a valid form. Of somebody who has a record, what stood in it before is not asked about again."""
    facts = said(form).facts
    found = _of_card(form, facts)
    if form.person is None or form.person.email != facts["email"]:
        found = [*_of_address(staff, form, facts["email"]), *found]
    return found


def card_of(form: RecordForm) -> tuple[Card, Holder]:
    """As it stands in a form that need not be valid."""
    born = form.born_on.form
    born.validate()
    sex = said(form).facts["sex_at_birth"]
    card = Card(form.card_number.data or "", form.card_region.data or "", form.card_version.data or "", form.card_expires_on.data)
    return card, Holder(form.given_name.data or "", form.family_name.data or "", born.value, sex)


def _of_card(form: RecordForm, facts: dict) -> list[Doubt]:
    card, holder = card_of(form)
    person = form.person
    if person and (person.card_number, person.card_region, person.card_version, person.card_expires_on) == tuple(card):
        return []
    return [
        Doubt(f"card {code} {card.number}", words, form.card_number.id) for code, words in card_words.sentences(card, holder, form.today)
    ]


def _of_address(staff: StaffMember, form: RecordForm, address: str) -> list[Doubt]:
    if not address:
        return []
    found, meant = [], did_you_mean(address)
    if meant:
        found.append(Doubt(f"slip {address}", _("You typed %(typed)s. Did you mean %(meant)s?", typed=address, meant=meant), form.email.id))
    if form.enrol and form.enrol.data:
        is_owned, name = owners.somebody_else(staff, form.person or Profile(id=0), address)
        if is_owned:
            facts = {"email": address, "other": name or _("somebody else"), "person": form.given_name.data}
            words = _("%(email)s is the address of %(other)s in your records. Whoever reads it will sign in as %(person)s.", **facts)
            found.append(Doubt(f"owner {address}", words, form.email.id))
    return found
