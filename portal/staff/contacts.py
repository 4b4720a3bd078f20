"""The tab Contacts of a person: whom to call about them, in an emergency or at all. Letting somebody in is a tab further (portal_accounts)."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import access_words, clock, contacts
from portal.contacts import ContactGone, ContactSaid
from portal.database import transact
from portal.guards import staff_only
from portal.links import today
from portal.staff import accounts_of
from portal.staff.blueprint import blueprint
from portal.staff.contact_form import ContactForm
from portal.staff.page import person_page
from portal.staff.whose import of_person


@blueprint.route("/people/<public_id>/contacts", methods=["GET", "POST"], endpoint="contacts")
@staff_only()
@of_person
def contacts_page(staff, person):
    """The contacts, and one more."""
    form = ContactForm(country=staff.practice.country)
    if not form.validate_on_submit():
        facts = {
            "rows": contacts.of(person),
            "acting": accounts_of.contacts(staff, person, today(person, clock.now())),
            "kind": access_words.kind,
        }
        return person_page("staff/contacts.html", staff, person, clock.now(), form=form, **facts), 422 if request.method == "POST" else 200
    transact(contacts.add, staff, person, form.said(), clock.now())
    flash(_("%(name)s is a contact now.", name=form.name.data))
    return _back(staff, person)


@blueprint.route("/people/<public_id>/contacts/<contact_id>", methods=["GET", "POST"])
@staff_only()
@of_person
def edit_contact(staff, person, contact_id):
    row = contacts.contact_of(person, contact_id) or abort(404)
    form = ContactForm.of(row, staff.practice.country)
    if not form.validate_on_submit():
        return _edit(staff, person, row, form), 422 if request.method == "POST" else 200
    try:
        transact(contacts.change, staff, person, row, form.said(), form.shown(), clock.now())
    except ContactGone as error:
        form.form_errors.append(error.message)
        return _edit(staff, person, row, form), error.status
    flash(_("Saved the contact %(name)s.", name=form.name.data))
    return _back(staff, person)


@blueprint.post("/people/<public_id>/contacts/<contact_id>/remove")
@staff_only()
@of_person
def remove_contact(staff, person, contact_id):
    row = contacts.contact_of(person, contact_id) or abort(404)
    transact(contacts.remove, staff, person, row, clock.now())
    flash(_("%(name)s is no contact any more.", name=row.name))
    return _back(staff, person)


def _edit(staff, person, row, form) -> str:
    shown: ContactSaid = contacts.as_said(row)
    return person_page(
        "staff/edit_contact.html", staff, person, clock.now(), form=form, row=row, shown=shown if request.method != "POST" else form.shown()
    )


def _back(staff, person):
    return redirect(url_for("staff.contacts", slug=staff.practice.slug, public_id=person.public_id))
