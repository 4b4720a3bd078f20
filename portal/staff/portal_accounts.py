"""Portal accounts on a person's page: who has access, who was invited, and whether contacts are kept apart (MISSION M6–M8, F6)."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import access_words, clock, invitations, links
from portal.database import transact
from portal.guards import staff_only
from portal.models import Invitation
from portal.staff import accounts_of, by_hand, words
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.whose import inviting, of_link, of_person


@blueprint.get("/people/<public_id>/accounts")
@staff_only()
@inviting
@of_person
def portal_accounts(staff, person):
    now = clock.now()
    invited = accounts_of.invitations_to(person, now)
    letters = {one.invitation.id: by_hand.mailto(one.invitation, one.address) for one in invited if one.address}
    has_access = accounts_of.access_to(person)
    facts = {
        "has_access": has_access,
        "invited": invited,
        "standing": _standing(has_access, invited),
        "letters": letters,
        "words": words,
        "kind": access_words.kind,
        "since": access_words.since,
        "code_of": invitations.spoken_code,
    }
    return person_page("staff/portal_accounts.html", staff, person, now, **facts)


@blueprint.post("/people/<public_id>/accounts/<link_id>/primary")
@staff_only()
@of_link
def make_primary(staff, link):
    transact(links.make_primary, link, clock.now(), by=staff)
    flash(_("%(name)s is now whom you contact first.", name=link.account.name))
    return _back(staff, link.profile)


@blueprint.route("/people/<public_id>/safe", methods=["GET", "POST"])
@staff_only()
@inviting
@of_person
def keep_safe(staff, person):
    if request.method != "POST":
        return _ask(staff, person) if person.is_safe else _back(staff, person)
    safe = request.form.get("safe") == "1"
    transact(links.keep_safe, person, safe, clock.now(), by=staff)
    flash(_("Contacts are kept apart now.") if safe else _("Contacts are no longer kept apart."))
    return _back(staff, person)


def _ask(staff, person):
    """Once they know of each other they know: it is asked before that."""
    now = clock.now()
    acting = [
        one.link.account.name
        for one in accounts_of.access_to(person)
        if not one.link.is_self and one.link.is_live(links.today(person, now))
    ]
    return person_page("staff/keep_safe.html", staff, person, now, acting=acting)


def _standing(has_access: list[accounts_of.Access], invited: list[accounts_of.Invited]) -> list[Invitation]:
    """What can still be taken up while contacts are kept apart: what staff, the house at an age step, or the person sent. A guardian's cannot."""
    own = {one.link.account_id for one in has_access if one.link.is_self}
    waiting = [one.invitation for one in invited if one.state in ("open", "expired", "locked")]
    return [one for one in waiting if one.is_from_staff or one.invited_by_id in own]


def _back(staff, person):
    return redirect(url_for("staff.portal_accounts", slug=staff.practice.slug, public_id=person.public_id))
