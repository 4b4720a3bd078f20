"""What people type while booking, and staff at the desk. Access is not checked here."""

import datetime
import re

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import DateInput

from portal.forms import PortalForm
from portal.ids import secret

LONGEST_NOTE = 500
_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")


def plain(text: str | None) -> str:
    """One line end for all browsers, nothing a database refuses."""
    return (text or "").replace("\r\n", "\n").replace("\0", "").strip()


class WhoForm(PortalForm):
    who = RadioField(
        _("Who is this appointment for?"), validators=[InputRequired(_("Select who the appointment is for"))], validate_choice=False
    )


class _OnceForm(PortalForm):
    """`key` makes a double click one booking: it is made with the form and comes back with it."""

    key = HiddenField(default=secret)

    @property
    def booking_key(self) -> str:
        return self.key.data if _KEY.fullmatch(self.key.data or "") else secret()


class HandOverForm(_OnceForm):
    """Who an appointment should be for instead: `to` is the public id of a link."""

    to = RadioField(_("Who should it be for instead?"), validators=[InputRequired(_("Select who it should be for"))], validate_choice=False)


class ConfirmForm(_OnceForm):
    note = TextAreaField(filters=[plain], validators=[Length(max=LONGEST_NOTE, message=_("Your note must be 500 characters or less"))])


class DayForm(PortalForm):
    """Which day of the calendar, and whose. Read from the address; `day` is the date once the form is valid."""

    FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)

    date = StringField(_("Day"), widget=DateInput())
    with_ = SelectField(_("Practitioner"), name="with", validate_choice=False)

    def validate_date(self, field) -> None:
        try:
            self.day = datetime.date.fromisoformat(field.data.strip())
        except ValueError:
            raise ValidationError(_("Enter a day as year-month-day, like 2027-01-15")) from None
        if not self.FIRST <= self.day <= self.LAST:
            raise ValidationError(_("Enter a day between 2000 and 2099"))
