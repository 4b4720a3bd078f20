"""By which words a person is found, and what somebody looks for who types into the search box. Pure: plain values in and out.

A word is one letter for its kind and the text: "nshah" for a name. Whoever types the beginning of it finds it. A number is there from
each of its groups on ("555 0117" finds 416 555 0117), and backwards for its last figures.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import phonenumbers

from portal import cards, matching_names
from portal.folding import fold
from portal.months import month_number

VERSION = 1  # raise it when words() changes: everybody's are made anew
NAME, FORM, PHONE, EMAIL, FILE, CARD, FILE_END, CARD_END = "ngpefcrd"
LONGEST = 79
LEAST_DIGITS, LEAST_OF_A_CARD, LEAST_LETTERS_OF_A_SLIP = 3, cards.SHOWN, 4
LAST = "\U0010ffff"  # nothing that begins with a word comes after the word and this
_FIGURES = re.compile(r"\d+")
_VERSIONED = re.compile(r"(\d{10})[A-Z]{1,2}", re.ASCII)
_AROUND_A_DAY = frozenset("st nd rd th er o of the de del le el".split())  # "1st of May", "1er mai", "1º de mayo"


class Facts(NamedTuple):
    """What a record says that somebody may look for. `numbers` in E.164."""

    given_name: str
    middle_name: str
    preferred_name: str
    family_name: str
    numbers: tuple[str, ...]
    email: str
    file_number: str
    card_number: str


class Wish(NamedTuple):
    """One thing that must fit: a word with one of these `beginnings`, or one of these `wholes`; where nobody has one, a name like `slip`."""

    beginnings: frozenset[str] = frozenset()
    wholes: frozenset[str] = frozenset()
    slip: str = ""


class Wanted(NamedTuple):
    """All `wishes` hold; or one of the `wholes`; or the birth date is one of `days`."""

    wishes: tuple[Wish, ...]
    wholes: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()


# --- what is written down ---


def words(facts: Facts) -> frozenset[str]:
    return frozenset(word[:LONGEST] for word in _words(facts))


def _words(facts: Facts) -> Iterable[str]:
    for name in (facts.given_name, facts.middle_name, facts.preferred_name, facts.family_name):
        yield from (NAME + word for word in parts_of(name))
    for name in (facts.given_name, facts.preferred_name):
        yield from _forms(parts_of(name)[:1])
    for number in facts.numbers:
        yield from (PHONE + rest for rest in _from_each_group(number))
    yield from (EMAIL + rest for rest in _from_each_part(facts.email.strip().lower()))
    if facts.file_number:
        yield FILE + facts.file_number.strip().lower()
        yield FILE_END + facts.file_number.strip().lower()[::-1]
    if facts.card_number:
        yield CARD + cards.bare(facts.card_number)
        yield CARD_END + _digits(facts.card_number)[::-1]


def _forms(names: Iterable[str]) -> Iterable[str]:
    """One word for each group of names that are short for one another."""
    written, called = matching_names.forms()
    return (f"{FORM}{group}" for name in names for group in written.get(name, set()) | called.get(name, set()))


def parts_of(name: str) -> list[str]:
    """ "Jean-François" is found as "jean" and as "francois"."""
    return fold(name).split()


def _from_each_group(number: str) -> Iterable[str]:
    """ "4165550117", "5550117" and "0117" for +1 416 555 0117."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return [_digits(number)]
    national = phonenumbers.national_significant_number(parsed)
    said = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    groups = _FIGURES.findall(said)
    rests = {"".join(groups[n:]) for n in range(len(groups))}
    return {national, *(rest for rest in rests if len(rest) >= LEAST_DIGITS)}


def _from_each_part(address: str) -> Iterable[str]:
    """ "wei.chen@example.com", "chen@example.com"."""
    local, at, host = address.partition("@")
    if not address:
        return []
    parts = re.split(r"[._+\-]", local)
    return {
        address,
        *(address[sum(len(part) + 1 for part in parts[:n]) :] for n in range(len(parts)) if at),
        *([f"@{host}"] if host else []),
    }


# --- what is asked ---


def wanted(asked: str, calling_code: str = "1") -> Wanted:
    """What somebody wants who typed this; `calling_code` is the practice's country's, which may stand before a number."""
    digits, has_letters, days = _digits(asked), any(c.isalpha() for c in asked), days_of(asked)
    if "@" in asked:
        return Wanted((Wish(frozenset({EMAIL + "".join(asked.lower().split())})),))
    if not has_letters:
        return Wanted((_number(digits, calling_code),), _whole(asked), days)
    names = parts_of(asked.replace(",", " "))  # "Shah, Priya", as lists have it
    if digits:  # "priya 0117"; or a file or a card with letters in it, or a day
        found = (_number(_digits(word), calling_code) if word.isdecimal() else _name(word) for word in names)
        return Wanted(tuple(found), _whole(asked), days)
    if len(names) == 1:  # "priya" may be the beginning of an address or a file as well
        return Wanted((_name(names[0], EMAIL + asked.strip().lower()),), _whole(asked))
    return Wanted(tuple(_name(word) for word in names))


def _name(word: str, *more: str) -> Wish:
    """ "bob" finds Robert too."""
    return Wish(frozenset({NAME + word, *more}), frozenset(_forms([word])), word)


def _number(digits: str, calling_code: str) -> Wish:
    """From one of its groups on, or its last figures: of a telephone, a file, a card."""
    bare = digits.lstrip("0")
    found = {PHONE + one for one in (digits, bare, bare.removeprefix(calling_code)) if len(one) >= LEAST_DIGITS}
    ends = {FILE_END + digits[::-1]} if digits else set()
    cards_too = {CARD_END + digits[::-1]} if len(digits) >= LEAST_OF_A_CARD else set()
    return Wish(frozenset(found | ends | cards_too))


def _whole(asked: str) -> frozenset[str]:
    """The file of this number, the card of this number; Ontario's cards have a version behind it, which records keep beside it or in it."""
    bare = cards.bare(asked)
    versioned = _VERSIONED.fullmatch(bare)
    return frozenset(
        {FILE + asked.strip().lower(), *({CARD + bare} if len(bare) >= cards.WHOLE else ()), *({CARD + versioned[1]} if versioned else ())}
    )


def days_of(asked: str) -> frozenset[date]:
    """The days that this may be: "4 May 1987", "1987-05-04", "19870504", "4/5/87" either way round; nothing when it is none."""
    words = [_month(word) or word for word in re.findall(r"[^\W\d_]+|\d+", fold(asked)) if word not in _AROUND_A_DAY]
    if len(words) == 1 and re.fullmatch(r"[12]\d{7}", str(words[0]), re.ASCII):
        return _dates([(words[0][:4], words[0][4:6], words[0][6:])])
    if len(words) != 3:
        return frozenset()
    months = [word for word in words if isinstance(word, int)]
    numbers = [word for word in words if isinstance(word, str) and word.isdigit()]
    if len(months) + len(numbers) != 3 or len(months) > 1:
        return frozenset()
    if months:
        return _dates([(numbers[1], months[0], numbers[0])] if len(numbers[1]) in (2, 4) else [(numbers[0], months[0], numbers[1])])
    if len(numbers[0]) == 4:
        return _dates([tuple(numbers), (numbers[0], numbers[2], numbers[1])])
    return _dates([(numbers[2], numbers[1], numbers[0]), (numbers[2], numbers[0], numbers[1])])


def _dates(said: list[tuple]) -> frozenset[date]:
    found = set()
    for year, month, day in said:
        for whole in [int(year)] if len(str(year)) == 4 else [1900 + int(year), 2000 + int(year)]:
            try:
                found.add(date(whole, int(month), int(day)))
            except (ValueError, OverflowError):
                continue
    return frozenset(found)


def _month(word: str) -> int | None:
    try:
        return month_number(word) if word.isalpha() else None
    except ValueError:
        return None


def _digits(text: str) -> str:
    return "".join(c for c in text if c in "0123456789")


def most_slips(word: str) -> int:
    """How many slips of the finger a name of this length may have and still be meant."""
    return 0 if len(word) < LEAST_LETTERS_OF_A_SLIP else 1 if len(word) < 8 else 2
