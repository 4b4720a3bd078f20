"""What a role may do by itself, what a member may do more or less, and what of it counts."""

import pytest

from portal.access import ADMIN, FRONT_DESK, PRACTITIONER, ROLES
from portal.permissions import (
    DAYS,
    EVERYBODY,
    EXPORT,
    FILES,
    GIVEN,
    INVITE,
    MERGE,
    OWN_HOURS,
    PAYMENTS,
    SCHEDULES,
    SETTINGS,
    TEAM,
    held,
    in_order,
    lacking,
    settled,
    unusual,
    usual,
)

ALL = set(GIVEN) | {TEAM}
BOTH = {FILES, PAYMENTS}  # usual for everybody: whoever had them before they were permissions keeps them


@pytest.mark.parametrize(
    "role, inviting, may",
    [
        (ADMIN, [ADMIN], ALL),
        (ADMIN, [], ALL),  # admins always may
        (PRACTITIONER, [], {*BOTH, OWN_HOURS}),
        (PRACTITIONER, ROLES, {*BOTH, OWN_HOURS, INVITE}),
        (FRONT_DESK, [ADMIN, PRACTITIONER], {*BOTH, EVERYBODY, MERGE, DAYS}),
        (FRONT_DESK, ROLES, {*BOTH, EVERYBODY, MERGE, DAYS, INVITE}),
    ],
)
def test_a_role_is_a_set_of_usual_permissions(role, inviting, may):
    assert usual(role, inviting) == may == held(role, inviting, {})


@pytest.mark.parametrize(
    "role, other, more, less",
    [
        (PRACTITIONER, {EVERYBODY: True}, {EVERYBODY}, set()),
        (PRACTITIONER, {OWN_HOURS: False, INVITE: False}, set(), {OWN_HOURS, INVITE}),
        (PRACTITIONER, {EVERYBODY: True, SCHEDULES: True}, {EVERYBODY, SCHEDULES, DAYS}, set()),  # anybody's days off are part of it
        (PRACTITIONER, {SCHEDULES: True}, set(), set()),  # who sees nobody else sets nobody else's hours
        (PRACTITIONER, {MERGE: True, DAYS: True}, set(), set()),
        (FRONT_DESK, {EVERYBODY: False}, set(), {EVERYBODY, MERGE, DAYS}),
        (FRONT_DESK, {SETTINGS: True, INVITE: False}, {SETTINGS}, {INVITE}),
        (FRONT_DESK, {EVERYBODY: True}, set(), set()),  # nothing new
        (FRONT_DESK, {FILES: False, PAYMENTS: False}, set(), BOTH),
        (PRACTITIONER, {PAYMENTS: False, EXPORT: True}, {EXPORT}, {PAYMENTS}),  # lists of their own people
        (FRONT_DESK, {TEAM: True, "king": True}, set(), set()),  # never given by itself; unknown
        (ADMIN, {EVERYBODY: False, INVITE: False, TEAM: False}, set(), set()),  # nothing can be taken from an admin
    ],
)
def test_a_member_may_do_more_or_less_than_the_role(role, other, more, less):
    mine = usual(role, ROLES)
    assert held(role, ROLES, other) == (mine | more) - less


def test_only_what_differs_is_kept_and_it_gives_back_exactly_what_was_wanted():
    assert unusual(FRONT_DESK, ROLES, usual(FRONT_DESK, ROLES)) == {}
    assert unusual(PRACTITIONER, ROLES, [*BOTH, OWN_HOURS, EVERYBODY]) == {EVERYBODY: True, INVITE: False}
    assert unusual(ADMIN, ROLES, []) == {}
    for role in (PRACTITIONER, FRONT_DESK):
        for n in range(2 ** len(GIVEN)):
            wanted = {name for bit, name in enumerate(GIVEN) if n >> bit & 1}
            for inviting in ([], ROLES):
                assert held(role, inviting, unusual(role, inviting, wanted)) == settled(wanted)


def test_what_the_practice_decides_about_inviting_reaches_everybody_it_was_not_decided_for():
    assert INVITE in held(PRACTITIONER, [], {INVITE: True}) and INVITE not in held(PRACTITIONER, ROLES, {INVITE: False})
    assert INVITE not in held(PRACTITIONER, [], {EVERYBODY: True}) and INVITE in held(PRACTITIONER, ROLES, {EVERYBODY: True})


def test_what_would_count_for_nothing_is_named():
    assert lacking([MERGE, SCHEDULES, INVITE]) == (MERGE, SCHEDULES) and lacking([MERGE, EVERYBODY]) == ()
    assert settled([MERGE, "king"]) == frozenset() and in_order({SETTINGS, EVERYBODY, TEAM}) == [EVERYBODY, SETTINGS]


@pytest.mark.parametrize("role", [PRACTITIONER, FRONT_DESK])
def test_lists_leave_the_house_with_nobody_but_admins_until_an_admin_says_so(role):
    assert EXPORT not in usual(role, ROLES) and EXPORT in held(role, ROLES, {EXPORT: True}) and EXPORT in usual(ADMIN, [])
