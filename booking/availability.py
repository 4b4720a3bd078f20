"""Open times and reasons: which starts can be had, and if none, why (AVAILABILITY §3–§5, §7–§9, §12).

`availability` lists a range of dates, `check` judges one start: both read the same gates (`booking/gates.py`) over the same grid of possible
starts (`booking/grid.py`), so what is listed can be booked and what is refused has its reason. The values going in and out are in
`booking/facts.py`; loading them from the database is not done here. `now` is an argument everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from booking.facts import Answer, Code, Day, Facts, Offer, Policy, Query, Refusal, Starts
from booking.gates import Prepared
from booking.hours import day_start, local_date
from booking.reasons import counts, date_code, explain, merge, only_a_buffer, start_code


def availability(facts: Facts, query: Query, policy: Policy, now: int) -> Answer:
    """One `Day` per date of the question, in order: its starts, or else the one reason why there are none.

    Raises KeyError for a practitioner that the facts do not have.
    """
    prepared, union = Prepared(facts, query, policy, now), 0
    for party in prepared.parties:
        union |= party.left
    answer = Answer()
    for n, (day, starts) in enumerate(zip(prepared.dates, prepared.ruler.starts(union))):
        answer.append(Day(day, Starts.known(starts, prepared.takers)) if starts else _closed(prepared, day, n))
    if policy.staff:
        return Answer(day._replace(counts_by_code=counts(prepared, n)) for n, day in enumerate(answer))
    return answer


def _closed(prepared: Prepared, day: date, n: int) -> Day:
    """A date without starts. Of several practitioners the gate closest to bookable speaks, PAST last of all (§12)."""
    codes = [(date_code(prepared, party, day, n), party) for party in prepared.parties]
    code, ticks = max((each for each, _ in codes), default=Code.NO_WORKING_HOURS), prepared.ruler.cuts[n : n + 2]
    opens_at, params = merge(explain(prepared, party, code, day, ticks) for each, party in codes if each is code)
    if code > Code.BEYOND_HORIZON:  # it may open for another practitioner
        later = (explain(prepared, party, each, day, ticks) for each, party in codes if each is Code.BEYOND_HORIZON)
        opens_at, _ = merge(later)
    return Day(day, (), code, opens_at, params)


def check(facts: Facts, query: Query, start: int, policy: Policy, now: int) -> Offer | Refusal:
    """Can this start be had? The dates of the question are not looked at; the start's own local date is.

    Raises KeyError for a practitioner that the facts do not have.
    """
    day = local_date(facts.zone, start)
    prepared = Prepared(facts, replace(query, first=day, last=day), policy, now)
    takers = prepared.takers(start)
    if takers:
        return Offer(start, start + query.service.duration, takers, prepared.rooms_at(start))
    codes = [(start_code(prepared, party, start, day), party) for party in prepared.parties]
    code = max((each for each, _ in codes if each is not Code.OFF_GRID), default=Code.OFF_GRID if codes else Code.NO_WORKING_HOURS)
    refusing = [party for each, party in codes if each is code]
    if code is Code.OFF_GRID:
        return Refusal(code)
    tick = prepared.ruler.tick_of(start) or 0
    opens_at, params = merge(explain(prepared, party, code, day, (tick, tick + 1), start) for party in refusing)
    if code is not Code.FULLY_BOOKED:
        return Refusal(code, code, opens_at, params)
    buffer = policy.staff and any(only_a_buffer(prepared, party, start) for party in refusing)
    return Refusal(Code.BUFFER if buffer else Code.SLOT_TAKEN, code, opens_at, params)


def preference(
    practitioners: Iterable[int], wish: int | None = None, last_seen: int | None = None, booked: Mapping[int, int] | None = None
) -> tuple[int, ...]:
    """The order in which "any practitioner" is tried (§9): the wish, then whom they saw last, then fewest `booked` minutes that day, then id."""
    minutes = booked or {}
    return tuple(sorted(practitioners, key=lambda one: (one != wish, one != last_seen, minutes.get(one, 0), one)))


def booked_minutes(facts: Facts, day: date) -> dict[int, int]:
    """Minutes of appointments that each practitioner has on a local date, for `preference`; foreign busy time does not count."""
    begins, ends = day_start(facts.zone, day), day_start(facts.zone, day, 1)
    return {
        one.id: sum(row.end - row.start for row in one.busy if row.id is not None and begins <= row.start < ends) // 60
        for one in facts.practitioners
    }
