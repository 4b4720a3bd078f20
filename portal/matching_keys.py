"""Under which short strings a person is found in an index. Nobody is compared with everybody: people who may be one share at least one
key, even where several fields are mistyped, and few strangers do."""

from datetime import date

from portal import matching_given as givens
from portal import matching_names as names
from portal.matching_person import Person, Ready

VERSION = 4  # raise it when keys() changes: rows keyed with another version are keyed anew


def keys(person: Person) -> frozenset[str]:
    """Up to a dozen short ASCII strings; people who may be one share at least one."""
    return frozenset(_keys(person.ready))


def lookup_keys(person: Person) -> frozenset[str]:
    """What to look for: the keys, and those the other would have if day and month, or the two names, were swapped."""
    ready = person.ready
    found = set(_keys(ready))
    born = ready.born_on
    if born and born.day <= 12:
        found |= set(_born_keys(born.replace(month=born.day, day=born.month), _last(ready.family)))
    if born and ready.given:
        found |= set(_born_keys(born, _last(ready.given)))
    if ready.postal and ready.given:
        found.add(f"w{ready.postal[:10]}{_last(ready.given)}")
        found.add(f"z{ready.postal[:10]}{givens.code(ready.family)[:4]}")
    return frozenset(found)


def _keys(it: Ready):
    first, last = givens.code(it.given), _last(it.family)
    if it.card:
        half = min((len(it.card) + 1) // 2, 30)  # one slip leaves one half whole
        yield f"c{it.card[:half]}"
        yield f"d{it.card[-half:]}"
    for phone in sorted(it.phones)[:2]:
        yield f"p{phone[-9:]}"
    for email in sorted(it.emails)[:2]:
        yield f"e{email[:36]}".encode("ascii", "replace").decode()
    for word in it.family[:2]:
        yield "n" + ".".join(sorted((first, names.bones(word)[:8])))
    if it.born_on:
        yield from _born_keys(it.born_on, last)
        yield f"y{it.born_on.year}{last}{it.given[0][0] if it.given else ''}"
    if it.postal and first:
        yield f"z{it.postal[:10]}{first[:4]}"
    if it.postal and last:
        yield f"w{it.postal[:10]}{last}"
    if it.street and it.street.numbers:
        yield f"a{min(it.street.numbers)[:6]}{it.street.typed[:4]}{last[:2]}"


def _born_keys(born: date, last: str):
    # A first of January is often somebody whose birthday nobody knew: many share it.
    day = f"{born.month:02}{born.day:02}"  # strftime takes four times as long
    yield f"b{born.year}{day}" + (last if day == "0101" else "")
    yield f"m{day}{last}"


def _last(family: tuple[str, ...]) -> str:
    return names.bones(family[0])[:5] if family else ""
