"""Everything a practice planned, as plain values: who works when and where, what they offer, under which rules.

Loaded by one statement (booking/snapshot.py) and kept per process until the practice's `timetable_version` changes.
Appointments and holds are not in here: they change all the time.
"""

from dataclasses import dataclass

from booking import facts


@dataclass(frozen=True, slots=True)
class Location:
    id: int
    name: str
    street: str
    city: str
    zone: str

    @property
    def address(self) -> str:
        return ", ".join(part for part in (self.street, self.city) if part)


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Somebody who works here now. `services` are ids."""

    id: int
    public_id: str
    name: str
    profession: str
    languages: tuple[str, ...]
    about: str
    banner_text: str
    services: frozenset[int]


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can be booked now. Minutes; money in minor units; `practitioners` are ids in the practice's order."""

    id: int
    public_id: str
    name: str
    discipline: str
    about: str
    bring: tuple[str, ...]
    duration_minutes: int
    step_minutes: int
    before_minutes: int
    after_minutes: int
    buffers_inside: bool
    price_cents: int | None
    for_people: str  # everyone, new, returning
    room_kind: str
    room_before_minutes: int
    room_after_minutes: int
    practitioners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenDay:
    """One line of "Opening hours": a weekday (0 = Monday) and its (opens, closes) minutes, empty when closed."""

    weekday: int
    hours: tuple[tuple[int, int], ...]


class Timetable:
    """One practice's plan. Ask it, do not change it."""

    practice_id: int
    zone: str
    locations: tuple[Location, ...]

    def services(self) -> tuple[Service, ...]:
        """What can be booked online, in the practice's order; services nobody offers are left out."""

    def service(self, public_id: str) -> Service | None:
        """None: not here, archived, or nobody offers it."""

    def practitioners(self) -> tuple[Practitioner, ...]:
        """Who works here, in the practice's order."""

    def practitioner(self, public_id: str) -> Practitioner | None: ...

    def offered_by(self, service: Service) -> tuple[Practitioner, ...]: ...

    def by_id(self, practitioner_id: int) -> Practitioner | None: ...

    def service_by_id(self, service_id: int) -> Service | None: ...

    def policy(self, service: Service, practitioner: Practitioner | None = None, staff: bool = False) -> facts.Policy:
        """The rules that hold for this service (and practitioner): horizon, notice, limits."""

    def change_notice(self, service_id: int, practitioner_id: int) -> int:
        """Minutes before the start until which one may cancel or move."""

    def week(self) -> tuple[OpenDay, ...]:
        """Monday to Sunday: when somebody works, for "Opening hours" on the practice's page."""


def timetable(practice) -> Timetable:
    """The plan of a practice. At most one statement, none when this process knows this version."""
