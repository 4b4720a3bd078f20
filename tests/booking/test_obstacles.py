"""What staff read of one start agrees with the list: the same gates, without the grid (booking/obstacles.py). Random schedules."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from booking.availability import availability, check
from booking.facts import Code, Facts, Offer, Policy, Practitioner, Query, Service, Window
from booking.hours import local_date
from booking.obstacles import obstacles
from tests.booking.test_availability_properties import MINUTE, cases, lawful

NINE = 1_781_010_000  # a Tuesday, 9:00 in Toronto


def alone(query, practitioner):
    return replace(query, practitioners=(practitioner.id,), mode="one")


@lawful(40)
@given(cases())
def test_what_is_offered_to_staff_has_nothing_in_its_way(case):
    facts, query, policy, now = case
    policy = replace(policy, staff=True)
    for practitioner in facts.practitioners:
        if practitioner.id in query.practitioners:
            asked = alone(query, practitioner)
            for each in availability(facts, asked, policy, now):
                for start in each.starts:
                    found = obstacles(facts, asked, start, policy, now)
                    assert found.codes == () and found.refusal is None
                    assert found.rooms == check(facts, asked, start, policy, now).rooms


@lawful(40)
@given(cases(), st.integers(-30, 200))
def test_what_is_refused_and_not_for_its_minute_has_something_in_its_way(case, steps):
    facts, query, policy, now = case
    policy = replace(policy, staff=True, packing=False)
    practitioner = next(one for one in facts.practitioners if one.id in query.practitioners)
    asked = alone(query, practitioner)
    start = now - now % MINUTE + steps * 15 * MINUTE
    if start + query.service.duration <= now or start < now:
        return  # what has begun is staff's to book
    asked = replace(asked, first=local_date(facts.zone, start), last=local_date(facts.zone, start))
    offer, found = check(facts, asked, start, policy, now), obstacles(facts, asked, start, policy, now)
    if isinstance(offer, Offer):
        assert found.codes == ()
    elif offer.code is not Code.OFF_GRID:
        assert found.codes and found.refusal.params["codes"] == found.codes


def one(start, **more):
    service = Service(id=1, duration=3600, **more)
    facts = Facts("America/Toronto", (Practitioner(1, (Window(NINE, NINE + 8 * 3600),)),))
    day = local_date("America/Toronto", NINE)
    return obstacles(facts, Query(service, (1,), "one", day, day), start, Policy(staff=True), NINE - 86400).codes


def test_any_minute_within_the_hours_is_free_and_the_pause_counts_where_the_service_says_so():
    assert one(NINE + 7 * 60) == () and one(NINE + 7 * 3600) == ()
    assert one(NINE + 7 * 3600 + 60) == (Code.DOES_NOT_FIT,) and one(NINE - 3600) == (Code.NO_WORKING_HOURS,)
    assert one(NINE + 7 * 3600, after=600) == () and one(NINE + 7 * 3600, after=600, buffers_inside=True) == (Code.DOES_NOT_FIT,)
