"""Short, plain and true: what this site does with what it knows, the rules, help, accessibility."""

from flask import current_app, render_template

from portal import texting
from portal.guards import public
from portal.views import arrival
from portal.views.blueprint import blueprint


@blueprint.get("/privacy")
@public
def privacy():
    config = current_app.config
    arrival.practice_here()
    facts = {
        "idle": config["SESSION_IDLE_MINUTES"],
        "absolute": config["SESSION_ABSOLUTE_MINUTES"],
        "kept": config["FILES_KEPT_HOURS"] * 60,
    }
    return render_template("portal/privacy.html", texts=texting.provider(), elsewhere=config["FILES_STORE"] != "disk", **facts)


@blueprint.get("/terms")
@public
def terms():
    arrival.practice_here()
    return render_template("portal/terms.html")


@blueprint.get("/help")
@public
def help():
    arrival.practice_here()
    return render_template("portal/help.html", sender=current_app.config["MAIL_DEFAULT_SENDER"])


@blueprint.get("/accessibility")
@public
def accessibility():
    arrival.practice_here()
    return render_template("portal/accessibility.html")
