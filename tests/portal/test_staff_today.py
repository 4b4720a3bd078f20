"""What staff see first: who comes today and who waits."""

import pytest
from sqlalchemy import select

from booking.seed_crowd import seed_coming
from portal.database import db, transact
from portal.models import LedgerLine, Registration, StaffMember
from portal.seed import BEAU_RIVAGE

TODAY = "/staff/riverside/"
PICTURES = ["Appointments each day", "Free times, next 7 days", "How full is each day?"]


@pytest.fixture
def busy(cast, app):
    """The cast with their coming appointments."""
    with app.app_context():
        transact(seed_coming, app.config["CLOCK"]())
    return cast


def _viewed(app) -> list[tuple[int, int]]:
    with app.app_context():
        lines = db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "viewed"))
        return [(line.account_id, line.profile_id) for line in lines]


def test_the_page_names_the_day_and_the_appointments_of_everybody_in_order(busy, browse):
    page = browse(busy.dana, staff=True).page(TODAY)
    assert page.h1 == "Today, Thursday 10 December"
    assert page.all("title")[0].text == "Today, Thursday 10 December – Riverside Physiotherapy"
    names = [" ".join("".join(h.itertext()).split()) for h in page.all("h2")]
    assert names == ["Needs you", *PICTURES, "Maya Chen", "Olivier Dubois", "Ravi Kumar", "Dr. Ines Roy"]
    assert "Walter Brandt" in page.text and "Massage, 60 minutes" in page.text
    assert "Not here on this day: Noah Levy." in page.text


def test_what_staff_have_booked_for_themselves_is_named_as_their_own(busy, browse):
    browser = browse(busy.dana, staff=True)
    own = browser.page(TODAY).links()
    assert own["Your own appointments"] == "/appointments" and "Appointments" not in own
    assert "Appointments" in browser.page("/account").links()


def test_staff_read_the_note_about_a_person_beside_the_appointment(busy, browse):
    assert "Hard of hearing, no email. Let the telephone ring for a while." in browse(busy.tom, staff=True).page(TODAY).text


def test_new_registrations_are_counted_with_the_age_of_the_oldest(cast, browse):
    page = browse(cast.tom, staff=True).page(TODAY)
    assert "New registrations4 The oldest came 2 weeks ago" in page.text
    assert page.links()["New registrations 4 waiting"] == "/staff/riverside/registrations"


def test_an_empty_queue_says_so(cast, browse, app, clock):
    with app.app_context():
        transact(lambda: [setattr(one, "accepted_at", clock()) for one in db.session.scalars(select(Registration))])
    page = browse(cast.dana, staff=True).page(TODAY)
    assert "New registrations0 Nobody is waiting" in page.text


def test_a_practitioner_sees_their_own_day_and_no_registrations(busy, browse):
    page = browse(busy.maya, staff=True).page(TODAY)
    assert [h.text for h in page.all("h2")] == [*PICTURES, "Maya Chen"]
    assert "Walter Brandt" not in page.text
    assert "New registrations" not in page.text


@pytest.mark.parametrize("name", ["priya", "nadia", "sylvie", "camille"])
def test_who_does_not_work_here_finds_nothing(cast, browse, name):
    assert browse(getattr(cast, name)).get(TODAY).status_code == 404


def test_who_works_here_finds_nothing_at_the_other_practice(cast, browse):
    browser = browse(cast.tom, staff=True)
    assert browser.get(TODAY).status_code == 200
    assert browser.get(f"/staff/{BEAU_RIVAGE}/").status_code == 404
    assert browser.get("/staff/nowhere/").status_code == 404


def test_who_left_sees_nothing_from_the_next_request_on(cast, browse, app, clock):
    browser = browse(cast.dana, staff=True)
    assert browser.get(TODAY).status_code == 200
    member = cast.staff("dana").id
    with app.app_context():
        transact(lambda: setattr(db.session.get(StaffMember, member), "left_at", clock()))
    assert browser.get(TODAY).status_code == 404


def test_a_visitor_is_asked_to_sign_in(cast, browse):
    answer = browse().get(TODAY)
    assert answer.status_code == 302 and "/sign-in" in answer.location


def test_everybody_shown_can_read_who_looked_once_a_day(busy, browse, app, clock):
    browser = browse(busy.tom, staff=True)
    browser.page(TODAY)
    first = _viewed(app)
    assert (busy.tom.id, busy.walter.id) in first
    assert len(set(first)) == len(first)
    browser.page(TODAY)
    assert _viewed(app) == first
    browse(busy.dana, staff=True).page(TODAY)
    assert (busy.dana.id, busy.walter.id) in _viewed(app)
    clock.forward(hours=15)  # past midnight in Toronto
    browse(busy.tom, staff=True).page("/desk/riverside/day?date=2026-12-10")
    assert _viewed(app).count((busy.tom.id, busy.walter.id)) == 2


def test_the_day_is_the_practices_not_the_servers(cast, browse, clock):
    clock.set(2026, 12, 11, 2, 30)  # still the evening of the 10th in Toronto
    assert browse(cast.dana, staff=True).page(TODAY).h1 == "Today, Thursday 10 December"


def test_the_other_practice_speaks_of_clients_and_shows_none_of_ours(busy, browse):
    page = browse(busy.rose, staff=True).page(f"/staff/{BEAU_RIVAGE}/")
    assert "Clinique Beau-Rivage" in page.html and "Walter Brandt" not in page.html and "Riverside" not in page.html


def test_today_costs_the_same_few_statements_however_many_come(busy, browse, app, clock):
    browser = browse(busy.dana, staff=True)
    browser.page(TODAY)
    clock.forward(seconds=30)
    with app.app_context():
        engine = db.engine
    seen = []
    db.event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    browser.page(TODAY)
    statements = [one for one in seen if not one.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"))]
    assert len(statements) <= 30, (
        statements
    )  # eight of them compare those who wait with the records, four draw the pictures, two ask what people changed and who asks to be forgotten
