"""What an admin types on the settings page: age steps, who may invite, how long invitations work."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, ValidationError

from portal.access import ADMIN, FRONT_DESK, NARROW, PAUSE, PRACTITIONER, ROLES, STEP_AGES
from portal.forms import PortalForm, clean
from portal.models import Practice
from portal.practice_settings import Wanted

MOST_HOURS, MOST_DAYS = 336, 30
DOES = (SelectChoice("", _("Nothing happens")), SelectChoice(NARROW, _("Access narrows")), SelectChoice(PAUSE, _("Access pauses")))


def _step(label) -> SelectField:
    return SelectField(label, choices=DOES, validators=[AnyOf(("", NARROW, PAUSE), _("Choose what happens"))], validate_choice=False)


def _between(most: int, sentence):
    def check(_form, field) -> None:
        if not (field.data.isascii() and field.data.isdigit() and len(field.data) <= 4 and 1 <= int(field.data) <= most):
            raise ValidationError(sentence)

    return check


class SettingsForm(PortalForm):
    """`seen`: the age steps whose effect was shown to whoever sends the form."""

    step_12 = _step(_("At 12"))
    step_16 = _step(_("At 16"))
    step_18 = _step(_("At 18"))
    roles = SelectMultipleField(
        _("Who else may invite people"),
        choices=[SelectChoice(PRACTITIONER, _("Practitioners, for their own people")), SelectChoice(FRONT_DESK, _("Front desk"))],
        validate_choice=False,
    )
    claim_hours = StringField(
        _("Hours an invitation works"), [_between(MOST_HOURS, _("Enter hours as a number from 1 to 336"))], filters=[clean]
    )
    bulk_claim_days = StringField(
        _("Days a bulk invitation works"), [_between(MOST_DAYS, _("Enter days as a number from 1 to 30"))], filters=[clean]
    )
    seen = HiddenField()

    def __init__(self, practice: Practice, **kwargs):
        now = Wanted.of(practice)
        steps = {f"step_{age}": does for age, does in now.age_steps}
        hours = {"claim_hours": str(now.claim_hours), "bulk_claim_days": str(-(-now.bulk_claim_hours // 24))}
        super().__init__(data={**steps, "roles": now.inviting_roles, **hours}, **kwargs)
        self.other_steps = [pair for pair in now.age_steps if pair[0] not in STEP_AGES]  # set by other means; kept

    @property
    def steps(self) -> list:
        """As `Practice.age_steps` has them."""
        chosen = [[age, self[f"step_{age}"].data] for age in STEP_AGES if self[f"step_{age}"].data]
        return sorted([*chosen, *self.other_steps])

    @property
    def steps_in_short(self) -> str:
        return " ".join(f"{age}:{does}" for age, does in self.steps) or "none"

    def wanted(self) -> Wanted:
        roles = [role for role in ROLES if role == ADMIN or role in self.roles.data]
        return Wanted(self.steps, roles, int(self.claim_hours.data), int(self.bulk_claim_days.data) * 24)

    def validate(self, extra_validators=None) -> bool:
        valid = super().validate(extra_validators)
        paused_at = next((age for age, does in self.steps if does == PAUSE), None)
        for age in STEP_AGES:
            field = self[f"step_{age}"]
            if paused_at is not None and age > paused_at and field.data:
                field.errors = [_("Access is paused from %(first)s on. Choose “Nothing happens” at %(age)s.", first=paused_at, age=age)]
                valid = False
        return valid
