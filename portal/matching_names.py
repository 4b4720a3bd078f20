"""Names as letters: of every script in Latin ones, by sound, by consonants; and how alike two family names are."""

import re
from functools import cache, lru_cache
from pathlib import Path

from anyascii import anyascii
from rapidfuzz.distance import OSA, JaroWinkler

_DATA = Path(__file__).parent / "data"
_PARTICLES = frozenset(
    "al ap bin bint da das de del della den der di do dos du el la las le les los of san st ste ten ter van vom von y e i zu".split()
)
_TITLES = frozenset("mr mrs ms miss mx dr prof mme mlle sir dame madame monsieur".split())
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "jr", "iii": "iii", "iv": "iv", "2nd": "jr", "3rd": "iii"}
# One sound, many spellings: across alphabets, and across clerks. In this order. What tells Julien from Julienne and Jan from Jane stays.
_SOUNDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        ("([aou])e(?=[^aeiouy])", r"\1"), ("ph", "f"), ("tch|tsch|cz", "ch"), ("sch|sz", "sh"), ("dzh|dj", "j"), ("kh|ck|qu|q|ch(?=[rl])", "k"), ("zh", "j"),
        ("gh", "g"), ("th", "t"), ("wh", "w"), ("c(?=[eiy])", "s"), ("c(?!h)", "k"), ("x", "ks"), ("ou|oo", "u"), ("(?<=...)ey$", "i"), ("ee|ie|ei|ij|y|j(?=[aeiou]?$)", "i"),
        ("w", "v"), ("(?<=.)z", "s"), ("(?<=.)(?:ff|v)$", "f"), ("(?<=[aeiou])h(?![aeiou])", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


def lines(name: str) -> list[str]:
    """The lines of a data file, without its remarks."""
    return [line for line in (_DATA / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


@cache
def forms() -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """given name → the lines of short_names.txt where it stands before the colon; after it."""
    written, called = {}, {}
    for number, line in enumerate(lines("short_names.txt")):
        for side, part in zip((written, called), line.split(":")):
            for name in part.split():
                side.setdefault(name, set()).add(number)
    return written, called


@cache
def _common() -> frozenset[str]:
    return frozenset(word for line in lines("family_names.txt") for word in line.split())


@lru_cache(32768)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in small Latin letters: "O'Brien-Łukasz" is ("obrien", "lukasz"). Titles go."""
    plain = re.sub(r"['’`´‘ʼ.]", "", anyascii(name)).lower()
    found = tuple(word for word in re.split(r"[^a-z0-9]+", plain) if word)
    return tuple(word for word in found if word not in _TITLES) or found


@lru_cache(32768)
def sound(word: str) -> str:
    """One spelling for what is written in many ways: Catherine and Katherine, Mueller and Müller."""
    for pattern, to in _SOUNDS:
        word = pattern.sub(to, word)
    return word


@lru_cache(32768)
def bones(word: str) -> str:
    """The first letter and the consonants that follow: what many spellings of a name share."""
    heard = sound(word)
    return heard[:1] + re.sub("[aeiouhy]", "", heard[1:])


_SCANNED = str.maketrans("015", "ols")


def _unscanned(word: str) -> str:
    """A scanner or a finger on the row above reads mas0n and wa1ls."""
    return word.translate(_SCANNED) if not word.isalpha() and sum(map(str.isalpha, word)) > 2 and word not in _GENERATIONS else word


def split(given: str, family: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(words of the given name, words of the family name without particles, generation: "jr", "sr", "iii" or "")"""
    (first, _, younger), (_, last, generation) = _parts(given), _parts(family)
    return first, last, generation or younger


@lru_cache(32768)
def _parts(name: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(words of a name, the same without particles, the generation it names)"""
    found = tuple(map(_unscanned, words(name)))
    generation = next((_GENERATIONS[word] for word in found[1:] if word in _GENERATIONS), "")
    found = tuple(word for at, word in enumerate(found) if at == 0 or word not in _GENERATIONS)
    return found, tuple(word for word in found if word not in _PARTICLES) or found, generation


def is_common(family: tuple[str, ...]) -> bool:
    """Whether strangers often share the family name."""
    return len(family) == 1 and family[0] in _common()


def slips(one: str, other: str) -> bool:
    """Whether one spelling may be the other, mistyped."""
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < 3 else 1 if shorter < 5 else 2 if shorter < 9 else 3
    if allowed == 3 and _begin_anew(one, other):
        return False
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed or (
        shorter > 5 and JaroWinkler.similarity(one, other, score_cutoff=0.93) >= 0.93
    )


def _begin_anew(one: str, other: str) -> bool:
    """Whether only the ending is common to both, as many families' names have it: Jónsdóttir and Pálsdóttir."""
    same = next((at for at, (a, b) in enumerate(zip(reversed(one), reversed(other))) if a != b), 0)
    head, its = one[: len(one) - same], other[: len(other) - same]
    return min(len(head), len(its)) > 1 and max(len(head), len(its)) > 2 and set(head).isdisjoint(its)


def garbled(one: str, other: str) -> bool:
    """Whether half of the letters still stand where they stood: enough where a card says that they are one."""
    return OSA.normalized_similarity(one, other) >= 0.5


def is_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names that are not empty are made of the same letters, or the same words in another order."""
    return one == other or (len(one) > 1 or len(other) > 1) and ("".join(one) == "".join(other) or set(one) == set(other))


@lru_cache(32768)
def family(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How two family names compare: same, spelling, part (one of a double name), typo, different, missing."""
    if not one or not other:
        return "missing"
    if is_same(one, other):
        return "same"
    a, b = "".join(one), "".join(other)
    written = forms()[0]
    if sound(a).rstrip("e") == sound(b).rstrip("e") or (a in written and b in written and written[a] & written[b]):
        return "spelling"  # Hussein and Hussain are family names too
    if (len(one) > 1 or len(other) > 1) and {sound(x) for x in one if len(x) > 2} & {sound(x) for x in other if len(x) > 2}:
        return "part"
    # Chang and Huang, Brown and Braun: two names that many bear are two names.
    return "typo" if slips(a, b) and not (is_common(one) and is_common(other)) else "different"
