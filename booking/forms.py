"""What people type while booking. Access is not checked here."""

import re

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.forms import PortalForm
from portal.ids import secret

LONGEST_NOTE = 500
_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")


def _plain(text: str | None) -> str:
    """One line end for all browsers, nothing a database refuses."""
    return (text or "").replace("\r\n", "\n").replace("\0", "").strip()


class WhoForm(PortalForm):
    who = RadioField(
        _("Who is this appointment for?"), validators=[InputRequired(_("Select who the appointment is for"))], validate_choice=False
    )


class ConfirmForm(PortalForm):
    """`key` makes a double click one booking: it is made with the form and comes back with it."""

    note = TextAreaField(
        filters=[_plain], validators=[Length(max=LONGEST_NOTE, message=_("Your note must be 500 characters or less"))]
    )
    key = HiddenField(default=secret)

    @property
    def booking_key(self) -> str:
        return self.key.data if _KEY.fullmatch(self.key.data or "") else secret()
