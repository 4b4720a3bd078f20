"""Staff change what they wrote of a person. A colleague who was quicker is named, and nothing that anybody typed is lost (MISSION M24–M28)."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, history, links, meanwhile, records
from portal.database import transact
from portal.guards import staff_only
from portal.ledger_words import Reader
from portal.record_words import sexes
from portal.records import ChangedMeanwhile, Seen
from portal.staff import care, record_page
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.record_form import RecordForm
from portal.staff.record_said import brought_together, said, shown
from portal.staff.whose import of_person


@blueprint.route("/people/<public_id>/edit", methods=["GET", "POST"])
@staff_only()
@of_person
def edit_record(staff, person):
    form = _form(staff, person)
    if form.only_asks:
        return _page(staff, person, form, checked=record_page.checked(form))
    if not form.validate_on_submit():
        return _page(staff, person, form), 422 if request.method == "POST" else 200
    doubts = record_page.open_doubts(staff, form)
    if doubts:
        return _page(staff, person, form, doubts=doubts), 422
    try:
        changed = transact(records.change, staff, person, said(form), _seen(), clock.now())
    except ChangedMeanwhile as error:
        return _meanwhile(staff, person, form, error), error.status
    flash(_("Saved the details of %(name)s.", name=person.name) if changed else _("Nothing was changed."))
    return redirect(url_for("staff.person", slug=staff.practice.slug, public_id=person.public_id))


def _form(staff, person, **kwargs) -> RecordForm:
    offer = care.offered(staff, person)
    data = kwargs.pop("data", None) or _shown(person, offer)
    return RecordForm(staff=staff, today=links.today(person, clock.now()), care=offer, person=person, data=data, **kwargs)


def _shown(person, offer) -> dict:
    return shown(person, records.numbers_of(person), offer)


def _seen() -> Seen:
    stamp, _dot, line = request.form.get("seen", "").partition(".")
    return Seen(stamp, int(line[:18]) if line.isdecimal() else 0)


def _meanwhile(staff, person, form, error) -> str:
    """The form anew, with what was typed over what the colleague wrote, and what that was."""
    told = history.since(Reader(person, None, form.today, staff), error.facts["since"], records.VERBS)
    mixed, both = brought_together(request.form.get("shown", ""), form, _shown(person, form.care))
    anew = _form(staff, person, data=mixed, formdata=None)
    return _page(staff, person, anew, told=told, both=[anew[name].label.text for name in both if name in anew], fresh=True)


def _page(staff, person, form, *, fresh=False, **facts) -> str:
    """`seen` and `shown`: what the form was made of first, until somebody has read what a colleague changed."""
    if request.method == "POST" and not fresh:
        kept = {"seen": request.form.get("seen", ""), "shown": request.form.get("shown", "")}
    else:
        kept = {"seen": "{}.{}".format(*records.seen_now(person)), "shown": meanwhile.as_text(_shown(person, form.care))}
    usual = {
        "checked": [],
        "doubts": [],
        "alike": [],
        "told": [],
        "both": [],
        "was_sure": record_page.answered("sure"),
        "was_different": [],
    }
    return person_page("staff/edit_record.html", staff, person, clock.now(), form=form, sexes=sexes().values(), **kept, **(usual | facts))
