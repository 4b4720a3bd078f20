"""What a member of staff may do, finer than roles (MISSION M14). Pure: plain values in, plain values out.

A role is a set of usual permissions; of a member only what differs from it is kept (`StaffMember.unusual`: {name: may}). Admins may
everything and nothing can be taken from them: they could give it back to themselves. What only an admin decides asks for TEAM.
"""

from collections.abc import Collection, Iterable, Mapping

from portal.access import ADMIN, FRONT_DESK, PRACTITIONER

EVERYBODY = "everybody"  # all people and all calendars; without it one's own calendar and the people in it (M24)
INVITE = "invite"  # let people into the portal, see who has access; the usual of a role is the practice's (`inviting_roles`)
FILES = "files"  # see and add files about a person, and the notes of staff
PAYMENTS = "payments"  # what is due, paid and left; record what comes in and goes back
EXPORT = "export"  # take lists of people and appointments out of the house; without EVERYBODY, of one's own
MERGE = "merge"  # answer registrations, make two records one
OWN_HOURS = "own_hours"  # one's own usual week and days off
DAYS = "days"  # anybody's days off, other hours on one date, closures of one day
SCHEDULES = "schedules"  # all of the plan, and the rules of booking
SETTINGS = "settings"  # what the practice offers, where, by whom; how it presents itself
TEAM = "team"  # who works here and what they may do, how they sign in, whom a role lets in, who is forgotten: never given by itself

# those a member may have more or fewer of, in the order shown
GIVEN = (
    EVERYBODY,
    FILES,
    PAYMENTS,
    EXPORT,
    INVITE,
    MERGE,
    OWN_HOURS,
    DAYS,
    SCHEDULES,
    SETTINGS,
)
NEEDS = {MERGE: EVERYBODY, DAYS: EVERYBODY, SCHEDULES: EVERYBODY}  # they show people and calendars of others: nothing without it
INCLUDES = {SCHEDULES: (OWN_HOURS, DAYS)}
_USUAL = {ADMIN: (*GIVEN, TEAM), PRACTITIONER: (FILES, PAYMENTS, OWN_HOURS), FRONT_DESK: (EVERYBODY, FILES, PAYMENTS, MERGE, DAYS)}


def usual(role: str, inviting_roles: Collection[str]) -> frozenset[str]:
    """What this role may do at a practice. Raises KeyError for an unknown role."""
    return frozenset(_USUAL[role]) | ({INVITE} if role in inviting_roles else set())


def held(role: str, inviting_roles: Collection[str], unusual: Mapping[str, bool]) -> frozenset[str]:
    """What a member may do now; a name we do not know gives nothing."""
    mine = usual(role, inviting_roles)
    if role == ADMIN:
        return mine
    return settled(name for name in GIVEN if unusual.get(name, name in mine))


def settled(wanted: Iterable[str]) -> frozenset[str]:
    """What counts of these: without what lacks another one, with what is part of one."""
    found = {name for name in wanted if name in GIVEN}
    found -= {name for name in found if NEEDS.get(name, name) not in found}
    return frozenset(found.union(*(INCLUDES.get(name, ()) for name in found)))


def in_order(names: Collection[str]) -> list[str]:
    """Those among these that may be given, in the order shown."""
    return [name for name in GIVEN if name in names]


def lacking(wanted: Collection[str]) -> tuple[str, ...]:
    """Those among these that would count for nothing, because what they need is not there; in the order shown."""
    return tuple(name for name in GIVEN if name in wanted and NEEDS.get(name, name) not in wanted)


def unusual(role: str, inviting_roles: Collection[str], wanted: Collection[str]) -> dict[str, bool]:
    """What is to be kept of a member who may do exactly `wanted`: only what their role does not say by itself."""
    mine, asked = usual(role, inviting_roles), settled(wanted)
    return {} if role == ADMIN else {name: name in asked for name in GIVEN if (name in asked) != (name in mine)}
