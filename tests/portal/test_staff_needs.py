""" "Needs you" on Today: sentences that are links, for who may invite, about their own people, in few statements."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from booking.models import Appointment, Rules
from portal import invitations, link_life, links
from portal.access import PAUSE, PERMISSIONS, SEE_TIMES
from portal.database import db, transact
from portal.invitations import Wanted
from portal.models import Invitation, InvitationBatch, LedgerLine, OutboxMail, Registration
from tests.mails import appointment, change

TODAY = "/staff/riverside/"


@pytest.fixture(autouse=True)
def nobody_new(app, cast):
    """All registrations are answered; what they would say here is in test_staff_registrations.py. Nor does a calendar run out in a year
    that a test has gone ahead (tests/booking/test_pages_phone.py)."""

    def settled():
        db.session.execute(update(Registration).values(declined_at=app.config["CLOCK"]()))
        for rules in db.session.scalars(select(Rules).where(Rules.horizon.is_not(None))):
            rules.horizon = {"kind": "rolling", "days": 60}

    with app.app_context():
        transact(settled)


def sentences(page) -> list[str]:
    """What the panel says, without the rest of the page."""
    boxes = page.all("section", aria_labelledby="needs")
    return [" ".join("".join(li.itertext()).split()) for box in boxes for li in box.iter() if li.tag.endswith("}li")]


def invite(app, cast, email="granny@example.com", **then):
    """Somebody is invited for Leo; `then`: what became of it."""
    with app.app_context():
        wanted = Wanted(email, "trusted", (SEE_TIMES,))
        invitation = transact(invitations.invite, cast.staff("dana"), cast.leo, wanted, app.config["CLOCK"]())
        change(invitation, **then)
        return invitation


@pytest.fixture
def sixteen(app, cast, clock):
    """Anya turned 16 today, and nobody can sign in for her."""
    with app.app_context():
        change(cast.riverside, age_steps=[[16, PAUSE]])
        clock.set(2028, 1, 19, 15)
        link_life.daily(clock.at)


def test_on_a_good_day_there_is_nothing(cast, browse):
    assert "Needs you" not in browse(as_=cast.dana, staff=True).page(TODAY).text


def test_somebody_too_grown_up_for_others_and_without_an_account(sixteen, cast, browse):
    page = browse(as_=cast.tom, staff=True).page(TODAY)
    (words,) = sentences(page)
    assert words == "Anya Shah turned 16. Nobody can sign in for their own account yet: add their email."
    assert page.links()[words] == f"/staff/riverside/people/{cast.anya.public_id}/accounts"


def test_an_address_that_is_a_parents_is_not_theirs(sixteen, app, cast, browse):
    with app.app_context():
        change(cast.anya, email="daniel@example.com")
    (words,) = sentences(browse(as_=cast.dana, staff=True).page(TODAY))
    assert "the email on record is somebody else’s" in words


def test_who_was_written_to_waits_until_the_link_expires(sixteen, app, cast, browse, clock):
    with app.app_context():
        change(cast.anya, email="anya.shah@example.com")
        link_life.daily(clock.at)
    assert sentences(browse(as_=cast.dana, staff=True).page(TODAY)) == []
    clock.forward(hours=73)
    (words,) = sentences(browse(as_=cast.dana, staff=True).page(TODAY))
    assert "has expired: send it again" in words


def test_who_has_an_account_by_now_is_no_longer_named(sixteen, app, cast, browse, clock):
    with app.app_context():
        transact(links.grant, cast.nadia, cast.anya, "self", PERMISSIONS, clock.at, ground="x")
    assert sentences(browse(as_=cast.dana, staff=True).page(TODAY)) == []


@pytest.mark.parametrize(
    "review_on, words",
    [
        (date(2027, 1, 10), None),
        (date(2027, 1, 9), "Ask by Saturday 9 January 2027 whether it is still right that Daniel Okafor acts for Leo Shah."),
        (date(2026, 12, 10), "Ask by Thursday 10 December whether it is still right that Daniel Okafor acts for Leo Shah."),
        (date(2026, 12, 9), "Is it still right that Daniel Okafor acts for Leo Shah? You wanted to ask by Wednesday 9 December."),
    ],
)
def test_access_to_look_at_again_within_thirty_days(app, cast, browse, review_on, words):
    with app.app_context():
        change(cast.link("daniel", "leo"), review_on=review_on)
    assert sentences(browse(as_=cast.dana, staff=True).page(TODAY)) == ([words] if words else [])


def test_what_has_ended_need_not_be_looked_at(app, cast, browse, clock):
    with app.app_context():
        change(cast.link("daniel", "leo"), review_on=date(2026, 12, 9), ends_on=date(2026, 12, 9))
        change(cast.link("daniel", "anya"), review_on=date(2026, 12, 9), revoked_at=clock.at)
    assert sentences(browse(as_=cast.dana, staff=True).page(TODAY)) == []


def test_an_invitation_that_was_refused_until_somebody_is_invited_anew(app, cast, browse, clock):
    invite(app, cast, refused_at=clock.at)
    (words,) = sentences(browse(as_=cast.dana, staff=True).page(TODAY))
    assert words == "The invitation for Leo Shah reached somebody else: check the address granny@example.com."
    clock.forward(minutes=1)
    invite(app, cast, "gran@example.com")
    assert sentences(browse(as_=cast.dana, staff=True).page(TODAY)) == []


def test_an_invitation_that_could_not_be_delivered_until_it_is_sent_again(app, cast, browse, clock):
    failed = invite(app, cast)
    with app.app_context():
        change(db.session.scalars(select(OutboxMail).where(OutboxMail.about == f"invitation:{failed.id}")).one(), state="failed")
    (words,) = sentences(browse(as_=cast.tom, staff=True).page(TODAY))
    assert words == "The invitation for Leo Shah could not be delivered to granny@example.com: check the address."
    clock.forward(minutes=10)
    with app.app_context():
        transact(invitations.resend, failed, clock.at, by=cast.dana)
    assert sentences(browse(as_=cast.tom, staff=True).page(TODAY)) == []


def test_one_that_never_left_or_was_lost_with_others_is_told_too(app, cast, browse, clock):
    """Maria's letter was not written any more; granny's went with that of a list, in one mail for the address."""
    alone, first, second = (invite(app, cast, f"granny{number}@example.com") for number in range(3))
    with app.app_context():
        batch = InvitationBatch(
            practice_id=cast.riverside.id, made_by_id=cast.staff("dana").id, life_hours=72, created_at=clock.at, started_at=clock.at
        )
        transact(db.session.add, batch)
        lost = {
            one.id: db.session.scalars(select(OutboxMail).where(OutboxMail.about == f"invitation:{one.id}")).one()
            for one in (alone, first, second)
        }
        change(lost[alone.id], state="aborted")
        change(lost[first.id], state="failed", refs={**lost[first.id].refs, "also": [second.id]})
        transact(db.session.delete, lost[second.id])
        for one in (first, second):
            change(db.session.get(Invitation, one.id), batch_id=batch.id)
    said = sentences(browse(as_=cast.tom, staff=True).page(TODAY))
    assert len(said) == 3 and all(f"granny{number}@example.com" in words for number, words in enumerate(said))


def test_a_list_that_stands_still(app, cast, browse, clock):
    with app.app_context():
        batch = InvitationBatch(
            practice_id=cast.riverside.id,
            made_by_id=cast.staff("dana").id,
            life_hours=72,
            created_at=clock.at,
            started_at=clock.at,
            paused_at=clock.at,
        )
        transact(db.session.add, batch)
    page = browse(as_=cast.tom, staff=True).page(TODAY)
    (words,) = sentences(page)
    assert words.startswith("Inviting many people is paused since Thursday 10 December") and page.links()[words].endswith(
        f"/invitations/many/{batch.public_id}"
    )
    assert sentences(browse(as_=cast.maya, staff=True).page(TODAY)) == [], "it is not hers"
    with app.app_context():
        change(db.session.get(InvitationBatch, batch.id), paused_at=None)
    assert sentences(browse(as_=cast.tom, staff=True).page(TODAY)) == []


def test_a_practitioner_reads_about_their_own_people_only(sixteen, app, cast, browse, clock):
    with app.app_context():
        change(cast.link("priya", "kiran"), review_on=date(2028, 1, 20))
        change(cast.link("priya", "leo"), review_on=date(2028, 1, 20))
        appointment(cast, "leo", clock.at + timedelta(days=1))
        for whom, by in ((cast.anya, cast.olivier_dubois), (cast.leo, cast.maya_chen), (cast.profile("kiran"), cast.ines_roy)):
            theirs = update(Appointment).where(Appointment.profile_id == whom.id).values(practitioner_id=by.id)
            transact(db.session.execute, theirs)

    def named(who) -> set[str]:
        said = " ".join(sentences(browse(as_=who, staff=True).page(TODAY)))
        return {name for name in ("Anya", "Leo", "Kiran") if name in said}

    assert named(cast.dana) == named(cast.tom) == {"Anya", "Leo", "Kiran"}
    assert (named(cast.olivier), named(cast.maya)) == ({"Anya"}, {"Leo"})


def test_who_may_not_invite_reads_nothing(sixteen, app, cast, browse):
    with app.app_context():
        change(cast.riverside, inviting_roles=["admin"])
    assert sentences(browse(as_=cast.tom, staff=True).page(TODAY)) == []
    assert len(sentences(browse(as_=cast.dana, staff=True).page(TODAY))) == 1


def test_the_other_practice_reads_nothing_of_it(sixteen, app, cast, browse):
    page = browse(as_=cast.sylvie, staff=True).page("/staff/beau-rivage/")
    assert sentences(page) == [] and "Anya" not in page.html


def test_many_of_a_kind_are_counted(app, cast, browse, clock):
    for number in range(9):
        invite(app, cast, f"granny{number}@example.com", refused_at=clock.at)
    said = sentences(browse(as_=cast.dana, staff=True).page(TODAY))
    assert len(said) == 7 and said[-1] == "and 3 more"


def test_who_is_named_can_read_that_staff_saw_it(sixteen, app, cast, browse):
    browse(as_=cast.dana, staff=True).page(TODAY)
    with app.app_context():
        seen = db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed", LedgerLine.account_id == cast.dana.id))
        assert cast.anya.id in set(seen)


def test_it_costs_the_same_few_statements_however_many_there_are(app, cast, browse, clock):
    def count() -> int:
        browser = browse(as_=cast.dana, staff=True)
        browser.page(TODAY)
        clock.forward(seconds=30)
        seen = []
        with app.app_context():
            listener = lambda *a: seen.append(a[2])  # noqa: E731
            db.event.listen(db.engine, "before_cursor_execute", listener)
            browser.page(TODAY)
            db.event.remove(db.engine, "before_cursor_execute", listener)
        return len([one for one in seen if one.startswith("SELECT")])

    quiet = count()
    for number in range(5):
        invite(app, cast, f"granny{number}@example.com", refused_at=clock.at)
    with app.app_context():
        for name, child in (("daniel", "leo"), ("priya", "leo"), ("priya", "anya")):
            change(cast.link(name, child), review_on=clock.at.date() + timedelta(days=3))
    assert count() <= quiet + 1
    assert quiet <= 19  # texts that did not arrive, what people changed of their record, and who asks to be forgotten are one each


def test_who_signs_in_by_now_needs_no_invitation_to_themselves(app, cast, browse, clock):
    walter = cast.profile("walter")
    with app.app_context():
        wanted = Wanted("walter.himself@example.com", "self", PERMISSIONS)
        one = transact(invitations.invite, cast.staff("dana"), walter, wanted, clock.at)
        transact(lambda: db.session.execute(update(OutboxMail).where(OutboxMail.about == invitations.about(one)).values(state="failed")))
    assert "could not be delivered" in " ".join(sentences(browse(as_=cast.dana, staff=True).page(TODAY)))
    with app.app_context():
        transact(links.grant, cast.nadia, walter, "self", PERMISSIONS, clock.at, ground="x")
    assert "could not be delivered" not in " ".join(sentences(browse(as_=cast.dana, staff=True).page(TODAY)))
