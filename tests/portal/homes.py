"""For tests of family pages: who has access to whom, put straight into the tables; what the ledger holds."""

from sqlalchemy import select

from portal import clock, links
from portal.access import default_permissions
from portal.database import db, transact
from portal.models.link import FROM_PERSON
from portal.models import LedgerLine, Link


def give(app, who, profile, relationship="trusted", permissions=None, given_by=None, **facts) -> Link:
    """`who` (an account) may act for the profile from now on; `facts` are columns of the link."""

    def happen():
        may = default_permissions(relationship) if permissions is None else permissions
        link = links.grant(who, profile, relationship, may, clock.now(), ground=FROM_PERSON, given_by=given_by)
        for name, value in facts.items():
            setattr(link, name, value)
        return link

    return _kept(app, happen)


def change(app, row, **facts) -> None:
    """Set columns of a row: `change(app, cast.leo, safe_at=now)`."""

    def happen():
        found = db.session.get(type(row), row.id)
        for name, value in facts.items():
            setattr(found, name, value)

    _kept(app, happen)


def of_age(app, cast, profile, years: int, steps) -> None:
    """The person is so old today, and the practice has these age steps."""
    with app.app_context():
        today = clock.today("America/Toronto")
    change(app, profile, born_on=today.replace(year=today.year - years))
    change(app, cast.riverside, age_steps=steps)


def lines(app, verb: str) -> list[LedgerLine]:
    with app.app_context():
        found = list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == verb).order_by(LedgerLine.id)))
        db.session.expunge_all()
        return found


def fresh(app, link) -> Link:
    """The link as it stands."""
    with app.app_context():
        found = db.session.get(Link, link.id)
        db.session.expunge_all()
        return found


def _kept(app, happen):
    with app.app_context():
        row = transact(happen)
        if row is not None:
            db.session.refresh(row)
        db.session.expunge_all()
        return row
