"""One day of a practice, sorted by who works: their hours, what stands in the way, who comes."""

from dataclasses import dataclass
from datetime import date

from booking.hours import Window, day_starts, subtract
from booking.models import Appointment
from booking.own_calendar import may_see, own_calendar
from booking.queries import day_of
from booking.timetable import Timetable
from portal.models import StaffMember

__all__ = ["Column", "columns", "may_see", "own_calendar"]


@dataclass(frozen=True, slots=True)
class Column:
    """A practitioner's day. `hours` are instants `(start, end)` in epoch seconds, what is closed or away taken out."""

    name: str
    public_id: str
    hours: tuple[tuple[int, int], ...]
    closed: str  # the name of a closure on that day
    away: bool
    appointments: tuple[Appointment, ...]

    @property
    def expected(self) -> int:
        """How many come, or came."""
        return sum(not one.is_cancelled for one in self.appointments)

    @property
    def is_empty(self) -> bool:
        return not self.hours and not self.appointments


def columns(staff: StaffMember, table: Timetable, day: date, only: int | None) -> list[Column]:
    """The day of one practitioner (by id), or of all who work or see somebody on it, in the practice's order."""
    theirs: dict[int, list[Appointment]] = {}
    for appointment in day_of(staff, day, only):
        theirs.setdefault(appointment.practitioner_id, []).append(appointment)
    people = {one.id: one for one in table.practitioners() if only in (None, one.id)}
    gone = {number: rows[0].practitioner for number, rows in theirs.items() if number not in people}
    return [_column(table, one, day, theirs.get(one.id, [])) for one in (*people.values(), *gone.values())]


def _column(table: Timetable, practitioner, day: date, appointments: list[Appointment]) -> Column:
    hours, names, away = [], [], False
    for place in table.locations:
        begins, ends = day_starts(place.zone, day, day)
        planned = [Window(max(w.start, begins), min(w.end, ends)) for w in table.windows(practitioner.id, place, day, day)]
        closures = [one for one in table.closures(place, day, day) if one.start < ends and one.end > begins]
        names += [one.name for one in closures]
        left = subtract(planned, closures)
        present = subtract(left, table.absences(practitioner.id))
        away = away or present != left
        hours += [(window.start, window.end) for window in present]
    return Column(practitioner.name, practitioner.public_id, tuple(hours), names[0] if names else "", away, tuple(appointments))
