"""What do you need, and whom would you like to see?"""

from booking.models import Practitioner, Service, ServicePractitioner
from portal.database import db, transact
from portal.models import Profile
from portal.seed import name_id
from tests.booking.walking import arguments, path, step


def names(page) -> list[str]:
    return ["".join(b.itertext()) for a in page.all("a") if a.get("class") == "choice" for b in a.iter("{http://www.w3.org/1999/xhtml}b")]


def test_somebody_who_was_here_before_is_not_offered_first_visits_and_reads_why(cast, browse):
    page = browse(as_=cast.priya).page(step("what", who=cast.anya))
    assert "Initial assessment" not in names(page) and "Follow-up physiotherapy" in names(page)
    assert "Anya has been here before, so we do not show first visits." in page.text


def test_somebody_new_is_not_offered_follow_ups_and_reads_why(cast, browse):
    page = browse(as_=cast.amara).page(step("what"))
    assert "Follow-up physiotherapy" not in names(page) and "Initial assessment" in names(page)
    # perhaps she was
    assert "We have not matched you with earlier visits yet, so we do not show follow-up visits. Been here before? Call (416)" in page.text
    assert "You have not been here" not in page.text
    page = browse(as_=cast.amara).page(step("with", what=name_id("service follow-up")))
    assert page.status == 409 and "We have not matched any earlier visits yet" in page.text


def test_an_account_without_a_profile_here_is_new(cast, browse):
    assert (
        "You have not been here before, so we do not show follow-up visits." in browse(as_=cast.sylvie).page(step("what") + "&lang=en").text
    )


def test_somebody_the_practice_put_into_its_records_may_choose_either(cast, browse):
    page = browse(as_=cast.daniel).page(step("what", who=cast.leo))
    assert {"Initial assessment", "Follow-up physiotherapy"} <= set(names(page))


def test_a_visitor_sees_everything_with_whom_it_is_for(cast, browse):
    page = browse().page(step("what"))
    assert len(names(page)) == 9
    assert "For people who have been here before" in page.text


def test_services_stand_under_their_discipline_with_length_and_price(cast, browse):
    page = browse().page(step("what"))
    headings = ["".join(h.itertext()) for h in page.all("h2")]
    assert headings[:4] == ["Physiotherapy", "Massage therapy", "Sport medicine", "Counselling"]
    assert "1 hour 30 minutes · $150" in page.text


def test_a_service_that_is_not_offered_any_more_is_a_page_that_offers_the_others(cast, browse):
    for what in ("a" * 16, "x", cast.suivi.public_id):
        page = browse().page(step("when", what=what, with_="any"))
        assert page.status == 404
        assert "is not offered here now. Choose another." in page.text
        assert len(names(page)) == 9


def test_many_services_can_be_searched(app, cast, browse):
    def more():
        classes = [Service(practice_id=cast.riverside.id, name=f"Class {n}", duration_minutes=30, discipline="Classes") for n in range(5)]
        db.session.add_all(classes)
        db.session.flush()
        given = {"practice_id": cast.riverside.id, "practitioner_id": cast.ravi_kumar.id}
        db.session.add_all(ServicePractitioner(service_id=one.id, **given) for one in classes)

    assert "Search the services" not in browse().page(step("what")).text
    with app.app_context():
        transact(more)
    assert "Search the services" in browse().page(step("what")).text
    page = browse().page(step("what", q="head injury"))
    assert names(page) == ["Concussion assessment"]
    page = browse().page(step("what", q="trampoline"))
    assert names(page) == [] and "Nothing found for “trampoline”." in page.text
    assert page.links()["Show all services"].startswith("/at/riverside/book/what")


def test_the_practitioners_come_after_anyone_each_with_their_soonest_time(cast, browse):
    page = browse().page(step("with", what=cast.follow_up))
    assert page.h1 == "Who would you like to see?"
    assert names(page)[0] == "Anyone" and set(names(page)[1:]) == {"Maya Chen", "Olivier Dubois"}
    assert "Soonest: Thursday 10 December at midday" in page.text
    assert "Physiotherapist · English and French" in page.text


def test_whom_somebody_saw_last_comes_first_and_says_so(cast, browse):
    page = browse(as_=cast.priya).page(step("with", who=cast.profile("priya"), what=cast.follow_up))
    assert names(page)[1] == "Maya Chen"
    assert "You saw them last" in page.text


def test_the_only_one_who_offers_it_is_not_asked_for(cast, browse):
    assert path(browse().page(step("with", what=cast.massage_60, with_=cast.maya_chen))).endswith("/when")
    page = browse().page(step("with", what=cast.massage_60))
    assert path(page).endswith("/when")
    assert arguments(page)["with"] == cast.ravi_kumar.public_id


def test_somebody_who_does_not_offer_it_is_a_page_that_offers_the_others(cast, browse):
    for whom in (cast.ravi_kumar.public_id, "a" * 16, "anybody"):
        page = browse().page(step("when", what=cast.follow_up, with_=whom))
        assert page.status == 404
        assert names(page)[0] == "Anyone"


def test_who_may_not_have_a_service_reads_why_before_looking_for_a_time(app, cast, browse):
    page = browse(as_=cast.amara).page(step("when", what=cast.follow_up, with_="any"))
    assert page.status == 409
    assert "This is for people who have been here before." in page.text
    assert "Choose something else" in page.links()


def test_a_closed_practice_tells_a_new_person_before_looking_for_a_time(app, cast, browse):
    def close():
        practice = db.session.get(Profile, cast.leo.id).practice
        practice.closed_to_new_at, practice.closed_to_new_reason = app.config["CLOCK"](), "We are full until March."

    with app.app_context():
        transact(close)
    page = browse(as_=cast.amara).page(step("when", what=cast.initial, with_="any"))
    assert page.status == 409
    assert "We are full until March." in page.text
    assert "(416) 555-0134" in page.text


def test_an_account_that_is_new_here_reads_the_same_before_it_has_a_profile(app, cast, browse):
    page = browse(as_=cast.nadia).page(step("what"))
    assert "Follow-up physiotherapy" not in names(page)
    page = browse(as_=cast.nadia).page(step("when", what=cast.follow_up, with_="any"))
    assert page.status == 409 and "This is for people who have been here before." in page.text

    def close():
        practice = db.session.get(Profile, cast.leo.id).practice
        practice.closed_to_new_at, practice.closed_to_new_reason = app.config["CLOCK"](), "We are full until March."

    with app.app_context():
        transact(close)
    page = browse(as_=cast.nadia).page(step("when", what=cast.massage_60, with_="any"))
    assert page.status == 409 and "We are full until March." in page.text
    assert browse(as_=cast.priya).page(step("when", who=cast.leo, what=cast.massage_60, with_="any")).status == 200


def test_a_practitioners_own_message_stands_where_one_chooses_a_time(app, cast, browse):
    def say():
        db.session.get(Practitioner, cast.ravi_kumar.id).banner_text = "Please come five minutes early."

    with app.app_context():
        transact(say)
    assert "Please come five minutes early." in browse().page(step("when", what=cast.massage_60, with_=cast.ravi_kumar)).text
