"""Booking across a merge: bookmarked addresses, held times, appointments, calendars and requests that waited lead to the surviving person."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking import bookings, emails, feeds
from booking.errors import NotYours
from booking.models import Appointment, Hold
from booking.queries import soonest
from booking.timetable import timetable
from booking.wishes import Wish
from portal import claims, clock, deciding, history, letters, links, mailed_links
from portal.access import BOOK, SEE_TIMES
from portal.database import db, transact
from portal.invitations import Wanted, invite
from portal.ledger_words import Reader as LedgerReader
from portal.models import Account, Invitation, Link, Profile
from portal.signals import profile_merged
from tests import mails
from tests.booking.walking import arguments, book, hold, path, step
from tests.portal.doubles import Double


@pytest.fixture
def double(app, cast):
    return Double(app, cast)


@pytest.fixture
def wanted(cast, double):
    """A follow-up for Leo, named by his second record."""
    return {"who": double.source, "what": cast.follow_up, "with_": cast.maya_chen, "day": "2026-12-15"}


def visits(app, profile) -> list[Appointment]:
    with app.app_context():
        return list(db.session.scalars(select(Appointment).where(Appointment.profile_id == profile.id).order_by(Appointment.id)))


# --- addresses of booking ---


@pytest.mark.parametrize("page", ["who", "what", "with_whom", "when", "confirm"])
def test_a_bookmarked_step_is_about_the_person_who_stands(cast, browse, double, wanted, page):
    double.merge()
    name = page.removesuffix("_whom")
    args = {**wanted, "at": 1797350400} if page == "confirm" else wanted
    old, new = (browse(cast.priya).page(step(name, **{**args, "who": one})) for one in (double.source, double.target))
    assert old.status == new.status and old.text == new.text and "Leo" in old.html


def test_it_is_nobody_to_whoever_does_not_act_for_them(cast, browse, double, wanted):
    double.merge()
    for who in (cast.nadia, cast.wei):
        assert browse(who).get(step("when", **wanted)).status_code == 404


def test_in_the_middle_of_booking_the_hold_stays_and_the_old_form_books_for_the_survivor(app, cast, browse, double, wanted):
    browser = browse(cast.priya)
    page = hold(browser, **wanted)
    double.merge()
    done = browser.submit(page, "confirm")
    assert path(done).startswith("/appointments/") and "Leo Shah" in done.text
    (made,) = visits(app, double.target)
    assert made.starts_at.timestamp() == int(arguments(page)["at"])
    with app.app_context():
        assert db.session.scalar(select(Hold)) is None
    again = browser.submit(page, "confirm")  # the button once more
    assert path(again) == path(done) and len(visits(app, double.target)) == 1


def test_after_an_undo_the_old_address_is_the_record_again(app, cast, browse, double, wanted):
    double.merge().part()
    book(browse(cast.priya), **wanted)
    assert len(visits(app, double.source)) == 1


# --- appointments, lists, calendars ---


@pytest.fixture
def visit(app, cast, double):
    with app.app_context():
        row = mails.appointment(cast, "leo", clock.now() + timedelta(days=6), service="follow-up")
        mails.change(row, profile_id=double.source.id)
        db.session.expunge(row)
        return row


def test_an_appointment_that_went_over_keeps_its_addresses(app, cast, browse, double, visit):
    token = open_feed(app, cast.priya)
    double.merge()
    priya = browse(cast.priya)
    for page in ("", ".ics", "/cancel", "/person"):
        assert priya.get(f"/appointments/{visit.public_id}{page}").status_code == 200, page
    assert priya.get(f"/calendar/{token}.ics").get_data(as_text=True).count(f"UID:{visit.public_id}") == 1
    assert browse(cast.nadia).get(f"/appointments/{visit.public_id}").status_code == 404


def open_feed(app, account) -> str:
    with app.app_context():
        return transact(lambda: feeds.feed_token(feeds.open_feed(db.session.get(Account, account.id), clock.now())))


def test_the_list_of_one_persons_appointments_opens_under_united_access(cast, browse, double, visit):
    double.merge()
    old = browse(cast.priya).page(f"/appointments?who={double.links['priya'].public_id}")
    assert old.text == browse(cast.priya).page(f"/appointments?who={double.own['priya'].public_id}").text
    assert visit.public_id in old.html
    assert browse(cast.daniel).get(f"/appointments?who={double.links['priya'].public_id}").status_code == 404


def test_a_guardian_who_may_see_only_busy_sees_only_busy_of_what_went_over(app, cast, browse, double, visit):
    with app.app_context():
        mails.change(cast.link("daniel", "leo"), permissions=[SEE_TIMES])
    double.merge()
    page = browse(cast.daniel).page(f"/appointments/{visit.public_id}")
    assert "Follow-up" not in page.text and "Maya" not in page.text
    assert browse(cast.daniel).get(f"/appointments/{visit.public_id}/cancel").status_code == 404


def test_wrong_person_names_united_access_still(app, cast, browse, double):
    with app.app_context():
        anyas = mails.appointment(cast, "anya", clock.now() + timedelta(days=6), service="follow-up").public_id
    priya = browse(cast.priya)
    form = priya.page(f"/appointments/{anyas}/person?to={double.links['priya'].public_id}").form()
    double.merge()
    answer = priya.post(f"/appointments/{anyas}/person", data=form, headers={"Origin": "http://localhost"})
    assert answer.status_code == 302
    assert len(visits(app, double.target)) == 1


# --- letters and traces ---


def test_letters_that_waited_name_the_person_who_stands_and_go_out_once(app, cast, double, visit):
    with app.app_context():
        transact(emails.announce_booked, db.session.get(Appointment, visit.id), clock.now())
    double.merge()
    with app.app_context():
        for template in ("booked", "reminder"):
            rows = mails.outbox(template, state="queued", to_address="priya@example.com")
            said = [letters.write(row, row.due_at) for row in rows]
            assert len({one.due_at for one in rows}) == len(rows) and all(said)
            assert all("Leo" in one.text and "Leon" not in one.text for one in said)


def test_who_comes_in_through_a_merge_is_reminded_of_what_the_person_had_booked_before(app, cast):
    with app.app_context():
        visit = mails.appointment(cast, "leo", clock.now() + timedelta(days=7))
        transact(emails.announce_booked, visit, clock.now())
        assert "wei@example.com" not in mails.readers("reminder")
    double = Double(app, cast, acting=("wei",)).merge()
    with app.app_context():
        assert len(mails.outbox("reminder", state="queued", to_address="wei@example.com")) == len(cast.riverside.reminder_hours)
    double.part()
    with app.app_context():
        for row in mails.outbox("reminder", state="queued", to_address="wei@example.com"):
            assert letters.write(row, row.due_at) is None, "it is not theirs any more"


def test_access_that_a_merge_ended_is_reminded_again_once_that_is_taken_back(app, cast):
    double = Double(app, cast, acting=("priya", "daniel"))
    with app.app_context():
        transact(links.revoke, double.links["daniel"], clock.now(), by=cast.dana, as_staff=True)
    double.merge()
    with app.app_context():
        transact(emails.announce_booked, mails.appointment(cast, "leo", clock.now() + timedelta(days=7)), clock.now())
        assert set(mails.readers("reminder")) == {"priya@example.com"}, "ended on either side is ended"
    double.part()
    with app.app_context():
        assert set(mails.readers("reminder")) == {"daniel@example.com", "priya@example.com"}


def told(profile, link=None, staff=None) -> list[str]:
    reader = LedgerReader(profile, link, clock.today("America/Toronto"), staff)
    return [entry.what for _day, entries in history.of(reader).days for entry in entries]


def test_lines_about_appointments_that_went_over_are_told_like_the_persons_own(app, cast, browse, double, wanted):
    book(browse(cast.priya), **wanted)
    double.merge()
    with app.app_context():
        target, says = db.session.get(Profile, double.target.id), "Appointment booked: "
        assert any(one.startswith(says) and "Maya Chen" in one for one in told(target, staff=cast.staff("dana")))
        mails.change(cast.link("daniel", "leo"), permissions=[SEE_TIMES])
        assert told(target, link=cast.link("daniel", "leo")) == []
    double.part()
    with app.app_context():
        target, source = (db.session.get(Profile, one.id) for one in (double.target, double.source))
        assert not any("booked" in one for one in told(target, staff=cast.staff("dana")))
        assert any(one.startswith(says) for one in told(source, staff=cast.staff("dana")))


# --- requests that waited for a merge ---


class Late:
    """A use case that starts while a merge holds its locks, and goes on once that is committed. `answer`: what it gave, or the error."""

    def __init__(self, app, double, use_case):
        self.app, self.use_case, self.answer = app, use_case, None
        self.thread = threading.Thread(target=self._run)
        profile_merged.connect(self._start)
        try:
            double.merge()
        finally:
            profile_merged.disconnect(self._start)
            self.thread.join(60)
        assert not self.thread.is_alive(), "it never got an answer"

    def _start(self, _sender, **_facts) -> None:
        if self.thread.ident is None:
            self.thread.start()
            time.sleep(0.7)  # by then it waits

    def _run(self) -> None:
        with self.app.app_context():
            try:
                self.answer = self.use_case()
            except Exception as error:
                self.answer = repr(error)


def late_booking(cast, link: Link, key: str = "late"):
    def use_case():
        priya, mine, practice = db.session.get(Account, link.account_id), db.session.get(Link, link.id), cast.riverside
        wish = Wish(timetable(practice).service(cast.follow_up.public_id), profile=mine.profile)
        at = soonest(practice, wish, clock.now(), 1)[0].at
        made = transact(bookings.book, priya, mine, wish, at, clock.now(), key)
        return made.profile_id

    return use_case


@pytest.mark.parametrize("name", ["priya", "wei"])  # her access is united with what she had, his goes over
def test_who_books_during_a_merge_books_for_the_survivor(app, cast, name):
    double = Double(app, cast, acting=("priya", "wei"))
    assert Late(app, double, late_booking(cast, double.links[name])).answer == double.target.id


def test_who_booked_before_a_merge_gets_the_same_appointment_from_the_same_form(app, cast, double):
    with app.app_context():
        assert late_booking(cast, double.links["priya"], "once")() == double.source.id
    double.merge()
    with app.app_context():
        assert late_booking(cast, double.links["priya"], "once")() == double.target.id
    assert len(visits(app, double.target)) == 1


def test_access_that_ended_with_the_merge_books_nothing(app, cast, double):
    with app.app_context():
        transact(links.revoke, db.session.get(Link, double.own["priya"].id), clock.now(), by=cast.dana, as_staff=True)
    assert Late(app, double, late_booking(cast, double.links["priya"])).answer == repr(NotYours())


def test_who_cancels_during_a_merge_cancels_what_went_over(app, cast, double, visit):
    def use_case():
        return transact(bookings.cancel, cast.priya, db.session.get(Appointment, visit.id), clock.now()).profile_id

    assert Late(app, double, use_case).answer == double.target.id


def test_who_takes_an_invitation_up_during_a_merge_acts_for_the_survivor(app, cast, double):
    with app.app_context():
        person, terms = db.session.get(Profile, double.source.id), Wanted("nadia@example.com", "trusted", (BOOK,))
        made = transact(invite, cast.staff("dana"), person, terms, clock.now()).id

    def use_case():
        link = mailed_links.latest_claim(db.session.get(Invitation, made))
        how = claims.Circumstances(link, mailed_links.MAILED, False)
        return transact(claims.accept, cast.nadia, how, clock.now()).profile_id

    assert Late(app, double, use_case).answer == double.target.id


def test_of_two_invitations_of_one_address_the_one_that_stands_is_taken_up(app, cast, double):
    found = []
    with app.app_context():
        for person in (double.source, double.target):
            made = transact(
                invite,
                cast.staff("dana"),
                db.session.get(Profile, person.id),
                Wanted("nadia@example.com", "trusted", (BOOK, SEE_TIMES)),
                clock.now(),
            )
            found.append((made.id, mailed_links.latest_claim(made).id))
    (_ended, opened), (stands, _other) = found

    def use_case():
        how = claims.Circumstances(db.session.get(mailed_links.MailedLink, opened), mailed_links.MAILED, False)
        transact(claims.accept, cast.nadia, how, clock.now())
        return db.session.get(Invitation, stands).accepted_at is not None

    assert Late(app, double, use_case).answer is True


@pytest.mark.parametrize("name", ["priya", "wei"])
def test_who_gives_access_up_during_a_merge_has_none_afterwards(app, cast, name):
    double = Double(app, cast, acting=("priya", "wei"))
    late = Late(app, double, lambda: transact(deciding.leave, db.session.get(Link, double.links[name].id), clock.now()))
    assert late.answer is None
    with app.app_context():
        mine = select(Link).where(Link.account_id == double.links[name].account_id, Link.revoked_at.is_(None))
        assert db.session.scalar(mine.where(Link.profile_id.in_((double.source.id, double.target.id)))) is None


def test_who_gives_access_during_a_merge_gives_it_to_the_survivor(app, cast, double):
    def use_case():
        mine = db.session.get(Link, double.links["priya"].id)
        return transact(deciding.give, mine, Wanted("new@example.com", "trusted", (SEE_TIMES,)), clock.now()).profile_id

    assert Late(app, double, use_case).answer == double.target.id


def test_who_is_to_be_kept_safe_during_a_merge_is(app, cast, double):
    Late(
        app, double, lambda: transact(links.keep_safe, db.session.get(Profile, double.source.id), True, clock.now(), by=cast.staff("dana"))
    )
    with app.app_context():
        assert db.session.get(Profile, double.target.id).is_safe
