"""What is wrong with a health card, in plain words for staff (portal/health_cards.py finds it)."""

from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _

from portal.filters import birth_date
from portal.health_cards import (
    BORN,
    CHECKED,
    DIGIT,
    EXPIRED,
    EXPIRES,
    NAME,
    NO_VERSION,
    SEX,
    SHAPE,
    SHAPES,
    VERSION,
    Card,
    Holder,
    problems,
)
from portal.staff.record_fields import REGIONS


def sentences(card: Card, holder: Holder, today: date) -> list[tuple[str, str]]:
    """Code and sentence of what is wrong; empty if nothing is."""
    return [(code, _words(code, card)) for code in problems(card, holder, today)]


def in_order(card: Card) -> str:
    """What was looked at, and nothing was wrong."""
    if card.region not in SHAPES:
        return _("Choose the province of the card, so that we can look at the number.")
    facts = {"province": REGIONS[card.region]}
    if card.region in CHECKED:
        return _("The number fits the rules of %(province)s. Only the province itself knows whether the card is still in use.", **facts)
    return _("The number is as long as those of %(province)s. There is no check digit that we could look at.", **facts)


def _words(code: str, card: Card) -> str:
    if code == SHAPE:
        return _shape(card.region)
    if code in (EXPIRED, EXPIRES):
        day = birth_date(card.expires_on, locale=get_locale())
        return (
            _("The card ended on %(day)s. Ask for the new one.", day=day)
            if code == EXPIRED
            else _("The card ends on %(day)s. Ask for the new one soon.", day=day)
        )
    return {
        DIGIT: _("The card number has a slip in it: its last digit does not fit the others. Compare it with the card."),
        VERSION: _("The version on cards of Ontario is one or two letters, like AB."),
        NO_VERSION: _("Cards of %(province)s have no version. Compare it with the card.", province=REGIONS.get(card.region, card.region)),
        NAME: _("The card number begins with letters of another name. Cards of Quebec carry the family name at birth."),
        BORN: _("The card number says another date of birth."),
        SEX: _("The card number says another sex assigned at birth."),
    }[code]


def _shape(region: str) -> str:
    return {
        "BC": _("A card number of British Columbia has 10 digits and begins with 9. Compare it with the card."),
        "NT": _("A card number of the Northwest Territories is a letter and 7 digits. Compare it with the card."),
        "ON": _("A card number of Ontario has 10 digits, with the version behind it. Compare it with the card."),
        "QC": _("A card number of Quebec is 4 letters and 8 digits, with the date of birth in it. Compare it with the card."),
    }.get(region) or _(
        "A card number of %(province)s has %(digits)s digits. Compare it with the card.", province=REGIONS[region], digits=_DIGITS[region]
    )


_DIGITS = {"AB": 9, "MB": 9, "NB": 9, "NL": 12, "NS": 10, "NU": 9, "PE": 8, "SK": 9, "YT": 9}
