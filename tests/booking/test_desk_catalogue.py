"""Services, places and practitioners are set up by the admin: from nothing to a time that a patient can book."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.models import Appointment, Location, Practitioner, Room, Service, ServicePractitioner, SettingChange
from booking.timetable import timetable
from portal.database import db
from portal.models import Practice
from tests import mails
from tests.portal.homes import change
from tests.portal.invited import rows
from tests.reader import Page

DESK = "/desk/riverside"


@pytest.fixture
def dana(browse, cast):
    return browse(as_=cast.dana, staff=True)


def table(app):
    with app.app_context():
        return timetable(db.session.scalar(select(Practice).where(Practice.slug == "riverside")))


def submit(reader, path: str, **values):
    page = reader.submit(reader.page(path), **values)
    return reader.submit(page) if "Before you save" in page.text else page


def test_a_new_service_can_be_booked_with_whoever_offers_it(app, cast, dana):
    page = submit(
        dana, f"{DESK}/services/add", name="Dry needling", discipline="Physiotherapy", price="95,50", duration_minutes="40", step_minutes="20", after_minutes="5",
        bring="Shorts\r\n\r\n  A towel ", online="y", practitioners=[cast.maya_chen.public_id, cast.ravi_kumar.public_id],
    )  # fmt: skip
    assert "Dry needling is saved." in page.html and "Maya Chen, Ravi Kumar" in page.text and "$95.50" in page.text
    (service,) = rows(app, Service, Service.name == "Dry needling")
    assert (service.price_cents, service.duration_minutes, service.step_minutes, service.bring) == (9550, 40, 20, "Shorts\nA towel")
    found = table(app).service(service.public_id)
    assert [one.name for one in table(app).offered_by(found)] == ["Maya Chen", "Ravi Kumar"]


def test_what_is_booked_keeps_its_length_and_price(app, cast, dana):
    with app.app_context():
        visit = mails.appointment(cast, "leo", app.config["CLOCK"](), service="follow-up")
    submit(dana, f"{DESK}/services/{cast.follow_up.public_id}", duration_minutes="45", price="99")
    (service,) = rows(app, Service, Service.id == cast.follow_up.id)
    (kept,) = rows(app, Appointment, Appointment.id == visit.id)
    assert service.duration_minutes == 45 and kept.ends_at == visit.ends_at


def test_what_another_length_does_to_the_times_is_seen_before_it_is_saved(app, cast, dana):
    path = f"{DESK}/services/{cast.massage_60.public_id}"
    looked = dana.submit(dana.page(path), duration_minutes="120")
    assert "Before you save" in looked.text and "times close for patients" in looked.text and "Nothing is saved yet." in looked.text
    assert rows(app, Service, Service.id == cast.massage_60.id)[0].duration_minutes == 60
    again = dana.submit(looked, duration_minutes="90")
    assert "Before you save" in again.text, "what was typed after the look is looked at first"
    assert "is saved." in dana.submit(again).html
    assert rows(app, Service, Service.id == cast.massage_60.id)[0].duration_minutes == 90


def test_a_name_that_changes_no_time_is_saved_at_once(app, cast, dana):
    page = dana.submit(dana.page(f"{DESK}/services/{cast.massage_60.public_id}"), name="Massage, an hour")
    assert "Massage, an hour is saved." in page.html


@pytest.mark.parametrize(
    "field, value, said",
    [
        ("name", "", "Enter a name"), ("duration_minutes", "4", "Enter minutes as a number from 5 to 2880"), ("duration_minutes", "half an hour", "Enter minutes as a number"),
        ("step_minutes", "0", "Enter minutes as a number from 5 to 240"), ("price", "much", "Enter an amount, like 120 or 120.50"), ("room_kind", "sauna", "Choose a kind of room"),
        ("for_people", "me", "Choose who can book it"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_to_do_and_keeps_what_was_typed(app, cast, dana, field, value, said):
    page = submit(dana, f"{DESK}/services/{cast.follow_up.public_id}", **{"about": "For backs.", field: value})
    assert page.status == 422 and said in page.text and 'value="For backs."' in page.html
    assert rows(app, Service, Service.id == cast.follow_up.id)[0].about != "For backs."


def test_what_somebody_else_saved_meanwhile_is_not_written_over_unseen(app, cast, dana):
    path = f"{DESK}/services/{cast.follow_up.public_id}"
    mine = dana.page(path)
    submit(dana, path, about="Of the colleague.")
    answer = dana.submit(mine, name="My own name")
    assert answer.status == 422 and "Somebody changed this while you were looking." in answer.text and 'value="My own name"' in answer.html
    assert rows(app, Service, Service.id == cast.follow_up.id)[0].about == "Of the colleague."
    dana.submit(answer)
    assert rows(app, Service, Service.id == cast.follow_up.id)[0].name == "My own name"


@pytest.mark.parametrize("kind", ["practitioners", "places", "rooms"])
def test_nor_what_they_saved_of_practitioners_and_places(app, cast, dana, kind):
    model = {"practitioners": Practitioner, "places": Location, "rooms": Room}[kind]
    number = rows(app, model, model.practice_id == cast.riverside.id)[0].public_id
    mine = dana.page(f"{DESK}/{kind}/{number}")
    submit(dana, f"{DESK}/{kind}/{number}", name="Of the colleague")
    answer = dana.submit(mine, name="My own name")
    assert answer.status == 422 and "Somebody changed this while you were looking." in answer.text and 'value="My own name"' in answer.html
    assert rows(app, model, model.public_id == number)[0].name == "Of the colleague"
    dana.submit(answer)
    assert rows(app, model, model.public_id == number)[0].name == "My own name"


def test_who_set_what_is_written_down(app, cast, dana):
    submit(dana, f"{DESK}/services/{cast.follow_up.public_id}", after_minutes="10", practitioners=[cast.maya_chen.public_id])
    lines = rows(app, SettingChange, SettingChange.table_name == "services")
    assert [(line.column, line.old, line.new, line.staff_id) for line in lines] == [("after_minutes", 5, 10, cast.staff("dana").id)]
    (gone,) = rows(app, SettingChange, SettingChange.table_name == "service_practitioners")
    assert gone.old["practitioner_id"] == cast.olivier_dubois.id and gone.new is None


def test_a_service_that_is_put_away_is_not_offered_and_what_is_booked_stays(app, cast, dana):
    page = dana.page(f"{DESK}/services/{cast.follow_up.public_id}/archive")
    assert page.h1 == "Put Follow-up physiotherapy away?" and rows(app, Service, Service.id == cast.follow_up.id)[0].archived_at is None
    assert "can no longer be booked" in dana.submit(page).html
    assert table(app).service(cast.follow_up.public_id) is None
    assert dana.get(f"{DESK}/services/{cast.follow_up.public_id}").status_code == 404


def test_a_service_only_of_the_clinic_is_not_shown_online(app, cast, dana, browse):
    page = dana.page(f"{DESK}/services/{cast.massage_60.public_id}")
    fields = page.form()
    fields.pop("online")
    looked = Page(dana.post(fields.pop("") or page.response.request.path, data=fields, headers={"Origin": "http://localhost"}))
    assert "times close for patients" in looked.text
    dana.submit(looked)
    assert rows(app, Service, Service.id == cast.massage_60.id)[0].offline_at is not None
    assert "Massage, 60 minutes" not in browse().page("/at/riverside/").text


def test_a_practitioner_from_nothing(app, cast, dana):
    page = submit(
        dana, f"{DESK}/practitioners/add", name="Aiko Mori", profession="Physiotherapist", services=[cast.follow_up.public_id], languages=["en", "fr", "xx"], online="y",
        banner_text="New here since January.", banner_from="2027-01-04", banner_until="2027-02-28",
    )  # fmt: skip
    assert "set them next" in page.html and page.h1 == "Aiko Mori"
    (aiko,) = rows(app, Practitioner, Practitioner.name == "Aiko Mori")
    assert aiko.languages == ["en", "fr"] and aiko.closed_to_new_at is aiko.offline_at is None and str(aiko.banner_until) == "2027-02-28"
    assert rows(app, ServicePractitioner, ServicePractitioner.practitioner_id == aiko.id)[0].service_id == cast.follow_up.id


def test_a_message_cannot_end_before_it_begins(dana, cast):
    page = submit(dana, f"{DESK}/practitioners/{cast.maya_chen.public_id}", banner_from="2027-02-01", banner_until="2027-01-01")
    assert page.status == 422 and "The last day must not be before the first" in page.text


def test_nobody_leaves_while_somebody_is_booked_with_them(app, cast, dana):
    path = f"{DESK}/practitioners/{cast.maya_chen.public_id}"
    with app.app_context():
        mails.appointment(cast, "leo", app.config["CLOCK"]() + timedelta(days=3))
    page = dana.submit(dana.page(path), "leave")
    assert (
        "Maya Chen still has appointments." in page.html
        and rows(app, Practitioner, Practitioner.id == cast.maya_chen.id)[0].left_at is None
    )
    with app.app_context():
        coming = list(db.session.scalars(select(Appointment).where(Appointment.practitioner_id == cast.maya_chen.id)))
    for one in coming:
        change(app, one, status="cancelled")
    page = dana.submit(dana.page(path), "leave")
    assert "cannot be booked any more" in page.html and "No longer here" in page.text
    assert table(app).practitioner(cast.maya_chen.public_id) is None
    dana.submit(page, "come-back")
    assert table(app).practitioner(cast.maya_chen.public_id) is not None


def test_a_room_moves_and_a_room_in_use_is_not_put_away(app, cast, dana):
    page = submit(dana, f"{DESK}/places/add", name="Harbour", street="1 Quay", city="Halifax", zone="America/Halifax")
    assert "Harbour is saved." in page.html and "Halifax" in page.text
    (harbour,) = rows(app, Location, Location.name == "Harbour")
    page = submit(dana, f"{DESK}/rooms/add", name="Cabin", kind="treatment", location=harbour.public_id)
    (cabin,) = rows(app, Room, Room.name == "Cabin")
    assert cabin.location_id == harbour.id
    used = rows(app, Room, Room.name == "Room 1", Room.practice_id == cast.riverside.id)[0]
    with app.app_context():
        visit = mails.appointment(cast, "leo", app.config["CLOCK"]() + timedelta(days=3))
    change(app, visit, room_id=used.id)
    assert "Something is still booked" in dana.submit(dana.page(f"{DESK}/rooms/{used.public_id}"), "archive").html
    assert "Cabin is put away." in dana.submit(dana.page(f"{DESK}/rooms/{cabin.public_id}"), "archive").html
    assert "Harbour is put away." in dana.submit(dana.page(f"{DESK}/places/{harbour.public_id}"), "archive").html
    main = next(one for one in rows(app, Location, Location.practice_id == cast.riverside.id) if one.id != harbour.id)
    assert "Something is still booked" in dana.submit(dana.page(f"{DESK}/places/{main.public_id}"), "archive").html


def test_a_zone_that_is_none_is_refused(dana):
    page = submit(dana, f"{DESK}/places/add", name="Nowhere", zone="Toronto time")
    assert page.status == 422 and "Enter a time zone, like America/Toronto" in page.text
    assert page.all("input", name="zone")[0].get("aria-invalid") == "true"


def test_nothing_of_another_practice_can_be_opened(app, cast, dana):
    (salle,) = rows(app, Room, Room.name == "Salle 1")
    for path in (f"services/{cast.suivi.public_id}", f"practitioners/{cast.camille_landry.public_id}", f"rooms/{salle.public_id}"):
        assert dana.get(f"{DESK}/{path}").status_code == 404


@pytest.mark.parametrize("who", ["maya", "tom"])
def test_only_an_admin_sets_them(browse, cast, who):
    reader = browse(as_=getattr(cast, who), staff=True)
    for path in ("services", "services/add", "practitioners", "places"):
        assert reader.get(f"{DESK}/{path}").status_code == 404
