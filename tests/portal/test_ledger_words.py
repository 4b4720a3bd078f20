"""The ledger in plain words: who reads which line, and how much of it (SAFETY §6, MISSION F6, F10)."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask_babel import force_locale
from sqlalchemy import event

from booking import bookings
from portal import invitations, ledger, ledger_words, links
from portal.access import BOOK, CHANGE, MANAGE_ACCESS, PERMISSIONS, SEE_DETAILS, SEE_TIMES
from portal.database import db, transact
from portal.ledger_words import Line, Reader, may_read, who
from portal.models import Account, LedgerLine, Link, Practice, Profile
from tests import mails as post
from tests.portal.homes import change, give

ROOT = Path(__file__).parents[2]
OF_AN_ACCOUNT = {"signed_up", "signed_in", "password_changed", "address_changed"}  # about no person at a practice
# about who works there
OF_A_PRACTICE = {
    "staff_invited",
    "staff_joined",
    "staff_role_changed",
    "staff_permissions_changed",
    "staff_left",
    "exported",
}
ON = date(2026, 12, 10)


# --- the rule, without a database ---


def account(number: int, name: str) -> Account:
    return Account(id=number, given_name=name, family_name="X")


PRACTICE = Practice(id=1, slug="riverside", name="Riverside", zone="America/Toronto", age_steps=[])
MOTHER, FATHER, KID, CLERK = account(1, "Mother"), account(2, "Father"), account(3, "Leo"), account(4, "Tom")


def link(number: int, of: Account, relationship: str, permissions, safe: bool = False) -> Link:
    profile = Profile(id=1, practice_id=1, practice=PRACTICE, given_name="Leo", family_name="X", safe_at=ON if safe else None)
    facts = dict(account_id=of.id, account=of, profile_id=1, profile=profile, relationship=relationship, permissions=list(permissions))
    return Link(id=number, practice_id=1, decided_on=ON, **facts)


def line(verb: str, actor: Account | None, through: Link | None = None, role: str | None = None, **facts) -> Line:
    row = LedgerLine(verb=verb, facts=facts, account_id=actor.id if actor else None, link_id=through.id if through else None)
    return Line(row, actor, through, through.account if through else None, role)


FATHERS = link(20, FATHER, "parent", PERMISSIONS)
SELF = link(30, KID, "self", PERMISSIONS)


def lines(mothers: Link) -> dict[str, Line]:
    return {
        "my own act": line("booked", MOTHER, mothers),
        "my access changed by the child": line("access_changed", KID, mothers),
        "a step for me": line("stepped", None, mothers),
        "staff looked": line("viewed", CLERK, role="front_desk"),
        "staff invited": line("invited", CLERK, role="front_desk"),
        "father booked": line("booked", FATHER, FATHERS),
        "father looked": line("viewed", FATHER, FATHERS),
        "child booked": line("booked", KID, SELF),
        "staff changed the father's access": line("access_changed", CLERK, FATHERS, role="admin"),
        "a step for the father": line("stepped", None, FATHERS),
        "kept safe": line("kept_safe", CLERK, role="admin"),
    }


MINE = {"my own act", "my access changed by the child", "a step for me"}
MANAGING = set(lines(link(10, MOTHER, "parent", PERMISSIONS))) - {"kept safe"}
TABLE = [
    ("all permissions", PERMISSIONS, False, MANAGING),
    ("all, but kept safe", PERMISSIONS, True, MINE | {"staff looked"}),
    ("without managing", set(PERMISSIONS) - {MANAGE_ACCESS}, False, MINE | {"staff looked"}),
    ("managing, but only when busy", set(PERMISSIONS) - {SEE_DETAILS}, False, MINE),
    ("only what one books", (BOOK, CHANGE), False, MINE),
    ("nothing", (), False, MINE),
]


@pytest.mark.parametrize(("permissions", "safe", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_who_sees_less_than_everything_reads_their_own_acts_the_others_what_staff_did_and_while_managing_what_anybody_did(
    permissions, safe, expected
):
    mothers = link(10, MOTHER, "parent", permissions, safe)
    reader = Reader(mothers.profile, mothers, ON)
    assert {name for name, one in lines(mothers).items() if may_read(one, reader)} == expected


@pytest.mark.parametrize("safe", [False, True])
def test_the_person_and_staff_read_every_line(safe):
    own = link(30, KID, "self", PERMISSIONS, safe)
    mothers = link(10, MOTHER, "parent", PERMISSIONS, safe)
    for reader in (Reader(own.profile, own, ON), Reader(own.profile, None, ON)):
        assert all(may_read(one, reader) for one in lines(mothers).values())


def test_who_did_it_is_you_the_practice_or_a_name_with_the_link_it_came_through(context):
    mothers = link(10, MOTHER, "parent", PERMISSIONS)
    reader = Reader(mothers.profile, mothers, ON)
    with context.test_request_context():
        assert who(line("booked", MOTHER, mothers), reader) == "You, as a parent of Leo"
        assert who(line("booked", FATHER, FATHERS), reader) == "Father X, as a parent of Leo"
        assert who(line("booked", KID, SELF), reader) == "Leo X"
        assert who(line("viewed", CLERK, role="front_desk"), reader) == "Riverside (Tom X, front desk)"
        assert who(line("stepped", None, mothers), reader) == ""


def test_nobody_is_named_to_who_does_not_manage(context):
    mothers = link(10, MOTHER, "parent", [SEE_TIMES])
    with context.test_request_context():
        assert who(line("access_changed", KID, mothers), Reader(mothers.profile, mothers, ON)) == ""


def test_staff_who_act_as_a_parent_are_named_as_a_parent(context):
    clerks = link(10, CLERK, "parent", PERMISSIONS)
    own = Reader(SELF.profile, SELF, ON)
    with context.test_request_context():
        assert who(line("booked", CLERK, clerks), own) == "Tom X, as a parent of Leo"


def test_every_verb_the_house_writes_about_a_person_can_be_said():
    written = set()
    for path in (*ROOT.glob("portal/**/*.py"), *ROOT.glob("booking/**/*.py")):
        text = path.read_text()
        written |= set(re.findall(r'(?:ledger\.record|\brecord|_record)\(\s*"([a-z_]+)"', text))
        written |= set(re.findall(r'ledger\.record\("([a-z_]+)" if .* else "[a-z_]+"', text))
        written |= set(re.findall(r'ledger\.record\("[a-z_]+" if .* else "([a-z_]+)"', text))
    assert {"booked", "accepted", "kept_safe_no_more"} <= written
    assert written - OF_AN_ACCOUNT - OF_A_PRACTICE <= ledger_words.told() | {"viewed"}


# --- as it is read ---


def history(browse, account, mine) -> str:
    return browse(account).page(f"/family/{mine.public_id}/history").text


@pytest.fixture
def booked(app, cast, clock):
    """Daniel booked for Leo through his link, and moved it."""
    with app.app_context():
        one = post.appointment(cast, "leo", clock() + timedelta(days=6), by="daniel")
        daniels = cast.link("daniel", "leo")

        def happen():
            found = db.session.get(Link, daniels.id)
            bookings._record("booked", one, found, clock())
            facts = {
                "appointment": one.id,
                "moved_from": one.starts_at.isoformat(),
                "moved_to": (one.starts_at + timedelta(hours=1)).isoformat(),
            }
            ledger.record("moved", clock(), profile=found.profile, account=found.account, link=found, **facts)

        transact(happen)
        db.session.expunge_all()
    return one


BOOKED = "Appointment booked: Wednesday 16 December at 10am, Initial assessment with Maya Chen"
MOVED = "Appointment moved: from Wednesday 16 December at 10am to Wednesday 16 December at 11am, Initial assessment with Maya Chen"


def test_a_line_says_what_was_done_by_whom_and_through_which_link(browse, cast, booked):
    text = history(browse, cast.priya, cast.link("priya", "leo"))
    assert f"{BOOKED}Daniel Okafor, as a parent of Leo" in text and f"{MOVED}Daniel Okafor" in text
    assert f"{BOOKED}You, as a parent of Leo" in history(browse, cast.daniel, cast.link("daniel", "leo"))


@pytest.mark.parametrize(
    ("permissions", "said", "unsaid"),
    [
        ([SEE_TIMES, MANAGE_ACCESS], "Nothing is written down yet.", "16 December"),
        ([MANAGE_ACCESS], "Nothing is written down yet.", "16 December"),
        ([SEE_TIMES, SEE_DETAILS], "Nothing is written down yet.", "Daniel"),
    ],
    ids=["only busy", "nothing", "not managing"],
)
def test_an_appointment_is_told_no_further_than_the_reader_sees_it(browse, cast, app, booked, permissions, said, unsaid):
    change(app, cast.link("priya", "leo"), permissions=permissions)
    text = history(browse, cast.priya, cast.link("priya", "leo"))
    assert said in text and unsaid not in text


def test_while_kept_safe_neither_guardian_finds_the_other(browse, cast, app, clock, booked):
    with app.app_context():
        dana = cast.staff("dana")
        transact(links.keep_safe, cast.leo, True, clock(), by=dana)
        transact(invitations.invite, dana, cast.leo, invitations.Wanted("aunt@example.com", "trusted", (BOOK,)), clock())
    text = history(browse, cast.priya, cast.link("priya", "leo"))
    assert "Daniel" not in text and "16 December" not in text and "kept apart" not in text and "nvitation" not in text
    staff = browse(cast.dana, staff=True).page(f"/staff/riverside/people/{cast.leo.public_id}/history").text
    assert (
        "People with access are kept apart" in staff
        and "Invitation sent to au…@example.com" in staff
        and "Daniel Okafor, as a parent of Leo" in staff
    )


def test_a_paused_reader_finds_their_own_acts_without_any_time(browse, cast, app, clock, booked):
    change(app, cast.riverside, age_steps=[[16, "pause"]])
    change(app, cast.leo, born_on=date(2010, 6, 2))
    change(app, cast.link("daniel", "leo"), decided_on=date(2025, 1, 1))
    text = history(browse, cast.daniel, cast.link("daniel", "leo"))
    assert "Appointment bookedYou, as a parent of Leo" in text and "16 December" not in text


def test_an_address_is_told_to_the_person_to_staff_and_to_who_wrote_it(browse, cast, app, clock):
    with app.app_context():
        mine = db.session.get(Link, cast.link("daniel", "leo").id)
        transact(invitations.invite, mine, mine.profile, invitations.Wanted("aunt@example.com", "trusted", (BOOK,)), clock())
    assert "Invitation sentDaniel Okafor, as a parent of Leo" in history(browse, cast.priya, cast.link("priya", "leo"))
    assert "Invitation sent to au…@example.comYou" in history(browse, cast.daniel, cast.link("daniel", "leo"))


def test_what_becomes_of_access_is_told_to_both(browse, cast, app, clock):
    wei = give(app, cast.wei, cast.leo, given_by=cast.priya)
    with app.app_context():
        by = db.session.get(Account, cast.priya.id)
        transact(links.decide, db.session.get(Link, wei.id), [SEE_TIMES], clock(), by=by, as_staff=False)
    assert "Access of Wei Chen changed: Sees only when Leo is busyYou" in history(browse, cast.priya, cast.link("priya", "leo"))
    assert "Your access changed: Sees only when Leo is busy" in history(browse, cast.wei, wei)
    assert "Priya" not in history(browse, cast.wei, wei)


def test_staff_read_the_same_lines_and_only_of_their_own_people(browse, cast, app, booked):
    path = f"/staff/riverside/people/{cast.leo.public_id}/history"
    for name in ("dana", "tom", "maya"):
        assert BOOKED in browse(getattr(cast, name), staff=True).page(path).text
    for name in ("olivier", "sylvie", "priya"):
        assert browse(getattr(cast, name), staff=True).get(path).status_code == 404


def test_a_booking_handed_to_somebody_else_tells_neither_of_the_other(browse, cast, app, clock, booked):
    with app.app_context():
        mine = db.session.get(Link, cast.link("daniel", "anya").id)
        facts = {"appointment": booked.id, "does": "gives"}
        transact(lambda: ledger.record("handed_over", clock(), profile=mine.profile, account=mine.account, link=mine, **facts))
    text = history(browse, cast.priya, cast.link("priya", "anya"))
    assert "Appointment moved to somebody elseDaniel Okafor" not in text  # the appointment is not Anya's: nothing of it is known here
    assert "16 December" not in text and "Leo" not in text


def test_fifty_on_a_page_by_day_and_the_rest_behind_a_link(browse, cast, app, clock):
    def happen():
        found = db.session.get(Link, cast.link("priya", "leo").id)
        for number in range(120):
            ledger.record(
                "viewed",
                clock() - timedelta(hours=5 * number),
                profile=found.profile,
                account=found.account,
                link=found,
                **{"as": "person"},
            )

    with app.app_context():
        transact(happen)
    browser = browse(cast.daniel)  # others' acts: he manages access too
    page, seen = browser.page(f"/family/{cast.link('daniel', 'leo').public_id}/history"), []
    seen.append(page.text.count("Looked at the appointments"))
    assert page.all("h2")[0].text == "Thursday 10 December"
    while "Earlier" in page.links():
        page = browser.page(page.links()["Earlier"])
        seen.append(page.text.count("Looked at the appointments"))
    assert seen[:2] == [50, 50] and sum(seen) == 120


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "9999999999999", "0", ""])
def test_any_address_of_a_page_is_answered(browse, cast, before):
    assert browse(cast.priya).get(f"/family/{cast.link('priya', 'leo').public_id}/history?before={before}").status_code == 200


def test_the_page_costs_the_same_few_statements_however_many_lines(browse, cast, app, clock, booked):
    browser, path = browse(cast.priya), f"/family/{cast.link('priya', 'leo').public_id}/history"
    with app.app_context():
        engine = db.engine

    def cost() -> int:
        said = []
        listen = lambda _conn, _cursor, statement, *_: said.append(statement)  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        browser.page(path)
        event.remove(engine, "before_cursor_execute", listen)
        return len(said)

    browser.page(path)
    few = cost()

    def happen():
        for name in ("priya", "daniel"):
            found = db.session.get(Link, cast.link(name, "leo").id)
            for _number in range(20):
                bookings._record("booked", booked, found, clock())

    with app.app_context():
        transact(happen)
    assert cost() == few <= 14


def test_the_sentences_stand_in_the_readers_language(context):
    with context.test_request_context(), force_locale("fr"):
        assert ledger_words.role("front_desk")


@pytest.mark.parametrize(("who", "words"), [("maya", BOOKED), ("tom", BOOKED), ("dana", BOOKED)])
def test_staff_read_what_happened_to_visits_they_may_see(browse, cast, app, booked, who, words):
    page = browse(getattr(cast, who), staff=True).page(f"/staff/riverside/people/{cast.leo.public_id}/history")
    assert words in page.text and MOVED in page.text


def test_a_practitioner_reads_nothing_of_visits_with_others(browse, cast, app, clock, booked):
    """Leo is Maya's, as he came to her once; what he has with Olivier is not hers to know, here as on his page."""
    change(app, booked, practitioner_id=cast.olivier_dubois.id)
    with app.app_context():
        post.appointment(cast, "leo", clock() - timedelta(days=20))
    maya = browse(cast.maya, staff=True)
    text = maya.page(f"/staff/riverside/people/{cast.leo.public_id}/history").text
    assert "Olivier" not in text and "Initial assessment" not in text and "Appointment" not in text.replace("Appointments", "")  # the tab
    assert "with Olivier Dubois" in browse(cast.dana, staff=True).page(f"/staff/riverside/people/{cast.leo.public_id}/history").text
