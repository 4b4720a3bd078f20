"""Forms about access, for staff: who is to be invited, and what somebody may do. Everything works without scripts."""

from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length, ValidationError
from wtforms.widgets import DateInput

from portal import access, access_words
from portal.addresses import BadAddress, address_key, clean_address
from portal.forms import PortalForm, clean
from portal.invitations import Wanted
from portal.models import Link, Profile

_TICKS = (access.BOOK, access.CHANGE, access.GET_NOTICES, access.MANAGE_ACCESS)
USUAL, CHOSEN = "usual", "chosen"
LAST_DAY = date(2099, 12, 31)
_FIRST_OFFER = access.default_permissions("carer")  # what "Choose" begins with
ELSEWHERE = "other"  # the address is not the one in the contact details


def _choices(pairs: Iterable[tuple]) -> list[SelectChoice]:
    return [SelectChoice(*pair) for pair in pairs]


class OptionalDay(StringField):
    """A day from today on, or nothing: `day` once it is valid. The form has `today`."""

    widget = DateInput()
    day: date | None = None

    def pre_validate(self, form) -> None:
        if not (self.data or "").strip():
            return
        try:
            self.day = date.fromisoformat(self.data.strip())
        except ValueError:
            raise ValidationError(_("Enter a day as year-month-day, like 2027-01-15")) from None
        if not form.today <= self.day <= LAST_DAY:
            raise ValidationError(_("Choose today or a later day"))


class AccessForm(PortalForm):
    """What one account may do for one person, and until when."""

    level = RadioField(_("Appointments that somebody else booked"))
    book = BooleanField()
    change = BooleanField()
    get_notices = BooleanField()
    manage_access = BooleanField()
    ends_on = OptionalDay(_("Last day of this access (optional)"))
    review_on = OptionalDay(_("Remind us to check on (optional)"))

    def __init__(self, *, person: Profile, today: date, **kwargs):
        super().__init__(**kwargs)
        self.person, self.today = person, today
        self.level.choices = _choices(access_words.levels(person.given_name).items())
        self.ticks = [self[name] for name in _TICKS]
        for name, words in access_words.ticks(person.given_name).items():
            self[name].label.text = words

    @classmethod
    def of(cls, link: Link, today: date) -> "AccessForm":
        """As it was given, to be given anew."""
        days = {name: value.isoformat() for name in ("ends_on", "review_on") if (value := getattr(link, name))}
        return cls(person=link.profile, today=today, data=facts_of(link.permissions) | days)

    @property
    def permissions(self) -> list[str]:
        return access.at_level([field.name for field in self.ticks if field.data], self.level.data)

    def validate_manage_access(self, field) -> None:
        if field.data and self.is_chosen and self.level.data != access.EVERYTHING:
            raise ValidationError(
                _("Who does not see everything cannot decide who else has access. Take off the tick, or choose “Everything”")
            )

    @property
    def is_chosen(self) -> bool:
        """What stands in the fields counts."""
        return True

    def validate_review_on(self, field) -> None:
        if field.day and self.ends_on.day and field.day > self.ends_on.day:
            raise ValidationError(_("This is after the last day of the access"))


def facts_of(permissions) -> dict:
    """Permissions as values of the fields above."""
    return {"level": access.level(permissions), **{name: name in permissions for name in _TICKS}}


class AddUserForm(AccessForm):
    """Whom to write to about `person`, and what they will be able to do."""

    whose = RadioField(_("Email address"), validate_choice=False)
    email = EmailField(_("Email address"))
    relationship = RadioField(_("Who are they?"), validators=[AnyOf(access.RELATIONSHIPS, _("Select who they are"))], validate_choice=False)
    how = RadioField(
        _("What may they do?"), choices=[SelectChoice(USUAL, _("The usual")), SelectChoice(CHOSEN, _("Choose"))], default=USUAL
    )
    second_check = RadioField(_("Second check"), default="")
    why = TextAreaField(
        _("A line from you (optional)"), [Length(max=500, message=_("The line must be 500 characters or less"))], filters=[clean]
    )

    def __init__(self, *, person: Profile, today: date, **kwargs):
        super().__init__(person=person, today=today, data=facts_of(_FIRST_OFFER), **kwargs)
        self.whose.choices = _choices([(person.email, person.email), (ELSEWHERE, _("Another address"))] if person.email else [])
        if person.email:
            self.email.label.text = _("The other address")
        self.too_young = person.age(today) is not None and person.age(today) < person.practice.youngest_account_years
        self.relationship.choices = _choices(
            (name, self._who(name)) for name in access.RELATIONSHIPS if name != access.SELF or not self.too_young
        )
        checks = [("", _("None")), ("birth_date", _("Date of birth")), ("code", _("A code you say by phone"))]
        self.second_check.choices = _choices(pair for pair in checks if pair[0] != "birth_date" or person.born_on)

    @property
    def is_chosen(self) -> bool:
        return self.how.data == CHOSEN

    def _who(self, relationship: str):
        return self.person.name if relationship == access.SELF else access_words.kind(relationship)

    def validate_whose(self, field) -> None:
        if field.choices and field.data not in (self.person.email, ELSEWHERE) and not (self.email.data or "").strip():
            raise ValidationError(_("Select an address"))

    def validate_email(self, field) -> None:
        if self.offered:
            return
        if not (field.data or "").strip():
            raise ValidationError(_("Enter an email address"))
        try:
            field.data = clean_address(field.data)
            address_key(field.data)
        except BadAddress:
            raise ValidationError(_("Enter an email address in the correct format, like name@example.com")) from None

    def validate(self, extra_validators=None) -> bool:
        """An unanswered choice of address is told once, by the choice."""
        valid = super().validate(extra_validators)
        if self.whose.errors:
            self.email.errors = []
        return valid

    @property
    def offered(self) -> bool:
        """The address of the contact details was chosen."""
        return bool(self.person.email) and self.whose.data == self.person.email

    @property
    def address(self) -> str:
        return self.person.email if self.offered else self.email.data

    def wanted(self) -> Wanted:
        """What a valid form says."""
        relationship = self.relationship.data
        permissions = access.default_permissions(relationship) if self.how.data == USUAL else self.permissions
        facts = {"second_check": self.second_check.data, "why": self.why.data, "ends_on": self.ends_on.day, "review_on": self.review_on.day}
        return Wanted(self.address, relationship, tuple(permissions), **facts)
