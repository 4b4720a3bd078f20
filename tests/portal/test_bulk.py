"""Many invitations: a rehearsal that changes nothing, a sending that loses and repeats nothing, a result for each row."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from booking.models import Practitioner
from portal import batch_queue, batches, clock, invitations, letters, links, postman
from portal.access import default_permissions
from portal.batch_files import of_text
from portal.batch_results import overview
from portal.database import db, transact
from portal.models import BatchRow, Invitation, InvitationBatch, LedgerLine, MailedLink, OutboxMail, Profile, StaffMember
from portal.staff import choosing
from portal.staff.accounts_of import as_they_stand
from portal.staff.narrowing import Wish
from portal.sweep import _old_mails
from tests.mails import appointment, change, outbox, same_as_snapshot

MANY = "/staff/riverside/invitations/many"


def crowd(practice_id: int, count: int, email="p{n}@example.org", **facts) -> None:
    """A use case: so many people on file, "Person 0001" and so on."""
    rows = [
        {
            "practice_id": practice_id,
            "given_name": "Person",
            "family_name": f"{n:04}",
            "email": email.format(n=n),
            "created_at": clock.now(),
            **facts,
        }
        for n in range(1, count + 1)
    ]
    db.session.execute(db.insert(Profile), rows)


def rehearsed(cast, text: str, by="dana") -> InvitationBatch:
    staff, now = cast.staff(by), clock.now()
    return transact(batches.rehearse, staff, choosing.by_list(staff, of_text(text), now), "We have a new website.", now)


def fresh(batch) -> InvitationBatch:
    """As it is in the database now; the postman forgets what was read before."""
    return db.session.get(InvitationBatch, inspect(batch).identity[0], populate_existing=True)


def rows_of(batch) -> list[BatchRow]:
    found = select(BatchRow).where(BatchRow.batch_id == fresh(batch).id).order_by(BatchRow.position)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def sent(batch) -> list[Invitation]:
    found = select(Invitation).where(Invitation.batch_id == fresh(batch).id).order_by(Invitation.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def counts(batch):
    return overview(fresh(batch)).counts


def a_crowd(cast, count=120, **facts) -> str:
    transact(crowd, cast.riverside.id, count, **facts)
    return "Name\n" + "".join(f"Person {n:04}\n" for n in range(1, count + 1))


@pytest.fixture
def batch(context, cast):
    """120 people ready to be invited, started."""
    made = rehearsed(cast, a_crowd(cast))
    transact(batches.start, made, clock.now(), by=cast.staff("dana"))
    return made


def everything() -> dict[str, int]:
    return {
        model.__tablename__: db.session.scalar(select(db.func.count()).select_from(model))
        for model in (Invitation, MailedLink, OutboxMail, LedgerLine)
    }


# --- the rehearsal ---


def test_a_rehearsal_sends_and_invites_nothing(context, cast):
    before = everything()
    made = rehearsed(cast, a_crowd(cast, 30) + "Nobody Here\n")
    assert everything() == before
    assert [row.problem for row in rows_of(made)] == [""] * 30 + ["nobody"]
    batch_queue.work(clock.now())
    assert everything() == before


def test_three_hundred_rows_with_twenty_bad_ones(context, cast):
    text = a_crowd(cast, 280).replace("Name\n", "Name,Email,Date of birth\n")
    bad = [
        "Nobody Here,x@x.ca",
        "Person 0001",
        ",x@x.ca",
        "Person 0002,x@gmial.com",
        "Person 0003,not an address",
        "Person 0004,,1987-02-30",
        "Walter Brandt",
        "Leo Shah",
        "Priya Shah",
        "=cmd(),x",
    ] * 2
    made = rehearsed(cast, text + "\n".join(bad))
    seen = overview(fresh(made))
    assert (seen.counts["ready"], seen.counts["have"], seen.counts["fix"]) == (280, 2, 18)
    words = [row.problem for row in rows_of(made)[280:290]]
    assert words == ["nobody", "same_as 2", "no_name", "mistyped", "bad_email", "bad_date", "no_email", "no_email", "has_access", "nobody"]


def test_everybody_whom_nobody_can_book_for(context, cast):
    staff, now = cast.staff("dana"), clock.now()
    found = choosing.by_filter(staff, choosing.Filter(), now)
    assert [(one.name, one.verdict.problem) for one in found] == [
        ("Walter Brandt", "no_email"),
        ("Maria Nunez", "no_email"),
        ("Amara Okoye", "no_email"),
    ]
    change(cast.link("tom", "tom", "beau-rivage"), ends_on=now.date() - timedelta(days=1))
    theirs = choosing.by_filter(cast.staff("sylvie", "beau-rivage"), choosing.Filter(), now)
    assert [(one.name, one.verdict.problem) for one in theirs] == [("Tom Reid", "ended")]  # an end is not undone by a list


def test_a_practitioner_finds_only_their_own_people(context, cast):
    """Walter has been to see Maya; the others are strangers to her."""
    transact(crowd, cast.riverside.id, 3)
    staff = cast.staff("maya")
    found = choosing.by_list(staff, of_text("Person 0001\nWalter Brandt\nPerson 0002"), clock.now())
    assert [one.verdict.problem for one in found] == ["nobody", "no_email", "nobody"]
    assert "Person 0001" not in {one.name for one in choosing.by_filter(staff, choosing.Filter(), clock.now())}


def test_a_filter_narrows_by_age_and_by_visits(context, cast):
    staff, now = cast.staff("dana"), clock.now()
    transact(crowd, cast.riverside.id, 2, born_on=now.date().replace(year=2015))
    maya = db.session.scalar(select(Practitioner).where(Practitioner.name == "Maya Chen")).public_id

    def names(only_adults=False, **wish):
        try:
            return {one.name for one in choosing.by_filter(staff, choosing.Filter(only_adults, Wish(**wish)), now)}
        except choosing.BadList:
            return set()

    assert "Person 0001" in names() and "Person 0001" not in names(only_adults=True)
    assert names(months=24) == {"Walter Brandt"} == names(practitioner=maya) and not names(practitioner="nobody")
    assert "Walter Brandt" not in names(months=1, practitioner="nobody")
    assert not names(coming="with") and "Walter Brandt" in names(coming="without")
    appointment(cast, "walter", now + timedelta(days=6))
    assert names(coming="with") == {"Walter Brandt"} and "Walter Brandt" not in names(coming="without")


# --- the sending ---


def test_everybody_ready_gets_one_invitation_one_link_one_mail_and_a_line(batch, cast):
    before = everything()
    assert batch_queue.work(clock.now()) == 120 / batch_queue.PORTION
    after = everything()
    assert {name: after[name] - before[name] for name in after} == {
        "invitations": 120,
        "mailed_links": 120,
        "outbox_mails": 120,
        "ledger_lines": 120,
    }
    one, profile = sent(batch)[0], db.session.scalar(select(Profile).where(Profile.family_name == "0001"))
    assert (one.profile_id, one.email, one.relationship, one.sent_count, one.life_hours) == (
        profile.id,
        "p1@example.org",
        "self",
        1,
        7 * 24,
    )
    assert one.permissions == list(default_permissions("self")) and one.state(clock.now()) == "open" and one.is_from_staff
    assert one.expires_at == clock.now() + timedelta(days=7) and one.why == "We have a new website."
    line = db.session.scalar(select(LedgerLine).where(LedgerLine.profile_id == profile.id))
    assert (line.verb, line.account_id, line.facts["to"], line.facts["as"]) == ("invited", cast.dana.id, "p1…@example.org", "staff")
    assert batch_queue.work(clock.now()) == 0 and everything() == after


def test_an_invitation_of_many_can_be_taken_up_like_any_other(batch):
    batch_queue.work(clock.now())
    letter = letters.write(outbox("invitation")[0], clock.now())
    assert "We have a new website." in letter.text and "https://booking.example/claim/" in letter.text and "7 days" in letter.text


def test_mails_leave_one_after_another_so_that_others_need_not_wait(batch, app):
    batch_queue.work(clock.now())
    due = [(mail.due_at - clock.now()).total_seconds() for mail in outbox("invitation")]
    assert due == sorted(due) and due[-1] >= 11 and max(due.count(second) for second in due) == app.config["BULK_MAILS_A_SECOND"]


def test_who_was_killed_between_two_portions_is_carried_on_after(batch, monkeypatch):
    """The second portion dies before its commit: nothing of it stays, and nothing of the first is made again."""
    assert transact(batch_queue.queue_some, batch.id, clock.now())
    monkeypatch.setattr(batch_queue, "_write_down", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        transact(batch_queue.queue_some, batch.id, clock.now())
    monkeypatch.undo()
    assert len(sent(batch)) == len(outbox("invitation")) == batch_queue.PORTION
    batch_queue.work(clock.now())
    assert len({one.profile_id for one in sent(batch)}) == len(sent(batch)) == len(outbox("invitation")) == 120


def test_a_pause_keeps_everything_here_and_going_on_sends_the_rest(batch, clock, cast):
    now = clock()
    transact(batch_queue.queue_some, batch.id, now)
    transact(batches.pause, fresh(batch), now)
    assert batch_queue.work(now) == 0 and postman.deliver_due(clock.forward(hours=1)) == 0
    assert counts(batch)["queued"] == 120
    transact(batches.carry_on, fresh(batch), clock(), by=cast.staff("dana"))
    batch_queue.work(clock())
    assert postman.deliver_due(clock.forward(minutes=2), limit=1000) == 120
    assert overview(fresh(batch)).left == 120


def test_whoever_got_access_meanwhile_is_passed_over_with_that_word(batch, cast):
    people = {one.family_name: one for one in db.session.scalars(select(Profile).where(Profile.given_name == "Person"))}
    transact(links.grant, cast.nadia, people["0001"], "self", default_permissions("self"), clock.now(), ground="test")
    transact(invitations.invite, cast.staff("dana"), people["0002"], invitations.Wanted("p2@example.org", "self", ("book",)), clock.now())
    change(people["0003"], merged_at=clock.now(), replaced_by_id=people["0004"].id)
    change(people["0005"], safe_at=clock.now())
    batch_queue.work(clock.now())
    assert [row.problem for row in rows_of(batch)][:6] == ["has_access", "invited", "merged", "", "kept_safe", ""]
    assert len(sent(batch)) == 116 and counts(batch)["passed"] == 4


def test_who_may_invite_no_more_sends_no_more(batch, cast):
    transact(lambda: setattr(db.session.get(StaffMember, cast.staff("dana").id), "left_at", clock.now()))
    batch_queue.work(clock.now())
    assert not sent(batch) and db.session.get(InvitationBatch, batch.id).paused_at


def leave(cast, name: str) -> None:
    transact(lambda: setattr(db.session.get(StaffMember, cast.staff(name).id), "left_at", clock.now()))


def test_a_colleague_sends_what_somebody_who_left_has_prepared(context, cast):
    """Whoever presses is judged, and is who invited."""
    made = rehearsed(cast, a_crowd(cast, 3))
    leave(cast, "dana")
    transact(batches.start, made, clock.now(), by=cast.staff("tom"))
    batch_queue.work(clock.now())
    assert {one.invited_by_id for one in sent(made)} == {cast.tom.id} and len(sent(made)) == 3
    assert {line.account_id for line in db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "invited"))} == {cast.tom.id}


def test_what_waits_when_the_sender_leaves_waits_for_a_colleague(batch, cast, clock):
    batch_queue.work(clock())
    postman.deliver_due(clock(), limit=1000)
    left = overview(fresh(batch)).left
    leave(cast, "dana")
    batch_queue.work(clock())
    postman.deliver_due(clock.forward(minutes=5), limit=1000)
    assert overview(fresh(batch)).left == left < 120 and fresh(batch).paused_at
    transact(batches.carry_on, fresh(batch), clock(), by=cast.staff("tom"))
    batch_queue.work(clock())
    postman.deliver_due(clock.forward(minutes=5), limit=1000)
    batch_queue.work(clock())
    assert overview(fresh(batch)).left == 120
    (mail,) = outbox("batch_done")
    assert mail.to_address == "tom@example.com" and letters.write(mail, clock()).to == "tom@example.com"


def test_no_mail_of_a_sending_leaves_after_its_sender_not_even_before_the_next_round(batch, cast, clock):
    """What was stopped can be sent again by a colleague, by hand or as it was."""
    batch_queue.work(clock())
    leave(cast, "dana")
    assert postman.deliver_due(clock.forward(minutes=5), limit=1000) == 120
    assert {mail.state for mail in outbox("invitation")} == {"aborted"} and counts(batch)["ended"] == 120
    transact(invitations.resend, sent(batch)[0], clock.forward(minutes=5), by=cast.tom)
    assert letters.write(outbox("invitation", state="queued")[0], clock()) is not None


def test_an_age_step_is_not_undone_by_a_list(context, cast):
    """Leo turned 16, and Walter has the same address: as Leo's "parent" it would get back all that the step takes."""
    today = clock.today("America/Toronto")
    change(cast.leo, born_on=today.replace(year=today.year - 17), email="fam@example.org")
    change(cast.walter, email="fam@example.org")
    for name in ("priya", "daniel"):
        change(cast.link(name, "leo"), revoked_at=clock.now())
    early = rehearsed(cast, "Leo Shah\nWalter Brandt")
    assert [(row.relationship, row.problem) for row in rows_of(early)] == [("parent", ""), ("self", "")]
    change(cast.riverside, age_steps=[[16, "pause"]])
    late = rehearsed(cast, "Leo Shah\nWalter Brandt")
    assert [row.problem for row in rows_of(late)] == ["of_age", ""]
    transact(batches.start, early, clock.now(), by=cast.staff("dana"))
    batch_queue.work(clock.now())
    assert [row.problem for row in rows_of(early)] == ["of_age", ""] and [one.profile_id for one in sent(early)] == [cast.walter.id]


def test_an_address_that_an_account_left_behind_is_decided_one_by_one(context, cast):
    change(cast.leo, email="daniel@example.com")
    change(cast.daniel, email="d2@example.com", email_key="d2@example.com", former_keys=["daniel@example.com"])
    assert [row.problem for row in rows_of(rehearsed(cast, "Leo Shah"))] == ["ended"]
    change(cast.link("daniel", "leo"), revoked_at=clock.now())
    assert [row.problem for row in rows_of(rehearsed(cast, "Leo Shah"))] == ["ended"]


def test_a_list_without_anybody_ready_and_a_list_sent_twice_are_refused(context, cast):
    nobody = rehearsed(cast, "Walter Brandt\nNobody Here")
    with pytest.raises(batches.NobodyReady):
        transact(batches.start, nobody, clock.now(), by=cast.staff("dana"))
    made = rehearsed(cast, a_crowd(cast, 2))
    transact(batches.start, made, clock.now(), by=cast.staff("dana"))
    with pytest.raises(batches.SentAlready):
        transact(batches.start, made, clock.now(), by=cast.staff("dana"))


# --- one address, many people ---


def family(cast) -> InvitationBatch:
    """A mother, her son, and her neighbour with the same address; and somebody else."""
    transact(crowd, cast.riverside.id, 1)
    for name, born in (("Mother", "1980-01-01"), ("Son", "2018-01-01"), ("Neighbour", "1990-01-01")):
        row = Profile(practice_id=cast.riverside.id, given_name=name, family_name="Berg", email="berg@example.org", created_at=clock.now())
        row.born_on = row.created_at.date().fromisoformat(born)
        transact(db.session.add, row)
    return rehearsed(cast, "Son Berg\nPerson 0001\nNeighbour Berg\nMother Berg")


def test_people_who_share_an_address_get_one_mail_that_names_them_all(context, cast):
    made = family(cast)
    assert counts(made)["shared"] == 3
    transact(batches.start, made, clock.now(), by=cast.staff("dana"))
    batch_queue.work(clock.now())
    assert sorted((one.profile.given_name, one.relationship) for one in sent(made)) == [
        ("Mother", "self"), ("Neighbour", "trusted"), ("Person", "self"), ("Son", "parent"),
    ]  # fmt: skip
    (mail,) = outbox("invitation", to_address="berg@example.org")
    letter = letters.write(mail, clock.now())
    assert "Son B. and Neighbour B." in letter.text and letter.text.count("/claim/") == 1
    assert len(outbox("invitation")) == 2 and db.session.scalar(select(db.func.count()).select_from(MailedLink)) == 4
    postman.deliver_due(clock.now())
    assert counts(made)["sent"] == 4


def test_they_share_it_even_when_the_portion_ends_between_them(context, cast):
    made = family(cast)
    transact(batches.start, made, clock.now(), by=cast.staff("dana"))
    while transact(batch_queue.queue_some, made.id, clock.now(), portion=1):
        pass
    assert len(outbox("invitation")) == 2 and len(sent(made)) == 4


def test_who_is_kept_safe_or_has_answered_is_not_named_any_more(context, cast):
    made = family(cast)
    transact(batches.start, made, clock.now(), by=cast.staff("dana"))
    batch_queue.work(clock.now())
    son, neighbour = (next(one for one in sent(made) if one.profile.given_name == name) for name in ("Son", "Neighbour"))
    change(son.profile, safe_at=clock.now())
    change(neighbour, refused_at=clock.now())
    letter = letters.write(outbox("invitation", to_address="berg@example.org")[0], clock.now())
    assert "Son" not in letter.text and "Neighbour" not in letter.text


def test_the_list_of_invitations_says_delivered_for_all_who_share_a_mail(context, cast, clock):
    made = family(cast)
    transact(batches.start, made, clock(), by=cast.staff("dana"))
    batch_queue.work(clock())
    assert {one.delivery for one in as_they_stand(sent(made), clock())} == {"waiting"}
    postman.deliver_due(clock(), limit=10)
    assert {one.delivery for one in as_they_stand(sent(made), clock())} == {"delivered"}


# --- afterwards ---


def test_what_left_long_ago_still_counts_as_sent(batch, clock):
    batch_queue.work(clock())
    postman.deliver_due(clock.forward(minutes=1), limit=1000)
    transact(_old_mails, clock.forward(days=100))
    assert not outbox("invitation") and counts(batch)["sent"] == 120


def test_what_was_taken_back_before_it_left_is_not_called_sent(batch, clock, cast):
    batch_queue.work(clock())
    transact(invitations.delete, sent(batch)[0], clock(), by=cast.dana)
    change(outbox("invitation", state="queued")[0], state="failed")
    postman.deliver_due(clock.forward(minutes=1), limit=1000)
    assert (counts(batch)["ended"], counts(batch)["failed"], counts(batch)["sent"]) == (1, 1, 118)


def test_who_sent_them_is_told_once_when_all_are_gone(batch, clock):
    batch_queue.work(clock())
    batch_queue.work(clock.forward(seconds=5))
    assert not outbox("batch_done")
    postman.deliver_due(clock.forward(minutes=1), limit=1000)
    batch_queue.work(clock())
    batch_queue.work(clock.forward(minutes=1))
    (mail,) = outbox("batch_done")
    assert mail.to_address == "dana@example.com"
    letter = letters.write(mail, clock())
    same_as_snapshot("batch_done", letters.Letter(**{**vars(letter), "text": letter.text.replace(fresh(batch).public_id, "<batch>")}))
    assert "Person" not in letter.text + letter.html


def test_again_only_to_those_who_have_not_answered(batch, clock, cast):
    batch_queue.work(clock())
    postman.deliver_due(clock.forward(minutes=1), limit=1000)
    one, two, three = sent(batch)[:3]
    change(one, accepted_at=clock())
    change(two, refused_at=clock())
    batch_queue.work(clock())
    with pytest.raises(batches.NobodyToRemind):
        transact(batches.remind, fresh(batch), clock(), by=cast.staff("dana"))  # sent a minute ago
    change(three, sent_at=clock.forward(minutes=10))  # by hand, a moment ago
    transact(batches.remind, fresh(batch), clock(), by=cast.staff("dana"))
    batch_queue.work(clock())
    assert {(each.sent_count, each.sent_at == clock()) for each in sent(batch)[3:]} == {(2, True)}
    assert [each.sent_count for each in sent(batch)[:3]] == [1, 1, 1]
    again = outbox("invitation", state="queued")
    assert len(again) == 117 and again[0].to_address == "p4@example.org" and letters.write(again[0], clock()) is not None
    old = db.session.scalars(select(MailedLink).where(MailedLink.invitation_id == sent(batch)[5].id).order_by(MailedLink.id)).all()
    assert [link.state(clock()) for link in old] == ["replaced", "open"]
    postman.deliver_due(clock.forward(minutes=1), limit=1000)
    batch_queue.work(clock())
    assert len(outbox("batch_done")) == 2


def test_again_asks_what_came_between(batch, clock, cast):
    """Kept safe, mail refused, joined, access got or ended: no fresh link for them, and the one they have stays as it was."""
    batch_queue.work(clock())
    postman.deliver_due(clock.forward(minutes=1), limit=1000)
    batch_queue.work(clock())
    one, two, three, four, five = (each.profile for each in sent(batch)[:5])
    change(one, safe_at=clock())
    change(two, email_refused_at=clock())
    change(three, merged_at=clock(), replaced_by_id=four.id)
    transact(links.grant, cast.nadia, five, "self", default_permissions("self"), clock(), ground="test")
    clock.forward(minutes=10)
    transact(batches.remind, fresh(batch), clock(), by=cast.staff("tom"))
    batch_queue.work(clock())
    assert [each.sent_count for each in sent(batch)[:6]] == [1, 1, 1, 2, 1, 2]
    assert len(outbox("invitation", state="queued")) == 116
    again = list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "invited_again")))
    assert {line.account_id for line in again} == {cast.tom.id} and len(again) == 116
    assert counts(batch)["sent"] == 4 and counts(batch)["passed"] == 0


def test_a_rehearsal_that_was_never_sent_is_forgotten(context, cast, clock):
    old, kept = rehearsed(cast, a_crowd(cast, 3)), rehearsed(cast, "Person 0001")
    transact(batches.start, kept, clock(), by=cast.staff("dana"))
    new = clock.forward(days=31) and rehearsed(cast, "Person 0002")
    transact(batches.sweep, clock())
    assert (
        set(db.session.scalars(select(InvitationBatch.id))) == {kept.id, new.id}
        and old.id not in db.session.scalars(select(BatchRow.batch_id)).all()
    )


def test_a_thousand_people(context, cast):
    made = rehearsed(cast, a_crowd(cast, 1000))
    transact(batches.start, made, clock.now(), by=cast.staff("dana"))
    assert batch_queue.work(clock.now()) == -(-1000 // batch_queue.PORTION)
    assert len(sent(made)) == len(outbox("invitation")) == 1000 and counts(made)["queued"] == 1000
