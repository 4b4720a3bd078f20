"""Parts of the form of a record: rows of telephone numbers and of people to ring, and fields that may stay empty."""

from collections.abc import Callable, Iterable

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, Form, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from portal.addresses import BadAddress, clean_address
from portal.forms import clean, no_address, phone_problem
from portal.models.profile import HOME, MOBILE, OTHER, WORK
from portal.phones import BadPhone, clean_phone

# Who issues a health card: the provinces and territories of Canada by their ISO 3166-2 codes.
REGIONS = {
    "AB": _("Alberta"), "BC": _("British Columbia"), "MB": _("Manitoba"), "NB": _("New Brunswick"), "NL": _("Newfoundland and Labrador"),
    "NS": _("Nova Scotia"), "NT": _("Northwest Territories"), "NU": _("Nunavut"), "ON": _("Ontario"), "PE": _("Prince Edward Island"),
    "QC": _("Quebec"), "SK": _("Saskatchewan"), "YT": _("Yukon"),
}  # fmt: skip
WRONG_EMAIL = _("Enter an email address in the correct format, like name@example.com")
_KINDS = {MOBILE: _("Mobile"), HOME: _("Home"), WORK: _("Work"), OTHER: _("Other")}
_ENROL_AS = {
    "": _("No"),
    "parent": _("As a parent"),
    "guardian": _("As a legal guardian"),
    "carer": _("As somebody who cares for them"),
    "trusted": _("As a trusted person"),
}


def text(label, most: int, **kwargs) -> StringField:
    return StringField(label, [_length(most)], filters=[clean], **kwargs)


def long_text(label, most: int) -> TextAreaField:
    return TextAreaField(label, [_length(most)], filters=[lambda typed: "\n".join(map(clean, (typed or "").strip().splitlines()))])


def _length(most: int) -> Length:
    return Length(max=most, message=_("Use %(most)s characters or fewer", most=most))


def name(label, most: int = 80, too_long=None) -> StringField:
    """Somebody's name, or nothing: it goes out in mails under the clinic's name."""
    plain = no_address(_("Enter a name without a web address"))
    return StringField(label, [Length(max=most, message=too_long) if too_long else _length(most), plain], filters=[clean])


def choice(label, pairs: Iterable[tuple], empty=None, **kwargs) -> SelectField:
    return SelectField(label, choices=choices(pairs, empty), validate_choice=False, **kwargs)


def choices(pairs: Iterable[tuple], empty=None) -> list[SelectChoice]:
    return [SelectChoice(*pair) for pair in ([("", empty)] if empty is not None else []) + list(pairs)]


def kind() -> SelectField:
    return choice(_("Kind"), _KINDS.items(), default=MOBILE)


def region(label) -> SelectField:
    return choice(label, REGIONS.items(), _("Not known"))


class NumberRow(Form):
    """A further number; `e164` once it was read."""

    number = TelField(_("Number"), filters=[clean])
    kind = kind()
    e164 = ""

    @property
    def is_filled(self) -> bool:
        return bool(self.number.data)


class ContactBoxes:
    """What is written down of somebody to ring, in whichever form."""

    name = name(_("Name"), 120)
    relation = text(_("Who they are to this person"), 60)
    phone = TelField(_("Phone"), filters=[clean])
    email = EmailField(_("Email address"), filters=[clean])
    emergency = BooleanField(_("To be called in an emergency"))


class ContactRow(ContactBoxes, Form):
    """Somebody to ring; `e164` once it was read."""

    enrol_as = choice(_("Let them into the portal"), _ENROL_AS.items())
    e164 = ""

    @property
    def is_filled(self) -> bool:
        return any(one.data for one in (self.name, self.relation, self.phone, self.email)) or bool(self.enrol_as and self.enrol_as.data)

    def judge(self, country: str) -> None:
        """Say what is wrong at the fields."""
        read_phone(self.phone, country, self._keep)
        read_email(self.email)
        if not self.name.data:
            self.name.errors = [_("Enter the name of this contact")]
        if self.enrol_as is None or not self.enrol_as.data:
            return
        if self.enrol_as.data not in _ENROL_AS:
            self.enrol_as.errors = [_("Choose one of these")]
        if not self.email.data:
            self.email.errors = [_("Enter their email address: the invitation goes there")]

    def _keep(self, number: str) -> None:
        self.e164 = number


def read_phone(field, country: str, keep: Callable[[str], None]) -> None:
    """`keep` the number in E.164; the field keeps what was typed."""
    try:
        keep(clean_phone(field.data or "", country))
    except BadPhone as error:
        field.errors = [phone_problem(error)]


def read_email(field) -> None:
    try:
        field.data = clean_address(field.data) if field.data else ""
    except BadAddress:
        field.errors = [WRONG_EMAIL]
