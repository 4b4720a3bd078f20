"""What people type when they give somebody access or change it. Only what they may do themselves is on offer; who may decide is not checked here."""

from collections.abc import Collection
from datetime import date

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import EmailField, Form, FormField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from portal import access, access_words, family
from portal.access import PERMISSIONS
from portal.addresses import BadAddress, address_key, clean_address
from portal.filters import birth_date
from portal.forms import ADULT_YEARS, PortalForm, clean, no_address
from portal.months import month_number

USUAL = (access.BOOK, access.CHANGE, access.GET_NOTICES)


class LastDay(Form):
    """Day, month and year of the last day of something, or all three empty: `value` is then None."""

    day = StringField(_("Day"), filters=[clean])
    month = StringField(_("Month"), filters=[clean])
    year = StringField(_("Year"), filters=[clean])
    value: date | None = None
    today: date  # the earliest there can be, and the latest if there is one; set by the form that holds it
    latest: date | None = None

    def validate(self, extra_validators=None) -> bool:
        super().validate(extra_validators)
        parts = [part.data for part in (self.day, self.month, self.year)]
        if not any(parts):
            return True
        try:
            self.value = date(int(parts[2]), month_number(parts[1]), int(parts[0]) if len(parts[0]) <= 2 else 0)
        except ValueError:
            return self._wrong(_("The last day must be a real date, like 27 3 2027"))
        if self.latest and self.value > self.latest:
            return self._wrong(_("The last day must be %(day)s or earlier, as yours is", day=birth_date(self.latest, locale=get_locale())))
        return True if self.value >= self.today else self._wrong(_("The last day must be today or later"))

    def _wrong(self, sentence) -> bool:
        self.value = None
        self.form_errors.append(sentence)
        return False


def level_field() -> RadioField:
    return RadioField(_("What may they see?"), validate_choice=False)


def may_field() -> SelectMultipleField:
    return SelectMultipleField(_("What may they do?"))


class AccessForm(PortalForm):
    """What somebody may see and do: `permissions`, at most `may_give`."""

    level, may = level_field(), may_field()

    def __init__(self, *, name: str, may_give: Collection[str], **kwargs):
        super().__init__(**kwargs)
        if self.is_submitted() and not self.level.raw_data:
            self.level.data = None  # nothing chosen is nothing said, whatever it was before
        levels = {level: words for level, words in access_words.levels(name).items() if set(access.at_level((), level)) <= set(may_give)}
        self.level.choices = [SelectChoice(*pair) for pair in levels.items()]
        self.level.validators = [AnyOf(tuple(levels), _("Choose what they may see"))]
        self.may.choices = [SelectChoice(*pair) for pair in access_words.ticks(name).items() if pair[0] in may_give]

    @property
    def permissions(self) -> tuple[str, ...]:
        return tuple(access.at_level(self.may.data, self.level.data))

    def validate(self, extra_validators=None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not set(self.permissions) - {access.GET_NOTICES}:
            self.may.errors = [_("Tick something they may do, or choose something they may see")]
            return False
        return True


class GiveForm(AccessForm):
    email = EmailField(_("Their email address"), [DataRequired(_("Enter the email address of the person you want to give access to"))])
    relationship = RadioField(validate_choice=False)
    level, may = level_field(), may_field()  # once more: problems are listed in the order of the page
    until = FormField(LastDay, _("Last day (optional)"))
    why = TextAreaField(
        _("A note to them"),
        [
            Length(max=500, message=_("The note must be 500 characters or less")),
            no_address(_("Write the note without a web or email address")),
        ],
        filters=[lambda text: (text or "").strip()],
    )

    def __init__(self, *, mine, on: date, **kwargs):
        """`mine`: the Link of the one who gives; `on`: today at the practice. Whom the clinic has not confirmed may write no note."""
        profile = mine.profile
        super().__init__(name=access_words.named(mine), may_give=mine.permissions_on(on), data={"may": USUAL}, **kwargs)
        self._own_key, self.until.form.today, self.until.form.latest = mine.account.email_key, on, mine.ends_on
        if family.is_unconfirmed(mine):
            del self.why
        kinds = relationships(profile.age(on))
        self.relationship.choices = [SelectChoice(name, access_words.kind(name)) for name in kinds]
        self.relationship.validators = [AnyOf(kinds, _("Choose who they are"))]

    def validate_email(self, field) -> None:
        try:
            field.data = clean_address(field.data)
        except BadAddress as error:
            raise ValidationError(_("Enter an email address in the correct format, like name@example.com")) from error
        if address_key(field.data) == self._own_key:
            raise ValidationError(_("You cannot give yourself access"))


class ChangeForm(AccessForm):
    """Somebody's access as it is now, to be changed. After an age step has paused it nothing is chosen beforehand."""

    def __init__(self, *, mine, theirs, on: date, **kwargs):
        has = theirs.permissions_on(on)
        start = (
            {"may": [name for name in theirs.permissions if name in USUAL]}
            if theirs.is_paused(on)
            else {"may": list(has), "level": access.level(has)}
        )
        may_give = mine.permissions_on(on) | has  # what an age step took from them comes back only from who has it
        super().__init__(name=access_words.named(mine), may_give=[name for name in PERMISSIONS if name in may_give], data=start, **kwargs)


def relationships(age: int | None) -> tuple[str, ...]:
    """Who somebody can be to a person of this age: nobody is a parent of an adult's record, nor the carer of a child."""
    if age is None:
        return "parent", "guardian", "carer", "trusted"
    return ("parent", "guardian", "trusted") if age < ADULT_YEARS else ("trusted", "carer", "guardian")
