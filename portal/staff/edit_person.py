"""A person's language and time zone: for the mail of those without an account, as an account says both for itself."""

from flask import current_app, flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import clock, own_reader, reading_choice, zones
from portal.database import transact
from portal.filters import zone_name
from portal.forms import LanguageAndZoneForm
from portal.guards import staff_only
from portal.links import today
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.whose import of_person


@blueprint.route("/people/<public_id>/language", methods=["GET", "POST"])
@staff_only()
@of_person
def edit_language(staff, person):
    form, now = _form(staff, person), clock.now()
    if request.method == "GET":
        form.seen.data = reading_choice.mark_of(person)
    if not form.validate_on_submit():
        return _page(staff, person, form, now), 422 if request.method == "POST" else 200
    try:
        if transact(reading_choice.choose, staff, person, form.language.data, form.zone.data, now, form.seen.data):
            flash(_("Saved the language and time zone of %(name)s.", name=person.name))
    except reading_choice.ChosenMeanwhile as problem:
        form.form_errors.append(problem.message)
        form.seen.data = reading_choice.mark_of(person)
        return _page(staff, person, form, now), problem.status
    return redirect(url_for("staff.person", slug=staff.practice.slug, public_id=person.public_id))


def _page(staff, person, form: LanguageAndZoneForm, now) -> str:
    own = own_reader.find(person, today(person, now))
    return person_page("staff/edit_language.html", staff, person, now, form=form, account=own and own.account)


def _form(staff, person) -> LanguageAndZoneForm:
    languages, practice = current_app.config["LANGUAGES"], staff.practice
    usual = languages.get(practice.language, practice.language), zone_name(practice.zone, locale=get_locale())
    form = LanguageAndZoneForm(obj=person)
    form.offer(
        [("", _("Not known: %(language)s, as the clinic", language=usual[0])), *languages.items()],
        [("", _("That of the clinic: %(city)s", city=usual[1]), None), *zones.offered(person.zone)],
    )
    return form
