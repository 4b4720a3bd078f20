"""The outstanding invitations of the practice: what became of each, and sending again those nobody answered (MISSION M26)."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import access_words, clock
from portal.database import transact
from portal.guards import page_of_the_form, staff_only
from portal.paging import PER_PAGE
from portal.staff import accounts_of, outstanding
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.people import asked_for, page_asked
from portal.staff.whose import inviting


@blueprint.get("/invitations")
@staff_only()
@inviting
def invitations(staff):
    now, asked = clock.now(), asked_for()
    state = request.args.get("state", "") if request.args.get("state") in (*outstanding.STATES, outstanding.UNDELIVERED) else ""
    found = outstanding.outstanding(staff, asked, state, page_asked(), now)
    rows = accounts_of.as_they_stand(found.rows, now)
    facts = {
        "asked": asked,
        "state": state,
        "found": found,
        "rows": rows,
        "counts": outstanding.counts(staff, asked, now),
        "kind": access_words.kind,
        "ticked": bool(request.args.get("tick")),
    }
    return staff_page("staff/invitations.html", staff, now, people={one.profile_id for one in found.rows}, **facts)


@blueprint.post("/invitations/again")
@staff_only()
@inviting
def resend_invitations(staff):
    chosen = request.form.getlist("which")[:PER_PAGE]
    sent, left_out = transact(outstanding.resend_several, staff, chosen, clock.now()) if chosen else (0, 0)
    if sent or not left_out:
        words = ngettext("%(num)s invitation was sent again.", "%(num)s invitations were sent again.", sent)
        flash(words) if chosen else flash(_("Tick the invitations to send again."), "warn")
    if left_out:
        words = ngettext(
            "%(num)s was left out: it was sent a moment ago, or has ended.",
            "%(num)s were left out: they were sent a moment ago, or have ended.",
            left_out,
        )
        flash(words, "warn")
    return redirect(page_of_the_form() or url_for("staff.invitations", slug=staff.practice.slug))
