"""What somebody may do for a person, as staff read it in a list: every permission tells (portal/access_words.py speaks to the people)."""

from collections.abc import Collection

from flask_babel import gettext as _

from portal import access


def does(permissions: Collection[str], name: str) -> str:
    """ "Sees everything, books, moves and cancels, decides who else has access". Messages are told apart: `gets_messages`."""
    level = {
        access.EVERYTHING: _("Sees everything"),
        access.BUSY: _("Sees only that %(name)s is busy", name=name),
        access.NOTHING: _("Sees only what they book"),
    }[access.level(permissions)]
    acts = {access.BOOK: _("books"), access.CHANGE: _("moves and cancels"), access.MANAGE_ACCESS: _("decides who else has access")}
    said = [words for one, words in acts.items() if one in permissions]
    return ", ".join([level, *said])


def gets_messages(permissions: Collection[str]) -> bool:
    return access.GET_NOTICES in permissions


def ground(relationship: str, name: str) -> str:
    """What choosing this relationship says about the person called `name`."""
    return {
        access.SELF: _("The account belongs to %(name)s.", name=name),
        "parent": _("Decides about health matters of a child."),
        "guardian": _("Decides about health matters by law."),
        "carer": _("Looks after them, for example a grandparent. Does not decide who else has access."),
        "trusted": _("Books for them, for example a friend. Sees when, not what for."),
    }[relationship]
