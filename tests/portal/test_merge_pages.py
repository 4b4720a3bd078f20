"""The merge page: what differs, what will be true afterwards, and that nothing happens unseen (MISSION M5, F8, LOOK §4.16)."""

from datetime import date

import pytest

from portal import lookalikes, merges, passwords
from portal.database import transact
from portal.models import DifferentPeople, LedgerLine, Merge, Registration
from tests.portal.homes import change
from tests.portal.invited import rows
from tests.portal.pairs import RIVERSIDE, address, agree, amara, beside, chosen, fresh, ticks

WORD = "a password for the desk"


@pytest.fixture
def pair(app, cast):
    return amara(app, cast)


@pytest.fixture
def tom(browse, cast):
    return browse(as_=cast.tom, staff=True)


def test_the_page_says_what_differs_what_moves_and_what_will_be_true(tom, pair):
    page = tom.page(address(*pair))
    assert page.h1 == "Is this the same person?"
    for said in (
        "New registration", "Record, file 8841", "Name Different", "Phone Different", "•••• 7897, ON", "40 Elm Road, Toronto",
        "1 to come, next on Sunday 13 December", "2 past, last on Friday 20 November", "Amara Okoye will see all 2 appointments of file 8841.",
        "After merging: one patient, file 8841, named Amara Grace Okoye, with 3 appointments. Amara Okoye (amara@example.com) signs in as this person. You can undo this for 30 days.",
        "Same person: merge into file 8841", "Different person: accept as new", "Decide later",
    ):  # fmt: skip
        assert said in page.text, said
    assert "1234-567" not in page.html and "Language" not in page.text


def test_only_what_differs_asks_and_the_answer_is_proposed(tom, pair):
    page = tom.page(address(*pair))
    asked = {one.get("name") for one in page.all("input", type="radio") if one.get("name").startswith("detail.")}
    assert asked == {"detail.name", "detail.phone"}
    assert chosen(page, "detail.name") == ["target"] and chosen(page, "detail.phone") == ["source"]
    names = [one.get("aria-label") for one in page.all("input", name="detail.name")]
    assert names == ["Name: Amara Okoye, New registration", "Name: Amara Grace Okoye, Record, file 8841"]


def test_two_warnings_may_both_be_kept(app, tom, pair):
    change(app, pair[0], staff_alert="Afraid of needles.")
    change(app, pair[1], staff_alert="Hard of hearing.")
    page = tom.page(address(*pair))
    assert chosen(page, "detail.staff_alert") == ["both"] and "Keep both" in page.text
    agree(tom, page, address(*pair))
    assert fresh(app, pair[1]).staff_alert == "Hard of hearing.\nAfraid of needles."


def test_cards_that_differ_only_where_they_are_masked_are_said_to_differ(app, tom, pair):
    change(app, pair[0], card_number="9999-567-897-AB", card_region="ON")
    page = tom.page(address(*pair))
    assert "They differ in what is hidden here." in page.text and "9999" not in page.html
    assert "The health card numbers are different." in page.text and kinds(page) == ["card"]


def test_merged_it_leads_to_the_one_record_with_the_way_back(app, tom, pair):
    answer = agree(tom, tom.page(address(*pair)), address(*pair))
    assert answer.response.request.path == f"{RIVERSIDE}/people/{pair[1].public_id}" and "Merged into file 8841." in answer.text
    (done,) = rows(app, Merge)
    (undo,) = [to for words, to in answer.links().items() if words.startswith("Undo")]  # one, not two
    assert undo == f"{RIVERSIDE}/merges/{done.public_id}/undo"
    stands = fresh(app, pair[1])
    assert (stands.given_name, stands.phone, stands.street, stands.file_number) == ("Amara Grace", "+14165550182", "40 Elm Road", "8841")
    assert fresh(app, pair[0]).replaced_by_id == stands.id
    again = tom.page(answer.response.request.path)  # the flash has gone, the way back has not
    assert "Merged with Amara Okoye (new registration), Thursday 10 December at 10am by Tom Reid." in again.text
    assert again.links()["Undo the merge of Amara Okoye (new registration)"].endswith(f"{done.public_id}/undo")


def test_practitioners_read_of_no_merge_on_the_page_of_their_own_people(browse, cast, tom, pair):
    agree(tom, tom.page(address(*pair)), address(*pair))
    maya = browse(as_=cast.maya, staff=True)
    page = maya.page(f"{RIVERSIDE}/people/{pair[1].public_id}")
    assert "Merged" not in page.text and "Undo" not in page.text
    assert maya.get(f"{RIVERSIDE}/merges").status_code == 404


def kinds(page) -> list[str]:
    """Of what waits for a tick, without the account it is about."""
    return ["told apart" if one == "told apart" else one.split()[0] for one in ticks(page)]


def check(tom, page, pair, follow=True, **values):
    """What a press on "Check again" leads to, or on the button that keeps the other record (`swap`)."""
    data = {name: value for name, value in page.form(address(*pair)).items() if name} | values
    answer = tom.post(f"{address(*pair)}/check", data=data, headers={"Origin": "http://localhost"})
    assert answer.status_code == 303
    return tom.page(answer.location) if follow else answer.location


def test_check_again_says_what_the_choices_would_do_and_does_nothing(app, tom, pair, cast):
    access = f"access.{cast.amara.public_id}"
    page = check(tom, tom.page(address(*pair)), pair, **{"detail.name": "source", access: "end"})
    assert page.status == 200 and rows(app, Merge) == []
    assert chosen(page, "detail.name") == ["source"] and chosen(page, access) == ["end"]
    assert "named Amara Okoye, with 3 appointments. Amara Okoye has no access." in page.text
    assert "You let this access end." in page.text and "will see all" not in page.text
    agree(tom, page, address(*pair))
    assert fresh(app, pair[1]).given_name == "Amara"
    assert rows(app, Merge)[0].choices["access"] == {cast.amara.public_id: "end"}


def test_what_needs_a_second_look_waits_for_a_tick_and_keeps_all_that_was_chosen(app, tom, pair):
    change(app, pair[0], born_on=date(1991, 3, 15), card_number="5555-555-555-XY", card_region="ON")
    page = tom.page(address(*pair))
    assert kinds(page) == ["born_on", "card"]
    refused = tom.submit(page, address(*pair), confirm="card", **{"detail.name": "source"})
    assert refused.status == 422 and refused.tree.find(".//{*}title").text.startswith("Error: ")
    assert refused.links()["The dates of birth are different."] == "#confirm-0"
    assert chosen(refused, "detail.name") == ["source"] and chosen(refused, "confirm") == ["card"]
    assert refused.text.count("Tick what you looked at") == 1, "said once, not beside every tick"
    assert refused.all("input", id="confirm-0")[0].get("aria-invalid") == "true" and rows(app, Merge) == []
    values = {**refused.form(address(*pair)), "confirm": ticks(page)}
    answer = tom.post(values.pop(""), data=values, headers={"Origin": "http://localhost"})
    assert answer.status_code == 302 and len(rows(app, Merge)) == 1


def test_a_record_that_changed_meanwhile_is_shown_again(app, tom, pair):
    page = tom.page(address(*pair))
    change(app, pair[1], phone="+14165550199")
    refused = agree(tom, page, address(*pair), **{"detail.name": "source"})
    assert refused.status == 409 and "This record changed while you were looking. Check it again." in refused.text
    assert "(416) 555-0199" in refused.text and chosen(refused, "detail.name") == ["source"] and rows(app, Merge) == []
    assert agree(tom, refused, address(*pair)).status == 200 and len(rows(app, Merge)) == 1


def test_the_other_record_may_be_kept_instead(app, tom, pair):
    link = address(*reversed(pair))
    before = tom.page(address(*pair))
    (button,) = [one for one in before.all("button") if one.text == "Keep the other record instead"]
    assert (button.get("formaction"), button.get("name")) == (f"{address(*pair)}/check", "swap")
    page = check(tom, before, pair, swap="1", **{"detail.name": "source", "detail.phone": "target"})
    assert chosen(page, "detail.name") == ["target"] and chosen(page, "detail.phone") == ["source"], "the same values, on the other side"
    assert "Same person: merge into the new registration" in page.text and "file 8841, named Amara Okoye" in page.text
    agree(tom, page, link)
    stands = fresh(app, pair[0])
    assert not stands.is_merged and not stands.is_provisional and stands.file_number == "8841"
    assert rows(app, Registration, Registration.profile_id == stands.id)[0].accepted_at


def test_different_person_answers_the_registration_and_is_remembered(app, tom, pair):
    page = tom.page(address(*pair))
    (button,) = [one for one in page.all("button") if one.text == "Different person: accept as new"]
    values = page.form(address(*pair))
    assert button.get("formaction").endswith("/accept") and values["different"] == pair[1].public_id
    tom.post(button.get("formaction"), data=values, headers={"Origin": "http://localhost"})
    assert rows(app, Registration, Registration.profile_id == pair[0].id)[0].accepted_at and len(rows(app, DifferentPeople)) == 1


def test_decide_later_puts_the_registration_off_as_on_its_own_page(app, tom, pair):
    page = tom.page(address(*pair))
    (button,) = [one for one in page.all("button") if one.text == "Decide later"]
    values = page.form(address(*pair))
    answer = tom.post(button.get("formaction"), data=values, headers={"Origin": "http://localhost"})
    assert answer.status_code == 302 and rows(app, Registration, Registration.profile_id == pair[0].id)[0].later_at
    assert tom.page(address(*pair)).links()["Back"].endswith("/registrations/" + button.get("formaction").split("/")[-2])


def test_what_is_said_of_two_records_alike_tells_them_apart(app, cast, tom):
    change(app, cast.leo, file_number="", created_at=app.config["CLOCK"]())
    other = beside(app, cast.leo)
    page = tom.page(address(other, cast.leo))
    (button,) = [one.text for one in page.all("button") if one.text and one.text.startswith("Same person: merge into")]
    assert button == "Same person: merge into the record that stays"
    answer = tom.post(
        f"{address(other, cast.leo)}/different",
        data=page.form(address(other, cast.leo)),
        headers={"Origin": "http://localhost"},
        follow_redirects=True,
    )
    assert "Leo Shah and Leo Shah are" not in answer.text and "are kept as two people." in answer.text


def test_two_old_records_are_different_people(app, cast, tom):
    both = cast.walter, cast.amara_on_file
    page = tom.page(address(*both))
    (button,) = [one for one in page.all("button") if one.text == "Different people"]
    assert button.get("formaction").endswith(f"{cast.amara_on_file.public_id}/different")
    assert "No match" in page.text, "nothing speaks for it, and that is said"
    assert "registered online" not in page.text and page.links()["Back"] == f"{RIVERSIDE}/people/{cast.walter.public_id}"


def test_three_records_of_one_person_lead_from_one_to_the_next(app, cast, tom, pair):
    change(app, pair[1], given_name="Amara", phone="+14165550182")
    other = beside(app, fresh(app, pair[1]))
    page = tom.page(address(*pair))
    assert page.links()["See the other match"] == address(pair[0], other)
    # one of two is no answer to the registration
    assert [one.text for one in page.all("button") if "Different" in (one.text or "")] == ["Different person"]
    answer = agree(tom, page, address(*pair))
    assert "There is another record that looks like this person: Amara Okoye." in answer.text
    assert {pair[1].public_id, other.public_id} == set(
        answer.links()["Compare"].split("/merge/")[0].split("/")[-1:] + answer.links()["Compare"].split("/")[-1:]
    )


def test_both_records_are_noted_as_looked_at(app, cast, tom, pair):
    tom.page(address(*pair))
    seen = rows(app, LedgerLine, LedgerLine.verb == "viewed", LedgerLine.account_id == cast.tom.id)
    assert {line.profile_id for line in seen} == {one.id for one in pair}


def test_a_merged_record_in_the_address_leads_to_who_stands_for_it(app, cast, tom, pair):
    page = tom.page(address(*pair))
    agree(tom, page, address(*pair))
    person = f"{RIVERSIDE}/people/{pair[1].public_id}"
    assert tom.get(address(*pair)).location == person
    assert agree(tom, page, address(*pair), follow=False).response.location == person  # pressed twice
    assert tom.get(address(pair[0], cast.walter)).location == address(
        *sorted((pair[1], cast.walter), key=lambda one: (one.created_at, one.id), reverse=True)
    )
    assert len(rows(app, Merge)) == 1


def test_somebody_who_merged_it_in_the_same_moment_is_told_of(app, tom, pair, monkeypatch):
    def faster(*_):
        raise merges.MergedAlready(merge=None)

    page = tom.page(address(*pair))
    monkeypatch.setattr(merges, "locked", faster)
    answer = agree(tom, page, address(*pair))
    assert "One of these records was merged a moment ago. Look at it again." in answer.text and rows(app, Merge) == []


def test_not_two_records_of_this_practice_is_nowhere(browse, cast, tom, pair):
    foreign = cast.profile("luc", "beau-rivage")
    for wrong in ((pair[0], pair[0]), (pair[0], foreign), (foreign, pair[0])):
        assert tom.get(address(*wrong)).status_code == 404
    for who in (cast.maya, cast.sylvie, cast.priya):
        assert browse(as_=who, staff=True).get(address(*pair)).status_code == 404


def test_looking_and_checking_ask_for_no_password_merging_does_and_loses_nothing(app, cast, tom, pair, clock):
    change(app, cast.tom, password_hash=passwords.hashed(WORD))
    change(app, pair[0], born_on=date(1991, 3, 15))
    clock.forward(minutes=app.config["RECENT_SIGN_IN_MINUTES"] + 1)
    page = tom.page(address(*pair))
    assert page.status == 200 and check(tom, page, pair).status == 200
    asked = tom.submit(page, address(*pair), follow=False, confirm=ticks(page), **{"detail.name": "source"}).response.location
    assert asked.startswith("/prove?") and rows(app, Merge) == []
    answer = tom.post(
        asked, data={"password": WORD, "csrf_token": page.form(address(*pair))["csrf_token"]}, headers={"Origin": "http://localhost"}
    )
    assert answer.status_code == 302 and answer.location.startswith(address(*pair))
    assert "csrf" not in answer.location and "mark" not in answer.location
    back = tom.page(answer.location)
    assert chosen(back, "detail.name") == ["source"] and chosen(back, "confirm") == ticks(page)
    agree(tom, back, address(*pair))
    assert fresh(app, pair[1]).given_name == "Amara"


def test_the_check_leads_to_what_will_be_true_without_the_secrets_of_the_form(tom, pair):
    location = check(tom, tom.page(address(*pair)), pair, follow=False)
    assert location.endswith("#outcome") and "detail.name=target" in location and "csrf" not in location and "mark" not in location


def test_who_was_slower_reads_that_their_choices_were_not_used(app, tom, browse, cast, pair):
    page = tom.page(address(*pair))
    dana = browse(as_=cast.dana, staff=True)
    agree(dana, dana.page(address(*pair)), address(*pair))
    answer = agree(tom, page, address(*pair), **{"detail.name": "source"})
    assert "Dana Wright merged one of these records on Thursday 10 December at 10am. Your choices were not used." in answer.text
    assert fresh(app, pair[1]).given_name == "Amara Grace"


def test_a_clinic_that_says_client_reads_client(app, cast, browse):
    one, other = cast.profile("luc", "beau-rivage"), cast.profile("priya", "beau-rivage")
    path = f"/staff/beau-rivage/people/{one.public_id}/merge/{other.public_id}?lang=en"
    assert "After merging: one client, named Priya Shah" in browse(as_=cast.sylvie, staff=True).page(path).text


def test_who_is_told_apart_takes_a_tick(app, cast, tom, pair):
    with app.app_context():
        transact(lookalikes.remember_different, cast.profile("amara"), cast.amara_on_file, app.config["CLOCK"](), cast.staff("dana"))
    page = tom.page(address(*pair))
    assert "Dana Wright said on 10 December 2026 that these are two different people." in page.text and kinds(page) == ["told apart"]


def test_all_merges_are_listed_with_what_went_over(app, cast, tom, pair):
    agree(tom, tom.page(address(*pair)), address(*pair))
    page = tom.page(f"{RIVERSIDE}/merges")
    assert (
        page.h1 == "Merged records"
        and "Amara Okoye (new registration)" in page.text
        and "1 appointment" in page.text
        and "Thursday 10 December at 10am" in page.text
    )
    assert page.links()["Undo the merge of Amara Okoye (new registration)"].endswith("/undo")
    assert page.links()["Amara Grace Okoye (file 8841)"] == f"{RIVERSIDE}/people/{pair[1].public_id}"
