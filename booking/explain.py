"""One plain sentence per reason, with its next step (AVAILABILITY §12). Never a private cause, never somebody else's data."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask_babel import get_locale, gettext

from booking.facts import Code, Day, Refusal
from booking.hours import local_date
from booking.wishes import Wish
from portal import filters
from portal.models import Practice


class _Said(NamedTuple):
    """What a sentence is made of: the date spoken of (None for a single start), the person's and practitioner's names, what the engine told."""

    on: date | None
    today: date
    practice: Practice
    wish: Wish
    told: Day | Refusal
    staff: bool

    @property
    def day(self) -> str:
        return self.spell(self.on)

    def spell(self, day: date) -> str:
        return filters.day(day, self.today, locale=get_locale())

    def moment(self, instant: int) -> str:
        return filters.moment(instant, self.practice.zone, self.today, locale=get_locale())

    @property
    def phone(self) -> str:
        return filters.phone_display(self.practice.phone, self.practice.country)

    @property
    def person(self) -> str:
        return self.wish.profile.given_name if self.wish.profile else ""


def sentence(day_or_refusal: Day | Refusal, practice: Practice, wish: Wish, now: datetime, for_staff: bool = False) -> str:
    """Why there is nothing, in the reader's language; an empty string for a day with times."""
    if day_or_refusal.code is None:
        return ""
    on = day_or_refusal.date if isinstance(day_or_refusal, Day) else None
    today = local_date(practice.zone, int(now.timestamp()))
    said = _Said(on, today, practice, wish, day_or_refusal, for_staff)
    return filters.capfirst(_SENTENCES[day_or_refusal.code](said))


def brief(day: Day) -> str:
    """The same in two or three words, for a cell of the month: "Full", "Closed", "Opens later"."""
    code = day.code
    if code is Code.BEYOND_HORIZON:
        return gettext("Opens later")
    if code is Code.CLOSED_HOLIDAY:
        return gettext("Closed")
    if code in (Code.FULLY_BOOKED, Code.CAP, Code.NO_ROOM, Code.HELD):
        return gettext("Full")
    if code is Code.TOO_SOON:
        return gettext("Too soon")
    if code is Code.PATIENT_LIMIT:
        return gettext("Not possible")
    return gettext("No times") if code is not None else ""


def _past(said: _Said) -> str:
    return gettext("%(day)s is over.", day=said.day) if said.on else gettext("That time is over.")


def _no_hours(said: _Said) -> str:
    who, following = said.wish.practitioner, said.told.params.get("next")
    if said.on is None:
        said_so = gettext("There are no appointments at that time.")
    elif who is not None:
        said_so = gettext("%(name)s has no hours on %(day)s.", name=who.name, day=said.day)
    else:
        said_so = gettext("There are no appointments on %(day)s.", day=said.day)
    return said_so if following is None else said_so + " " + gettext("The next day with hours is %(day)s.", day=said.spell(following))


def _closed(said: _Said) -> str:
    name, last = said.told.params.get("name", ""), said.told.params.get("last")
    if said.on is None:
        return gettext("%(practice)s is closed then: %(reason)s.", practice=said.practice.name, reason=name)
    if last is not None and last > said.on:
        return gettext(
            "%(practice)s is closed up to and including %(day)s: %(reason)s.",
            practice=said.practice.name,
            day=said.spell(last),
            reason=name,
        )
    return gettext("%(practice)s is closed on %(day)s: %(reason)s.", practice=said.practice.name, day=said.day, reason=name)


def _away(said: _Said) -> str:
    who, back = said.wish.practitioner, said.told.params.get("back")
    if who is None:
        said_so = (
            gettext("Nobody who offers this is here on %(day)s.", day=said.day)
            if said.on
            else gettext("Nobody who offers this is here then.")
        )
    elif said.on is None:
        said_so = gettext("%(name)s is away then.", name=who.name)
    else:
        said_so = gettext("%(name)s is away on %(day)s.", name=who.name, day=said.day)
    if back is None:
        return said_so
    if who is None:
        return said_so + " " + gettext("Somebody is back on %(day)s.", day=said.spell(back))
    return said_so + " " + gettext("Back on %(day)s.", day=said.spell(back))


def _does_not_fit(said: _Said) -> str:
    longest = said.told.params.get("longest")
    service, length = said.wish.service.name, filters.minutes(said.wish.service.duration_minutes, locale=get_locale())
    if said.on is None:
        said_so = gettext("The hours left are too short for %(service)s, which takes %(length)s.", service=service, length=length)
    else:
        said_so = gettext(
            "The hours on %(day)s are too short for %(service)s, which takes %(length)s.", day=said.day, service=service, length=length
        )
    if said.staff and longest is not None:
        return said_so + " " + gettext("The longest gap is %(length)s.", length=filters.minutes(longest // 60, locale=get_locale()))
    return said_so


def _beyond(said: _Said) -> str:
    opens_at = said.told.opens_at
    if said.on is None:
        if opens_at is None:
            return gettext("That time is not published yet. Look again later, or call %(phone)s.", phone=said.phone)
        return gettext("That time opens on %(moment)s.", moment=said.moment(opens_at))
    if opens_at is None:
        return gettext("Times on %(day)s are not published yet. Look again later, or call %(phone)s.", day=said.day, phone=said.phone)
    return gettext("%(day)s opens on %(moment)s.", day=said.day, moment=said.moment(opens_at))


def _too_soon(said: _Said) -> str:
    earliest = said.told.params.get("earliest")
    if earliest is None:
        return gettext("That is too soon to book online. Call %(phone)s to ask.", phone=said.phone)
    return gettext(
        "That is too soon to book online: the earliest is %(moment)s. To come sooner, call %(phone)s.",
        moment=said.moment(earliest),
        phone=said.phone,
    )


def _cap(said: _Said) -> str:
    ends = said.told.params.get("ends")
    after = said.spell(ends + timedelta(days=1)) if ends else ""
    match said.told.params.get("period"):
        case "week":
            return gettext("All appointments of that week are taken. Look from %(day)s.", day=after)
        case "month":
            return gettext("All appointments of that month are taken. Look from %(day)s.", day=after)
    return (
        gettext("All appointments of %(day)s are taken.", day=said.day) if said.on else gettext("All appointments of that day are taken.")
    )


def _full(said: _Said) -> str:
    if said.told.params.get("no_more"):
        return gettext("No more times can be booked online. Call %(phone)s.", phone=said.phone)
    return gettext("%(day)s is full. Choose another day.", day=said.day) if said.on else gettext("That time is taken. Choose another.")


def _no_room(said: _Said) -> str:
    return (
        gettext("No room is free on %(day)s. Choose another day.", day=said.day)
        if said.on
        else gettext("No room is free then. Choose another time.")
    )


def _held(said: _Said) -> str:
    retry = said.told.params.get("retry_at")
    after = filters.clock_time(retry, said.practice.zone, locale=get_locale()) if retry else ""
    if said.on is None:
        taken = gettext("Somebody is booking that time at the moment.")
    else:
        taken = gettext("Somebody is booking the last time on %(day)s at the moment.", day=said.day)
    return taken + " " + gettext("It may be free again at %(time)s.", time=after) if retry else taken


def _person(said: _Said) -> str:
    name = said.person
    match said.told.params.get("limit"):
        case "most_upcoming":
            return gettext(
                "%(name)s already has the most appointments that can be booked online. Call %(phone)s to book another.",
                name=name,
                phone=said.phone,
            )
        case "per_day":
            if said.on is not None:
                return gettext("%(name)s already has an appointment on %(day)s. Choose another day.", name=name, day=said.day)
            return gettext("%(name)s already has an appointment that day. Choose another day.", name=name)
    return gettext("%(name)s already has an appointment at that time. Choose another.", name=name)


def _buffer(said: _Said) -> str:
    return gettext("Only the pause around another appointment is in the way.")


def _off_grid(said: _Said) -> str:
    return gettext("Appointments do not begin at that time. Choose one of the times shown.")


def _taken(said: _Said) -> str:
    return gettext("That time was just taken. Choose another.")


_SENTENCES = {
    Code.PAST: _past,
    Code.NO_WORKING_HOURS: _no_hours,
    Code.CLOSED_HOLIDAY: _closed,
    Code.PRACTITIONER_AWAY: _away,
    Code.DOES_NOT_FIT: _does_not_fit,
    Code.BEYOND_HORIZON: _beyond,
    Code.TOO_SOON: _too_soon,
    Code.CAP: _cap,
    Code.FULLY_BOOKED: _full,
    Code.NO_ROOM: _no_room,
    Code.HELD: _held,
    Code.PATIENT_LIMIT: _person,
    Code.BUFFER: _buffer,
    Code.OFF_GRID: _off_grid,
    Code.SLOT_TAKEN: _taken,
}
