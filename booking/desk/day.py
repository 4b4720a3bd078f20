"""The day list: who comes, when, to whom. Prints well."""

from datetime import timedelta

from flask import abort, request
from flask_babel import gettext as _

from booking.desk.blueprint import blueprint
from booking.desk.columns import columns, may_see
from booking.forms import DayForm
from booking.timetable import Timetable, timetable
from portal import clock
from portal.guards import staff_only
from portal.staff.page import staff_page


@blueprint.get("/day")
@staff_only()
def day(staff):
    now, today, table = clock.now(), clock.today(staff.practice.zone), timetable(staff.practice)
    only = _whose(table, may_see(staff), request.args.get("with", ""))
    form = DayForm(request.args, data={"date": today.isoformat()})
    form.date.data = form.date.data or today.isoformat()  # a cleared field means today
    form.with_.choices = [("", _("Everybody")), *((one.public_id, one.name) for one in table.practitioners())]
    shown = form.day if form.validate() else None
    found = columns(staff, table, shown, only) if shown else []
    page = staff_page(
        "desk/day.html",
        staff,
        now,
        people={one.profile_id for column in found for one in column.appointments},
        form=form,
        day=shown,
        today=today,
        before=max(shown - timedelta(days=1), DayForm.FIRST) if shown else None,
        after=min(shown + timedelta(days=1), DayForm.LAST) if shown else None,
        chosen=form.with_.data or None,
        columns=found,
        chooses=may_see(staff) is None,
    )
    return page, 200 if shown else 422


def _whose(table: Timetable, allowed: int | None, asked: str) -> int | None:
    """The practitioner to show, None for all; 404 for one who is not here or not for this role."""
    if not asked:
        return allowed
    one = table.practitioner(asked) or abort(404)
    return one.id if allowed in (None, one.id) else abort(404)
