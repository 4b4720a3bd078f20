"""Write down what happened, in the transaction that did it."""

from datetime import datetime

from portal.database import db
from portal.models import Account, LedgerLine, Link, Profile


def record(
    verb: str,
    now: datetime,
    *,
    profile: Profile | None = None,
    account: Account | None = None,
    link: Link | None = None,
    practice_id: int | None = None,
    **facts,
) -> None:
    """One line. `facts` are small JSON values a later sentence is made of, never secrets."""
    db.session.add(
        LedgerLine(
            verb=verb,
            at=now,
            practice_id=profile.practice_id if profile else practice_id,
            profile_id=profile.id if profile else None,
            account_id=account.id if account else None,
            link_id=link.id if link else None,
            facts=facts,
        )
    )
