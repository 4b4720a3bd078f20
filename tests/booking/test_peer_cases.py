"""Cases from other booking systems' own test suites, as data (tests/data/peer_cases.json), through a thin adapter.

A case that contradicts AVAILABILITY.md would carry `"differs"` with the reason in the data; its expectation is then expected not to hold.
"""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from booking.availability import availability
from booking.facts import Busy, Facts, Notice, Policy, Practitioner, Query, Service
from booking.horizon import Release, Rolling, Until
from booking.hours import Override, WeeklyHours, Window, planned_windows

CASES = json.loads((Path(__file__).parents[1] / "data" / "peer_cases.json").read_text())["cases"]


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def practitioner(number: int, source: dict, case: dict) -> Practitioner:
    weekly = [WeeklyHours(row["weekday"], minute(row["start"]), minute(row["end"])) for row in source["weekly_hours"]]
    overrides = [
        Override(date.fromisoformat(row["date"]), tuple((minute(opens), minute(closes)) for opens, closes in row["windows"]))
        for row in source["overrides"]
    ]
    first, last = date.fromisoformat(case["query"]["from"]), date.fromisoformat(case["query"]["to"])
    windows = planned_windows(weekly, overrides, (), case["tz"], first, last)
    if case["query"].get("clamp"):  # the peer opens exactly the interval that is asked for
        begins, ends = instant(case["query"]["from_instant"]), instant(case["query"]["to_instant"])
        windows = tuple(Window(max(w.start, begins), min(w.end, ends)) for w in windows if w.start < ends and w.end > begins)
    busy = [
        Busy(instant(row["start"]), instant(row["end"]), row.get("before_min", 0) * 60, row.get("after_min", 0) * 60)
        for row in source["busy"]
    ]
    return Practitioner(number, windows, (), tuple(busy))


def horizon(stored: dict | None, zone: str):
    match stored:
        case None:
            return None
        case {"kind": "date_range", "to": to}:
            return Until(date.fromisoformat(to))
        case {"kind": "rolling", "days": days}:
            return Rolling(days, zone=stored.get("tz", zone))
        case {"kind": "release", **fields}:
            return Release(fields["weekday"], minute(fields["at"]), fields["through_days"], zone)
    raise ValueError(f"unknown horizon {stored}")


def starts(case: dict) -> list[int]:
    people = [practitioner(number, source, case) for number, source in enumerate(case.get("providers") or [case])]
    service = Service(1, case["duration_min"] * 60, case["step_min"] * 60, case["buffer_before_min"] * 60, case["buffer_after_min"] * 60)
    query = Query(
        service,
        tuple(one.id for one in people),
        case.get("provider_mode", "one"),
        date.fromisoformat(case["query"]["from"]),
        date.fromisoformat(case["query"]["to"]),
    )
    grid = case["align_offset_min"] * 60 if "align_offset_min" in case else None
    policy = Policy(horizon(case["horizon"], case["tz"]), Notice(case["min_notice_min"] * 60), grid=grid)
    answer = availability(Facts(case["tz"], tuple(people)), query, policy, instant(case["now"]))
    assert all(bool(day.starts) == (day.code is None) for day in answer)
    return [start for day in answer for start in day.starts]


def agrees(case: dict) -> bool:
    found, expected = starts(case), [instant(text) for text in case["expected_starts"]]
    excluded = {instant(text) for text in case.get("excluded_starts", ())}
    if case["match"] == "exact":
        return found == expected
    if case["match"] == "prefix":
        return found[: len(expected)] == expected
    return set(expected) <= set(found) and not excluded & set(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}-{case['source'].split(':')[0].replace('/', '-')}")
def test_a_case_from_another_systems_suite(case):
    assert agrees(case) == ("differs" not in case)


def test_every_case_was_taken_over():
    assert len(CASES) == 24
    assert all(case["match"] in ("exact", "prefix", "contains") for case in CASES)


def test_the_adapter_notices_a_wrong_expectation():
    """A positive control: one start more, an hour later, and the case must fail."""
    case = next(case for case in CASES if case["match"] == "exact" and case["expected_starts"])
    later = datetime.fromisoformat(case["expected_starts"][-1]).astimezone(ZoneInfo("UTC")) + timedelta(hours=1)
    assert not agrees({**case, "expected_starts": [*case["expected_starts"], later.isoformat()]})
