"""Fresh duplicates with the slips people make, after the manner of Febrl's generator (from memory, no code of it): a few fields of a record
are spoilt, each once or more. What is mended is seen at some seeds and measured at others, never at the pairs of a public set alone."""

import random
from collections.abc import Callable, Mapping
from typing import NamedTuple

Record = dict[str, str]


class Level(NamedTuple):
    """How many duplicates an original has (their shares from one on), how many slips a duplicate has in all and a field at most."""

    duplicates: tuple[float, ...]
    slips: int
    slips_a_field: int


SEVERAL = Level((4, 3, 2, 1.5, 1), slips=4, slips_a_field=2)  # as set 2 looks
HARDER = Level((3, 3, 2, 2, 2), slips=6, slips_a_field=2)
ONE_EACH = Level((1,), slips=6, slips_a_field=3)
LEVELS = {"several an original": SEVERAL, "several, harder": HARDER, "one each, harder": ONE_EACH}
SEEN, HELD_OUT = range(1, 4), range(101, 104)

# How often which field is spoilt, and how: ours to guess, near what sets 1 and 2 look like.
_FIELDS = {
    "given_name": 13, "surname": 14, "address_1": 16, "address_2": 18, "street_number": 8, "suburb": 12, "postcode": 8, "date_of_birth": 5, "soc_sec_id": 5,
}  # fmt: skip
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
_BESIDE = {char: row[max(at - 1, 0) : at + 2].replace(char, "") for row in _ROWS for at, char in enumerate(row)}
_SCANNED = {
    "l": "1i",
    "i": "l1",
    "o": "0",
    "0": "o",
    "s": "5",
    "m": "n",
    "n": "hm",
    "u": "v",
    "v": "u",
    "e": "c",
    "c": "e",
    "g": "q",
    "b": "h",
    "5": "s",
    "1": "l",
}
_HEARD = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("c", "k"), ("k", "c"), ("ie", "y"), ("y", "ie"), ("y", "i"), ("ee", "ea"), ("s", "z"), ("z", "s"), ("th", "t"), ("ll", "l"), ("l", "ll"),
    ("nn", "n"), ("n", "nn"), ("tt", "t"), ("ei", "ie"), ("ai", "ay"), ("ou", "u"), ("wh", "w"), ("sh", "sch"), ("x", "ks"), ("v", "w"), ("e", "a"), ("o", "u"),
)  # fmt: skip
_SHORT = {
    "street": "st",
    "avenue": "ave",
    "crescent": "cres",
    "place": "pl",
    "drive": "dr",
    "road": "rd",
    "circuit": "cct",
    "court": "ct",
    "close": "cl",
    "village": "vlge",
}


def duplicated(originals: Mapping[str, Record], level: Level, seed: int, share: float = 0.4) -> dict[str, Record]:
    """The originals, and of `share` of them one or more duplicates, named as Febrl does ("rec-7-dup-0")."""
    draw, found = random.Random(seed), dict(originals)
    pool = {field: [row[field] for row in originals.values() if row[field]] for field in _FIELDS}
    for name in draw.sample(sorted(originals), int(len(originals) * share)):
        counts = range(1, len(level.duplicates) + 1)
        for number in range(draw.choices(counts, level.duplicates)[0]):
            found[name.replace("-org", f"-dup-{number}")] = spoilt(originals[name], level, draw, pool)
    return found


def spoilt(original: Record, level: Level, draw: random.Random, pool: Mapping[str, list[str]]) -> Record:
    """The record with one slip or more. `pool`: the values of each field, for what is replaced by another."""
    row, times = dict(original), dict.fromkeys(_FIELDS, 0)
    for _ in range(draw.randint(1, level.slips)):
        field = draw.choices(list(_FIELDS), list(_FIELDS.values()))[0]
        if times[field] >= level.slips_a_field:
            continue
        times[field] += 1
        kind = draw.random()
        if kind < 0.07:
            row[field] = ""
        elif kind < (0.25 if field in ("given_name", "date_of_birth", "soc_sec_id") else 0.12):
            row[field] = f"{draw.randrange(10**7):07d}" if field == "soc_sec_id" else draw.choice(pool[field])
        elif kind < 0.32 and field in _EXCHANGED:
            other = _EXCHANGED[field]
            row[field], row[other] = row[other], row[field]
        elif row[field]:
            row[field] = _slip(field, row[field], draw)
        else:
            row[field] = draw.choice(pool[field])
    return row


_EXCHANGED = {"given_name": "surname", "surname": "given_name", "address_1": "address_2", "address_2": "address_1"}


def _slip(field: str, text: str, draw: random.Random) -> str:
    digits = text.isdigit()
    kinds: list[Callable] = [_insert, _drop, _beside, _beside, _exchange, _exchange]
    if not digits:
        kinds += [_scan, _hear, _space]
    if " " in text:
        kinds += [_words, _join, _shorten]
    if field in ("date_of_birth", "soc_sec_id", "postcode"):
        kinds = [_beside, _digit, _exchange]  # a mask takes neither more nor fewer
    if field == "date_of_birth":
        kinds += [lambda text, draw: text[:4] + text[6:] + text[4:6]]
    return draw.choice(kinds)(text, draw).strip()


def _at(text: str, draw: random.Random) -> int:
    """Rarely the first letter."""
    return min(len(text) - 1, draw.randrange(len(text)) if draw.random() < 0.3 else draw.randint(1, max(1, len(text) - 1)))


def _insert(text: str, draw: random.Random) -> str:
    at = _at(text, draw)
    letter = (
        draw.choice(_BESIDE.get(text[at], "e") + text[at])
        if draw.random() < 0.7
        else draw.choice("abcdefghijklmnopqrstuvwxyz" if not text.isdigit() else "0123456789")
    )
    return text[: at + 1] + letter + text[at + 1 :]


def _drop(text: str, draw: random.Random) -> str:
    at = _at(text, draw)
    return text[:at] + text[at + 1 :] if len(text) > 1 else text


def _beside(text: str, draw: random.Random) -> str:
    at = _at(text, draw)
    return text[:at] + draw.choice(_BESIDE.get(text[at], "x")) + text[at + 1 :]


def _digit(text: str, draw: random.Random) -> str:
    at = _at(text, draw)
    return text[:at] + draw.choice("0123456789") + text[at + 1 :]


def _exchange(text: str, draw: random.Random) -> str:
    at = min(_at(text, draw), len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :] if at >= 0 else text


def _scan(text: str, draw: random.Random) -> str:
    places = [at for at, char in enumerate(text) if char in _SCANNED]
    at = draw.choice(places) if places else 0
    return text[:at] + draw.choice(_SCANNED.get(text[at], text[at])) + text[at + 1 :]


def _hear(text: str, draw: random.Random) -> str:
    found = [pair for pair in _HEARD if pair[0] in text]
    return text.replace(*draw.choice(found), 1) if found else text


def _space(text: str, draw: random.Random) -> str:
    at = _at(text, draw)
    return f"{text[:at]} {text[at:]}"


def _words(text: str, draw: random.Random) -> str:
    """Two words exchanged, or one forgotten."""
    words = text.split()
    if len(words) > 1:
        at = draw.randrange(len(words) - 1)
        words[at : at + 2] = [words[at + 1], words[at]] if draw.random() < 0.5 else [draw.choice(words[at : at + 2])]
    return " ".join(words)


def _join(text: str, draw: random.Random) -> str:
    return text.replace(" ", "", 1)


def _shorten(text: str, draw: random.Random) -> str:
    return " ".join(_SHORT.get(word, word) for word in text.split())
