"""What pointed at a record that was merged leads to the person who stands for it, for whoever may; for all others there is nothing (M5, F8)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import batch_queue, clock, contacts, deciding, history, invitations, letters, links, mailed_links, outbox
from portal.access import SEE_TIMES, default_permissions
from portal.contacts import ContactSaid
from portal.database import db, transact
from portal.invitations import Wanted
from portal.ledger_words import Reader as LedgerReader
from portal.links import NotYoursToDecide
from portal.models import BatchRow, Invitation, InvitationBatch, LedgerLine, Link, OutboxMail, Profile
from portal.rehearsal import SAME_AS
from tests import mails
from tests.portal.doubles import Double
from tests.portal.invited import invite
from tests.portal.merging import merged

PEOPLE = "/staff/riverside/people"
RANDOM = "a2b3c4d5e6f7g2h3"
PAGES = ("", "/accounts", "/accounts/add", "/history", "/merge")


@pytest.fixture
def double(app, cast):
    """Leo has a second record, which his mother sees as well; merged."""
    return Double(app, cast).merge()


# --- staff ---


@pytest.mark.parametrize("page", PAGES)
def test_staff_are_led_from_every_page_of_a_merged_record_to_the_same_page_of_the_person(cast, browse, double, page):
    answer = browse(cast.dana, staff=True).get(f"{PEOPLE}/{double.source.public_id}{page}?before=7")
    assert (answer.status_code, answer.location) == (302, f"{PEOPLE}/{double.target.public_id}{page}?before=7")


def test_a_contact_written_down_during_a_merge_is_one_of_the_person_who_stands(app, cast, clock):
    double = Double(app, cast)
    with app.app_context():
        staff, read_before = cast.staff("dana"), db.session.get(Profile, double.source.id)
        kept = transact(contacts.add, staff, read_before, ContactSaid("Rory Pond"), clock())
        merged(staff, read_before, db.session.get(Profile, double.target.id), clock())
        transact(contacts.add, staff, double.source, ContactSaid("Clara Oswald", is_emergency=True), clock())
        transact(
            contacts.change, staff, double.source, kept, ContactSaid("Rory Williams", is_emergency=True), ContactSaid("Rory Pond"), clock()
        )
        standing = db.session.get(Profile, double.target.id)
        assert [(one.name, one.emergency_at is not None) for one in contacts.of(standing)] == [
            ("Rory Williams", True),
            ("Clara Oswald", False),
        ]
        said = select(LedgerLine.profile_id).where(LedgerLine.verb.in_(contacts.VERBS), LedgerLine.facts["name"].as_string() != "Rory Pond")
        assert set(db.session.scalars(said)) == {standing.id}


def test_through_several_merges(app, cast, browse, double):
    third = Double(app, cast, of="leo", acting=())
    third.source, third.target = third.target, third.source
    third.merge()  # Leo's record, which has taken in the other, goes into a third
    answer = browse(cast.dana, staff=True).get(f"{PEOPLE}/{double.source.public_id}")
    assert answer.location == f"{PEOPLE}/{third.target.public_id}"


def test_after_an_undo_each_has_its_own_page(cast, browse, double):
    double.part()
    assert browse(cast.dana, staff=True).get(f"{PEOPLE}/{double.source.public_id}").status_code == 200


def test_who_may_not_see_the_person_finds_nothing(app, cast, browse):
    walter = Double(app, cast, of="walter", acting=())
    walter.target = Double(app, cast, of="walter", acting=()).source  # both records are of somebody whom Maya never saw
    walter.merge()
    assert browse(cast.maya, staff=True).get(f"{PEOPLE}/{walter.source.public_id}").status_code == 404  # sees her own people only
    assert browse(cast.sylvie, staff=True).get(f"/staff/beau-rivage/people/{walter.source.public_id}").status_code == 404
    assert browse(cast.priya).get(f"{PEOPLE}/{walter.source.public_id}").status_code == 404


def test_a_form_that_was_open_changes_nothing_and_says_where_the_record_is(app, cast, browse, double):
    dana = browse(cast.dana, staff=True)
    form = dana.page(f"{PEOPLE}/{double.target.public_id}/accounts/add").form()
    for what in ("accounts/add", "safe", f"accounts/{double.links['priya'].public_id}/end"):
        answer = dana.post(
            f"{PEOPLE}/{double.source.public_id}/{what}",
            data={**form, "email": "x@example.com", "safe": "1"},
            headers={"Origin": "http://localhost"},
        )
        assert answer.location == f"{PEOPLE}/{double.target.public_id}"
        assert "This record was merged into Leo" in dana.page(answer.location).text
    with app.app_context():
        assert db.session.get(Profile, double.target.id).safe_at is None
        assert (
            db.session.scalar(select(Invitation).where(Invitation.profile_id == double.target.id, Invitation.email == "x@example.com"))
            is None
        )
        assert db.session.get(Link, double.own["priya"].id).revoked_at is None


def test_access_under_the_old_address_is_the_access_that_carries_it(cast, browse, double):
    dana, old, new = browse(cast.dana, staff=True), double.links["priya"], double.own["priya"]
    page = dana.page(f"{PEOPLE}/{double.source.public_id}/accounts/{old.public_id}")
    assert page.response.request.path == f"{PEOPLE}/{double.target.public_id}/accounts/{new.public_id}"
    assert dana.get(f"{PEOPLE}/{double.target.public_id}/accounts/{RANDOM}").status_code == 404


def test_access_that_was_united_is_nowhere_told_as_ended(app, cast, browse):
    dana, page = browse(cast.dana, staff=True), f"{PEOPLE}/{cast.leo.public_id}/accounts"
    before = dana.page(page).text
    double = Double(app, cast).merge()
    assert dana.page(page).text == before
    for page in ("/family", f"/family/{double.own['priya'].public_id}"):
        assert "ended" not in browse(cast.priya).page(page).text.lower()
    with app.app_context():
        assert not mails.outbox("access_ended")


# --- people ---


def test_who_holds_united_access_keeps_its_addresses(cast, browse, double):
    priya, old, new = browse(cast.priya), double.links["priya"].public_id, double.own["priya"].public_id
    for page in ("/for/{}", "/family/{}", "/family/{}/history", "/family/{}/give", "/family/{}/leave"):
        answer = priya.get(f"{page.format(old)}?before=7")
        assert (answer.status_code, answer.location) == (302, f"{page.format(new)}?before=7"), page
        assert priya.get(page.format(new)).status_code == 200
        assert browse(cast.daniel).get(page.format(old)).status_code == 404
        assert browse(cast.nadia).get(page.format(old)).status_code == 404


def test_access_that_went_over_keeps_its_address(app, cast, browse):
    link = Double(app, cast, acting=("priya", "wei")).merge().links["wei"]
    page = browse(cast.wei).page(f"/family/{link.public_id}")
    assert page.response.request.path == f"/family/{link.public_id}" and "Leo" in page.h1


def test_a_form_for_united_access_is_about_the_access_that_carries_it(app, cast, browse, double):
    priya = browse(cast.priya)
    form = priya.page(f"/family/{double.own['priya'].public_id}/leave").form()
    answer = priya.post(f"/family/{double.links['priya'].public_id}/leave", data=form, headers={"Origin": "http://localhost"})
    assert answer.location == "/family"
    with app.app_context():
        assert db.session.get(Link, double.own["priya"].id).revoked_at is not None
    assert priya.get(f"/family/{double.links['priya'].public_id}").status_code == 404  # where access has ended nothing leads on


def test_somebody_elses_united_access_is_decided_about_under_its_old_address(app, cast, browse):
    double = Double(app, cast, acting=("priya", "daniel"))
    with app.app_context():
        mails.change(cast.link("daniel", "leo"), given_by_id=cast.priya.id)
    double.merge()
    page = browse(cast.priya).get(f"/family/{double.own['priya'].public_id}/people/{double.links['daniel'].public_id}")
    assert page.status_code == 200


def test_after_an_undo_both_addresses_are_their_own_again(cast, browse, double):
    double.part()
    for one in (double.links["priya"], double.own["priya"]):
        assert browse(cast.priya).get(f"/family/{one.public_id}").status_code == 200


# --- use cases that waited ---


def test_deciding_with_united_access_goes_on_with_the_one_that_carries_it(app, cast, context):
    double = Double(app, cast)
    theirs = double.give("wei", "trusted", given_by=cast.priya)
    mine = double.links["priya"]
    double.merge()
    db.session.rollback()
    transact(deciding.take_away, db.session.get(Link, mine.id), db.session.get(Link, theirs.id), clock.now())
    assert db.session.get(Link, theirs.id, populate_existing=True).revoked_at is not None


def test_keeping_safe_in_the_moment_of_a_merge_is_never_lost_nor_undone(app, cast, context, double):
    dana = cast.staff("dana")
    transact(links.keep_safe, db.session.get(Profile, double.source.id), True, clock.now(), by=dana)
    assert db.session.get(Profile, double.target.id, populate_existing=True).is_safe
    with pytest.raises(NotYoursToDecide):
        transact(links.keep_safe, db.session.get(Profile, double.source.id), False, clock.now(), by=dana)
    assert db.session.get(Profile, double.target.id, populate_existing=True).is_safe


# --- invitations ---


def both_invited(app, cast, double) -> list:
    with app.app_context():
        made = []
        for person in (double.source, double.target):
            wanted = Wanted("mia@example.com", "trusted", (SEE_TIMES,))
            made.append(transact(invitations.invite, cast.staff("dana"), db.session.get(Profile, person.id), wanted, clock.now()).id)
        return made


def test_the_mailed_link_of_a_united_invitation_leads_to_the_one_that_stands(app, cast, browse):
    double = Double(app, cast)
    source, target = both_invited(app, cast, double)
    with app.app_context():
        token = mailed_links.token(mailed_links.latest_claim(db.session.get(Invitation, source)))
        old = db.session.get(Invitation, source).public_id
    browser = browse()
    before = browser.page(f"/claim/{token}")
    double.merge()
    stale = browser.post(
        "/claim/refuse", data={"csrf_token": before_token(browser), "invitation": old}, headers={"Origin": "http://localhost"}
    )
    assert stale.location == "/claim/"
    page = browser.page("/claim/")
    assert "The clinic has changed this invitation" in browser.page("/claim/").text or "The clinic has changed this invitation" in page.text
    assert "another invitation" not in page.text
    with app.app_context():
        assert db.session.get(Invitation, target).refused_at is None
    assert before.status == page.status == 200


def test_an_invitation_on_a_family_page_that_was_open_leads_to_the_one_that_stands(app, cast, browse):
    double = Double(app, cast)
    with app.app_context():
        ids = []
        for person in (double.source, double.target):
            terms = Wanted("nadia@example.com", "trusted", (SEE_TIMES,))
            ids.append(transact(invitations.invite, cast.staff("dana"), db.session.get(Profile, person.id), terms, clock.now()).public_id)
    double.merge()
    assert browse(cast.nadia).get(f"/invitations/{ids[0]}").location == "/claim/"
    assert browse(cast.wei).get(f"/invitations/{ids[0]}").status_code == 404


def before_token(browser) -> str:
    return browser.page("/forgot").form()["csrf_token"]


def test_an_invitation_that_became_pointless_leads_to_the_access_there_is(app, cast, browse):
    double = Double(app, cast, acting=())
    sent = invite(app, cast, "walter", "priya@example.com", "trusted")
    with app.app_context():
        transact(lambda: setattr(db.session.get(Invitation, sent.id), "profile_id", double.source.id))
    double.merge()
    page = browse(cast.priya).page(sent.mailed)
    assert page.h1 == "You can book already"
    assert page.links()["Book an appointment"] == f"/for/{cast.link('priya', 'leo').public_id}"
    assert "You can book already" not in browse(cast.nadia).page(sent.mailed).text
    assert "You can book already" not in browse().page(sent.mailed).text


def test_of_two_letters_about_one_invitation_one_is_sent(app, cast, context):
    double = Double(app, cast)
    both_invited(app, cast, double)
    double.merge()
    said = [letters.write(row, clock.now()) for row in mails.outbox("invitation", state="queued", to_address="mia@example.com")]
    assert len([one for one in said if one]) == 1


def shared_mail(cast, double) -> list[int]:
    """One mail for two invitations, as inviting many people sends it: Leo's second record, and Anya."""
    made = []
    for person in (double.source, cast.anya):
        profile = db.session.get(Profile, person.id)
        made.append(
            transact(invitations.invite, cast.staff("dana"), profile, Wanted("mia@example.com", "trusted", (SEE_TIMES,)), clock.now())
        )
    (first, second) = mails.outbox("invitation", state="queued", to_address="mia@example.com")
    mails.change(first, refs={**first.refs, "also": [made[1].id]})
    transact(db.session.execute, OutboxMail.__table__.delete().where(OutboxMail.id == second.id))
    return [one.id for one in made]


@pytest.mark.parametrize("how", ["united", "pointless", "taken back"])
def test_a_mail_about_several_people_still_goes_out_for_the_others(app, cast, context, how):
    double = Double(app, cast, acting=())
    mine, _anyas = shared_mail(cast, double)
    if how == "taken back":
        transact(invitations.delete, db.session.get(Invitation, mine), clock.now(), by=cast.staff("dana"))
    else:
        if how == "united":
            wanted = Wanted("mia@example.com", "trusted", (SEE_TIMES,))
            transact(invitations.invite, cast.staff("dana"), db.session.get(Profile, double.target.id), wanted, clock.now())
        else:
            mails.change(cast.wei, email_key="mia@example.com")
            double.give("wei", who=double.target)
        double.merge()
    (row,) = [one for one in mails.outbox("invitation", state="queued", to_address="mia@example.com") if "also" in one.refs]
    letter = letters.write(row, clock.now())
    assert "Anya" in letter.text and "Leo" not in letter.text


def test_two_rows_of_one_list_that_are_one_person_now_get_one_invitation(app, cast, context):
    double = Double(app, cast, of="walter", acting=())
    dana = cast.staff("dana")

    def happen():
        batch = InvitationBatch(
            practice_id=dana.practice_id,
            made_by_id=dana.id,
            started_by_id=dana.id,
            started_at=clock.now(),
            life_hours=72,
            created_at=clock.now(),
        )
        db.session.add(batch)
        db.session.flush()
        for position, person in enumerate((double.source, double.target), 1):
            row = dict(practice_id=dana.practice_id, batch_id=batch.id, position=position, profile_id=person.id, name="Leo", typed_email="")
            columns = {name: value for name, value in row.items() if name in BatchRow.__table__.c}
            db.session.add(BatchRow(**columns, email="mia@example.com", relationship="trusted"))
        return batch

    batch = transact(happen)
    double.merge()
    while transact(batch_queue.queue_some, batch.id, clock.now()):
        pass
    rows = list(db.session.scalars(select(BatchRow).where(BatchRow.batch_id == batch.id).order_by(BatchRow.position)))
    assert [row.problem for row in rows] == ["", f"{SAME_AS} 1"]
    assert len(mails.outbox("invitation", state="queued", to_address="mia@example.com")) == 1


# --- letters ---


@pytest.mark.parametrize("relationship, name", [("trusted", "access_taken_up_merged"), ("self", "access_taken_up_merged_self")])
def test_who_decides_about_access_reads_who_came_in_with_the_other_record(app, cast, context, relationship, name):
    transact(setattr, db.session.get(Profile, cast.leo.id), "born_on", date(1999, 6, 2))  # old enough for a login of his own
    double = Double(app, cast, acting=())
    double.give("wei", relationship, permissions=[SEE_TIMES])
    double.merge()
    letter = mails.letter_to("priya@example.com", "access_taken_up")
    mails.same_as_snapshot(name, letter)
    assert "accepted" not in letter.text


def test_nobody_is_introduced_who_had_access_already(app, cast, context, double):
    assert not mails.outbox("access_taken_up")


def test_a_letter_about_united_access_says_what_holds_now_and_once(app, cast, context):
    double = Double(app, cast, acting=("priya",))
    now, dana = clock.now(), cast.dana
    transact(links.decide, db.session.get(Link, double.links["priya"].id), [SEE_TIMES], now, by=dana, as_staff=True)
    double.merge()
    letter = mails.letter_to("priya@example.com", "access_changed")
    assert "Leo" in letter.text and "Leon" not in letter.text
    transact(links.decide, db.session.get(Link, double.own["priya"].id), [], now + timedelta(minutes=1), by=dana, as_staff=True)
    rows = mails.outbox("access_changed", state="queued", to_address="priya@example.com")
    assert [bool(letters.write(row, now)) for row in rows].count(True) == 1


def notice(link: Link, address: str, day: int, account=None, **more) -> OutboxMail:
    """As the daily job queues it: access that ends on a day of January 2027."""
    refs = {"kind": "end", "on": f"2027-01-{day:02}", "link": link.id, **more}
    return transact(
        outbox.enqueue,
        "access_notice",
        to=address,
        dedupe=f"{link.id} {day} {more}",
        now=clock.now(),
        refs=refs,
        about=f"link:{link.id}",
        account=account,
    )


@pytest.mark.parametrize("more", [{}, {"to": "person"}], ids=["to whoever has it", "to the person"])
def test_of_two_notices_of_the_same_day_one_is_sent(app, cast, context, more):
    double = Double(app, cast)
    for one in (double.links["priya"], double.own["priya"]):
        mails.change(db.session.get(Link, one.id), ends_on=date(2027, 1, 9))
    mails.change(db.session.get(Profile, double.target.id), email="leo@example.com")
    to, account = ("leo@example.com", None) if more else ("priya@example.com", cast.priya)
    rows = [notice(one, to, 9, account, **more) for one in (double.links["priya"], double.own["priya"])]
    double.merge()
    db.session.rollback()
    assert [bool(letters.write(db.session.get(OutboxMail, row.id), clock.now())) for row in rows].count(True) == 1


def test_two_people_whose_access_ends_the_same_day_are_both_told_of(app, cast, context):
    double = Double(app, cast, acting=("wei",))
    mails.change(db.session.get(Profile, double.target.id), email="leo@example.com")
    for one in (double.links["wei"], cast.link("priya", "leo")):
        mails.change(db.session.get(Link, one.id), ends_on=date(2027, 1, 9))
    rows = [notice(one, "leo@example.com", 9, to="person") for one in (double.links["wei"], cast.link("priya", "leo"))]
    double.merge()
    db.session.rollback()
    assert all(letters.write(db.session.get(OutboxMail, row.id), clock.now()) for row in rows)


def test_who_read_of_an_age_step_on_one_record_does_not_read_of_it_again(app, cast, context):
    double = Double(app, cast)
    mails.change(db.session.get(Link, double.links["priya"].id), stepped_on=date(2026, 6, 2))
    double.merge()
    assert db.session.get(Link, double.own["priya"].id, populate_existing=True).stepped_on == date(2026, 6, 2)
    double.part()
    db.session.rollback()
    assert db.session.get(Link, double.own["priya"].id, populate_existing=True).stepped_on is None


# --- history ---


def told(profile, link=None, staff=None) -> list[str]:
    reader = LedgerReader(profile, link, clock.today("America/Toronto"), staff)
    return [entry.what for _day, entries in history.of(reader).days for entry in entries]


def test_the_history_of_the_person_has_the_lines_of_the_other_record(app, cast, context):
    double = Double(app, cast)
    transact(
        links.decide,
        db.session.get(Link, double.links["priya"].id),
        list(default_permissions("parent")),
        clock.now(),
        by=cast.dana,
        as_staff=True,
    )
    double.merge()
    target = db.session.get(Profile, double.target.id)
    assert any("Access of Priya Shah changed" in one for one in told(target, staff=cast.staff("dana")))
    assert any(one.startswith("Your access changed") for one in told(target, link=db.session.get(Link, double.own["priya"].id)))
    mails.change(cast.link("daniel", "leo"), permissions=[SEE_TIMES])
    assert told(target, link=cast.link("daniel", "leo")) == []
    double.part()
    db.session.rollback()
    target, source = (db.session.get(Profile, one.id, populate_existing=True) for one in (double.target, double.source))
    assert not any("changed" in one for one in told(target, staff=cast.staff("dana")))
    assert any("changed" in one for one in told(source, staff=cast.staff("dana")))


def test_looking_at_the_person_is_noted_once_a_day_as_before(app, cast, browse, double):
    dana = browse(cast.dana, staff=True)
    for _time in range(2):
        dana.page(f"{PEOPLE}/{double.source.public_id}")
    with app.app_context():
        seen = db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "viewed", LedgerLine.account_id == cast.dana.id)).all()
        assert [line.profile_id for line in seen] == [double.target.id]
