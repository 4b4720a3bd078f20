"""Random lists, random life in between: an import taken back leaves every row of every table as it was, but for whom it says is kept."""

from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from booking import timetable
from portal import care_keeper, clock, contacts, imports, invitations, lookalikes, notes
from portal.consents import answer
from portal.contacts import ContactSaid
from portal.database import db, transact
from portal.models import Contact, FurtherNumber, Profile
from tests.databases import empty
from tests.portal.importing import fresh, mapped, rows, settled, taken, undone, worked
from tests.portal.merging import World, differences, merged
from tests.portal.merging import rows as everything

BOUNDED = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
DICE = st.integers(0, 10**9).map(Random)
BY_DESIGN = frozenset({"ledger_lines", "merges", "merge_changes", "imports", "import_rows", "import_columns"})
HEADINGS = "First name,Last name,Middle name,Date of birth,Email,Mobile,Home phone,City,Chart number,Id,Health card,Emergency contact,Emergency phone,SMS consent,Email consent,Notes,Guardian name,Guardian email,Practitioner,Location"
GIVEN, FAMILY = ("Amara", "Wei", "Zoë", "Ravi", "Ana"), ("Okoye", "Chen", "Côté", "Menon", "Peña")


@pytest.fixture
def world(context, clock):
    def make(dice) -> World:
        db.session.rollback()
        db.session.remove()
        empty(db.engine, db.metadata)
        timetable.forget()
        here = World(dice, clock(), 4)
        transact(_numbered, here)
        transact(_cared_for, here)
        settled()
        return here

    return make


def _numbered(here: World) -> None:
    """Some of the people have file numbers, further numbers and somebody to ring."""
    for n, one in enumerate(db.session.scalars(select(Profile).where(Profile.practice_id == here.practice.id).order_by(Profile.id))):
        if here.dice.random() < 0.7:
            one.file_number, one.city = f"F-{n}", here.dice.choice(("", "Toronto"))
        if here.dice.random() < 0.5:
            db.session.add(
                FurtherNumber(practice_id=one.practice_id, profile_id=one.id, number="+14165550100", kind="home", created_at=here.now)
            )
            db.session.add(
                Contact(practice_id=one.practice_id, profile_id=one.id, name="Rory Pond", phone="+14165550101", created_at=here.now)
            )


def _cared_for(here: World) -> None:
    """Some are seen by somebody as a rule."""
    care = care_keeper.keeper().named(here.practice.id)
    here.works, here.places = (sorted(one.name for one in care[what]) for what in ("practitioner", "location"))
    for one in db.session.scalars(select(Profile).where(Profile.practice_id == here.practice.id).order_by(Profile.id)):
        if here.dice.random() < 0.4:
            care_keeper.keeper().write(
                one.practice_id,
                {one.id: {"practitioner": here.dice.choice(sorted(care["practitioner"], key=lambda one: one.name)).public_id}},
                here.now,
            )


def a_list(here: World) -> str:
    dice, lines = here.dice, [HEADINGS]
    known = list(
        db.session.scalars(select(Profile).where(Profile.practice_id == here.practice.id, Profile.merged_at.is_(None)).order_by(Profile.id))
    )

    def sometimes(*values, chance=0.5):
        return dice.choice(values) if dice.random() < chance else ""

    for n in range(dice.randrange(3, 14)):
        someone = dice.choice(known) if dice.random() < 0.4 else None
        name = (someone.given_name, someone.family_name) if someone else (dice.choice(GIVEN), dice.choice(FAMILY))
        born = (
            (someone.born_on or "")
            if someone and dice.random() < 0.8
            else sometimes(*(date(1950 + 7 * k, 1 + k, 5 + k) for k in range(9)), "30/30/1980")
        )
        file = someone.file_number if someone and dice.random() < 0.7 else sometimes(f"N-{n}")
        cells = [
            *name, sometimes("Grace"), born, sometimes("a@example.org", "b@example.org", "no address", chance=0.6), sometimes(f"416 555 01{n:02}"),
            sometimes(f"416 555 02{n:02}"), sometimes("Ottawa", "Toronto"), file, sometimes(n), sometimes(f"123456789{n % 10}"), sometimes("Rory Pond", "Clara Oswald"),
            sometimes("416 555 0300"), sometimes("yes", "no"), sometimes("yes", "no"), sometimes("Allergic to latex"),
            sometimes("Rory Pond", "Sue Roy"), sometimes("sue@example.org"), sometimes(*here.works, "Nobody"), sometimes(*here.places, "Nowhere"),
        ]  # fmt: skip
        lines.append(",".join(map(str, cells)))
    return "\n".join(lines)


def imported(here: World):
    """A random list, with random decisions, run."""
    found = mapped(taken(here.staff, a_list(here)), order="dmy", only_blanks=here.dice.random() < 0.3)
    worked()
    choices = {row.id: here.dice.choice(imports.CHOICES[row.kind]) for row in rows(fresh(found)) if row.kind in imports.CHOICES}
    transact(imports.decide, found, choices)
    try:
        transact(imports.start, found, clock.now(), by=here.staff)
    except imports.NothingToImport:
        return None
    worked()
    return fresh(found)


@given(DICE)
@BOUNDED
def test_an_import_taken_back_leaves_every_row_as_it_was(world, dice):
    here = world(dice)
    before = everything(BY_DESIGN)
    found = imported(here)
    if dice.random() < 0.5:
        settled()
    if found:
        found = undone(here.staff, found)
        assert {row.outcome for row in rows(found)} <= {"undone", "left"}
    settled()
    assert differences(before, everything(BY_DESIGN)) == []


def used(here: World, found) -> set[int]:
    """Something happens to some of whom the list touched; their rows."""
    touched, by = set(), here.staff
    for row in rows(found):
        if row.outcome not in ("made", "updated") or here.dice.random() < 0.5:
            continue
        person = db.session.get(Profile, row.profile_id, populate_existing=True)
        if person.is_merged or row.profile_id != row.journal["profile"]:
            continue
        kind = here.dice.randrange(7)
        if kind == 0:
            transact(notes.write, by, person, "Knee", "Better", here.now)
        elif kind == 1:
            transact(invitations.invite, by, person, invitations.Wanted(f"x{row.id}@example.org", "trusted", ("see_times",)), here.now)
        elif kind == 2:
            transact(contacts.add, by, person, ContactSaid("Somebody New"), here.now)
        elif kind == 3:
            transact(_change, person.id)
        elif kind == 4:
            transact(_answer, person.id, here)
        elif kind == 5:
            other = db.session.scalar(
                select(Profile)
                .where(Profile.practice_id == person.practice_id, Profile.id != person.id, Profile.merged_at.is_(None))
                .order_by(Profile.id)
            )
            if other.id in (one.profile_id for one in rows(found)) or lookalikes.are_different(person, other):
                continue
            merged(by, person, other, here.now)
        else:
            transact(
                lambda person=person: db.session.add(
                    FurtherNumber(
                        practice_id=person.practice_id, profile_id=person.id, number="+14165559999", kind="work", created_at=here.now
                    )
                )
            )
        touched.add(row.id)
    return touched


def _change(profile_id: int) -> None:
    db.session.get(Profile, profile_id, with_for_update=True).city = "Elsewhere"


def _answer(profile_id: int, here: World) -> None:
    person = db.session.get(Profile, profile_id, with_for_update=True)
    answer(person, "voice", True, here.now, here.staff.account, as_staff=True)


@given(DICE)
@BOUNDED
def test_who_was_used_since_is_kept_and_everybody_else_goes(world, dice):
    here = world(dice)
    before = everything(BY_DESIGN)
    found = imported(here)
    if not found:
        return
    made = {row.id: row.journal["profile"] for row in rows(found) if row.outcome == "made"}
    updated = {row.id: row.journal for row in rows(found) if row.outcome == "updated"}
    touched = used(here, found)
    since = everything(BY_DESIGN)
    found = undone(here.staff, found)
    settled()
    after = everything(BY_DESIGN)
    standing = {row["id"] for row in after["profiles"]}
    outcome = {row.id: row for row in rows(found)}
    for row_id, profile_id in made.items():
        assert (profile_id in standing) == (row_id in touched) == (outcome[row_id].outcome == "kept"), outcome[row_id].why
        if row_id in touched:
            assert outcome[row_id].why, "and it is said why"
    kept = {profile_id for row_id, profile_id in made.items() if row_id in touched}
    for name in ("profiles", "further_numbers", "contacts", "notes", "invitations"):  # of who stays, everything stays
        key = "id" if name == "profiles" else "profile_id"
        mine = [[row | {"worded": 0} for row in state[name] if row[key] in kept] for state in (since, after)]
        assert mine[0] == mine[1], name
    people = {row["id"]: row for row in after["profiles"]}
    as_they_were = {row["id"]: row for row in before["profiles"]}
    for row_id, journal in updated.items():
        person, was = people[journal["profile"]], as_they_were[journal["profile"]]
        if person["merged_at"] is None and row_id not in touched:
            assert {name: person[name] for name in journal["before"]} == {name: was[name] for name in journal["before"]}
