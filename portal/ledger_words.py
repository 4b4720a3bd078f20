"""What happened, in plain words: each verb of the ledger has one maker of its sentence. Pure: a line and what its reader may know, no database.

A sentence says what was done; who did it, and through which link, stands beside it (`who`). The other packages add their verbs
with `@tells`; `load` fetches what the lines of one page are about, once.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import access_words, consents
from portal.access import ADMIN, EVERYTHING, FRONT_DESK, MANAGE_ACCESS, PAUSE, PRACTITIONER, SELF, level
from portal.filters import birth_date, zone_name
from portal.models import Account, LedgerLine, Link, Profile, StaffMember

OF_STAFF = ("kept_safe", "kept_safe_no_more")  # known to the person and to staff alone, whoever manages access (F6)
NAMES_SOMEBODY = ("invited", "invited_again", "invitation_deleted", "refused", "accepted", "made_primary")


@dataclass(frozen=True)
class Reader:
    """Who reads about a person on the practice's date `on`: `staff` (`link` None), or an account through its link."""

    profile: Profile
    link: Link | None
    on: date
    staff: StaffMember | None = None

    def works_with(self, permission: str) -> bool:
        """Whether it is staff who may do this (portal/permissions.py)."""
        return self.staff is not None and self.staff.may(permission)

    @property
    def may(self) -> frozenset[str]:
        return self.link.permissions_on(self.on) if self.link else frozenset()

    @property
    def knows_all(self) -> bool:
        """The person themselves, and staff."""
        return self.link is None or self.link.is_self

    @property
    def sees_everything(self) -> bool:
        """Sees every appointment wholly; who sees less reads nothing of what others did, or it would tell what the other pages hide."""
        return self.knows_all or level(self.may) == EVERYTHING

    @property
    def knows_others(self) -> bool:
        """May read what others who act for the person did. While the person is kept safe, `may` holds no MANAGE_ACCESS but their own."""
        return self.knows_all or MANAGE_ACCESS in self.may


@dataclass(frozen=True)
class Line:
    """A ledger line with the rows it names. `role`: the actor's role at the practice if it was done as staff; `carried_by`: the id of
    the link in which the access of `link` goes on since a merge."""

    row: LedgerLine
    actor: Account | None
    link: Link | None
    holder: Account | None  # whose link it is
    role: str | None
    carried_by: int | None = None

    @property
    def is_own_link(self) -> bool:
        """Whether the link is what it was done through; else it is what it was done to."""
        return self.link is not None and self.actor is not None and self.link.account_id == self.actor.id

    def is_by(self, reader: Reader) -> bool:
        return reader.link is not None and self.role is None and self.actor is not None and self.actor.id == reader.link.account_id

    def is_about(self, reader: Reader) -> bool:
        """About the reader's own access."""
        return reader.link is not None and self.link is not None and reader.link.id in (self.link.id, self.carried_by)


Maker = Callable[[Line, Reader, Any], str | None]
Loader = Callable[[Collection[LedgerLine]], Any]
_makers: dict[str, Maker] = {}
_loaders: dict[str, Loader] = {}


def tells(*verbs: str, load: Loader | None = None):
    """Have `make(line, reader, loaded)` say what these verbs mean; None: not for this reader. `load(rows)` is asked once a page."""

    def mark(make: Maker) -> Maker:
        _makers.update(dict.fromkeys(verbs, make))
        if load:
            _loaders.update(dict.fromkeys(verbs, load))
        return make

    return mark


def told() -> set[str]:
    """The verbs that can be said."""
    return set(_makers)


def loaded(rows: Collection[LedgerLine]) -> dict[Loader, Any]:
    """What the lines of a page are about: each loader asked once, for its own lines."""
    theirs: dict[Loader, list[LedgerLine]] = {}
    for row in rows:
        if row.verb in _loaders:
            theirs.setdefault(_loaders[row.verb], []).append(row)
    return {load: load(mine) for load, mine in theirs.items()}


def what(line: Line, reader: Reader, known: dict[Loader, Any]) -> str | None:
    """The sentence, or None where the reader may not know of it."""
    make = _makers.get(line.row.verb)
    if make is None or not may_read(line, reader):
        return None
    return make(line, reader, known.get(_loaders.get(line.row.verb)))


def may_read(line: Line, reader: Reader) -> bool:
    """The person and staff read everything; others their own acts and what touches their own access. Who sees everything of the
    appointments reads what staff did without naming anybody else, too; and what others did while they manage access and the
    person is not kept safe."""
    if reader.knows_all:
        return True
    if line.row.verb in OF_STAFF:
        return False
    if line.is_by(reader) or line.is_about(reader):
        return True
    if not reader.sees_everything:
        return False
    return reader.knows_others or line.role is not None and line.link is None and line.row.verb not in NAMES_SOMEBODY


def who(line: Line, reader: Reader) -> str:
    """Who did it: "You", "Riverside Physiotherapy (Tom Reid, front desk)", "Daniel Okafor, as a parent of Leo"; empty if nobody or not to be told."""
    if line.role is not None:
        return _("%(practice)s (%(name)s, %(role)s)", practice=reader.profile.practice.name, name=line.actor.name, role=role(line.role))
    if line.actor is None or not (line.is_by(reader) or reader.knows_others):
        return ""
    name = _("You") if line.is_by(reader) else line.actor.name
    through = access_words.acting_as(line.link.relationship, reader.profile.given_name) if line.is_own_link else ""
    return _("%(name)s, %(through)s", name=name, through=through) if through else name


def role(name: str) -> str:
    return {ADMIN: _("administrator"), PRACTITIONER: _("practitioner"), FRONT_DESK: _("front desk")}[name]


# --- portal's own verbs ---


@tells("registered", "added", "accepted_as_new", "acceptance_taken_back")
def _record(line: Line, reader: Reader, _known) -> str:
    return {
        "registered": _("Record made online"),
        "added": _("Record made by the clinic"),
        "accepted_as_new": _("Details checked: accepted as a new record"),
        "acceptance_taken_back": _("Details to be checked again"),
    }[line.row.verb]


@tells(consents.AGREED, consents.REFUSED)
def _consent(line: Line, reader: Reader, _known) -> str:
    channel = line.row.facts.get("channel")
    if "answered" in line.row.facts:
        return (
            _("Answered START: agreed to text messages from the clinic")
            if line.row.verb == consents.AGREED
            else _("Answered STOP: wants no text messages from the clinic")
        )
    if line.row.verb == consents.AGREED:
        return {
            consents.EMAIL: _("Agreed to mail from the clinic"),
            consents.SMS: _("Agreed to text messages from the clinic"),
            consents.VOICE: _("Agreed to phone calls from the clinic"),
        }[channel]
    return {
        consents.EMAIL: _("Wants no mail from the clinic"),
        consents.SMS: _("Wants no text messages from the clinic"),
        consents.VOICE: _("Wants no phone calls from the clinic"),
    }[channel]


@tells("viewed")
def _viewed(line: Line, reader: Reader, _known) -> str:
    return _("Looked at the record") if line.role is not None else _("Looked at the appointments")


@tells("invited", "invited_again", "invitation_deleted", "refused")
def _invitation(line: Line, reader: Reader, _known) -> str:
    verb, to = line.row.verb, line.row.facts.get("to", "")
    if not (reader.knows_all or line.is_by(reader)):  # an address is told to nobody else
        return {
            "invited": _("Invitation sent"),
            "invited_again": _("Invitation sent again"),
            "invitation_deleted": _("Invitation taken back"),
            "refused": _("Invitation refused"),
        }[verb]
    return {
        "invited": _("Invitation sent to %(address)s", address=to),
        "invited_again": _("Invitation sent again to %(address)s", address=to),
        "invitation_deleted": _("Invitation to %(address)s taken back", address=to),
        "refused": _("Invitation to %(address)s refused", address=to),
    }[verb]


@tells("accepted")
def _accepted(line: Line, reader: Reader, _known) -> str:
    kind = line.row.facts.get("relationship")
    return _("Invitation accepted") if kind in (None, SELF) else _("Invitation accepted: %(kind)s", kind=access_words.kind(kind))


@tells("access_changed", "step_answered", "access_ended", "access_dated", "made_primary")
def _access(line: Line, reader: Reader, _known) -> str:
    verb, facts, mine = line.row.verb, line.row.facts, line.is_about(reader)
    name = line.holder.name if line.holder else ""
    if verb in ("access_changed", "step_answered"):
        now = access_words.offered(facts.get("after", ()), access_words.named(reader.link) if reader.link else reader.profile.given_name)
        return _("Your access changed: %(now)s", now=now) if mine else _("Access of %(name)s changed: %(now)s", name=name, now=now)
    if verb == "made_primary":
        return _("You are now the clinic’s first contact") if mine else _("%(name)s is now the clinic’s first contact", name=name)
    if verb == "access_ended" and line.actor is None:
        return _("Your access ended on its last day") if mine else _("Access of %(name)s ended on its last day", name=name)
    if verb == "access_ended":
        if line.is_own_link and line.role is None:
            return _("Access given up")
        return _("Your access taken away") if mine else _("Access of %(name)s taken away", name=name)
    ends = facts.get("ends_on")
    if not ends:
        return _("Your access has no last day") if mine else _("Access of %(name)s has no last day", name=name)
    day = birth_date(date.fromisoformat(ends), locale=get_locale())
    return _("Your access ends after %(day)s", day=day) if mine else _("Access of %(name)s ends after %(day)s", name=name, day=day)


@tells("stepped")
def _stepped(line: Line, reader: Reader, _known) -> str:
    """The access itself is only reckoned; this is when everybody was told."""
    facts = {"name": line.holder.name if line.holder else "", "person": reader.profile.given_name, "age": line.row.facts.get("age")}
    paused, mine = line.row.facts.get("does") == PAUSE, line.is_about(reader)
    if paused:
        return (
            _("Your access is paused, as %(person)s turned %(age)s", **facts)
            if mine
            else _("Access of %(name)s is paused, as %(person)s turned %(age)s", **facts)
        )
    return (
        _("Your access shows less, as %(person)s turned %(age)s", **facts)
        if mine
        else _("Access of %(name)s shows less, as %(person)s turned %(age)s", **facts)
    )


@tells("reading_chosen")
def _reading(line: Line, reader: Reader, _known) -> str:
    language, zone = line.row.facts.get("language"), line.row.facts.get("zone")
    chosen = [
        Locale.parse(language).get_display_name(get_locale()) if language else "",
        zone_name(zone, locale=get_locale()) if zone else "",
    ]
    said = ", ".join(filter(None, chosen)) or _("as the clinic")
    return _("Language and time zone for mail chosen: %(chosen)s", chosen=said)


@tells(*OF_STAFF)
def _apart(line: Line, reader: Reader, _known) -> str:
    if line.row.verb == "kept_safe":
        return _("People with access are kept apart: nobody learns of the others")
    return _("People with access may know of each other again")
