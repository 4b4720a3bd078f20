"""Ask to be forgotten, or take that back while nobody has decided."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import Length

from portal import clock, forgetting
from portal.database import transact
from portal.forms import PortalForm
from portal.guards import recently
from portal.views.blueprint import blueprint
from portal.views.details import changing


class ForgetForm(PortalForm):
    reason = TextAreaField(
        lazy_gettext("Why (optional)"),
        [Length(max=500, message=lazy_gettext("Use %(most)s characters or fewer", most=500))],
        filters=[lambda typed: (typed or "").strip()],
    )


@blueprint.route("/family/<public_id>/details/forget", methods=["GET", "POST"])
@recently
@changing
def forget(mine, there):
    now, form, waiting = clock.now(), ForgetForm(), forgetting.waiting_for(mine.link.profile)
    if request.method == "POST" and "take_back" in request.form:
        transact(forgetting.take_back, mine.link, now)
        flash(_("Taken back. The record stays as it is."))
    elif waiting and request.method == "POST":  # a second click
        return redirect(url_for("portal.forget", public_id=mine.link.public_id))
    elif form.validate_on_submit():
        transact(forgetting.ask, mine.link, form.reason.data, now)
        flash(_("The clinic has been asked. It answers by mail to %(email)s.", email=mine.link.account.email))
    else:
        facts = {
            "coming": forgetting.is_coming(mine.link.profile, now),
            "kept": forgetting.kept(mine.link.profile, now),
            "waiting": waiting,
            "form": form,
        }
        return render_template("portal/forget.html", mine=mine, **facts), 422 if request.method == "POST" else 200
    return redirect(url_for("portal.details", public_id=mine.link.public_id))
