"""A merge opens no wall between two homes: over every page, mail and calendar, who saw only "busy" sees only that of what came over."""

import pytest

from booking import ledger_words
from portal import access
from portal.database import db
from portal.models import Profile
from tests import mails
from tests.house.merged_homes import MergedHomes
from tests.house.test_two_homes import LEVELS, Walk
from tests.portal.doubles import Double
from tests.reader import Reader


@pytest.mark.parametrize("level, safe", LEVELS)
def test_nothing_of_the_home_that_came_over_appears_for_the_other(app, cast, level, safe):
    homes = MergedHomes(app, cast)
    for may in ("nothing", "manage", "all"):
        walk = Walk(homes, level, may, safe).pages().mails()
        assert walk.leaks == [], f"may: {may}"
        assert ("times" in walk.seen) == (level != access.NOTHING)
        assert ("details" in walk.seen) == (level == access.EVERYTHING)
    assert Walk(homes, level, "all", safe).errors().mails().leaks == []


def test_the_record_that_is_gone_is_nobodys_address(app, cast):
    homes = MergedHomes(app, cast)
    browser = Reader.of(app, cast.nadia)
    assert all(browser.get(path).status_code == 404 for path in homes.queries if "who=" in path)


def test_a_broken_rule_is_found(app, cast, monkeypatch):
    homes = MergedHomes(app, cast)
    monkeypatch.setattr(ledger_words, "_seen", lambda one, reader: access.EVERYTHING)  # lines that came over told as if one's own
    monkeypatch.setattr("portal.ledger_words.may_read", lambda line, reader: True)
    assert Walk(homes, access.BUSY, "all", False).pages().leaks


@pytest.mark.parametrize("side", ["source", "target"])
def test_who_was_kept_safe_stays_safe(app, cast, side):
    double = Double(app, cast)
    with app.app_context():
        mails.change(db.session.get(Profile, getattr(double, side).id), safe_at=app.config["CLOCK"]())
    double.merge()
    page = Reader.of(app, cast.daniel).page(f"/family/{cast.link('daniel', 'leo').public_id}")
    assert "Priya" not in page.text
