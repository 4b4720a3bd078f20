"""Family and access: whom I act for, who may act for me, what waits for my answer; and one of them, with what I may do (LOOK §4.11)."""

from functools import wraps

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import access_words, clock, deciding, family, file_queries, forwarding, own_access
from portal.database import transact
from portal.queries import invitations_for
from portal.views.blueprint import blueprint


def of_mine(view):
    """The view is called with `mine` (a family.Person) in place of `public_id`: a person this account acts for. Else 404.

    Under the address of access that a merge united with other access, looking leads to that one; a form is about that one.
    """

    @wraps(view)
    def guarded(public_id, **kwargs):
        mine = family.person(session.account, public_id, clock.now()) or abort(404)
        if mine.link.public_id != public_id and request.method in forwarding.LOOKING:
            return redirect(forwarding.here({public_id: mine.link.public_id}))
        g.practice, g.acting_link = mine.link.profile.practice, mine.link
        return view(mine=mine, **kwargs)

    return guarded


def managing(view):
    """Below `@of_mine`: only for who manages access to the person."""

    @wraps(view)
    def guarded(mine, **kwargs):
        return view(mine=mine, **kwargs) if mine.manages else abort(404)

    return guarded


@blueprint.get("/family", endpoint="family")
def family_page():
    people = family.people(session.account, clock.now())
    practices = {one.link.practice_id: one.link.profile.practice for one in people}
    g.practice = next(iter(practices.values())) if len(practices) == 1 else None
    return render_template(
        "portal/family.html",
        own=[one for one in people if one.link.is_self],
        others=[one for one in people if not one.link.is_self],
        waiting=invitations_for(current_user, clock.now()),
        practices=sorted(practices.values(), key=lambda practice: practice.name),
        words=access_words,
    )


@blueprint.get("/family/<public_id>")
@of_mine
def access(mine):
    leads = {"sees_details": own_access.sees(mine.link, mine.on), "has_files": file_queries.has_some(mine.link, mine.on)}
    return render_template("portal/access.html", mine=mine, giver=family.giver(mine), words=access_words, **leads)


@blueprint.route("/family/<public_id>/leave", methods=["GET", "POST"])
@of_mine
def leave(mine):
    if mine.link.is_self:
        abort(404)  # only the clinic could let them in again
    if request.method != "POST":  # HEAD asks too
        return render_template("portal/leave.html", mine=mine)
    transact(deciding.leave, mine.link, clock.now())
    flash(_("You no longer act for %(name)s.", name=mine.link.profile.given_name))
    return redirect(url_for("portal.family"))
