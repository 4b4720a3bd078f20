"""Give somebody access to me, or to somebody whose access I manage; and the invitations that I sent."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal import access_words, clock, deciding, family
from portal.database import transact
from portal.deciding import NotToThisAddress
from portal.errors import DomainError
from portal.family_forms import GiveForm
from portal.guards import recently
from portal.invitations import AlreadyInvited, HasAccess, SentJustNow, Wanted
from portal.views.blueprint import blueprint
from portal.views.family import managing, of_mine


def home_of(mine) -> str:
    """Where one's people are shown: one's own on the first page, somebody else's on theirs."""
    return url_for("portal.family") if mine.link.is_self else url_for("portal.access", public_id=mine.link.public_id)


@blueprint.route("/family/<public_id>/give", methods=["GET", "POST"])
@recently
@of_mine
@managing
def give_access(mine):
    form = GiveForm(mine=mine.link, on=mine.on)
    if not form.validate_on_submit():
        return _page(mine, form, 422 if request.method == "POST" else 200)
    try:
        transact(deciding.give, mine.link, _wanted(form), clock.now())
    except (AlreadyInvited, HasAccess, NotToThisAddress) as error:
        form.email.errors = [_already(mine, error)]
        return _page(mine, form, 422)
    flash(_("We sent an invitation to %(email)s. They have access once they accept it.", email=form.email.data))
    return redirect(home_of(mine))


def _page(mine, form: GiveForm, status: int):
    return render_template("portal/give_access.html", mine=mine, form=form, words=access_words), status


def _wanted(form: GiveForm) -> Wanted:
    return Wanted(
        form.email.data, form.relationship.data, form.permissions, why=form.why.data if form.why else "", ends_on=form.until.form.value
    )


def _already(mine, error: DomainError) -> str:
    """An invitation that is not on the asker's page is not told of: what they read is what they read of an address that got many."""
    if isinstance(error, HasAccess):
        return error.message
    if isinstance(error, AlreadyInvited) and error.facts.get("invitation") in {one.public_id for one in mine.sent}:
        return _("This address has an invitation already. It waits for an answer.")
    return NotToThisAddress.message


@blueprint.post("/family/<public_id>/invitations/<invitation_id>/resend")
@recently
@of_mine
@managing
def send_invitation_again(mine, invitation_id):
    invitation = family.sent_by(mine, invitation_id) or abort(404)
    try:
        transact(deciding.send_again, mine.link, invitation, clock.now())
        flash(_("We sent it again, to %(email)s. The earlier link no longer works.", email=invitation.email))
    except (SentJustNow, NotToThisAddress) as error:
        flash(str(error.message))
    return redirect(home_of(mine))


@blueprint.route("/family/<public_id>/invitations/<invitation_id>/delete", methods=["GET", "POST"])
@recently
@of_mine
@managing
def take_back_invitation(mine, invitation_id):
    invitation = family.sent_by(mine, invitation_id) or abort(404)
    if request.method != "POST":  # HEAD asks too
        return render_template("portal/take_back_invitation.html", mine=mine, invitation=invitation, back=home_of(mine))
    transact(deciding.take_back, mine.link, invitation, clock.now())
    flash(_("The invitation to %(email)s is taken back. Its link no longer works.", email=invitation.email))
    return redirect(home_of(mine))
