"""Taking a merge back, and what the history says of it: whose is what was made since, who may, which merge first (MISSION F8)."""

import pytest

from booking.models import Appointment
from portal import links, merge_preview, merges, passwords, unmerging
from portal.access import SEE_TIMES
from portal.database import db, transact
from portal.merge_choices import Choices
from portal.models import Account, DifferentPeople, Link, Merge, Profile
from tests.portal.homes import change, give
from tests.portal.invited import invite, rows
from tests.portal.pairs import KNOWN, RIVERSIDE, beside, chosen, fresh, visit


@pytest.fixture
def tom(browse, cast):
    return browse(as_=cast.tom, staff=True)


def united(app, cast, source, target, by: str = "tom") -> Merge:
    with app.app_context():
        both = [db.session.get(Profile, one.id) for one in (source, target)]
        seen = merge_preview.preview(*both, Choices(), app.config["CLOCK"]())
        choices = Choices(confirmed=frozenset(one.key for one in seen.conflicts))
        done = transact(merges.merge, cast.staff(by), *both, choices, seen.mark, app.config["CLOCK"]())
        return db.session.get(Merge, done.id)


@pytest.fixture
def pair(app, cast):
    change(app, cast.amara_on_file, **KNOWN)
    visit(app, cast, "amara-on-file", days=-40)
    visit(app, cast, "amara", days=3)
    return cast.profile("amara"), cast.amara_on_file


@pytest.fixture
def merged(app, cast, pair):
    return united(app, cast, *pair)


def address(merge) -> str:
    return f"{RIVERSIDE}/merges/{merge.public_id}/undo"


def whose(app, one) -> int:
    return rows(app, Appointment, Appointment.id == one.id)[0].profile_id


def test_where_nothing_was_made_since_one_button_makes_two_records_again(app, tom, pair, merged):
    page = tom.page(address(merged))
    assert page.h1 == "Undo this merge?" and not page.all("input", type="radio") and not page.all("textarea")
    assert "Amara Okoye (new registration) went into Amara Grace Okoye (file 8841), Thursday 10 December at 10am by Tom Reid." in page.text
    assert "1 appointmentAccess of Amara Okoye" in page.text and "1 appointmentPhone: (416) 555-0100" in page.text
    answer = tom.submit(page, address(merged))
    assert (
        answer.response.request.path == f"{RIVERSIDE}/people/{pair[1].public_id}"
        and "The merge is undone: two records again." in answer.text
    )
    assert answer.links()["Open Amara Okoye (new registration)"] == f"{RIVERSIDE}/people/{pair[0].public_id}"
    assert not fresh(app, pair[0]).is_merged and fresh(app, pair[1]).phone == "+14165550100"
    assert len(rows(app, DifferentPeople)) == 1, "the tick was set"


def test_without_the_tick_they_may_be_proposed_again(app, tom, merged):
    page = tom.page(address(merged))
    values = page.form()
    del values["different"], values[""]
    tom.post(address(merged), data=values, headers={"Origin": "http://localhost"})
    assert rows(app, Merge)[0].is_undone and rows(app, DifferentPeople) == []


def test_what_was_made_since_is_assigned_one_by_one_with_a_proposal(app, cast, tom, pair, merged, clock):
    clock.forward(minutes=5)
    ones = [visit(app, cast, "amara-on-file", days=days, hours=hours) for days, hours in ((5, 0), (6, 1))]
    with app.app_context():
        mine = rows(app, Link, Link.account_id == cast.amara.id, Link.profile_id == pair[1].id)[0]
    change(app, ones[0], link_id=mine.id, booked_by_id=cast.amara.id)
    change(app, pair[1], phone="+14165550177")
    page = tom.page(address(merged))
    keys = [f"side.appointments:{one.id}" for one in ones]
    assert "Made since the merge: whose is it?" in page.text and "Phone, changed since: (416) 555-0177" in page.text
    assert (
        "Appointment: Initial assessment with Maya Chen, Tuesday 15 December at 10:05am" in page.text
        and "Made Thursday 10 December at 10:05am" in page.text
    )
    assert chosen(page, keys[0]) == ["source"] and chosen(page, keys[1]) == ["target"] and chosen(page, "side.profiles:phone") == ["target"]
    assert page.text.count("Amara Okoye booked it and will not see it any more: tell them.") == 1, (
        "said where it would go to the other record"
    )
    assert "at 10:05am, booked by" in page.text
    tom.submit(page, address(merged), **{keys[0]: "target", keys[1]: "source", "side.profiles:phone": "source"})
    assert whose(app, ones[0]) == pair[1].id and whose(app, ones[1]) == pair[0].id
    assert fresh(app, pair[0]).phone == "+14165550177" and fresh(app, pair[1]).phone == "+14165550100"


def test_both_are_called_by_the_names_they_will_have_again(app, cast, tom, pair, clock):
    """The record on file bears the registration's name since the merge; whose a visit is can't be told by that."""
    with app.app_context():
        both = [db.session.get(Profile, one.id) for one in pair]
        chosen_name = Choices({"name": "source"})
        seen = merge_preview.preview(*both, chosen_name, app.config["CLOCK"]())
        ticked = Choices({"name": "source"}, {}, frozenset(one.key for one in seen.conflicts))
        public_id = transact(merges.merge, cast.staff("tom"), *both, ticked, seen.mark, app.config["CLOCK"]()).public_id
    path = f"{RIVERSIDE}/merges/{public_id}/undo"
    assert fresh(app, pair[1]).name == "Amara Okoye"
    page = tom.page(path)
    assert (
        "Amara Okoye (new registration) went into Amara Grace Okoye (file 8841)" in page.text
        and page.text.count("Amara Grace Okoye (file 8841)") == 2
    )
    assert "Amara Grace Okoye (file 8841)" in tom.page(f"{RIVERSIDE}/merges").text, "the list keeps the names of that day"


def test_proving_the_password_loses_neither_sides_nor_ticks_nor_the_reason(app, cast, browse, merged, clock):
    change(app, cast.dana, password_hash=passwords.hashed("a password for dana"))
    new = visit(app, cast, "amara-on-file", days=50)
    clock.forward(days=31)
    dana, key = browse(as_=cast.dana, staff=True), f"side.appointments:{new.id}"
    page = dana.page(address(merged))
    clock.forward(minutes=app.config["RECENT_SIGN_IN_MINUTES"] + 1)
    assert dana.page(address(merged)).status == 200, "looking asks for no password"
    values = page.form(address(merged)) | {key: "source", "why": "Mother and daughter"}
    del values["different"], values[""]
    asked = dana.post(address(merged), data=values, headers={"Origin": "http://localhost"}).location
    assert asked.startswith("/prove?") and "Mother" not in asked and not rows(app, Merge)[0].is_undone
    back = dana.post(
        asked, data={"password": "a password for dana", "csrf_token": values["csrf_token"]}, headers={"Origin": "http://localhost"}
    ).location
    page = dana.page(back)
    assert chosen(page, key) == ["source"] and chosen(page, "different") == [] and page.all("textarea")[0].text == "Mother and daughter"


def test_what_was_made_while_the_page_was_open_is_asked_about(app, cast, tom, merged):
    page = tom.page(address(merged))
    new = visit(app, cast, "amara-on-file", days=5)
    refused = tom.submit(page, address(merged))
    assert refused.status == 422 and "This is new since you opened the page. Choose whose it is." in refused.text
    assert refused.tree.find(".//{*}title").text.startswith("Error: ") and not rows(app, Merge)[0].is_undone
    (link,) = [to for words, to in refused.links().items() if words.startswith("Choose whose this is: Appointment:")]
    assert link == "#side-0" and chosen(refused, f"side.appointments:{new.id}") == ["target"]
    tom.submit(refused, address(merged))
    assert rows(app, Merge)[0].is_undone


def test_thirty_days_later_an_admin_says_why(app, cast, tom, browse, merged, clock):
    clock.forward(days=31)
    tom = browse(as_=cast.tom, staff=True)
    page = tom.page(address(merged))
    assert (
        "This merge is more than 30 days old. An admin can take it back, and says why." in page.text and "Undo the merge" not in page.text
    )
    dana = browse(as_=cast.dana, staff=True)
    page = dana.page(address(merged))
    refused = dana.submit(page, address(merged))
    assert refused.status == 403 and refused.links()["Say why"] == "#why"
    assert not rows(app, Merge)[0].is_undone
    dana.submit(refused, address(merged), why="They are mother and daughter.")
    assert rows(app, Merge)[0].undone_why == "They are mother and daughter."
    page = dana.page(f"{RIVERSIDE}/merges")
    assert "Undone by Dana Wright, Sunday 10 January at 10am They are mother and daughter." in page.text.replace("10amThey", "10am They")


def test_front_desk_cannot_undo_an_old_one_by_sending_the_form(app, cast, browse, merged, clock):
    clock.forward(days=31)
    tom = browse(as_=cast.tom, staff=True)
    token = tom.page(address(merged)).form("/sign-out")["csrf_token"]
    answer = tom.post(address(merged), data={"csrf_token": token, "why": "Because"}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 403 and not rows(app, Merge)[0].is_undone


def test_a_merge_that_another_builds_on_says_which_goes_first(app, cast, tom, pair, merged, clock):
    clock.forward(minutes=1)
    other = beside(app, fresh(app, pair[1]), file_number="9001")
    later = united(app, cast, fresh(app, pair[1]), other)
    page = tom.page(address(merged))
    assert "Undo that one first." in page.text and page.links()["Go to that merge"] == address(later) and not page.all("textarea")
    assert "Undo the merge" not in page.text
    assert "First undo the merge of Amara Grace Okoye (file 8841)" in tom.page(f"{RIVERSIDE}/merges").text
    tom.submit(tom.page(address(later)), address(later))
    tom.submit(tom.page(address(merged)), address(merged))
    assert all(one.is_undone for one in rows(app, Merge))


def test_the_page_of_the_person_offers_no_undo_that_is_blocked(app, tom, pair, merged, monkeypatch):
    path = f"{RIVERSIDE}/people/{pair[1].public_id}"
    assert "Undo the merge of" in " ".join(tom.page(path).links())
    monkeypatch.setattr(unmerging, "blocked", lambda ones: {one.id: one for one in ones})
    page = tom.page(path)
    assert "First undo the merge of Amara Okoye (new registration)" in page.text and "Undo the merge of" not in " ".join(page.links())


def test_there_is_a_way_out(tom, pair, merged):
    assert tom.page(address(merged)).links()["Keep as one record"] == f"{RIVERSIDE}/people/{pair[1].public_id}"


def test_taken_back_already_it_says_so(app, cast, tom, merged):
    page = tom.page(address(merged))
    tom.submit(page, address(merged))
    assert tom.get(address(merged)).location == f"{RIVERSIDE}/merges"
    again = tom.submit(page, address(merged))
    assert "This merge was taken back already." in again.text and "Undone by Tom Reid" in again.text


def test_nobody_else_takes_it_back(cast, browse, merged):
    for who in (cast.maya, cast.sylvie, cast.priya):
        assert browse(as_=who, staff=True).get(address(merged)).status_code == 404
        assert browse(as_=who, staff=True).get(f"{RIVERSIDE}/merges").status_code == 404


def test_a_merge_of_another_clinic_is_not_there(cast, browse, merged):
    assert browse(as_=cast.sylvie, staff=True).get(address(merged).replace("riverside", "beau-rivage")).status_code == 404


def test_access_that_was_ended_since_is_not_promised_back(app, cast, tom, pair, merged, clock):
    assert "Access of Amara Okoye" in tom.page(address(merged)).text
    mine = rows(app, Link, Link.account_id == cast.amara.id, Link.profile_id == pair[1].id)[0]
    change(app, mine, revoked_at=clock.forward(minutes=1))
    assert "Access of Amara Okoye" not in tom.page(address(merged)).text


def test_access_and_invitations_made_since_are_asked_about_too(app, cast, tom, pair, merged):
    give(app, cast.wei, fresh(app, pair[1]) and cast.amara_on_file, "carer")
    invite(app, cast, "amara-on-file", "aunt@example.com", "carer")
    page = tom.page(address(merged))
    assert "Access of Wei Chen (Carer)" in page.text and "Invitation to au…@example.com" in page.text


# --- the ledger ---


@pytest.fixture
def leos(app, cast):
    """A second record of Leo went into his, by mistake: it was Leonardo's."""
    twin = beside(app, cast.leo, given_name="Leonardo", family_name="Rossi", file_number="17")
    return twin, united(app, cast, twin, cast.leo)


def history(browse, cast, name: str) -> str:
    return browse(as_=getattr(cast, name)).page(f"/family/{cast.link(name, 'leo').public_id}/history").text


def test_staff_read_which_record_it_was(browse, cast, tom, leos):
    path = f"{RIVERSIDE}/people/{cast.leo.public_id}/history"
    assert "Leonardo Rossi (file 17) merged into this record" in tom.page(path).text
    tom.submit(tom.page(address(leos[1])), address(leos[1]))
    assert "Merge with Leonardo Rossi (file 17) undone: two records again" in tom.page(path).text
    theirs = tom.page(f"{RIVERSIDE}/people/{leos[0].public_id}/history").text
    assert "Merged into Leo Shah" in theirs and "Merge with Leo Shah" in theirs


def test_a_practitioner_reads_no_name_of_somebody_who_is_not_theirs(app, browse, cast, tom, leos):
    visit(app, cast, "leo", days=-20)
    tom.submit(tom.page(address(leos[1])), address(leos[1]))
    text = browse(as_=cast.maya, staff=True).page(f"{RIVERSIDE}/people/{cast.leo.public_id}/history").text
    assert "Two records again" in text and "Rossi" not in text


def test_who_acts_reads_of_it_without_any_name(browse, cast, tom, leos):
    text = history(browse, cast, "priya")
    assert "Another record of the same person was added to this one" in text and "Rossi" not in text and "Leonardo" not in text
    tom.submit(tom.page(address(leos[1])), address(leos[1]))
    text = history(browse, cast, "priya")
    assert "Two records again: they had been made one" in text and "Rossi" not in text


@pytest.mark.parametrize("less", [dict(permissions=[SEE_TIMES]), dict(permissions=[])], ids=["only busy", "nothing"])
def test_who_sees_less_than_everything_reads_nothing_of_it(app, browse, cast, leos, less):
    change(app, cast.link("daniel", "leo"), **less)
    assert "record" not in history(browse, cast, "daniel")


def test_while_kept_apart_nobody_who_acts_reads_of_it(app, browse, cast, tom, leos, clock):
    with app.app_context():
        transact(links.keep_safe, cast.leo, True, clock(), by=cast.staff("dana"))
    for name in ("priya", "daniel"):
        assert "Another record" not in history(browse, cast, name) and "Two records" not in history(browse, cast, name)
    assert "merged into this record" in tom.page(f"{RIVERSIDE}/people/{cast.leo.public_id}/history").text


def test_one_merge_is_one_line_in_the_history_of_the_record_that_is_left(cast, tom, pair, merged):
    text = tom.page(f"{RIVERSIDE}/people/{pair[1].public_id}/history").text
    assert text.count("erged into") == 1


def test_the_person_reads_that_records_became_one(app, browse, cast, pair, merged):
    account = rows(app, Account, Account.id == cast.amara.id)[0]
    mine = rows(app, Link, Link.account_id == account.id)[0]
    assert "Another record of the same person was added to this one" in browse(as_=account).page(f"/family/{mine.public_id}/history").text
