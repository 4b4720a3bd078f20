"""A link out of a mail, opened: what its token says moves into the session at once, so that no address holds it (SAFETY §2).

The token itself is kept nowhere: it is verified when it arrives, and a leaked row of a session opens nothing.
"""

from flask import redirect, render_template, request, session, url_for

from portal import clock, mailed_links
from portal.mailed_links import LinkEnded
from portal.models import MailedLink
from portal.views.arrival import hours_of

STATUS = {"forged": 404}


def keep(purpose: str, token: str):
    """Remember what was opened and go to the same page without it. Changes nothing else; scanners may come along."""
    session["opened"] = {**session.get("opened", {}), purpose: mailed_links.read(purpose, token)}
    return redirect(url_for(request.endpoint))


def opened(purpose: str) -> MailedLink:
    """The link this browser opened last. Raises LinkEnded when it was forged or nothing was opened."""
    return mailed_links.find(purpose, session.get("opened", {}).get(purpose, []))


def must_be_open(link: MailedLink) -> None:
    """Raises LinkEnded with what became of the link."""
    state = link.state(clock.now())
    if state != "open":
        raise LinkEnded(state=state)


def ended(error: LinkEnded, purpose: str):
    """A page that says what became of the link, and what to do next. Tells nothing about the person."""
    state = error.facts["state"]
    hours = hours_of(mailed_links.MINUTES[purpose])
    return render_template("portal/link_ended.html", state=state, purpose=purpose, hours=hours), STATUS.get(state, 410)
