"""What becomes of a row of a list: somebody new, somebody known, somebody who may be, or nobody and why. Pure: plain values in and out.

Numbers say who somebody is: the file number, the health card, what the other product called them. Everything else only looks alike.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from portal.folding import fold
from portal.import_reading import Read
from portal.matching import Evidence, Likeness

NEW, UPDATE, SAME, ALIKE, TWICE, INVALID = KINDS = ("new", "update", "same", "alike", "twice", "invalid")
SKIP = "skip"  # a choice, beside NEW and UPDATE
FILE, CARD, PREVIOUS = NUMBERS = ("file", "card", "previous")
SEVERAL_PEOPLE, OF_ANOTHER = "several_people", "of_another"
_ANOTHER = Evidence("given_name", "different")  # twins, of whom one has the card of the other in a list
REPLACED_WHOLE = (("card_number", ("card_version", "card_expires_on")), ("street", ("unit",)))  # another card has no old version


class Known(NamedTuple):
    """Somebody the practice has: `facts`, columns of Profile as JSON; `numbers`, all that stand; the names of contacts, folded; whether
    one of them is for emergencies; channel → (agreed, refused); PRACTITIONER and LOCATION → (public id, name)."""

    id: int
    facts: Mapping
    numbers: frozenset[str] = frozenset()
    contacts: Mapping[str, Mapping] = {}
    has_emergency: bool = False
    consents: Mapping[str, tuple[bool, bool]] = {}
    care: Mapping[str, tuple[str, str]] = {}


class Verdict(NamedTuple):
    """`detail`: which number speaks against it."""

    kind: str
    person: int | None = None
    problem: str = ""
    detail: str = ""


def judge(
    read: Read,
    owners: Mapping[str, Collection[int]],
    people: Mapping[int, Known],
    alike: Collection[tuple[int, Likeness]],
    likes: Mapping[int, Likeness | None],
) -> Verdict:
    """`owners`: number → ids of those who have it; `alike`: who looks alike, the best first; `likes`: of owners, how the row looks
    like them."""
    if read.problems:
        return Verdict(INVALID)
    found = {one: number for number in NUMBERS for one in owners.get(number, ())}
    if len(found) > 1:
        return Verdict(INVALID, problem=SEVERAL_PEOPLE)
    for one, number in found.items():
        is_of_another = (
            _ANOTHER in likes[one].evidence and owners.keys() == {CARD} if likes.get(one) else not _shares_a_name(read, people[one])
        )
        if is_of_another:
            return Verdict(INVALID, one, OF_ANOTHER, number)
        return Verdict(UPDATE, one)
    return Verdict(ALIKE, alike[0][0]) if alike else Verdict(NEW)


def _shares_a_name(read: Read, known: Known) -> bool:
    mine, theirs = (
        {fold(str(facts.get(name) or "")) for name in ("given_name", "family_name")} - {""} for facts in (read.facts, known.facts)
    )
    return bool(mine & theirs)


def changes(read: Read, known: Known, as_json: Mapping, *, only_blanks: bool) -> dict[str, list]:
    """Detail → [before, after] of what would become another; none: they are as the row says. What is filled stays filled: an empty cell
    erases nothing. `as_json`: the facts of the row as JSON. A refusal is never taken back by a list."""
    found = {}
    for name, after in as_json.items():
        before = known.facts.get(name)
        if before != after and not (before and only_blanks):
            found[name] = [before, after]
    for name, along in REPLACED_WHOLE:
        if found.get(name, [None])[0]:
            found |= {
                one: [known.facts[one], None if one.endswith("_on") else ""] for one in along if one not in as_json and known.facts.get(one)
            }
    further = [one for one in read.numbers if one.number not in known.numbers]
    if further and not known.facts.get("phone"):
        first = further.pop(0)
        found |= {
            name: [known.facts.get(name) or "", value]
            for name, value in (("phone", first.number), ("phone_kind", first.kind))
            if known.facts.get(name) != value
        }
    if further:
        found["numbers"] = [[], [list(one) for one in further]]
    for what, said in (("contact", read.contact), ("guardian", read.guardian)):
        found |= _contact(what, said, known, only_blanks)
    for what, after in (read.care or {}).items():
        before = known.care.get(what)
        if (before is None or before[0] != after[0]) and not (before and only_blanks):
            found[what] = [before and list(before), list(after)]
    for channel, agrees in (read.consents or {}).items():
        agreed, refused = known.consents.get(channel, (False, False))
        if (agrees and not agreed and not refused) or (not agrees and not refused):
            found[f"{channel}_consent"] = [agreed and not refused, agrees]
    return found


def _contact(what: str, said: Mapping | None, known: Known, only_blanks: bool) -> dict:
    if not said:
        return {}
    there = known.contacts.get(fold(said["name"]))
    if there is None:
        return {what: [None, said]}
    fresh = {
        name: value for name, value in said.items() if name != "name" and there.get(name) != value and not (there.get(name) and only_blanks)
    }
    return {what: [{name: there.get(name, "") for name in fresh}, fresh | {"name": said["name"]}]} if fresh else {}


def marks(read: Read, verdict: Verdict, previous_id: str) -> list[str]:
    """Rows of one list that share one of these are of one person."""
    if verdict.kind == INVALID:
        return []
    facts, found = read.facts, []
    if verdict.kind in (UPDATE, SAME):
        found.append(f"person {verdict.person}")
    if previous_id:
        found.append(f"previous {previous_id}")
    if facts.get("file_number"):
        found.append(f"file {fold(facts['file_number'])}")
    if facts.get("card_number"):
        found.append("card " + "".join(c for c in facts["card_number"].upper() if c.isalnum()))
    name = fold(f"{facts.get('given_name', '')} {facts.get('family_name', '')}")
    if facts.get("born_on"):
        found.append(f"born {name} {facts['born_on']}")
    else:
        found += [f"reach {name} {one}" for one in (facts.get("email", "").lower(), *(number.number for number in read.numbers[:1])) if one]
    return found


def doubles(rows: Iterable[tuple[int, Collection[str]]]) -> dict[int, int]:
    """(position, marks) in order → position of a row that is of the same person as an earlier one → that one."""
    first: dict[str, int] = {}
    found = {}
    for position, its in rows:
        earlier = min((first[mark] for mark in its if mark in first), default=None)
        if earlier is not None:
            found[position] = earlier
        for mark in its:
            first.setdefault(mark, earlier if earlier is not None else position)
    return found
