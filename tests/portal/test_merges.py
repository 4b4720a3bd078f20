"""Two records become one person's: details, access, invitations, appointments, registrations, mails (MISSION M5, F8; SAFETY §3, §6)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking import bookings
from booking.models import Appointment
from portal import access, claims, invitations, links, lookalikes, mailed_links, merge_preview, merges, postman, transport, unmerging
from portal.access import BOOK, CHANGE, MANAGE_ACCESS, SEE_TIMES, SELF
from portal.database import db, transact
from portal.mailed_links import LinkEnded
from portal.merge_choices import Choices
from portal.models import DifferentPeople, Invitation, LedgerLine, Link, Merge, OutboxMail, Profile, Registration
from portal.tombstones import sources, survivor
from tests.booking.clinic import Clinic, at, torn
from tests.portal.merging import account_of, add, merged, staff_of

BORN = date(1980, 4, 7)


class Here:
    """A clinic with two records, `old` and `new`, and whatever a test adds."""

    def __init__(self, clock):
        self.clock, self.now = clock, clock()
        self.clinic = Clinic(self.now)
        self.practice = self.clinic.practice
        self.visit = self.clinic.service(minutes=30)
        self.ines, self.omar = (self.clinic.practitioner(name, self.visit) for name in ("Ines", "Omar"))
        self.staff = staff_of(self.practice, self.now)
        self.old = self.person("Old", created_at=self.now - timedelta(days=900))
        self.new = self.person("New")

    def person(self, name="Mia", **facts) -> Profile:
        facts = {"created_at": self.now, "family_name": "Roy", "born_on": BORN, **facts}
        return add(Profile(practice_id=self.practice.id, given_name=name, **facts))

    def account(self, name: str):
        return add(account_of(name, self.now))

    def link(self, account, person, relationship=SELF, permissions=access.PERMISSIONS, **facts) -> Link:
        link = transact(links.grant, account, person, relationship, permissions, self.now, ground="")
        self.change(link, **facts)
        return link

    def change(self, row, **facts):
        transact(lambda: [setattr(db.session.get(type(row), row.id), name, value) for name, value in facts.items()])

    def invite(self, email: str, person, relationship="carer", permissions=(SEE_TIMES, BOOK), **more) -> Invitation:
        wanted = invitations.Wanted(email, relationship, tuple(permissions), **more)
        return transact(invitations.invite, self.staff, person, wanted, self.now)

    def accept(self, account, link):
        how = claims.Circumstances(db.session.get(type(link), link.id), mailed_links.MAILED, True)
        return transact(claims.accept, account, how, self.now)

    def book(self, link, start="2026-12-21 10:00", who=None) -> Appointment:
        return transact(
            bookings.book, link.account, link, self.clinic.wish(self.visit, who or self.ines), at(start), self.now, f"{link.id} {start}"
        )

    def merge(self, source=None, target=None, **choices) -> Merge:
        return merged(self.staff, source or self.new, target or self.old, self.clock(), **choices)

    def undo(self, merge, **sides):
        asked = {one.key: one.side for one in unmerging.items(merge)}
        return transact(unmerging.unmerge, self.staff, merge, asked | sides, self.clock())

    def may(self, account, person=None) -> set[str]:
        db.session.expire_all()
        found = db.session.scalars(select(Link).where(Link.account_id == account.id, Link.profile_id == (person or self.old).id))
        return set().union(*(one.permissions_on(self.now.date()) for one in found))


@pytest.fixture
def here(context, clock):
    return Here(clock)


def lines(verb: str) -> list[LedgerLine]:
    return list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == verb).order_by(LedgerLine.id)))


def keys(here, **choices) -> list[str]:
    return [one.key.split()[0] for one in merge_preview.preview(here.new, here.old, Choices(**choices), here.now).conflicts]


# --- details ---


def test_a_blank_never_takes_the_place_of_something_filled(here):
    here.change(here.old, phone="", email="old@mail.example", card_number="", family_name="")
    here.change(here.new, phone="+14165550101", email="", card_number="77", card_region="ON", given_name="Old")
    merge = here.merge(details={"phone": "target", "email": "source", "card": "target"})
    assert (here.old.phone, here.old.email, here.old.card_number, here.old.card_region) == ("+14165550101", "old@mail.example", "77", "ON")
    assert here.old.family_name == "Roy" and merge.choices["details"]["card"] == "target"


@pytest.mark.parametrize("side", ["source", "target"])
def test_every_choice_is_kept(here, side):
    facts = {
        "name": {"given_name": "Amelia", "family_name": "Reed"}, "born_on": {"born_on": date(1981, 4, 7)}, "phone": {"phone": "+14165550102"},
        "email": {"email": "two@mail.example"}, "address": {"street": "2 Elm", "city": "Ajax", "postal_code": "L1S"},
        "card": {"card_number": "22", "card_region": "QC"}, "file_number": {"file_number": "F2"}, "language": {"language": "fr"},
        "zone": {"zone": "America/Vancouver"}, "staff_alert": {"staff_alert": "Deaf"},
    }  # fmt: skip
    wanted = {name: value for columns in facts.values() for name, value in columns.items()}
    here.change(here.new, **wanted)
    first = dict(
        given_name="Old",
        family_name="Roy",
        born_on=BORN,
        phone="1",
        email="1@mail.example",
        street="1",
        city="1",
        postal_code="1",
        card_number="1",
    )
    first |= dict(card_region="ON", file_number="F1", language="en", zone="America/Toronto", staff_alert="Allergic")
    here.change(here.old, **first)
    here.merge(details=dict.fromkeys(facts, side))
    stands = {name: getattr(here.old, name) for name in wanted}
    assert stands == (wanted if side == "source" else {name: first[name] for name in wanted})


def test_both_warnings_may_stand(here):
    here.change(here.old, staff_alert="Allergic")
    here.change(here.new, staff_alert="Deaf")
    here.merge()
    assert here.old.staff_alert == "Allergic\nDeaf"


def test_the_source_stays_as_a_tombstone_as_it_was(here):
    here.change(here.new, phone="+14165550101")
    here.merge()
    assert here.new.is_merged and here.new.replaced_by_id == here.old.id and here.new.phone == "+14165550101" and not here.old.is_merged
    assert survivor(here.new) is here.old and sources(here.old) == [here.new.id]


def test_both_ledgers_have_a_line(here):
    merge = here.merge()
    told = [(one.profile_id, one.account_id, one.facts["does"], one.facts["merge"], one.facts["as"]) for one in lines("merged")]
    who = here.staff.account_id
    assert told == [(here.old.id, who, "takes", merge.id, "staff"), (here.new.id, who, "gives", merge.id, "staff")]


# --- what has to be looked at twice ---


def test_different_birth_dates_and_cards_wait_for_a_tick(here):
    here.change(here.new, born_on=date(1981, 4, 7), card_number="2")
    here.change(here.old, card_number="1")
    with pytest.raises(merges.NotConfirmed) as refused:
        here.merge(ticked=False)
    assert {one.key for one in refused.value.facts["conflicts"]} == {"born_on", "card"}
    db.session.expire_all()
    assert not here.new.is_merged and not db.session.scalar(select(Merge.id))
    here.merge()


def test_a_tick_for_one_thing_is_none_for_another(here):
    here.change(here.new, born_on=date(1981, 4, 7), card_number="2")
    here.change(here.old, card_number="1")
    seen = merge_preview.preview(here.new, here.old, Choices(), here.now)
    with pytest.raises(merges.NotConfirmed) as refused:
        transact(merges.merge, here.staff, here.new, here.old, Choices(confirmed=frozenset({"born_on"})), seen.mark, here.now)
    assert [one.key for one in refused.value.facts["conflicts"]] == ["card"]


def test_all_that_may_surprise_is_called_out(here):
    ada, ben, cleo = (here.account(name) for name in ("ada", "ben", "cleo"))
    one, other = here.link(ada, here.old), here.link(ben, here.new)
    here.link(cleo, here.old, "parent"), here.link(ada, here.new, "carer", (SEE_TIMES,))
    here.book(one), here.book(other, who=here.omar)
    transact(lookalikes.remember_different, here.old, here.new, here.now, here.staff)
    here.change(here.new, safe_at=here.now)
    assert {"safe", "told", "role", "rights", "overlap"} <= set(keys(here))


def test_two_logins_of_one_person_open_the_same_record_afterwards(here):
    ada, ben = here.account("ada"), here.account("ben")
    here.link(ada, here.old), here.link(ben, here.new)
    assert "logins" in keys(here)
    here.merge()
    assert here.may(ada) == here.may(ben) == set(access.PERMISSIONS)


def test_what_changed_while_somebody_looked_is_looked_at_again(here):
    ada = here.account("ada")
    link = here.link(ada, here.new)
    for change in (
        lambda: here.change(here.new, phone="+14165550109"),
        lambda: here.change(here.old, safe_at=here.now),
        lambda: transact(links.decide, link, (BOOK,), here.now, by=here.staff.account, as_staff=True),
        lambda: transact(links.revoke, link, here.now, by=here.staff.account, as_staff=True),
        lambda: here.invite("new@mail.example", here.old),
        lambda: transact(lookalikes.remember_different, here.old, here.new, here.now, here.staff),
    ):
        db.session.expire_all()
        seen = merge_preview.preview(here.new, here.old, Choices(), here.now)
        change()
        with pytest.raises(merges.ChangedMeanwhile):
            transact(merges.merge, here.staff, here.new, here.old, Choices(), seen.mark, here.now)


def test_an_appointment_booked_while_somebody_looked_goes_over_like_the_others(here):
    here.change(here.old, email="ada@mail.example")
    link = here.link(here.account("ada"), here.new)
    seen = merge_preview.preview(here.new, here.old, Choices(), here.now)
    booked = here.book(link)
    transact(merges.merge, here.staff, here.new, here.old, Choices(), seen.mark, here.now)
    assert booked.profile_id == here.old.id


def test_what_is_merged_is_not_merged_again(here):
    first, third = here.merge(), here.person("Third")
    for source, target in ((here.new, here.old), (here.old, here.new), (here.new, third), (third, here.new)):
        with pytest.raises(merges.MergedAlready) as refused:
            here.merge(source, target)
        assert refused.value.facts["merge"].id == first.id


def test_nobody_is_merged_with_themselves_or_across_the_wall_of_a_practice(here):
    other = Clinic(here.now, slug="other")
    theirs = add(Profile(practice_id=other.practice.id, given_name="Mia", created_at=here.now))
    foreign = staff_of(other.practice, here.now)
    for staff, source, target in (
        (here.staff, here.new, here.new), (here.staff, here.new, theirs), (here.staff, theirs, here.new), (foreign, here.new, here.old), (foreign, here.new, theirs),
    ):  # fmt: skip
        with pytest.raises(merges.NotTogether):
            merged(staff, source, target, here.now)
    merge = here.merge()
    with pytest.raises(unmerging.NotMerged):
        transact(unmerging.unmerge, foreign, merge, {}, here.now)


# --- access ---


def test_access_ended_on_either_side_ends_on_both(here):
    for number, (ended, lives) in enumerate(((here.new, here.old), (here.old, here.new))):
        account = here.account(f"a{number}")
        transact(links.revoke, here.link(account, ended, "parent"), here.now, by=here.staff.account, as_staff=True)
        here.link(account, lives, "carer")
    here.merge()
    assert not db.session.scalars(select(Link).where(Link.revoked_at.is_(None))).all()
    told = [mail.to_address for mail in db.session.scalars(select(OutboxMail).where(OutboxMail.template == "access_ended"))]
    assert sorted(told) == ["a0@mail.example"] * 2 + ["a1@mail.example"] * 2, "once for each end, and for none twice"


def test_access_on_both_allows_what_both_allowed(here):
    ada = here.account("ada")
    one = here.link(ada, here.old, "parent", (SEE_TIMES, BOOK, MANAGE_ACCESS), ends_on=here.now.date() + timedelta(days=9))
    other = here.link(ada, here.new, "parent", (SEE_TIMES, BOOK, CHANGE))
    here.merge()
    assert here.may(ada) == {SEE_TIMES, BOOK} and other.united_with_id == one.id and one.ends_on == here.now.date() + timedelta(days=9)


def test_staff_may_let_nobody_in_through_the_source(here):
    ada, ben = here.account("ada"), here.account("ben")
    here.link(ada, here.new, "parent"), here.link(ben, here.new, "parent")
    here.merge(access={ada.public_id: "end"})
    assert here.may(ada) == set() and here.may(ben) == set(access.PERMISSIONS)


def test_whoever_is_kept_safe_on_either_side_is_kept_safe(here):
    ada = here.account("ada")
    here.link(ada, here.old, "parent")
    here.change(here.new, safe_at=here.now)
    here.merge()
    assert here.old.is_safe and MANAGE_ACCESS not in here.may(ada)


def test_an_age_step_that_took_access_is_not_undone_by_a_merge(here):
    """Decided on the earlier day: what was chosen at ten is not what was chosen at sixteen."""
    here.change(here.practice, age_steps=[[12, "narrow"], [16, "pause"]])
    born = here.now.date().replace(year=here.now.year - 16)
    for person in (here.old, here.new):
        here.change(person, born_on=born)
    ada = here.account("ada")
    here.link(ada, here.old, "parent", decided_on=here.now.date() - timedelta(days=900))
    here.link(ada, here.new, "parent", decided_on=here.now.date())
    assert here.may(ada) == set() and here.may(ada, here.new)
    here.merge()
    assert here.may(ada) == set()


def test_one_is_primary_afterwards(here):
    ada, ben = here.account("ada"), here.account("ben")
    one, other = here.link(ada, here.old), here.link(ben, here.new)
    assert one.primary_at and other.primary_at
    merge = here.merge()
    assert one.primary_at and not other.primary_at
    here.undo(merge)
    assert one.primary_at and other.primary_at


def test_the_primary_whose_access_has_run_out_gives_way(here):
    ada, ben = here.account("ada"), here.account("ben")
    one, other = here.link(ada, here.old), here.link(ben, here.new)
    here.change(one, ends_on=here.now.date() - timedelta(days=1))
    here.merge()
    assert other.primary_at and not one.primary_at


def test_access_that_had_run_out_on_both_sides_is_no_obstacle(here):
    ada = here.account("ada")
    for person in (here.old, here.new):
        here.link(ada, person, "carer", ends_on=here.now.date() - timedelta(days=1))
    here.merge()
    assert here.may(ada) == set()


def test_a_person_alike_by_address_alone_is_neither_proposed_nor_let_in(here):
    """SAFETY §7: families share a mailbox."""
    here.change(here.old, given_name="Paul", born_on=date(1950, 1, 1), email="home@mail.example")
    here.change(here.new, given_name="Zoe", born_on=date(2015, 5, 5), email="home@mail.example")
    assert lookalikes.like(here.new) == lookalikes.like(here.old) == []
    stranger = add(account_of("home", here.now, "home@mail.example"))
    assert here.may(stranger) == set() and not db.session.scalar(select(Merge.id))


# --- invitations ---


def test_open_invitations_follow_and_their_links_work(here):
    one = here.invite("ada@mail.example", here.new)
    here.merge()
    ada = here.account("ada")
    given = here.accept(ada, mailed_links.latest_claim(one))
    assert given.profile_id == here.old.id and here.may(ada) == {SEE_TIMES, BOOK}


@pytest.mark.parametrize("which", [0, 1])
def test_two_to_one_address_become_one_and_either_link_works(here, which):
    first = here.invite("ada@mail.example", here.old, "carer", (SEE_TIMES, BOOK))
    second = here.invite("ada@mail.example", here.new, "parent", (SEE_TIMES, CHANGE), second_check="code")
    mailed = [mailed_links.latest_claim(one) for one in (first, second)]
    here.merge()
    assert second.deleted_at and not first.deleted_at and first.permissions == [SEE_TIMES] and first.second_check == "code"
    waiting = db.session.scalars(select(OutboxMail.about).where(OutboxMail.template == "invitation", OutboxMail.state == "queued")).all()
    assert waiting == [invitations.about(first)], "one letter to one address"
    ada = here.account("ada")
    assert here.accept(ada, mailed[which]).profile_id == here.old.id and here.may(ada) == {SEE_TIMES}
    with pytest.raises(LinkEnded):
        here.accept(ada, mailed[1 - which])


@pytest.mark.parametrize("ended_on_source", [True, False])
def test_an_invitation_never_gets_past_access_that_was_ended_on_the_other_side(here, ended_on_source):
    ended, invited = (here.new, here.old) if ended_on_source else (here.old, here.new)
    ada = here.account("ada")
    transact(links.revoke, here.link(ada, ended, "parent"), here.now, by=here.staff.account, as_staff=True)
    one = here.invite("ada@mail.example", invited)
    link = mailed_links.latest_claim(one)
    here.merge()
    assert one.deleted_at
    assert not db.session.scalars(select(OutboxMail).where(OutboxMail.template == "invitation", OutboxMail.state == "queued")).all()
    with pytest.raises(LinkEnded):
        here.accept(ada, link)
    assert here.may(ada) == set()


def test_whoever_has_access_is_not_invited_once_more(here):
    ada = here.account("ada")
    here.link(ada, here.old, "carer", (SEE_TIMES,))
    one = here.invite("ada@mail.example", here.new, "parent", access.PERMISSIONS)
    here.merge()
    assert one.deleted_at and here.may(ada) == {SEE_TIMES}


# --- registrations, decisions ---


def test_a_registration_that_is_merged_is_answered(here):
    row = add(Registration(practice_id=here.practice.id, profile_id=here.new.id, account_id=here.account("ada").id, created_at=here.now))
    here.change(here.new, provisional_at=here.now)
    merge = here.merge()
    assert row.merged_at and row.answered_by_id == here.staff.account_id and not row.is_waiting and not here.old.is_provisional
    here.undo(merge)
    assert row.is_waiting and here.new.is_provisional


def test_a_known_record_merged_into_a_registration_makes_it_known(here):
    row = add(Registration(practice_id=here.practice.id, profile_id=here.new.id, account_id=here.account("ada").id, created_at=here.now))
    here.change(here.new, provisional_at=here.now)
    here.merge(here.old, here.new)
    assert row.accepted_at and not row.merged_at and not here.new.is_provisional


def test_two_registrations_that_are_one_person_wait_as_one(here):
    rows = [
        add(Registration(practice_id=here.practice.id, profile_id=one.id, account_id=here.account(one.given_name).id, created_at=here.now))
        for one in (here.old, here.new)
    ]
    for person in (here.old, here.new):
        here.change(person, provisional_at=here.now)
    here.merge()
    assert rows[0].is_waiting and not rows[1].is_waiting and here.old.is_provisional


def test_whoever_was_told_apart_from_the_source_is_apart_from_the_survivor(here):
    third, fourth = here.person("Third"), here.person("Fourth")
    for pair in ((here.new, third), (here.new, fourth), (here.old, fourth), (here.new, here.old)):
        transact(lookalikes.remember_different, *pair, here.now, here.staff)
    merge = here.merge()
    assert (
        lookalikes.are_different(here.old, third)
        and lookalikes.are_different(here.old, fourth)
        and not lookalikes.are_different(here.old, here.new)
    )
    here.undo(merge)
    assert (
        not lookalikes.are_different(here.old, third)
        and lookalikes.are_different(here.new, here.old)
        and lookalikes.are_different(here.new, third)
    )
    assert len(db.session.scalars(select(DifferentPeople).where(DifferentPeople.taken_back_at.is_(None))).all()) == 4


# --- appointments and mails ---


def test_appointments_follow_with_their_times_and_whoever_booked_them_still_may(here):
    ada = here.account("ada")
    link = here.link(ada, here.new)
    one = here.book(link)
    here.merge()
    assert one.profile_id == here.old.id and torn() == []
    transact(bookings.cancel, ada, one, here.now)
    assert one.is_cancelled


def test_nobody_gets_the_same_mail_twice(here, monkeypatch):
    """Whoever is the person on one side and acts for them on the other, two logins, an address in the record: one reminder each."""
    ada, ben, cleo = (here.account(name) for name in ("ada", "ben", "cleo"))
    one, other = here.link(ada, here.old), here.link(ben, here.new)
    here.link(ada, here.new, "parent"), here.link(cleo, here.old, "carer"), here.link(cleo, here.new, "carer")
    here.change(here.new, email="ben@mail.example")
    here.book(one, "2026-12-21 10:00"), here.book(other, "2026-12-22 10:00", here.omar)
    sent = []
    monkeypatch.setattr(transport.Post, "send", lambda _post, message: sent.append((message["Subject"], message["To"])))
    here.merge()
    for moment in ("2026-12-10 10:00", "2026-12-19 10:00", "2026-12-20 10:01", "2026-12-21 08:00", "2026-12-22 08:00", "2026-12-23 10:00"):
        here.clock.at = here.clock.at.fromtimestamp(at(moment), here.clock.at.tzinfo)
        postman.deliver_due(here.clock(), limit=100)
    reminders = [who for what, who in sent if "minder" in what]
    assert len(set(sent)) == len(sent)
    assert sorted(reminders) == sorted(f"{name}@mail.example" for name in ("ada", "ben", "cleo") for _appointment in (1, 2))


# --- many ways ---


def test_a_merge_of_merges_and_three_records_of_one_person(here):
    third = here.person("Third")
    ada = here.account("ada")
    link = here.link(ada, here.new)
    booked = here.book(link)
    one = here.invite("ben@mail.example", here.new)
    first = here.merge(here.new, third)
    second = here.merge(third, here.old)
    assert booked.profile_id == link.profile_id == one.profile_id == here.old.id and survivor(here.new) is here.old
    assert sorted(sources(here.old)) == sorted([here.new.id, third.id])
    with pytest.raises(unmerging.LaterMergeFirst) as refused:
        here.undo(first)
    assert refused.value.facts["merge"].id == second.id
    here.undo(second)
    assert booked.profile_id == link.profile_id == one.profile_id == third.id
    here.undo(first)
    assert booked.profile_id == link.profile_id == one.profile_id == here.new.id and not here.new.is_merged


def test_two_records_merged_into_one_part_in_any_order_that_leaves_them_whole(here):
    third = here.person("Third", phone="+14165550133", email="", created_at=here.now - timedelta(days=500))
    here.change(here.new, email="new@mail.example")
    first, second = here.merge(here.new, here.old), here.merge(third, here.old)
    here.undo(first)
    assert not here.new.is_merged and third.is_merged and here.old.phone == "+14165550133" and here.old.email == ""
    here.undo(second)
    assert here.old.phone == "" and not third.is_merged


def test_what_both_merges_changed_parts_in_order(here):
    third = here.person("Third")
    ada = here.account("ada")
    (
        here.link(ada, here.new, "carer", (BOOK, CHANGE)),
        here.link(ada, here.old, "carer", (BOOK, SEE_TIMES)),
        here.link(ada, third, "carer", (SEE_TIMES,)),
    )
    first, second = here.merge(here.new, here.old), here.merge(third, here.old)
    assert here.may(ada) == set()
    with pytest.raises(unmerging.LaterMergeFirst) as refused:
        here.undo(first)
    assert refused.value.facts["merge"].id == second.id
    here.undo(second)
    assert here.may(ada) == {BOOK} and here.may(ada, third) == {SEE_TIMES}
    here.undo(first)
    assert here.may(ada) == {BOOK, SEE_TIMES} and here.may(ada, here.new) == {BOOK, CHANGE}
