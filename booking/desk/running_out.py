"""A warning on Today before a calendar runs out, and the page with its remedy: what it would open is shown before it is saved."""

from datetime import timedelta

from flask import abort, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import opening_words, schedules
from booking.behind_words import Reader, whose
from booking.desk.blueprint import blueprint
from booking.desk.open_day import preview, saved
from booking.own_calendar import may_see
from booking.running_out import Ending, endings
from booking.timetable import Timetable, timetable
from portal import clock, filters
from portal.guards import staff_only
from portal.models import StaffMember
from portal.staff.page import staff_page
from portal.staff.panels import Need, on_needs


@on_needs
def needs(staff: StaffMember, now) -> list[Need]:
    table, instant = timetable(staff.practice), int(now.timestamp())
    return [Need(words(table, one, instant), address(staff, one)) for one in _theirs(staff, table, instant)]


def _theirs(staff: StaffMember, table: Timetable, now: int) -> list[Ending]:
    """What this member of staff is told of: everything, or their own calendar."""
    only = may_see(staff)
    return [one for one in endings(table.parts, table, now) if only is None or (one.level == "practitioner" and one.number == only)]


def address(staff: StaffMember, one: Ending) -> str:
    return url_for("desk.running_out", slug=staff.practice.slug, key=one.key)


def words(table: Timetable, one: Ending, now: int) -> str:
    """ "From Saturday 16 January the calendar of Maya Chen will look full to people who book online." """
    today, after = table.today(now), one.last + timedelta(days=1)
    day, over = filters.day(after, today, locale=get_locale()), after <= today
    if one.level == "practice":
        if over:
            return _("Since %(day)s your calendar looks full to people who book online.", day=day)
        return _("From %(day)s your calendar will look full to people who book online.", day=day)
    name = whose(table, one.level, one.number)
    if one.level == "service":
        if over:
            return _("Since %(day)s %(name)s looks full to people who book online.", day=day, name=name)
        return _("From %(day)s %(name)s will look full to people who book online.", day=day, name=name)
    if over:
        return _("Since %(day)s the calendar of %(name)s looks full to people who book online.", day=day, name=name)
    return _("From %(day)s the calendar of %(name)s will look full to people who book online.", day=day, name=name)


@blueprint.route("/running-out/<key>", methods=["GET", "POST"])
@staff_only()
def running_out(staff, key):
    now, table = clock.now(), timetable(staff.practice)
    parts = table.parts
    one = next((one for one in _theirs(staff, table, int(now.timestamp())) if one.key == key), None) or abort(404)
    reader = Reader(staff.practice, parts, table, one.last, int(now.timestamp()))
    said, problem, back = opening_words.sentences(one.remedy, reader), None, url_for("staff.today", slug=staff.practice.slug)
    if request.method == "POST":
        try:
            return saved(staff, one.remedy, parts, now, back, _("Saved: %(change)s", change=" ".join(said)))
        except schedules.ChangedMeanwhile as error:
            problem = error
    facts = preview(staff, one.remedy, parts, now)
    page = staff_page(
        "desk/running_out.html",
        staff,
        now,
        people=(),
        one=one,
        warning=words(table, one, int(now.timestamp())),
        said=said,
        problem=problem,
        back=back,
        **facts,
    )
    return page, problem.status if problem else 200
