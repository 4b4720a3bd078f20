"""What the calendar says of each thing. A week of twenty practitioners has a thousand of them: a template that made every link took 60 % of the
page's time, so the links are made here, every sentence looked up and escaped once. Addresses are relative to …/calendar."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property, lru_cache

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from booking.desk.calendar_days import Clock, Gap, PersonDay
from booking.desk.calendar_facts import Blocked, Facts, Visit
from booking.desk.calendar_rows import QUARTER, Cell
from booking.desk.calendar_tables import Column, Line, Row
from booking.timetable import Timetable
from portal.i18n import lang
from portal.models import Practice
from portal.pagecontext import own_words

COLOURS = 8
MOST_DAYS = 1000  # cells of a week kept, of one language and one practice's words: seven weeks of twenty practitioners, some megabytes
EMPTY = ("pause", "beside")
_SEEN, _READ = "<small>%s</small>", '<span class="vh">, %s</span>'  # what it is for: in sight where there is room, else only read out


class Faces:
    """For one page: the words in the reader's language, the colours of the services."""

    def __init__(self, table: Timetable, facts: Facts, practice: Practice):
        self._facts, self._practice = facts, practice
        known = {one.id: n % COLOURS for n, one in enumerate(table.all_services())}
        self._colours = {number: known.get(number, number % COLOURS) for number in facts.names.services}
        self._services = {number: _safe(name) for number, name in facts.names.services.items()}
        self._booked: dict[int, str] = {}
        self._why: dict[tuple[str, str], Markup] = {}
        states = {"arrived": gettext("Arrived"), "fulfilled": gettext("Seen"), "noshow": gettext("Did not come"), "booked": ""}
        self._states = {status: _safe(word) for status, word in states.items()}
        self._new, self._alert, self._note, self._repeats = (
            _safe(word) for word in (gettext("New"), gettext("Alert"), gettext("Note"), gettext("Repeats"))
        )
        self._opens = _safe(gettext("what is read online, and how to open the day"))
        self._free = _safe(gettext("with %(name)s: free, %(length)s. Book", name="\1", length="\2"))
        self._range = _safe(gettext("%(start)s to %(end)s", start="\1", end="\2"))
        self._made = _made_before(lang(), practice.language, tuple(self._services.items()), tuple(self._colours.items()))

    def cells(self, row: Row, named: bool) -> Markup:
        """The cells of a row; `named`: each says whose it is, for where columns stand one below the other."""
        return Markup("".join(self._cell(column, cell, named) for column, cell in row.cells))

    def _cell(self, column: Column, cell: Cell, named: bool) -> str:
        size = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        if cell.columns > 1:
            size += f' colspan="{cell.columns}"'
        if cell.kind in EMPTY:
            return f"<td{size}></td>"
        if cell.kind not in ("busy", "free"):
            return f'<td{size} class="off">{self._off_hours(cell.kind, cell.ground.text)}</td>'
        name = f' data-h="{_safe(column.name)}"' if named else ""
        if cell.kind == "free":
            start, end = cell.ground.gap
            gap = Gap(max(column.clock.instant(cell.row * QUARTER), start), end)
            return f"<td{size}{name}>{self._gap(gap, column.clock, column.name, column.practitioner)}</td>"
        about = _SEEN if cell.rows > 1 else _READ  # is there room for a second line?
        return f"<td{size}{name}>{''.join(self._link(one.what, column.clock, about) for one in cell.entries)}</td>"

    def _off_hours(self, kind: str, name: str) -> str:
        return f'<span class="vh">{self.why_not(kind, name)}</span>' if kind == "off" else str(self.why_not(kind, name))

    def why_not(self, kind: str, name: str) -> Markup:
        """Why nobody is here: "closed" with what it is called, "away", or "off"."""
        if (kind, name) not in self._why:
            words = gettext("Away") if kind == "away" else gettext("Not working")
            self._why[kind, name] = _closed(name, self._practice) if kind == "closed" else escape(words)
        return self._why[kind, name]

    def why_link(self, day: PersonDay, on: date, practitioner: str, whose: str = "") -> Markup:
        """The reason of a closed day leads to the phone (booking/desk/phone.py): what is read online about it, and how it opens.

        `whose`, as HTML: read out where many stand in one table."""
        why = self.why_not(*day.not_here)
        if not practitioner:
            return why
        return Markup(
            f'<a href="phone?date={on.isoformat()}&amp;with={practitioner}">{why}<span class="vh">{whose}: {self._opens}</span></a>'
        )

    def week(self, line: Line, clocks: Iterable[Clock]) -> Markup:
        """The cells of a practitioner's week: each day as a list of links, what is booked, then what is free."""
        return Markup("\n".join([self._day(day, clock, line) for clock, day in zip(clocks, line.days)]))

    def _day(self, day: PersonDay, clock: Clock, line: Line) -> str:
        """After a change of one day, those of all others are as they were: a cell is kept by all it depends on, but for groups, whose seats
        stand elsewhere."""
        if any(isinstance(one, Blocked) and one.seats for one in day.things):
            return self._day_anew(day, clock, line)
        key = clock.zone, clock.day, line.practitioner, line.name, day
        cell = self._made.get(key)
        if cell is None:
            if len(self._made) >= MOST_DAYS:
                self._made.clear()
            cell = self._made[key] = self._day_anew(day, clock, line)
        return cell

    def _day_anew(self, day: PersonDay, clock: Clock, line: Line) -> str:
        whose = f", {_safe(line.name)}, {clock.short_day}"
        if not day.present and not day.things:
            return f'<td data-h="{clock.short_day}" class="off">{self.why_link(day, clock.day, line.practitioner, whose)}</td>'
        head = self.sums(day, clock) if day.present else self.why_link(day, clock.day, line.practitioner, whose)
        things = "".join([self._link(one, clock, _READ) for one in day.things])
        gaps = "".join([self._gap(gap, clock, line.name, line.practitioner, whole=True) for gap in day.gaps])
        return f'<td data-h="{clock.short_day}"><p class="muted small m0">{escape(head)}</p>{things}{gaps}</td>'

    def _link(self, one: Visit | Blocked, clock: Clock, about: str) -> str:
        return self._visit(one, clock, about) if isinstance(one, Visit) else self._block(one, clock, about)

    def _visit(self, one: Visit, clock: Clock, about: str) -> str:
        state, told = self._states[one.status], f"{self._services[one.service]}, {clock.length((one.end - one.start) // 60)}"
        if one.is_new or one.companions:
            state = " ".join(filter(None, (f"+{one.companions}" if one.companions else "", state, self._new if one.is_new else "")))
        if one.has_alert or one.has_note or one.repeats:
            marks = ((one.has_alert, self._alert), (one.has_note, self._note), (one.repeats, self._repeats))
            told = " · ".join([told, *(word for is_so, word in marks if is_so)])
        return (
            f'<a class="appt c{self._colours[one.service]} {one.status}" href="appointments/{one.public_id}"><b>{clock.words(one.start)}</b> '
            f"{_safe(one.given_name)} {_safe(one.family_name)}{f' <i>{state}</i>' if state else ''}{about % told}</a>"
        )

    def _block(self, one: Blocked, clock: Clock, about: str) -> str:
        time, length = clock.words(one.start), clock.length((one.end - one.start) // 60)
        if one.seats:
            service = self._services[one.service]
            seats = _safe(gettext("%(taken)s of %(seats)s seats", taken=self._facts.seated(one), seats=one.seats))
            kind, told = f"c{self._colours[one.service]} group", f"{service}, {length}"
            return f'<a class="appt {kind}" href="groups/{one.public_id}"><b>{time}</b> {_safe(one.title) or service} <i>{seats}</i>{about % told}</a>'
        name = _safe(one.title or (gettext("Another calendar") if one.imported else gettext("Blocked")))
        return f'<a class="appt block" href="blocks/{one.public_id}"><b>{time}</b> {name}{about % length}</a>'

    def _gap(self, gap: Gap, clock: Clock, name: str, practitioner: str, whole: bool = False) -> str:
        """`whole`: its end is seen too, and its day is read out."""
        begins = clock.words(gap.start)
        seen = self._range.replace("\1", begins).replace("\2", clock.words(gap.end)) if whole else begins
        rest = self._free.replace("\1", _safe(name)).replace("\2", clock.whole_length((gap.end - gap.start) // 60))
        return f'<a class="free" href="book?at={gap.start}&amp;with={practitioner}">{seen}<span class="vh">{f", {clock.short_day}," if whole else ""} {rest}</span></a>'

    def booked(self, day: PersonDay) -> str:
        """ "6 booked"."""
        count = day.visits
        if count not in self._booked:
            self._booked[count] = ngettext("%(num)s booked", "%(num)s booked", count)
        return self._booked[count]

    def sums(self, day: PersonDay, clock: Clock) -> str:
        """ "6 booked · 2 hr 45 min free", of a day on which they are here."""
        return f"{self.booked(day)} · {self._left.replace(chr(1), clock.length(day.free_minutes))}" if day.gaps else self.booked(day)

    @cached_property
    def _left(self) -> str:
        return gettext("%(length)s free", length="\1")


@lru_cache(maxsize=16)
def _made_before(*_words) -> dict[tuple, str]:
    """The cells made with these words, by what they show."""
    return {}


@lru_cache(maxsize=4096)  # a week names the same people again and again
def _safe(words: str) -> str:
    return str(escape(words))


def _closed(name: str, practice: Practice) -> Markup:
    """The practice's own name for it says its language, where that is another one than the page's."""
    return escape(gettext("Closed: %(name)s", name="\1")).replace("\1", escape(own_words(name, practice)))
