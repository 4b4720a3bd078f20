"""Records and their details in words, as the pages of merges say them."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import current_app
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal.cards import masked
from portal.filters import birth_date, local, phone_display
from portal.models import Practice, Profile
from portal.record_words import kinds


def labels() -> dict[str, str]:
    """Detail of portal/uniting.py → its name."""
    return {
        "name": _("Name"),
        "middle_name": _("Middle name"),
        "preferred_name": _("Preferred name"),
        "salutation": _("Salutation"),
        "pronouns": _("Pronouns"),
        "born_on": _("Date of birth"),
        "sex_at_birth": _("Sex assigned at birth"),
        "phone": _("Phone"),
        "email": _("Email address"),
        "address": _("Address"),
        "card": _("Health card"),
        "file_number": _("File number"),
        "referred_by": _("Referred by"),
        "program": _("Fee program"),
        "billing": _("Billing"),
        "billing_notes": _("Billing notes"),
        "veteran_id": _("Veteran ID"),
        "language": _("Language"),
        "zone": _("Time zone"),
        "staff_alert": _("Note"),
    }


def value(name: str, values: Sequence, practice: Practice) -> str:
    """What a detail says, its columns as in portal/uniting.py; a health card shows its last figures only. Empty where nothing is known."""
    first = values[0]
    if name == "card":
        number, region, version, ends = values
        until = _("until %(day)s", day=_day(ends)) if ends else ""
        return ", ".join(filter(None, (masked(number), region, version, until)))
    if name == "address":
        return ", ".join(filter(None, (*values[:2], " ".join(filter(None, values[2:])))))
    if name == "born_on":
        return _day(first)
    if name == "phone":
        return ", ".join(
            filter(None, (phone_display(first, practice.country) if first else "", kinds().get(values[1], "") if first else ""))
        )
    if name == "language":
        return current_app.config["LANGUAGES"].get(first, first)
    if name == "program":
        return ", ".join(filter(None, (*values[:3], _("qualified") if values[3] else "")))
    if name == "billing":
        sessions = ngettext("%(num)s session", "%(num)s sessions", values[2]) if values[2] is not None else ""
        return ", ".join(filter(None, (*values[:2], sessions)))
    return " ".join(filter(None, values))


def _day(value: date | None) -> str:
    return birth_date(value, locale=get_locale()) if value else ""


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
    return (
        said
        if said[0] != said[1]
        else (_("%(record)s (the one that goes)", record=said[0]), _("%(record)s (the one that stays)", record=said[1]))
    )


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
    return (
        said
        if said[0] != said[1]
        else tuple(_("%(name)s (%(record)s)", name=one.name, record=head) for one, head in zip((source, target), heads))
    )


def _since(one: Profile):
    return local(one.created_at, one.practice.zone).date()
