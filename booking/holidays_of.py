"""Public holidays of a country and region, from a library that others keep up to date."""

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=512)
def public_holidays(country: str, region: str, year: int, language: str = "en") -> tuple[tuple[date, str], ...]:
    """`(date, name)` of one year, in order: `("CA", "ON", 2027)`. Nothing for a country the library does not know."""
    try:
        return _of(country, region, year, language)
    except NotImplementedError:
        return ()


def _of(country: str, region: str, year: int, language: str) -> tuple[tuple[date, str], ...]:
    known = holidays.list_supported_countries()
    languages = holidays.list_localized_countries().get(country, [])
    spoken = next((each for each in languages if each == language or each.startswith(language + "_")), None)
    found = holidays.country_holidays(country, subdiv=region if region in known.get(country, ()) else None, years=year, language=spoken)
    return tuple(sorted(found.items()))
