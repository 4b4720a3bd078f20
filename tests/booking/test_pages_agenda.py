"""One agenda over practices and people: what gets in each other's way is said to the account that sees both, and to nobody else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from booking.models import Appointment, Location
from e2e.walk import walk
from portal import clock as the_clock
from portal import letters
from portal.database import db, transact
from portal.models import LedgerLine, Link, OutboxMail, Practice, Profile
from tests import mails
from tests.booking.walking import book, path, step

NINE = datetime(2026, 12, 15, 14, 0, tzinfo=UTC)  # Tuesday 15 December, 9am in Toronto, 10am in Moncton
SOON = NINE + timedelta(minutes=5)


@pytest.fixture
def there(app, cast):
    """`there("priya", NINE)`: an appointment at Clinique Beau-Rivage; `here(…)` one at Riverside. Gives the address of its page."""

    def make(who, starts_at, by="priya", slug="beau-rivage", service="massotherapie-60", **facts):
        with app.app_context():
            row = mails.appointment(cast, who, starts_at, service, by, slug)
            if facts:
                mails.change(row, **facts)
            return f"/appointments/{row.public_id}"

    return make


@pytest.fixture
def here(there):
    return lambda who, starts_at, by="priya", **facts: there(who, starts_at, by, "riverside", "follow-up", **facts)


@pytest.fixture
def leo_there(app, cast):
    """Leo is known at the other practice too, where his mother books for him."""

    def happen():
        beau_rivage = db.session.scalar(select(Practice).where(Practice.slug == "beau-rivage"))
        leo = cast.leo
        facts = dict(given_name=leo.given_name, family_name=leo.family_name, born_on=leo.born_on, created_at=the_clock.now())
        twin = Profile(public_id=mails.name_id("leo@beau-rivage"), practice_id=beau_rivage.id, **facts)
        db.session.add(twin)
        db.session.flush()
        link = dict(
            practice_id=beau_rivage.id, account_id=cast.priya.id, profile_id=twin.id, relationship="parent", created_at=the_clock.now()
        )
        db.session.add(Link(permissions=["see_times", "see_details", "book", "change"], **link))

    with app.app_context():
        transact(happen)


def notes(page) -> list[str]:
    return [
        " ".join(" ".join(note.itertext()).split()).replace(" ,", ",").replace(" .", ".")
        for note in page.all("div")
        if (note.get("class") or "").startswith("note")
    ]


def test_two_at_the_same_time_are_said_with_links_to_both(cast, browse, here, there):
    one, other = here("priya", NINE), there("priya", NINE + timedelta(minutes=15))
    page = browse(as_=cast.priya).page("/appointments")
    said = (
        "You have two appointments at the same time: Tuesday 15 December at 9am, Toronto time, Riverside Physiotherapy in Toronto "
        "Tuesday 15 December at 10:15am, Moncton time, Clinique Beau-Rivage in Dieppe"
    )
    assert notes(page) == [said]
    assert {one, other} <= {a.get("href") for note in page.all("div", class_="note warn") for a in note.iter() if a.get("href")}
    assert notes(browse(as_=cast.priya).page("/appointments?past=1")) == []


def test_each_of_the_two_says_it_on_its_own_page_too(cast, browse, here, there):
    one, other = here("priya", NINE), there("priya", NINE + timedelta(minutes=15))
    page = browse(as_=cast.priya).page(one)
    assert any(said.startswith("You have another appointment at the same time: Tuesday 15 December at 10:15am") for said in notes(page))
    assert other in {a.get("href") for a in page.all("a")}
    assert not any(said.startswith("You have another") for said in notes(browse(as_=cast.priya).page(here("anya", NINE))))


def test_cities_far_apart_need_a_journey(cast, browse, here, there):
    here("priya", NINE), there("priya", NINE + timedelta(minutes=45))
    said = notes(browse(as_=cast.priya).page("/appointments"))
    assert len(said) == 1 and said[0].startswith(
        "You have two appointments close together: Tuesday 15 December at 9am, Toronto time, Riverside"
    )
    assert said[0].endswith(
        "Clinique Beau-Rivage in Dieppe The first ends at 10:30am, Moncton time; the second begins at 10:45am, in another city. You may not be able to make both."
    )


def test_the_way_within_a_city_may_take_longer(app, cast, browse, here, there):
    def move_near():
        place = db.session.scalar(select(Location).where(Location.city == "Dieppe"))
        place.city, place.latitude, place.longitude = "Toronto", 43.7, -79.4

    with app.app_context():
        transact(move_near)
    here("priya", NINE)
    there("priya", NINE + timedelta(minutes=45))
    page = browse(as_=cast.priya).page("/appointments")
    said = notes(page)
    assert [h.text for h in page.all("h2", class_="vh")] == ["Something to look at"]
    assert said[0].endswith(
        "Clinique Beau-Rivage in Toronto The first ends at 10:30am, Moncton time; the second begins at 10:45am. The way may take about 30 minutes."
    )
    there("priya", NINE + timedelta(hours=3))
    assert len(notes(browse(as_=cast.priya).page("/appointments"))) == 1


def test_a_child_known_at_two_practices_is_one_person(cast, browse, here, there, leo_there):
    here("leo", NINE), there("leo", SOON)
    said = notes(browse(as_=cast.priya).page("/appointments"))
    assert len(said) == 1 and said[0].startswith("Leo has two appointments at the same time: ")


def test_two_people_in_two_places_are_said_gently(cast, browse, here, there):
    here("leo", NINE), there("priya", NINE)
    page = browse(as_=cast.priya).page("/appointments")
    assert notes(page)[0].startswith("You may have to be in two places at the same time: Leo, Tuesday 15 December at 9am, Toronto time,")
    assert page.all("div", class_="note info") and not page.all("div", class_="note warn")


def test_two_people_in_one_place_and_what_is_cancelled_are_no_matter(cast, browse, clock, here, there):
    here("leo", NINE), here("anya", NINE)
    there("priya", NINE, status="cancelled", cancelled_at=clock())  # a moment ago: it still stands in the list
    assert notes(browse(as_=cast.priya).page("/appointments")) == []


def test_of_somebody_who_is_busy_only_the_time_takes_part(app, cast, browse, here, there, leo_there):
    """Daniel sees of what others book for Leo only that he is busy: a clash is said, a place or a way never."""

    def narrow():
        db.session.get(Link, cast.link("daniel", "leo").id).permissions = ["see_times", "book"]

    with app.app_context():
        transact(narrow)
    busy, own = here("leo", NINE), here("leo", NINE + timedelta(minutes=15), by="daniel")
    page = browse(as_=cast.daniel).page("/appointments")
    assert notes(page) == [
        "Leo is busy at the same time: Tuesday 15 December at 9am Tuesday 15 December at 9:15am, Riverside Physiotherapy in Toronto"
    ]
    assert {busy, own} <= {a.get("href") for a in page.all("a")}
    there("leo", SOON)  # where Daniel has no link: it never takes part
    assert notes(browse(as_=cast.daniel).page("/appointments")) == notes(page)
    assert notes(browse(as_=cast.daniel).page(busy)) == []


def test_where_somebody_is_busy_is_not_told_by_a_warning(app, cast, browse, here, there):
    """Daniel is expected in Dieppe. That Leo is busy in Toronto then would tell him where, so nothing is said of two places."""

    def happen(permissions):
        db.session.get(Link, cast.link("daniel", "leo").id).permissions = permissions
        if db.session.scalar(select(Profile.id).where(Profile.public_id == mails.name_id("daniel@beau-rivage"))):
            return
        common = dict(practice_id=cast.beau_rivage.id, created_at=the_clock.now())
        own = Profile(public_id=mails.name_id("daniel@beau-rivage"), given_name="Daniel", family_name="Okafor", **common)
        db.session.add(own)
        db.session.flush()
        db.session.add(
            Link(account_id=cast.daniel.id, profile_id=own.id, relationship="self", permissions=["see_times", "see_details"], **common)
        )

    with app.app_context():
        transact(happen, ["see_times", "book"])
    here("leo", NINE), there("daniel", SOON, by="daniel")
    page = browse(as_=cast.daniel).page("/appointments")
    assert len(page.all("article")) == 2 and notes(page) == []
    with app.app_context():
        transact(happen, ["see_times", "see_details", "book"])
    assert len(notes(browse(as_=cast.daniel).page("/appointments"))) == 1


def test_what_is_not_seen_at_all_never_takes_part(app, cast, browse, here):
    def narrow():
        db.session.get(Link, cast.link("daniel", "leo").id).permissions = ["book"]

    with app.app_context():
        transact(narrow)
    here("leo", NINE), here("leo", NINE + timedelta(minutes=15), by="daniel")
    assert notes(browse(as_=cast.daniel).page("/appointments")) == []


def test_before_booking_the_way_is_said_too(cast, browse, there):
    browser = browse(as_=cast.priya)
    there("priya", datetime(2026, 12, 15, 22, 15, tzinfo=UTC))
    at = int(datetime(2026, 12, 15, 21, 30, tzinfo=UTC).timestamp())
    page = browser.page(step("confirm", who=cast.profile("priya"), what=cast.follow_up, with_=cast.maya_chen, at=at))
    said = [each for each in notes(page) if "between" in each]
    assert said == [
        "You would have 15 minutes between this and another place: Tuesday 15 December at 6:15pm, Moncton time, Clinique Beau-Rivage in Dieppe. "
        "You may not be able to make both. You can book anyway, or choose another time."
    ]
    page = browser.page(step("confirm", who=cast.anya, what=cast.follow_up, with_=cast.maya_chen, at=at))
    assert not any("between" in each for each in notes(page))


def test_the_list_can_be_one_persons(cast, browse, here, there, leo_there):
    own, leos, his = there("priya", NINE), here("leo", NINE), there("leo", SOON)
    browser = browse(as_=cast.priya)
    links = browser.page("/appointments").links()
    assert [name for name in ("Everybody", "You", "Kiran", "Leo", "Anya") if name in links] == ["Everybody", "You", "Kiran", "Leo", "Anya"]
    page = browser.page(links["Leo"])
    cards = {card.get("aria-labelledby").removeprefix("a-") for card in page.all("article")}
    assert cards == {leos.rsplit("/", 1)[1], his.rsplit("/", 1)[1]}, "over both practices"
    assert {"Upcoming", "Leo"} <= {"".join(a.itertext()).strip() for a in page.all("a", aria_current="page")} and "who=" in page.links()[
        "Past"
    ]
    assert {path(browser.page(links[name])) for name in ("You", "Everybody")} == {"/appointments"}
    assert len(browser.page(links["You"]).all("article")) == 1 and own
    assert "There are no appointments to show for Anya." in browser.page(links["Anya"]).text
    for foreign in (cast.link("daniel", "leo").public_id, "a" * 16):
        assert browser.page(f"/appointments?who={foreign}").status == 404
    assert "Everybody" not in browse(as_=cast.kiran).page("/appointments").links()


def test_warnings_cost_no_statement_of_their_own(cast, browse, here, there):
    said = []
    listen = lambda _conn, _cursor, statement, *_: said.append(statement)  # noqa: E731

    def statements(page) -> int:
        said.clear()
        event.listen(Engine, "before_cursor_execute", listen)
        browser.get(page)
        event.remove(Engine, "before_cursor_execute", listen)
        return len(said)

    browser = browse(as_=cast.priya)
    one = here("priya", NINE)
    before = statements("/appointments"), statements(one)
    for minutes in (5, 15, 30, 45):
        there("priya", NINE + timedelta(minutes=minutes))
    assert (statements("/appointments"), statements(one)) == before


def test_no_practice_learns_of_another(app, cast, browse):
    """Priya books at both practices at nearly the same time. No page of Riverside's staff, none of its mails, no line of its ledger knows."""
    browser = browse(as_=cast.priya)
    elsewhere = {"who": cast.profile("priya", "beau-rivage"), "what": cast.massotherapie_60, "with_": cast.mathieu_cormier}
    book(browser, slug="beau-rivage", day="2026-12-15", **elsewhere)
    book(browser, who=cast.profile("priya"), what=cast.follow_up, with_=cast.maya_chen, day="2026-12-15")
    assert notes(browser.page("/appointments")), "there is something to keep quiet about"
    staff = browse(as_=cast.dana, staff=True)
    pages = walk(staff, ["/staff/riverside/", "/desk/riverside/day?date=2026-12-15"])
    assert {"staff.today", "desk.day"} <= set(pages)
    for address in pages.values():
        words = staff.get(address).get_data(as_text=True)
        assert not any(trace in words for trace in ("Beau-Rivage", "beau-rivage", "Dieppe", "same time", "Mathieu")), address
    with app.app_context():
        here, there = cast.riverside, cast.beau_rivage
        theirs = {row.id for row in db.session.scalars(select(Appointment).where(Appointment.practice_id == there.id))}
        lines = list(db.session.scalars(select(LedgerLine).where(LedgerLine.practice_id == here.id)))
        assert lines and not any(line.facts.get("appointment") in theirs for line in lines)
        for mail in db.session.scalars(select(OutboxMail).where(OutboxMail.practice_id == here.id)):
            letter = letters.write(mail, the_clock.now())
            assert letter is None or not any(trace in letter.text + letter.html for trace in ("Beau-Rivage", "Dieppe", "two places"))


def test_somebody_whose_access_is_paused_is_named_with_the_way_to_why(app, cast, browse, here):
    here("anya", NINE)
    browser = browse(as_=cast.priya)
    assert "not shown" not in browser.page("/appointments").text

    def pause():
        cast_practice, link = db.session.get(Practice, cast.riverside.id), db.session.get(Link, cast.link("priya", "anya").id)
        cast_practice.age_steps, link.decided_on = [[12, "pause"]], date(2020, 1, 1)

    with app.app_context():
        transact(pause)
    page = browser.page("/appointments")
    assert "The appointments of Anya are not shown: your access is paused." in page.text and "Anya" not in page.links()
    why = f"/family/{cast.link('priya', 'anya').public_id}"
    assert why in {a.get("href") for a in page.all("a")} and browser.page(why).status == 200
    assert "not shown" not in browse(as_=cast.daniel).page("/appointments").text.replace("Leo", "")


def test_of_two_practices_the_one_of_the_next_visit_has_the_main_button(cast, browse, here, there):
    def buttons() -> list[tuple]:
        page = browse(as_=cast.priya).page("/appointments")
        return [(a.get("class"), a.text) for a in page.all("a") if (a.text or "").startswith("Book at")]

    here("priya", NINE)
    assert buttons() == [("btn", "Book at Riverside Physiotherapy"), ("btn ghost", "Book at Clinique Beau-Rivage")]
    there("priya", NINE - timedelta(days=1))
    assert buttons() == [("btn", "Book at Clinique Beau-Rivage"), ("btn ghost", "Book at Riverside Physiotherapy")]


def test_a_card_that_has_no_details_offers_none(app, cast, browse, here):
    def narrow():
        db.session.get(Link, cast.link("daniel", "leo").id).permissions = ["see_times"]

    with app.app_context():
        transact(narrow)
    here("leo", NINE)
    words = browse(as_=cast.daniel).page("/appointments").text
    assert "Open" in words and "Details" not in words
