"""The practice's page: where somebody who has never been here begins."""

from portal.database import db, transact
from portal.models import Practice
from portal.queries import practice_by_slug
from tests.booking.walking import arguments, path


def change(app, **values):
    """Set columns of Riverside."""

    def use_case():
        for name, value in values.items():
            setattr(practice_by_slug("riverside"), name, value)

    with app.app_context():
        transact(use_case)


def test_it_says_what_is_offered_for_whom_how_long_and_for_how_much(cast, browse):
    page = browse().page("/at/riverside/")
    assert page.h1 == "Riverside Physiotherapy"
    for words in (
        "Initial assessment",
        "We find out what is wrong and plan the treatment.",
        "50 minutes · $120",
        "1 hour 20 minutes",
        "Massage therapy",
    ):
        assert words in page.text
    assert "Sport medicine consultationJoint pain, imaging and referrals.20 minutes" in page.text  # no price is said where none is kept


def test_every_service_says_when_it_is_next_free(cast, browse):
    page = browse().page("/at/riverside/")
    services = [a for a in page.all("a") if a.get("class") == "choice"]
    assert len(services) == 9
    for service in services:
        words = "".join(service.itertext())
        assert "Next free: " in words or "No free times online now" in words
    assert "Next free: Thursday 10 December at 1pm" in page.text


def test_it_says_where_it_is_when_it_is_open_and_how_to_call(cast, browse):
    page = browse().page("/at/riverside/")
    links = page.links()
    assert links["(416) 555-0134"] == "tel:+14165550134"
    assert links["Directions"] == "https://maps.apple.com/?q=12%20Mill%20Street%2C%20Toronto"
    assert "Monday to Friday, 8am to 6pm" in page.text
    assert "Step-free entrance" in page.text
    hours = {"".join(row[0].itertext()): "".join(row[1].itertext()) for row in page.all("tr")}
    assert hours["Sunday"] == "Closed"
    assert hours["Saturday"] == "9am to 1pm"


def test_a_week_with_a_closure_names_it_in_place_of_the_hours(cast, browse, clock):
    clock.set(2026, 12, 22, 15, 0)
    page = browse().page("/at/riverside/")
    hours = {"".join(row[0].itertext()): "".join(row[1].itertext()) for row in page.all("tr")}
    assert hours["Thursday"] == "Closed: Winter break"


def test_it_says_who_works_there_and_which_languages_they_speak(cast, browse):
    page = browse().page("/at/riverside/")
    assert "Olivier Dubois, PhysiotherapistSpeaks English and French" in page.text


def test_a_stranger_gets_no_cookie_and_one_big_action(cast, browse):
    page = browse().page("/at/riverside/")
    assert "Set-Cookie" not in page.response.headers
    assert page.links()["Book an appointment"] == "/at/riverside/book/what"
    assert path(browse(as_=cast.priya).page("/at/riverside/book/what")) == "/at/riverside/book/who"


def test_a_practice_that_takes_nobody_new_says_why_and_lets_those_it_knows_in(app, cast, browse):
    change(app, closed_to_new_at=app.config["CLOCK"](), closed_to_new_reason="We look again in March.")
    page = browse().page("/at/riverside/")
    assert "Not taking new patients now. We look again in March." in page.text
    assert "If you have been here before, sign in to book." in page.text
    assert path(browse(as_=cast.priya).page("/at/riverside/book/who")).endswith("/who")


def test_a_client_is_called_a_client_where_the_practice_says_so(app, cast, browse):
    change(app, calls_people="client")
    assert "Taking new clients." in browse().page("/at/riverside/").text


def test_an_unknown_practice_is_not_there(cast, browse):
    assert browse().page("/at/nowhere/").status == 404


def test_a_practice_without_services_says_so_and_offers_the_telephone(app, cast, browse):
    def use_case():
        db.session.add(
            Practice(slug="empty", name="Empty Rooms", zone="America/Toronto", country="CA", phone="+14165550199", email="a@b.example")
        )

    with app.app_context():
        transact(use_case)
    page = browse().page("/at/empty/")
    assert page.status == 200
    assert "no services to book online yet" in page.text
    assert "Call (416) 555-0199" in page.text


def test_a_name_leads_to_booking_with_that_person(cast, browse):
    browser = browse()
    page = browser.page(browser.page("/at/riverside/").links()["Maya Chen"])
    assert page.h1 == "What do you need?"
    assert [url for url in page.links().values() if "/book/when?" in url and f"with={cast.maya_chen.public_id}" in url]
    only_one_service = browser.page(browser.page("/at/riverside/").links()["Noah Levy"])
    assert path(only_one_service).endswith("/when") and arguments(only_one_service)["with"] == cast.noah_levy.public_id
