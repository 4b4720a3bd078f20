"""What a reminder by text message says, in one message where names allow. Discreet: neither what for nor with whom.

The appointment is named by whom it is for: several people may be reminded at one telephone. Nothing can be pressed in it, so that nobody
learns to press what a text message holds.
"""

from datetime import datetime

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from booking import quiet, texts
from booking.models import Appointment
from booking.reader_time import named_zone
from portal import text_reader
from portal.database import db
from portal.filters import clock_time, local, phone_display, short_day, zone_name
from portal.letters import Later, Text, reading_language, text
from portal.models import OutboxMail
from portal.text_length import plain, shortest


@text(texts.TEMPLATE)
def text_reminder(mail: OutboxMail, now: datetime) -> Text | None:
    """Consent, number and hour are those of this moment. Raises Later in quiet hours."""
    one = db.session.get(Appointment, mail.refs["appointment"])
    if one is None or one.sequence != mail.refs["sequence"] or one.status != "booked":
        return None
    profile, practice = one.profile, one.practice
    reader = text_reader.find(profile, local(now, practice.zone).date())
    if reader is None:
        return None
    zone = texts.zone_of(reader, one)
    if not texts.is_timely(one, mail.refs["hours"], zone, now):
        return None
    if quiet.is_quiet(now, zone):
        later = quiet.morning(now, zone)
        if later >= one.starts_at:
            return None
        raise Later(later)
    language = reading_language(reader.account.language if reader.account else "", profile.language, practice.language)
    with force_locale(language):
        return Text(shortest(wordings(one, zone)), language, reader.number)


def wordings(one: Appointment, zone: str) -> list[str]:
    """From the richest to the barest, in the language of the moment."""
    practice, profile = one.practice, one.profile
    facts = {
        "name": profile.preferred_name or profile.given_name,
        "practice": practice.name,
        "phone": phone_display(practice.phone, practice.country),
    }
    facts |= {"service": one.service.name, "practitioner": one.practitioner.name, "when": _when(one, zone)}
    said = [
        _("For %(name)s: appointment %(when)s. %(practice)s, %(phone)s. Reply STOP to end texts.", **facts),
        _("For %(name)s: appointment %(when)s. %(practice)s, %(phone)s.", **facts),
        _("%(name)s: %(when)s. %(practice)s, %(phone)s.", **facts),
        _("%(name)s: %(when)s. %(practice)s.", **facts | {"when": _when_here(one, zone)}),
    ]
    if practice.reminder_detail == "full":
        said[:0] = [
            _("For %(name)s: %(service)s with %(practitioner)s, %(when)s. %(practice)s, %(phone)s. Reply STOP to end texts.", **facts),
            _("For %(name)s: appointment with %(practitioner)s, %(when)s. %(practice)s, %(phone)s. Reply STOP to end texts.", **facts),
        ]
    return [plain(each) for each in said]


def _when(one: Appointment, zone: str) -> str:
    """ "Thu 17 Dec, 9am"; for a reader who lives by another clock "Thu 17 Dec, 9am (6am in Vancouver)"."""
    here = _at(one.starts_at, one.zone)
    if _is_same(one, zone):
        return here
    other_day = local(one.starts_at, zone).date() != local(one.starts_at, one.zone).date()
    there = _at(one.starts_at, zone) if other_day else clock_time(one.starts_at, zone, locale=get_locale())
    there = _("%(time)s in %(place)s", time=there, place=zone_name(zone, locale=get_locale()))
    return f"{here} ({there})"


def _when_here(one: Appointment, zone: str) -> str:
    here = _at(one.starts_at, one.zone)
    return here if _is_same(one, zone) else named_zone(here, one.zone)


def _is_same(one: Appointment, zone: str) -> bool:
    return local(one.starts_at, zone).utcoffset() == local(one.starts_at, one.zone).utcoffset()


def _at(at: datetime, zone: str) -> str:
    day = short_day(local(at, zone).date(), locale=get_locale())
    return _("%(day)s, %(time)s", day=day, time=clock_time(at, zone, locale=get_locale()))
