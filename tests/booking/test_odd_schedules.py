"""What no person types into the pages about schedules is refused in words, never an error of ours (SAFETY §8)."""

import pytest

from tests.booking.desk_world import OLIVIER

RULES, OFF = "/desk/riverside/rules", f"/desk/riverside/schedules/{OLIVIER}/days-off"


@pytest.fixture
def dana(cast, browse):
    return browse(cast.dana, staff=True)


@pytest.mark.parametrize(
    "line", ["9999-12-31 9am to 9999-12-31", "0001-01-01 9am to 0001-01-01", "2027-01-01 9am to 9999-12-31", "0001-01-01 to 2027-01-01"]
)
def test_a_day_that_opens_lies_in_years_that_calendars_show(dana, line):
    page = dana.submit(dana.page(RULES), kind="release_list", releases=line)
    assert page.status == 422 and f"We could not read {line}." in page.text


@pytest.mark.parametrize("times", [(" ; ", "; "), (",", ","), ("9am - 10am, 11am", "12pm")])
def test_times_of_a_day_off_are_one_stretch(dana, times):
    page = dana.submit(dana.page(OFF), first="2027-01-04", last="2027-01-04", **{"from": times[0], "to": times[1]})
    assert page.status == 422 and "We could not read these times." in page.text
