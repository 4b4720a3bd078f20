"""Worlds for tests of merges: records of one person and whatever hangs on them, and every row of every table to compare."""

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from booking import reminders
from booking.models import Appointment
from portal import access, invitations, merge_preview, merges
from portal.addresses import address_key
from portal.database import db, transact
from portal.ids import public_id
from portal.merge_choices import Choices
from portal.models import (
    Account,
    BatchRow,
    DifferentPeople,
    Invitation,
    InvitationBatch,
    Link,
    Merge,
    OutboxMail,
    Profile,
    Registration,
    StaffMember,
)
from tests.booking.clinic import Clinic

BORN = (None, date(1980, 4, 7), date(2010, 12, 10), date(2010, 12, 11), date(2018, 5, 1))  # grown up, sixteen today, tomorrow, a child
STEPS = [[12, "narrow"], [16, "pause"]]


def add(row):
    """The row, stored in a transaction of its own."""
    transact(lambda: (db.session.add(row), db.session.flush()))
    return row


def staff_of(practice, now: datetime, role: str = access.ADMIN, name: str = "Dana") -> StaffMember:
    account = add(account_of(name.lower(), now, f"{name.lower()}@{practice.slug}.example"))
    return add(StaffMember(practice_id=practice.id, account_id=account.id, role=role, created_at=now))


def account_of(name: str, now: datetime, email: str = "") -> Account:
    email = email or f"{name}@mail.example"
    return Account(
        email=email,
        email_key=address_key(email),
        password_hash="-",
        given_name=name.title(),
        family_name="Test",
        verified_at=now,
        created_at=now,
    )


def merged(staff: StaffMember, source: Profile, target: Profile, now: datetime, details=(), access=(), ticked=True) -> Merge:
    """As staff do it: look at the preview, tick what has to be ticked (or, `ticked` False, nothing), and merge."""
    choices = Choices(dict(details), dict(access))
    source, target = (db.session.get(Profile, one.id, populate_existing=True) for one in (source, target))
    seen = merge_preview.preview(source, target, choices, now)
    if ticked:
        choices = Choices(dict(details), dict(access), frozenset(one.key for one in seen.conflicts))
    return transact(merges.merge, staff, source, target, choices, seen.mark, now)


def rows(but: frozenset = frozenset({"ledger_lines", "merges", "merge_changes"})) -> dict[str, list[dict]]:
    """Table → its rows as the database has them, in a steady order. Left out are the look-alikes' own notes: when a person last changed
    (`keyed`), and the number of a pair, which is another when it was none for a while."""
    db.session.rollback()
    db.session.expire_all()
    noted = {"profiles": {"keyed"}, "look_alikes": {"id"}}
    order = {"look_alikes": ("one_id", "other_id")}
    return {
        table.name: [
            {key: value for key, value in row.items() if key not in noted.get(table.name, ())}
            for row in db.session.execute(table.select().order_by(*(order.get(table.name) or table.primary_key.columns))).mappings()
        ]
        for table in db.metadata.sorted_tables
        if table.name not in but
    }


def differences(before: dict[str, list[dict]], after: dict[str, list[dict]]) -> list[str]:
    """What is not as it was, mails that were queued since left out."""
    known = {row["id"] for row in before["outbox_mails"]}
    after = after | {"outbox_mails": [row for row in after["outbox_mails"] if row["id"] in known]}
    found = []
    for name in before:
        if before[name] != after[name]:
            lost, new = (
                [row for row in one if row not in other] for one, other in ((before[name], after[name]), (after[name], before[name]))
            )
            found.append(f"{name}: {_changes(lost, new)}")
    return found


def _changes(lost: list[dict], new: list[dict]) -> str:
    by_id = {row.get("id"): row for row in new}
    said = [
        f"{row.get('id')}: "
        + ", ".join(f"{key} {value!r} → {by_id[row.get('id')][key]!r}" for key, value in row.items() if by_id[row.get("id")][key] != value)
        for row in lost
        if row.get("id") in by_id
    ]
    return "; ".join(said) or f"lost {lost}, new {new}"


def rights(days: list[date]) -> dict[tuple, list]:
    """What every account may do for every record on these days, through whichever link."""
    db.session.rollback()
    db.session.expire_all()
    found: dict[tuple, list] = {}
    for link in db.session.scalars(select(Link).order_by(Link.id)):
        may = found.setdefault((link.account_id, link.profile_id), [frozenset()] * len(days))
        found[(link.account_id, link.profile_id)] = [one | link.permissions_on(day) for one, day in zip(may, days)]
    return {key: value for key, value in found.items() if any(value)}


class World:
    """Records of one practice that random dice filled; every row is stored in one transaction."""

    def __init__(self, dice: Random, now: datetime, people: int):
        self.dice, self.now, self.on = dice, now, now.date()
        self.clinic = Clinic(now)
        self.practice = self.clinic.practice
        self.clinic.change(self.practice, age_steps=dice.choice(([], STEPS)))
        self.visit = self.clinic.service(minutes=30)
        self.who = [self.clinic.practitioner(name, self.visit) for name in ("Ines", "Omar")]
        self.staff = staff_of(self.practice, now)
        transact(self._fill, people)

    def _fill(self, people: int) -> None:
        self.accounts = [self._stored(account_of(name, self.now)) for name in ("ada", "ben", "cleo")]
        self.people = [self._person() for _ in range(people)]
        self.batch = self._stored(
            InvitationBatch(practice_id=self.practice.id, made_by_id=self.staff.id, life_hours=72, created_at=self.now)
        )
        for n, person in enumerate(self.people):
            self._links(person)
            self._invitations(person)
            self._appointments(person)
            if self.dice.random() < 0.4:
                self._stored(BatchRow(practice_id=self.practice.id, batch_id=self.batch.id, position=n + 1, profile_id=person.id))
        for n, one in enumerate(self.people):
            for other in self.people[n + 1 :]:
                if self.dice.random() < 0.25:
                    self._told_apart(one, other)

    def _stored(self, row):
        db.session.add(row)
        db.session.flush()
        return row

    def _person(self) -> Profile:
        dice = self.dice
        is_new = dice.random() < 0.3
        person = self._stored(
            Profile(
                practice_id=self.practice.id,
                given_name=dice.choice(("Mia", "Maria")),
                family_name=dice.choice(("Roy", "")),
                born_on=dice.choice(BORN),
                email=dice.choice(("", "ada@mail.example", "mia@mail.example")),
                phone=dice.choice(("", "+14165550101", "+14165550102")),
                street=dice.choice(("", "1 Elm Street")),
                city=dice.choice(("", "Toronto")),
                card_number=dice.choice(("", "123", "456")),
                staff_alert=dice.choice(("", "Allergic", "Deaf")),
                language=dice.choice(("", "fr")),
                created_at=self.now - timedelta(days=dice.randrange(3, 6)),
                provisional_at=self.now - timedelta(days=2) if is_new else None,
                safe_at=dice.choice((None, None, self.now - timedelta(days=1))),
                email_consent_at=dice.choice((None, self.now - timedelta(days=2))),
                email_refused_at=dice.choice((None, None, self.now - timedelta(days=1))),
            )
        )
        if is_new:
            self._stored(
                Registration(
                    practice_id=self.practice.id,
                    profile_id=person.id,
                    account_id=self.accounts[0].id,
                    created_at=self.now - timedelta(days=2),
                )
            )
        return person

    def _links(self, person: Profile) -> None:
        has_primary = False
        for account in self.accounts:
            for state in self.dice.choice(((), (), ("live",), ("live",), ("revoked",), ("expired",), ("revoked", "live"))):
                link = self._link(account, person, state)
                if state != "revoked" and not has_primary and self.dice.random() < 0.4:
                    link.primary_at, has_primary = self.now - timedelta(days=2), True
        db.session.flush()

    def _link(self, account: Account, person: Profile, state: str) -> Link:
        dice = self.dice
        given = [name for name in access.PERMISSIONS if dice.random() < 0.75]
        return self._stored(
            Link(
                practice_id=self.practice.id,
                account_id=account.id,
                profile_id=person.id,
                relationship=dice.choice(("self", "parent", "carer")),
                permissions=given,
                created_at=self.now - timedelta(days=3),
                decided_on=self.on - timedelta(days=dice.choice((0, 1, 4000))),
                ends_on=self.on - timedelta(days=1)
                if state == "expired"
                else dice.choice((None, None, self.on, self.on + timedelta(days=400))),
                review_on=dice.choice((None, self.on + timedelta(days=90))),
                revoked_at=self.now - timedelta(hours=5) if state == "revoked" else None,
            )
        )

    def _invitations(self, person: Profile) -> None:
        for email in ("ada@mail.example", "ben@mail.example", "new@mail.example"):
            for state in self.dice.choice(((), (), ("open",), ("open",), ("deleted", "open"), ("refused",), ("accepted",), ("expired",))):
                self._invitation(person, email, state)

    def _invitation(self, person: Profile, email: str, state: str) -> Invitation:
        dice, made = self.dice, self.now - timedelta(hours=200 if state == "expired" else 1)
        wanted = invitations.Wanted(
            email,
            dice.choice(("self", "parent", "carer")),
            tuple(name for name in access.PERMISSIONS if dice.random() < 0.75),
            second_check=dice.choice(("", "birth_date", "code")),
            ends_on=dice.choice((None, self.on + timedelta(days=100))),
        )
        one = invitations.make(self.staff, person, wanted, made)
        invitations.send(one, made)
        if dice.random() < 0.6:
            for mail in db.session.scalars(select(OutboxMail).where(OutboxMail.about == invitations.about(one))):
                mail.state, mail.sent_at = "sent", made
        if state in ("deleted", "refused", "accepted"):
            setattr(one, f"{state}_at", made)
            invitations.end_links(one, made)
        db.session.flush()
        return one

    def _appointments(self, person: Profile) -> None:
        links = [None, *db.session.scalars(select(Link).where(Link.profile_id == person.id))]
        for n in range(self.dice.randrange(3)):
            link, kind = self.dice.choice(links), self.dice.choice(("past", "coming", "cancelled"))
            # Starts of different records never meet: two at one time with one practitioner cannot be stored.
            start = self.now + timedelta(days=(-20 if kind == "past" else 5) + n, minutes=30 * (person.id % 11))
            row = self._stored(
                Appointment(
                    practice_id=self.practice.id, location_id=self.clinic.location.id, profile_id=person.id, service_id=self.visit.id,
                    practitioner_id=self.dice.choice(self.who).id, booked_by_id=(link.account_id if link else self.accounts[0].id),
                    link_id=link and link.id, starts_at=start, ends_at=start + timedelta(minutes=30), wall_start="", zone=self.practice.zone,
                    status="cancelled" if kind == "cancelled" else "booked", cancelled_at=self.now if kind == "cancelled" else None,
                    idempotency_key=public_id(), created_at=self.now - timedelta(days=30), changed_at=self.now - timedelta(days=30),
                )
            )  # fmt: skip
            if kind == "coming":
                reminders.make(row, self.now)

    def _told_apart(self, one: Profile, other: Profile) -> None:
        low, high = sorted((one.id, other.id))
        taken_back = self.dice.choice((None, None, self.now))
        self._stored(
            DifferentPeople(
                practice_id=self.practice.id,
                one_id=low,
                other_id=high,
                decided_at=self.now,
                decided_by_id=self.staff.account_id,
                taken_back_at=taken_back,
            )
        )

    def choices(self, source: Profile, target: Profile) -> dict:
        """Random ones, as `merged` takes them."""
        details = {
            name: self.dice.choice(("source", "target", "both"))
            for name in ("name", "born_on", "phone", "address", "card", "staff_alert")
            if self.dice.random() < 0.5
        }
        ends = {one.public_id: "end" for one in self.accounts if self.dice.random() < 0.15}
        return {"details": details, "access": ends}
