"""Staff are shown what people changed themselves, until somebody has noted it; the admin says what people may change."""

import pytest

from portal import consents, unmerging
from portal.database import transact
from portal.models import LedgerLine
from tests.portal.homes import change, lines
from tests.portal.invited import rows
from tests.portal.merging import merged
from tests.portal.test_own_details import home_of, record, waiting

TODAY, SETTINGS = "/staff/riverside/", "/staff/riverside/settings/own-side"


@pytest.fixture
def changed(cast, browse):
    kiran, home = browse(cast.kiran), home_of(cast.link("kiran", "kiran"))
    kiran.submit(kiran.page(f"{home}/change"), phone_0="647 555 0101", kind_0="mobile")
    kiran.submit(kiran.page(f"{home}/messages"), sms="y")
    kiran.submit(kiran.page(f"{home}/messages"), sms=None)


def page_of(cast, name="kiran") -> str:
    return f"/staff/riverside/people/{cast.profile(name).public_id}"


def test_needs_you_says_who_changed_what_and_when_and_leads_to_what_it_was(cast, browse, changed):
    tom = browse(cast.tom, staff=True)
    needs = tom.page(TODAY).links()
    assert needs["Kiran Shah changed the phone numbers on Thursday 10 December."] == f"{page_of(cast)}/own-changes"
    assert "Kiran Shah wants no text messages since Thursday 10 December." in needs
    page = tom.page(f"{page_of(cast)}/own-changes")
    assert (
        "Phone numbers: “(647) 555-0101, mobile”, before “(416) 555-0119, mobile”" in page.text
        and "Wants no text messages from the clinic" in page.text
    )
    assert "(647) 555-0101" in tom.page(f"{page_of(cast)}/history").text


def test_noted_by_one_is_noted_for_all(app, cast, browse, changed):
    tom, dana = browse(cast.tom, staff=True), browse(cast.dana, staff=True)
    stale = dana.page(f"{page_of(cast)}/own-changes")
    page = tom.submit(tom.page(f"{page_of(cast)}/own-changes"))
    assert "Noted." in page.text and all(one.noted_by_id == cast.tom.id for one in waiting(app))
    assert "Kiran Shah changed" not in dana.page(TODAY).text and "Noted." not in dana.submit(stale).text
    assert "Nothing that waits for you." in dana.page(f"{page_of(cast)}/own-changes").text


def test_what_changed_after_the_page_was_shown_is_not_put_away_with_it(app, cast, browse, changed):
    tom, kiran = browse(cast.tom, staff=True), browse(cast.kiran)
    shown = tom.page(f"{page_of(cast)}/own-changes")
    kiran.submit(kiran.page(f"{home_of(cast.link('kiran', 'kiran'))}/change"), pronouns="he/him")
    tom.submit(shown)
    assert [one.what for one in waiting(app) if one.noted_at is None] == [["pronouns"]]


def test_who_acts_for_somebody_is_named(cast, browse):
    priya, link = browse(cast.priya), cast.link("priya", "leo")
    priya.submit(priya.page(f"{home_of(link)}/change"), preferred_name="Leopold")
    assert "Priya Shah changed the preferred name of Leo Shah on Thursday 10 December." in browse(cast.tom, staff=True).page(TODAY).text


def test_practitioners_see_it_of_their_own_people_alone(cast, browse, changed):
    assert "Kiran Shah changed" not in browse(cast.maya, staff=True).page(TODAY).text
    assert browse(cast.maya, staff=True).get(f"{page_of(cast)}/own-changes").status_code == 404
    assert browse(cast.sylvie, staff=True).get(f"{page_of(cast)}/own-changes").status_code == 404


def test_what_a_merged_record_changed_waits_under_who_stands_for_it(app, cast, browse, changed, clock):
    with app.app_context():
        merged(cast.staff("dana"), cast.profile("kiran"), cast.walter, clock())
    tom = browse(cast.tom, staff=True)
    needs = tom.page(TODAY).links()
    (address,) = {href for words, href in needs.items() if "changed the phone numbers" in words}
    assert address == f"{page_of(cast, 'walter')}/own-changes" and "Noted." in tom.submit(tom.page(address)).text


def test_it_waits_under_who_stands_for_it_after_a_merge_of_merges(app, cast, browse, changed, clock):
    with app.app_context():
        merged(cast.staff("dana"), cast.profile("kiran"), cast.walter, clock())
        merged(cast.staff("dana"), cast.walter, cast.amara_on_file, clock())
    (address,) = {href for words, href in browse(cast.tom, staff=True).page(TODAY).links().items() if "changed the phone numbers" in words}
    assert address == f"{page_of(cast, 'amara-on-file')}/own-changes"


def test_what_was_changed_since_a_merge_goes_back_with_the_access_it_was_changed_through(app, cast, browse, clock):
    home = home_of(cast.link("kiran", "kiran"))
    with app.app_context():
        merge = merged(cast.staff("dana"), cast.profile("kiran"), cast.walter, clock())
    clock.forward(hours=1)
    kiran = browse(cast.kiran)
    kiran.submit(kiran.page(f"{home}/messages"), voice="y")
    with app.app_context():
        transact(unmerging.unmerge, cast.staff("dana"), merge, {one.key: one.side for one in unmerging.items(merge)}, clock())
    assert [one.profile_id for one in waiting(app)] == [cast.profile("kiran").id]
    assert cast.profile("kiran").voice_consent_at == clock() and cast.walter.voice_consent_at is None, "he agreed for himself"


def test_who_agreed_and_refused_again_since_a_merge_is_written_to_under_neither_name(app, cast, browse, clock):
    home = home_of(cast.link("kiran", "kiran"))
    with app.app_context():
        merge = merged(cast.staff("dana"), cast.profile("kiran"), cast.walter, clock())
    kiran = browse(cast.kiran)
    for answer in ("y", None):
        clock.forward(hours=1)
        kiran.submit(kiran.page(f"{home}/messages"), voice=answer)
    with app.app_context():
        transact(unmerging.unmerge, cast.staff("dana"), merge, {one.key: one.side for one in unmerging.items(merge)}, clock())
    assert not consents.may(cast.profile("kiran"), consents.VOICE) and not consents.may(cast.walter, consents.VOICE)


def test_the_admin_says_what_people_change_and_what_is_wanted(app, cast, browse):
    dana = browse(cast.dana, staff=True)
    assert "Details people keep up" in dana.page("/staff/riverside/settings").links()
    page = dana.submit(dana.page(SETTINGS), own_fields=["names", "zq"], wanted_facts=["address"])
    assert "The settings are saved." in page.text and cast.riverside.own_fields == ["names"] and cast.riverside.wanted_facts == ["address"]
    (line,) = rows(app, LedgerLine, LedgerLine.verb == "settings_changed")
    assert line.facts["after"]["own_fields"] == ["names"]
    assert browse(cast.tom, staff=True).get(SETTINGS).status_code == 404


def test_settings_are_not_written_over_unseen(app, cast, browse):
    dana = browse(cast.dana, staff=True)
    stale = dana.page(SETTINGS)
    dana.submit(dana.page(SETTINGS), own_fields=["names"], wanted_facts=[])
    page = dana.submit(stale, own_fields=[], wanted_facts=[])
    assert page.status == 409 and cast.riverside.own_fields == ["names"]


def test_another_guardian_reads_that_something_changed_and_not_what(app, cast, browse):
    priya, daniel = browse(cast.priya), browse(cast.daniel)
    priya.submit(priya.page(f"{home_of(cast.link('priya', 'leo'))}/change"), phone_0="647 555 0101", kind_0="mobile")
    address = home_of(cast.link("daniel", "leo")).replace("details", "history")
    assert "Details changed: phone numbers" in daniel.page(address).text and "555-0101" not in daniel.page(address).html
    change(app, cast.link("daniel", "leo"), permissions=["see_times", "see_details"])
    assert "Details changed" not in daniel.page(address).text and lines(app, "details_changed")


def test_a_form_of_staffs_that_was_open_meanwhile_says_what_the_person_changed_and_saves_nothing(app, cast, browse):
    dana, kiran = browse(cast.dana, staff=True), browse(cast.kiran)
    stale = dana.page(f"{page_of(cast)}/edit")
    kiran.submit(kiran.page(f"{home_of(cast.link('kiran', 'kiran'))}/change"), phone_0="647 555 0101")
    kiran.submit(kiran.page(f"{home_of(cast.link('kiran', 'kiran'))}/messages"), voice="y")
    page = dana.submit(stale, city="Ottawa")
    assert (
        page.status == 409
        and "“(647) 555-0101, mobile”, before “(416) 555-0119, mobile”" in page.text
        and "Agreed to phone calls" in page.text
    )
    assert record(app, cast).phone == "+16475550101" and record(app, cast).city != "Ottawa"
