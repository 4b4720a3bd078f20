"""The parts of a timetable as plain values, and how stored rows become them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from booking import facts
from booking.horizon import Horizon
from booking.hours import Break, Override, WeeklyHours

STEP_MINUTES = 15  # the calendar tick of a service that sets no step of its own


@dataclass(frozen=True, slots=True)
class Location:
    id: int
    name: str
    street: str
    city: str
    zone: str
    latitude: float | None = None
    longitude: float | None = None

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
    is_online: bool = True  # else only staff book with them
    closed_to_new: bool = False  # online only for people they have seen
    banner_from: date | None = None
    banner_until: date | None = None

    def banner(self, today: date) -> str:
        """What they say on this day; an empty string if nothing."""
        early = self.banner_from is not None and today < self.banner_from
        late = self.banner_until is not None and today > self.banner_until
        return "" if early or late else self.banner_text


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
    is_online: bool = True  # else only staff book it

    def in_seconds(self, horizon: Horizon | None) -> facts.Service:
        """As the engine takes it."""
        return facts.Service(
            id=self.id,
            duration=self.duration_minutes * 60,
            step=self.step_minutes * 60,
            before=self.before_minutes * 60,
            after=self.after_minutes * 60,
            buffers_inside=self.buffers_inside,
            room=self.room_kind or None,
            room_before=self.room_before_minutes * 60,
            room_after=self.room_after_minutes * 60,
            horizon=horizon,
        )


class OpenDay(NamedTuple):
    """One line of "Opening hours": a weekday (0 = Monday) and its `(opens, closes)` minutes, empty when closed."""

    weekday: int
    hours: tuple[tuple[int, int], ...]


class Terms(NamedTuple):
    """Rules after the levels were settled: practice < practitioner < service, column by column. Minutes."""

    notice_minutes: int | None
    cutoff_minute: int | None
    change_notice_minutes: int | None
    most_upcoming: int | None
    one_per_day: bool | None
    anchor_midnight: bool | None


class Cap(NamedTuple):
    practitioner: int | None
    service: int | None
    location: int | None
    period: str
    max_count: int | None
    max_minutes: int | None


class ClosedSpan(NamedTuple):
    """A closure as staff entered it: whole dates, or two instants; `location` None is all of them."""

    location: int | None
    name: str
    first: date | None
    last: date | None
    start: int | None
    end: int | None


class Group(NamedTuple):
    """Practitioners who are judged together: same location, same rules."""

    location: Location
    policy: facts.Policy
    practitioners: tuple[int, ...]


class Week(NamedTuple):
    """What one practitioner planned at one location."""

    hours: tuple[WeeklyHours, ...]
    overrides: tuple[Override, ...]
    breaks: tuple[Break, ...]


def day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def weeks_of(parts: dict[str, list]) -> dict[tuple[int, int], Week]:
    """(practitioner id, location id) → what is planned. Breaks are the practitioner's, wherever they work."""
    hours, overrides, breaks = defaultdict(list), defaultdict(list), defaultdict(list)
    known = {row[0] for row in parts["locations"]}
    for practitioner, location, weekday, opens, closes, begins, until, services, _id in parts["hours"]:
        only = None if services is None else frozenset(services)
        hours[practitioner, location].append(WeeklyHours(weekday, opens, closes, day_of(begins), day_of(until), only))
    for practitioner, location, on, windows, _id in parts["overrides"]:
        overrides[practitioner, location].append(Override(day_of(on), tuple((opens, closes) for opens, closes in windows)))
    for practitioner, begins, ends, weekday, on, _id in parts["breaks"]:
        breaks[practitioner].append(Break(begins, ends, weekday, day_of(on)))
    places = sorted(place for place in {*hours, *overrides} if place[1] in known)
    return {place: Week(tuple(hours[place]), tuple(overrides[place]), tuple(breaks[place[0]])) for place in places}


def services_of(parts: dict[str, list], working: list[int]) -> tuple[Service, ...]:
    """In the practice's order; what nobody who works here offers is left out."""
    offered = defaultdict(set)
    for service, practitioner, _id in parts["offers"]:
        offered[service].add(practitioner)
    found = []
    for row in sorted(parts["services"], key=lambda row: (row[1], row[0])):
        (
            number, _position, public_id, name, discipline, about, bring, duration, step, before, after, inside,
            price, for_people, room_kind, room_before, room_after, offline,
        ) = row  # fmt: skip
        who = tuple(one for one in working if one in offered[number])
        things = tuple(line.strip() for line in bring.splitlines() if line.strip())
        if who:
            found.append(
                Service(
                    number, public_id, name, discipline, about, things, duration, step or STEP_MINUTES, before, after, bool(inside),
                    price, for_people, room_kind, room_before, room_after, who, offline is None,
                )
            )  # fmt: skip
    return tuple(found)


def practitioners_of(parts: dict[str, list]) -> tuple[Practitioner, ...]:
    """Who works here, in the practice's order."""
    offers = defaultdict(set)
    for service, practitioner, _id in parts["offers"]:
        offers[practitioner].add(service)
    rows = sorted(parts["practitioners"], key=lambda row: (row[1], row[0]))
    return tuple(
        Practitioner(
            number,
            public_id,
            name,
            profession,
            tuple(languages or ()),
            about,
            banner,
            frozenset(offers[number]),
            offline is None,
            closed is not None,
            day_of(begins),
            day_of(until),
        )
        for number, _position, public_id, name, profession, languages, about, banner, begins, until, offline, closed in rows
    )


def opening_week(weeks: dict[tuple[int, int], Week], today: date) -> tuple[OpenDay, ...]:
    """Monday to Sunday, when anybody works on a usual week from today on."""
    days = []
    for weekday in range(7):
        rows = sorted(
            (row.opens, row.closes if row.closes > row.opens else row.closes + 1440)
            for week in weeks.values()
            for row in week.hours
            if row.weekday == weekday and (row.valid_until is None or row.valid_until >= today) and (row.valid_from or today) <= today
        )
        merged: list[tuple[int, int]] = []
        for opens, closes in rows:
            if merged and opens <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(merged[-1][1], closes)
            else:
                merged.append((opens, closes))
        days.append(OpenDay(weekday, tuple((opens, closes if closes <= 1440 else closes - 1440) for opens, closes in merged)))
    return tuple(days)
