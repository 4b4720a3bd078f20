"""An invitation passed on by hand: a message in the sender's own mail program."""

from urllib.parse import quote

from flask_babel import gettext as _

from portal.models import Invitation


def mailto(invitation: Invitation, address: str) -> str:
    """A `mailto:` address with subject and words that hold the link `address`. Names no person: a mail may be read by others."""
    practice = invitation.profile.practice
    subject = _("%(practice)s: book online", practice=practice.name)
    body = _("With this link you can book online at %(practice)s:", practice=practice.name)
    words = "\r\n\r\n".join((body, address, _("It is meant for you alone.")))
    return f"mailto:{quote(invitation.email, safe='@')}?subject={quote(subject)}&body={quote(words)}"
