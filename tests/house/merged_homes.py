"""Two homes again, where the other home knew Leo by a record of its own: all it has and did came over in a merge (MISSION F6, F8)."""

from datetime import datetime

from sqlalchemy import select

from booking import feeds
from portal.database import db, transact
from portal.models import Account, Link, Profile
from tests import mails
from tests.house.two_homes import Homes
from tests.portal.merging import merged


class MergedHomes(Homes):
    """As Homes; `second` is the record that is gone. The other guardian's access, visits, letters and helpers were made with it."""

    def settle(self, reader: str, other: str) -> None:
        cast, now = self.cast, self.clock()
        self.reader, self.reader_email = mails.account(reader), f"{reader}@example.com"
        self.link, theirs = cast.link(reader, "leo"), cast.link(other, "leo")
        leo = mails.profile("leo")
        transact(self._share_only, leo, theirs.account_id, now)
        self.second = transact(self._another, leo, now)
        mails.change(theirs, profile_id=self.second.id)
        self._name_them(mails.account(other), self.second)
        self.token = transact(lambda: feeds.feed_token(feeds.open_feed(db.session.get(Account, self.reader.id), now)))
        third = self._third(self.second, theirs, now)
        self._visits(self.second, other, reader, now)
        self._files(self.second, theirs, now)
        waiting = transact(self._invite, self.second, theirs, now)
        self._letters(third, theirs, now)
        merged(cast.staff("dana"), self.second, leo, now)
        self._ids(mails.profile("leo"), theirs, third, waiting)
        self.queries += [one.replace(leo.public_id, self.second.public_id) for one in self.queries if leo.public_id in one]
        self.queries += [
            f"/appointments?who={link.public_id}" for link in db.session.scalars(select(Link).where(Link.profile_id == leo.id))
        ]

    @staticmethod
    def _another(leo: Profile, now: datetime) -> Profile:
        second = Profile(
            practice_id=leo.practice_id, given_name=leo.given_name, family_name=leo.family_name, born_on=leo.born_on, created_at=now
        )
        db.session.add(second)
        db.session.flush()
        return second
