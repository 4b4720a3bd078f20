"""Every staff door × members who may do more or less than their role: what is given opens, what is taken shuts, nothing else moves."""

from urllib.parse import parse_qs, urlsplit

import pytest

from portal.permissions import DAYS, EVERYBODY, EXPORT, FILES, GIVEN, INVITE, MERGE, OWN_HOURS, PAYMENTS, SCHEDULES, SETTINGS, TEAM
from tests.house.doors import TABLE, Door, Town
from tests.house.test_routes import said
from tests.reader import Page
from tests.portal.homes import change

STAFF_DOORS = [door for door in TABLE if door.path.startswith(("/staff/riverside", "/desk/riverside"))]

_BATCHES = {"staff.batch", "staff.batch_rows", "staff.send_batch", "staff.pause_batch", "staff.remind_batch"}  # those colleagues made
_OTHERS_CALENDAR = (
    {
        f"desk.{page}"
        for page in (
            "day",
            "phone",
            "open_day",
            "calendar",
            "calendar_state",
            "book",
            "cover",
            "appointment",
            "move",
            "cancel",
            "block",
            "remove_block",
            "group",
            "seat",
            "close_group",
            "move_group",
        )
    }
    | {"desk.calendars", "desk.calendars_of", "desk.practitioner_feed"}
    | {f"desk.{page}" for page in ("record_payment", "set_due", "receipt", "refund", "take_back_entry")}
)
# permission → the endpoints that ask for it, or that show more with it
OPENS = {
    EVERYBODY: {*_BATCHES, *_OTHERS_CALENDAR},
    INVITE: {
        f"staff.{page}"
        for page in (
            "portal_accounts",
            "add_user",
            "edit_access",
            "end_access",
            "keep_safe",
            "make_primary",
            "invitations",
            "resend_invitations",
            "copy_link",
        )
    }
    | {"staff.resend_invitation", "staff.delete_invitation", "staff.bulk", *_BATCHES},
    MERGE: {
        f"staff.{page}"
        for page in (
            "registrations",
            "accept_registrations",
            "take_back_acceptances",
            "registration",
            "put_off_registration",
            "accept_registration",
        )
    }
    | {
        f"staff.{page}"
        for page in (
            "take_back_acceptance",
            "duplicates",
            "search_duplicates",
            "merge_with",
            "merge",
            "check_merge",
            "merges",
            "undo_merge",
        )
    }
    | {"staff.different", "staff.take_back_different"},
    FILES: {
        f"staff.{page}"
        for page in ("files", "add_files", "file", "save_file", "file_picture", "share_file", "remove_file", "put_back_file")
    }
    | {"staff.add_note", "staff.note", "staff.duplicate_note"},
    PAYMENTS: {f"desk.{page}" for page in ("payments_of", "day_payments", "day_payments_file", "record_payment", "set_due")}
    | {f"desk.{page}" for page in ("receipt", "mail_receipt", "refund", "take_back_entry")},
    EXPORT: {"staff.export_people", "desk.export_visits"},
    OWN_HOURS: {"desk.hours", "desk.days_off", "desk.end_break", "desk.end_day_off"},
    DAYS: {"desk.closures", "desk.end_closure", "desk.days_off", "desk.end_day_off"},
    SCHEDULES: {
        "desk.hours",
        "desk.end_break",
        "desk.closures",
        "desk.end_closure",
        "desk.holiday",
        "desk.rules",
        "desk.rules_of_one",
        "desk.end_cap",
    },
    SETTINGS: {f"staff.practice_{page}" for page in ("details", "files", "look", "messages", "reminders", "own_side")}
    | {
        f"desk.{page}"
        for page in (
            "services",
            "service",
            "archive_service",
            "practitioners",
            "practitioner",
            "practitioner_leaves",
            "practitioner_comes_back",
        )
    }
    | {f"desk.{page}" for page in ("places", "location", "room", "archive_location", "archive_room")},
}
DESK, PRACTITIONER, ADMIN = "front desk", "practitioner", "admin"
# who: (name in the demo world, the asker they are like, what differs, permissions they got and whose answers they get with it, permissions they lost)
MEMBERS = {
    "a practitioner as usual": ("maya", PRACTITIONER, {}, {}, ()),
    "a practitioner who sees everybody": ("maya", PRACTITIONER, {EVERYBODY: True}, {EVERYBODY: DESK}, ()),
    "front desk who invite nobody": ("tom", DESK, {INVITE: False}, {}, (INVITE,)),
    "a practitioner who answers registrations": ("maya", PRACTITIONER, {EVERYBODY: True, MERGE: True}, {EVERYBODY: DESK, MERGE: DESK}, ()),
    "front desk who merge nobody": ("tom", DESK, {MERGE: False}, {}, (MERGE,)),
    "front desk who see neither files nor payments": ("tom", DESK, {FILES: False, PAYMENTS: False}, {}, (FILES, PAYMENTS)),
    "a practitioner who exports lists of their own": ("maya", PRACTITIONER, {EXPORT: True}, {EXPORT: ADMIN}, ()),
    "a practitioner who enters days off": ("maya", PRACTITIONER, {EVERYBODY: True, DAYS: True}, {EVERYBODY: DESK, DAYS: DESK}, ()),
    "front desk who enter no days off": ("tom", DESK, {DAYS: False}, {}, (DAYS,)),
    "a practitioner whose hours others set": ("maya", PRACTITIONER, {OWN_HOURS: False}, {}, (OWN_HOURS,)),
    "front desk who set the hours": ("tom", DESK, {SCHEDULES: True}, {SCHEDULES: ADMIN}, ()),
    "front desk who change settings": ("tom", DESK, {SETTINGS: True}, {SETTINGS: ADMIN}, ()),
    "a practitioner who changes settings": ("maya", PRACTITIONER, {SETTINGS: True}, {SETTINGS: ADMIN}, ()),
    "a practitioner to whom things were given that count for nothing": (
        "maya",
        PRACTITIONER,
        {MERGE: True, SCHEDULES: True, TEAM: True},
        {},
        (),
    ),
}

# the others: what changes, and what is shut
WHOLLY = (
    "a practitioner as usual",
    "a practitioner who sees everybody",
    "front desk who invite nobody",
)


def expected(door: Door, who: str):
    _name, like, _other, got, lost = MEMBERS[who]
    usual = door.but.get(like, door.anyone)
    if any(door.endpoint in OPENS[one] for one in lost):
        return 404
    better = (door.but.get(other, door.anyone) for one, other in got.items() if door.endpoint in OPENS[one])
    return next((answer for answer in better if answer != 404), usual)


@pytest.fixture
def town(app, cast):
    return Town(app, cast)


@pytest.mark.parametrize("who", MEMBERS)
def test_every_staff_door_answers_as_what_they_may_do(town, who):
    name, like, other, _got, _lost = MEMBERS[who]
    change(town.app, town.cast.staff(name), unusual=other)
    browser, wrong = town.browser(like), []
    doors = [
        door
        for door in STAFF_DOORS
        if who in WHOLLY or expected(door, who) != door.but.get(like, door.anyone) or expected(door, who) == 404
    ]
    for looking in (True, False):
        for door in sorted((door for door in doors if (door.post is None) == looking), key=lambda door: expected(door, who) != 404):
            answer = town.knock(browser, door, town.addresses(door)["own"])
            if said(answer) != expected(door, who):
                wrong.append(f"{answer.request.method} {answer.request.full_path} answers {said(answer)}, not {expected(door, who)}")
        town.give_back()
    assert not wrong, "\n".join(wrong)


def test_who_sees_nobody_reaches_nobody_and_nobodys_calendar(town):
    """Front desk without `everybody`: no page that names a person, a visit or a calendar is there, and what needs it counts for nothing."""
    change(town.app, town.cast.staff("tom"), unusual={EVERYBODY: False})
    browser = town.browser("front desk")
    named = (
        "{patient}",
        "{client}",
        "{visit",
        "{block",
        "{group",
        "{theirs}",
        "{colleague}",
        "{registration}",
        "{merge}",
        "{ticket}",
        "{link}",
        "{batch}",
        "{list}",
    )
    there = []
    for door in STAFF_DOORS:
        answer = town.knock(browser, door, town.addresses(door)["own"])
        if "/share" not in door.path and any(one in door.path for one in named) or door.endpoint in OPENS[MERGE] | OPENS[DAYS]:
            there += [f"{answer.request.method} {answer.request.full_path} answers {answer.status_code}"] if said(answer) != 404 else []
    assert not there, "\n".join(there)


def linked(browser, starts) -> dict[str, str]:
    """Endpoint → a page of staff that a link leads to, two of each kind looked at. Raises AssertionError for a link to what is not there."""
    match, waiting, looked_at, found = browser.application.url_map.bind("localhost").match, [(one, "the start") for one in starts], {}, {}
    while waiting:
        address, linked_from = waiting.pop(0)
        parts = urlsplit(address)
        kind = (match(parts.path)[0], *sorted(parse_qs(parts.query)))
        looked_at[kind] = looked_at.get(kind, 0) + 1
        if looked_at[kind] > 2:
            continue
        answer = browser.get(address)
        assert answer.status_code != 404, f"{address} (linked from {linked_from}) is not there"
        found.setdefault(kind[0], address)
        leads = [one.get("href") for one in Page(answer).all("a")] if answer.mimetype == "text/html" else []
        waiting += [(one.partition("#")[0], address) for one in leads if one and one.startswith(("/staff/", "/desk/"))]
    return found


STARTS = ["/staff/riverside/", "/staff/riverside/people?all=1", "/desk/riverside/schedules", "/desk/riverside/calendar?date=2026-12-14"]


@pytest.mark.parametrize(
    "who",
    [
        *WHOLLY[1:],
        "front desk who change settings",
        "a practitioner whose hours others set",
        "front desk who see neither files nor payments",
        "front desk who see nobody",
    ],
)
def test_nobody_is_shown_a_link_that_is_not_there_for_them(town, who):
    name, like, other, *_rest = MEMBERS.get(who, ("tom", DESK, {EVERYBODY: False}))
    change(town.app, town.cast.staff(name), unusual=other)
    found = linked(town.browser(like), STARTS)
    assert {"staff.settings", "staff.own_permissions", "desk.schedules"} <= set(found)
    with town.app.app_context():
        may = town.cast.staff(name).permissions
    menu = {
        FILES: "staff.files",
        PAYMENTS: "desk.day_payments",
        EXPORT: "staff.export_people",
        INVITE: "staff.invitations",
        MERGE: "staff.registrations",
        DAYS: "desk.closures",
        SCHEDULES: "desk.rules",
        SETTINGS: "desk.services",
        EVERYBODY: "desk.cover",
        TEAM: "staff.team",
    }
    assert {one for one, endpoint in menu.items() if endpoint in found} == may - {OWN_HOURS} - (
        {FILES} if who == "front desk who see nobody" else set()
    ), "what one may do is linked, what not is not"


def test_every_staff_door_is_of_this_table_and_asks_for_a_permission_there_is(app):
    views = {endpoint: view for endpoint, view in app.view_functions.items() if getattr(view, "is_staff_view", False)}
    asks = {endpoint: view.asks_for for endpoint, view in views.items() if view.asks_for}
    assert set(asks.values()) <= {*GIVEN, TEAM}
    assert {one for one in GIVEN if one not in asks.values()} == {INVITE, OWN_HOURS}, (
        "asked for by @inviting and of the practitioner in the address"
    )
    wrong = [
        endpoint
        for endpoint, one in asks.items()
        if one != TEAM and endpoint not in OPENS[one] and not (one == DAYS and endpoint in OPENS[SCHEDULES])
    ]
    assert not wrong
    assert {door.endpoint for door in STAFF_DOORS} == set(views)
