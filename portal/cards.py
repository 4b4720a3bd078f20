"""Numbers of health cards: shown by their last four figures only, found by the whole number or its last figures."""

from sqlalchemy import ColumnElement, func, not_, or_

SHOWN = 4  # figures
WHOLE = 6  # letters and figures that can be a whole number
_BETWEEN = " -/."


def bare(number: str) -> str:
    """Letters and figures only, in capitals: "1234-567-897-AB" is "1234567897AB"."""
    return "".join(c for c in number.upper() if c.isalnum())


def masked(number: str) -> str:
    """ "•••• 7897" for "1234-567-897-AB"; a short number shows nothing of itself."""
    figures = "".join(c for c in number if c.isdigit())
    if not number:
        return ""
    return f"•••• {figures[-SHOWN:]}" if len(figures) > SHOWN else "••••"


def has_number(column, typed: str) -> ColumnElement[bool]:
    """Whether the card in `column` is the one typed, or ends with these figures; letters of a version may stand behind them."""
    plain = func.upper(column)
    for mark in _BETWEEN:
        plain = func.replace(plain, mark, "")
    wanted = bare(typed)
    if not wanted.isdigit():
        return plain == wanted
    versioned = or_(plain.endswith(f"{wanted}_"), plain.endswith(f"{wanted}__"))
    letter_at_the_end = not_(or_(*(plain.endswith(figure) for figure in "0123456789")))
    return or_(plain == wanted, plain.endswith(wanted), versioned & letter_at_the_end)
