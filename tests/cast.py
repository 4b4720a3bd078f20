"""The cast by name: `cast.priya` is her account, `cast.leo` his profile at Riverside, `cast.follow_up` a service, `cast.maya_chen` a practitioner."""

from functools import cache

from flask import has_app_context
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.models import Practitioner, Service
from booking.seed import PRACTITIONERS, SERVICES
from portal.database import db
from portal.models import Account, Link, Practice, Profile, StaffMember
from portal.seed import ACCOUNTS, BEAU_RIVAGE, OTHERS, RIVERSIDE, name_id


class Cast:
    """Rows of the demo world, read when asked for: into the test's own session if it has a context, else on their own.

    Accounts: the names in portal/seed.py (`priya daniel kiran nadia dana maya tom …`). Profiles of those who have no account:
    `leo anya walter`. Practices: `riverside`, `beau_rivage`. Practitioners: `maya_chen`, `ines_roy` … Services: `initial`, `follow_up` …
    """

    def __init__(self, app):
        self._app = app

    def __getattr__(self, name: str):
        statement = self._statements().get(name)
        if statement is None:
            raise AttributeError(f"nobody of that name in the demo world: {name}")
        return self._read(statement)

    def profile(self, name: str, slug: str = RIVERSIDE) -> Profile:
        """Whom an appointment is for: `cast.profile("priya", "beau-rivage")`."""
        return self._read(_profile(name, slug))

    def link(self, account: str, profile: str, slug: str = RIVERSIDE) -> Link:
        """`cast.link("daniel", "leo")`."""
        accounts = select(Account.id).where(Account.public_id == name_id(account))
        profiles = select(Profile.id).where(Profile.public_id == name_id(f"{profile}@{slug}"))
        found = select(Link).where(Link.account_id.in_(accounts), Link.profile_id.in_(profiles))
        return self._read(found.options(joinedload(Link.account), joinedload(Link.profile).joinedload(Profile.practice)))

    def staff(self, name: str, slug: str = RIVERSIDE) -> StaffMember:
        """`cast.staff("dana")`: her role at a practice."""
        found = select(StaffMember).join(StaffMember.account).join(StaffMember.practice)
        found = found.where(Account.public_id == name_id(name), Practice.slug == slug)
        return self._read(found.options(joinedload(StaffMember.account), joinedload(StaffMember.practice)))

    @staticmethod
    @cache
    def _statements() -> dict:
        said = {slug.replace("-", "_"): select(Practice).where(Practice.slug == slug) for slug in (RIVERSIDE, BEAU_RIVAGE)}
        said |= {name.replace("-", "_"): _profile(name, RIVERSIDE) for name in OTHERS}
        said |= {key.replace("-", "_"): select(Service).where(Service.public_id == name_id(f"service {key}")) for key in SERVICES}
        for key, facts in PRACTITIONERS.items():
            name = facts[1].removeprefix("Dr. ").lower().replace(" ", "_")
            said[name] = select(Practitioner).where(Practitioner.public_id == name_id(f"practitioner {key}"))
        return said | {name.replace("-", "_"): select(Account).where(Account.public_id == name_id(name)) for name in ACCOUNTS}

    def _read(self, statement):
        if has_app_context():
            return db.session.scalars(statement).unique().one()
        with self._app.app_context():
            row = db.session.scalars(statement).unique().one()
            db.session.expunge_all()
            return row


def _profile(name: str, slug: str):
    return select(Profile).where(Profile.public_id == name_id(f"{name}@{slug}")).options(joinedload(Profile.practice))
