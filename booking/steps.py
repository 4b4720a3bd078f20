"""The state of a booking lives in the address: who, what, with whom, when. Every step is a page that can be kept, sent, gone back to.

Anything may stand in an address. What cannot be read becomes "unknown" (an id nobody has) or is left out and named in `unread`;
whether an id is somebody's is asked later, of the timetable or of the asker's links.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from flask import url_for

ANYONE = "any"
ME = "me"  # the asker, who has no profile at this practice yet
UNKNOWN = "unknown"  # no public id looks like this
_ID = re.compile(r"[a-z2-7]{16}")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{9,10}")
_LAST_INSTANT = 4_102_444_800  # the end of the year 2099, as far as an address may reach


@dataclass(frozen=True, slots=True)
class Steps:
    """What has been chosen so far at the practice `slug`; empty means not yet.

    `who`, `what`, `with_` and `move` are public ids of a profile (or "me"), a service, a practitioner (or "any") and the appointment
    that is being moved. `month` is the first day of a month, `day` a local date, `at` the start in epoch seconds.
    """

    slug: str
    who: str = ""
    what: str = ""
    with_: str = ""
    month: date | None = None
    day: date | None = None
    at: int | None = None
    move: str = ""
    unread: tuple[str, ...] = ()  # names of the arguments that say nothing

    @classmethod
    def read(cls, slug: str, args) -> "Steps":
        """From the arguments of an address or the fields of a form. Never raises."""
        found, unread = {}, []
        for name, (field, reader) in _READERS.items():
            text = args.get(name, "")
            if text:
                found[field] = reader(text)
                if found[field] is None:
                    unread.append(name)
        return cls(slug, **found, unread=tuple(unread))

    def but(self, **changes) -> "Steps":
        """The same booking with other choices: `steps.but(day=None, with_="any")`."""
        return replace(self, **changes)

    def args(self) -> dict[str, str]:
        """As arguments of an address, in the order people decide."""
        chosen = {"who": self.who, "what": self.what, "with": self.with_, "move": self.move}
        if self.month:
            chosen["month"] = f"{self.month:%Y-%m}"
        if self.day:
            chosen["day"] = self.day.isoformat()
        if self.at is not None:
            chosen["at"] = str(self.at)
        return {name: value for name, value in chosen.items() if value}

    def url(self, step: str, **changes) -> str:
        """The address of a step ("who", "what", "with_whom", "when", "hold", "confirm"), keeping what was chosen but for `changes`."""
        return url_for(f"booking.{step}", slug=self.slug, **self.but(**changes).args())

    @property
    def next_step(self) -> str:
        """The first step that still has a question, once it is known who comes."""
        if not self.what:
            return "what"
        if not self.with_:
            return "with_whom"
        return "when" if self.at is None else "confirm"


def _id(text: str) -> str:
    return text if _ID.fullmatch(text) else UNKNOWN


def _who(text: str) -> str:
    return text if text == ME else _id(text)


def _whom(text: str) -> str:
    return text if text == ANYONE else _id(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _month(text: str) -> date | None:
    return _day(f"{text}-01")


def _instant(text: str) -> int | None:
    return int(text) if _INSTANT.fullmatch(text) and int(text) < _LAST_INSTANT else None


_READERS = {
    "who": ("who", _who),
    "what": ("what", _id),
    "with": ("with_", _whom),
    "month": ("month", _month),
    "day": ("day", _day),
    "at": ("at", _instant),
    "move": ("move", _id),
}
