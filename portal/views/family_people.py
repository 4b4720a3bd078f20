"""Somebody else's access to me, or to somebody I manage access for: change it, let them back in, take it away."""

from functools import wraps

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _

from portal import clock, deciding, family
from portal.database import transact
from portal.family_forms import ChangeForm
from portal.guards import recently
from portal.views.blueprint import blueprint
from portal.views.family import managing, of_mine
from portal.views.family_give import home_of


def of_theirs(view):
    """Below `@of_mine`: the view is called with `theirs` (a Link) in place of `other_id`: one that this account may decide about. Else 404."""

    @wraps(view)
    @recently
    @of_mine
    @managing
    def guarded(mine, other_id):
        return view(mine=mine, theirs=family.other_of(mine, other_id) or abort(404))

    return guarded


@blueprint.route("/family/<public_id>/people/<other_id>", methods=["GET", "POST"])
@of_theirs
def change_access(mine, theirs):
    form = ChangeForm(mine=mine.link, theirs=theirs, on=mine.on)
    if not form.validate_on_submit():
        return render_template("portal/change_access.html", mine=mine, theirs=theirs, form=form), 422 if request.method == "POST" else 200
    transact(deciding.change, mine.link, theirs, form.permissions, clock.now())
    flash(_("Saved. It holds from now on, and we told %(name)s by email.", name=theirs.account.given_name))
    return redirect(home_of(mine))


@blueprint.route("/family/<public_id>/people/<other_id>/take", methods=["GET", "POST"])
@of_theirs
def take_access(mine, theirs):
    if request.method != "POST":  # HEAD asks too
        return render_template("portal/take_access.html", mine=mine, theirs=theirs, back=home_of(mine))
    transact(deciding.take_away, mine.link, theirs, clock.now())
    flash(_("%(name)s has no access any more. We told them by email.", name=theirs.account.name))
    return redirect(home_of(mine))
