"""What staff write of a person, the same on every page that adds or changes one: a first name is enough (MISSION M24, M25, M27).

Kept as it was typed, checked where a mistake would do harm. Sections that are folded away open when something in them is filled or wrong.
"""

import re
from datetime import date

from flask import current_app, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, FieldList, FormField, IntegerField, RadioField, SelectField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from portal import cards, zones
from portal.access import age
from portal.filters import zone_name
from portal.forms import DayField, KnownDate, PortalForm, clean, words
from portal.import_names import split
from portal.models import Profile, StaffMember
from portal.models.profile import KINDS, MOBILE
from portal.staff.care import Care
from portal.staff.record_fields import (
    REGIONS,
    ContactRow,
    NumberRow,
    choice,
    choices,
    kind,
    long_text,
    name,
    read_email,
    read_phone,
    region,
    text,
)

FIRST = "first"  # the number of the form that is not in a further row
MOST_ROWS = 10
_AS_A_PHONE = re.compile(r"\+[\d ().-]{9,}|(1[ .-])?\(?\d{3}\)?[ .-]+\d{3}[ .-]+\d{4}")  # ten figures in a row may be a health card
SECTIONS = {
    "details": (
        "born_on", "pronouns", "salutation", "sex_at_birth", "street", "unit", "city", "postal_code", "referred_by", "veteran_id", "qualified",
        "file_number", "location", "staff_alert",
    ),
    "contacts": ("contacts",),
    "coverage": (
        "card_number", "card_region", "card_version", "card_expires_on", "program", "program_number", "program_region", "billing_authorisation",
        "case_number", "sessions_needed", "billing_notes",
    ),
}  # fmt: skip


class RecordForm(PortalForm):
    given_name = words(_("First name"), _("Enter a first name"), _("First name must be 80 characters or less"))
    middle_name = name(_("Middle name"))
    family_name = name(_("Last name"), too_long=_("Last name must be 80 characters or less"))
    preferred_name = name(_("Preferred name"))
    language = SelectField(_("Preferred language"))
    zone = SelectField(_("Time zone"))
    email = EmailField(_("Email address"), filters=[lambda typed: (typed or "").strip()])
    email_consent = BooleanField(_("They agree to mail from the clinic"), default=True)
    phone = TelField(_("Phone"), filters=[lambda typed: (typed or "").strip()])
    phone_kind = kind()
    numbers = FieldList(FormField(NumberRow), max_entries=MOST_ROWS)
    primary = RadioField(_("Which number is called first"), default=FIRST, choices=[], validate_choice=False)
    sms_consent = BooleanField(_("They agree to text messages"))
    voice_consent = BooleanField(_("They agree to phone calls with news of the clinic"))
    practitioner = choice(_("Practitioner"), [], _("Nobody in particular"))
    enrol = BooleanField(_("Enrol in the portal"), default=True)
    # Details
    born_on = FormField(KnownDate, _("Date of birth"))
    pronouns = text(_("Pronouns"), 40)
    salutation = text(_("Salutation"), 20)
    sex_at_birth = text(_("Sex assigned at birth"), 40)
    street = text(_("Street and number"), 120)
    unit = text(_("Unit"), 20)
    city = text(_("City"), 80)
    postal_code = text(_("Postal code"), 12)
    referred_by = text(_("Referred by"), 120)
    veteran_id = text(_("Veteran ID"), 30)
    qualified = BooleanField(_("They qualify for their program"))
    file_number = text(_("File number"), 20)
    location = choice(_("Usual location"), [], _("None in particular"))
    staff_alert = long_text(_("Note for staff"), 500)
    contacts = FieldList(FormField(ContactRow), max_entries=MOST_ROWS)
    # Coverage
    card_number = text(_("Health card number"), 30)
    card_region = region(_("Province of the card"))
    card_version = text(_("Version"), 4)
    card_expires_on = DayField(_("Card ends on"))
    program = text(_("Fee program"), 80)
    program_number = text(_("Program number"), 40)
    program_region = region(_("Province of the program"))
    billing_authorisation = text(_("Billing authorisation"), 60)
    case_number = text(_("Case number"), 40)
    sessions_needed = IntegerField(_("Sessions needed"), [Optional(), NumberRange(0, 999, _("Enter a number from 0 to 999"))])
    billing_notes = long_text(_("Billing notes"), 2000)

    def __init__(self, *, staff: StaffMember, today: date, care: Care, person: Profile | None = None, **kwargs):
        super().__init__(**kwargs)
        self.practice, self.today, self.person, self.care, self.e164 = staff.practice, today, person, care, ""
        self.born_on.form.before = today
        self._offer()
        self._leave_out(staff)
        if person is None and not self.is_submitted():
            self.contacts.append_entry({"emergency": True})
            self.card_region.data = self.practice.region if self.practice.region in REGIONS else ""
            self._begin(clean(request.args.get("q"))[:100])
        self.wants_row = request.form.get("more", "")
        if self.wants_row in ("numbers", "contacts") and self.wants_row in self and len(self[self.wants_row]) < MOST_ROWS:
            self[self.wants_row].append_entry()
        self.primary.choices = choices((place, "") for place in (FIRST, *map(str, range(len(self.numbers)))))
        for row in self.contacts or () if not staff.may_invite else ():
            del row.form.enrol_as

    def _begin(self, asked: str) -> None:
        """With what was searched for when nobody was found, so that it is typed once: a name, an address, or a telephone number."""
        if "@" in asked:
            self.email.data = asked
        elif _AS_A_PHONE.fullmatch(asked):
            self.phone.data = asked
        elif not any(c.isdecimal() for c in asked):
            self.given_name.data, self.family_name.data = split(asked)

    def _offer(self) -> None:
        languages, practice = current_app.config["LANGUAGES"], self.practice
        usual = languages.get(practice.language, practice.language), zone_name(practice.zone, locale=get_locale())
        self.language.choices = choices(languages.items(), _("Not known: %(language)s, as the clinic", language=usual[0]))
        offered = zones.offered(self.person.zone if self.person else "")
        self.zone.choices = [
            SelectChoice("", _("That of the clinic: %(city)s", city=usual[1])),
            *(SelectChoice(zone, city, optgroup=group) for zone, city, group in offered),
        ]
        if self.person and self.person.phone and not self.person.phone_kind:
            self.phone_kind.choices = choices(self.phone_kind.choices, _("Not known"))
        self.practitioner.choices = [*self.practitioner.choices, *choices(self.care.practitioners)]
        self.location.choices = [*self.location.choices, *choices(self.care.locations)]

    def _leave_out(self, staff: StaffMember) -> None:
        """What there is nothing to choose about, what this member of staff may not do, and what has a page of its own once there is a record."""
        gone = {"practitioner": not self.care.practitioners, "location": len(self.care.locations) < 2}
        gone |= {"enrol": self.person or not staff.may_invite, "contacts": self.person}
        for left_out in (field for field, is_gone in gone.items() if is_gone):
            del self[left_out]

    @property
    def only_asks(self) -> bool:
        """One more row, or whether the card is in order: nothing is saved yet."""
        return bool(self.wants_row) or "validate" in request.form

    def is_open(self, section: str) -> bool:
        if self.wants_row == section or (section == "coverage" and "validate" in request.form):
            return True
        return any(field.errors or _says(field) for name in SECTIONS[section] if (field := self[name] if name in self else None))

    # --- checks ---

    def validate_email(self, field) -> None:
        read_email(field)

    def validate_phone(self, field) -> None:
        read_phone(field, self.practice.country, lambda number: setattr(self, "e164", number))

    def validate_phone_kind(self, field) -> None:
        field.data = field.data if field.data in KINDS else ""

    def validate_numbers(self, field) -> None:
        for row in field:
            read_phone(row.form.number, self.practice.country, lambda number, row=row: setattr(row.form, "e164", number))
        field.errors = [row.errors for row in field if row.errors]

    def validate_sms_consent(self, field) -> None:
        kinds = [(self.phone, self.phone_kind), *((row.form.number, row.form.kind) for row in self.numbers)]
        if field.data and not any(number.data and kind.data == MOBILE for number, kind in kinds):
            raise ValidationError(_("Enter a mobile number above, or take this tick off"))

    def validate_contacts(self, field) -> None:
        for row in field:
            if row.form.is_filled:
                row.form.judge(self.practice.country)
        field.errors = [row.errors for row in field if row.errors]

    def validate_card_number(self, field) -> None:
        if field.data and len(cards.bare(field.data)) < cards.SHOWN:
            raise ValidationError(_("Enter the whole number of the card"))

    def validate_card_region(self, field) -> None:
        if field.data and field.data not in REGIONS:
            raise ValidationError(_("Choose a province"))

    validate_program_region = validate_card_region

    def validate(self, extra_validators=None) -> bool:
        valid = super().validate(extra_validators)
        problem = self._why_not_enrolled() if self.enrol and self.enrol.data and self.email.data and not self.email.errors else None
        if problem:
            self.enrol.errors = [problem]
        return valid and not problem

    def _why_not_enrolled(self):
        born_on, youngest = self.born_on.form.value, self.practice.youngest_account_years
        if born_on and age(born_on, self.today) < youngest:
            return _(
                "They are too young for an account of their own: that is possible from %(age)s. Take this tick off and let a contact in instead",
                age=youngest,
            )
        if not self.email_consent.data:
            return _("The invitation comes by mail, and they do not agree to mail. Change one of the two ticks")
        taken = [row.form.email.data for row in self.contacts if row.form.enrol_as and row.form.enrol_as.data]
        return _("A contact with this address is let in already. Take one of the two ticks off") if self.email.data in taken else None


def _says(field) -> bool:
    """Whether something stands in it that nobody put there for them."""
    if field.name == "card_region":
        return False
    if field.type == "FieldList":
        return any(row.form.is_filled for row in field)
    if field.type == "IntegerField":
        return field.data is not None
    return not field.form.is_empty if field.type == "FormField" else bool(field.data)
