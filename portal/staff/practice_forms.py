"""What an admin types about the practice: name and address, look, messages, reminders."""

import re
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask import current_app
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from portal import brand, regions, texting
from portal.addresses import BadAddress, clean_address
from portal.filters import phone_display
from portal.forms import DayField, PortalForm, clean, phone_problem
from portal.models import Practice
from portal.phones import BadPhone, clean_phone

MOST_REMINDERS, MOST_HOURS = 4, 14 * 24


def _text(label, most: int, needed=None) -> StringField:
    checks = [DataRequired(needed)] if needed else []
    return StringField(label, [*checks, Length(max=most, message=_("Use %(most)s characters or fewer", most=most))], filters=[clean])


class PracticeForm(PortalForm):
    """One page of settings. `revision`: what the practice was when the form was shown; `COLUMNS` go in and out as they are stored."""

    COLUMNS: tuple[str, ...] = ()
    revision = HiddenField()

    def __init__(self, practice: Practice, **kwargs):
        self.practice = practice
        super().__init__(data=self.stored(practice) | {"revision": str(practice.revision)}, **kwargs)

    def stored(self, practice: Practice) -> dict:
        return {name: getattr(practice, name) for name in self.COLUMNS}

    def values(self) -> dict:
        return {name: self[name].data for name in self.COLUMNS}

    @property
    def seen(self) -> int:
        said = self.revision.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1


class DetailsForm(PracticeForm):
    COLUMNS = ("name", "about", "street", "city", "access_note", "phone_hours", "country", "region", "zone", "language", "calls_people")
    name = _text(_("Name of the practice"), 120, _("Enter a name"))
    about = _text(_("What you do, in one or two sentences"), 500)
    street = _text(_("Street and number"), 120)
    city = _text(_("City"), 80)
    access_note = _text(_("How to get in"), 300)
    phone = _text(_("Phone"), 30, _("Enter a phone number, like 416 555 0117"))
    phone_hours = _text(_("When somebody answers the phone"), 120)
    email = _text(_("Email address"), 254, _("Enter an email address in the correct format, like name@example.com"))
    country = SelectField(_("Country"), validate_choice=False)
    region = SelectField(_("Province, state or region"), validate_choice=False)
    zone = _text(_("Time zone"), 60, _("Enter a time zone, like America/Toronto"))
    language = SelectField(_("Language of your own texts"), validate_choice=False)
    calls_people = RadioField(_("Your pages say"), choices=[SelectChoice("patient", _("Patients")), SelectChoice("client", _("Clients"))], validators=[AnyOf(("patient", "client"), _("Choose a word"))], validate_choice=False)  # fmt: skip

    def __init__(self, practice: Practice, **kwargs):
        super().__init__(practice, **kwargs)
        self.language.choices = [SelectChoice(*pair) for pair in current_app.config["LANGUAGES"].items()]
        self.country.choices = [SelectChoice(*pair) for pair in regions.countries(get_locale())]
        self.region.choices = [
            SelectChoice("", _("The whole country")),
            *(SelectChoice(*pair) for pair in regions.regions(practice.country)),
        ]

    def stored(self, practice: Practice) -> dict:
        return super().stored(practice) | {
            "phone": practice.phone and phone_display(practice.phone, practice.country),
            "email": practice.email,
        }

    def values(self) -> dict:
        return super().values() | {"phone": self._number(), "email": clean_address(self.email.data)}

    def _number(self) -> str:
        """E.164. As it stood there it is the number there is: read in another country, which may be chosen on the same page, it would be another one."""
        if self.phone.data == self.stored(self.practice)["phone"]:
            return self.practice.phone
        known = self.country.data in dict(regions.countries(get_locale()))
        return clean_phone(self.phone.data, self.country.data if known else self.practice.country)

    def validate_country(self, field) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(_("Choose a country"))

    def validate_region(self, field) -> None:
        """A region of the country before is none of the new one."""
        if field.data not in dict(regions.regions(self.country.data)):
            field.data = ""

    def validate_phone(self, field) -> None:
        try:
            self._number()
        except BadPhone as error:
            raise ValidationError(phone_problem(error)) from error

    def validate_email(self, field) -> None:
        try:
            clean_address(field.data)
        except BadAddress as error:
            raise ValidationError(_("Enter an email address in the correct format, like name@example.com")) from error

    def validate_zone(self, field) -> None:
        if field.data not in available_timezones():
            raise ValidationError(_("Enter a time zone, like America/Toronto"))

    def validate_language(self, field) -> None:
        if field.data not in current_app.config["LANGUAGES"]:
            raise ValidationError(_("Choose a language"))


class LookForm(PracticeForm):
    COLUMNS = ("colour",)
    colour = _text(_("Your colour"), 7, _("Enter a colour as six letters and digits after a #, like #155e75"))
    logo = FileField(_("Logo"))
    default_logo = BooleanField(_("Show no logo of our own"))

    def validate_colour(self, field) -> None:
        if not re.fullmatch("#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", field.data):
            raise ValidationError(_("Enter a colour as six letters and digits after a #, like #155e75"))
        field.data = brand.mix(field.data, "#000000", 0)  # "#FFF" is written out: what is shown is compared with it


class MessagesForm(PracticeForm):
    COLUMNS = ("banner_text", "banner_from", "banner_until", "closed_to_new_reason", "no_times_text", "pay_url", "payments_off_reason")
    banner_text = _text(_("Message on every page"), 200)
    banner_from = DayField(_("Shown from"))
    banner_until = DayField(_("Shown until"))
    takes_new = BooleanField(_("We take new people online"))
    closed_to_new_reason = _text(_("What new people read while you take none"), 200)
    no_times_text = _text(_("What people read when a month has no time"), 200)
    pay_url = _text(_("Address of your payment page"), 300)
    payments_off_reason = _text(_("Why nobody can pay online, and whom to ask"), 200)

    def stored(self, practice: Practice) -> dict:
        return super().stored(practice) | {"takes_new": practice.accepts_new}

    def values_at(self, now) -> dict:
        """Closed is since when: what is as it was keeps its moment."""
        return self.values() | {"closed_to_new_at": None if self.takes_new.data else self.practice.closed_to_new_at or now}

    def validate_banner_until(self, field) -> None:
        if field.data and self.banner_from.data and field.data < self.banner_from.data:
            raise ValidationError(_("The last day must not be before the first"))

    def validate_pay_url(self, field) -> None:
        parts = urlsplit(field.data) if field.data else None
        if parts is not None and (parts.scheme != "https" or not parts.hostname or "." not in parts.hostname):
            raise ValidationError(_("Enter an address that begins with https://"))


class RemindersForm(PracticeForm):
    COLUMNS = ("reminder_detail",)
    hours = StringField(_("Hours before the appointment"), filters=[clean])
    text_hours = StringField(_("Hours before, by text message"), filters=[clean])
    reminder_detail = RadioField(
        _("What a reminder says"),
        choices=[
            SelectChoice("full", _("Everything: service, practitioner, place")),
            SelectChoice("discreet", _("Only the time and the clinic")),
        ],
        validators=[AnyOf(("full", "discreet"), _("Choose what a reminder says"))],
        validate_choice=False,
    )

    def stored(self, practice: Practice) -> dict:
        return super().stored(practice) | {"hours": _joined(practice.reminder_hours), "text_hours": _joined(practice.text_hours)}

    def values(self) -> dict:
        found = super().values() | {"reminder_hours": _hours(self.hours)}
        return found if self.texts_off else found | {"text_hours": _hours(self.text_hours)}  # while they cannot be sent, what was set waits

    @property
    def texts_off(self):
        """Why this site can send no text message, or None."""
        return texting.why_not_here()

    def validate_text_hours(self, field) -> None:
        if not self.texts_off:
            self.validate_hours(field)
        elif field.data and field.data != _joined(self.practice.text_hours):
            raise ValidationError(self.texts_off)

    def validate_hours(self, field) -> None:
        said = _said(field)
        if len(said) > MOST_REMINDERS or not all(
            one.isascii() and one.isdigit() and len(one) <= 3 and 1 <= int(one) <= MOST_HOURS for one in said
        ):
            raise ValidationError(_("Enter up to 4 numbers from 1 to 336, like 48, 2"))


class FilesFromPeopleForm(PracticeForm):
    people_add = BooleanField(_("People may add files themselves"))

    def stored(self, practice: Practice) -> dict:
        return {"people_add": practice.files_from_people_at is not None}

    def values_at(self, now) -> dict:
        """Allowed is since when: what is as it was keeps its moment."""
        return {"files_from_people_at": self.practice.files_from_people_at or now if self.people_add.data else None}


def _said(field) -> list[str]:
    return [one for one in re.split(r"[\s,;]+", field.data or "") if one]


def _hours(field) -> list[int]:
    return sorted({int(one) for one in _said(field)}, reverse=True)


def _joined(hours: list[int]) -> str:
    return ", ".join(map(str, hours))
