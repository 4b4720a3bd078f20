"""Money as people type it, in minor units of a currency."""

import re
from decimal import Decimal

from babel.numbers import get_currency_precision

MOST = 10_000_000  # minor units: a hundred thousand dollars


class BadMoney(ValueError):
    """Not an amount, or no amount that anybody asks for a visit."""


def minor_units(text: str, currency: str) -> int | None:
    """ "120", "$120.50", "120,50 $", "1 200,00" → 12000, 12050, 12050, 120000; None for nothing. Raises BadMoney."""
    plain = re.sub(rf"[\s\u00a0\u202f$€£¥]|CAD|USD|EUR|{re.escape(currency)}", "", text or "")
    if not plain:
        return None
    digits = get_currency_precision(currency)
    part = rf"[.,]([0-9]{{1,{max(digits, 2)}}})"
    # Where a unit has three figures of small change, "4.500" is four and a half; where it has two, three figures stand for thousands.
    whole = r"([1-9][0-9]{0,2}(?:[.,'’][0-9]{3})+|[0-9]+)"  # "0.500" is no thousand
    found = digits > 2 and re.fullmatch(whole + part, plain) or re.fullmatch(rf"{whole}(?:{part})?", plain)
    if not found or (found[2] and digits == 0):
        raise BadMoney(text)
    amount = Decimal(f"{re.sub(r'[^0-9]', '', found[1])}.{found[2] or 0}") * 10**digits
    if amount != int(amount) or amount > MOST:
        raise BadMoney(text)
    return int(amount)


def plain_amount(minor: int | None, currency: str) -> str:
    """The same for a text box: 12050 → "120.50", 12000 → "120"."""
    if minor is None:
        return ""
    digits = get_currency_precision(currency)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if rest else str(whole)
