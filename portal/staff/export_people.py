"""A list of people as a file for a spreadsheet: everybody, one's own people, or who was found."""

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import HiddenField, RadioField

from portal import clock, list_exports
from portal.forms import clean
from portal.guards import recently_to_send, staff_only
from portal.models import StaffMember
from portal.permissions import EVERYBODY, EXPORT
from portal.staff import care, finding, people_columns
from portal.staff.blueprint import blueprint
from portal.staff.exporting import ExportForm, in_words, sent, too_many, with_choices
from portal.staff.page import staff_page
from portal.staff.people import LONGEST
from portal.staff.people_columns import reading
from portal.staff.settings_menu import Entry, on_settings
from portal.sheets import XLSX

ALL, OWN = "all", "own"


class PeopleExportForm(ExportForm):
    """`q`: what was searched for. `whose` is offered to a practitioner who sees everybody."""

    q = HiddenField(filters=[lambda typed: clean(typed)[:LONGEST]])
    whose = RadioField(default=ALL, validate_choice=False)

    def __init__(self, staff: StaffMember):
        self.always, *offered = people_columns.groups(staff)
        super().__init__(offered)
        self.q.data = self.q.data or clean(request.args.get("q"))[:LONGEST]
        if staff.may(EVERYBODY) and care.has_people(staff):
            self.whose.choices = [(ALL, _("All people")), (OWN, _("My people"))]
        else:
            del self.whose

    @property
    def only_own(self) -> bool:
        return self.whose is not None and self.whose.data == OWN


@on_settings
def entry(staff: StaffMember) -> list[Entry]:
    if not staff.may(EXPORT):
        return []
    words = _("People and appointments for a spreadsheet, and who exported what.")
    return [Entry(_("Practice"), _("Export lists"), words, url_for("staff.export_people", slug=staff.practice.slug))]


@list_exports.told("people")
def words(facts: dict) -> str:
    number = ngettext("%(num)s person", "%(num)s people", facts["rows"])
    return in_words(facts, number, _("found by a search") if facts.get("searched") else "", groups=people_columns.group_words())


@blueprint.route("/people/export", methods=["GET", "POST"])
@staff_only(may=EXPORT)
@recently_to_send(with_choices("staff.export_people"))
def export_people(staff):
    now, form = clock.now(), PeopleExportForm(staff)
    if not form.validate_on_submit():
        return _page(staff, form, now), 422 if form.errors else 200
    ids = finding.everyone(staff, form.q.data, form.only_own)
    problem = too_many(len(ids)) if form.kind.data == XLSX else ""
    if problem or not ids:
        form.form_errors.append(problem or _("There is nobody to export."))
        return _page(staff, form, now), 422
    chosen = [form.always, *form.chosen]
    return sent(staff, "people", form.kind.data, chosen, ids, reading([one.name for one in chosen]), {"searched": bool(form.q.data)}, now)


def _page(staff: StaffMember, form: PeopleExportForm, now) -> str:
    facts = {
        "form": form,
        "number": finding.people(staff, form.q.data, 1).total,
        "sees_everybody": staff.may(EVERYBODY),
        "earlier": list_exports.earlier(staff),
    }
    return staff_page("staff/export_people.html", staff, now, people=(), **facts)
