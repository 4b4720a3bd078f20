"""Leo in two homes: everything of one guardian that the other must not learn, made so that it can be found wherever it turns up.

Two guardians, a reader and the other one. What the other one is, has, writes and books carries words that occur nowhere else.
"""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking import emails, feeds, payments, receipt_letters  # noqa: F401  (who writes receipts)
from booking.models import Appointment, Location, Payment, Practitioner, Room, Service
from booking.queries import soonest
from booking.timetable import timetable
from booking.wishes import Wish
from portal import access, files, invitations, ledger, letters, notes, outbox
from portal.database import db, transact
from portal.ids import secret
from portal.invitations import Wanted
from portal.models import Account, Contact, FurtherNumber, Invitation, Link, OutboxMail, Profile
from portal.people import own_profile
from tests import mails
from tests.portal import filing

TORONTO = ZoneInfo("America/Toronto")
# What a permission is beside the level of seeing; the last one is how most links are.
MAYS = {
    "nothing": (),
    "book": (access.BOOK,),
    "change": (access.CHANGE,),
    "notices": (access.GET_NOTICES,),
    "manage": (access.MANAGE_ACCESS,),
    "all": (access.BOOK, access.CHANGE, access.GET_NOTICES, access.MANAGE_ACCESS),
}

# kind → the words that betray it. "never": whatever the reader may do.
MARKS = {
    "never": (
        "zq.other@", "zqtwin", "4169990", "999-0177", "zq-note", "zq-why", "zqinvited", "zqthird@", "zqkept", "zqnote", "6:05am", "06:05", "T110500Z", "$456.78",
        "zq-alert", "zq-billing", "zq-file", "zq-authorised", "zqhome", "zqmum",
    ),
    "names": ("Zqother", "Zqfamily", "Zqthird", "Zqhelper"),
    "contact": ("zq.leo@", "999-0188", "4169990188", "Zqneighbour", "999-0155", "4169990155", "999-0166", "4169990166"),  # of Leo's record: in which home is that?
    "details": ("Zqservice", "Zqdiscipline", "Zqpractitioner", "Zqroom", "Zqstreet", "Zqbring", "$987.65", "$123.45", "Zqshown"),
    "lent": ("Zqlent",),  # a file of the other one, which staff show to who sees the details
    "past": ("6:40am", "06:40", "T114000Z"),
    "times": ("7:35am", "07:35", "T123500Z"),
}  # fmt: skip
OWN = ("8:25am", "zr-note")  # what the reader booked: seen wholly while the link allows anything


class Homes:
    """`reader` and `other` are names in the demo world with a link to Leo. Everything happens in `settle`; `give` changes the reader's link."""

    def __init__(self, app, cast, reader: str = "daniel", other: str = "priya"):
        self.app, self.cast, self.clock = app, cast, app.config["CLOCK"]
        with app.app_context(), app.test_request_context():
            self.settle(reader, other)

    def settle(self, reader: str, other: str) -> None:
        cast, now = self.cast, self.clock()
        self.reader, self.reader_email = mails.account(reader), f"{reader}@example.com"
        self.link, theirs = cast.link(reader, "leo"), cast.link(other, "leo")
        leo = mails.profile("leo")
        transact(self._share_only, leo, theirs.account_id, now)
        self._name_them(mails.account(other), leo)
        self.token = transact(lambda: feeds.feed_token(feeds.open_feed(db.session.get(Account, self.reader.id), now)))
        transact(self._write_down, leo, now)
        third = self._third(leo, theirs, now)
        self._visits(leo, other, reader, now)
        self._files(leo, theirs, now)
        waiting = transact(self._invite, leo, theirs, now)
        self._letters(third, theirs, now)
        self._ids(leo, theirs, third, waiting)

    def _share_only(self, leo: Profile, other_id: int, now: datetime) -> None:
        """Only Leo is in both homes, so that every trace of the other one comes from there."""
        both = select(Link.profile_id).where(Link.account_id == other_id, Link.profile_id != leo.id)
        for link in db.session.scalars(select(Link).where(Link.account_id == self.reader.id, Link.profile_id.in_(both))):
            link.revoke(now)

    def _name_them(self, other: Account, leo: Profile) -> None:
        """Telephones are stored as +1416999…; a page writes (416) 999-0177."""
        mails.change(
            other,
            given_name="Zqother",
            family_name="Zqfamily",
            email="zq.other@example.com",
            email_key="zq.other@example.com",
            phone="+14169990177",
        )
        mails.change(
            leo,
            email="zq.leo@example.com",
            phone="+14169990188",
            staff_alert="zq-alert",
            billing_notes="zq-billing",
            file_number="zq-file",
            billing_authorisation="zq-authorised",
        )
        contact = Contact(
            practice_id=leo.practice_id,
            profile_id=leo.id,
            name="Zqmum",
            phone="+14169990177",
            emergency_at=self.clock(),
            created_at=self.clock(),
        )
        transact(db.session.add, contact)  # it is the other one who is rung
        for profile in db.session.scalars(select(Profile).join(Link).where(Link.account_id == other.id, Link.relationship == "self")):
            mails.change(
                profile,
                given_name="Zqother",
                family_name="Zqfamily",
                email="zqtwin@example.com",
                phone="+14169990177",
                street="5 Zqhome Road",
            )
            mails.change(leo, street="5 Zqhome Road", city="Toronto")  # who is the other one’s child lives with them

    @staticmethod
    def _write_down(leo: Profile, now: datetime) -> None:
        """What staff keep in Leo's record, and that they changed it."""
        whose = {"practice_id": leo.practice_id, "profile_id": leo.id, "created_at": now}
        db.session.add_all(
            [FurtherNumber(number="+14169990155", kind="home", **whose), Contact(name="Zqneighbour", phone="+14169990166", **whose)]
        )
        by = {"profile": leo, "account": mails.account("dana"), "as": "staff"}
        changes = {
            "staff_alert": ["", "zq-alert"],
            "billing_notes": ["", "zq-billing"],
            "file_number": ["", "zq-file"],
            "numbers": [[], ["+14169990155"]],
            "email": ["", "zq.leo@example.com"],
        }
        ledger.record("record_changed", now, changes=changes, **by)
        ledger.record("record_changed", now, changes={"staff_alert": ["zq-alert", ""]}, **by)
        ledger.record("contact_added", now, name="Zqneighbour", **by)

    def _third(self, leo: Profile, theirs: Link, now: datetime) -> Link:
        """A helper of the other home, who got access from there."""
        account = Account(
            email="zqthird@example.com", email_key="zqthird@example.com", password_hash="-", given_name="Zqthird", family_name="Zqhelper",
            verified_at=now, created_at=now,
        )  # fmt: skip
        transact(db.session.add, account)
        link = Link(practice_id=leo.practice_id, account_id=account.id, profile_id=leo.id, relationship="trusted", created_at=now)
        link.permissions, link.given_by_id = list(access.default_permissions("trusted")), theirs.account_id
        transact(db.session.add, link)
        return link

    def _visits(self, leo: Profile, other: str, reader: str, now: datetime) -> None:
        """The other guardian's for Leo, staff's for Leo, the other's for themselves, and the reader's own."""
        day = datetime(2026, 12, 17, 12, 35, tzinfo=UTC)  # a Thursday, 7:35am in Toronto
        hidden = transact(self._hidden, leo.practice_id, now)
        make = itertools.count()

        def visit(at: datetime, by: str = other, who: Profile = leo, **facts) -> Appointment:
            row = mails.appointment(self.cast, "leo", at, service="follow-up", by=by)
            mails.change(row, profile_id=who.id, note="zq-note", idempotency_key=f"homes {next(make)}", **facts)
            return row

        self.coming = visit(day, **hidden)
        self.plain = visit(day + timedelta(days=1))  # of a service that everybody can book
        self.by_staff = visit(day + timedelta(days=4), by="dana", **hidden)
        self.gone = visit(day + timedelta(days=5), **hidden)
        self.past = visit(datetime(2026, 11, 19, 11, 40, tzinfo=UTC), **hidden)
        _profile, link = transact(own_profile, mails.account(other), self.cast.riverside, now)
        self.others_own = visit(datetime(2026, 12, 21, 11, 5, tzinfo=UTC), who=link.profile, **hidden)
        self.own = mails.appointment(self.cast, "leo", datetime(2026, 12, 22, 13, 25, tzinfo=UTC), service="follow-up", by=reader)
        mails.change(self.own, note="zr-note")
        for row in (self.coming, self.plain, self.by_staff, self.others_own, self.own):
            transact(emails.announce_booked, row, now)
        mails.change(self.plain, sequence=1)
        transact(emails.announce_moved, self.plain, day + timedelta(days=2), now, mails.account(other))
        mails.change(self.gone, status="cancelled", cancelled_at=now, changed_at=now, sequence=1)
        transact(emails.announce_cancelled, self.gone, now, mails.account(other))
        paid = ((self.coming, 12345), (self.past, 12345), (self.others_own, 45678))
        self.receipts = [transact(self._pay, row, amount, now) for row, amount in paid]
        for verb, row in (
            ("booked", self.coming),
            ("booked", self.past),
            ("cancelled", self.gone),
            ("moved", self.plain),
            ("viewed", None),
        ):
            transact(self._remember, verb, row, mails.account(other), leo, now)

    def _pay(self, row: Appointment, amount: int, now: datetime) -> Payment:
        """At the desk, with words that are for staff alone."""
        staff = self.cast.staff("dana")
        payments.set_due(staff, row, 98765, "zq-why", now)
        return payments.record(staff, row, amount, "card", now.date(), now, f"paid {row.id}", note="zq-note", over_known=amount)

    def _remember(self, verb, row, account, leo, now) -> None:
        facts = {"appointment": row.id} if row else {"as": "person"}
        if verb == "moved":
            facts |= {"moved_from": (row.starts_at + timedelta(days=1)).isoformat(), "moved_to": row.starts_at.isoformat()}
        link = db.session.scalar(select(Link).where(Link.account_id == account.id, Link.profile_id == leo.id))
        ledger.record(verb, now, profile=db.session.get(Profile, leo.id), account=account, link=link, **facts)

    @staticmethod
    def _hidden(practice_id: int, now: datetime) -> dict:
        """A service, a practitioner and a room that no public page names, and what only a detail would tell."""
        base = db.session.scalar(select(Location).where(Location.practice_id == practice_id).order_by(Location.id))
        place = Location(practice_id=practice_id, name="Zqstreet house", street="77 Zqstreet", city="Toronto", zone=base.zone)
        what = Service(
            practice_id=practice_id, name="Zqservice", discipline="Zqdiscipline", bring="Zqbring", duration_minutes=30, archived_at=now, price_cents=98765,
        )  # fmt: skip
        whom = Practitioner(practice_id=practice_id, name="Zqpractitioner", left_at=now)
        db.session.add_all([place, what, whom])
        db.session.flush()
        room = Room(practice_id=practice_id, location_id=place.id, name="Zqroom", kind="hidden")
        db.session.add(room)
        db.session.flush()
        return {"service_id": what.id, "practitioner_id": whom.id, "location_id": place.id, "room_id": room.id, "price_cents": 98765}

    def _files(self, leo: Profile, theirs: Link, now: datetime) -> None:
        """Staff's own and shown ones, the other guardian's kept and shown ones, each with its name inside; and a note of staff."""
        dana = self.cast.staff("dana")
        mails.change(leo.practice, files_from_people_at=now)
        theirs = db.session.get(Link, theirs.id)
        made = [filing.filed(by, leo, now, f"{name}.txt", shared, content=name.encode(), pages=1) for by, name, shared in (
            (dana, "Zqkept by staff", False), (dana, "Zqshown", True), (theirs, "Zqkept by me", False), (theirs, "Zqlent", False),
        )]  # fmt: skip
        transact(files.share, dana, made[-1], True, now)
        transact(notes.write, dana, leo, "Zqnote", "Zqnote", now)
        self.files = [one.public_id for one in made]

    def _invite(self, leo: Profile, theirs: Link, now: datetime) -> Invitation:
        wanted = Wanted("zqinvited@example.com", "trusted", access.default_permissions("trusted"), why="zq-why")
        return invitations.invite(db.session.get(Link, theirs.id), db.session.get(Profile, leo.id), wanted, now)

    def _letters(self, third: Link, theirs: Link, now: datetime) -> None:
        """What was queued for the reader about access, with the rows as they are made by portal."""
        refs = [("access_taken_up", {"link": one.id, "to": self.link.id}) for one in (third, theirs)]
        refs += [("access_changed", {"link": self.link.id}), ("access_ended", {"link": self.link.id})]

        mine = f"account {self.reader.id}"
        refs += [("receipt", {"link": f"receipt {one.id}", "payment": one.id, "who": mine}) for one in self.receipts]

        def queue() -> None:
            for template, facts in refs:
                common = dict(now=now, account=db.session.get(Account, self.reader.id), practice_id=theirs.practice_id, dedupe=secret())
                outbox.enqueue(template, to=self.reader_email, refs=facts, about=f"link:{facts['link']}", **common)

        transact(queue)
        transact(emails.announce_outside, self.coming, now)

    def _ids(self, leo: Profile, theirs: Link, third: Link, waiting: Invitation) -> None:
        """What an address of the site may name, by what stands before it in the rule."""
        rows = (self.coming, self.plain, self.by_staff, self.gone, self.past, self.others_own, self.own)
        links = [self.link.public_id, theirs.public_id, third.public_id]
        self.foreign = links[1:]
        self.pools = {
            "/appointments/": [row.public_id for row in rows],
            "/for/": links,
            "/family/": links,
            "/invitations/": [waiting.public_id],
            "/receipts/": [one.public_id for one in self.receipts],
            "/calendar/": [self.token],
        }
        self.named = {
            "slug": ["riverside"],
            "other_id": links,
            "link_id": links,
            "invitation_id": [waiting.public_id],
            "number": ["1"],
            "file_id": self.files,
            "note_id": self.files,
            "place": ["1"],
        }
        public = self.cast.follow_up
        with db.session.no_autoflush:
            free = soonest(
                self.cast.riverside, Wish(timetable(self.cast.riverside).service(public.public_id), profile=leo), self.clock(), 1
            )[0].at
        taken, days = int(self.plain.starts_at.timestamp()), {row.starts_at.astimezone(TORONTO).date() for row in rows}
        book, chosen = "/at/riverside/book", f"?who={leo.public_id}&what={public.public_id}&with=any"
        self.queries = [
            "/appointments?past=1", f"{book}/who?who={leo.public_id}", f"{book}/what{chosen}", f"{book}/with{chosen}", f"{book}/when{chosen}",
            *(f"{book}/when{chosen}&day={day}" for day in sorted(days)), f"{book}/confirm{chosen}&at={taken}", f"{book}/confirm{chosen}&at={free}",
            *(f"{book}/{step}?move={row.public_id}&at={free}" for row in (self.coming, self.plain) for step in ("when", "confirm")),
        ]  # fmt: skip
        self.posts = [f"{book}/{step}{chosen}&at={taken}" for step in ("hold", "confirm")]
        self.posts += [f"{book}/confirm?move={row.public_id}&at={free}" for row in (self.coming, self.plain)]

    # --- what a test changes and asks ---

    def give(self, level: str, may: str, safe: bool) -> None:
        """The reader's link allows this now, and Leo is kept safe or not."""
        with self.app.app_context():
            permissions = access.at_level(MAYS[may], level)
            transact(self._give, permissions, self.clock() if safe else None)

    def _give(self, permissions: list[str], safe_at: datetime | None) -> None:
        link = db.session.get(Link, self.link.id)
        link.permissions, link.profile.safe_at = permissions, safe_at

    def letters(self) -> dict[str, str]:
        """What every mail to the reader would say now, enclosures unfolded: template and number → words."""
        said = {}
        with self.app.app_context(), self.app.test_request_context():
            for row in db.session.scalars(select(OutboxMail).where(OutboxMail.to_address == self.reader_email)):
                found = letters.write(row, max(row.due_at, self.clock()))
                if found is not None:
                    parts = (found.subject, found.text, found.html, found.sender_name, found.reply_to, found.to)
                    files = (one.content.decode().replace("\r\n ", "") for one in found.enclosures)
                    said[f"{row.template} {row.id}"] = "\n".join((*parts, *files))
        return said
