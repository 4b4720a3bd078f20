"""What staff know of a person: a first name at least. Kept as it was typed, checked where a mistake would do harm."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import EmailField, FormField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal import cards
from portal.addresses import BadAddress, clean_address
from portal.forms import DateParts, PortalForm, clean, no_address, words
from portal.models import Practice
from portal.phones import BadPhone, clean_phone

# Who issues a health card: the provinces and territories of Canada by their ISO 3166-2 codes.
REGIONS = {
    "AB": _("Alberta"), "BC": _("British Columbia"), "MB": _("Manitoba"), "NB": _("New Brunswick"), "NL": _("Newfoundland and Labrador"),
    "NS": _("Nova Scotia"), "NT": _("Northwest Territories"), "NU": _("Nunavut"), "ON": _("Ontario"), "PE": _("Prince Edward Island"),
    "QC": _("Quebec"), "SK": _("Saskatchewan"), "YT": _("Yukon"),
}  # fmt: skip
_DIRECT = ("given_name", "family_name", "street", "city", "postal_code", "card_number", "card_region", "file_number")


class KnownDate(DateParts):
    """A date of birth, or nothing."""

    def validate(self, extra_validators=None) -> bool:
        return True if self.is_empty else super().validate(extra_validators)

    @property
    def is_empty(self) -> bool:
        return not any(part.data for part in (self.day, self.month, self.year))


def _text(label, most: int) -> StringField:
    return StringField(label, [Length(max=most, message=_("Use %(most)s characters or fewer", most=most))], filters=[clean])


class PersonForm(PortalForm):
    given_name = words(_("First name"), _("Enter a first name"), _("First name must be 80 characters or less"))
    family_name = StringField(
        _("Last name"), [Length(max=80, message=_("Last name must be 80 characters or less")), no_address(_("Enter a name without a web address"))], filters=[clean]
    )
    born_on = FormField(KnownDate, _("Date of birth (optional)"))
    phone = TelField(_("Phone"), filters=[clean])
    email = EmailField(_("Email address"), filters=[clean])
    street = _text(_("Street and number"), 120)
    city = _text(_("City"), 80)
    postal_code = _text(_("Postal code"), 12)
    card_number = _text(_("Health card number"), 30)
    card_region = SelectField(_("Province of the card"), choices=[SelectChoice("", _("Not known")), *(SelectChoice(*pair) for pair in REGIONS.items())], validate_choice=False)
    file_number = _text(_("File number"), 20)

    def __init__(self, *, practice: Practice, today: date, **kwargs):
        super().__init__(**kwargs)
        self.practice, self.clean_phone = practice, ""
        self.born_on.form.before = today
        if not self.is_submitted() and practice.region in REGIONS:
            self.card_region.data = practice.region

    def validate_phone(self, field) -> None:
        try:
            self.clean_phone = clean_phone(field.data or "", self.practice.country)  # the field keeps what was typed
        except BadPhone as error:
            raise ValidationError(_("Enter a phone number, like 416 555 0117")) from error

    def validate_email(self, field) -> None:
        try:
            field.data = clean_address(field.data) if field.data else ""
        except BadAddress as error:
            raise ValidationError(_("Enter an email address in the correct format, like name@example.com")) from error

    def validate_card_region(self, field) -> None:
        if field.data and field.data not in REGIONS:
            raise ValidationError(_("Choose a province"))

    def validate_card_number(self, field) -> None:
        if field.data and len(cards.bare(field.data)) < cards.SHOWN:
            raise ValidationError(_("Enter the whole number of the card"))

    def facts(self) -> dict:
        """As columns of Profile. A province says nothing without a card."""
        said = {name: self[name].data or "" for name in _DIRECT} | {"phone": self.clean_phone, "email": self.email.data or "", "born_on": self.born_on.form.value}
        return said if said["card_number"] else said | {"card_region": ""}
