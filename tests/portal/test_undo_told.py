"""What staff read, before a merge is taken back, of what undoing it leaves as it is; and what a merge's own undo alone takes back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from booking import bookings
from booking.models import Appointment
from portal import link_life, links, mailed_links, merge_parts, people, registrations, unmerging
from portal.database import db, transact
from portal.models import Link, Registration
from portal.staff import undo_words
from tests.booking.clinic import at
from tests.portal.homes import change
from tests.portal.pairs import KNOWN, visit
from tests.portal.test_merges import Here
from tests.portal.test_undo_pages import address, united


@pytest.fixture
def here(context, clock):
    return Here(clock)


def told(merge) -> list[tuple[str, bool]]:
    return [(one.words, one.is_sources) for one in merge_parts.changed_since(merge)]


@pytest.fixture
def both(here):
    """Ann's and Eve's visits, one each, and their records one since."""
    ann, eve = here.link(here.account("ann"), here.old), here.link(here.account("eve"), here.new)
    visits = here.book(ann, "2026-12-21 10:00"), here.book(eve, "2026-12-22 10:00")
    merge = here.merge()
    here.clock.forward(minutes=10)
    return merge, ann.account, eve.account, [db.session.get(Appointment, one.id) for one in visits]


def test_appointments_cancelled_or_moved_since_are_told_with_who_did_it(here, both):
    merge, ann, eve, (anns, eves) = both
    assert told(merge) == []
    transact(bookings.cancel, eve, anns, here.clock())
    transact(bookings.move, ann, eves, here.clinic.wish(here.visit, here.omar), at("2026-12-23 11:00"), here.clock(), "moved")
    assert told(merge) == [
        ("Cancelled by Eve Test: Visit with Ines, Monday 21 December at 10am", False),
        ("Moved by Ann Test: Visit with Omar, now Wednesday 23 December at 11am", True),
    ]


def test_what_was_booked_again_was_not_cancelled_and_what_was_made_since_is_asked_about(here, both):
    merge, ann, eve, (anns, _eves) = both
    transact(bookings.cancel, eve, anns, here.clock())
    transact(bookings.undo, eve, anns, here.clock())
    new = here.book(db.session.scalar(select(Link).where(Link.account_id == ann.id)), "2026-12-28 10:00")
    here.clock.forward(minutes=1)
    transact(bookings.cancel, ann, new, here.clock())
    assert told(merge) == [] and [one.key for one in unmerging.items(merge)] == [f"appointments:{new.id}"]


def test_the_page_says_so_and_asks_nothing(app, cast, browse, clock):
    change(app, cast.amara_on_file, **KNOWN)
    visit(app, cast, "amara-on-file", days=-40)
    coming = visit(app, cast, "amara", days=3)
    merge = united(app, cast, cast.profile("amara"), cast.amara_on_file)
    clock.forward(minutes=5)
    tom = browse(as_=cast.tom, staff=True)
    assert "Stays as it was changed since the merge" not in tom.page(address(merge)).text
    with app.app_context():
        transact(bookings.cancel, cast.amara, db.session.get(Appointment, coming.id), clock())
    page = tom.page(address(merge))
    assert (
        "Stays as it was changed since the merge" in page.text
        and "Cancelled by Amara Okoye: Initial assessment with Maya Chen" in page.text
    )
    assert not page.all("input", type="radio")


def test_what_stays_closed_is_not_promised(here):
    one = here.link(here.account("ada"), here.old, "carer")
    other = here.link(here.account("ben"), here.new, "carer")
    here.invite("ada@mail.example", here.new)
    merge = here.merge(access={other.account.public_id: "end"})
    here.clock.forward(hours=1)
    here.now = here.clock()
    assert undo_words.back(merge, here.now).source == ["access of Ben Test", "1 open invitation"]
    anew = here.accept(other.account, mailed_links.latest_claim(here.invite("ben@mail.example", here.old)))
    for link in (one, anew):
        transact(links.revoke, db.session.get(Link, link.id), here.now, by=here.staff.account, as_staff=True)
    assert undo_words.back(merge, here.now).source == []


def test_access_that_ran_out_with_the_other_sides_is_promised(here):
    ada, last = here.account("ada"), here.now.date() + timedelta(days=2)
    here.link(ada, here.old, "carer"), here.link(ada, here.new, "carer", ends_on=last)
    merge = here.merge()
    here.clock.forward(days=5)
    link_life.daily(here.clock())
    assert undo_words.back(merge, here.clock()) == ([], ["access of Ada Test"])


# --- registrations that a merge answered ---


@pytest.fixture
def answered(here):
    """A known record went into one that was registered online and waited."""
    new = transact(people.add, here.account("eve"), here.practice, "parent", "Leo", "Roy", date(2012, 1, 1), here.now)
    registration = db.session.scalar(select(Registration).where(Registration.profile_id == new.id))
    return here.merge(source=here.old, target=new), registration


def test_what_a_merge_answered_only_its_undo_takes_back(here, answered):
    merge, registration = answered
    assert registration.accepted_at and not registrations.may_take_back(registration, here.now)
    with pytest.raises(registrations.TooLateToTakeBack):
        transact(registrations.take_back, here.staff, registration, here.now)
    assert registration.profile.provisional_at is None
    here.undo(merge)
    assert registration.is_waiting
    transact(registrations.accept, here.staff, registration, here.clock())
    assert registrations.may_take_back(registration, here.clock())


# --- which goes first ---


def test_a_page_of_merges_is_asked_about_at_once(here):
    done = [here.merge(here.person(f"N{n}"), here.old) for n in range(3)]
    chain = [here.merge(here.person("Other"), here.new), here.merge(here.new, here.old)]
    last = here.merge(here.old, here.person("Last"))
    unmerging.blocked([*done, *chain, last])  # now every one of them is known
    few, many = (_statements(lambda some=some: unmerging.blocked(some)) for some in (done[:1], [*done, *chain, last]))
    assert many <= few <= 2 and _statements(lambda: unmerging.blocked([])) == 0
    found = unmerging.blocked([*done, *chain, last])
    assert {one: it.id for one, it in found.items()} == {one.id: (unmerging.blocked_by(one) or one).id for one in (*done, *chain)}
    assert last.id not in found and found[chain[0].id].id == chain[1].id and {found[one.id].id for one in done} == {last.id}


def _statements(work) -> int:
    said = []
    note = lambda _connection, _cursor, statement, *_: said.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(said)
