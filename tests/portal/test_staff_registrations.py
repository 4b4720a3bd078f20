"""New registrations: read here, by who may."""

from datetime import UTC, date, datetime

from sqlalchemy import select, update

from booking.models import Appointment
from booking.seed_visits import Desk, write
from portal import merges
from portal.database import db, transact
from portal.merge_choices import Choices
from portal.merge_preview import preview
from portal.models import LedgerLine, Profile, Registration
from portal.seed import BEAU_RIVAGE, RIVERSIDE, name_id
from tests import mails
from tests.portal.homes import change
from tests.portal.test_staff_people import statements
from tests.reader import HTML

LIST = "/staff/riverside/registrations"


def test_the_oldest_comes_first_with_age_contact_and_account(cast, browse):
    page = browse(cast.dana, staff=True).page(LIST)
    names = ["".join(cell.itertext()).split("\n")[0] for cell in page.all("th", scope="row")]
    assert [name[:5] for name in names] == ["María", "Wei C", "Jean-", "Amara"]
    assert "30 August 1972 · age 54" in page.text
    assert "35 minutes agoThursday 10 December" in page.text
    assert "amara@example.com" in page.text and "(416) 555-0182" in page.text
    assert "(4 waiting)" in page.html


def test_a_child_somebody_registered_is_shown_with_who_did(cast, browse, app, clock):
    leo, priya = cast.leo.id, cast.priya.id
    with app.app_context():
        row = dict(practice_id=cast.riverside.id, profile_id=leo, account_id=priya, created_at=clock())
        transact(lambda: db.session.add(Registration(**row)))
    page = browse(cast.dana, staff=True).page(LIST)
    assert "Leo Shah" in page.text and "Child of Priya Shah" in page.text and "priya@example.com" in page.text


def test_who_has_booked_already_is_shown_with_the_next_time_and_the_list_of_that_day(cast, browse, app, clock):
    times = {"soon": datetime(2026, 12, 14, 13, tzinfo=UTC), "late": datetime(2026, 12, 16, 13, tzinfo=UTC)}
    with app.app_context():
        transact(_book_amara, times, clock())
    shown = browse(cast.tom, staff=True).page(LIST)
    assert shown.links()["Monday 14 December at 8am"] == "/desk/riverside/day?date=2026-12-14"
    assert "Wednesday 16" not in shown.text and shown.text.count("Comes ") == 1
    with app.app_context():
        transact(
            lambda: db.session.execute(
                update(Appointment).where(Appointment.starts_at == times["soon"]).values(status="cancelled", cancelled_at=clock())
            )
        )
    assert "Wednesday 16 December at 8am" in browse(cast.tom, staff=True).page(LIST).links()


def _book_amara(times, now):
    desk = Desk.open()
    write([desk.at(name, "amara", RIVERSIDE, "maya", "initial", int(at.timestamp()), "booked") for name, at in times.items()], now)


def test_nobody_waiting_is_a_sentence(cast, browse, app, clock):
    with app.app_context():
        transact(lambda: [setattr(one, "declined_at", clock()) for one in db.session.scalars(select(Registration))])
    assert "No new registrations. New people show here as soon as they sign up." in browse(cast.tom, staff=True).page(LIST).text


def test_admin_and_front_desk_of_this_practice_read_it_and_nobody_else(cast, browse):
    expected = {"dana": 200, "tom": 200, "maya": 404, "sylvie": 404, "rose": 404, "priya": 404, "amara": 404}
    assert {name: browse(getattr(cast, name), staff=True).get(LIST).status_code for name in expected} == expected


def test_each_practice_has_its_own_queue(cast, browse):
    page = browse(cast.sylvie, staff=True).page(f"/staff/{BEAU_RIVAGE}/registrations")
    assert "Luc Thibodeau" in page.text and "Wei Chen" not in page.html


def test_everybody_in_the_list_can_read_who_looked(cast, browse, app):
    browse(cast.dana, staff=True).page(LIST)
    with app.app_context():
        lines = db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "viewed")).all()
        waiting = db.session.scalars(select(Registration.profile_id).where(Registration.practice_id == cast.riverside.id)).all()
        alike = [cast.profile(name).id for name in ("amara-on-file", "maria-on-file")]  # their names stand beside the verdict
    assert sorted(line.profile_id for line in lines) == sorted([*waiting, *alike])


def registration(name, slug=RIVERSIDE) -> str:
    return f"/staff/{slug}/registrations/{name_id(f'registration of {name}@{slug}')}"


def person(name) -> str:
    return f"/staff/riverside/people/{name_id(f'{name}@riverside')}"


def test_beside_each_stands_whom_they_look_like_and_why(cast, browse):
    page = browse(cast.dana, staff=True).page(LIST)
    rows = {row.find(f".//{HTML}a").text: " ".join("".join(row.itertext()).split()) for row in page.all("tr")[1:]}
    assert "Exact match Amara Okoye" in rows["Amara Okoye"] and "Same birth date, name and phone" in rows["Amara Okoye"]
    assert "Maria Nunez" in rows["María José Núñez Ortega"] and "No match" in rows["Wei Chen"]
    assert page.links()["Review Amara Okoye"] == registration("amara")


def test_only_who_looks_like_nobody_can_be_accepted_unseen(cast, browse):
    dana = browse(cast.dana, staff=True)
    page = dana.page(LIST)
    boxes = {box.get("aria-label"): box.get("value") for box in page.all("input", type="checkbox")}
    assert list(boxes) == ["Select Wei Chen", "Select Jean-François Lévesque-Tremblay"]
    page = dana.submit(page, "/accept", which=[*boxes.values(), registration("amara").rpartition("/")[2]])
    assert "2 people are accepted as new." in page.text and "1 person looks like somebody you know: review them first." in page.text
    assert "(2 waiting)" in page.html and not page.all("input", type="checkbox")


def test_nobody_ticked_is_said_where_to_tick(cast, browse):
    dana = browse(cast.dana, staff=True)
    page = dana.submit(dana.page(LIST), "/accept")
    assert page.status == 422 and "<title>Error: New registrations" in page.html and page.h1 == "New registrations"
    target = page.links()["Tick the people to accept."]
    assert [box.get("aria-label") for box in page.all("input", id=target[1:])] == ["Select Wei Chen"]


def test_who_was_accepted_together_waits_again_with_one_undo(cast, browse):
    dana = browse(cast.dana, staff=True)
    page = dana.page(LIST)
    page = dana.submit(page, "/accept", which=[box.get("value") for box in page.all("input", type="checkbox")])
    assert "2 people are accepted as new." in page.text and "(2 waiting)" in page.html
    page = dana.submit(page, "/take-back")
    assert "2 people are waiting again." in page.text and "(4 waiting)" in page.html


def test_a_child_without_a_number_shows_whose_account_both_times(cast, browse, app, clock):
    change(app, cast.leo, email="", phone="")
    with app.app_context():
        row = dict(public_id="leosown", practice_id=cast.riverside.id, profile_id=cast.leo.id, account_id=cast.priya.id, created_at=clock())
        transact(lambda: db.session.add(Registration(**row)))
    tom = browse(cast.tom, staff=True)
    for path in (LIST, f"{LIST}/leosown"):
        page = tom.page(path)
        assert "Account of Priya Shah" in page.text and "priya@example.com" in page.text and "None given" not in page.text


def test_one_registration_with_the_records_it_looks_like(cast, browse, app):
    change(app, cast.profile("amara-on-file"), file_number="8841", card_number="9876-543-210-AB", street="3 Elm Road")
    page = browse(cast.tom, staff=True).page(registration("amara"))
    assert page.h1 == "Amara Okoye" and "Is it this person?" in page.text and "File 8841" in page.text
    assert "Health card •••• 3210" in page.text and "9876" not in page.html
    assert page.links()["Compare with Amara Okoye"] == f"{person('amara')}/merge/{name_id('amara-on-file@riverside')}"
    assert page.form("/accept")["different"] == name_id("amara-on-file@riverside")
    assert page.links()["Amara Okoye"] == person("amara-on-file")
    with app.app_context():
        seen = db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed")).all()
        assert sorted(seen) == sorted([cast.profile("amara").id, cast.profile("amara-on-file").id])


def test_who_looks_like_nobody_is_accepted_with_the_main_button(cast, browse):
    tom = browse(cast.tom, staff=True)
    page = tom.page(registration("wei"))
    assert "Nobody in your records looks like this" in page.text and "different" not in page.form("/accept")
    assert [button.get("class") for button in page.all("button") if button.text == "Accept as new"] == ["btn"]
    page = tom.submit(page, "/accept")
    assert page.h1 == "New registrations" and "Wei Chen is accepted as new." in page.text and "(3 waiting)" in page.html
    page = tom.submit(page, "/take-back")
    assert "Wei Chen is waiting again." in page.text and "(4 waiting)" in page.html


def test_a_different_person_is_remembered_and_undone(cast, browse):
    tom = browse(cast.tom, staff=True)
    page = tom.submit(tom.page(registration("amara")), "/accept")
    seen = tom.page(person("amara"))
    assert "Looks like" not in seen.text and "Tom Reid said on Thursday 10 December: not the same person as Amara Okoye" in seen.text
    history = tom.page(f"{person('amara')}/history").text
    assert "Not the same person as Amara Okoye" in history
    tom.submit(page, "/take-back")
    assert "Looks like Amara Okoye, born 1991." in tom.page(person("amara")).text


def test_later_and_back(cast, browse):
    tom = browse(cast.tom, staff=True)
    page = tom.submit(tom.page(registration("wei")), "/later")
    assert "Wei Chen is kept for later." in page.text and "(3 waiting)" in page.html
    later = tom.page(f"{LIST}?tab=later")
    one = tom.page(registration("wei"))
    assert (
        one.links()["New registrations: Later"] == f"{LIST}?tab=later" and "Kept for later" in one.text and "Decide later" not in one.text
    )
    assert "Wei Chen is waiting again." in tom.submit(one, "/later").text
    assert tom.page(registration("wei")).links()["New registrations"] == LIST
    tom.submit(tom.page(registration("wei")), "/later")
    assert "Review Wei Chen" in later.links() and "Review Amara Okoye" not in later.links()
    assert "1 for later" in tom.page("/staff/riverside/").text
    page = tom.submit(page, "/later")
    assert "Wei Chen is waiting again." in page.text and "(4 waiting)" in page.html
    assert "Nobody is kept for later." in tom.page(f"{LIST}?tab=later").text


def test_answered_are_listed_with_who_answered_and_the_way_back(cast, browse, clock):
    tom = browse(cast.tom, staff=True)
    assert "Nobody was accepted or merged yet." in tom.page(f"{LIST}?tab=answered").text
    tom.submit(tom.page(registration("wei")), "/accept")
    clock.forward(minutes=5)
    page = tom.page(f"{LIST}?tab=answered")
    assert "Accepted as new" in page.text and "Tom Reid" in page.text
    assert "Undo" in tom.page(registration("wei")).text and "Compare" not in tom.page(registration("wei")).text
    clock.forward(days=31)
    other = browse(cast.dana, staff=True)
    assert not [form for form in other.page(f"{LIST}?tab=answered").all("form") if (form.get("action") or "").endswith("/take-back")]
    assert "This can no longer be undone." in other.submit(page, "/take-back").text


def test_who_was_merged_leads_to_who_stands_and_to_the_undo(cast, browse, app, clock):
    amara, known = cast.profile("amara"), cast.profile("amara-on-file")
    with app.app_context():
        looked = Choices(confirmed=frozenset(one.key for one in preview(amara, known, Choices(), clock()).conflicts))
        seen = preview(amara, known, looked, clock())
        made = transact(merges.merge, cast.staff("tom"), amara, known, looked, seen.mark, clock())
    for path in (f"{LIST}?tab=answered", registration("amara")):
        page = browse(cast.dana, staff=True).page(path)
        assert (
            person("amara-on-file") in page.links().values()
            and "Merged with Amara Okoye, file 0894" in page.text
            and "Registered by" not in page.text
        )
        assert f"/staff/riverside/merges/{made.public_id}/undo" in page.links().values() and "Tom Reid" in page.text


def test_the_second_front_desk_reads_that_it_is_answered(cast, browse, clock):
    dana, tom = browse(cast.dana, staff=True), browse(cast.tom, staff=True)
    page = tom.page(registration("wei"))
    dana.submit(dana.page(registration("wei")), "/accept")
    clock.forward(minutes=1)
    assert "Dana Wright accepted this person as new 1 minute ago." in tom.submit(page, "/accept").text
    assert "Dana Wright accepted this person as new 1 minute ago." in tom.submit(page, "/later").text


def test_a_child_of_the_other_practice_is_not_there(cast, browse):
    dana = browse(cast.dana, staff=True)
    foreign = registration("luc", BEAU_RIVAGE).rpartition("/")[2]
    assert dana.get(f"{LIST}/{foreign}").status_code == 404
    page = dana.page(LIST)
    dana.submit(page, "/accept", which=[foreign])
    assert "Luc Thibodeau" in browse(cast.sylvie, staff=True).page(f"/staff/{BEAU_RIVAGE}/registrations").text


def test_today_names_those_who_are_in_the_records_already(cast, browse):
    page = browse(cast.tom, staff=True).page("/staff/riverside/")
    assert page.links()["Amara Okoye registered online and is in your records already."] == registration("amara")
    assert page.links()["María José Núñez Ortega registered online and may be in your records already."] == registration("maria")
    assert not [words for words in page.links() if words.startswith("Wei Chen registered")]
    assert "in your records already" not in browse(cast.maya, staff=True).page("/staff/riverside/").text


def test_a_person_says_whom_they_look_like_to_who_sees_everybody(cast, browse, app):
    page = browse(cast.tom, staff=True).page(person("amara-on-file"))
    assert page.links()["Compare with Amara Okoye"] == f"{person('amara')}/merge/{name_id('amara-on-file@riverside')}"
    assert page.links()["Merge with another record"] == f"{person('amara-on-file')}/merge"
    with app.app_context():
        mails.appointment(cast, "amara-on-file", datetime(2026, 12, 14, 13, tzinfo=UTC))  # Maya's own
    maya = browse(cast.maya, staff=True).page(person("amara-on-file"))
    assert "Looks like" not in maya.text and "Merge" not in maya.text


def test_a_list_of_forty_costs_as_many_statements_as_one_of_four(cast, browse, app, clock):
    tom = browse(cast.tom, staff=True)

    def count() -> int:
        tom.page(LIST)
        return statements(app, lambda: tom.page(LIST))

    few = count()
    with app.app_context():
        transact(_register_many, cast.riverside.id, cast.priya.id, clock())
    assert count() <= few + 1


def _register_many(practice_id, account_id, now):
    for number in range(36):
        one = Profile(
            practice_id=practice_id,
            given_name=f"Ann{number}",
            family_name="Zed",
            born_on=date(1990, 1, 1 + number % 28),
            created_at=now,
            provisional_at=now,
        )
        db.session.add(one)
        db.session.flush()
        db.session.add(Registration(practice_id=practice_id, profile_id=one.id, account_id=account_id, created_at=now))
