"""Names out of one cell: title, first and last name; and whether two names are of one person. Pure."""

import re

from portal.folding import fold

_PARTICLES = frozenset("van von der den de di da del della dos das du la le el al bin ibn ben st st. ter ten zu".split())
# Before a name, or behind the comma of "Roy, Mr. Luc". "M", "Sr" and "Dre" are titles with their point alone: they begin names, too.
_TITLE = re.compile(
    r"(?P<family>[^,]+, *)?(?P<title>(?:dr|dra|prof|mr|mrs|ms|miss|mx|mme|mlle|sra|srta)\.?|(?:m|sr|dre|pr)\.) +(?=\S)", re.IGNORECASE
)
_GENERATIONS = frozenset("jr sr ii iii iv".split())
_DEGREES = frozenset("md phd esq rn rmt dds dmd mph msw rsw lcsw psyd".split())
_BEHIND_COMMA = _DEGREES | _GENERATIONS | frozenset("np pt dc nd do ot".split())  # which are names, too


def title(whole: str) -> tuple[str, str]:
    """("Dr.", "Ann Roy") of "Dr. Ann Roy", ("Mr.", "Roy, Luc") of "Roy, Mr. Luc"; an empty title where there is none."""
    found = _TITLE.match(whole)
    return (found["title"], f"{found['family'] or ''}{whole[found.end() :]}") if found else ("", whole)


def split(whole: str, *, family_first: bool = False) -> tuple[str, str]:
    """First and last name of a whole one: "Okoye, Amara", "Amara van der Berg". "Jr." and "MD" stay with the last name."""
    parts, behind = _suffixes(whole)
    if len(parts) > 1 and parts[0] and parts[1]:
        given, family = ", ".join(filter(None, parts[1:])), parts[0]
    else:
        given, family = _words(" ".join(parts).split() or [whole], family_first=family_first)
    family = " ".join(filter(None, (family, *behind)))
    return (given[:80], family[:80]) if len(whole.split()) > 1 else (whole[:80], "")


def _suffixes(whole: str) -> tuple[list[str], list[str]]:
    """What stands between commas, and of it what stands behind a name. "Rahman, Md" and "An, Do" are a last and a first name."""
    parts, behind = [part.strip() for part in whole.split(",")], []
    while len(parts) > 1 and _bare(parts[-1]) in _BEHIND_COMMA and (len(parts) > 2 or " " in parts[0]):
        behind.insert(0, parts.pop())
    return parts, behind


def _words(words: list[str], *, family_first: bool) -> tuple[str, str]:
    if len(words) < 2:
        return " ".join(words), ""
    if family_first:
        end = 1
        while end < len(words) - 1 and fold(words[end - 1]) in _PARTICLES:
            end += 1
        return " ".join(words[end:]), " ".join(words[:end])
    begin = len(words) - 1
    while begin > 1 and _bare(words[begin]) in (_GENERATIONS | _DEGREES if words[begin].isupper() else _GENERATIONS):
        begin -= 1
    while begin > 1 and fold(words[begin - 1]) in _PARTICLES:
        begin -= 1
    return " ".join(words[:begin]), " ".join(words[begin:])


def _bare(word: str) -> str:
    return fold(word).replace(".", "").strip()


def key(name: str) -> str:
    """The same for "Dr. Dana Roy", "ROY, Dana" and "Dana Roy, RMT"."""
    parts, _behind = _suffixes(title(" ".join(name.split()))[1])
    return " ".join(sorted(re.findall(r"[^\W_]+", fold(" ".join(parts)))))
