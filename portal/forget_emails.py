"""The letter that answers somebody who asked to be forgotten: yes, with what has to stay, or no, with the practice's sentence."""

from datetime import datetime

from flask_babel import force_locale

from portal import links
from portal.database import db
from portal.letters import Letter, compose, letter, reading_language
from portal.models import ForgetRequest, OutboxMail, Practice


@letter("forget_answered")
def forget_answered(mail: OutboxMail, now: datetime) -> Letter | None:
    """It names nobody: who asked knows for whom."""
    request = db.session.get(ForgetRequest, mail.refs["request"])
    account, practice = request.account, db.session.get(Practice, request.practice_id)
    if not account.is_active or not (request.granted_at or request.refused_at):
        return None
    kept = request.granted_at is not None and request.keep_until >= links.today(request.profile, request.granted_at)
    facts = {
        "granted": request.granted_at is not None,
        "until": request.keep_until if kept else None,
        "answer": request.answer,
        "why_kept": practice.keeps_words,
    }
    with force_locale(reading_language(account.language, practice.language)):
        return compose("forget_answered", practice=practice, to=account.email, reader=account.given_name, own=request.link.is_self, **facts)
