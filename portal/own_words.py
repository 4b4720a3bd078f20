"""A person's details and what they changed of them, in plain words: names, values, the ledger's line, and the sentence for staff."""

from collections.abc import Iterable
from datetime import date, datetime

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import consents, own_fields, record_words, text_reader, texting
from portal.consents import EMAIL, SMS, VOICE
from portal.filters import birth_date, home, local, phone_display
from portal.ledger_words import Line, Reader, tells
from portal.models import OwnChange, Practice, Profile
from portal.own_details import Known
from portal.own_fields import CHANGED, COPIED, ERASED, FORGET_ASKED, FORGET_REFUSED, FORGET_TAKEN_BACK, FORGET_VERBS, FORGOTTEN


def fields() -> dict[str, str]:
    """Names of portal/own_fields.py as a heading says them."""
    return {
        own_fields.NAMES: _("Name"), own_fields.BORN_ON: _("Date of birth"), own_fields.PREFERRED: _("Preferred name"), own_fields.PRONOUNS: _("Pronouns"),
        own_fields.PHONES: _("Phone numbers"), own_fields.ADDRESS: _("Address"), own_fields.EMERGENCY: _("Emergency contact"),
        own_fields.EMAIL: _("Email address"), own_fields.LANGUAGE: _("Language"), own_fields.ZONE: _("Time zone"),
    }  # fmt: skip


def in_a_sentence(name: str) -> str:
    return {
        own_fields.NAMES: _("the name"), own_fields.BORN_ON: _("the date of birth"), own_fields.PREFERRED: _("the preferred name"), own_fields.PRONOUNS: _("the pronouns"),
        own_fields.PHONES: _("the phone numbers"), own_fields.ADDRESS: _("the address"), own_fields.EMERGENCY: _("the emergency contact"),
        own_fields.EMAIL: _("the email address"), own_fields.LANGUAGE: _("the language"), own_fields.ZONE: _("the time zone"),
    }[name]  # fmt: skip


def missing(names: Iterable[str]) -> str:
    """ "a phone number and somebody to call in an emergency"."""
    said = {
        own_fields.PHONES: _("a phone number"), own_fields.BORN_ON: _("the date of birth"), own_fields.EMERGENCY: _("somebody to call in an emergency"),
        own_fields.ADDRESS: _("the address"),
    }  # fmt: skip
    return listed(said[name] for name in names)


def listed(words: Iterable[str]) -> str:
    return format_list(list(words), locale=home(get_locale()))


def sex(kept: str) -> str:
    return record_words.sexes().get(kept, kept)


def number(e164: str, kind: str, country: str) -> str:
    """ "(416) 555-0117, mobile"."""
    said = record_words.kinds().get(kind, "").lower()
    return ", ".join(filter(None, (phone_display(e164, country), said)))


def now_says(there: Known, names: Iterable[str]) -> list[str]:
    """Sentences about what stands in the record now, of what somebody else has changed meanwhile too: columns of Profile, PHONES, EMERGENCY."""
    profile, country, labels = there.profile, there.profile.practice.country, _columns()
    said = {own_fields.PHONES: lambda: "; ".join(number(*one, country) for one in there.numbers)}
    said[own_fields.EMERGENCY] = lambda: (
        contact(there.contact.name, there.contact.relation, there.contact.phone, country) if there.contact else ""
    )

    def value(name: str) -> str:
        kept = said[name]() if name in said else getattr(profile, name)
        return kept if name in said else record_words.value(name, kept.isoformat() if isinstance(kept, date) else kept, country)

    facts = [(labels[name], value(name)) for name in names]
    return [
        _("%(detail)s: the record says “%(now)s” now.", detail=label, now=now)
        if now
        else _("%(detail)s: the record says nothing now.", detail=label)
        for label, now in facts
    ]


def contact(name: str, relation: str, phone: str, country: str) -> str:
    return ", ".join(filter(None, (name, relation, phone and phone_display(phone, country))))


def answered(person: Profile, channel: str) -> str:
    """What stands about a channel, for a list."""
    no, yes = consents.refused_at(person, channel), consents.agreed_at(person, channel)
    if no:
        return _("No, since %(day)s", day=_day(no, person))
    if yes:
        return _("Yes, since %(day)s", day=_day(yes, person))
    return _("Yes, about appointments") if channel == EMAIL else _("Not answered yet")


def texts_to(there: Known) -> str:
    """Where text messages go now; empty where none do, or where the number is not for this reader."""
    if not sends_texts(there.profile.practice) or there.is_others(own_fields.PHONES):
        return ""
    found = text_reader.find(there.profile, there.on)
    return phone_display(found.number, there.profile.practice.country) if found else ""


def sends_texts(practice: Practice) -> bool:
    return texting.why_off(practice) is None


def agrees(person: Profile, channel: str) -> bool:
    return consents.may(person, channel)


def since(person: Profile, channel: str) -> str:
    """The same as a sentence; empty where nothing was ever said."""
    no, yes = consents.refused_at(person, channel), consents.agreed_at(person, channel)
    if no:
        return _("The answer is no since %(day)s.", day=_day(no, person))
    return _("The answer is yes since %(day)s.", day=_day(yes, person)) if yes else ""


def _day(at: datetime, person: Profile) -> str:
    return birth_date(local(at, person.practice.zone).date(), locale=get_locale())


def _columns() -> dict[str, str]:
    return record_words.labels() | fields() | {"numbers": _("Phone numbers")}


def _value(name: str, said, country: str) -> str:
    if not said:
        return ""
    if name == "numbers":
        return "; ".join(number(*one, country) for one in said)
    if name == "emergency":
        return contact(*said, country)
    return record_words.value(name, said, country)


@tells(CHANGED)
def _changed(line: Line, reader: Reader, _known) -> str:
    """With what stood there before for the person, for staff, and for who did it; others read what kind of thing changed."""
    changes, labels = line.row.facts.get("changes", {}), _columns()
    if not changes:
        return _("Details changed")
    if not (reader.knows_all or line.is_by(reader)):
        return _("Details changed: %(what)s", what=listed(labels[name].lower() for name in changes))
    return _(
        "Details changed. %(changes)s",
        changes=". ".join(_one(labels[name], name, *values, reader.profile) for name, values in changes.items()),
    )


@tells(*FORGET_VERBS)
def _forgetting(line: Line, reader: Reader, _known) -> str:
    until = line.row.facts.get("until")
    kept = birth_date(date.fromisoformat(until), locale=get_locale()) if until else ""
    return {
        FORGET_ASKED: _("Asked to be forgotten"),
        FORGET_TAKEN_BACK: _("No longer asks to be forgotten"),
        FORGET_REFUSED: _("The clinic keeps the record, and said why"),
        FORGOTTEN: _("Forgotten: what the law keeps stays until %(day)s", day=kept) if kept else _("Forgotten"),
        ERASED: _("Erased"),
    }[line.row.verb]


@tells(COPIED)
def _copied(line: Line, reader: Reader, _known) -> str:
    return _("Copy of the record made")


def _one(label: str, name: str, before, after, profile: Profile) -> str:
    was, now = (_value(name, said, profile.practice.country) for said in (before, after))
    if not now:
        return _("%(detail)s removed, it was “%(before)s”", detail=label, before=was)
    if not was:
        return _("%(detail)s: “%(after)s”", detail=label, after=now)
    return _("%(detail)s: “%(after)s”, before “%(before)s”", detail=label, after=now, before=was)


def for_staff(change: OwnChange, person: Profile, is_self: bool, day: str) -> list[str]:
    """The sentences under "Needs you" about one form that was saved."""
    who, name = change.account.name, person.name
    details = [in_a_sentence(what) for what in change.what if ":" not in what]
    said = []
    if details and is_self:
        said.append(_("%(who)s changed %(what)s on %(day)s.", who=name, what=listed(details), day=day))
    elif details:
        said.append(_("%(who)s changed %(what)s of %(name)s on %(day)s.", who=who, what=listed(details), name=name, day=day))
    return said + [_answered(*what.split(":"), name, day) for what in change.what if ":" in what]


def _answered(channel: str, answer: str, name: str, day: str) -> str:
    facts = {"name": name, "day": day}
    if answer == "yes":
        return {
            EMAIL: _("%(name)s agrees to mail since %(day)s.", **facts),
            SMS: _("%(name)s agrees to text messages since %(day)s.", **facts),
            VOICE: _("%(name)s agrees to phone calls with news since %(day)s.", **facts),
        }[channel]
    return {
        EMAIL: _("%(name)s wants no mail since %(day)s.", **facts),
        SMS: _("%(name)s wants no text messages since %(day)s.", **facts),
        VOICE: _("%(name)s wants no phone calls with news since %(day)s.", **facts),
    }[channel]
