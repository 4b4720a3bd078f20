"""What a person types about themselves, or somebody who acts for them: only the fields that they may change are on the form."""

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FormField, HiddenField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from portal import consents, meanwhile, own_contact, record_words, zones
from portal.filters import phone_display, zone_name
from portal.forms import KnownDate, PortalForm, clean, no_address, phone_problem, words
from portal.models.profile import MOBILE
from portal.own_details import Known, mark_of
from portal.own_fields import BORN_ON, COLUMNS, PHONES
from portal.phones import BadPhone, clean_phone
from portal.records import Number

# numbers there is room for at least, and at most, but for those that stand there: what is not shown would be removed
ROWS, MOST_ROWS = 2, 8


def _text(label, most: int, *checks) -> StringField:
    return StringField(label, [Length(max=most, message=_("Use %(most)s characters or fewer", most=most)), *checks], filters=[clean])


def _name(label) -> StringField:
    return _text(label, 80, no_address(_("Enter a name without a web address")))


class DetailsForm(PortalForm):
    """Made by `details_form`, which adds `phone_0`, `kind_0` and so on. `seen`: what the record was when the form was shown; `shown`: the
    fields as they were then, none that is not on the form."""

    seen = HiddenField()
    shown = HiddenField()
    given_name = words(_("First name"), _("Enter a first name"), _("First name must be 80 characters or less"))
    middle_name = _name(_("Middle name"))
    family_name = _name(_("Last name"))
    born_on = FormField(KnownDate, _("Date of birth"))
    preferred_name = _name(_("Preferred name"))
    pronouns = _text(_("Pronouns"), 40)
    street = _text(_("Street and number"), 120)
    unit = _text(_("Unit"), 20)
    city = _text(_("City"), 80)
    postal_code = _text(_("Postal code"), 12)
    language = SelectField(_("Language"))
    zone = SelectField(_("Time zone"))

    def __init__(self, *, there: Known, data: dict, **kwargs):
        profile = there.profile
        super().__init__(data=data, **kwargs)
        self.there, self.e164 = there, {}
        self.born_on.form.before = there.on
        for name in (name for field, names in COLUMNS.items() if field not in there.changeable for name in names):
            del self[name]
        if "language" in self:
            self.language.choices = [
                SelectChoice("", _("As the clinic")),
                *(SelectChoice(*pair) for pair in current_app.config["LANGUAGES"].items()),
            ]
        if "zone" in self:
            usual = gettext("That of the clinic: %(city)s", city=zone_name(profile.practice.zone, locale=get_locale()))
            self.zone.choices = [
                SelectChoice("", usual),
                *(SelectChoice(zone, city, optgroup=group) for zone, city, group in zones.offered(profile.zone)),
            ]
        if not self.shown.data:
            self.shown.data = meanwhile.as_text(self.units(_shown(there)))

    def units(self, data: dict) -> dict:
        """What is compared and kept whole, by name: the values of the fields on the form; all telephone numbers are one."""
        names = [name for name in self._fields if name not in ("seen", "shown", "csrf_token")]
        phones = {name: data.get(name) for name in names if name.startswith(("phone_", "kind_"))}
        numbers = [[data[name], data.get(f"kind_{name[6:]}")] for name in phones if name.startswith("phone_") and data[name]]
        return {name: data.get(name) or "" for name in names if name not in phones} | ({PHONES: numbers} if phones else {})

    @property
    def rows(self) -> list[tuple]:
        """Number and kind."""
        return [
            (self[f"phone_{place}"], self[f"kind_{place}"]) for place in range(max(room(self.there), MOST_ROWS)) if f"phone_{place}" in self
        ]

    @property
    def numbers(self) -> list[Number] | None:
        """As a valid form has them; None where it does not ask."""
        if not self.rows:
            return None
        return [Number(self.e164[phone.name], kind.data) for phone, kind in self.rows if self.e164.get(phone.name)]

    def facts(self) -> dict:
        """As columns of Profile. A birth date that is known is never taken away here."""
        said = {name: self[name].data or "" for names in COLUMNS.values() for name in names if name in self and name != BORN_ON}
        born_on = self.born_on.form.value if BORN_ON in self else None
        return said | ({"born_on": born_on} if born_on else {})

    def anew(self, there: Known) -> tuple["DetailsForm", list[str]]:
        """The form about the record as it is now: what was typed where it differs from what was shown, else what somebody else wrote
        meanwhile; and the units that both changed, each in their own way."""
        was, typed, now = meanwhile.read(self.shown.data), self.units(self.data), self.units(_shown(there))
        mine, both = meanwhile.typed_and_both(was, typed, now)
        data = _shown(there) | {name: self.data[name] for name in mine if name != PHONES}
        if PHONES in mine:
            data |= {field.name: field.data for row in self.rows for field in row}
        return details_form(there, data, len(self.rows) if PHONES in mine else 0), both


def _read(form: DetailsForm, field) -> None:
    try:
        form.e164[field.name] = clean_phone(field.data or "", form.there.profile.practice.country)
    except BadPhone as error:
        raise ValidationError(phone_problem(error)) from error


def room(there: Known) -> int:
    """For how many numbers: those there are, and one more."""
    return max(ROWS, len(there.numbers), min(len(there.numbers) + 1, MOST_ROWS))


def details_form(there: Known, data: dict | None = None, least: int = 0) -> DetailsForm:
    """As it is sent, or of a record; with `data`, as a form that nobody has sent, with so many telephone numbers at least."""
    rows = max(room(there), least) if there.may_change(PHONES) else 0
    made = {}
    for place in range(rows):
        known = there.numbers[place].kind if place < len(there.numbers) else MOBILE
        choices = [SelectChoice(*pair) for pair in record_words.kinds().items()]
        label = _("Phone, called first") if place == 0 else _("Another phone")
        made[f"phone_{place}"] = TelField(label, [_read], filters=[clean])
        made[f"kind_{place}"] = SelectField(_("Kind"), choices=choices if known else [SelectChoice("", _("Not known")), *choices])
    made_with = {} if data is None else {"formdata": None}
    return type("DetailsFormWithNumbers", (DetailsForm,), made)(there=there, data=_shown(there) if data is None else data, **made_with)


def _shown(there: Known) -> dict:
    profile, country = there.profile, there.profile.practice.country
    data = {name: getattr(profile, name) for names in COLUMNS.values() for name in names if name != BORN_ON}
    born = profile.born_on
    data |= {"seen": mark_of(there), "born_on": {part: str(getattr(born, part)) if born else "" for part in ("day", "month", "year")}}
    for place in range(room(there)):
        one = there.numbers[place] if place < len(there.numbers) else None
        data |= {f"phone_{place}": phone_display(one.number, country) if one else "", f"kind_{place}": one.kind if one else MOBILE}
    return data


class EmergencyForm(PortalForm):
    seen = HiddenField()
    name = StringField(
        _("Name"),
        [
            DataRequired(_("Enter a name")),
            Length(max=120, message=_("Use %(most)s characters or fewer", most=120)),
            no_address(_("Enter a name without a web address")),
        ],
        filters=[clean],
    )
    relation = _text(_("Who they are to you"), 60)
    phone = TelField(_("Phone"), [DataRequired(_("Enter a phone number, like 416 555 0117"))], filters=[clean])

    def __init__(self, *, there: Known, **kwargs):
        contact, self.country, self.e164 = there.contact, there.profile.practice.country, ""
        data = (
            {"name": contact.name, "relation": contact.relation, "phone": contact.phone and phone_display(contact.phone, self.country)}
            if contact
            else {}
        )
        super().__init__(data=data | {"seen": own_contact.mark_of(contact)}, **kwargs)
        if not there.link.is_self:
            self.relation.label.text = gettext("Who they are to %(name)s", name=there.profile.given_name)

    def validate_phone(self, field) -> None:
        try:
            self.e164 = clean_phone(field.data or "", self.country)
        except BadPhone as error:
            raise ValidationError(phone_problem(error)) from error

    def said(self) -> own_contact.Said:
        return own_contact.Said(self.name.data, self.relation.data or "", self.e164)


class ConsentsForm(PortalForm):
    seen = HiddenField()
    email = BooleanField(_("Email"))
    sms = BooleanField(_("Text messages"))
    voice = BooleanField(_("Phone calls with news of the clinic"))

    def __init__(self, *, profile, mark: str, **kwargs):
        super().__init__(data={channel: consents.may(profile, channel) for channel in consents.CHANNELS} | {"seen": mark}, **kwargs)

    def said(self) -> dict[str, bool]:
        return {channel: self[channel].data for channel in consents.CHANNELS}
