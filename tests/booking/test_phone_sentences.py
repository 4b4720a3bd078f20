"""What staff read on the phone is what the person reads online, word for word, on random plans and through the pages themselves (MISSION F2).

The plans are rows of a database, SQLite and PostgreSQL, read back as the pages read them; on PostgreSQL a few.
"""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from booking import phone, schedules, snapshot, timetable
from booking.hours import local_date
from booking.models import Location, Practitioner, Service, ServicePractitioner
from booking.schedules import TABLES, _stored
from portal.access import default_permissions
from portal.database import db, transact
from portal.models import Account, Link, Practice, Profile, StaffMember
from tests.booking.test_phone_properties import TODAY, ZONE, plans
from tests.databases import empty
from tests.reader import Reader

FEW = settings(deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True)
TABLES_OF = {"locations": Location, "practitioners": Practitioner, "services": Service, "offers": ServicePractitioner}


def is_postgresql(stage) -> bool:
    return stage.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql")


def on_some(stage, law, **drawn) -> None:
    """The law holds on plans drawn at random."""
    most = 3 if is_postgresql(stage) else 8
    settings(FEW, max_examples=most)(given(**drawn)(law))()


def move_in(parts: dict, now) -> tuple[Account, Account, Profile]:
    """The plan as rows of a database; the accounts of a receptionist and of a person, and the person."""
    practice = Practice(
        id=1, slug="clinic", name="Clinic", zone=ZONE, country="CA", region="ON", phone="+14165550134", email="desk@clinic.example"
    )
    accounts = [
        Account(
            email=f"{name}@x.example",
            email_key=f"{name}@x.example",
            password_hash="-",
            given_name=name,
            family_name="Test",
            verified_at=now,
            created_at=now,
        )
        for name in ("Tom", "Nadia")
    ]
    db.session.add_all([practice, *accounts])
    db.session.flush()
    profile = Profile(practice_id=1, given_name="Nadia", family_name="Test", created_at=now)
    db.session.add_all([profile, StaffMember(practice_id=1, account_id=accounts[0].id, role="front_desk", created_at=now)])
    db.session.flush()
    db.session.add(
        Link(
            practice_id=1,
            account_id=accounts[1].id,
            profile_id=profile.id,
            relationship="self",
            permissions=list(default_permissions("self")),
            created_at=now,
        )
    )
    for table in (*TABLES_OF, *(name for name in TABLES if name != "holidays_worked")):
        model, columns, _still = snapshot.COLUMNS[table]
        for row in parts[table]:
            db.session.add(model(practice_id=1, **{column.key: _stored(column, value) for column, value in zip(columns, row)}))
        db.session.flush()
    return accounts[0], accounts[1], profile


def public_ids(parts: dict) -> dict:
    """Ids as addresses have them."""
    for table in ("practitioners", "services"):
        for row in parts[table]:
            row[2] = f"{table[0]}{'abcdefg'[row[0]]}".ljust(16, "x")
    if not any(row[:2] == [None, None] for row in parts["rules"]):
        parts["rules"].append([None, None, *[None] * 7, 99])
    return parts


def quoted(page) -> str:
    return " ".join("".join(page.all("blockquote")[0].itertext()).split())


def agrees(told, own, day: date, zone: str) -> bool:
    """The same sentence, or the same times: those the person can press, and those that lead staff on to book."""
    pressed = {int(button.get("value")) for button in own.all("button", name="at")}
    theirs = {at for at in pressed if local_date(zone, at) == day}
    linked = {
        int(args["at"][0]) for args in (parse_qs(urlsplit(url).query) for url in told.links().values() if "/book?" in url) if "at" in args
    }
    if re.fullmatch(r"\d+ times? can be booked online\.", quoted(told)):
        return bool(theirs) and {at for at in linked if local_date(zone, at) == day} == theirs
    return not theirs and quoted(told) in own.text


def settled(parts: dict, now) -> tuple[Account, Account, Profile]:
    """`move_in` in an empty house. Rows came with their ids, so PostgreSQL is told where to go on."""
    empty(db.engine, db.metadata)
    timetable.forget()
    made = transact(move_in, parts, now)
    if db.engine.dialect.name == "postgresql":
        transact(count_on)
    return made


def count_on() -> None:
    for table in (snapshot.COLUMNS[name][0].__tablename__ for name in (*TABLES_OF, *TABLES)):
        counter = f"pg_get_serial_sequence('{table}', 'id')"  # only ever forwards: the rows of other tests come back with their numbers
        db.session.execute(text(f"SELECT setval({counter}, greatest(nextval({counter}), 1 + coalesce((SELECT max(id) FROM {table}), 0)))"))


asked_days = st.lists(st.integers(0, 69), min_size=4, max_size=4, unique=True)


def test_the_staff_page_says_the_sentence_of_the_persons_own_page(stage):
    def law(parts, steps, one):
        with stage.app_context():
            parts = public_ids(parts)
            staff, person, profile = settled(parts, stage.config["CLOCK"]())
            ids, who = [row[2] for row in parts["practitioners"]], profile.public_id
            service = parts["services"][0][2]
            asked = f"what={service}&with={ids[one - 1] if one else 'any'}"
            accounts = staff.id, person.id
        desk, online = (Reader.of(stage) for _ in range(2))
        desk.sign_in(accounts[0], staff=True)
        online.sign_in(accounts[1])
        for day in (TODAY + timedelta(days=n) for n in steps):
            told = desk.page(f"/desk/clinic/phone?{asked}&who={who}&date={day}")
            own = online.page(f"/at/clinic/book/when?{asked}&who={who}&day={day}")
            assert agrees(told, own, day, ZONE), (day, quoted(told), own.text)

    on_some(stage, law, parts=plans(), steps=asked_days, one=st.sampled_from([None, 1, 2]))


def test_a_plan_is_read_back_from_the_database_as_it_was_stored(stage):
    def law(parts):
        with stage.app_context():
            parts = public_ids(parts)
            settled(parts, stage.config["CLOCK"]())
            found = snapshot.read(1)
            assert {table: by_id(rows) for table, rows in found.items()} == {table: by_id(parts[table]) for table in found}

    on_some(stage, law, parts=plans())


def by_id(rows: list) -> list:
    return sorted(rows, key=lambda row: (row[-1] or 0, row[0]))


def test_the_change_that_is_proposed_is_saved_and_the_day_is_open(stage):
    def law(parts, steps, one):
        with stage.app_context():
            now, (account, _person, _profile) = stage.config["CLOCK"](), settled(public_ids(parts), stage.config["CLOCK"]())
            staff = db.session.scalar(select(StaffMember).where(StaffMember.account_id == account.id))
            transact(lambda: setattr(staff, "role", "admin"))
            for day in (TODAY + timedelta(days=n) for n in steps):
                table = timetable.timetable(staff.practice)
                people = table.practitioners()
                wish = phone.wish_of(table.all_services()[0], people[one - 1] if one else None, None)
                found = phone.told(staff, wish, day, now).opening
                if found:
                    transact(schedules.apply, staff, found.change, now)
                    after = phone.told(staff, wish, day, now)
                    assert set(found.day.starts) <= set(after.day.starts), (day, found.change)

    on_some(stage, law, parts=plans(), steps=asked_days, one=st.sampled_from([None, 1, 2]))


def test_every_day_of_the_demo_world_reads_the_same_on_both_sides(stage, cast, browse):
    desk, online = browse(cast.tom, staff=True), browse(cast.priya)
    priya = cast.profile("priya").public_id
    for service, who in ((cast.concussion, cast.ines_roy), (cast.orthotics, cast.olivier_dubois), (cast.counselling, cast.noah_levy)):
        asked = f"what={service.public_id}&with={who.public_id}&who={priya}"
        for day in (date(2026, 12, 10) + timedelta(days=5 * n) for n in range(0, 12, 4 if is_postgresql(stage) else 1)):
            told, own = desk.page(f"/desk/riverside/phone?{asked}&date={day}"), online.page(f"/at/riverside/book/when?{asked}&day={day}")
            assert agrees(told, own, day, ZONE), (service.name, day, quoted(told), own.text)
