"""What can be done with one invitation: send it again, pass the link on by hand, delete it (MISSION M7)."""

from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import clock, invitations, qr
from portal.database import transact
from portal.filters import clock_time
from portal.guards import page_of_the_form, staff_only
from portal.invitations import InvitationEnded, SentJustNow
from portal.staff import accounts_of, by_hand
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.whose import of_invitation


@blueprint.post("/invitations/<public_id>/resend")
@staff_only()
@of_invitation
def resend_invitation(staff, invitation):
    try:
        transact(invitations.resend, invitation, clock.now(), by=staff)
        flash(_("We sent the invitation to %(email)s again. The link before no longer works.", email=invitation.email))
    except SentJustNow as error:
        at = clock_time(error.facts["until"] + timedelta(seconds=59), staff.practice.zone, locale=get_locale())
        flash(_("We sent it a moment ago. You can send it again from %(time)s.", time=at), "warn")
    except InvitationEnded as error:
        flash(str(error.message), "warn")
    return redirect(_where_from(staff, invitation))


@blueprint.get("/invitations/<public_id>/link")
@staff_only()
@of_invitation
def copy_link(staff, invitation):
    now = clock.now()
    [stands] = accounts_of.as_they_stand([invitation], now, with_address=True)
    by = {"mailto": by_hand.mailto(invitation, stands.address), "qr": qr.picture(stands.address)} if stands.address else {}
    return person_page("staff/copy_link.html", staff, invitation.profile, now, stands=stands, invitation=invitation, **by)


@blueprint.route("/invitations/<public_id>/delete", methods=["GET", "POST"])
@staff_only()
@of_invitation
def delete_invitation(staff, invitation):
    if request.method != "POST":
        return person_page("staff/delete_invitation.html", staff, invitation.profile, clock.now(), invitation=invitation)
    transact(invitations.delete, invitation, clock.now(), by=staff)
    flash(_("The invitation to %(email)s is deleted. Its link no longer works.", email=invitation.email))
    return redirect(_accounts(staff, invitation))


def _where_from(staff, invitation) -> str:
    """The list of all, where the button stood in it; else the list of the person."""
    here, everybody = page_of_the_form(), url_for("staff.invitations", slug=staff.practice.slug)
    return here if here.partition("?")[0] == everybody else _accounts(staff, invitation)


def _accounts(staff, invitation) -> str:
    return url_for("staff.portal_accounts", slug=staff.practice.slug, public_id=invitation.profile.public_id)
