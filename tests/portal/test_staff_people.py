"""People: found by name, telephone number or address, each by who may see them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from portal.database import db, transact
from portal.folding import fold, folded
from portal.models import LedgerLine, Profile
from portal.seed import name_id
from tests import mails

PEOPLE = "/staff/riverside/people"


def names(page) -> list[str]:
    return ["".join(cell.find(".//*{http://www.w3.org/1999/xhtml}a").itertext()) for cell in page.all("th", scope="row")]


def found(cast, browse, asked, who="tom", slug="riverside"):
    return names(browse(getattr(cast, who), staff=True).page(f"/staff/{slug}/people", query_string={"q": asked}))


@pytest.mark.parametrize(
    "asked, expected",
    [
        ("leo shah", ["Leo Shah"]),
        ("Shah LEO", ["Leo Shah"]),
        ("sha", ["Anya Shah", "Kiran Shah", "Leo Shah", "Priya Shah"]),
        ("nunez", ["Maria Nunez", "María José Núñez Ortega"]),
        ("Núñez maría", ["Maria Nunez", "María José Núñez Ortega"]),
        ("tremblay jean", ["Jean-François Lévesque-Tremblay"]),
        ("levesque-tremblay", ["Jean-François Lévesque-Tremblay"]),
        ("eo", []),  # inside a word nobody looks
        ("416 555-0176", ["Walter Brandt"]),
        ("(416) 555 0117", ["Priya Shah"]),
        ("555-01", None),
        ("wei@example.com", ["Wei Chen"]),
        ("WEI@EX", ["Wei Chen"]),
        ("priya@example.com", ["Anya Shah", "Kiran Shah", "Leo Shah", "Priya Shah"]),  # and those she acts for
        ("leo 0117", []),  # her number is on her own record
        ("priya 0117", ["Priya Shah"]),
        ("+1 416 555 0117", ["Priya Shah"]),
        ("pryia", ["Priya Shah"]),  # nobody is called that
        ("jean levesqe", ["Jean-François Lévesque-Tremblay"]),
        ("%", []),
        ("_eo", []),
        ("nobody", []),
    ],
)
def test_a_person_is_found_by_any_of_it(cast, browse, asked, expected):
    got = found(cast, browse, asked)
    assert got == expected if expected is not None else len(got) > 5


def test_the_database_folds_as_we_do(app, context):
    said = ["Lévesque-Tremblay", "O’Brien", "Łukasz Ødegård", "ÀÉÎÕÜ ñ ç", "ﬁne", "Straße", "İpek"]
    rows = db.session.execute(select(*(folded(db.literal(one)).label(f"n{i}") for i, one in enumerate(said)))).one()
    assert list(rows)[:6] == [fold(one) for one in said][:6]
    assert fold("Lévesque-Tremblay") == "levesque tremblay" and fold("Łukasz O’Brien") == "lukasz o brien"


def test_nobody_is_shown_before_somebody_is_asked_for(cast, browse, app):
    page = browse(cast.dana, staff=True).page(PEOPLE)
    assert "Leo" not in page.text and "Type a name, a phone number, an email address, a birth date or a file number" in page.text
    assert "/staff/riverside/people?all=1" in page.links().values()
    assert "Leo Shah" in names(browse(cast.dana, staff=True).page(f"{PEOPLE}?all=1"))


def test_fifty_on_a_page(cast, browse, app, clock):
    with app.app_context():
        rows = [Profile(practice_id=cast.riverside.id, given_name="Ann", family_name=f"Zed{i:03}", created_at=clock()) for i in range(120)]
        transact(lambda: db.session.add_all(rows))
    tom = browse(cast.tom, staff=True)
    pages = [names(tom.page(f"{PEOPLE}?q=ann+zed&page={number}")) for number in (1, 2, 3, 4)]
    assert [len(one) for one in pages] == [50, 50, 20, 0] and pages[0][0] == "Ann Zed000" and pages[2][-1] == "Ann Zed119"
    first = tom.page(f"{PEOPLE}?q=ann+zed")
    assert "120 people for “ann zed”" in first.text and first.links()["Next page"] == f"{PEOPLE}?page=2&q=ann+zed"
    for odd in ("0", "-3", "x", "9" * 30):
        assert tom.get(f"{PEOPLE}?q=ann&page={odd}").status_code == 200


def test_practitioners_find_their_own_people_only(cast, browse, app):
    with app.app_context():
        mails.appointment(cast, "leo", datetime(2026, 12, 14, 13, tzinfo=UTC))  # with Maya
    maya = browse(cast.maya, staff=True)
    assert names(maya.page(f"{PEOPLE}?q=shah")) == ["Leo Shah", "Priya Shah"]  # Priya was here before
    assert "Anya Shah" not in names(maya.page(f"{PEOPLE}?all=1"))
    assert maya.get(f"{PEOPLE}/{cast.leo.public_id}").status_code == 200
    assert maya.get(f"{PEOPLE}/{cast.anya.public_id}").status_code == 404
    assert (
        "You see the people who have or had an appointment with you, and those you added or who were given to you."
        in maya.page(f"{PEOPLE}?q=anya").text
    )


def test_the_other_practice_and_former_staff_find_nobody(cast, browse, app, clock):
    assert found(cast, browse, "leo", "rose", "beau-rivage") == []
    with app.app_context():
        olivier = cast.staff("olivier")
        transact(lambda: setattr(db.session.get(type(olivier), olivier.id), "left_at", clock()))
    for name in ("sylvie", "olivier", "priya"):
        asker = browse(getattr(cast, name), staff=True)
        assert asker.get(f"{PEOPLE}?q=leo").status_code == 404
        assert asker.get(f"{PEOPLE}/{cast.leo.public_id}").status_code == 404
    assert browse(cast.sylvie, staff=True).get(f"/staff/beau-rivage/people/{cast.leo.public_id}").status_code == 404


def test_who_was_found_can_read_that_they_were_looked_at(cast, browse, app):
    browse(cast.tom, staff=True).page(f"{PEOPLE}?q=leo")
    with app.app_context():
        (line,) = db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "viewed"))
        assert (line.profile_id, line.account_id) == (cast.leo.id, cast.tom.id)


def test_every_staff_page_has_the_search_box_and_every_name_leads_to_the_person(cast, browse, app, clock):
    with app.app_context():
        mails.appointment(cast, "leo", clock.at.replace(hour=20))
    tom, leo = browse(cast.tom, staff=True), f"{PEOPLE}/{name_id('leo@riverside')}"
    for path in ("/staff/riverside/", "/desk/riverside/day", "/staff/riverside/registrations", PEOPLE, leo):
        page = tom.page(path)
        (box,) = [field for field in page.all("input", type="search") if field.get("aria-label")]
        assert box.get("name") == "q"
    assert tom.page("/desk/riverside/day").links()["Leo Shah"] == leo
    assert tom.page("/staff/riverside/").links()["Leo Shah"] == leo
    assert tom.page("/staff/riverside/registrations").links()["Wei Chen"].startswith(PEOPLE)


def test_a_list_of_fifty_takes_as_many_statements_as_one_of_three(cast, browse, app, clock):
    with app.app_context():
        rows = [Profile(practice_id=cast.riverside.id, given_name="Ann", family_name=f"Zed{i:03}", created_at=clock()) for i in range(50)]
        transact(lambda: db.session.add_all(rows))
    tom = browse(cast.tom, staff=True)
    for path in ("?q=ann", "?q=zed003"):  # looked at once, so that the ledger is written
        tom.page(PEOPLE + path)
    assert statements(app, lambda: tom.page(f"{PEOPLE}?q=ann")) == statements(app, lambda: tom.page(f"{PEOPLE}?q=zed003")) <= 10


def statements(app, happen) -> int:
    """How many statements it takes."""
    seen = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        happen()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([one for one in seen if one.startswith("SELECT")])
