"""How soon one may book (AVAILABILITY §5)."""

from datetime import timedelta

from booking.facts import Policy
from booking.hours import day_start, local_date, start_instant

SCAN_DAYS = 92  # how far a cut-off looks for the open date before


def earliest_start(policy: Policy, zone: str, now: int) -> int:
    """The earliest instant that the notice allows: the later of the lead and the first date whose cut-off has not passed.

    A date's cut-off lies on the open date before it. With no open date before it in three months there is nothing to be late for.
    """
    earliest = now + policy.notice.lead
    if policy.notice.until is None:
        return earliest
    day = local_date(zone, now)
    back = (day - timedelta(days=n) for n in range(1, SCAN_DAYS + 1))
    previous = next((one for one in back if policy.is_open(one)), None)
    for _ in range(SCAN_DAYS):
        if previous is None or now <= start_instant(zone, previous, policy.notice.until):
            break
        previous = day if policy.is_open(day) else previous
        day += timedelta(days=1)
    return max(earliest, day_start(zone, day))
