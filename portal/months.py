"""Months and days of the week as people write them: a month by number, or by a name in any of our languages, whole or shortened."""

import unicodedata
from functools import lru_cache

from babel import dates

from portal.config import Defaults

SHORTEST = 3  # letters; fewer say nothing


def month_number(typed: str) -> int:
    """3 for "3", "03", "March", "mar.", "mars", "marzo". ValueError for what names no month, or may be two ("jui")."""
    if typed.isascii() and typed.isdecimal() and len(typed) <= 2:
        return int(typed)
    begin = _plain(typed)
    months = {number for number, name in _names() if name.startswith(begin)} if len(begin) >= SHORTEST else set()
    if len(months) != 1:
        raise ValueError(f"no one month: {typed!r}")
    return months.pop()


def is_day_name(typed: str) -> bool:
    """ "Friday", "ven.", "vie"."""
    return len(_plain(typed)) >= SHORTEST and any(name.startswith(_plain(typed)) for name in _days())


@lru_cache(maxsize=1)
def _days() -> frozenset[str]:
    return frozenset(_plain(name) for code in Defaults.LANGUAGES for name in dates.get_day_names("wide", locale=code).values())


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[int, str], ...]:
    return tuple(
        (number, _plain(name)) for code in Defaults.LANGUAGES for number, name in dates.get_month_names("wide", locale=code).items()
    )


def _plain(text: str) -> str:
    """Small letters without accents or a dot at the end: "Déc." is "dec"."""
    letters = unicodedata.normalize("NFD", text.casefold().rstrip("."))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
