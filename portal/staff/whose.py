"""Staff pages about one person: the person in the address is looked up as this staff member may see them; else 404.

`@of_person` goes below `@staff_only()`; `@of_link` and `@of_invitation` are for who may invite. A person who is not theirs and one
who is not there look the same. A record that was merged leads on to the person who stands for it.
"""

from functools import wraps

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import forwarding
from portal.models import Link, Profile, StaffMember
from portal.staff import accounts_of
from portal.staff.finding import may_invite, person_of, standing_for


def of_person(view):
    """The view is called with `person` (a Profile) in place of `public_id`."""

    @wraps(view)
    def guarded(staff, public_id, **kwargs):
        return view(staff=staff, person=_person(staff, public_id), **kwargs)

    return guarded


def inviting(view):
    """Only for who may invite and see portal accounts."""

    @wraps(view)
    def guarded(staff, **kwargs):
        return view(staff=staff, **kwargs) if may_invite(staff) else abort(404)

    return guarded


def of_link(view):
    """The view is called with `link` in place of `public_id` and `link_id`: access to this person that was not taken away."""

    @wraps(view)
    @inviting
    def guarded(staff, public_id, link_id, **kwargs):
        return view(staff=staff, link=_link(staff, _person(staff, public_id), link_id), **kwargs)

    return guarded


def of_invitation(view):
    """The view is called with `invitation` in place of `public_id`: one that waits for an answer, or was refused."""

    @wraps(view)
    @inviting
    def guarded(staff, public_id, **kwargs):
        return view(staff=staff, invitation=accounts_of.invitation_of(staff, public_id) or abort(404), **kwargs)

    return guarded


def _person(staff: StaffMember, public_id: str) -> Profile:
    found = person_of(staff, public_id)
    if found is None:
        standing = standing_for(staff, public_id) or abort(404)
        abort(_onward(staff, standing, {public_id: standing.public_id}))
    return found


def _link(staff: StaffMember, person: Profile, link_id: str) -> Link:
    found = accounts_of.link_to(person, link_id)
    if found is None:
        carrier = accounts_of.carrier_of(person, link_id) or abort(404)
        abort(_onward(staff, person, {link_id: carrier.public_id}))
    return found


def _onward(staff: StaffMember, person: Profile, instead: dict[str, str]):
    """Looking leads to the same page of the person; a form that was open changes nothing. Nor is there a page of somebody and themselves."""
    is_of_both = person.public_id in request.view_args.values() and person.public_id in instead.values()
    if request.method in forwarding.LOOKING and not is_of_both:
        return redirect(forwarding.here(instead))
    if request.method not in forwarding.LOOKING:
        flash(_("This record was merged into %(name)s. Nothing was changed.", name=person.name))
    return redirect(url_for("staff.person", slug=staff.practice.slug, public_id=person.public_id))
