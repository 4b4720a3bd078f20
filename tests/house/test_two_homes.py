"""Two homes, one child (MISSION F6): over every page, mail, calendar file and error text, nothing of one guardian appears for the other.

Driven by the app's own url_map: a new GET route is walked, or named with a reason in LEFT_OUT; else the test fails.
"""

import itertools

import pytest
from sqlalchemy import exc, text

from booking import disclosure
from portal import access, letters
from portal.database import db
from portal.models import Profile
from tests.house.two_homes import MARKS, MAYS, OWN, Homes
from tests.reader import Reader

# Routes that are not walked, and why.
LEFT_OUT = {
    "static": "files of the house, the same for everybody",
    "mailbox.inbox": "the demo's window into all mails there are; does not exist in production",
    "mailbox.mail": "the same",
    "mailbox.html": "the same",
    "mailbox.file": "the same",
    "texts.outcome": "for the provider of text messages alone: refuses everybody without its signature",
    "portal.sign_out": "ends the walk",
    "portal.sign_out_everywhere": "ends the walk",
    "portal.leave": "gives up the very access this is about; its page is walked",
}
# Letters that never concern another guardian of a person: about the account itself, or for staff.
ABOUT_ONESELF = {
    "address_change",
    "address_changed",
    "password_changed",
    "reset",
    "second_step",
    "staff_invitation",
    "verify",
    "welcome_back",
    "invitation",
    "batch_done",
    "forget_answered",
}
BY_TIME = {"access_notice", "access_stepped"}  # made by the daily job: tests/portal/test_link_life*.py
# Where a permission makes a difference; the other pages are walked once for each level.
ABOUT_PEOPLE = ("/appointments", "/family", "/for/", "/calendar/", "/invitations/", "/receipts/")
TELLS_WHO_HAS_ACCESS = ("/family", "access_taken_up")


def allowed(level: str, may: str, safe: bool, where: str) -> set[str]:
    """The kinds of MARKS that may stand there."""
    found = {"times"} if level != access.NOTHING else set()
    if level == access.EVERYTHING:
        found |= {"details", "past"} | (set() if safe else {"lent"})
    if access.MANAGE_ACCESS in MAYS[may] and not safe and where.startswith(TELLS_WHO_HAS_ACCESS):
        found |= {"names"}
    if not safe and where.startswith("/family"):
        found |= {"contact"}
    return found


def told(answer) -> str:
    """The headers, without `Date`: the machine's own clock, which says 06:05 now and then."""
    return "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Date")


class Walk:
    """One reader on the way through the house; `leaks` are (where, kind, word)."""

    def __init__(self, homes: Homes, level: str, may: str, safe: bool):
        self.homes, self.asked = homes, (level, may, safe)
        homes.give(level, may, safe)
        self.browser = Reader.of(homes.app, homes.reader)
        self.seen, self.leaks, self.read = set(), [], {}

    def look(self, where: str, text: str) -> None:
        self.read[where] = text
        for kind, words in MARKS.items():
            found = [word for word in words if word.casefold() in text.casefold()]
            self.seen |= {kind} if found else set()
            if found and kind not in allowed(*self.asked, where):
                self.leaks += [(where, kind, word) for word in found]

    def get(self, path: str) -> None:
        answer = self.browser.get(path, buffered=True)
        assert answer.status_code < 500
        self.look(path, answer.get_data().decode(errors="replace").replace("\r\n ", "") + told(answer))

    def post(self, path: str, token: str) -> None:
        answer = self.browser.post(path, data={"csrf_token": token, "key": "homes"}, headers={"Origin": "http://localhost"})
        assert answer.status_code < 500
        self.look(f"{path} (POST)", answer.get_data(as_text=True) + told(answer))

    def pages(self) -> "Walk":
        for path in (*self._addresses("GET"), *self.homes.queries):
            self.get(path)
        return self

    def mails(self) -> "Walk":
        for name, words in self.homes.letters().items():
            self.look(name, words)
        return self

    def errors(self) -> "Walk":
        token = self.browser.page("/forgot").form()["csrf_token"]
        for path in (*self.homes.posts, *self._addresses("POST")):
            self.post(path, token)
        return self

    def _addresses(self, method: str) -> list[str]:
        """All of them for whoever may do all."""
        found = addresses(self.homes, method)
        if self.asked[1] == "all":
            return found
        return [path for path in found if path.startswith(ABOUT_PEOPLE) and not any(one in path for one in self.homes.foreign)]


def addresses(homes: Homes, method: str) -> list[str]:
    """Every address of the house that answers to a method, with everything an id in it could stand for."""
    found = []
    adapter = homes.app.url_map.bind("localhost")
    for rule in homes.app.url_map.iter_rules():
        if method in rule.methods and (rule.endpoint not in LEFT_OUT or (rule.endpoint == "portal.leave" and method == "GET")):
            values = [(name, _values(homes, rule, name)) for name in sorted(rule.arguments - (rule.defaults or {}).keys())]
            for chosen in itertools.product(*(pool for _name, pool in values)):
                found.append(adapter.build(rule.endpoint, dict(zip((name for name, _pool in values), chosen)), method=method))
    return sorted(set(found))


def _values(homes: Homes, rule, name: str) -> list[str]:
    if name in homes.named:
        return homes.named[name]
    kinds = getattr(rule._converters[name], "items", None)
    if kinds:
        return list(kinds)
    for prefix, pool in homes.pools.items():
        if rule.rule.startswith(prefix):
            return pool
    if rule.rule.startswith(("/staff/", "/desk/", "/at/")) or name == "token":
        return ["a2b3c4d5e6f7g2h3"]  # staff's pages are closed to both guardians; the ways to the practice's services are public
    raise AssertionError(f"{rule.rule}: say in tests/house/two_homes.py what <{name}> may stand for, or in LEFT_OUT why it is not walked")


LEVELS = [pytest.param(level, safe, id=f"{level}-{'safe' if safe else 'not safe'}") for level in access.LEVELS for safe in (False, True)]


@pytest.mark.parametrize("level, safe", LEVELS)
def test_nothing_of_one_guardian_appears_for_the_other(app, cast, level, safe, caplog):
    homes = Homes(app, cast)
    for may in MAYS:
        walk = Walk(homes, level, may, safe).pages().mails()
        assert walk.leaks == [], f"may: {may}"
        words = " ".join(walk.read.values())
        assert ("times" in walk.seen) == (level != access.NOTHING)
        assert ("details" in walk.seen) == (level == access.EVERYTHING)
        allows = access.effective(access.at_level(MAYS[may], level), "guardian", None, safe)
        assert [word for word in OWN if (word in words) != bool(allows)] == [], may  # what the reader booked
        assert ("names" in walk.seen) == (access.MANAGE_ACCESS in allows), may
    for may in ("book", "all"):
        walk = Walk(homes, level, may, safe).errors().mails()
        assert walk.leaks == [], f"may: {may}"
    assert not [word for kind in ("never", "names", "details", "contact") for word in MARKS[kind] if word in caplog.text]


@pytest.mark.parametrize("level", access.LEVELS)
def test_the_same_the_other_way_round(app, cast, level):
    homes = Homes(app, cast, reader="priya", other="daniel")
    for safe in (False, True):
        walk = Walk(homes, level, "all", safe).pages().mails()
        walk = walk.errors() if safe else walk
        assert walk.leaks == [] and walk.seen - {"names", "contact"} == allowed(level, "all", safe, "") - {"names", "contact"}


@pytest.mark.parametrize(
    "broken",
    [
        lambda patch: patch.setattr(disclosure, "level", lambda permissions: access.EVERYTHING),
        lambda patch: patch.setattr(disclosure, "_day_of", lambda appointment: appointment.created_at.date()),
        lambda patch: patch.setattr("booking.views.appointments.wrote", lambda link, appointment: True),
        lambda patch: patch.setattr(Profile, "is_safe", False),
    ],
    ids=["levels", "past visits", "notes", "safe"],
)
def test_a_broken_rule_is_found(app, cast, monkeypatch, broken):
    homes = Homes(app, cast)
    broken(monkeypatch)
    assert any(Walk(homes, level, "manage", True).pages().leaks for level in (access.BUSY, access.EVERYTHING))


def test_every_letter_is_read_or_has_a_reason(app, cast):
    homes = Homes(app, cast)
    homes.give(access.EVERYTHING, "all", False)
    read = {name.split()[0] for name in homes.letters()}
    assert set(letters.templates()) - ABOUT_ONESELF - BY_TIME - {"access_ended"} == read  # a link that has ended has no reader here


def test_an_error_of_the_database_names_nobody_in_the_log(context):
    with pytest.raises(exc.DBAPIError) as failed:
        db.session.execute(text("SELECT 1 FROM nowhere WHERE address = :address"), {"address": "zq.other@example.com"})
    assert "zq.other" not in str(failed.value)
