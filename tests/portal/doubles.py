"""For tests of what a merge leaves behind: a second record of somebody of the demo world, merged into the first and parted again."""

from sqlalchemy import select

from portal import clock, links, unmerging
from portal.access import default_permissions
from portal.database import db, transact
from portal.models import Link, Merge, Profile
from portal.models.link import FROM_PERSON
from tests.portal.merging import merged


class Double:
    """`source` is another record of Leo at Riverside, whose parents have access to it: `double.links["priya"]`; `double.own["priya"]` is
    their access to the first."""

    def __init__(self, app, cast, of="leo", acting=("priya",), **facts):
        self.app, self.cast = app, cast
        with app.app_context():
            self.target = self._kept(getattr(cast, of))
            named = {"given_name": "Leon", "family_name": self.target.family_name, "born_on": self.target.born_on, **facts}
            self.source = self._kept(transact(self._make, named))
            self.links, self.own = {}, {}
            for name in acting:
                self.give(name)

    def _make(self, named: dict) -> Profile:
        person = Profile(practice_id=self.target.practice_id, created_at=clock.now(), **named)
        db.session.add(person)
        db.session.flush()
        return person

    def _kept(self, row):
        db.session.refresh(row)
        db.session.expunge(row)
        return row

    def give(self, name: str, relationship: str = "parent", permissions=None, who: Profile | None = None, given_by=None) -> Link:
        """An account gets access to the second record, or to `who`."""
        with self.app.app_context():
            person, account = db.session.get(Profile, (who or self.source).id), getattr(self.cast, name)
            self.own.setdefault(name, self._live(account.id))
            may = default_permissions(relationship) if permissions is None else permissions
            link = transact(links.grant, account, person, relationship, may, clock.now(), ground=FROM_PERSON, given_by=given_by)
            self.links[name] = link
            return self._kept(link)

    def _live(self, account_id: int) -> Link | None:
        """The account's access to the first record."""
        found = db.session.scalar(
            select(Link).where(Link.account_id == account_id, Link.profile_id == self.target.id, Link.revoked_at.is_(None))
        )
        return found and self._kept(found)

    def merge(self) -> "Double":
        with self.app.app_context():
            self.done = self._kept(merged(self.cast.staff("dana"), self.source, self.target, clock.now()))
        return self

    def part(self, **sides: str) -> None:
        """Take it back; what was made since goes where it is proposed, unless `sides` say."""
        with self.app.app_context():
            done = db.session.get(Merge, self.done.id)
            proposed = {one.key: one.side for one in unmerging.items(done)}
            transact(unmerging.unmerge, self.cast.staff("dana"), done, {**proposed, **sides}, clock.now())
