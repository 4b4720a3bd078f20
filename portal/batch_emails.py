"""The letters of many invitations: an example before they are sent, and that they have gone out (it names nobody)."""

from datetime import datetime, timedelta

from flask_babel import force_locale

from portal import batch_results
from portal.access import default_permissions
from portal.addresses import address_key
from portal.database import db
from portal.invitation_emails import written
from portal.letters import Letter, compose, letter, reading_language
from portal.models import BatchRow, Invitation, InvitationBatch, MailedLink, OutboxMail, StaffMember
from portal.public_url import public_url

EXAMPLE = "everybody-gets-their-own-link-here"


def example(batch: InvitationBatch, rows: list[BatchRow], now: datetime) -> Letter:
    """The letter that the rows of one address would get now: the very words, with a link that opens nothing. Stores nothing."""
    first, *others = [_unsent(batch, row) for row in rows]
    link = MailedLink(created_at=now, expires_at=now + timedelta(hours=batch.life_hours))
    return written(first, others, link, public_url("portal.claim", token=EXAMPLE))


def _unsent(batch: InvitationBatch, row: BatchRow) -> Invitation:
    facts = {"email": row.email, "email_key": address_key(row.email), "relationship": row.relationship, "why": batch.why}
    return Invitation(
        profile=row.profile, permissions=list(default_permissions(row.relationship)), second_check="", is_from_staff=True, **facts
    )


@letter("batch_done")
def batch_done(mail: OutboxMail, now: datetime) -> Letter | None:
    batch = db.session.get(InvitationBatch, mail.refs["batch"])
    by = db.session.get(StaffMember, mail.refs["by"])  # somebody else may have sent it again meanwhile
    if by.left_at or not by.account.is_active:
        return None
    seen, practice = batch_results.overview(batch), by.practice
    address = public_url("staff.batch", slug=practice.slug, public_id=batch.public_id)
    with force_locale(reading_language(by.account.language, practice.language)):
        counts = {"sent": seen.left, "failed": seen.counts[batch_results.FAILED], "passed": seen.counts[batch_results.PASSED]}
        return compose("batch_done", practice=practice, to=by.account.email, reader=by.account.given_name, address=address, **counts)
