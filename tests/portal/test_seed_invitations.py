"""The demo's invitations: one of each state that staff look after, made once, with mails for those that still work."""

from sqlalchemy import select

from booking.seed import seed_world
from portal import letters
from portal.database import db, transact
from portal.models import Invitation
from portal.seed_invitations import seed_invitations
from tests.mails import outbox


def test_one_waits_one_has_expired_and_one_was_refused(app, clock):
    with app.app_context():
        seed_world(clock(), crowd=False)
        assert transact(seed_invitations, clock()) is True
        assert transact(seed_invitations, clock()) is False
        assert {one.email.partition("@")[0]: one.state(clock()) for one in db.session.scalars(select(Invitation))} == {
            "greta.brandt": "open",
            "maria.nunez": "expired",
            "a.okoye": "refused",
        }
        written = [row.to_address for row in outbox("invitation", state="queued") if letters.write(row, clock())]
        assert written == ["greta.brandt@example.com"]
