"""New registrations: read here, by who may."""

from datetime import UTC, datetime

from sqlalchemy import select, update

from booking.models import Appointment
from booking.seed_visits import Desk, write
from portal.database import db, transact
from portal.models import LedgerLine, Registration
from portal.seed import BEAU_RIVAGE, RIVERSIDE

LIST = "/staff/riverside/registrations"


def test_the_oldest_comes_first_with_age_contact_and_account(cast, browse):
    page = browse(cast.dana, staff=True).page(LIST)
    names = ["".join(cell.itertext()).split("\n")[0] for cell in page.all("th", scope="row")]
    assert [name[:5] for name in names] == ["María", "Wei C", "Jean-", "Amara"]
    assert "30 August 1972 · age 54" in page.text
    assert "35 minutes agoThursday 10 December at 9:25am" in page.text
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
        transact(lambda: db.session.execute(update(Appointment).where(Appointment.starts_at == times["soon"]).values(status="cancelled", cancelled_at=clock())))
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
