"""Give somebody access: invite somebody to act for a person, or the person themselves (MISSION M6, M15, M16)."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, contacts, invitations, links
from portal.access import SELF, default_permissions
from portal.addresses import did_you_mean
from portal.database import transact
from portal.errors import DomainError
from portal.guards import staff_only
from portal.invitations import AlreadyInvited, HasAccess, NothingToCompare, TooYoungForOwn
from portal.staff import owners, words
from portal.staff.blueprint import blueprint
from portal.staff.forms import ELSEWHERE, AddUserForm
from portal.staff.page import person_page
from portal.staff.whose import inviting, of_person


@blueprint.route("/people/<public_id>/accounts/add", methods=["GET", "POST"])
@staff_only()
@inviting
@of_person
def add_user(staff, person):
    now, form = clock.now(), _form(person)
    if not form.validate_on_submit():
        return _page(staff, person, now, form, status=422 if request.method == "POST" else 200)
    doubts = _doubts(staff, person, form)
    if doubts:  # asked about once: who keeps it means it
        return _page(staff, person, now, form, status=422, **doubts)
    try:
        made = transact(invitations.invite, staff, person, form.wanted(), now)
    except (AlreadyInvited, HasAccess, NothingToCompare, TooYoungForOwn) as error:
        return _page(staff, person, now, _told(form, error), waiting_one=error.facts.get("invitation"), status=error.status)
    flash(_sent(made))
    return redirect(url_for("staff.portal_accounts", slug=staff.practice.slug, public_id=person.public_id))


def _form(person) -> AddUserForm:
    """As typed, at first with the address of the `contact` in the page's own address; an answer to "Did you mean …?" takes the place of the address it was about, not of one typed since."""
    form = AddUserForm(person=person, today=links.today(person, clock.now()))
    contact = contacts.contact_of(person, request.args.get("contact", "")) if request.method == "GET" else None
    if contact is not None:
        form.whose.data, form.email.data = ELSEWHERE, contact.email
    if request.form.get("sure") and form.email.data == request.form.get("asked"):
        form.email.data = request.form["sure"]
    return form


def _doubts(staff, person, form) -> dict:
    """`owner`: whose address it is, when the person is to sign in with that of somebody else; `doubt`: what a slip was meant to be."""
    if request.form.get("anyway") == form.address:
        return {}
    is_owned, name = owners.somebody_else(staff, person, form.address) if form.relationship.data == SELF else (False, "")
    if is_owned:
        return {"owner": name or _("somebody else")}
    doubt = "" if form.offered or request.form.get("sure") == form.address else did_you_mean(form.address)
    return {"doubt": doubt} if doubt else {}


def _sent(made) -> str:
    words = _("We sent an invitation to %(email)s.", email=made.email)
    return (
        f"{words} {_('Say this code on the telephone: %(code)s', code=invitations.spoken_code(made))}"
        if made.second_check == "code"
        else words
    )


def _told(form: AddUserForm, error: DomainError) -> AddUserForm:
    """The error stands at the field that can mend it."""
    of = {NothingToCompare: form.second_check, TooYoungForOwn: form.relationship}
    field = of.get(type(error), form.whose if form.offered else form.email)
    field.errors = [error.message]
    return form


def _page(staff, person, now, form, doubt="", owner="", waiting_one=None, status=200):
    facts = {"form": form, "doubt": doubt, "owner": owner, "waiting_one": waiting_one, "words": words, "usual": default_permissions}
    return person_page("staff/add_user.html", staff, person, now, **facts), status
