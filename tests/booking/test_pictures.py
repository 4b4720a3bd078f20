"""The pictures on Today: what is booked, how full days are, what is free; in numbers that agree with the calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from booking.desk.pictures import BEHIND, Cell, pictures
from booking.desk.sparkline import sparkline
from booking.models import Block, CalendarSource, Closure
from booking.seed_crowd import seed_coming
from booking.timetable import timetable
from portal.database import db, transact
from portal.models import StaffMember
from portal.seed import name_id
from tests.booking.clinic import Clinic, instant

TODAY = "/staff/riverside/"
THE_TENTH = date(2026, 12, 10)


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


def seen(clinic, only=None, now="2026-12-10 06:00"):
    staff = StaffMember(practice_id=clinic.practice.id, role="admin")
    with db.session.no_autoflush:
        return pictures(staff, timetable(clinic.practice), THE_TENTH, instant(now), only)


def test_a_free_day_is_empty_and_counts_what_would_fit(clinic):
    maya = clinic.practitioner("Maya", clinic.service(minutes=60))
    (row,) = seen(clinic).rows
    assert row.practitioner.id == maya.id
    assert [cell.percent for cell in row.cells] == [0] * 7 and row.free == (8,) * 7  # 9 to 17


def test_appointments_groups_and_blocks_take_their_share_of_the_hours(clinic):
    service = clinic.service(minutes=60)
    maya, link = clinic.practitioner("Maya", service), clinic.person("Leo")
    clinic.booked(link, service, maya, "2026-12-10 09:00")
    clinic.booked(link, service, maya, "2026-12-11 09:00", status="cancelled")
    same = {"practice_id": clinic.practice.id, "practitioner_id": maya.id, "location_id": clinic.location.id, "created_at": clinic.now}
    clinic.add(Block(starts_at=instant("2026-12-10 08:00"), ends_at=instant("2026-12-10 12:00"), **same))  # also before the hours
    (row,) = seen(clinic).rows
    assert [cell.percent for cell in row.cells][:2] == [38, 0]  # 3 of 8 hours
    assert row.free[:2] == (5, 8)


def test_buffers_are_not_booked_but_nothing_fits_into_them(clinic):
    clinic.practitioner("Maya", clinic.service(minutes=45, after_minutes=15))
    (row,) = seen(clinic).rows
    assert row.free[0] == 8


def test_what_is_over_today_is_not_free_any_more(clinic):
    clinic.practitioner("Maya", clinic.service(minutes=60))
    assert seen(clinic, now="2026-12-10 12:00").free[:2] == (5, 8)


def test_a_day_off_is_none_and_a_date_when_nobody_works_is_not_shown(clinic):
    service = clinic.service()
    clinic.practitioner("Maya", service, days=[3, 4])  # Thursday and Friday
    clinic.practitioner("Ravi", service, days=[4, 0])
    found = seen(clinic)
    assert [day.isoformat() for day in found.days] == ["2026-12-10", "2026-12-11", "2026-12-14"]
    assert [[cell.percent for cell in row.cells] for row in found.rows] == [[0, 0, None], [None, 0, 0]]
    clinic.add(Closure(practice_id=clinic.practice.id, name="Flood", first_on=date(2026, 12, 11), last_on=date(2026, 12, 11)))
    clinic.change(clinic.practice, timetable_version=clinic.practice.timetable_version + 1)
    assert [day.isoformat() for day in seen(clinic).days] == ["2026-12-10", "2026-12-14"]


def test_a_practice_without_people_has_no_pictures(clinic):
    found = seen(clinic)
    assert found.rows == () and sum(found.free) == 0


def test_the_line_counts_what_stands_by_local_date(clinic):
    service = clinic.service(minutes=30)
    maya, link = clinic.practitioner("Maya", service, opens=0, closes=1440), clinic.person("Leo")
    for start, status in (("2026-11-26 12:00", "fulfilled"), ("2026-11-25 12:00", "booked"), ("2026-12-10 23:30", "booked"), ("2026-12-10 00:00", "arrived"),
                          ("2026-12-11 10:00", "cancelled"), ("2026-12-11 11:00", "noshow"), ("2026-12-23 09:00", "booked"), ("2026-12-24 00:00", "booked")):  # fmt: skip
        clinic.booked(link, service, maya, start, status=status)
    found = seen(clinic)
    assert found.first == date(2026, 11, 26) and len(found.counts) == 28
    assert {day.isoformat(): count for day, count in found.by_day if count} == {"2026-11-26": 1, "2026-12-10": 2, "2026-12-23": 1}
    assert (found.behind, found.ahead) == (1, 3)


def test_one_practitioner_sees_only_their_own(clinic):
    service = clinic.service()
    maya, ravi, link = clinic.practitioner("Maya", service), clinic.practitioner("Ravi", service), clinic.person("Leo")
    clinic.booked(link, service, ravi, "2026-12-11 09:00")
    found = seen(clinic, only=maya.id)
    assert [row.practitioner.name for row in found.rows] == ["Maya"] and sum(found.counts) == 0


@pytest.mark.parametrize("percent, step", [(0, 0), (19, 0), (20, 1), (59, 2), (79, 3), (80, 4), (100, 4), (None, 0)])
def test_five_steps_of_colour(percent, step):
    assert Cell(THE_TENTH, percent).step == step


def test_the_line_begins_at_zero_and_stays_inside():
    assert sparkline([0, 5, 10]).line == "0,37.0 70,20.0 140,3.0"
    assert sparkline([0, 0]).line == "0,37.0 140,37.0" and sparkline([3]).area.startswith("0,40 0,3.0")


# --- the page ---


@pytest.fixture
def busy(cast, app, clock):
    with app.app_context():
        transact(seed_coming, clock())
    return cast


def _sections(page) -> dict[str, str]:
    return {
        " ".join("".join(one.find(".//{*}h2").itertext()).split()): " ".join("".join(one.itertext()).split())
        for one in page.all("section")
        if one.find(".//{*}h2") is not None
    }


def test_every_picture_has_its_numbers_and_leads_to_what_it_shows(busy, browse):
    page = browse(busy.dana, staff=True).page(TODAY)
    said = _sections(page)
    assert "in the 14 days before" in said["Appointments each day"] and "Fri 11 Dec" in said["Appointments each day"]
    assert "today. To this week in the calendar." in page.html and 'role="img"' in page.html
    links = page.links()
    cells = [(words, url) for words, url in links.items() if "taken" in words]
    assert cells and all("/desk/riverside/calendar?date=2026-12-1" in url and "with=" in url for _words, url in cells)
    assert any(url.endswith(f"view=week&with={name_id('practitioner maya')}") for url in links.values())


def test_every_cell_says_how_full_or_off_and_the_last_what_would_fit(busy, browse):
    page = browse(busy.dana, staff=True).page(TODAY)
    table = next(one for one in page.all("table") if one.get("class") == "heat")
    for row in list(table.iter("{http://www.w3.org/1999/xhtml}tr"))[1:]:
        *days, free = ["".join(cell.itertext()).strip() for cell in row.findall("{*}td")]
        assert all(one.partition(",")[0].endswith(("% taken", "off")) for one in days) and free[0].isdigit()


def test_practitioners_see_their_own_pictures_only(busy, browse):
    page = browse(busy.maya, staff=True).page(TODAY)
    table = next(one for one in page.all("table") if one.get("class") == "heat")
    assert [row.find("{*}th").text for row in list(table.iter("{http://www.w3.org/1999/xhtml}tr"))[1:]] == ["Maya Chen"]
    assert f"with={name_id('practitioner olivier')}" not in page.html


def test_a_calendar_that_cannot_be_read_is_said_here(busy, browse, app, clock):
    def trouble():
        from_whom = {"practice_id": busy.riverside.id, "practitioner_id": busy.maya_chen.id, "created_by_id": busy.staff("dana").id}
        db.session.add(
            CalendarSource(
                name="Google",
                url="https://a.example/x",
                created_at=clock(),
                failed_at=clock() - timedelta(hours=4),
                problem="gone",
                **from_whom,
            )
        )

    with app.app_context():
        transact(trouble)
    assert "The calendar “Google” of Maya Chen cannot be read since" in browse(busy.dana, staff=True).page(TODAY).text
    assert "The calendar “Google”" in browse(busy.maya, staff=True).page(TODAY).text


def test_the_pictures_cost_three_statements_however_many_work_here(clinic, clock):
    def cost(people: int) -> int:
        service = clinic.service(name=f"S{people}")
        for n in range(people):
            clinic.practitioner(f"P{n}", service)
        clinic.change(clinic.practice, timetable_version=clinic.practice.timetable_version + 1)
        staff, table = StaffMember(practice_id=clinic.practice.id, role="admin"), timetable(clinic.practice)
        db.session.rollback()
        count = []
        hear = lambda *a: count.append(a[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", hear)
        pictures(staff, table, THE_TENTH, datetime(2026, 12, 10, 12, tzinfo=UTC), None)
        event.remove(db.engine, "before_cursor_execute", hear)
        return len([one for one in count if one.startswith(("SELECT", "WITH"))])

    assert cost(1) == cost(5) == 3
    assert BEHIND == 14
