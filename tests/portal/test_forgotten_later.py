"""After staff agreed that somebody be forgotten: nothing brings back what is gone, nobody else goes along, and who comes again is kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import access, invitations, ledger, merges, postman, transport, unmerging
from portal.database import db, transact
from portal.models import Invitation, LedgerLine, OutboxMail, Profile
from portal.sweep import sweep
from tests import mails
from tests.portal.homes import change
from tests.portal.merging import merged
from tests.portal.test_forgetting import ask, come_and_go, decide, request_of
from tests.portal.test_own_details import home_of


@pytest.fixture
def visited(app, cast):
    come_and_go(app, cast)


@pytest.fixture
def asked(cast, browse):
    return ask(cast, browse)


def forgotten(app, cast, browse) -> Profile:
    decide(app, cast, browse, forget="1")
    return cast.profile("kiran")


def test_their_numbers_leave_the_history_at_once_and_that_something_changed_stays(app, cast, browse, visited, clock):
    kiran, home = browse(cast.kiran), home_of(cast.link("kiran", "kiran"))
    kiran.submit(kiran.page(f"{home}/change"), phone_0="647 555 0101", city="Zqcity", pronouns="he/him")
    kiran.submit(kiran.page(f"{home}/emergency"), name="Zqaunt", phone="416 555 0133")
    with app.app_context():
        facts = {"changes": {"phone": ["+14165550119", ""], "city": ["Zqcity", ""], "file_number": ["", "F-77"]}, "as": "staff"}
        transact(lambda: ledger.record("record_changed", clock(), profile=mails.profile("kiran"), account=mails.account("dana"), **facts))
        transact(
            lambda: ledger.record(
                "contact_added", clock(), profile=mails.profile("kiran"), account=mails.account("dana"), name="Zqaunt", **{"as": "staff"}
            )
        )
    kiran.submit(kiran.page(f"{home}/forget"))
    decide(app, cast, browse, forget="1")
    with app.app_context():
        said = [str(line.facts) for line in db.session.scalars(select(LedgerLine).where(LedgerLine.profile_id == cast.profile("kiran").id))]
    assert not [one for one in said if "Zq" in one or "6475550101" in one or "4165550119" in one]
    page = browse(cast.dana, staff=True).page(f"/staff/riverside/people/{cast.profile('kiran').public_id}/history")
    assert "Details changed" in page.text and "F-77" in page.text and "Contact added" in page.text


def test_nobody_is_merged_with_who_was_forgotten(app, cast, browse, visited, asked, clock):
    """Whoever comes back has a new record: merged into it, the old one would take it along on its day."""
    kiran = forgotten(app, cast, browse)
    with app.app_context():
        for source, target in ((kiran, cast.walter), (cast.walter, kiran)):
            with pytest.raises(merges.NotTogether):
                merged(cast.staff("dana"), source, target, clock())


def test_a_merge_from_before_is_not_taken_back_over_it(app, cast, browse, clock):
    change(app, cast.walter, street="5 Zq Street", phone="+14165550999")
    with app.app_context():
        merge = merged(cast.staff("dana"), cast.walter, cast.profile("kiran"), clock())
    kiran = browse(cast.kiran)
    kiran.submit(kiran.page(f"{home_of(cast.link('kiran', 'kiran'))}/forget"))
    decide(app, cast, browse, forget="1")
    with app.app_context():
        assert not [
            one
            for one in db.session.scalars(select(Profile).where(Profile.id.in_([cast.walter.id, cast.profile("kiran").id])))
            if one.street or one.phone
        ]
        with pytest.raises(unmerging.Forgotten):
            transact(unmerging.unmerge, cast.staff("dana"), merge, {}, clock())


def test_nobody_is_let_in_again(app, cast, browse, visited, asked, clock):
    kiran = forgotten(app, cast, browse)
    with app.app_context():
        wanted = invitations.Wanted("kiran@example.com", access.SELF, access.default_permissions(access.SELF))
        with pytest.raises(invitations.MayNotInvite):
            transact(invitations.invite, cast.staff("dana"), kiran, wanted, clock())


def test_links_in_old_mails_lead_nowhere(app, cast, browse, visited, asked, clock):
    with app.app_context():
        appointment = db.session.scalar(select(mails.Appointment).where(mails.Appointment.profile_id == cast.profile("kiran").id)).public_id
        wanted = invitations.Wanted("friend@example.com", "trusted", (access.SEE_TIMES,))
        invitation = transact(invitations.invite, cast.staff("dana"), cast.profile("kiran"), wanted, clock()).id
    forgotten(app, cast, browse)
    kiran, link = browse(cast.kiran), cast.link("kiran", "kiran").public_id
    for page in (
        f"/appointments/{appointment}",
        f"/family/{link}/details",
        f"/family/{link}/details/copy",
        f"/family/{link}/history",
        f"/family/{link}/files",
    ):
        assert kiran.get(page).status_code == 404, page
    with app.app_context():
        row = db.session.get(Invitation, invitation)
        assert (row.email, row.email_key) == ("", "") and row.deleted_at


def test_the_answer_arrives_though_everything_is_erased_by_then(app, cast, browse, asked, clock, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "MAIL_FOLDER", str(tmp_path / "mail"))
    decide(app, cast, browse, forget="1")
    with app.app_context():
        sweep(clock() + timedelta(hours=1))
        assert db.session.get(Profile, cast.profile("kiran").id).name == "—"
        postman.deliver_due(clock() + timedelta(hours=2))
        sent = db.session.scalar(select(OutboxMail).where(OutboxMail.template == "forget_answered"))
        assert sent.state == "sent" and any("kiran@example.com" in path.read_text() for path in transport.folder().glob("*.eml"))


def test_who_comes_again_is_kept_for_that_visit_too(app, cast, browse, visited, asked, clock):
    change(app, cast.profile("kiran"), born_on=date(2000, 1, 1))
    forgotten(app, cast, browse)
    with app.app_context():
        mails.change(
            mails.appointment(cast, "kiran", datetime(2030, 3, 4, 15, 0, tzinfo=UTC), service="follow-up", by="dana"),
            status="fulfilled",
            idempotency_key="again",
        )
    clock.set(2036, 11, 6, 15)
    with app.app_context():
        sweep(clock())
        assert db.session.get(Profile, cast.profile("kiran").id).given_name == "Kiran"
    assert request_of(app).keep_until == date(2040, 3, 4) and request_of(app).erased_at is None


def test_mail_to_an_address_that_a_family_shares_goes_on_to_the_others(app, cast, browse, asked, clock):
    change(app, cast.profile("kiran"), email="home@example.com")
    change(app, cast.leo, email="home@example.com")
    with app.app_context():
        facts = {
            "template": "x",
            "dedupe_key": "k",
            "to_address": "home@example.com",
            "message_id": "<k@x>",
            "created_at": clock(),
            "due_at": clock() + timedelta(days=1),
        }
        transact(db.session.add, OutboxMail(practice_id=cast.riverside.id, **facts))
    decide(app, cast, browse, forget="1")
    with app.app_context():
        assert db.session.scalar(select(OutboxMail.state).where(OutboxMail.dedupe_key == "k")) == "queued"


def asked_of_the_merged(app, cast, browse, clock):
    """Kiran's record was merged into Walter's by mistake, then he asked to be forgotten. Gives the merge."""
    home = home_of(cast.link("kiran", "kiran"))
    with app.app_context():
        merge = merged(cast.staff("dana"), cast.profile("kiran"), cast.walter, clock())
    clock.forward(hours=1)
    kiran = browse(cast.kiran)
    kiran.submit(kiran.page(f"{home}/forget"), reason="I moved away.")
    return merge


def test_nobody_is_forgotten_because_another_asked_whose_record_was_merged_with_theirs_by_mistake(app, cast, browse, clock):
    merge = asked_of_the_merged(app, cast, browse, clock)
    with app.app_context():
        transact(unmerging.unmerge, cast.staff("dana"), merge, {one.key: one.side for one in unmerging.items(merge)}, clock())
    assert request_of(app).profile_id == cast.profile("kiran").id
    decide(app, cast, browse, forget="1")
    assert cast.profile("kiran").forgotten_at and cast.walter.forgotten_at is None


def test_who_merges_reads_that_somebody_asked_to_be_forgotten(app, cast, browse, asked, clock):
    dana, kiran, walter = browse(cast.dana, staff=True), cast.profile("kiran"), cast.walter
    for one, other in ((kiran, walter), (walter, kiran)):
        page = dana.page(f"/staff/riverside/people/{one.public_id}/merge/{other.public_id}")
        assert (
            "Kiran Shah asked that one of these records be forgotten, and nobody has decided. Once merged, it is about both." in page.text
        )
    himself = browse(cast.kiran)
    himself.submit(himself.page(asked), take_back="1")
    assert "be forgotten" not in dana.page(f"/staff/riverside/people/{kiran.public_id}/merge/{walter.public_id}").text


def test_a_page_that_was_open_while_records_were_parted_forgets_nobody(app, cast, browse, clock):
    merge = asked_of_the_merged(app, cast, browse, clock)
    dana = browse(cast.dana, staff=True)
    stale = dana.page(f"/staff/riverside/forget/{request_of(app).public_id}")
    with app.app_context():
        transact(unmerging.unmerge, cast.staff("dana"), merge, {one.key: one.side for one in unmerging.items(merge)}, clock())
    page = dana.submit(stale, forget="1")
    assert page.status == 409 and "Check it again" in page.text and "Forget Kiran Shah" in page.text
    assert not cast.profile("kiran").forgotten_at and not cast.walter.forgotten_at
    dana.submit(page, forget="1")
    assert cast.profile("kiran").forgotten_at and not cast.walter.forgotten_at
