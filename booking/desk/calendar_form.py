"""What is asked of the calendar: which day or week, whose, by practitioner or by room. Read from the address."""

from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from flask import abort, request
from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField

from booking.desk.columns import may_see
from booking.forms import DayForm
from booking.timetable import Practitioner, Timetable
from portal.models import StaffMember

DAY, WEEK = "day", "week"


class CalendarForm(DayForm):
    with_ = SelectMultipleField(_("Practitioners"), name="with", validate_choice=False)


class Asked(NamedTuple):
    """`first` … `last` are shown; `chosen`: practitioners asked for by name, empty for everybody this member may see (`only`: their ids)."""

    slug: str
    day: date
    view: str
    by_room: bool
    chosen: tuple[Practitioner, ...]
    only: tuple[int, ...] | None
    first: date
    last: date

    @property
    def is_week(self) -> bool:
        return self.view == WEEK

    def url(self, **changes) -> str:
        """The address of this calendar with something else about it; None takes a part out.

        Relative to …/calendar: a week of twenty practitioners has thirty of them, and the router took a tenth of the page's time."""
        said = {
            "date": self.day,
            "view": WEEK if self.is_week else None,
            "by": "room" if self.by_room else None,
            "with": [one.public_id for one in self.chosen] or None,
            "lang": request.args.get("lang"),
        } | changes
        return "calendar?" + urlencode({name: value for name, value in said.items() if value is not None}, doseq=True)

    def beside(self, steps: int) -> date:
        """A day, or the Monday of a week, earlier or later, within the years of the form."""
        return min(max(self.first + timedelta(days=steps * (7 if self.is_week else 1)), DayForm.FIRST), DayForm.LAST)


def form_of(table: Timetable, today: date) -> CalendarForm:
    form = CalendarForm(request.args, data={"date": today.isoformat()})
    form.date.data = form.date.data or today.isoformat()  # a cleared field means today
    form.with_.choices = [(one.public_id, one.name) for one in table.practitioners()]
    return form


def asked(staff: StaffMember, table: Timetable, day: date) -> Asked:
    """404 for somebody who is not here or not for this role."""
    allowed = may_see(staff)
    chosen = tuple(table.practitioner(one) or abort(404) for one in dict.fromkeys(filter(None, request.args.getlist("with"))))
    if allowed is not None and any(one.id != allowed for one in chosen):
        abort(404)
    only = tuple(one.id for one in chosen) or (None if allowed is None else (allowed,))
    view = WEEK if request.args.get("view") == WEEK else DAY
    first = day - timedelta(days=day.weekday()) if view == WEEK else day
    last = first + timedelta(days=6) if view == WEEK else day
    return Asked(staff.practice.slug, day, view, request.args.get("by") == "room" and view == DAY, chosen, only, first, last)
