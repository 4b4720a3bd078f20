"""The countries a practice can be in, and their regions: whose public holidays it keeps, and how its telephone numbers are read."""

from functools import lru_cache

import holidays
import phonenumbers
from babel import Locale

LONGEST = 10  # characters of the column


def countries(locale: Locale) -> list[tuple[str, str]]:
    """(ISO 3166-1 code, name), by name: those whose holidays and telephone numbers are known."""
    known = (code for code in _known() if code in phonenumbers.SUPPORTED_REGIONS and code in locale.territories)
    return sorted(((code, locale.territories[code]) for code in known), key=lambda one: one[1].casefold())


@lru_cache(maxsize=32)
def regions(country: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of the regions of a country that have holidays of their own, by name; none of a country that is not known."""
    codes = [code for code in _known().get(country, ()) if len(code) <= LONGEST]
    if not codes:
        return ()
    names = holidays.country_holidays(country).get_subdivision_aliases()
    return tuple(sorted(((code, _name(names.get(code), code)) for code in codes), key=lambda one: one[1].casefold()))


def _name(names: list[str] | None, code: str) -> str:
    """The first that is no code itself; "971" is also "GP", "GUA" and "Guadeloupe"."""
    return next((name for name in names or () if not name.isupper()), code)


@lru_cache(maxsize=1)
def _known() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)
