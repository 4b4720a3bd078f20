"""Records and their details in words, as the pages of merges say them."""

from collections.abc import Callable, Sequence

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.cards import masked
from portal.filters import birth_date, local, phone_display
from portal.models import Practice, Profile


def labels() -> dict[str, str]:
    """Detail of portal/uniting.py → its name."""
    return {
        "name": _("Name"),
        "born_on": _("Date of birth"),
        "phone": _("Phone"),
        "email": _("Email address"),
        "address": _("Address"),
        "card": _("Health card"),
        "file_number": _("File number"),
        "language": _("Language"),
        "zone": _("Time zone"),
        "staff_alert": _("Note"),
    }


def value(name: str, values: Sequence, practice: Practice) -> str:
    """What a detail says, its columns as in portal/uniting.py; a health card shows its last figures only. Empty where nothing is known."""
    first = values[0]
    if name == "card":
        return ", ".join(filter(None, (masked(first), values[1])))
    if name == "address":
        return ", ".join(filter(None, (first, " ".join(filter(None, values[1:])))))
    if name == "born_on":
        return birth_date(first, locale=get_locale()) if first else ""
    if name == "phone":
        return phone_display(first, practice.country) if first else ""
    if name == "language":
        return current_app.config["LANGUAGES"].get(first, first)
    return " ".join(filter(None, values))


def record(one: Profile) -> str:
    """What staff call a record among others of the same name: the head of a column."""
    if one.is_provisional:
        return _("New registration")
    if one.file_number:
        return _("Record, file %(number)s", number=one.file_number)
    return _("Record since %(year)s", year=_since(one).year)


def records(source: Profile, target: Profile) -> tuple[str, str]:
    """Both, told apart in any case."""
    said = _with_days(record, source, target)
    return said if said[0] != said[1] else (_("%(record)s (the one that goes)", record=said[0]), _("%(record)s (the one that stays)", record=said[1]))


def _with_days(name: Callable[[Profile], str], source: Profile, target: Profile) -> tuple[str, str]:
    """The names of both; with the day each was made where they are called the same."""
    said = name(source), name(target)
    if said[0] != said[1]:
        return said
    days = (birth_date(_since(one), locale=get_locale()) for one in (source, target))
    return tuple(_("%(record)s, from %(day)s", record=one, day=day) for one, day in zip(said, days))


def short(one: Profile) -> str:
    """The same in a word or two, beside every detail on a phone."""
    if one.is_provisional:
        return _("New")
    return _("File %(number)s", number=one.file_number) if one.file_number else _("Since %(year)s", year=_since(one).year)


def the(one: Profile) -> str:
    """A record inside a sentence. Where there are two, `both_the` tells them apart."""
    if one.is_provisional:
        return _("the new registration")
    if one.file_number:
        return _("file %(number)s", number=one.file_number)
    return _("the record since %(year)s", year=_since(one).year)


def both_the(source: Profile, target: Profile) -> tuple[str, str]:
    """Both inside a sentence, told apart in any case."""
    said = _with_days(the, source, target)
    return said if said[0] != said[1] else (_("the record that goes"), _("the record that stays"))


def named(one: Profile) -> str:
    """A person with what tells the record from others of the same name, if there is anything."""
    if one.file_number:
        return _("%(name)s (file %(number)s)", name=one.name, number=one.file_number)
    return _("%(name)s (new registration)", name=one.name) if one.is_provisional else one.name


def both_named(source: Profile, target: Profile) -> tuple[str, str]:
    """Two people, told apart in any case."""
    said = named(source), named(target)
    heads = records(source, target)
    return said if said[0] != said[1] else tuple(_("%(name)s (%(record)s)", name=one.name, record=head) for one, head in zip((source, target), heads))


def _since(one: Profile):
    return local(one.created_at, one.practice.zone).date()
