"""How alike two given names are. Two *known* ones that differ are two people (Mia and Mila may be twins); a name nobody bears may be
a slip of the finger ("michafla")."""

import re
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from portal.matching_names import bones, forms, garbled, lines, slips, sound

_VOWELS, _NONE = frozenset("aeiou"), frozenset()
# Names made of syllables: no list can hold them all, and brothers and sisters share one of the syllables.
_CHINESE = "(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:i?ao|i?ang?|u?ai|u?ang?|e[in]?|eng|iu|ing?|i[ae]|u[oaei]|un|i?ong|ou|er|[aeiou])"
_KOREAN = (
    "(?:ah|bin|bo|chae|cho|chul|da|dae|do|dong|eon|eun|ga|ge?un|geon|gi|gu|gyu|ha|hae|han|hee?|ho|hwan?|hwi|hye|hye?on|hyu?n|hyuk|hyung|in|il|ja|jae|je?ong|ji|jin|joon?|jun?|jung|kang"
    "|ki|ku|kwang|kyu|kyung|mi|min|mo|moon|mun|myung|na|nam|nari|ok|ra|ram|ri|rin|ryung|san?|sang|seo|seok|seol|seon|se[ou]ng|seul|shin|sik?|so|sook?|suk?|sun|sung|tae|uk|un|won|wook?"
    "|woong|ye|yeon|yeong|yong|yoon?|you|young|yul?|yun)"
)  # fmt: skip
_PUNJABI = (
    "(?:am[ae]n|amar|amr?it|arsh|bal|bhup|dal|dil|gur|har|has|ish|jag|jas|jap|jat|kamal|karam|khush|kiran|kul|lakh?|love?|man|nav|pal|par|prabh?|raj|ram[ae]n|ran|ravi?n?|rup|sand|sarab?|sat"
    "|sim[ar]*n?|sukh?|sur|tan|taran|tej|yash)(?:bir|deep|dip|[wv]?inder|j[ie]+t|leen|meet|mit|mohan|n[ei]+t|noor|pal|pr[ei]+t|raj|v[ie]+r|want|veen)"
)  # fmt: skip
_SYLLABLES = tuple(re.compile(pattern) for pattern in (f"(?:{_CHINESE}){{2,3}}", f"{_KOREAN}{{2}}", _PUNJABI))
_KOREANS = 1 << 1  # of which nobody can list more than a part, and one slip seldom makes another
_OPEN = re.compile("(?:[bcdfghjklmnprstvwyz]?[aeiou]){2,}n?")  # Sakuya, Tanika: many peoples' names are
# Names that many brothers bear before the one they are called by: it may stand in the field of the family name.
_BEFORE_ANOTHER = frozenset(
    "mohamed mohammed muhammad mohammad muhammed mohamad mohd md muhamad syed sayed abdul abdel maria marie mary jean jose nguyen thi".split()
)


@cache
def _listed() -> frozenset[str]:
    written, called = forms()
    return frozenset(word for line in lines("given_names.txt") for word in line.split()) | written.keys() | called.keys()


@cache
def _apart() -> dict[str, int]:
    return {name: number for number, line in enumerate(lines("names_apart.txt")) for name in line.split()}


@lru_cache(32768)
def _systems(word: str) -> int:
    """In which of the ways to make a name of syllables the name is made, a bit each."""
    return sum(1 << at for at, pattern in enumerate(_SYLLABLES) if pattern.fullmatch(word))


@lru_cache(8192)
def code(given: tuple[str, ...]) -> str:
    """One short code for all forms of the first given name."""
    if not given:
        return ""
    written, called = forms()
    groups = written.get(given[0]) or called.get(given[0])
    return str(min(groups)) if groups else bones(given[0])[:6]


def is_shared(given: tuple[str, ...]) -> bool:
    """Whether brothers or sisters may all bear the name, each with another one after it."""
    return len(given) == 1 and given[0] in _BEFORE_ANOTHER


def is_rare(given: tuple[str, ...]) -> bool:
    """Whether hardly anybody is known to bear the name."""
    return bool(given) and not any(word in _listed() or _systems(word) for word in given)


@lru_cache(32768)
def compare(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """same, spelling, ending (Anna and Anne: one name of two languages, or two sisters), short, part, initial, typo (one is garbled), slip
    (one is known, and the other reads like a name but hardly a sister's), near (… and may be a sister's), close (both unknown: a slip or
    another name), rhyme (rather another), different, missing."""
    if not one or not other:
        return "missing"
    a, b = "".join(one), "".join(other)
    if a == b:
        return "same"
    if _are_initials(one, other) or _are_initials(other, one):
        return "initial"
    whole = _word(a, b)
    if len(one) == len(other) == 1 or whole in ("spelling", "ending", "typo"):
        return whole
    first = _word(one[0], other[0])
    if first in ("same", "spelling", "ending", "short", "typo", "slip", "near"):
        rest = {_word(x, y) for x, y in zip(one[1:], other[1:])}
        # Marie-Claude and Marie-Ève are two, Marie is either.
        return "different" if rest & {"different", "slip", "near", "close", "rhyme"} else "part" if first in ("same", "spelling") else first
    return "part" if set(one) < set(other) or set(other) < set(one) else whole


def _are_initials(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """J.P. and Jean-Pierre."""
    return len(one) == 1 < len(other) == len(one[0]) and one[0] == "".join(word[0] for word in other)


def _word(a: str, b: str) -> str:
    if a == b:
        return "same"
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[0] == b[0] else "different"
    known = (a in _listed()) + (b in _listed())
    alike = sound(a) == sound(b) and not (known == 2 and (min(len(a), len(b)) < 4 or _apart().get(a, a) == _apart().get(b, b)))
    if _is_form(a, b):
        if not alike and _gendered(a, b) and len(a) == len(b):
            return "ending"
        return "spelling" if alike or bones(a) == bones(b) else "short"
    if alike:
        return "spelling"
    if known == 2 or (not known and _systems(a) & _systems(b)) or (_systems(a) & _systems(b) & _KOREANS and min(len(a), len(b)) > 4):
        return "different"
    if not (_VOWELS & set(a) and _VOWELS & set(b)) and len(a) > 2 and _skeleton(a) == _skeleton(b):
        return "spelling"
    if not slips(a, b):
        return "rhyme" if garbled(a, b) else "different"
    if known:
        odd, listed = (a, b) if b in _listed() else (b, a)
        return "close" if _gendered(a, b) else "typo" if _is_garble(odd, listed) else "slip" if _is_slip(odd, listed) else "near"
    # Nobody is known to bear either. Names of brothers and sisters rhyme, or differ in the last vowel; slips fall anywhere.
    return "close" if min(len(a), len(b)) > 3 and a[0] == b[0] and not _gendered(a, b) and OSA.distance(a, b) <= 2 else "rhyme"


@cache
def _triples() -> frozenset[str]:
    """Three letters in a row that names have, their beginnings and ends included."""
    return frozenset(triple for name in _listed() for triple in _in_threes(name))


def _in_threes(word: str) -> set[str]:
    return {f"^{word}$"[at : at + 3] for at in range(len(word))}


def _is_garble(odd: str, listed: str) -> bool:
    """Whether a finger slipped, rather than that a sister has a name of her own: Michafla and Michaela, not Sumita and Sunita. What
    begins or ends otherwise, or has only letters in a row that names have, may be a name nobody listed."""
    if odd[0] != listed[0] or odd.startswith(listed) or listed.startswith(odd):
        return False
    exchanged = sorted(odd) == sorted(listed) and OSA.distance(odd, listed) == 1
    readable = _OPEN.fullmatch(odd)
    return (exchanged and (odd[-1] == listed[-1] or len(odd) > 6)) or not (readable or _in_threes(odd) <= _triples())


def _is_slip(odd: str, listed: str) -> bool:
    """Whether one finger slipped inside the name in a way that hardly makes a sister's name of it: a letter twice or once (Stavroos),
    the last two exchanged (Rachle, not Lian), a letter missed in a long name (Rhannon, not Melisha or Kaleigh)."""
    if odd[0] != listed[0] or OSA.distance(odd, listed, score_cutoff=1) > 1:
        return False
    if len(odd) == len(listed):
        return len(odd) > 4 and sorted(odd) == sorted(listed)
    short, long = sorted((odd, listed), key=len)
    at = next((at for at, (x, y) in enumerate(zip(short, long)) if x != y), len(short))
    if at < len(short) and long[at] == long[at - 1]:
        return True
    beside = {long[at - 1], long[at + 1 : at + 2] or " "} & _VOWELS
    return odd == short and len(long) > 6 and at < len(long) - 3 and not (long[at] in "aeiouy" and beside)


def _is_form(one: str, other: str) -> bool:
    """Bob and Robert; Liz and Lizzie; not Beth and Lisa, though each may be an Elizabeth."""
    written, called = forms()
    mine, its = written.get(one, _NONE), written.get(other, _NONE)
    called_mine, called_its = called.get(one, _NONE), called.get(other, _NONE)
    if mine & its or mine & called_its or called_mine & its:
        return True
    return bool(called_mine & called_its) and _stem(one) == _stem(other)


def _stem(word: str) -> str:
    """Liz, Lizzie and Lizzy are liz."""
    return re.sub(r"(.)\1$", r"\1", re.sub("(?<=..)(?:ie|ey|y|i|e)$", "", word))


def _skeleton(word: str) -> str:
    """The consonants alone: scripts that write no vowels write some of them as y and w."""
    return re.sub("[aeiouhyvw]", "", word.replace("ph", "f"))


def _gendered(a: str, b: str) -> bool:
    """Amir and Amira, Mario and Maria, Julien and Julienne: brother and sister more often than a slip."""
    short, long = sorted((a, b), key=len)
    if long.startswith(short):
        return long[len(short) :] in ("a", "e", "ne", "le", "te", "ette", "ina", "ine")
    return a[:-1] == b[:-1] and {a[-1], b[-1]} <= _VOWELS
