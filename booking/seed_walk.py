"""Fills the calendars of the demo world by a walk over the same planned windows the engine sees, keeping its rules.

Grid, buffers, rooms, caps, first visits before follow-ups, one visit a day and person. The nearer the day, the fuller it is.
"""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking.hours import Window, local_date, start_instant, subtract
from booking.models import Appointment
from booking.models.appointment import BLOCKING
from booking.seed_visits import DAY, Desk, Visit
from booking.timetable import Service, Timetable, timetable
from portal.database import db
from portal.models import Link, Practice, Profile
from portal.seed import name_id

WEEKS_BACK, DAYS_AHEAD = 6, 37
PAST_SHARE, FULLEST_SHARE, LEAST_SHARE = 0.2, 0.68, 0.28  # how likely a grid start is taken: past, today, in five weeks
MOST_VISITS = 7  # of one person


class Walk:
    """One practice's calendars while they are filled."""

    def __init__(self, desk: Desk, practice: Practice, now: datetime):
        self.desk, self.practice, self.now = desk, practice, int(now.timestamp())
        self.random = Random(f"visits of {practice.slug}")
        self.table: Timetable = timetable(practice)
        self.place = self.table.locations[0]
        self.today = now.astimezone(ZoneInfo(self.place.zone)).date()
        self.first, self.last = self.today - timedelta(weeks=WEEKS_BACK), self.today + timedelta(days=DAYS_AHEAD)
        self.busy: dict[str, list[tuple[int, int, int, int]]] = defaultdict(list)  # "p3", "r1" → start, end, before, after
        self.counted: Counter = Counter()
        self.numbers, self.later = count(), 0
        self._grid: dict[tuple, list[int]] = {}
        for row in db.session.scalars(select(Appointment).where(Appointment.practice_id == practice.id, Appointment.status.in_(BLOCKING))):
            start, service = int(row.starts_at.timestamp()), self.table.service_by_id(row.service_id)
            self.take(row.practitioner_id, service, start, local_date(self.place.zone, start), row.room_id or 0)

    def first_fit(self, name: str, who: str, slug: str, with_whom: str, what: str, days_ahead: int, minute: int) -> Visit | None:
        """The cast's appointment at the first time that can be had."""
        person = self.table.practitioner(name_id(f"practitioner {with_whom}"))
        service = self.table.service(name_id(f"service {what}"))
        for ahead in range(days_ahead, DAYS_AHEAD):
            day = self.today + timedelta(days=ahead)
            for start in self.starts(person.id, service, day):
                if start >= max(start_instant(self.place.zone, day, minute), self.now + 3 * 3600):
                    room = self.room_for(service, start)
                    if room is not None and self.fits(person.id, service, start, day):
                        self.take(person.id, service, start, day, room)
                        visit = self.desk.at(name, who, slug, with_whom, what, start, room_id=room or None)
                        return visit
        return None

    def fill(self, people: list[tuple[Profile, Link | None]]) -> list[Visit]:
        """Visits of the crowd, day by day."""
        newcomers, regulars, visits = list(people), [], []
        self.random.shuffle(newcomers)
        days = (self.last - self.first).days + 1
        for n in range(days):
            day, here = self.first + timedelta(days=n), set()
            self.later = len(people) * (days - 1 - n) // days  # newcomers kept for the days to come
            for practitioner in self.table.practitioners():
                services = [service for service in self.table.services() if practitioner.id in service.practitioners]
                visits += self._one_day(practitioner.id, services, day, newcomers, regulars, here)
        return visits

    def _one_day(self, practitioner_id: int, services: list[Service], day: date, newcomers: list, regulars: list, here: set) -> list[Visit]:
        visits, ahead = [], (day - self.today).days
        share = PAST_SHARE if ahead < 0 else max(LEAST_SHARE, FULLEST_SHARE - ahead * 0.012)
        after = 0
        for start in sorted({start for service in services for start in self.starts(practitioner_id, service, day)}):
            if start < after or self.random.random() > share:
                continue
            service = self.random.choice(services)
            room = self.room_for(service, start)
            if (
                start not in self.starts(practitioner_id, service, day)
                or room is None
                or not self.fits(practitioner_id, service, start, day)
            ):
                continue
            person = self._whom(service, newcomers, regulars, here)
            if person is None:
                continue
            status = self._status(start)
            if status != "cancelled":
                after = self.take(practitioner_id, service, start, day, room)
            profile, link = person
            made = min(start, self.now) - self.random.randrange(3600, 18 * DAY)
            by_staff = link is None or self.random.random() < 0.2
            visits.append(
                Visit(
                    name=f"crowd {self.practice.slug} {next(self.numbers)}",
                    profile=profile,
                    practitioner_id=practitioner_id,
                    service=self.desk.services[service.public_id],
                    location=self.desk.locations[self.practice.slug],
                    start=start,
                    status=status,
                    created=made,
                    link=None if by_staff else link,
                    staff_id=self.desk.staff[self.practice.slug] if by_staff else None,
                    room_id=room or None,
                )
            )
        return visits

    def _whom(self, service: Service, newcomers: list, regulars: list, here: set):
        """Somebody for whom this service is, and who is not here on that day yet."""
        first_visit = service.for_people == "new" or (service.for_people == "everyone" and self.random.random() < 0.3)
        if first_visit and len(newcomers) > self.later:
            person = newcomers.pop()
            regulars.append(person)
        else:
            free = [one for one in regulars if one[0].id not in here and self.counted[one[0].public_id] < MOST_VISITS]
            free = [] if service.for_people == "new" else free
            person = self.random.choice(free) if free else None
        if person:
            here.add(person[0].id)
            self.counted[person[0].public_id] += 1
        return person

    def _status(self, start: int) -> str:
        luck = self.random.random()
        if start < self.now:
            return "fulfilled" if luck < 0.9 else "noshow" if luck < 0.94 else "cancelled"
        return "booked" if luck < 0.96 else "cancelled"

    # --- the engine's rules, in short ---

    def starts(self, practitioner_id: int, service: Service, day: date) -> list[int]:
        """The grid of one day, inside hours, closures and absences taken out."""
        key = practitioner_id, service.id, day
        if key not in self._grid:
            self._grid[key] = self._starts(practitioner_id, service, day)
        return self._grid[key]

    def _starts(self, practitioner_id: int, service: Service, day: date) -> list[int]:
        step, length, found = service.step_minutes * 60, service.duration_minutes * 60, []
        outside = (service.before_minutes * 60, service.after_minutes * 60) if service.buffers_inside else (0, 0)
        gone = (*self.table.closures(self.place, day, day), *self.table.absences(practitioner_id))
        for window in self.table.windows(practitioner_id, self.place, day, day):
            pieces = subtract([Window(window.start, window.end)], gone)
            for start in range(window.start, window.end - length + 1, step):
                if any(piece.start <= start - outside[0] and start + length + outside[1] <= piece.end for piece in pieces):
                    found.append(start)
        return [start for start in found if local_date(self.place.zone, start) == day]

    def fits(self, practitioner_id: int, service: Service, start: int, day: date) -> bool:
        horizon = self.table.engine_service(service, self.place.zone).horizon
        if horizon and day > horizon.bookable_until(self.now):
            return False
        return self._free(f"p{practitioner_id}", service, start, service.before_minutes, service.after_minutes) and all(
            self.counted[key] + more <= most for key, more, most in self._caps(practitioner_id, service, day)
        )

    def room_for(self, service: Service, start: int) -> int | None:
        """A room for the whole time; 0 if none is needed, None if none is free."""
        if not service.room_kind:
            return 0
        rooms = [number for number, kind in self.table.rooms() if kind == service.room_kind]
        before, after = service.room_before_minutes, service.room_after_minutes
        return next((number for number in rooms if self._free(f"r{number}", service, start, before, after)), None)

    def take(self, practitioner_id: int, service: Service, start: int, day: date, room: int) -> int:
        """Note an appointment; the first instant after it and its buffer."""
        end = start + service.duration_minutes * 60
        self.busy[f"p{practitioner_id}"].append((start, end, service.before_minutes * 60, service.after_minutes * 60))
        if room:
            self.busy[f"r{room}"].append((start, end, service.room_before_minutes * 60, service.room_after_minutes * 60))
        for key, more, _ in self._caps(practitioner_id, service, day):
            self.counted[key] += more
        return end + service.after_minutes * 60

    def _free(self, resource: str, service: Service, start: int, before: int, after: int) -> bool:
        end = start + service.duration_minutes * 60
        return all(
            end + max(after * 60, other_before) <= other_start or other_end + max(other_after, before * 60) <= start
            for other_start, other_end, other_before, other_after in self.busy[resource]
        )

    def _caps(self, practitioner_id: int, service: Service, day: date) -> list[tuple[tuple, int, int]]:
        """(what is counted, how much this adds, how much is allowed) of every cap this visit falls under; one place is left."""
        found = []
        for number, cap in enumerate(self.table.caps):
            if cap.practitioner in (None, practitioner_id) and cap.service in (None, service.id):
                period = {"day": day, "week": day.isocalendar()[:2], "month": (day.year, day.month)}[cap.period]
                found.append(
                    ((number, period), 1, cap.max_count - 1)
                    if cap.max_count
                    else ((number, period), service.duration_minutes, cap.max_minutes)
                )
        return found
