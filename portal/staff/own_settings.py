"""Settings: which of their details people change themselves, and what the practice would like to know of everybody."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectMultipleField, StringField
from wtforms.validators import Length, ValidationError

from portal import clock, keeping, own_words, practice_details
from portal.database import transact
from portal.forms import clean
from portal.guards import staff_only
from portal.own_fields import FIELDS, WANTABLE
from portal.permissions import SETTINGS
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.practice_forms import PracticeForm
from portal.staff.settings_menu import Entry, on_settings


class OwnSideForm(PracticeForm):
    own_fields = SelectMultipleField(lazy_gettext("People change these themselves"), validate_choice=False)
    wanted_facts = SelectMultipleField(lazy_gettext("Ask for these while they are missing"), validate_choice=False)
    years = StringField(lazy_gettext("Years a record is kept after the last visit"), filters=[clean])
    keeps_words = StringField(
        lazy_gettext("Why, in your own words"),
        [Length(max=300, message=lazy_gettext("Use %(most)s characters or fewer", most=300))],
        filters=[clean],
    )
    COLUMNS = ("own_fields", "wanted_facts", "keeps_words")

    def __init__(self, practice, **kwargs):
        super().__init__(practice, **kwargs)
        names = own_words.fields()
        self.own_fields.choices = [(name, names[name]) for name in FIELDS]
        self.wanted_facts.choices = [(name, names[name]) for name in WANTABLE]

    def stored(self, practice) -> dict:
        return super().stored(practice) | {"years": str(practice.keeps_years or "")}

    def validate_years(self, field) -> None:
        said = field.data or ""
        if said and not (said.isascii() and said.isdigit() and len(said) <= 2 and int(said) > 0):
            raise ValidationError(_("Enter years as a number from 1 to %(most)s, or nothing", most=keeping.MOST_YEARS))

    def values(self) -> dict:
        kept = {"keeps_years": int(self.years.data) if self.years.data else None, "keeps_words": self.keeps_words.data or ""}
        return kept | {
            "own_fields": [name for name in FIELDS if name in self.own_fields.data],
            "wanted_facts": [name for name in WANTABLE if name in self.wanted_facts.data],
        }


@on_settings
def own_side_entry(staff) -> list[Entry]:
    if not staff.may(SETTINGS):
        return []
    words = _("Which details people change themselves, and what you would like to know of everybody.")
    return [Entry(_("People"), _("Details people keep up"), words, url_for("staff.practice_own_side", slug=staff.practice.slug))]


@blueprint.route("/settings/own-side", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def practice_own_side(staff):
    form = OwnSideForm(staff.practice)
    if not form.validate_on_submit():
        return _page(staff, form), 422 if request.method == "POST" else 200
    try:
        transact(practice_details.save, staff, form.values(), form.seen, clock.now())
    except practice_details.ChangedMeanwhile as error:
        form.form_errors.append(_("Somebody changed this while you were looking. What you typed is kept: check it, then save again."))
        form.revision.data = str(error.facts["practice"].revision)
        return _page(staff, form), 409
    flash(_("The settings are saved."))
    return redirect(url_for("staff.practice_own_side", slug=staff.practice.slug))


def _page(staff, form: OwnSideForm) -> str:
    return staff_page(
        "staff/practice_own_side.html",
        staff,
        clock.now(),
        people=(),
        form=form,
        usual=keeping.usual_years(staff.practice.country, staff.practice.region),
    )
