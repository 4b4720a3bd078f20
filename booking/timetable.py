"""Everything a practice planned, as plain values: who works when and where, what they offer, under which rules.

Loaded by one statement (booking/snapshot.py) and kept per process until the practice's `timetable_version` changes.
Appointments and holds are not in here: they change all the time.
"""

from collections import defaultdict
from datetime import date, timedelta

from flask import current_app

from booking import facts, snapshot
from booking.holidays_of import public_holidays
from booking.horizon import Horizon, from_dict
from booking.hours import Window, local_date, open_dates, planned_windows
from booking.plan import (
    Cap,
    ClosedSpan,
    Group,
    Location,
    OpenDay,
    Practitioner,
    Service,
    Terms,
    day_of,
    opening_week,
    practitioners_of,
    services_of,
    weeks_of,
)
from portal.models import Practice

__all__ = ["Group", "Location", "OpenDay", "Practitioner", "Service", "Timetable", "timetable"]

USUAL_HORIZON = {"kind": "rolling", "days": 60}  # the defaults of a practice that set nothing (MISSION §5)
USUAL_NOTICE, USUAL_CHANGE_NOTICE = 120, 24 * 60  # minutes
REACH = timedelta(days=8)  # closures this far around a range still matter to windows that touch it
MANY_RANGES, MANY_PRACTICES = 4000, 500  # remembered at most; then the memory starts anew


class Timetable:
    """One practice's plan. Ask it, do not change it."""

    def __init__(self, practice: Practice, parts: dict[str, list], most_upcoming: int, like: "Timetable | None" = None):
        self.practice_id, self.zone = practice.id, practice.zone
        self.parts = parts  # as they were read, for who speaks of single rows; not to be changed
        self._country, self._region, self._language = practice.country, practice.region, practice.language
        self.locations = tuple(sorted((Location(*row) for row in parts["locations"]), key=lambda place: place.id))
        if like and like.shares(parts, "practitioners", "services", "offers"):
            self._people, self._services, self._by_public_id = like._people, like._services, like._by_public_id
        else:
            self._people = {one.id: one for one in practitioners_of(parts)}
            self._services = {one.id: one for one in services_of(parts, list(self._people))}
            self._by_public_id = {one.public_id: one for one in (*self._people.values(), *self._services.values())}
        if like and like.shares(parts, "practitioners", "locations", "hours", "overrides", "breaks"):
            self._weeks = like._weeks
        else:
            self._weeks = {place: week for place, week in weeks_of(parts).items() if place[0] in self._people}
        self._absences = defaultdict(list)
        for practitioner, start, end, _id in parts["times_off"]:
            self._absences[practitioner].append(facts.Span(start, end))
        self._closures = [ClosedSpan(*row[:2], day_of(row[2]), day_of(row[3]), *row[4:6]) for row in parts["closures"]]
        self._worked = {day_of(on) for on, _id in parts["holidays_worked"]}
        self._rooms = sorted((number, location, kind) for number, location, kind in parts["rooms"])
        self.caps = tuple(Cap(*row[:-1]) for row in parts["caps"])
        self._most_upcoming = most_upcoming
        self._horizons, self._rules = {}, {}
        for practitioner, service, horizon, *columns, _id in parts["rules"]:
            level = ("service", service) if service else ("practitioner", practitioner) if practitioner else ("practice", None)
            self._horizons[level], self._rules[level] = horizon, columns
        self._remembered: dict[tuple, object] = {}

    def shares(self, parts: dict[str, list], *tables: str) -> bool:
        """Whether other parts have the very same rows there."""
        return all(parts[table] is self.parts[table] for table in tables)

    # --- what can be booked, and with whom ---

    def services(self) -> tuple[Service, ...]:
        """What can be booked online, in the practice's order; services nobody offers online are left out."""
        return self.remember(("online",), lambda: tuple(one for one in self._services.values() if self.offered_by(one)))

    def all_services(self) -> tuple[Service, ...]:
        """What staff can book, in the practice's order; services nobody offers are left out."""
        return tuple(self._services.values())

    def service(self, public_id: str) -> Service | None:
        """None: not here, archived, or nobody offers it. Whether it can be booked online is `offered_by`'s to say."""
        found = self._by_public_id.get(public_id)
        return found if isinstance(found, Service) else None

    def practitioners(self) -> tuple[Practitioner, ...]:
        """Who works here, in the practice's order."""
        return tuple(self._people.values())

    def practitioner(self, public_id: str) -> Practitioner | None:
        found = self._by_public_id.get(public_id)
        return found if isinstance(found, Practitioner) else None

    def offered_by(self, service: Service, staff: bool = False) -> tuple[Practitioner, ...]:
        """With whom it can be booked online, or by staff; online nobody for a service that is not online."""
        who = tuple(self._people[one] for one in service.practitioners)
        return who if staff else tuple(one for one in who if one.is_online and service.is_online)

    def by_id(self, practitioner_id: int) -> Practitioner | None:
        return self._people.get(practitioner_id)

    def service_by_id(self, service_id: int) -> Service | None:
        return self._services.get(service_id)

    def location_by_id(self, location_id: int) -> Location | None:
        return next((place for place in self.locations if place.id == location_id), None)

    def zone_of(self, practitioner_id: int) -> str:
        """Where their clock hangs: the zone of the first location they have hours at."""
        return next((self.location_by_id(place).zone for person, place in self._weeks if person == practitioner_id), self.zone)

    def today(self, now: int) -> date:
        """The earliest date it is anywhere in the practice."""
        return min(local_date(zone, now) for zone in {self.zone, *(place.zone for place in self.locations)})

    def week(self, today: date) -> tuple[OpenDay, ...]:
        """Monday to Sunday: when somebody works, for "Opening hours" on the practice's page."""
        return opening_week(self._weeks, today)

    # --- rules ---

    def terms(self, service_id: int | None, practitioner_id: int | None) -> Terms:
        """The rules that hold: of each column the most specific level that says something."""
        levels = (("service", service_id), ("practitioner", practitioner_id), ("practice", None))
        rows = [self._rules[level] for level in levels if level in self._rules]
        rows.append([USUAL_NOTICE, None, USUAL_CHANGE_NOTICE, self._most_upcoming, None, None])
        return Terms(*(next((value for value in column if value is not None), None) for column in zip(*rows)))

    def policy(self, service: Service, practitioner: Practitioner | None = None, staff: bool = False) -> facts.Policy:
        """The rules that hold for this service (and practitioner): horizon, notice, limits."""
        terms = self.terms(service.id, practitioner.id if practitioner else None)
        return self._policy(terms, self.zone, staff)

    @property
    def counts_open_days(self) -> bool:
        """Whether a horizon or a cut-off counts open days, so that one's hours decide when others can be booked."""
        stored = (horizon for horizon in self._horizons.values() if horizon)
        return any(one.get("count") == "open_days" for one in stored) or any(columns[1] is not None for columns in self._rules.values())

    def change_notice(self, service_id: int, practitioner_id: int) -> int:
        """Minutes before the start until which one may cancel or move."""
        return self.terms(service_id, practitioner_id).change_notice_minutes

    def _policy(self, terms: Terms, zone: str, staff: bool) -> facts.Policy:
        cutoff = terms.cutoff_minute
        return facts.Policy(
            horizon=self._horizon("practice", None, zone),
            notice=facts.Notice(terms.notice_minutes * 60, cutoff),
            limits=facts.Limits(terms.most_upcoming, 1 if terms.one_per_day else None, no_overlap=True),
            grid=0 if terms.anchor_midnight else None,
            staff=staff,
            is_open=self.is_open,
        )

    def _horizon(self, kind: str, number: int | None, zone: str) -> Horizon | None:
        stored = self._horizons.get((kind, number)) or (USUAL_HORIZON if kind == "practice" else None)
        return self.remember(("horizon", kind, number, zone), lambda: from_dict(stored, zone, self.is_open))

    def last_bookable(self, now: int) -> date:
        """No horizon in force reaches beyond this date: where a search for open times may stop."""
        levels = {("practice", None), *(level for level, stored in self._horizons.items() if stored)}
        zones = {self.zone, *(place.zone for place in self.locations)}  # it may be tomorrow already at one of them
        reach = (self._horizon(kind, number, zone).bookable_until(now) for kind, number in levels for zone in zones)
        return max((day for day in reach if day), default=date.min)

    def groups(self, service: Service, practitioner: Practitioner | None = None, staff: bool = False) -> tuple[Group, ...]:
        """Who could give this service (or the one practitioner), sorted into those who are judged together.

        Online "anyone" is never somebody who takes no new people: those they have seen ask for them by name.
        """
        offering = (one for one in self.offered_by(service, staff) if practitioner is None or one.id == practitioner.id)
        asked = tuple(one.id for one in offering if staff or practitioner or not one.closed_to_new)

        def sort_out() -> tuple[Group, ...]:
            found = defaultdict(list)
            for one in asked:
                places = [location for person, location in self._weeks if person == one] or [place.id for place in self.locations[:1]]
                for location in places:
                    found[location, self.terms(service.id, one)].append(one)
            return tuple(
                Group(place, self._policy(terms, place.zone, staff), tuple(people))
                for (location, terms), people in found.items()
                for place in [self.location_by_id(location)]
            )

        return self.remember(("groups", service.id, asked, staff), sort_out)

    # --- hours ---

    def windows(self, practitioner_id: int, location: Location, first: date, last: date) -> tuple[Window, ...]:
        """Planned windows at a location that touch the dates."""
        week = self._weeks.get((practitioner_id, location.id))
        if week is None:
            return ()
        key = ("windows", practitioner_id, location.id, first, last)
        return self.remember(key, lambda: planned_windows(*week, location.zone, first, last))

    def closures(self, location: Location, first: date, last: date) -> tuple[facts.Closure, ...]:
        """Own closures and public holidays that are not worked, around the dates."""
        return self.remember(("closures", location.id, first, last), lambda: self._closed(location, first - REACH, last + REACH))

    def _closed(self, location: Location, first: date, last: date) -> tuple[facts.Closure, ...]:
        found = []
        for row in self._closures:
            if row.location not in (None, location.id):
                continue
            if row.first is None:
                last_day = local_date(location.zone, row.end - 1)
                found.append(facts.Closure(row.start, row.end, row.name, last_day))
            elif row.first <= last and row.last >= first:
                found.append(facts.closed_dates(row.name, location.zone, row.first, row.last))
        for year in range(first.year, last.year + 1):
            for day, name in public_holidays(self._country, self._region, year, self._language):
                if first <= day <= last and day not in self._worked:
                    found.append(facts.closed_dates(name, location.zone, day, day))
        return tuple(sorted(found))

    def is_open(self, day: date) -> bool:
        """Is it an open date (AVAILABILITY §12): does somebody have hours left after closures?"""
        first = day.replace(day=1)
        return day in self.remember(
            ("open", first), lambda: self._open_dates(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        )

    def _open_dates(self, first: date, last: date) -> frozenset[date]:
        found = set()
        for place in self.locations:
            windows = [window for person, where in self._weeks if where == place.id for window in self.windows(person, place, first, last)]
            found |= open_dates(windows, self.closures(place, first, last), place.zone, first, last)
        return frozenset(found)

    # --- what the engine wants to know ---

    def rooms(self, location: Location | None = None) -> list[tuple[int, str]]:
        """(id, kind) of the rooms, by id."""
        return [(number, kind) for number, where, kind in self._rooms if location is None or where == location.id]

    def absences(self, practitioner_id: int) -> tuple[facts.Span, ...]:
        return tuple(self._absences.get(practitioner_id, ()))

    def engine_service(self, service: Service, zone: str) -> facts.Service:
        """The service in seconds."""
        return self.remember(("service", service.id, zone), lambda: service.in_seconds(self._horizon("service", service.id, zone)))

    def engine_practitioner(
        self, number: int, location: Location, first: date, last: date, busy: tuple[facts.Busy, ...]
    ) -> facts.Practitioner:
        windows = self.windows(number, location, first, last)
        return facts.Practitioner(number, windows, self.absences(number), busy, self._horizon("practitioner", number, location.zone))

    def remember(self, key: tuple, make):
        """What `make` gives, made once: for whatever depends on the plan and the key alone."""
        found = self._remembered.get(key, self)
        if found is self:
            if len(self._remembered) > MANY_RANGES:
                self._remembered.clear()
            found = self._remembered[key] = make()
        return found


_kept: dict[tuple[str, int], tuple[tuple, Timetable]] = {}  # by database and practice


def timetable(practice: Practice) -> Timetable:
    """The plan of a practice. At most one statement, none when this process knows this version."""
    most_upcoming, whose = current_app.config["MOST_UPCOMING"], (current_app.config["SQLALCHEMY_DATABASE_URI"], practice.id)
    key = (practice.timetable_version, practice.zone, practice.country, practice.region, practice.language, most_upcoming)
    known = _kept.get(whose)
    if known is None or known[0] != key:
        if len(_kept) > MANY_PRACTICES:
            _kept.clear()
        known = _kept[whose] = key, timetable_of(practice, snapshot.read(practice.id))
    return known[1]


def timetable_of(practice: Practice, parts: dict[str, list], like: Timetable | None = None) -> Timetable:
    """The plan that these parts make, be it only supposed (booking/whatif.py). Not remembered. `like`: another plan of the practice; what
    the two share is not worked out again."""
    return Timetable(practice, parts, current_app.config["MOST_UPCOMING"], like)


def forget() -> None:
    """Remember nothing: the next answer reads the plan again. For measurements."""
    _kept.clear()
