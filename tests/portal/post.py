"""Reads what was put into the outbox, and the links and codes in it."""

from sqlalchemy import select

from portal import mailed_links
from portal.database import db
from portal.models import MailedLink, OutboxMail


def mails(app, template: str | None = None) -> list[OutboxMail]:
    """The queued mails, oldest first, those taken back left out."""
    with app.app_context():
        query = select(OutboxMail).where(OutboxMail.state == "queued").order_by(OutboxMail.id)
        found = list(db.session.scalars(query if template is None else query.where(OutboxMail.template == template)))
        db.session.expunge_all()
        return found


def link_of(app, mail: OutboxMail) -> MailedLink:
    with app.app_context():
        return db.session.get(MailedLink, mail.refs["link"])


def token_in(app, mail: OutboxMail) -> str:
    """The token in the link of a mail."""
    with app.app_context(), app.test_request_context():
        return mailed_links.token(db.session.get(MailedLink, mail.refs["link"]))


def code_in(app, mail: OutboxMail) -> str:
    with app.app_context():
        return mailed_links.code(db.session.get(MailedLink, mail.refs["link"]))
