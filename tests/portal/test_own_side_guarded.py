"""Who tries what they may not on somebody's own pages: forms sent by hand, forms kept from better days, somebody else's address, very many."""

import pytest

from portal import access, own_consents, own_details
from portal.errors import TooManyTries
from portal.database import transact
from portal.models import Profile
from tests.portal.homes import change, lines, of_age
from tests.portal.test_own_details import home_of, record, waiting

FORMS = (
    ("change", {"phone_0": "647 555 0101", "kind_0": "mobile", "city": "Zqcity"}),
    ("emergency", {"name": "Zq", "phone": "416 555 0133"}),
    ("messages", {"sms": "y", "email": "", "voice": "y"}),
    ("email", {}),
    ("not-now", {}),
    ("forget", {"reason": "zq"}),
)
VIEW_ONLY = [one for one in access.PERMISSIONS if one != access.MANAGE_ACCESS]


def send(browser, page: str, fields: dict, token_from: str) -> int:
    token = browser.page(token_from).form()["csrf_token"]
    return browser.post(page, data={"csrf_token": token, **fields}, headers={"Origin": "http://localhost"}).status_code


def untouched(app, cast, name: str) -> bool:
    now = record(app, cast, name)
    told = [line for verb in ("details_changed", "consented", "withdrew_consent", "forget_asked") for line in lines(app, verb)]
    return waiting(app) == [] and told == [] and now.city != "Zqcity" and now.sms_consent_at is None and now.email_refused_at is None


@pytest.mark.parametrize("page, fields", FORMS, ids=[page for page, _fields in FORMS])
def test_who_only_looks_changes_nothing_by_sending_the_form_by_hand(app, cast, browse, page, fields):
    link = cast.link("daniel", "leo")
    change(app, link, permissions=VIEW_ONLY)
    assert send(browse(cast.daniel), f"{home_of(link)}/{page}", fields, "/account") == 404 and untouched(app, cast, "leo")


@pytest.mark.parametrize("page, fields", FORMS, ids=[page for page, _fields in FORMS])
def test_somebody_elses_address_is_nobodys(app, cast, browse, page, fields):
    for name in ("kiran", "leo"):
        link = cast.link("priya", name)
        assert send(browse(cast.nadia), f"{home_of(link)}/{page}", fields, "/account") == 404 and untouched(app, cast, name)


def test_a_form_from_before_access_became_less_changes_nothing(app, cast, browse):
    link = cast.link("daniel", "leo")
    daniel = browse(cast.daniel)
    stale = [daniel.page(f"{home_of(link)}/{page}") for page in ("change", "messages", "emergency")]
    change(app, link, permissions=VIEW_ONLY)
    for page in stale:
        assert daniel.submit(page, follow=False, voice="y", city="Zqcity", name="Zq", phone="416 555 0133").status == 404
    assert untouched(app, cast, "leo")


def test_a_parent_whom_an_age_step_narrowed_answers_no_longer_for_a_young_person(app, cast, browse):
    link = cast.link("priya", "kiran")
    assert browse(cast.priya).get(f"{home_of(link)}/messages").status_code == 200
    of_age(app, cast, cast.profile("kiran"), 16, [[16, "narrow"]])
    assert browse(cast.priya).get(f"{home_of(link)}/messages").status_code == 404
    assert browse(cast.kiran).get(f"{home_of(cast.link('kiran', 'kiran'))}/messages").status_code == 200


def test_between_looking_and_saving_the_database_has_the_last_word(app, cast, context, clock):
    """As two requests at once would find it: the view has passed its guard, then the access is narrowed."""
    link = cast.link("daniel", "leo")
    seen = own_consents.mark_of(cast.leo)
    change(app, link, permissions=VIEW_ONLY)
    with pytest.raises(own_details.NotToChange):
        transact(own_consents.answer, link, {"voice": True}, seen, clock())


def test_fields_that_are_not_on_the_form_are_not_taken(app, cast, browse):
    kiran, home = browse(cast.kiran), home_of(cast.link("kiran", "kiran"))
    kiran.submit(
        kiran.page(f"{home}/change"),
        staff_alert="zq",
        file_number="zq",
        card_number="zq",
        safe_at="2026-01-01",
        sms_consent_at="2026-01-01",
        given_name="Zq",
        city="Ottawa",
    )
    now: Profile = record(app, cast)
    assert (now.city, now.given_name) == ("Ottawa", "Kiran") and now.sms_consent_at is None and now.safe_at is None
    assert "zq" not in (now.staff_alert, now.file_number, now.card_number)


def test_who_toggles_all_day_does_not_drown_what_others_changed(app, cast, browse, clock):
    leo = cast.link("priya", "leo")
    priya = browse(cast.priya)
    priya.submit(priya.page(f"{home_of(leo)}/change"), preferred_name="Leopold")
    link = cast.link("kiran", "kiran")
    with app.app_context():
        for turn in range(own_details.MOST_A_DAY):
            transact(own_consents.answer, link, {"voice": turn % 2 == 0}, own_consents.mark_of(record(app, cast)), clock())
        with pytest.raises(TooManyTries):
            transact(own_consents.answer, link, {"voice": True}, own_consents.mark_of(record(app, cast)), clock())
    needs = browse(cast.tom, staff=True).page("/staff/riverside/").links()
    assert "Priya Shah changed the preferred name of Leo Shah on Thursday 10 December." in needs
    assert len([words for words in needs if "phone calls with news" in words]) == 2
