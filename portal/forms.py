"""What people type, checked in the words of LOOK §4.1. Who may do it is not checked here.

Every form keeps what was typed except passwords. The token against foreign forms is portal/csrf.py's, for all pages at once.
"""

import re
import unicodedata
from datetime import date
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Form,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from portal import passwords
from portal.access import age
from portal.addresses import BadAddress, clean_address
from portal.months import month_number
from portal.phones import BadPhone, HasExtension, clean_phone
from portal.web_addresses import leads_somewhere

OLDEST_YEAR = 1900
ADULT_YEARS = 18


class PortalForm(FlaskForm):
    class Meta:
        csrf = False


def clean(text: str | None) -> str:
    """No control characters, no spaces at the ends, single ones inside."""
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text or "").split())


def phone_problem(error: BadPhone):
    """What to say of a number that cannot be kept as it was typed. Nothing of it is thrown away unseen."""
    if isinstance(error, HasExtension):
        return _("Enter the number without its extension: only the number itself is kept")
    return _("Enter a phone number, like 416 555 0117")


def no_address(sentence):
    """A validator: what is typed goes out in mails under the clinic's name, and so may lead nowhere."""

    def check(_form, field) -> None:
        if leads_somewhere(field.data or ""):
            raise ValidationError(sentence)

    return check


def words(label, needed, too_long, most: int = 80) -> StringField:
    """Somebody's name."""
    plain = no_address(_("Enter a name without a web address"))
    return StringField(label, [DataRequired(needed), Length(max=most, message=too_long), plain], filters=[clean])


class DateParts(Form):
    """Day, month (a number or a name) and year in three boxes: `value` is the day they name once the form is valid."""

    day = StringField(_("Day"), filters=[clean])
    month = StringField(_("Month"), filters=[clean])
    year = StringField(_("Year"), filters=[clean])
    missing = _("Enter your date of birth")
    value: date | None = None
    before: date  # the first day it must lie before; set by the form that holds it

    def validate(self, extra_validators=None) -> bool:
        super().validate(extra_validators)
        if not any(part.data for part in (self.day, self.month, self.year)):
            return self._wrong(None, self.missing)
        for part, sentence in (
            (self.day, _("Date of birth must include a day")),
            (self.month, _("Date of birth must include a month")),
            (self.year, _("Date of birth must include a year")),
        ):
            if not part.data:
                return self._wrong(part, sentence)
        year, day = self.year.data, self.day.data
        if not re.fullmatch("[0-9]{4}", year):
            return self._wrong(self.year, _("Year must have 4 numbers, like 1987"))
        if int(year) < OLDEST_YEAR:
            return self._wrong(self.year, _("Date of birth must be a real date: check the year %(year)s", year=year))
        try:
            self.value = date(int(year), month_number(self.month.data), int(day) if len(day) <= 2 else 0)
        except ValueError:
            return self._wrong(None, _("Date of birth must be a real date"))
        if self.value > self.before:
            return self._wrong(None, _("Date of birth must be in the past"))
        return True

    def _wrong(self, part, sentence) -> bool:
        self.value = None
        if part is None:
            self.form_errors.append(sentence)
        else:
            part.errors = [sentence]
        return False


class KnownDate(DateParts):
    """A date of birth, or nothing."""

    def validate(self, extra_validators=None) -> bool:
        return True if self.is_empty else super().validate(extra_validators)

    @property
    def is_empty(self) -> bool:
        return not any(part.data for part in (self.day, self.month, self.year))


class DayField(DateField):
    """A date in one box, as browsers offer it; nothing typed is None."""

    def process_formdata(self, valuelist) -> None:
        try:
            self.data = date.fromisoformat(valuelist[0].strip()) if valuelist and valuelist[0].strip() else None
        except ValueError:
            self.data = None
            raise ValueError(_("Enter a day as year-month-day, like 2027-01-15")) from None


def email_field() -> EmailField:
    return EmailField(_("Email address"), [DataRequired(_("Enter your email address")), _address])


def _address(_form, field) -> None:
    try:
        field.data = clean_address(field.data)
    except BadAddress as error:
        raise ValidationError(_("Enter an email address in the correct format, like name@example.com")) from error


def new_password_field(label) -> PasswordField:
    return PasswordField(label, [DataRequired(_("Enter a password")), _unguessable])


def _unguessable(form, field) -> None:
    problem = passwords.problem(field.data, *form.easily_guessed())
    if problem:
        raise ValidationError(problem)


class SignUpForm(PortalForm):
    given_name = words(_("First name"), _("Enter your first name"), _("First name must be 80 characters or less"))
    family_name = words(_("Last name"), _("Enter your last name"), _("Last name must be 80 characters or less"))
    born_on = FormField(DateParts, _("Date of birth"))
    email = email_field()
    phone = TelField(_("Mobile phone number"), filters=[clean])
    password = new_password_field(_("Create a password"))
    zone = HiddenField()  # the browser's own, filled in by script; empty without

    def __init__(self, *, practice, today: date, **kwargs):
        super().__init__(**kwargs)
        self.practice, self.today = practice, today
        self.born_on.form.before = today
        self.youngest = practice.youngest_account_years if practice else 16

    def validate_phone(self, field) -> None:
        try:
            field.data = clean_phone(field.data or "", self.practice.country if self.practice else "CA")
        except BadPhone as error:
            raise ValidationError(phone_problem(error)) from error

    def validate(self, extra_validators=None) -> bool:
        valid = super().validate(extra_validators)
        born_on = self.born_on.form.value
        if born_on and age(born_on, self.today) < self.youngest:
            sentence = _("You must be %(age)s or older to have your own account. Ask a parent to book for you.", age=self.youngest)
            return self.born_on.form._wrong(None, sentence)
        return valid

    def easily_guessed(self) -> list[str]:
        names = [self.given_name.data, self.family_name.data, f"{self.given_name.data}{self.family_name.data}"]
        return [*names, (self.email.data or "").partition("@")[0], self.practice.name if self.practice else ""]

    def known_zone(self) -> str:
        """The browser's zone if there is such a place; browsers that hide it say UTC, where nobody lives."""
        zone = self.zone.data or ""
        return zone if "/" in zone and not zone.startswith("Etc/") and zone in available_timezones() else ""


class CodeForm(PortalForm):
    code = StringField(_("6-digit code"), filters=[lambda text: "".join(c for c in text or "" if c not in " -\t\u00a0")])

    def validate_code(self, field) -> None:
        if not (len(field.data) == 6 and field.data.isascii() and field.data.isdigit()):
            raise ValidationError(_("Enter the 6-digit code"))


class AddressForm(PortalForm):
    email = email_field()


class SignInForm(PortalForm):
    email = email_field()
    password = PasswordField(_("Password"), [DataRequired(_("Enter your password"))])


class PasswordForm(PortalForm):
    """The password again, before something that matters."""

    password = PasswordField(_("Password"), [DataRequired(_("Enter your password"))])


class NewPasswordForm(PortalForm):
    new_password = new_password_field(_("New password"))

    def __init__(self, *, account, **kwargs):
        super().__init__(**kwargs)
        self.account = account

    def easily_guessed(self) -> list[str]:
        account = self.account
        return [account.given_name, account.family_name, account.given_name + account.family_name, account.email.partition("@")[0]]


class ChangePasswordForm(NewPasswordForm):
    password = PasswordField(_("Your password now"), [DataRequired(_("Enter your password"))])


class ChangeAddressForm(PortalForm):
    email = EmailField(_("New email address"), [DataRequired(_("Enter your email address")), _address])
    password = PasswordField(_("Your password"), [DataRequired(_("Enter your password"))])


class LanguageAndZoneForm(PortalForm):
    """`seen`: what staff were shown of a person's choice."""

    seen = HiddenField()
    language = SelectField(_("Language"))
    zone = SelectField(_("Time zone"))

    def offer(self, languages: list[tuple[str, str]], zones: list[tuple[str, str, str | None]]) -> None:
        """Value and words; for a zone also the group it stands in, or None."""
        self.language.choices = [SelectChoice(*pair) for pair in languages]
        self.zone.choices = [SelectChoice(value, words, optgroup=group) for value, words, group in zones]


class AddPersonForm(PortalForm):
    given_name = words(_("First name"), _("Enter their first name"), _("First name must be 80 characters or less"))
    family_name = words(_("Last name"), _("Enter their last name"), _("Last name must be 80 characters or less"))
    born_on = FormField(DateParts, _("Date of birth"))
    relationship = RadioField(
        _("Your relationship"),
        choices=[
            SelectChoice("parent", _("I am their parent")),
            SelectChoice("guardian", _("I am their legal guardian")),
            SelectChoice("carer", _("I care for this adult")),
        ],
        validators=[AnyOf(("parent", "guardian", "carer"), _("Select your relationship"))],
        validate_choice=False,
    )
    may_decide = BooleanField(_("I am allowed to make health decisions for this person"))

    def __init__(self, *, today: date, **kwargs):
        super().__init__(**kwargs)
        self.today = today
        self.born_on.form.before, self.born_on.form.missing = today, _("Enter their date of birth")

    def validate_may_decide(self, field) -> None:
        if self.relationship.data in ("parent", "guardian") and not field.data:
            raise ValidationError(_("Tick to show you are allowed to make health decisions for them"))

    def validate(self, extra_validators=None) -> bool:
        valid = super().validate(extra_validators)
        born_on, relationship = self.born_on.form.value, self.relationship.data
        if born_on is None or not relationship:
            return False
        adult = age(born_on, self.today) >= ADULT_YEARS
        if adult and relationship == "parent":
            return self._unlike(_("Someone who is 18 or older is an adult: choose another answer"))
        if not adult and relationship == "carer":
            return self._unlike(_("Someone under 18 is a child: choose parent or legal guardian"))
        return valid

    def _unlike(self, sentence) -> bool:
        self.relationship.errors = [sentence]
        return False
