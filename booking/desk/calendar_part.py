"""The calendar as a part of a page, kept per process until something it shows has changed.

A front desk looks at the same week all day long, most of the time at one that is as it was: asking for its `mark` (calendar_facts.py) is one
small statement, while making the part anew of a week of twenty practitioners takes more than half of the page's time.
"""

from datetime import datetime
from threading import Lock
from typing import NamedTuple

from flask import render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from booking.desk import calendar_facts
from booking.desk.calendar_days import midnight_to_midnight
from booking.desk.calendar_form import Asked
from booking.desk.calendar_grid import shown, to_a_row
from booking.timetable import Timetable
from portal.database import db
from portal.models import StaffMember

MOST = 40  # parts kept; a week of twenty practitioners is 200 kB


class Part(NamedTuple):
    """`people`: the ids of the profiles it shows. It is as it was while `mark` is. `plan`: the version of the timetable its names are of."""

    html: Markup
    people: frozenset[int]
    mark: str
    plan: int
    names: calendar_facts.Names


_kept: dict[tuple, Part] = {}  # the oldest first
_lock = Lock()


def part(staff: StaffMember, table: Timetable, asked: Asked, now: datetime) -> Part:
    """What desk/_calendar.html makes of this. One statement if it was made before and is still so, else three or four."""
    reach = _reach(table, asked)
    key = _key(staff, asked, min(max(to_a_row(int(now.timestamp())), reach[0]), reach[1]))
    known = _kept.get(key)
    if known is not None and known.mark == calendar_facts.mark(staff, *reach):
        return known
    version = staff.practice.timetable_version
    found = shown(staff, table, asked, int(now.timestamp()), known.names if known is not None and known.plan == version else None)
    mark = calendar_facts.mark_of(staff, *reach, found.facts)
    html = Markup(render_template("desk/_calendar.html", asked=asked, shown=found, mark=mark))
    made = Part(html, frozenset(found.people), mark, version, found.facts.names)
    with _lock:
        _kept.pop(key, None)
        _kept[key] = made
        if len(_kept) > MOST:
            del _kept[next(iter(_kept))]
    return made


def mark(staff: StaffMember, table: Timetable, asked: Asked) -> str:
    """What `part` would be marked with. One statement."""
    return calendar_facts.mark(staff, *_reach(table, asked))


def forget() -> None:
    """Make every part anew. For tests and measurements."""
    _kept.clear()


def _reach(table: Timetable, asked: Asked) -> tuple:
    return *midnight_to_midnight(table.zone, asked.first, asked.last), asked.only


def _key(staff: StaffMember, asked: Asked, now: int) -> tuple:
    """All that the part depends on but what the mark tells. `now`: within what is shown."""
    practice = staff.practice
    whose = asked.only, tuple(one.public_id for one in asked.chosen)
    words = str(get_locale()), request.args.get("lang"), practice.language, practice.country, practice.zone
    return str(db.engine.url), practice.id, asked.day, asked.view, asked.by_room, whose, words, now
