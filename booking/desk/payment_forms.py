"""What staff type about money: amounts as people write them, days, reasons. Whether it can be done is not checked here."""

import datetime

from babel.numbers import get_currency_precision, get_decimal_symbol
from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError
from wtforms.widgets import DateInput

from booking.forms import ConfirmForm
from booking.payment_words import methods
from portal.filters import birth_date, home
from portal.forms import DayField, PortalForm, clean
from portal.models import Practice
from portal.money import BadMoney, minor_units, plain_amount

FIRST = datetime.date(2000, 1, 1)
_LONG = Length(max=200, message=_("Use 200 characters or fewer"))


def typed(minor: int, currency: str) -> str:
    """As people who read this language type it: "45.50", "45,50"."""
    return plain_amount(minor, currency).replace(".", get_decimal_symbol(home(get_locale())))


class AmountForm(PortalForm):
    """`minor`: the amount in minor units once the form is valid."""

    amount = StringField(_("Amount"), [InputRequired(_("Enter an amount"))], filters=[clean])
    minor: int
    least = 1

    def __init__(self, practice: Practice, prefilled: int = 0, **kwargs):
        super().__init__(**kwargs)
        self._currency = practice.currency
        if not self.is_submitted() and prefilled:
            self.amount.data = typed(prefilled, practice.currency)

    def validate_amount(self, field) -> None:
        try:
            found = minor_units(field.data, self._currency)
        except BadMoney:
            found = None
        if found is None:
            raise ValidationError(self._like())
        if found < self.least:
            raise ValidationError(_("Enter an amount above 0"))
        self.minor = found

    def _like(self):
        one, digits = 45, get_currency_precision(self._currency)
        if not digits:
            return _("Enter an amount like %(amount)s", amount=typed(one * 100, self._currency))
        whole, part = typed(one * 10**digits, self._currency), typed(one * 10**digits + 5 * 10 ** (digits - 1), self._currency)
        return _("Enter an amount like %(amount)s or %(other)s", amount=whole, other=part)


class EntryForm(AmountForm, ConfirmForm):
    """Money that changed hands on a day; `since`: of a refund, the day on which it had come in."""

    method = SelectField(_("How it was paid"), choices=[], validate_choice=False)
    received_on = DayField(_("Day"), [InputRequired(_("Enter the day"))], widget=DateInput())
    note = StringField(_("Note"), [_LONG], filters=[clean])

    def __init__(
        self, practice: Practice, today: datetime.date, prefilled: int = 0, method: str = "", since: datetime.date = FIRST, **kwargs
    ):
        super().__init__(practice, prefilled, **kwargs)
        self._today, self._since = today, since
        self.method.choices = [*([] if method else [("", _("Choose"))]), *methods().items()]
        self.method.validators = [AnyOf(list(methods()), _("Choose how it was paid"))]
        if not self.is_submitted():
            self.received_on.data, self.method.data = today, method

    def validate_received_on(self, field) -> None:
        if field.data and field.data > self._today:
            raise ValidationError(_("The day must be today or earlier"))
        if field.data and field.data < FIRST:
            raise ValidationError(_("Enter a day after 1999"))
        if field.data and field.data < self._since:
            came = birth_date(self._since, locale=get_locale())
            raise ValidationError(
                _(
                    "The money came in on %(day)s. Enter that day or a later one. If that day is wrong, choose “This entry is wrong” on the receipt.",
                    day=came,
                )
            )


class PaymentForm(EntryForm):
    """`known`: how far beyond what is due was shown, if the tick says that it is known; else 0."""

    over = HiddenField()

    @property
    def known(self) -> int:
        said = self.over.data or ""
        return int(said[:12]) if "know" in request.form and said.isdecimal() else 0


class DueForm(AmountForm):
    """`seen`: what was due when it was shown (payments.due_mark)."""

    seen = HiddenField()
    reason = StringField(_("Why"), [InputRequired(_("Enter a reason")), _LONG], filters=[clean])
    least = 0


class MistakeForm(ConfirmForm):
    note = StringField(_("What was wrong"), [InputRequired(_("Enter what was wrong")), _LONG], filters=[clean])


class MailForm(ConfirmForm):
    to = HiddenField()
