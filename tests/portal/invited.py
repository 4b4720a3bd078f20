"""For tests of claims: somebody is invited by a use case, and what became of it is read back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from portal import access, invitations, mailed_links
from portal.database import db, transact
from portal.invitations import Wanted
from portal.models import Account, Invitation, Link, MailedLink

MIA = {
    "given_name": "Mia",
    "family_name": "Roy",
    "born_on-day": "3",
    "born_on-month": "4",
    "born_on-year": "1990",
    "password": "otter violin lantern",
}


@dataclass(frozen=True)
class Sent:
    """An invitation with its newest link: `mailed` and `copied` are the paths that open it."""

    id: int
    public_id: str
    link_id: int
    mailed: str
    copied: str


def invite(app, cast, who="leo", email="mia@example.com", relationship="parent", *, by=None, slug="riverside", **more) -> Sent:
    """By staff of the practice, or by the link `by`. `more` are fields of Wanted; `born_on=None` forgets the person's date of birth first."""
    with app.app_context():
        now = app.config["CLOCK"]()
        profile = cast.profile(who, slug) if "-on-file" in who or who not in ("leo", "anya", "walter") else getattr(cast, who)
        if "born_on" in more:
            born_on = more.pop("born_on")
            transact(lambda: setattr(db.session.get(type(profile), profile.id), "born_on", born_on))
        wanted = Wanted(email, relationship, more.pop("permissions", access.default_permissions(relationship)), **more)
        made = transact(invitations.invite, by or cast.staff("dana" if slug == "riverside" else "sylvie", slug), profile, wanted, now)
        return sent(made)


def sent(invitation: Invitation) -> Sent:
    """Call it inside a context."""
    link = mailed_links.latest_claim(invitation)
    paths = (f"/claim/{mailed_links.token(link, channel)}" for channel in (mailed_links.MAILED, mailed_links.COPIED))
    return Sent(invitation.id, invitation.public_id, link.id, *paths)


def resend(app, cast, one: Sent, **later) -> Sent:
    """Sent again by staff, after a while."""
    with app.app_context():
        now: datetime = app.config["CLOCK"].forward(**(later or {"minutes": 6}))
        return sent(transact(invitations.resend, db.session.get(Invitation, one.id), now, by=cast.staff("dana")))


def delete(app, cast, one: Sent) -> None:
    with app.app_context():
        transact(invitations.delete, db.session.get(Invitation, one.id), app.config["CLOCK"](), by=cast.staff("dana"))


def row(app, model, row_id: int):
    with app.app_context():
        found = db.session.get(model, row_id)
        db.session.expunge_all()
        return found


def rows(app, model, *where) -> list:
    with app.app_context():
        found = list(db.session.scalars(select(model).where(*where)))
        db.session.expunge_all()
        return found


def account_at(app, email: str) -> Account | None:
    return next(iter(rows(app, Account, Account.email_key == email)), None)


def links_of(app, account) -> list[Link]:
    return rows(app, Link, Link.account_id == account.id, Link.revoked_at.is_(None))


def change(app, model, row_id: int, **facts) -> None:
    """Set columns of a row."""
    with app.app_context():
        transact(lambda: [setattr(db.session.get(model, row_id), name, value) for name, value in facts.items()])


def expire(app, hours: int = 73) -> None:
    app.config["CLOCK"].at += timedelta(hours=hours)


def tries(app, one: Sent) -> int:
    return row(app, Invitation, one.id).tries


def link_row(app, one: Sent) -> MailedLink:
    return row(app, MailedLink, one.link_id)
