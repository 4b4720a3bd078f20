"""What an invitation asks: the second check, and the details of a new account."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from wtforms import FormField

from portal import claims
from portal.forms import CodeForm, DateParts, PortalForm, SignUpForm
from portal.models import Invitation


class BirthDateForm(PortalForm):
    """`own`: the invitation is for the reader; else for somebody they act for, whose date of birth is asked."""

    born_on = FormField(DateParts, _("Date of birth"))

    def __init__(self, *, own: bool, today: date, **kwargs):
        super().__init__(**kwargs)
        self.own, self.born_on.form.before = own, today
        self.born_on.label.text = _("Your date of birth") if own else _("Date of birth of the person you would book for")
        if not own:
            self.born_on.form.missing = _("Enter their date of birth")

    def is_right(self, invitation: Invitation) -> bool:
        return claims.is_birth_date(invitation, self.born_on.form.value)

    def say_wrong(self, left: int) -> None:
        sentence = ngettext(
            "That date of birth does not match the clinic’s record. You have 1 try left",
            "That date of birth does not match the clinic’s record. You have %(num)s tries left",
            left,
        )
        self.born_on.form._wrong(None, sentence)


class SpokenCodeForm(CodeForm):
    def is_right(self, invitation: Invitation) -> bool:
        return claims.is_code(invitation, self.code.data)

    def say_wrong(self, left: int) -> None:
        sentence = ngettext("That code is not right. You have 1 try left", "That code is not right. You have %(num)s tries left", left)
        self.code.errors = [sentence]


class SetUpForm(SignUpForm):
    """Without a telephone: the practice has one, or asks. With a mailed link the address is the link's, whatever was sent."""

    phone = None
