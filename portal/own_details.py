"""A person's details as they, or who acts for them, read and change them online. Changes wait for staff to note them (MISSION M17, M28). Use cases.

What may be changed is the practice's choice (portal/own_fields.py), less what is somebody else's (portal/own_access.py).
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _

from portal import consents, contacts, ledger, links, own_access, records, throttle
from portal.database import db
from portal.errors import DomainError
from portal.models import Contact, Link, OwnChange, Profile
from portal.models.profile import MOBILE, OTHER
from portal.own_access import Others
from portal.own_fields import ADDRESS, BORN_ON, CHANGED, COLUMNS, EMAIL, EMERGENCY, LANGUAGE, PHONES, ZONE
from portal.records import Number

MOST_A_DAY = 40  # forms that one account saves


class ChangedMeanwhile(DomainError):
    """Nothing was changed; `facts["profile"]` is how it is now."""

    message = _("Somebody changed this while you were looking. What you typed is kept: check it, then save again.")


class NotToChange(DomainError):
    """The access has become less, or the practice changes this itself since the form was shown."""

    status = 404
    message = _("This cannot be changed here. Call the clinic.")


class NeedsMobile(DomainError):
    status = 422
    message = _("Text messages need a mobile number. Keep one, or first say that you want no text messages.")


@dataclass(frozen=True)
class Known:
    """What stands in the record, read once. `numbers`: the one that is called first, then the others; `contact`: for emergencies."""

    link: Link
    on: date
    numbers: tuple[Number, ...]
    contact: Contact | None
    others: Others

    @property
    def profile(self) -> Profile:
        return self.link.profile

    @property
    def has_mobile(self) -> bool:
        return any(one.kind == MOBILE for one in self.numbers)

    def is_others(self, field: str) -> bool:
        """Whether it is, in part, how somebody else who acts for the person is reached, and so not for this reader."""
        profile = self.profile
        return {
            PHONES: any(self.others.has_phone(one.number) for one in self.numbers),
            ADDRESS: self.others.has_street(profile.street),
            EMAIL: self.others.has_address(profile.email),
            EMERGENCY: self.contact is not None and (self.others.has_contact(self.contact) or not own_access.changes(self.link, self.on)),
        }.get(field, False)

    def may_change(self, field: str) -> bool:
        """A birth date that is missing may be filled in; what an account says of itself is changed there."""
        if not own_access.changes(self.link, self.on) or self.is_others(field) or self.profile.forgotten_at:
            return False
        if field == BORN_ON and self.profile.born_on is None:
            return True
        if field == EMAIL and not self.link.is_self or field in (LANGUAGE, ZONE) and self.link.is_self:
            return False
        return field in self.profile.practice.own_fields

    @property
    def changeable(self) -> list[str]:
        return [field for field in (*COLUMNS, PHONES) if self.may_change(field)]


def known(link: Link, on: date) -> Known:
    """At most four statements."""
    return Known(link, on, numbers_of(link.profile), emergency_of(link.profile), own_access.others_of(link))


def numbers_of(profile: Profile) -> tuple[Number, ...]:
    first = [Number(profile.phone, profile.phone_kind)] if profile.phone else []
    return (*first, *(Number(row.number, row.kind) for row in records.numbers_of(profile)))


def emergency_of(profile: Profile) -> Contact | None:
    return next((one for one in contacts.of(profile) if one.emergency_at), None)


def mark_of(there: Known) -> str:
    """What a form of the details has seen; made of nothing that its reader may not read."""
    values = [getattr(there.profile, name) for field in there.changeable if field in COLUMNS for name in COLUMNS[field]]
    numbers = there.numbers if there.may_change(PHONES) else ()
    return hashlib.sha256(repr((there.profile.id, values, numbers)).encode()).hexdigest()[:16]


def change(link: Link, facts: Mapping, numbers: Collection[Number] | None, seen: str, now: datetime) -> bool:
    """`facts`: columns of Profile; `numbers` None: not asked. Whether anything changed. Raises ChangedMeanwhile, NotToChange, NeedsMobile."""
    link, there = standing(link, now)
    allowed = {name for field in there.changeable if field in COLUMNS for name in COLUMNS[field]}
    if not set(facts) <= allowed or (numbers is not None and not there.may_change(PHONES)):
        raise NotToChange()
    if mark_of(there) != seen:
        raise ChangedMeanwhile(profile=link.profile)
    changes = records.changed(link.profile, facts) | (
        _changed_numbers(link.profile, list(dict.fromkeys(numbers)), now) if numbers is not None else {}
    )
    fields = [field for field, names in COLUMNS.items() if set(names) & set(changes)] + (
        [PHONES] if {"phone", "numbers"} & set(changes) else []
    )
    return note(link, changes, fields, now)


def use_own_address(link: Link, now: datetime) -> bool:
    """The clinic writes to the address the person signs in with: the only one that is proven to be theirs. Raises NotToChange."""
    link, there = standing(link, now)
    if not there.may_change(EMAIL):
        raise NotToChange()
    return note(link, records.changed(link.profile, {"email": link.account.email}), [EMAIL], now)


def standing(link: Link, now: datetime) -> tuple[Link, Known]:
    """As it is in the database now, the person's row locked. A step of use cases. Raises NotYoursToDecide, NotToChange."""
    link = links.locked(link)
    db.session.get(Profile, link.profile_id, with_for_update=True, populate_existing=True)
    there = known(link, links.today(link.profile, now))
    if not own_access.changes(link, there.on):
        raise NotToChange()
    return link, there


def note(link: Link, changes: dict, what: list[str], now: datetime) -> bool:
    """A line in the ledger, and word to staff. A step of use cases."""
    if not changes:
        return False
    ledger.record(CHANGED, now, profile=link.profile, account=link.account, link=link, changes=changes, **{"as": "person"})
    tell_staff(link, what, now)
    return True


def tell_staff(link: Link, what: list[str], now: datetime) -> None:
    """It stands under "Needs you" until somebody has noted it. Raises TooManyTries: staff read it all."""
    throttle.allow(throttle.key("own-change", link.account.public_id), now, MOST_A_DAY, 24 * 60)
    whose = {"practice_id": link.practice_id, "profile_id": link.profile_id, "account_id": link.account_id, "link_id": link.id}
    db.session.add(OwnChange(**whose, what=what, changed_at=now))


def _changed_numbers(profile: Profile, numbers: list[Number], now: datetime) -> dict:
    before = numbers_of(profile)
    further = [one._replace(kind=one.kind or OTHER) for one in numbers[1:]]
    if list(before[:1]) == numbers[:1] and set(before[1:]) == set(further):
        return {}
    had_mobile, has_mobile = (any(one.kind == MOBILE for one in those) for those in (before, numbers))
    if consents.may(profile, consents.SMS) and had_mobile and not has_mobile:
        raise NeedsMobile()
    profile.phone, profile.phone_kind = numbers[0] if numbers else ("", "")
    records.changed_numbers(profile, further, now)
    return {"numbers": [[list(one) for one in before], [list(one) for one in (numbers[:1] + further)]]}
