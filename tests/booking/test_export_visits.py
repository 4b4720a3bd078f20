"""Lists of appointments as files: of which days, with whom, in whose hours, with which money; no more than who takes them may see."""

import csv
import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import select

from booking import payments
from booking.models import Appointment, Location, Practitioner, Service
from portal.database import db, transact
from portal.models import LedgerLine
from portal.permissions import EVERYBODY, EXPORT, PAYMENTS
from portal.seed import name_id
from tests import mails
from tests.portal.homes import change
from tests.portal.test_export_people import post as send

PAGE = "/desk/riverside/appointments/export"


def post(browser, page: str = PAGE, **chosen):
    return send(browser, page, **chosen)


def table(answer) -> list[dict]:
    assert answer.status_code == 200 and "filename=appointments-2026-12-10.csv" in answer.headers["Content-Disposition"], answer.get_data(
        as_text=True
    )[:300]
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


@pytest.fixture
def dana(browse, cast):
    return browse(as_=cast.dana, staff=True)


@pytest.fixture
def visits(app, cast):
    """Four in December and one on the first night of January, by the clock of Toronto; the second is with a colleague."""
    days = {"first": (1, 5, 30), "colleague": (15, 15, 0), "cancelled": (16, 15, 0), "last night": (32, 4, 30), "january": (32, 5, 30)}
    with app.app_context():
        made = {}
        for name, (day, hour, minute) in days.items():
            at = datetime(2026, 12, 1, hour, minute, tzinfo=UTC) + timedelta(days=day - 1)
            made[name] = mails.appointment(cast, "leo", at)
        mails.change(made["colleague"], practitioner_id=cast.olivier_dubois.id)
        mails.change(made["cancelled"], status="cancelled", cancelled_at=app.config["CLOCK"](), cancel_reason="=ill", price_cents=8000)
        mails.change(made["first"], status="fulfilled", price_cents=8050, note="@home")
        transact(
            payments.record,
            cast.staff("dana"),
            made["first"],
            3000,
            "cash",
            datetime(2026, 12, 1).date(),
            app.config["CLOCK"](),
            "a payment of a list",
        )
        for one in made.values():
            db.session.refresh(one)
        db.session.expunge_all()
        return made


def test_the_month_from_its_first_to_its_last_local_day_in_the_order_of_time(cast, dana, visits):
    rows = table(post(dana))
    assert [(row["Day"], row["Begins"]) for row in rows] == [
        ("2026-12-01", "00:30"),
        ("2026-12-15", "10:00"),
        ("2026-12-16", "10:00"),
        ("2026-12-31", "23:30"),
    ]
    assert {row["Time zone"] for row in rows} == {"America/Toronto"} and {(row["Last name"], row["First name"]) for row in rows} == {
        ("Shah", "Leo")
    }
    assert rows[0]["Reference"] == visits["first"].reference and rows[0]["State"] == "Seen"
    assert [row["Day"] for row in table(post(dana, first="2027-01-01", last="2027-01-01"))] == ["2027-01-01"]


def test_hours_are_those_of_the_place_and_its_zone_is_said(app, cast, dana, visits):
    with app.app_context():
        mails.change(db.session.get(Appointment, visits["colleague"].id), zone="Europe/Paris")
    row = table(post(dana))[1]
    assert (row["Day"], row["Begins"], row["Time zone"]) == ("2026-12-15", "16:00", "Europe/Paris")


def test_narrowed_by_practitioner_service_location_and_state(app, cast, dana, visits):
    with app.app_context():
        transact(db.session.add, Location(practice_id=cast.riverside.id, name="A second house", zone="America/Toronto"))
        place = db.session.scalar(select(Location.public_id).where(Location.practice_id == cast.riverside.id).order_by(Location.id))
        service = db.session.scalar(select(Service.public_id).where(Service.id == visits["first"].service_id))
    assert len(table(post(dana, practitioner=name_id("practitioner olivier")))) == 1
    assert [row["State"] for row in table(post(dana, state="cancelled"))] == ["Cancelled"]
    assert len(table(post(dana, location=place, service=service))) == 4
    for name in ("practitioner", "service", "location", "state"):
        assert post(dana, **{name: "a2b3c4d5e6f7g2h3"}).status_code == 422, "an unknown one finds none, not all"


def test_money_is_amount_and_currency_and_for_who_may_see_payments(app, cast, browse, dana, visits):
    first, _second, cancelled, *_ = table(post(dana, groups=["money", "notes"]))
    assert [first[name] for name in ("Price", "Due", "Paid", "Left to pay", "Currency")] == ["80.50", "80.50", "30.00", "50.50", "CAD"]
    assert [cancelled[name] for name in ("Price", "Due", "Left to pay")] == ["80.00", "0.00", "0.00"]
    assert (first["Note"], cancelled["Why cancelled"]) == ("'@home", "'=ill")
    sheet = openpyxl.load_workbook(io.BytesIO(post(dana, kind="xlsx", groups=["money", "notes"]).get_data())).active
    heads, row, *_ = sheet.iter_rows()
    cells = {head.value: (cell.value, cell.data_type) for head, cell in zip(heads, row)}
    assert (cells["Due"], cells["Note"]) == ((80.5, "n"), ("@home", "s"))
    change(app, cast.staff("tom"), unusual={EXPORT: True, PAYMENTS: False})
    tom = browse(as_=cast.tom, staff=True)
    assert "Price, what is due" not in tom.page(PAGE).text and "Due" not in table(post(tom, groups=["money"]))[0]


def test_a_practitioner_exports_appointments_with_them_and_who_sees_nobody_none(app, cast, browse, visits):
    change(app, cast.staff("olivier"), unusual={EXPORT: True})
    olivier = browse(as_=cast.olivier, staff=True)
    page = olivier.page(PAGE)
    assert "Only appointments with you." in page.text and not page.all("select", name="practitioner")
    assert [row["Practitioner"] for row in table(post(olivier))] == ["Olivier Dubois"]
    assert len(table(post(olivier, practitioner=name_id("practitioner maya")))) == 1, "nor by a field that is not on the page"
    change(app, cast.staff("tom"), unusual={EXPORT: True, EVERYBODY: False})
    answer = post(browse(as_=cast.tom, staff=True))
    assert answer.status_code == 422 and "There are no such appointments." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "first, last",
    [("2026-12-31", "2026-12-01"), ("", "2026-12-01"), ("2026-12-01", "x"), ("1999-12-31", "2026-12-01"), ("2026-12-01", "2100-01-01")],
)
def test_days_that_make_no_sense_are_said_so_and_kept(dana, first, last):
    answer = post(dana, first=first, last=last)
    assert answer.status_code == 422 and "There is a problem" in answer.get_data(as_text=True)


def test_one_line_says_which_days_and_whoever_is_in_them_can_read_that_staff_looked(app, cast, dana, visits):
    post(dana, groups=["person"])
    assert (
        "Dana Wright: 4 appointments, 1 December 2026 to 31 December 2026, CSV (Appointments; Phone, email, date of birth)"
        in dana.page(PAGE).text
    )
    with app.app_context():
        (line,) = db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "exported"))
        assert line.profile_id is None and "Shah" not in str(line.facts)
        seen = db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed", LedgerLine.account_id == cast.dana.id))
        assert set(seen) == {cast.leo.id}


def test_what_is_not_of_this_practice_is_in_no_list(app, cast, browse, visits):
    with app.app_context():
        mails.appointment(cast, "luc", datetime(2026, 12, 14, 15, tzinfo=UTC), "evaluation", "luc", "beau-rivage")
        other = db.session.scalar(select(Practitioner.public_id).where(Practitioner.id == cast.camille_landry.id))
    dana = browse(as_=cast.dana, staff=True)
    assert {row["First name"] for row in table(post(dana))} == {"Leo"} and post(dana, practitioner=other).status_code == 422
