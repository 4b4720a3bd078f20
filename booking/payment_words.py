"""Money in plain words: how it was paid, and its lines in the ledger. Who sees an appointment only as "busy" reads nothing of its money,
nor do staff to whom payments are not shown."""

from flask_babel import get_locale
from flask_babel import gettext as _

from booking.ledger_words import appointments_of_lines, seen_wholly, with_facts
from booking.models import Appointment
from portal.filters import money
from portal.ledger_words import Line, Reader, tells
from portal.permissions import PAYMENTS


def methods() -> dict[str, str]:
    """The ways to pay, in the order of a form."""
    return {
        "cash": _("Cash"),
        "card": _("Card at the desk"),
        "transfer": _("Bank transfer"),
        "cheque": _("Cheque"),
        "insurance": _("Insurance"),
        "other": _("Another way"),
    }


def kinds() -> dict[str, str]:
    """What an entry is, as the first word of its line."""
    return {"payment": _("Payment"), "refund": _("Refund"), "reversal": _("Correction")}


@tells("paid", "refunded", "payment_reversed", "due_set", "receipt_mailed", load=appointments_of_lines)
def about_money(line: Line, reader: Reader, known: dict[int, Appointment]) -> str | None:
    if not seen_wholly(line, reader, known) or reader.staff is not None and not reader.staff.may(PAYMENTS):
        return None
    facts = line.row.facts
    amount, number = money(facts["amount"], facts["currency"], locale=get_locale()), facts.get("number")
    said = {
        "paid": _("%(amount)s paid, receipt %(number)s", amount=amount, number=number),
        "refunded": _("%(amount)s given back, receipt %(number)s", amount=amount, number=number),
        "payment_reversed": _("An entry of %(amount)s was a mistake and was taken back, receipt %(number)s", amount=amount, number=number),
        "receipt_mailed": _("Receipt %(number)s sent by email", number=number),
        "due_set": _("Amount due: %(amount)s", amount=amount),
    }[line.row.verb]
    if reader.staff is not None and facts.get("reason"):
        said = _("%(what)s (%(reasons)s)", what=said, reasons=facts["reason"])
    return with_facts(said, line, reader, known)
