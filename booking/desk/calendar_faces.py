"""What the calendar says of each thing. A week of twenty practitioners has a thousand of them: a template that made every link took 60 % of the
page's time, so the links are made here, every sentence looked up and escaped once. Addresses are relative to …/calendar."""

from collections.abc import Iterable
from functools import cached_property

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from booking.desk.calendar_days import Clock, Gap, PersonDay
from booking.desk.calendar_facts import Blocked, Facts, Visit
from booking.desk.calendar_rows import Entry
from booking.timetable import Timetable

COLOURS = 8
_SEEN, _READ = "<small>%s</small>", '<span class="vh">, %s</span>'  # what it is for: in sight where there is room, else only read out


class Faces:
    """For one page: the words in the reader's language, the colours of the services."""

    def __init__(self, table: Timetable, facts: Facts):
        self._facts = facts
        known = {one.id: n % COLOURS for n, one in enumerate(table.all_services())}
        self._colours = {number: known.get(number, number % COLOURS) for number in facts.names.services}
        self._services = {number: str(escape(name)) for number, name in facts.names.services.items()}
        self._booked: dict[int, str] = {}
        states = {"arrived": gettext("Arrived"), "fulfilled": gettext("Seen"), "noshow": gettext("Did not come"), "booked": ""}
        self._states = {status: _safe(word) for status, word in states.items()}
        self._new, self._alert, self._note, self._repeats = (_safe(word) for word in (gettext("New"), gettext("Alert"), gettext("Note"), gettext("Repeats")))
        self._free = _safe(gettext("with %(name)s: free, %(length)s. Book", name="\1", length="\2"))
        self._range = _safe(gettext("%(start)s to %(end)s", start="\1", end="\2"))

    def cell(self, entries: Iterable[Entry], clock: Clock, tall: bool) -> Markup:
        """The links of one cell; `tall` if there is room for a second line."""
        return Markup("".join(self._link(one.what, clock, _SEEN if tall else _READ) for one in entries))

    def day(self, day: PersonDay, clock: Clock, name: str, practitioner: str) -> Markup:
        """A day as a list of links: what is booked, then what is free."""
        things = "".join(self._link(one, clock, _READ) for one in day.things)
        return Markup(things + "".join(self._gap(gap, clock, name, practitioner, whole=True) for gap in day.gaps))

    def free(self, start: int, gap: Gap, clock: Clock, name: str, practitioner: str) -> Markup:
        """A piece of free time that begins at `start`."""
        return Markup(self._gap(Gap(max(start, gap[0]), gap[1]), clock, name, practitioner))

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
            f"{escape(one.given_name)} {escape(one.family_name)}{f' <i>{state}</i>' if state else ''}{about % told}</a>"
        )

    def _block(self, one: Blocked, clock: Clock, about: str) -> str:
        time, length = clock.words(one.start), clock.length((one.end - one.start) // 60)
        if one.seats:
            service = self._services[one.service]
            seats = escape(gettext("%(taken)s of %(seats)s seats", taken=self._facts.seated(one), seats=one.seats))
            kind, told = f"c{self._colours[one.service]} group", f"{service}, {length}"
            return f'<a class="appt {kind}" href="groups/{one.public_id}"><b>{time}</b> {escape(one.title) or service} <i>{seats}</i>{about % told}</a>'
        name = escape(one.title or (gettext("Another calendar") if one.imported else gettext("Blocked")))
        return f'<a class="appt block" href="blocks/{one.public_id}"><b>{time}</b> {name}{about % length}</a>'

    def _gap(self, gap: Gap, clock: Clock, name: str, practitioner: str, whole: bool = False) -> str:
        """`whole`: its end is seen too."""
        begins = clock.words(gap.start)
        seen = self._range.replace("\1", begins).replace("\2", clock.words(gap.end)) if whole else begins
        rest = self._free.replace("\1", str(escape(name))).replace("\2", clock.whole_length((gap.end - gap.start) // 60))
        return f'<a class="free" href="book?at={gap.start}&amp;with={practitioner}">{seen}<span class="vh"> {rest}</span></a>'

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


def _safe(words: str) -> str:
    return str(escape(words))
