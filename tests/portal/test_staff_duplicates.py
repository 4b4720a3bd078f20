"""Possible duplicates of the whole practice, and the choice of another record to compare with."""

from datetime import date

from sqlalchemy import select

from portal import lookalikes, match_search
from portal.database import db, transact
from portal.models import LedgerLine, MatchRun, Profile
from portal.seed import name_id
from tests.portal.homes import change, lines
from tests.portal.test_staff_people import names

LIST = "/staff/riverside/duplicates"
PEOPLE = "/staff/riverside/people"
AMARA, KNOWN, LEO = (f"{PEOPLE}/{name_id(f'{name}@riverside')}" for name in ("amara", "amara-on-file", "leo"))


def search(app, cast, finish=True):
    """The whole practice has been searched, or is just being."""
    with app.app_context():
        transact(match_search.start_search, cast.staff("tom"), app.config["CLOCK"]())
        while finish and match_search.work(app.config["CLOCK"]()):
            pass


def test_without_a_search_the_pairs_are_there_by_themselves(cast, browse, app, clock):
    with app.app_context():
        while match_search.work(clock()):
            pass
    tom = browse(cast.tom, staff=True)
    page = tom.page(LIST)
    assert (
        "New and changed people are compared by themselves. 2 pairs wait for an answer." in page.text and "Last searched" not in page.text
    )
    assert page.links()["Compare Amara Okoye and Amara Okoye"].endswith(name_id("amara-on-file@riverside"))
    assert tom.page("/staff/riverside/").links()["2 possible duplicates in your records"] == LIST
    assert [form.get("action") for form in page.all("form") if (form.get("action") or "").endswith("/search")] == [f"{LIST}/search"]


def test_after_a_large_import_the_page_says_how_far_it_is(cast, browse, app, clock):
    with app.app_context():
        while match_search.work(clock()):
            pass
        people = [dict(practice_id=cast.riverside.id, given_name="Ann", family_name=f"Zed{n}", created_at=clock()) for n in range(60)]
        transact(lambda: db.session.execute(db.insert(Profile), people))
        total = len(db.session.scalars(select(Profile).where(Profile.practice_id == cast.riverside.id)).all())
    page = browse(cast.dana, staff=True).page(LIST)
    (part,) = page.all("div", data_poll="2000")
    words = " ".join("".join(part.itertext()).split())
    assert words == f"{total - 60} of {total} people compared You can close this page. The search carries on."
    assert "Compare Amara Okoye and Amara Okoye" in page.links() and page.links()["Update the numbers"] == LIST


def test_before_the_first_search_there_is_one_button(cast, browse, app):
    tom = browse(cast.tom, staff=True)
    page = tom.page(LIST)
    assert page.h1 == "Possible duplicates" and "We compare names, birth dates" in page.text
    page = tom.submit(page, "/search")
    assert "The search has started." in page.text
    with app.app_context():
        assert [run.started_by_id for run in db.session.scalars(select(MatchRun))] == [cast.staff("tom").id]


def test_while_it_goes_on_the_page_says_how_far_it_is(cast, browse, app):
    search(app, cast, finish=False)
    with app.app_context():
        transact(lambda: db.session.execute(db.update(MatchRun).values(done=3, total=12, found=1)))
    page = browse(cast.dana, staff=True).page(LIST)
    (part,) = page.all("div", data_poll="2000")
    words = " ".join("".join(part.itertext()).split())
    assert words == "3 of 12 people compared 1 pair found so far. You can close this page. The search carries on."
    assert "25% searched" in page.all("title")[0].text and page.links()["Update the numbers"] == LIST
    (bar,) = page.all("progress")
    assert (bar.get("value"), bar.get("max")) == ("3", "12")
    assert not [form for form in page.all("form") if (form.get("action") or "").endswith("/search")]  # one at a time


def test_the_pairs_stand_side_by_side_with_the_reasons(cast, browse, app):
    change(app, cast.profile("amara-on-file"), file_number="8841", card_number="9876-543-210")
    search(app, cast)
    page = browse(cast.dana, staff=True).page(LIST)
    assert (
        "Last searched today at 10am by Tom Reid." in page.text.replace("Thursday 10 December", "today")
        and "2 pairs wait for an answer." in page.text
    )
    assert "Same birth date, name and phone" in page.text and "File 8841" in page.text
    assert "•••• 3210" in page.text and "9876" not in page.html
    # who registered online goes
    assert page.links()["Compare Amara Okoye and Amara Okoye"] == f"{AMARA}/merge/{name_id('amara-on-file@riverside')}"
    with app.app_context():
        seen = db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed")).all()
        assert sorted(seen) == sorted(cast.profile(name).id for name in ("amara", "amara-on-file", "maria", "maria-on-file"))


def test_different_people_go_from_the_list_and_come_back_with_undo(cast, browse, app):
    search(app, cast)
    tom = browse(cast.tom, staff=True)
    answer = tom.post(
        tom.page(LIST).form("/different")[""],
        data={"csrf_token": tom.page(LIST).form("/different")["csrf_token"]},
        headers={"Referer": f"http://localhost{LIST}"},
    )
    assert (answer.status_code, answer.location) == (302, LIST)
    page = tom.page(LIST)
    assert "are kept as two people." in page.text and "1 pair waits for an answer." in page.text
    assert len(lines(app, "told_apart")) == 2
    page = tom.submit(page, "/take-back")
    assert "may be one person again." in page.text
    assert "2 pairs wait for an answer." in tom.page(LIST).text


def test_who_is_told_apart_while_waiting_leads_back_to_the_registration(cast, browse):
    tom = browse(cast.tom, staff=True)
    token = tom.page(LIST).form()["csrf_token"]
    for way in ((AMARA, "amara-on-file"), (f"{PEOPLE}/{name_id('walter@riverside')}", "leo")):
        answer = tom.post(
            f"{way[0]}/merge/{name_id(f'{way[1]}@riverside')}/different", data={"csrf_token": token}, headers={"Origin": "http://localhost"}
        )
        wanted = f"/staff/riverside/registrations/{name_id('registration of amara@riverside')}" if way[0] == AMARA else way[0]
        assert (answer.status_code, answer.location) == (302, wanted)


def test_nobody_is_somebody_else_than_themselves(cast, browse):
    tom = browse(cast.tom, staff=True)
    token = tom.page(LIST).form()["csrf_token"]
    assert (
        tom.post(
            f"{LEO}/merge/{name_id('leo@riverside')}/different", data={"csrf_token": token}, headers={"Origin": "http://localhost"}
        ).status_code
        == 404
    )


def test_no_pair_is_a_sentence_and_the_search_can_be_made_again(cast, browse, app):
    with app.app_context():
        for name in ("amara", "maria"):
            transact(
                lookalikes.remember_different,
                cast.profile(name),
                cast.profile(f"{name}-on-file"),
                app.config["CLOCK"](),
                cast.staff("dana"),
            )
    search(app, cast)
    page = browse(cast.tom, staff=True).page(LIST)
    assert "No two records look like one person." in page.text and "Search the whole practice again" in page.text


def test_people_and_today_lead_there_with_the_count(cast, browse, app):
    tom = browse(cast.tom, staff=True)
    assert "Possible duplicates" in tom.page(PEOPLE).links() and "in your records" not in " ".join(
        tom.page("/staff/riverside/").links()
    ).replace("is in your records already", "").replace("may be in your records already", "")
    search(app, cast)
    assert tom.page(PEOPLE).links()["Possible duplicates 2 waiting"] == LIST
    assert tom.page("/staff/riverside/").links()["2 possible duplicates in your records"] == LIST
    assert "uplicates" not in browse(cast.maya, staff=True).page(PEOPLE).text


def test_another_practice_sees_none_of_it(cast, browse, app):
    search(app, cast)
    page = browse(cast.sylvie, staff=True).page("/staff/beau-rivage/duplicates")
    assert "Okoye" not in page.html and "Tom Reid" not in page.html


# --- the choice of another record ---


def test_look_alikes_come_first(cast, browse):
    tom = browse(cast.tom, staff=True)
    page = tom.page(f"{AMARA}/merge")
    assert page.h1 == "Who is the same person as Amara Okoye?" and names(page) == ["Amara Okoye"] and "Exact match" in page.text
    assert page.links()["Registration of Amara Okoye"].startswith("/staff/riverside/registrations/")
    page = tom.page(f"{LEO}/merge")
    assert "Nobody in your records looks like this. Search for the other record." in page.text and page.links()["Leo Shah"] == LEO


def test_anybody_else_is_searched_for_and_the_newer_record_goes(cast, browse, app, clock):
    with app.app_context():
        newer = Profile(practice_id=cast.riverside.id, given_name="Leonardo", family_name="Shah", created_at=clock.at)
        transact(lambda: db.session.add(newer))
        there = f"{PEOPLE}/{newer.public_id}"
    tom = browse(cast.tom, staff=True)
    page = tom.page(f"{LEO}/merge?q=shah")
    assert names(page) == ["Anya Shah", "Kiran Shah", "Leonardo Shah", "Priya Shah"]  # not Leo himself
    assert page.links()["Compare with Leonardo Shah"] == f"{there}/merge/{name_id('leo@riverside')}"
    assert tom.page(f"{there}/merge?q=leo+shah").links()["Compare with Leo Shah"] == f"{there}/merge/{name_id('leo@riverside')}"
    assert "Nobody else was found for “2 june”." in tom.page(f"{LEO}/merge?q=2+june").text
    assert "Nobody else was found for “kiran”." in tom.page(f"{PEOPLE}/{name_id('kiran@riverside')}/merge?q=kiran").text
    with app.app_context():
        assert cast.profile("kiran").id in db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed")).all()


def test_practitioners_merge_nobody(cast, browse):
    maya = browse(cast.maya, staff=True)
    assert {path: maya.get(path).status_code for path in (LIST, f"{LEO}/merge")} == {LIST: 404, f"{LEO}/merge": 404}


def test_a_file_or_a_card_is_found_by_its_number(cast, browse, app):
    change(app, cast.leo, file_number="R-8841", card_number="1234-567-897-AB")
    change(app, cast.anya, file_number="88412", card_number="9876 543 210")
    tom = browse(cast.tom, staff=True)

    def found(asked: str) -> list[str]:
        return names(tom.page(PEOPLE, query_string={"q": asked}))

    assert found("8841") == ["Leo Shah"] and found("r-8841") == ["Leo Shah"] and found("88412") == ["Anya Shah"]
    assert found("1234 567 897 AB") == found("1234567897AB") == found("7897") == found("1234-567-897") == ["Leo Shah"]
    assert found("3210") == ["Anya Shah"] and found("9876543210") == ["Anya Shah"]
    assert found("9876") == found("567") == [] == found("5678")  # not its middle, not its beginning
    page = tom.page(f"{PEOPLE}?q=leo")
    assert "File R-8841" in page.text and "7897" not in page.html
    assert "•••• 7897" in tom.page(LEO).text and "1234-567" not in tom.page(LEO).html
    assert page.links()["Merge Leo Shah"] == f"{LEO}/merge"


def test_a_hundred_pairs_take_as_many_statements_as_two(cast, browse, app, clock):
    with app.app_context():
        people = [
            dict(given_name="Ann", family_name=f"Zed{n:02}", born_on=date(1950 + n, 3, 1 + n % 20), phone=f"+14165557{n:03}")
            for n in range(20)
        ]
        transact(
            lambda: db.session.add_all([Profile(practice_id=cast.riverside.id, created_at=clock.at, **one) for one in people + people])
        )
    search(app, cast)
    tom = browse(cast.tom, staff=True)
    page = tom.page(LIST)
    assert "22 pairs wait for an answer." in page.text
    seen = []
    with app.app_context():
        engine = db.engine
    db.event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    tom.page(LIST)
    assert len([one for one in seen if one.startswith("SELECT")]) <= 11


def test_who_is_searched_for_stands_with_the_likeness_and_the_likeliest_first(cast, browse, app, clock):
    with app.app_context():
        facts = dict(practice_id=cast.riverside.id, created_at=clock.at, given_name="Adam", family_name="Okoye")
        transact(lambda: db.session.add(Profile(born_on=date(1950, 5, 5), **facts)))
    tom = browse(cast.tom, staff=True)

    def rows() -> list[str]:
        return [" ".join("".join(row.itertext()).split()) for row in tom.page(f"{AMARA}/merge?q=okoye").all("tr")[1:]]

    first, last = rows()
    assert "Exact match" in first and "Adam Okoye" in last and "No match" in last
    with app.app_context():
        transact(lookalikes.remember_different, cast.profile("amara"), cast.profile("amara-on-file"), clock.at, cast.staff("dana"))
    assert ["Different person" in row and "Dana Wright said so on Thursday 10 December" in row for row in rows()] == [True, False], rows()
