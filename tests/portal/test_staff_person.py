"""One person's page: what the practice knows, what comes next, and where to go from there."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from portal import match_search
from portal.database import db, transact
from portal.match_index import SEEN
from portal.models import LedgerLine, Profile
from tests import mails
from tests.portal.test_staff_people import statements

PERSON = "/staff/riverside/people/{}"


@pytest.fixture
def leo(cast):
    return PERSON.format(cast.leo.public_id)


def test_details_alert_and_marks(cast, browse, app, clock, leo):
    tom = browse(cast.tom, staff=True)
    page = tom.page(leo)
    assert page.h1 == "Leo Shah" and "age 8" in page.text and "Note: Afraid of needles. Let him hold the toy fox." in page.text
    assert "PhoneNot known" in page.text and "New registration" not in page.text and "Contacts kept apart" not in page.text
    wei = tom.page(PERSON.format(cast.profile("wei").public_id))
    assert "New registration" in wei.text and "wei@example.com" in wei.text and wei.links()["(647) 555-0166"] == "tel:+16475550166"
    with app.app_context():
        person = cast.leo
        transact(lambda: setattr(db.session.get(Profile, person.id), "safe_at", clock()))
    assert "Contacts kept apart" in tom.page(leo).text


def test_tabs_say_where_one_is(cast, browse, leo):
    page = browse(cast.tom, staff=True).page(leo)
    (here,) = [a for a in page.all("a", aria_current="page") if a.get("href").startswith(leo)]
    assert here.get("href") == leo and page.links()["Portal accounts"] == f"{leo}/accounts" and page.links()["History"] == f"{leo}/history"


def test_what_comes_next_leads_to_its_page(cast, browse, app, leo):
    tom = browse(cast.tom, staff=True)
    assert "None booked." in tom.page(leo).text
    with app.app_context():
        first, *_rest = [mails.appointment(cast, "leo", datetime(2026, 12, day, 13, tzinfo=UTC)).public_id for day in range(14, 21)]
        gone = mails.appointment(cast, "leo", datetime(2026, 12, 12, 13, tzinfo=UTC))
        mails.change(gone, status="cancelled", cancelled_at=datetime(2026, 12, 10, tzinfo=UTC))
        mails.appointment(cast, "leo", datetime(2026, 12, 9, 13, tzinfo=UTC))  # yesterday
        mails.appointment(cast, "anya", datetime(2026, 12, 11, 13, tzinfo=UTC))
    page = tom.page(leo)
    assert page.links()["Monday 14 December at 8am"] == f"/desk/riverside/appointments/{first}"
    assert page.text.count("Initial assessment") == 5 and "There are more after these." in page.text
    assert all(day not in page.text for day in ("9 December", "11 December", "12 December", "20 December"))


def test_a_practitioner_sees_the_appointments_with_them(cast, browse, app, leo):
    with app.app_context():
        mails.appointment(cast, "leo", datetime(2026, 12, 14, 13, tzinfo=UTC))
        other = mails.appointment(cast, "leo", datetime(2026, 12, 15, 13, tzinfo=UTC))
        mails.change(other, practitioner_id=cast.olivier_dubois.id)
    for name, seen in (("maya", "Monday 14 December"), ("olivier", "Tuesday 15 December")):
        text = browse(getattr(cast, name), staff=True).page(leo).text
        assert [day for day in ("Monday 14 December", "Tuesday 15 December") if day in text] == [seen]
        row = browse(getattr(cast, name), staff=True).page("/staff/riverside/people?q=leo+shah").text
        assert seen in row and ("Tuesday" if name == "maya" else "Monday") not in row


def test_a_practitioner_is_not_told_that_nothing_is_booked(cast, browse, app, leo):
    """What is with others is not theirs to see; "None booked" would be untrue."""
    with app.app_context():
        mails.appointment(cast, "leo", datetime(2026, 12, 9, 13, tzinfo=UTC))  # over: Leo is one of hers
        mails.change(mails.appointment(cast, "leo", datetime(2026, 12, 15, 13, tzinfo=UTC)), practitioner_id=cast.olivier_dubois.id)
    maya = browse(cast.maya, staff=True)
    assert "None with you." in maya.page(leo).text and "None booked" not in maya.page(leo).text
    assert "None with you" in maya.page("/staff/riverside/people?q=leo+shah").text


def test_whom_to_ring_about_a_child(cast, browse, app, leo):
    """For every role that sees the child; a name leads on only where the role sees them too."""
    with app.app_context():
        mails.change(mails.appointment(cast, "leo", datetime(2026, 12, 14, 13, tzinfo=UTC)), practitioner_id=cast.olivier_dubois.id)
        transact(lambda: setattr(db.session.merge(cast.link("daniel", "leo")), "primary_at", datetime(2026, 12, 1, tzinfo=UTC)))
    tom, olivier = (browse(getattr(cast, name), staff=True).page(leo) for name in ("tom", "olivier"))
    hers = cast.profile("priya")
    for page in (tom, olivier):
        (box,) = page.all("section", aria_labelledby="contacts")
        text = " ".join("".join(box.itertext()).split())
        assert text.index("Daniel Okafor Parent Primary") < text.index("Priya Shah Parent") and "priya@example.com" in text
        assert page.links()["(416) 555-0117"] == "tel:+14165550117"
    assert tom.links()["Priya Shah"] == PERSON.format(hers.public_id) and "Priya Shah" not in olivier.links()
    assert not browse(cast.tom, staff=True).page(PERSON.format(cast.profile("wei").public_id)).all("section", aria_labelledby="contacts")


def test_every_view_is_written_down_once_a_day(cast, browse, app, clock, leo):
    for path in ("", "/accounts", "/accounts/add"):
        browse(cast.tom, staff=True).page(leo + path)
    with app.app_context():
        lines = list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "viewed", LedgerLine.profile_id == cast.leo.id)))
        assert [(line.account_id, line.facts["as"]) for line in lines] == [(cast.tom.id, "staff")]


def test_it_costs_few_statements(cast, browse, app, leo):
    """Six are the frame of every page about a person, one is all that stands around the record, one the next appointments."""
    tom = browse(cast.tom, staff=True)
    tom.page(leo)
    assert statements(app, lambda: tom.page(leo)) <= 14  # six look for look-alikes of somebody who was not compared yet
    with app.app_context():
        transact(lambda: db.session.execute(update(Profile).values(keyed=SEEN)))
    assert statements(app, lambda: tom.page(leo)) <= 8


def test_look_alikes_stand_there_whether_they_were_compared_before_or_not(cast, browse, app, clock):
    tom, amara = browse(cast.tom, staff=True), PERSON.format(cast.profile("amara").public_id)
    fresh = tom.page(amara)
    with app.app_context():
        while match_search.see_some(clock.at):
            pass
    kept = tom.page(amara)
    assert (
        "Looks like Amara Okoye, born 1991." in fresh.text
        and fresh.links()["Compare with Amara Okoye"] == kept.links()["Compare with Amara Okoye"]
    )


def test_a_merged_record_leads_to_who_stands_for_it(cast, browse, app, clock, leo):
    with app.app_context():
        person, target = cast.leo, cast.anya
        transact(
            lambda: [
                setattr(db.session.get(Profile, person.id), name, value)
                for name, value in {"merged_at": clock(), "replaced_by_id": target.id}.items()
            ]
        )
    answer = browse(cast.dana, staff=True).get(leo)
    assert (answer.status_code, answer.location) == (302, f"/staff/riverside/people/{cast.anya.public_id}")


def test_who_looked_at_two_records_that_are_one_since_has_looked_once(cast, browse, app, clock):
    known, new = cast.profile("amara-on-file"), cast.profile("amara")
    tom = browse(cast.tom, staff=True)
    for one in (known, new):
        tom.page(f"/staff/riverside/people/{one.public_id}")
        clock.forward(minutes=1)
    history = f"/staff/riverside/people/{known.public_id}/history"
    with app.app_context():
        transact(
            lambda: db.session.execute(update(Profile).where(Profile.id == new.id).values(merged_at=clock.at, replaced_by_id=known.id))
        )
    assert tom.page(history).text.count("Looked at the record") == 1
    clock.forward(days=1)
    tom = browse(cast.tom, staff=True)
    tom.page(f"/staff/riverside/people/{known.public_id}")
    assert tom.page(history).text.count("Looked at the record") == 2
