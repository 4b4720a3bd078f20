"""How alike two names are: letters of every script, spelling, short forms, middle names, order and slips of the finger.

Two *known* given names that differ are two people (Mia and Mila may be twins); a name nobody bears may be a slip ("michafla").
"""

import re
from functools import cache, lru_cache
from pathlib import Path

from anyascii import anyascii
from rapidfuzz.distance import OSA, JaroWinkler

_DATA = Path(__file__).parent / "data"
_PARTICLES = frozenset("al ap bin bint da das de del della den der di do dos du el la las le les los of san st ste ten ter van vom von y e i zu".split())
_VOWELS = frozenset("aeiou")
_TITLES = frozenset("mr mrs ms miss mx dr prof mme mlle sir dame madame monsieur".split())
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "jr", "iii": "iii", "iv": "iv", "2nd": "jr", "3rd": "iii"}
# One sound, many spellings: across alphabets, and across clerks. In this order. What tells Julien from Julienne and Jan from Jane stays.
_SOUNDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        ("([aou])e(?=[^aeiouy])", r"\1"), ("ph", "f"), ("tch|tsch|cz", "ch"), ("sch|sz", "sh"), ("dzh|dj", "j"), ("kh|ck|qu|q|ch(?=[rl])", "k"), ("zh", "j"),
        ("gh", "g"), ("th", "t"), ("wh", "w"), ("c(?=[eiy])", "s"), ("c(?!h)", "k"), ("x", "ks"), ("ou|oo", "u"), ("ee|ie|ei|ij|y|j(?=[aeiou]?$)", "i"),
        ("w", "v"), ("(?<=.)z", "s"), ("(?<=.)(?:ff|v)$", "f"), ("(?<=[aeiou])h(?![aeiou])", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


def lines(name: str) -> list[str]:
    """The lines of a data file, without its remarks."""
    return [line for line in (_DATA / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


@cache
def _forms() -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """name → the lines where it stands before the colon; after it."""
    written, called = {}, {}
    for number, line in enumerate(lines("short_names.txt")):
        for side, part in zip((written, called), line.split(":")):
            for name in part.split():
                side.setdefault(name, set()).add(number)
    return written, called


@cache
def _known() -> frozenset[str]:
    written, called = _forms()
    return frozenset(word for line in lines("given_names.txt") for word in line.split()) | written.keys() | called.keys()


@cache
def _common() -> frozenset[str]:
    return frozenset(word for line in lines("family_names.txt") for word in line.split())


@lru_cache(65536)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in small Latin letters: "O'Brien-Łukasz" is ("obrien", "lukasz"). Titles go."""
    plain = re.sub(r"['’`´‘ʼ.]", "", anyascii(name)).lower()
    found = tuple(word for word in re.split(r"[^a-z0-9]+", plain) if word)
    return tuple(word for word in found if word not in _TITLES) or found


@lru_cache(65536)
def sound(word: str) -> str:
    """One spelling for what is written in many ways: Mohammed and Muhamad are not one, Catherine and Katherine are."""
    for pattern, to in _SOUNDS:
        word = pattern.sub(to, word)
    return word


@lru_cache(65536)
def bones(word: str) -> str:
    """The first letter and the consonants that follow: what is left of a name in scripts that write no vowels."""
    heard = sound(word)
    return heard[:1] + re.sub("[aeiouhy]", "", heard[1:])


def split(given: str, family: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(words of the given name, words of the family name without particles, generation: "jr", "sr", "iii" or "")"""
    first, last = words(given), words(family)
    generation = next((_GENERATIONS[word] for word in (*last[1:], *first[1:]) if word in _GENERATIONS), "")
    first = tuple(word for at, word in enumerate(first) if at == 0 or word not in _GENERATIONS)
    last = tuple(word for at, word in enumerate(last) if at == 0 or word not in _GENERATIONS)
    return first, tuple(word for word in last if word not in _PARTICLES) or last, generation


def is_common(family: tuple[str, ...]) -> bool:
    """Whether strangers often share the family name."""
    return len(family) == 1 and family[0] in _common()


def forms(word: str) -> list[int]:
    """The names of which a given name is a form, as numbers; those it spells first."""
    written, called = _forms()
    return sorted(written.get(word, ())) + sorted(called.get(word, ()))


def _is_form(one: str, other: str) -> bool:
    """Bob and Robert; Liz and Lizzie; not Beth and Lisa, though each may be an Elizabeth."""
    written, called = ({name: side.get(name, frozenset()) for name in (one, other)} for side in _forms())
    if written[one] & (written[other] | called[other]) or called[one] & written[other]:
        return True
    return bool(called[one] & called[other]) and (one.startswith(other) or other.startswith(one) or one[:3] == other[:3])


def slips(one: str, other: str) -> bool:
    """Whether one spelling may be the other, mistyped."""
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < 3 else 1 if shorter < 5 else 2 if shorter < 9 else 3
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed or (shorter > 5 and JaroWinkler.similarity(one, other) >= 0.93)


@lru_cache(262144)
def given(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How two given names compare: same, spelling, short, part, initial, typo, close, different, missing ("close": may be another name)."""
    if not one or not other:
        return "missing"
    a, b = "".join(one), "".join(other)
    if a == b:
        return "same"
    if len(one) > 1 or len(other) > 1:
        return _given_of_many(one, other, a, b)
    return _word(a, b)


def _given_of_many(one, other, a: str, b: str) -> str:
    whole = _word(a, b)
    if whole in ("spelling", "typo"):
        return whole
    first = _word(one[0], other[0])
    if first in ("same", "spelling", "short", "typo") and (len(one) == 1 or len(other) == 1):
        return "part" if first in ("same", "spelling") else first
    if first in ("same", "spelling", "short"):
        rest = [_word(x, y) for x, y in zip(one[1:], other[1:])]
        return "different" if "different" in rest or "close" in rest else "part"
    if set(one) < set(other) or set(other) < set(one):
        return "part"
    return "different" if whole != "close" else whole


def _word(a: str, b: str) -> str:
    if a == b:
        return "same"
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[0] == b[0] else "different"
    alike = sound(a) == sound(b)
    if _is_form(a, b):
        return "spelling" if alike or bones(a) == bones(b) else "short"
    if alike:
        return "spelling"
    if a in _known() and b in _known():
        return "different"
    if not (_VOWELS & set(a) and _VOWELS & set(b)) and len(a) > 2 and _skeleton(a) == _skeleton(b):
        return "spelling"
    if _gendered(a, b):
        return "close"
    if slips(a, b):
        return "typo" if a in _known() or b in _known() else "close"
    return "different"


def _skeleton(word: str) -> str:
    """The consonants alone: scripts that write no vowels write some of them as y and w."""
    return re.sub("[aeiouhyvw]", "", word.replace("ph", "f"))


def _gendered(a: str, b: str) -> bool:
    """Amir and Amira, Mario and Maria, Julien and Julienne: brother and sister more often than a slip."""
    short, long = sorted((a, b), key=len)
    return long[len(short) :] in ("a", "e", "ne", "le", "te", "ette", "ina", "ine") and long.startswith(short) or (a[:-1] == b[:-1] and {a[-1], b[-1]} <= set("aeiou"))


@lru_cache(262144)
def family(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How two family names compare: same, spelling, part (one of a double name), typo, different, missing."""
    if not one or not other:
        return "missing"
    a, b = "".join(one), "".join(other)
    if a == b or set(one) == set(other):
        return "same"
    if sound(a) == sound(b):
        return "spelling"
    if (len(one) > 1 or len(other) > 1) and {sound(x) for x in one if len(x) > 2} & {sound(x) for x in other if len(x) > 2}:
        return "part"
    return "typo" if slips(a, b) else "different"
