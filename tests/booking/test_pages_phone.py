"""Answer the phone: the sentence, what is behind it, the day opened and taken back, and who may (MISSION F2, issue 5 item 3)."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from bench.statements import counted
from booking import schedules, settings_log, snapshot
from booking.changes import HereAfterAll, NewBreak, NewRules, OtherHours, TimeOffTaken
from booking.models import Appointment, Location, OpeningHours, Practitioner, Rules, Service, ServicePractitioner, SettingChange, TimeOff
from booking.seed_crowd import seed_coming
from booking.undoing import CannotUndo, set_at, undo
from portal.database import db, transact
from portal.models import LedgerLine, Practice, StaffMember
from portal.seed import name_id
from tests.booking.clinic import at

PHONE = "/desk/riverside/phone"
MAYA, NOAH = name_id("practitioner maya"), name_id("practitioner noah")
FOLLOW_UP, INITIAL, CONCUSSION = (name_id(f"service {key}") for key in ("follow-up", "initial", "concussion"))
LEO = name_id("leo@riverside")


def asked(day: str, what: str = INITIAL, who: str = "", whom: str = MAYA, page: str = "") -> str:
    return f"{PHONE}{page}?what={what}&with={whom}&date={day}" + (f"&who={who}" if who else "")


def reads(page) -> str:
    return " ".join("".join(page.all("blockquote")[0].itertext()).split())


@pytest.fixture
def dana(cast, browse):
    return browse(cast.dana, staff=True)


@pytest.fixture
def tom(cast, browse):
    return browse(cast.tom, staff=True)


def test_the_sentence_the_setting_behind_it_and_what_would_open_the_day(dana):
    page = dana.page(asked("2027-01-16"))
    assert reads(page) == "Saturday 16 January 2027 opens on Monday 14 December at 9am."
    assert "How far ahead people may book Every Monday at 9am the next 39 days open: now up to Friday 15 January 2027" in page.text
    assert "For the whole clinic · since the clinic was set up" in page.text
    assert "For Maya Chen: every Monday at 9am the next 40 days open: now up to Saturday 16 January 2027." in page.text


def test_what_does_not_fit_names_the_length_the_pauses_and_the_grid(dana, cast, app, clock):
    def write():
        staff, maya = cast.staff("dana"), cast.maya_chen.id
        place = db.session.scalar(select(Location.id).where(Location.practice_id == cast.riverside.id))
        settings_log.change(staff, db.session.scalar(select(Service).where(Service.public_id == INITIAL)), clock(), buffers_inside=True)
        schedules.apply(staff, OtherHours(maya, place, date(2026, 12, 15), ((545, 600),)), clock())
        schedules.apply(staff, NewRules("practitioner", maya, {"anchor_midnight": True}), clock())

    with app.app_context():
        transact(write)
    page = dana.page(asked("2026-12-15"))
    behind = page.text.partition("What is behind it")[2]
    assert "Length 50 minutes" in behind
    assert "Pauses within opening hours 10 minutes after Change" in behind and "For Initial assessment · set by Dana Wright" in behind
    assert "Times begin On the clock, counted from midnight" in behind and "Start every … minutes 15 minutes" in behind
    assert dana.page(page.links()["Change Pauses within opening hours"]).status == 200


def test_a_break_that_leaves_nothing_of_the_hours_is_named(dana, cast, app, clock):
    with app.app_context():
        transact(lambda: schedules.apply(cast.staff("dana"), NewBreak(cast.maya_chen.id, 360, 1320, on_date=date(2026, 12, 15)), clock()))
    page = dana.page(asked("2026-12-15"))
    assert reads(page).startswith("Maya Chen has no hours on Tuesday 15 December.")
    assert "Break 6am to 10pm Change Break For Maya Chen · set by Dana" in page.text


def test_what_a_day_is_cut_short_by_is_named(dana, cast, app, clock):
    with app.app_context():
        transact(lambda: schedules.apply(cast.staff("dana"), NewBreak(cast.maya_chen.id, 360, 990, on_date=date(2026, 12, 15)), clock()))
    page = dana.page(asked("2026-12-15"))
    assert "The hours on Tuesday 15 December are too short for" in reads(page) and "Break 6am to 4:30pm" in page.text


def test_who_set_it_and_when_is_said_once_somebody_has(cast, browse, app, clock):
    with app.app_context():
        rule = NewRules("practitioner", cast.maya_chen.id, {"horizon": {"kind": "until", "on": "2026-12-20"}})
        transact(schedules.apply, cast.staff("dana"), rule, clock())
    clock.forward(days=1)
    page = browse(cast.dana, staff=True).page(asked("2026-12-21"))
    assert "Up to Sunday 20 December" in page.text
    assert "For Maya Chen · set by Dana Wright, Thursday 10 December at 10am" in page.text


def test_a_day_is_opened_after_a_look_at_what_opens_and_taken_back_with_one_button(dana, cast, browse, app):
    look = dana.page(asked("2027-01-16", page="/open"))
    assert look.h1 == "Open Saturday 16 January 2027?"
    assert "Nothing changes for other practitioners." in look.text and "on Saturday 16 January 2027: Maya Chen" in look.text
    opened = dana.submit(look, "phone/open")
    assert "can be booked online" in reads(opened)
    other = browse().page(f"/at/riverside/book/when?what={CONCUSSION}&with={MAYA}&day=2027-01-16")
    assert "opens on" in other.text  # a service with a horizon of its own keeps it
    closed = dana.submit(opened, "phone/undo")
    assert "It is as it was before." in closed.text
    assert reads(closed) == "Saturday 16 January 2027 opens on Monday 14 December at 9am."
    with app.app_context():
        assert not db.session.scalar(select(Rules.id).where(Rules.practitioner_id == cast.maya_chen.id))


def test_what_an_admin_opened_is_not_theirs_to_take_back_in_another_role(dana, cast, app):
    opened = dana.submit(dana.page(asked("2027-01-16", page="/open")), "phone/open")
    undo = opened.form("phone/undo")
    with app.app_context():
        transact(lambda: setattr(db.session.get(StaffMember, cast.staff("dana").id), "role", "front_desk"))
    answer = dana.post(undo.pop(""), data=undo, headers={"Origin": "http://localhost"})
    assert answer.status_code == 404
    with app.app_context():
        assert db.session.scalar(select(Rules.id).where(Rules.practitioner_id == cast.maya_chen.id))


def test_what_opens_is_read_by_patients_at_once_and_only_with_this_practitioner(dana, cast, browse):
    colleague = f"/at/riverside/book/when?what={INITIAL}&with={name_id('practitioner olivier')}&day=2027-01-18"
    before = browse().page(colleague).text
    dana.submit(dana.page(asked("2027-01-18", page="/open")), "phone/open")
    assert browse().page(f"/at/riverside/book/when?what={INITIAL}&with={MAYA}&day=2027-01-18").all("button", name="at")
    assert browse().page(colleague).text == before


@pytest.mark.parametrize(
    ("day", "sentence", "change"),
    [
        ("2026-12-13", "has no hours on Sunday 13 December", "Maya Chen works on Sunday 13 December: 8am to midday, 1pm to 4:30pm."),
        ("2027-01-08", "is away on Friday 8 January", "Maya Chen is here on Friday 8 January 2027 after all."),
    ],
)
def test_the_front_desk_opens_single_days(tom, day, sentence, change):
    page = tom.page(asked(day))
    assert sentence in reads(page) and change in page.text
    opened = tom.submit(tom.page(asked(day, page="/open")), "phone/open")
    assert "can be booked online" in reads(opened)


def test_a_closed_clinic_opens_for_one_and_the_others_stay_off(dana, cast, browse, app):
    look = dana.page(asked("2026-12-24", page="/open"))
    assert "The clinic is open on Thursday 24 December. The days around it stay closed." in look.text
    assert "These stay off on Thursday 24 December: Olivier Dubois, Ravi Kumar and Dr. Ines Roy." in look.text.replace(
        "Kumar, and", "Kumar and"
    )
    assert "Nothing changes for other practitioners." in look.text
    assert "can be booked online" in reads(dana.submit(look, "phone/open"))
    olivier = browse().page(f"/at/riverside/book/when?what={INITIAL}&with={name_id('practitioner olivier')}&day=2026-12-24")
    assert "Olivier Dubois has no hours on Thursday 24 December." in olivier.text
    with app.app_context():
        closed = [(row[2], row[3]) for row in snapshot.read(cast.riverside.id)["closures"] if row[1] == "Winter break"]
    assert sorted(closed) == [("2026-12-25", "2026-12-28")]


def test_rules_are_for_an_admin_to_save(tom):
    page = tom.page(asked("2027-01-16"))
    assert "An admin of the clinic can save it." in page.text
    look = tom.page(asked("2027-01-16", page="/open"))
    assert not look.all("input", name="seen")
    assert tom.post(asked("2027-01-16", page="/open"), data={"seen": "x"}, headers={"Origin": "http://localhost"}).status_code in (400, 409)


def test_what_changed_since_it_was_looked_at_is_not_saved(dana, cast, app, clock):
    look = dana.page(asked("2027-01-08", page="/open"))
    with app.app_context():
        transact(
            schedules.apply, cast.staff("dana"), TimeOffTaken(cast.maya_chen.id, at("2027-01-08 12:00"), at("2027-01-09 12:00")), clock()
        )
    answer = dana.submit(look, "phone/open")
    assert answer.status == 409 and "Somebody changed this in the meantime" in answer.text
    assert dana.submit(answer, "phone/open").status == 200  # looked at again


def test_a_private_reason_is_for_staff_and_never_in_the_sentence(dana):
    page = dana.page(asked("2027-01-08", FOLLOW_UP, LEO))
    assert "Wedding of a friend" in page.text and "Wedding" not in reads(page)


def test_a_full_day_is_opened_by_no_setting(dana, app, clock):
    with app.app_context():
        transact(seed_coming, clock())
        taken = db.session.scalar(
            select(Appointment)
            .join(Appointment.practitioner)
            .where(Practitioner.public_id == MAYA, Appointment.wall_start.startswith("2026-12-11"))
        )
        opens = int(taken.wall_start[11:13]) * 60 + int(taken.wall_start[14:16])

        def only_then():
            for row in db.session.scalars(
                select(OpeningHours).where(OpeningHours.practitioner_id == taken.practitioner_id, OpeningHours.weekday == 4)
            ):
                row.opens, row.closes = opens, opens + 50

        transact(only_then)
    page = dana.page(asked("2026-12-11"))
    assert reads(page) == "Friday 11 December is full. Choose another day."
    assert "No setting: the times are taken." in page.text and "Open this day" not in page.text
    assert dana.get(asked("2026-12-11", page="/open")).status_code == 302


def test_a_person_is_found_by_name_and_one_alone_is_taken(dana):
    several = dana.page(f"{PHONE}?q=shah&what={INITIAL}&date=2026-12-14")
    assert {"Leo Shah", "Priya Shah"} <= {link.split("Shah")[0] + "Shah" for link in several.links()}
    alone = dana.get(f"{PHONE}?q=leo+shah&what={FOLLOW_UP}&date=2026-12-14")
    assert alone.status_code == 302 and f"who={LEO}" in alone.location
    assert "Nobody was found" in dana.page(f"{PHONE}?q=zzzz").text


def test_a_service_that_this_person_may_not_book_says_so_and_why(dana, cast, app):
    page = dana.page(asked("2026-12-14", FOLLOW_UP))
    assert reads(page) == "This is for people who have been here before. Choose a first visit instead."
    assert "Only people who have been here before For Follow-up physiotherapy" in page.text.replace(" Change For whom", "")
    with app.app_context():
        transact(lambda: setattr(db.session.get(Practice, cast.riverside.id), "closed_to_new_at", datetime(2026, 12, 1, 15, tzinfo=UTC)))
    page = dana.page(asked("2026-12-14"))
    assert reads(page).startswith("This clinic is not taking new people online") and "None since Tuesday 1 December" in page.text


def test_a_service_only_staff_book_says_so(dana, cast, app, clock):
    with app.app_context():
        service = db.session.scalar(select(Service).where(Service.public_id == INITIAL))
        transact(lambda: settings_log.change(cast.staff("dana"), db.session.get(Service, service.id), clock(), offline_at=clock()))
    page = dana.page(asked("2026-12-14"))
    assert reads(page) == "This cannot be booked online."
    assert "No: only staff book it" in page.text and "set by Dana Wright" in page.text


def test_a_practitioner_who_takes_no_new_people_is_named_as_the_reason(dana, cast, app, clock):
    with app.app_context():
        maya = cast.maya_chen.id
        transact(lambda: settings_log.change(cast.staff("dana"), db.session.get(Practitioner, maya), clock(), closed_to_new_at=clock()))
    page = dana.page(asked("2026-12-14"))
    assert reads(page).startswith("This practitioner is not taking new people online.")
    assert "None since Thursday 10 December at 10am" in page.text and "For Maya Chen · set by Dana Wright" in page.text


def test_book_anyway_goes_on_with_everything_filled_in(dana):
    page = dana.page(asked("2027-01-16", FOLLOW_UP, LEO))
    assert page.links()["Book anyway"] == f"/desk/riverside/book?what={FOLLOW_UP}&with={MAYA}&who={LEO}&date=2027-01-16"
    assert dana.page(page.links()["Book anyway"]).status == 200


def test_an_open_day_leads_to_its_times(dana):
    page = dana.page(asked("2026-12-14", FOLLOW_UP, LEO))
    times = [url for words, url in page.links().items() if "/book?" in url and "at=" in url]
    assert times and all(f"who={LEO}" in url for url in times)


def test_practitioners_answer_for_themselves_only(cast, browse):
    maya = browse(cast.maya, staff=True)
    assert maya.page(asked("2027-01-08")).status == 200
    assert maya.get(asked("2027-01-08", whom=NOAH)).status_code == 404
    assert "can be booked online" in reads(maya.submit(maya.page(asked("2027-01-08", page="/open")), "phone/open"))


def test_the_person_can_read_that_somebody_looked(dana, app):
    dana.page(asked("2026-12-14", FOLLOW_UP, LEO))
    with app.app_context():
        assert db.session.scalars(select(LedgerLine.verb).where(LedgerLine.verb == "viewed")).all()


def test_a_day_off_of_everybody_asks_the_database_no_more_than_one_of_a_single_practitioner(dana, app):
    sunday = asked("2026-12-13", whom="any"), asked("2026-12-13")
    with app.app_context():
        engine = db.engine
    asks = []
    for page in sunday:
        dana.page(page)
        with counted(engine) as sent:
            dana.page(page)
        asks.append(len(sent))
    assert asks[0] <= asks[1]


# --- taking back ---


def test_only_ones_own_change_is_taken_back_and_only_as_one_left_it(cast, context, clock):
    dana, maya = cast.staff("dana"), cast.maya_chen.id
    transact(schedules.apply, dana, HereAfterAll(maya, at("2027-01-08 12:00"), at("2027-01-08 13:00")), clock())
    lines = set_at(dana, clock())
    assert len(db.session.scalars(select(TimeOff).where(TimeOff.practitioner_id == maya)).all()) == 2
    with pytest.raises(CannotUndo):
        transact(undo, cast.staff("tom"), lines, clock())
    transact(undo, dana, lines, clock())
    (row,) = db.session.scalars(select(TimeOff).where(TimeOff.practitioner_id == maya))
    assert row.private_reason == "Wedding of a friend" and (row.ends_at - row.starts_at).total_seconds() == 86400
    with pytest.raises(CannotUndo):
        transact(undo, dana, lines, clock())


def test_a_forged_undo_is_not_there(tom, dana):
    page = tom.page(PHONE)
    token = page.all("input", name="csrf_token")[0].get("value")
    assert tom.post(f"{PHONE}/undo?what=x", data={"csrf_token": token}, headers={"Origin": "http://localhost"}).status_code == 404


# --- before it runs out ---


@pytest.fixture
def ending(cast, app):
    """Noah's weekly hours end on 20 December."""
    with app.app_context():
        who = cast.noah_levy

        def end():
            for row in db.session.scalars(select(OpeningHours).where(OpeningHours.practitioner_id == who.id)):
                row.valid_until = date(2026, 12, 20)

        transact(end)
        return who


WARNING = "From Monday 21 December the calendar of Noah Levy will look full to people who book online."


def test_today_warns_before_a_calendar_runs_out_and_one_click_lets_it_go_on(dana, ending):
    today = dana.page("/staff/riverside/")
    page = dana.page(today.links()[WARNING])
    assert page.h1 == WARNING and "The hours of Noah Levy go on after Sunday 20 December." in page.text
    assert "Noah Levy" in page.text and "open for patients" in page.text
    after = dana.submit(page)
    assert WARNING not in after.links() and "Saved:" in after.text
    assert WARNING in dana.submit(after, "phone/undo").links()


def test_hours_that_end_at_two_places_go_on_at_both(dana, ending, app, cast):
    with app.app_context():
        there = Location(practice_id=cast.riverside.id, name="West", zone="America/Toronto")
        transact(lambda: (db.session.add(there), db.session.flush()))
        more = dict(practice_id=cast.riverside.id, practitioner_id=ending.id, location_id=there.id, weekday=5, opens=540, closes=720)
        transact(lambda: db.session.add(OpeningHours(valid_until=date(2026, 12, 20), **more)))
    page = dana.page(dana.page("/staff/riverside/").links()[WARNING])
    assert page.text.count("The hours of Noah Levy go on after Sunday 20 December.") == 1
    dana.submit(page)
    with app.app_context():
        assert set(db.session.scalars(select(OpeningHours.valid_until).where(OpeningHours.practitioner_id == ending.id))) == {None}


def test_nobody_is_warned_of_the_calendar_of_who_offers_nothing(dana, ending, app):
    with app.app_context():
        transact(
            lambda: [
                db.session.delete(row)
                for row in db.session.scalars(select(ServicePractitioner).where(ServicePractitioner.practitioner_id == ending.id))
            ]
        )
    assert WARNING not in dana.page("/staff/riverside/").links()


def test_nothing_is_said_of_what_is_three_weeks_away(cast, browse, ending, clock):
    clock.set(2026, 11, 28, 15)
    assert WARNING not in browse(cast.dana, staff=True).page("/staff/riverside/").links()
    clock.set(2026, 11, 29, 15)
    assert WARNING in browse(cast.dana, staff=True).page("/staff/riverside/").links()


def test_the_front_desk_is_warned_and_a_practitioner_of_their_own_calendar_only(tom, cast, browse, ending):
    page = tom.page(tom.page("/staff/riverside/").links()[WARNING])
    assert "An admin of the clinic can save it." in page.text
    assert WARNING not in browse(cast.maya, staff=True).page("/staff/riverside/").links()


@pytest.mark.parametrize(
    "horizon",
    [{"kind": "until", "on": "2026-12-25"}, {"kind": "release_list", "releases": [["2026-12-01", 540, "2026-12-25"]]}],
    ids=["until", "releases"],
)
def test_a_date_and_a_last_release_run_out_too(dana, cast, app, clock, horizon):
    with app.app_context():
        transact(schedules.apply, cast.staff("dana"), NewRules("practice", None, {"horizon": horizon}), clock())
    warning = "From Saturday 26 December your calendar will look full to people who book online."
    page = dana.page(dana.page("/staff/riverside/").links()[warning])
    dana.submit(page)
    assert warning not in dana.page("/staff/riverside/").links()
    with app.app_context():
        last = db.session.scalar(select(SettingChange).order_by(SettingChange.id.desc()).limit(1))
    assert last.column == "horizon" and "2027-02-23" in str(last.new)


# --- from the calendar ---


def test_a_closed_day_of_the_calendar_leads_to_its_reason(dana):
    calendar = dana.page(f"/desk/riverside/calendar?date=2027-01-08&with={MAYA}")
    (address,) = {url for words, url in calendar.links().items() if words.startswith("Away: what is read online")}
    assert address == f"phone?date=2027-01-08&with={MAYA}"
    assert "is away on Friday 8 January" in reads(dana.page(f"/desk/riverside/{address}"))
    nobody = dana.page("/desk/riverside/calendar?date=2026-12-25")
    assert nobody.links()["What is read online, and how to open the day"] == "phone?date=2026-12-25"


def test_somebody_who_left_still_has_days_in_the_calendar_but_no_answer(dana, app, clock):
    with app.app_context():
        maya = db.session.scalar(select(Practitioner).where(Practitioner.public_id == MAYA)).id
        transact(lambda: setattr(db.session.get(Practitioner, maya), "left_at", clock()))
    answer = dana.get(f"{PHONE}?with={MAYA}&date=2026-12-11")
    assert answer.status_code == 302 and "with=" not in answer.location
