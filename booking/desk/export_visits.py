"""A list of appointments as a file for a spreadsheet: of some days, and if wished of one practitioner, location, service or state."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy import false, select
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import DateInput

from booking.desk import visit_columns
from booking.desk.blueprint import blueprint
from booking.desk.visit_columns import reading
from booking.forms import DayForm
from booking.models import Appointment, Location, Practitioner, Service
from booking.own_calendar import may_see
from portal import clock, list_exports
from portal.database import db
from portal.filters import birth_date
from portal.forms import DayField
from portal.guards import recently_to_send, staff_only
from portal.models import StaffMember
from portal.permissions import EXPORT
from portal.sheets import XLSX
from portal.staff.exporting import ExportForm, in_words, sent, too_many, with_choices
from portal.staff.page import staff_page

FILTERS = {"practitioner": Practitioner, "location": Location, "service": Service}
_OF = {"practitioner": Appointment.practitioner_id, "location": Appointment.location_id, "service": Appointment.service_id}


class VisitsExportForm(ExportForm):
    first = DayField(lazy_gettext("From"), [InputRequired(lazy_gettext("Enter the first day"))], widget=DateInput())
    last = DayField(lazy_gettext("Until"), [InputRequired(lazy_gettext("Enter the last day"))], widget=DateInput())
    practitioner = SelectField(lazy_gettext("Practitioner"), validate_choice=False)
    location = SelectField(lazy_gettext("Location"), validate_choice=False)
    service = SelectField(lazy_gettext("Service"), validate_choice=False)
    state = SelectField(lazy_gettext("State"), validate_choice=False)

    def __init__(self, staff: StaffMember, today: date):
        self.always, *offered = visit_columns.groups(staff)
        super().__init__(offered)
        self.first.data = self.first.data or (None if self.is_submitted() else today.replace(day=1))
        self.last.data = self.last.data or (None if self.is_submitted() else today.replace(day=monthrange(today.year, today.month)[1]))
        self.rows = {name: _there(staff, model) for name, model in FILTERS.items()}
        self.state.choices = [SelectChoice("", _("All")), *(SelectChoice(*pair) for pair in visit_columns.states().items())]
        for name, rows in self.rows.items():
            self[name].choices = [SelectChoice("", _("All")), *(SelectChoice(one.public_id, one.name) for one in rows)]
        for name, is_gone in (("practitioner", may_see(staff) is not None), ("location", len(self.rows["location"]) < 2)):
            if is_gone:
                del self[name]

    def validate_last(self, field) -> None:
        if self.first.data and field.data and not DayForm.FIRST <= self.first.data <= field.data <= DayForm.LAST:
            raise ValidationError(_("Choose a last day that is not before the first, both between 2000 and 2099"))

    def conditions(self) -> list:
        """What holds of the appointments that were asked for; an unknown name finds none."""
        found = [
            _OF[name] == next((one.id for one in rows if one.public_id == self[name].data), 0)
            for name, rows in self.rows.items()
            if name in self and self[name].data
        ]
        if self.state.data:
            found.append(Appointment.status == self.state.data if self.state.data in visit_columns.states() else false())
        return found


def _there(staff: StaffMember, model) -> list:
    """All of the practice, those too that are there no more."""
    return list(
        db.session.execute(
            select(model.id, model.public_id, model.name).where(model.practice_id == staff.practice_id).order_by(model.name, model.id)
        )
    )


@list_exports.told("appointments")
def words(facts: dict) -> str:
    number = ngettext("%(num)s appointment", "%(num)s appointments", facts["rows"])
    first, last = (birth_date(date.fromisoformat(facts[name]), locale=get_locale()) for name in ("first", "last"))
    return in_words(facts, number, _("%(first)s to %(last)s", first=first, last=last), groups=visit_columns.group_words())


@blueprint.route("/appointments/export", methods=["GET", "POST"])
@staff_only(may=EXPORT)
@recently_to_send(with_choices("desk.export_visits"))
def export_visits(staff):
    now, form = clock.now(), VisitsExportForm(staff, clock.today(staff.practice.zone))
    if not form.validate_on_submit():
        return _page(staff, form, now), 422 if form.errors else 200
    ids = _found(staff, form)
    problem = too_many(len(ids)) if form.kind.data == XLSX else ""
    if problem or not ids:
        form.form_errors.append(problem or _("There are no such appointments. Choose other days, or narrow them by less."))
        return _page(staff, form, now), 422
    chosen = [form.always, *form.chosen]
    facts = {"first": form.first.data.isoformat(), "last": form.last.data.isoformat()}
    return sent(staff, "appointments", form.kind.data, chosen, ids, reading([one.name for one in chosen]), facts, now)


def _found(staff: StaffMember, form: VisitsExportForm) -> list[int]:
    """The ids, in the order of time; of practitioners those with them."""
    begins, ends = (_midnight(staff, day) for day in (form.first.data, form.last.data + timedelta(days=1)))
    only = may_see(staff)
    here = (Appointment.practice_id == staff.practice_id, Appointment.starts_at >= begins, Appointment.starts_at < ends)
    mine = () if only is None else (Appointment.practitioner_id == only,)
    return list(
        db.session.scalars(select(Appointment.id).where(*here, *mine, *form.conditions()).order_by(Appointment.starts_at, Appointment.id))
    )


def _midnight(staff: StaffMember, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(staff.practice.zone))


def _page(staff: StaffMember, form: VisitsExportForm, now: datetime) -> str:
    return staff_page(
        "desk/export_visits.html", staff, now, people=(), form=form, own=may_see(staff) is not None, earlier=list_exports.earlier(staff)
    )
