"""Access in plain words: what somebody may see and do, who they are to the person, and what changes at which birthday.

"Mine" speaks to the one who has the access ("You can see and book everything"), "theirs" about them to somebody else.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal import access
from portal.access import (
    BOOK, BUSY, CHANGE, EVERYTHING, GET_NOTICES, MANAGE_ACCESS, NARROW, NOTHING, PERMISSIONS, SEE_DETAILS, SEE_TIMES, Step,
)  # fmt: skip
from portal.filters import home, local
from portal.models import Link

OK, PART, NONE = "ok", "info", "warn"  # kinds of tag
_BOOKS = {BOOK, CHANGE}
_DOES = {SEE_TIMES, *_BOOKS}
SOON = 2


class Tag(NamedTuple):
    kind: str
    words: str


class Answer(NamedTuple):
    """One permission, whether it holds, in a few words."""

    name: str
    words: str
    holds: bool


def mine(link: Link, on: date) -> Tag:
    """What the reader can see and do for somebody on the practice's date."""
    name, may = link.profile.given_name, link.permissions_on(on)
    if link.is_paused(on):
        return Tag(NONE, _("Paused since %(name)s turned %(age)s", name=name, age=link.step(on).age))
    if not may & _DOES:
        return Tag(NONE, _("You cannot see or book anything at the moment"))
    books = bool(may & _BOOKS)
    words = {
        (EVERYTHING, True): _("You can see and book everything"),
        (EVERYTHING, False): _("You can see everything, but not book"),
        (BUSY, True): _("You see only when %(name)s is busy, and can book", name=name),
        (BUSY, False): _("You see only when %(name)s is busy", name=name),
        (NOTHING, True): _("You can book, and see only what you booked"),
    }
    found = access.level(may), books
    return Tag(OK if found == (EVERYTHING, True) else PART, words[found])


def theirs(link: Link, on: date, name: str) -> Tag:
    """What somebody else can see and do for the person: told to whoever manages access, with the person's `name`, or to the person, without."""
    if link.is_paused(on):
        return Tag(NONE, _("Paused"))
    may = link.permissions_on(on)
    return Tag(PART if may & _DOES else NONE, offered(may, name))


def offered(permissions: Iterable[str], name: str) -> str:
    """What an invitation offers, in the words of `theirs`."""
    books, level = bool(_BOOKS & set(permissions)), access.level(permissions)
    words = {
        (EVERYTHING, True): _("Can see and book everything"),
        (EVERYTHING, False): _("Can see everything, but not book"),
        (BUSY, True): _("Sees only when %(name)s is busy, and can book", name=name)
        if name
        else _("Sees only when you are busy, and can book"),
        (BUSY, False): _("Sees only when %(name)s is busy", name=name) if name else _("Sees only when you are busy"),
        (NOTHING, True): _("Can book, and sees only what they booked"),
        (NOTHING, False): _("Can see and book nothing"),
    }
    return words[level, books]


def answers(link: Link, on: date) -> list[Answer]:
    """The permissions somebody received, each with whether it holds now."""
    may = link.permissions_on(on)
    told = link.permissions if link.is_paused(on) else may
    return [Answer(name, permission(name, link, told), name in may) for name in PERMISSIONS]


def permission(name: str, link: Link, told: Collection[str] | None = None, mine: bool = True) -> str:
    """One permission as something to do: "See when Leo has appointments". `told`: all that is told of, if not what `link` (or an
    invitation) gives; `mine`: the reader is who has them. What is not seen wholly cannot be changed (booking/disclosure.py)."""
    own = mine and link.is_self
    if name == CHANGE and not own and access.level(link.permissions if told is None else told) != EVERYTHING:
        return _("Change and cancel what you book yourself") if mine else _("Change and cancel what they book themselves")
    if link.is_self:
        return {
            SEE_TIMES: _("See when you have appointments"),
            BOOK: _("Book appointments"),
            CHANGE: _("Change the time and cancel"),
            SEE_DETAILS: _("See what they are for and with whom, past visits too"),
            MANAGE_ACCESS: _("See who else has access, and give access to others"),
            GET_NOTICES: _("Get emails about them"),
        }[name]
    person = link.profile.given_name
    return {
        SEE_TIMES: _("See when %(name)s has appointments", name=person),
        BOOK: _("Book for %(name)s", name=person),
        CHANGE: _("Change the time and cancel"),
        SEE_DETAILS: _("See what they are for and with whom, past visits too"),
        MANAGE_ACCESS: _("See who else has access, and give access to others"),
        GET_NOTICES: _("Get emails about the appointments"),
    }[name]


def levels(name: str) -> dict[str, str]:
    """What one may choose that somebody sees of the appointments they did not book; without a name it is about the reader."""
    return {
        EVERYTHING: _("Everything: when, what for and with whom, past visits too"),
        BUSY: _("Only that %(name)s is busy, not what for", name=name) if name else _("Only that you are busy, not what for"),
        NOTHING: _("Nothing but the appointments they book themselves"),
    }


def ticks(name: str) -> dict[str, str]:
    """What one may tick that somebody does; without a name it is about the reader."""
    return {
        BOOK: _("Book for %(name)s", name=name) if name else _("Book for you"),
        CHANGE: _("Change the time and cancel"),
        GET_NOTICES: _("Get emails about the appointments"),
        MANAGE_ACCESS: _("See who else has access, and give access to others"),
    }


def names(others: Iterable[Link]) -> str:
    """ "Daniel Okafor and Arjun Shah"."""
    return format_list([one.account.name for one in others], locale=home(get_locale()))


def named(link: Link) -> str:
    """The person's name for a sentence that the holder of this link reads; empty where it is about the reader."""
    return "" if link.is_self else link.profile.given_name


def since(link: Link) -> date:
    """The practice's date on which it was given."""
    return local(link.created_at, link.profile.practice.zone).date()


def who(link: Link, on: date) -> str:
    """Age and what the person is to the reader: "8 years old, your child"; what is not known is left out."""
    age = link.profile.age(on)
    said = [ngettext("%(num)s year old", "%(num)s years old", age)] if age is not None else []
    return ", ".join(said if link.is_self else [*said, to_you(link.relationship)])


def to_you(relationship: str) -> str:
    """What the person is to somebody with such a link."""
    return {
        "parent": _("your child"),
        "guardian": _("you are the legal guardian"),
        "carer": _("you care for them"),
        "trusted": _("you are a trusted person"),
    }[relationship]


def acting_as(relationship: str, name: str) -> str:
    """Through which link something was done: "as Leo’s parent"."""
    return {
        "parent": _("as a parent of %(name)s", name=name),
        "guardian": _("as the legal guardian of %(name)s", name=name),
        "carer": _("as a carer of %(name)s", name=name),
        "trusted": _("as somebody %(name)s trusts", name=name),
        "self": "",
    }[relationship]


def kind(relationship: str) -> str:
    """A relationship as a word of its own, to begin a line with."""
    return {
        "self": _("The person themselves"),
        "parent": _("Parent"),
        "guardian": _("Legal guardian"),
        "carer": _("Carer"),
        "trusted": _("Trusted person"),
    }[relationship]


def will_change(link: Link, on: date) -> Step | None:
    """The next birthday that takes something away from this link; None if none does."""
    step = link.next_step(on)
    if step is None or (link.ends_on is not None and link.ends_on < step.on(link.profile.born_on)):
        return None
    return step if link.taken_by(step) else None


def will_soon_change(link: Link, on: date) -> Step | None:
    """`will_change` within SOON years: what is farther off is of no use to anybody yet."""
    step = will_change(link, on)
    return step if step and step.on(link.profile.born_on) <= access.birthday(on, SOON) else None


def change_to_come(link: Link, on: date, day: str) -> str:
    """What `will_change` does, said to who has the link; `day` is its date in the reader's words."""
    step, name = will_change(link, on), link.profile.given_name
    if step.does == NARROW:
        return _("From %(day)s, when %(name)s turns %(age)s, you see only when %(name)s is busy.", day=day, name=name, age=step.age)
    return _(
        "From %(day)s, when %(name)s turns %(age)s, your access is paused until %(name)s lets you back in.",
        day=day,
        name=name,
        age=step.age,
    )
