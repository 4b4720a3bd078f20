"""Check and confirm: everything once more, one button that says it all, one booking however often it is pressed."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from booking.hours import day_start
from booking.models import Appointment, DateOverride, Hold, Location
from booking.queries import nearest
from booking.timetable import timetable
from booking.wishes import Wish
from portal.database import db, transact
from portal.models import Link, Practice, Profile, Registration
from portal.seed import PASSWORD
from tests.booking.walking import arguments, book, hold, path, step, times

TUESDAY = "2026-12-15"


@pytest.fixture
def follow_up(cast):
    return {"who": cast.anya.public_id, "what": cast.follow_up.public_id, "with_": cast.maya_chen.public_id, "day": TUESDAY}


def coming(app, profile) -> list[Appointment]:
    """The booked appointments of a person from the frozen now on."""
    with app.app_context():
        mine = select(Appointment).where(Appointment.profile_id == profile.id, Appointment.status == "booked")
        return list(db.session.scalars(mine.where(Appointment.starts_at > app.config["CLOCK"]())))


def test_the_button_names_person_practitioner_day_time_and_zone(cast, browse, follow_up):
    page = hold(browse(as_=cast.priya), **follow_up)
    buttons = [" ".join("".join(b.itertext()).split()) for b in page.all("button")]
    assert "Book for Anya with Maya Chen, Tue 15 Dec, 4:30pm, Toronto time" in buttons


def test_it_shows_every_answer_and_what_it_costs_and_until_when_it_can_be_changed(cast, browse, follow_up):
    page = hold(browse(as_=cast.priya), **follow_up)
    assert page.h1 == "Check and confirm"
    for words in ("Anya Shah", "Follow-up physiotherapy, 30 minutes", "Maya Chen", "Tuesday 15 December", "4:30pm to 5pm, Toronto time",
                  "12 Mill Street, Toronto", "$80, pay at the clinic", "By email to priya@example.com",
                  "You can change or cancel online until Monday 14 December at 4:30pm. After that, call (416) 555-0134."):  # fmt: skip
        assert words in page.text


def test_changing_an_answer_keeps_the_hold_and_comes_back(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    page = hold(browser, **follow_up)
    change = page.links()["Change who it is for"]
    chosen = browser.page(change).response
    assert "Who is this appointment for?" in chosen.get_data(as_text=True)
    back = browser.page(step("who", go=1, **{**arguments(page), "who": cast.leo.public_id}))
    assert path(back).endswith("/confirm")
    assert "Leo Shah" in back.text and "We are holding this time for you for 10 minutes, until 10:10am." in back.text


def test_booking_leads_to_the_page_of_the_appointment(app, cast, browse, follow_up):
    page = book(browse(as_=cast.priya), note="A sore knee.\r\nSince Monday.", **follow_up)
    assert path(page).startswith("/appointments/")
    assert page.h1 == "Appointment confirmed"
    assert "Tuesday 15 December at 4:30pm Anya Shah with Maya Chen" in page.text
    assert "You do not need to do anything else before the visit." in page.text
    booked = coming(app, cast.anya)[-1] if len(coming(app, cast.anya)) == 1 else next(one for one in coming(app, cast.anya) if one.note)
    assert booked.note == "A sore knee.\nSince Monday."
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Hold)) == 0


def test_a_double_click_books_once_and_answers_with_the_same_page(app, cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    before = len(coming(app, cast.anya))
    page = hold(browser, **follow_up)
    first, second = browser.submit(page, "confirm"), browser.submit(page, "confirm")
    assert path(first) == path(second) and second.h1 == "Appointment confirmed"
    assert len(coming(app, cast.anya)) == before + 1


def test_somebody_elses_form_key_books_nothing_of_theirs(app, cast, browse, follow_up):
    page = hold(browse(as_=cast.priya), **follow_up)
    key = page.form("confirm")["key"]
    browse_again = browse(as_=cast.priya)
    book(browse_again, **follow_up)
    other = browse(as_=cast.daniel)
    answer = other.submit(hold(other, **{**follow_up, "day": "2026-12-16"}), "confirm", key=key)
    assert answer.status in (200, 404)
    assert "Priya" not in answer.text


def test_a_note_that_is_too_long_is_kept_and_the_time_stays_held(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    page = browser.submit(hold(browser, **follow_up), "confirm", note="é" * 501)
    assert page.status == 422
    assert "Your note must be 500 characters or less" in page.text
    assert page.form("confirm")["note"] == "é" * 501
    assert "We are holding this time for you for 10 minutes, until 10:10am." in page.text
    assert browser.submit(page, "confirm", note="é" * 500).h1 == "Appointment confirmed"


def test_a_hold_that_ended_says_so_and_one_press_still_books(app, cast, browse, clock, follow_up):
    browser = browse(as_=cast.priya)
    address = hold(browser, **follow_up).response.request.full_path
    clock.forward(minutes=10)
    page = browser.page(address)
    assert page.status == 200
    assert "We stopped holding 4:30pm because 10 minutes passed. It is still free." in page.text
    assert browser.submit(page, "confirm").h1 == "Appointment confirmed"


def test_a_hold_that_ended_and_went_to_somebody_else_offers_the_nearest_times(cast, browse, clock, follow_up):
    slow, fast = browse(as_=cast.priya), browse(as_=cast.daniel)
    page = hold(slow, **follow_up)
    wanted = int(arguments(page)["at"])
    clock.forward(minutes=10)
    hold(fast, start=wanted, **follow_up)
    for answer in (slow.page(page.response.request.full_path), slow.submit(page, "confirm", note="Please read this")):
        assert answer.status == 409
        assert wanted not in times(answer) and len(times(answer)) > 2
        assert "Tuesday 15 December" in answer.text
    again = slow.submit(answer, "hold", at=times(answer)[0])
    assert again.form("confirm")["note"] == "Please read this"


def test_a_time_exactly_far_enough_ahead_can_be_booked_while_it_is_held_and_not_after(app, cast, browse, clock, follow_up):
    """Midday is two hours away, which is the notice: a minute later it is not offered any more, but what is held is held."""
    midday = int(clock().timestamp()) + 2 * 3600
    browser = browse(as_=cast.priya)
    page = hold(browser, start=midday, **{**follow_up, "day": "2026-12-10"})
    clock.forward(minutes=9)
    assert midday not in times(browse(as_=cast.daniel).page(step("when", **{**follow_up, "day": "2026-12-10"})))
    assert "We are holding this time for you" in browser.page(page.response.request.full_path).text
    clock.forward(minutes=1)
    late = browser.submit(page, "confirm")
    assert late.status == 409 and "too soon to book online" in late.text


def test_a_held_time_inside_the_notice_is_booked(cast, browse, clock, follow_up):
    midday = int(clock().timestamp()) + 2 * 3600
    browser = browse(as_=cast.priya)
    page = hold(browser, start=midday, **{**follow_up, "day": "2026-12-10"})
    clock.forward(minutes=5)
    assert browser.submit(page, "confirm").h1 == "Appointment confirmed"


def test_somebody_who_needs_longer_gets_the_time_once_more(cast, browse, clock, follow_up):
    browser = browse(as_=cast.priya)
    page = hold(browser, **follow_up)
    clock.forward(minutes=6)
    page = browser.submit(page, "keep")
    said = next(e for e in page.tree.iter() if e.get("role") == "status")
    assert "Held until 10:20am." in "".join(said.itertext()) and "I need more time" not in page.text
    clock.forward(minutes=13)
    assert "Held until 10:20am." in browser.page(page.response.request.full_path).text


def test_a_choice_made_in_another_window_is_told_apart(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    first = hold(browser, **follow_up).response.request.full_path
    hold(browser, **{**follow_up, "day": "2026-12-16"})
    assert "You chose another time since, so we stopped holding 4:30pm. It is still free." in browser.page(first).text


def test_the_persons_other_appointment_at_that_time_is_said(app, cast, browse, follow_up):
    """At another practice nobody but the account knows of both; at the same one the rules refuse it."""
    browser = browse(as_=cast.priya)
    own = cast.profile("priya")
    at = int(arguments(hold(browser, **{**follow_up, "who": own}))["at"])
    there = {"who": cast.profile("priya", "beau-rivage"), "what": cast.massotherapie_60, "with_": cast.mathieu_cormier, "day": TUESDAY}
    book(browser, slug="beau-rivage", **there)

    def elsewhere():
        one = db.session.scalar(select(Appointment).where(Appointment.service_id == cast.massotherapie_60.id))
        length = one.ends_at - one.starts_at
        one.starts_at = datetime.fromtimestamp(at, UTC)
        one.ends_at = one.starts_at + length

    with app.app_context():
        transact(elsewhere)
    page = browser.page(step("confirm", **{**follow_up, "who": own, "at": at}))
    assert page.status == 200
    assert "You already have an appointment then: Tuesday 15 December at 4:30pm at Clinique Beau-Rivage." in page.text
    for_anya = browser.page(step("confirm", **{**follow_up, "at": at}))
    assert "already" not in for_anya.text


def test_a_rule_about_the_person_is_a_sentence_before_the_button(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    at = int(arguments(hold(browser, **follow_up))["at"])
    browser.submit(browser.page(step("confirm", **{**follow_up, "at": at})), "confirm")
    page = browser.page(step("confirm", **{**follow_up, "with_": cast.olivier_dubois.public_id, "at": at}))
    assert page.status == 409
    assert times(page)


def test_a_visitor_goes_to_make_an_account_and_comes_back_to_this_step(cast, browse, follow_up):
    address = step("confirm", what=cast.massage_60, with_="any", at=1797370200)
    page = browse().page(address)
    assert path(page) == "/sign-up"
    assert arguments(page)["next"].startswith("/at/riverside/book/confirm?")


def test_the_first_booking_of_an_account_makes_its_provisional_profile(app, cast, browse):
    browser = browse(as_=cast.nadia)
    page = hold(browser, what=cast.massage_60, with_=cast.ravi_kumar, day=TUESDAY)
    assert "Nadia Haddad" in page.text
    with app.app_context():
        assert not db.session.scalars(select(Link).where(Link.account_id == cast.nadia.id)).all()
    booked = browser.submit(page, "confirm")
    assert booked.h1 == "Appointment confirmed" and "Nadia Haddad with Ravi Kumar" in booked.text
    with app.app_context():
        profile = db.session.scalar(select(Profile).join(Link).where(Link.account_id == cast.nadia.id))
        assert profile.is_provisional
        assert db.session.scalar(select(Registration).where(Registration.profile_id == profile.id)) is not None


def test_a_refused_first_booking_leaves_no_profile_behind(app, cast, browse):
    slow, fast = browse(as_=cast.nadia), browse(as_=cast.priya)
    page = hold(slow, what=cast.massage_60, with_=cast.ravi_kumar, day=TUESDAY)
    app.config["CLOCK"].forward(minutes=11)
    book(fast, who=cast.anya, what=cast.massage_60, with_=cast.ravi_kumar, day=TUESDAY, start=int(arguments(page)["at"]))
    assert slow.submit(page, "confirm").status == 409
    with app.app_context():
        assert not db.session.scalars(select(Link).where(Link.account_id == cast.nadia.id)).all()


def test_a_link_revoked_in_the_meantime_books_nothing(app, cast, browse, follow_up):
    browser = browse(as_=cast.daniel)
    before = len(coming(app, cast.anya))
    page = hold(browser, **follow_up)

    def revoke():
        db.session.get(Link, cast.link("daniel", "anya").id).revoke(app.config["CLOCK"]())

    with app.app_context():
        transact(revoke)
    assert browser.submit(page, "confirm").status == 404
    assert len(coming(app, cast.anya)) == before


def test_a_time_without_an_address_or_that_nobody_can_read_leads_back_to_the_times(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    assert path(browser.page(step("confirm", **follow_up))).endswith("/when")
    page = browser.page(step("confirm", **{**follow_up, "at": "99999999999999999999"}))
    assert page.status == 422 and times(page)
    assert browser.page(step("confirm", **{**follow_up, "at": 4102444799})).status == 409


def test_coming_back_to_the_page_after_booking_finds_the_appointment(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    page = hold(browser, **follow_up)
    booked = browser.submit(page, "confirm")
    back = browser.page(page.response.request.full_path)
    assert path(back) == path(booked)
    status = next(e for e in back.tree.iter() if e.get("role") == "status")
    assert "You have already booked this time." in "".join(status.itertext())
    other = browse(as_=cast.priya)
    second_tab = other.submit(page, "confirm", key="k" * 24)
    assert path(second_tab) == path(booked) and "You have already booked this time." in second_tab.text


def test_somebody_elses_booking_is_a_time_that_was_taken(cast, browse, follow_up):
    slow, fast = browse(as_=cast.kiran), browse(as_=cast.priya)
    address = step("confirm", what=cast.follow_up, with_=cast.maya_chen, at=int(arguments(hold(fast, **follow_up))["at"]))
    fast.submit(fast.page(address + "&who=" + cast.anya.public_id), "confirm")
    page = slow.page(address)
    assert page.status == 409 and "You have already booked" not in page.text


def test_an_earlier_appointment_of_the_same_service_is_said_and_stops_nobody(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    assert "already has one booked" not in hold(browser, **follow_up).text
    book(browser, **follow_up)
    page = hold(browser, **{**follow_up, "day": "2026-12-16"})
    assert "Anya already has one booked: Follow-up physiotherapy, Tuesday 15 December." in page.text
    assert browser.submit(page, "confirm").h1 == "Appointment confirmed"


def test_who_was_signed_out_in_the_meantime_signs_in_and_finds_the_note_again(cast, browse, clock, follow_up):
    browser = browse(as_=cast.priya)
    page = hold(browser, **follow_up)
    clock.forward(minutes=31)
    sign_in = browser.submit(page, "confirm", note="A sore knee.")
    assert path(sign_in) == "/sign-in"
    assert "You were signed out after 30 minutes to protect your information." in sign_in.text
    back = arguments(sign_in)["next"]
    assert back.startswith("/at/riverside/book/confirm?")
    browser.submit(sign_in, email="priya@example.com", password="not it")
    assert "You were signed out after 30 minutes" in browser.page("/sign-in").text
    entered = browser.submit(browser.page(sign_in.response.request.full_path), email="priya@example.com", password=PASSWORD)
    assert path(entered).endswith("/confirm") and entered.form("confirm")["note"] == "A sore knee."


def test_the_note_of_who_was_signed_out_is_not_shown_to_the_next_one(cast, browse, clock, follow_up):
    browser = browse(as_=cast.priya)
    page = hold(browser, **follow_up)
    clock.forward(minutes=31)
    sign_in = browser.submit(page, "confirm", note="A sore knee.")
    entered = browser.submit(sign_in, email="daniel@example.com", password=PASSWORD)
    assert path(entered).endswith("/confirm") and entered.form("confirm")["note"] == ""


def test_a_time_pressed_after_the_session_lapsed_leads_to_signing_in(cast, browse, clock, follow_up):
    browser = browse(as_=cast.priya)
    args = {**follow_up, "who": ""}
    page = browse().page(step("when", **args))
    clock.forward(minutes=31)
    answer = browser.submit(page, "hold", at=times(page)[-1])
    assert path(answer) == "/sign-in" and "You were signed out after 30 minutes" in answer.text
    assert arguments(answer)["next"].startswith("/at/riverside/book/confirm?")


def test_a_confirm_form_sent_without_any_session_leads_to_signing_in(cast, browse, follow_up):
    page = hold(browse(as_=cast.priya), **follow_up)
    assert path(browse().submit(page, "confirm")) == "/sign-in"


def test_another_service_keeps_the_practitioner_who_offers_it_too(cast, browse, follow_up):
    browser = browse(as_=cast.priya)
    page = hold(browser, **{**follow_up, "who": cast.leo.public_id})
    what = browser.page(page.links()["Change the service"])
    kept = [url for url in what.links().values() if "/book/when?" in url and f"with={cast.maya_chen.public_id}" in url]
    asked = [url for url in what.links().values() if "/book/with?" in url and "what=" in url]
    assert kept and asked
    assert path(browser.page(kept[0])).endswith("/when")


def test_the_readers_own_zone_stands_under_the_time_and_names_both_zones(app, cast, browse, follow_up):
    def move_east():
        db.session.get(type(cast.priya), cast.priya.id).zone = "Asia/Tokyo"

    with app.app_context():
        transact(move_east)
    page = hold(browse(as_=cast.priya), **follow_up)
    assert "4:30pm to 5pm, Toronto time" in page.text
    assert "Wednesday 16 December at 6:30am in Tokyo" in page.text
    assert "for 10 minutes, until 10:10am, Toronto time." in page.text


@pytest.fixture
def away_in_vancouver(app, cast, browse):
    """Maya works a Sunday evening at a second location, three hours behind; it is Monday in Toronto by then."""
    dana = browse(as_=cast.dana, staff=True)
    dana.submit(dana.page("/desk/riverside/places/add"), name="Harbour", street="1 Quay", city="Vancouver", zone="America/Vancouver")
    with app.app_context():
        harbour = db.session.scalar(select(Location).where(Location.name == "Harbour"))
        values = {"practice_id": cast.riverside.id, "practitioner_id": cast.maya_chen.id, "location_id": harbour.id}
        transact(lambda: db.session.add(DateOverride(**values, on_date=date(2026, 12, 13), windows=[[21 * 60, 23 * 60]])))


def test_a_time_at_another_location_is_told_by_its_clock_and_with_its_address(cast, browse, follow_up, away_in_vancouver):
    browser, asked = browse(as_=cast.priya), follow_up | {"day": "2026-12-13"}
    page = browser.page(step("when", **asked))
    assert "Times are in Vancouver." in page.text and "9pm, Sunday 13 December" in page.text
    page = hold(browser, **asked)
    for words in ("Sunday 13 December", "10:30pm to 11pm, Vancouver time", "1 Quay, Vancouver", "until 10:10am"):
        assert words in page.text


def test_the_nearest_times_are_told_by_the_clock_of_their_location_too(app, cast, away_in_vancouver):
    with app.app_context():
        practice = db.session.get(Practice, cast.riverside.id)
        table = timetable(practice)
        wish = Wish(table.service(cast.follow_up.public_id), table.practitioner(cast.maya_chen.public_id))
        (found,) = nearest(practice, wish, day_start("America/Toronto", date(2026, 12, 13)), app.config["CLOCK"](), 1)
        assert (found.date, found.zone, found.at) == (
            date(2026, 12, 13),
            "America/Vancouver",
            day_start("America/Vancouver", date(2026, 12, 13)) + 21 * 3600,
        )
