"""What an admin types about services, locations, rooms and practitioners."""

import hashlib
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from portal.forms import DayField, PortalForm, clean
from portal.models import Practice
from portal.money import BadMoney, minor_units, plain_amount

# What people are spoken to in, most asked for first; a practitioner's others are added to these.
LANGUAGES = (
    "en",
    "fr",
    "es",
    "zh",
    "pa",
    "ar",
    "hi",
    "tl",
    "pt",
    "it",
    "de",
    "ru",
    "uk",
    "fa",
    "ur",
    "vi",
    "ko",
    "ta",
    "pl",
    "so",
    "ht",
    "ase",
)


def text(label, most: int, needed=None) -> StringField:
    checks = [DataRequired(needed)] if needed else []
    return StringField(label, [*checks, Length(max=most, message=_("Use %(most)s characters or fewer", most=most))], filters=[clean])


def minutes(label, least: int, most: int, optional: bool = False) -> StringField:
    """Whole minutes; `optional`: an empty box is None."""

    def check(form, field) -> None:
        said = field.data
        if optional and not said:
            return
        if not (said.isascii() and said.isdigit() and len(said) <= 5 and least <= int(said) <= most):
            raise ValidationError(_("Enter minutes as a number from %(least)s to %(most)s", least=least, most=most))

    return StringField(label, [check], filters=[clean])


def _lines(written: str | None) -> str:
    return "\n".join(line for line in map(clean, (written or "").splitlines()) if line)


class SavedForm(PortalForm):
    """`seen`: what stood there when the form was shown, in short. Saving over what somebody else changed since is refused once."""

    seen = HiddenField()

    def remember(self, now: dict) -> None:
        self.seen.data = digest(now)

    def is_stale(self, now: dict) -> bool:
        """Whether somebody changed it since; the form is told, and what is now is seen from here on."""
        if self.seen.data == digest(now):
            return False
        self.changed(now)
        return True

    def changed(self, now: dict) -> None:
        """Say so, with what was typed still there."""
        self.form_errors.append(_("Somebody changed this while you were looking. What you typed is kept: check it, then save again."))
        self.remember(now)


def digest(facts: dict) -> str:
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:16]


class ServiceForm(SavedForm):
    """`shown`: the values whose effect on the times was on the screen, in short."""

    shown = HiddenField()
    name = text(_("Name"), 120, _("Enter a name"))
    discipline = text(_("Heading it stands under"), 60)
    about = text(_("Who it is for, in one sentence"), 300)
    bring = TextAreaField(
        _("What to bring"), [Length(max=1000, message=_("Use %(most)s characters or fewer", most=1000))], filters=[_lines]
    )
    duration_minutes = minutes(_("Length in minutes"), 5, 2880)
    step_minutes = minutes(_("Start every … minutes"), 5, 240, optional=True)
    before_minutes = minutes(_("Pause before, in minutes"), 0, 480)
    after_minutes = minutes(_("Pause after, in minutes"), 0, 480)
    buffers_inside = BooleanField(_("The pauses must lie within opening hours"))
    price = StringField(_("Price"), filters=[clean])
    for_people = RadioField(_("Who can book it online"), choices=[SelectChoice("everyone", _("Everybody")), SelectChoice("new", _("Only people who have not been here before")), SelectChoice("returning", _("Only people who have been here before"))], validators=[AnyOf(("everyone", "new", "returning"), _("Choose who can book it"))], validate_choice=False)  # fmt: skip
    online = BooleanField(_("Can be booked online"))
    room_kind = SelectField(_("Room"), validate_choice=False)
    room_before_minutes = minutes(_("Setting up the room, in minutes"), 0, 480)
    room_after_minutes = minutes(_("Cleaning the room, in minutes"), 0, 480)
    practitioners = SelectMultipleField(_("Who offers it"), validate_choice=False)

    DIRECT = ("name", "discipline", "about", "bring", "buffers_inside", "for_people", "room_kind")
    NUMBERS = ("duration_minutes", "before_minutes", "after_minutes", "room_before_minutes", "room_after_minutes")

    def __init__(self, practice: Practice, service, kinds: list[str], practitioners: list[tuple[str, str]], **kwargs):
        self.practice, self.cents = practice, None
        super().__init__(data=self._stored(service, practice, kwargs.pop("offering", [])), **kwargs)
        self.room_kind.choices = [SelectChoice("", _("No room needed")), *(SelectChoice(kind, kind) for kind in kinds)]
        self.practitioners.choices = [SelectChoice(*pair) for pair in practitioners]

    def _stored(self, service, practice: Practice, offering: list[str]) -> dict:
        if service is None:
            zero = dict.fromkeys(self.NUMBERS, "0")
            return zero | {"duration_minutes": "30", "for_people": "everyone", "online": True, "practitioners": offering}
        said = {name: getattr(service, name) for name in self.DIRECT} | {name: str(getattr(service, name)) for name in self.NUMBERS}
        step = "" if service.step_minutes is None else str(service.step_minutes)
        price = plain_amount(service.price_cents, practice.currency)
        return said | {"step_minutes": step, "price": price, "online": service.offline_at is None, "practitioners": offering}

    def validate_price(self, field) -> None:
        try:
            self.cents = minor_units(field.data, self.practice.currency)
        except BadMoney as error:
            raise ValidationError(_("Enter an amount, like 120 or 120.50")) from error

    def validate_room_kind(self, field) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(_("Choose a kind of room"))

    def values(self) -> dict:
        """As columns of Service, but for when it went offline."""
        numbers = {name: int(self[name].data) for name in self.NUMBERS}
        step = int(self.step_minutes.data) if self.step_minutes.data else None
        return {name: self[name].data for name in self.DIRECT} | numbers | {"step_minutes": step, "price_cents": self.cents}


class LocationForm(SavedForm):
    name = text(_("Name"), 120, _("Enter a name"))
    street = text(_("Street and number"), 120)
    city = text(_("City"), 80)
    zone = text(_("Time zone"), 60, _("Enter a time zone, like America/Toronto"))

    def validate_zone(self, field) -> None:
        if field.data not in available_timezones():
            raise ValidationError(_("Enter a time zone, like America/Toronto"))

    def values(self) -> dict:
        return {name: self[name].data for name in ("name", "street", "city", "zone")}


class RoomForm(SavedForm):
    name = text(_("Name"), 60, _("Enter a name"))
    kind = text(_("Kind"), 30, _("Enter a kind of room, like treatment"))
    location = SelectField(_("Location"), validate_choice=False)

    def validate_location(self, field) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(_("Choose a location"))


class PractitionerForm(SavedForm):
    name = text(_("Name, as patients say it"), 120, _("Enter a name"))
    profession = text(_("Profession"), 80)
    languages = SelectMultipleField(_("Languages they speak"), validate_choice=False)
    about = text(_("About them, in one sentence"), 300)
    services = SelectMultipleField(_("What they offer"), validate_choice=False)
    online = BooleanField(_("Can be booked online"))
    takes_new = BooleanField(_("Takes new people online"))
    banner_text = text(_("Message above their times"), 200)
    banner_from = DayField(_("Shown from"))
    banner_until = DayField(_("Shown until"))
    login = SelectField(_("Their own sign-in"), validate_choice=False)

    def __init__(self, languages=(), **kwargs):
        super().__init__(**kwargs)
        speaks = Locale.parse(str(get_locale())).languages
        codes = [*LANGUAGES, *(one for one in languages if one not in LANGUAGES)]
        self.languages.choices = [SelectChoice(code, speaks.get(code, code)) for code in codes]

    def validate_banner_until(self, field) -> None:
        if field.data and self.banner_from.data and field.data < self.banner_from.data:
            raise ValidationError(_("The last day must not be before the first"))

    def validate_login(self, field) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(_("Choose a person of the staff"))
