"""Take up an invitation to work at a practice. Looking changes nothing; a button joins, with the address that was invited (SAFETY §2)."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import clock, mailed_links, signing_in, team
from portal.database import transact
from portal.guards import public
from portal.mailed_links import JOIN, LinkEnded
from portal.models import StaffInvitation
from portal.staff_words import role_does, role_name
from portal.team import OtherAccount, WorksHere
from portal.views.blueprint import blueprint

STATUS = {"forged": 404}


@blueprint.route("/join/", defaults={"token": None}, methods=["GET", "POST"])
@blueprint.get("/join/<token>")
@public
def join(token):
    """A link puts what its token says away in the session, and shows the page without it."""
    if token:
        session["join"] = mailed_links.read(JOIN, token)
        return redirect(url_for("portal.join"))
    try:
        link = mailed_links.find(JOIN, session.get("join", []))
        if (state := link.state(clock.now())) != "open":
            raise LinkEnded(state=state)
        found = team.of(link)
        if request.method == "POST" and current_user.is_authenticated:
            return _joined(link)
    except LinkEnded as error:
        state = error.facts["state"]
        return render_template("portal/join_ended.html", state=state), STATUS.get(state, 410)
    except (OtherAccount, WorksHere) as error:
        return _page(found, error.message), error.status
    return _page(found)


def _joined(link):
    here = transact(team.join, current_user, link.id, clock.now())
    account, name, proven_at = current_user._get_current_object(), here.practice.name, session.signed_in_at
    signing_in.enter(account, clock.now())  # a new session: what it may do has changed
    session.signed_in_at = proven_at  # but no password was typed
    session.pop("join", None)
    flash(_("You work at %(practice)s now.", practice=name))
    return redirect(url_for("staff.today", slug=here.practice.slug))


def _page(found: StaffInvitation, problem=None) -> str:
    is_theirs = current_user.is_authenticated and current_user.email_key == found.email_key
    facts = {"role": role_name(found.role), "does": role_does(found.role), "is_theirs": is_theirs, "problem": problem}
    return render_template("portal/join.html", invitation=found, **facts)
