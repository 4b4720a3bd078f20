"""Staff pages about one person: the person in the address is looked up as this staff member may see them; else 404.

`@of_person` goes below `@staff_only()`; `@of_link` and `@of_invitation` are for who may invite. A person who is not theirs and one
who is not there look the same.
"""

from functools import wraps

from flask import abort

from portal.staff import accounts_of
from portal.staff.finding import may_invite, person_of


def of_person(view):
    """The view is called with `person` (a Profile) in place of `public_id`."""

    @wraps(view)
    def guarded(staff, public_id, **kwargs):
        return view(staff=staff, person=person_of(staff, public_id) or abort(404), **kwargs)

    return guarded


def inviting(view):
    """Only for roles that may invite and see portal accounts (`Practice.inviting_roles`)."""

    @wraps(view)
    def guarded(staff, **kwargs):
        return view(staff=staff, **kwargs) if may_invite(staff) else abort(404)

    return guarded


def of_link(view):
    """The view is called with `link` in place of `public_id` and `link_id`: access to this person that was not taken away."""

    @wraps(view)
    @inviting
    def guarded(staff, public_id, link_id, **kwargs):
        person = person_of(staff, public_id) or abort(404)
        return view(staff=staff, link=accounts_of.link_to(person, link_id) or abort(404), **kwargs)

    return guarded


def of_invitation(view):
    """The view is called with `invitation` in place of `public_id`: one that waits for an answer, or was refused."""

    @wraps(view)
    @inviting
    def guarded(staff, public_id, **kwargs):
        return view(staff=staff, invitation=accounts_of.invitation_of(staff, public_id) or abort(404), **kwargs)

    return guarded
