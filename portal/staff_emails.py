"""The letter that asks somebody to work at a practice."""

from datetime import datetime

from flask_babel import force_locale, get_locale

from portal import filters, mailed_links
from portal.database import db
from portal.letters import Letter, compose, letter, reading_language
from portal.models import MailedLink, OutboxMail, StaffInvitation
from portal.public_url import public_url
from portal.signup import account_at
from portal.staff_words import role_name


@letter("staff_invitation")
def staff_invitation(mail: OutboxMail, now: datetime) -> Letter | None:
    """Silence once it was taken up, taken back or sent again."""
    link = db.session.get(MailedLink, mail.refs["link"])
    if link is None or link.state(now) != "open":
        return None
    found = db.session.get(StaffInvitation, link.staff_invitation_id)
    holder, practice = account_at(found.email_key), found.practice
    with force_locale(reading_language(holder.language if holder else "", practice.language)):
        length = filters.minutes(round((link.expires_at - link.created_at).total_seconds() / 60), locale=get_locale())
        facts = {"inviter": found.invited_by.name, "role": role_name(found.role), "length": length}
        return compose("staff_invitation", practice=practice, address=public_url("portal.join", token=mailed_links.token(link)), **facts)
