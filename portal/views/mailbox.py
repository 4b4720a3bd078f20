"""The demo mailbox: every mail and text message the demo would have sent. These pages are not in production's url_map (SAFETY §4)."""

from flask import Blueprint, Response, abort, render_template, request

from portal import mailbox
from portal.guards import public
from portal.web import csp_nonce

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@blueprint.get("/")
@public
def inbox():
    """The newest mails; `?to=` shows those of one reader."""
    to = request.args.get("to", "").strip()
    return render_template("portal/mailbox.html", mails=mailbox.received(to), to=to)


@blueprint.get("/<key>")
@public
def mail(key):
    found = mailbox.one(key) or abort(404)
    return render_template("portal/mailbox_mail.html", mail=found)


@blueprint.get("/<key>/html")
@public
def html(key):
    """As a mail program shows it. Its style is let in by this page's nonce; it can fetch and run nothing."""
    found = mailbox.one(key) or abort(404)
    if found.is_text:
        abort(404)
    return found.html.replace("<style>", f'<style nonce="{csp_nonce()}">', 1)


@blueprint.get("/<key>/files/<int:number>")
@public
def file(key, number):
    found = mailbox.one(key) or abort(404)
    if number >= len(found.files):
        abort(404)
    name, content_type, content = found.files[number]
    return Response(content, content_type=content_type, headers={"Content-Disposition": f'inline; filename="{name}"'})


def register(app) -> None:
    """In the demo only."""
    if app.config["MODE"] == "demo":
        app.register_blueprint(blueprint)
