"""What staff should look at twice before two records become one: differences, whoever comes in, whose access is not what it was."""

import hashlib
from typing import NamedTuple

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.access import SELF
from portal.addresses import BadAddress, address_key, masked
from portal.filters import birth_date, local
from portal.merge_access import Reach
from portal.merge_parts import Conflict
from portal.models import Account, DifferentPeople, Profile
from portal.uniting import STAYS, TAKEN, TARGET, UNITED

OF_CHOICES = ("logins", "rights", "role", "address", "child", "wider")  # keys of conflicts that come and go with what is chosen


class Case(NamedTuple):
    """Two records as they are looked at. `differ`: details that say different things; `age`: of the person afterwards, None if not known;
    `shows_addresses`: whether who looks may see the addresses of accounts."""

    source: Profile
    target: Profile
    differ: frozenset[str]
    apart: DifferentPeople | None  # the decision of staff that these are two people
    age: int | None
    everybody: list[Reach]
    shows_addresses: bool

    @property
    def lasting(self) -> list[Reach]:
        return [one for one in self.everybody if one.outcome and one.outcome.held]

    def address(self, account: Account) -> str:
        return account.email if self.shows_addresses else masked(account.email)


def conflicts_of(case: Case) -> list[Conflict]:
    """In the order in which people read them."""
    return [*_of_the_person(case), *_of_rights(case), *_of_strangers(case), *_ended(case)]


def _of_the_person(case: Case) -> list[Conflict]:
    found = []
    if "born_on" in case.differ:
        found.append(Conflict("born_on", _("The dates of birth are different.")))
    if "card" in case.differ:
        found.append(Conflict("card", _("The health card numbers are different.")))
    if case.source.safe_at or case.target.safe_at:
        said = _("Those who act for this person are kept apart. Everybody who keeps access is kept apart afterwards, too.")
        new = [one for one in case.lasting if one.is_new or one.into or (one.outcome.kind == STAYS and case.source.safe_at)]
        found.append(Conflict("safe", f"{said} {_('New here: %(names)s.', names=_names(new))}" if new else said))
    if case.apart is not None:
        day = birth_date(local(case.apart.decided_at, case.target.practice.zone).date(), locale=get_locale())
        said = _("%(name)s said on %(day)s that these are two different people.", name=case.apart.decided_by.name, day=day)
        found.append(Conflict("told apart", said))
    for one in case.everybody:
        if one.is_too_young:
            said = _(
                "%(name)s is the person themselves on one record; on the other the person is %(age)s. Probably two people.",
                name=one.account.name,
                age=case.age,
            )
            found.append(Conflict(f"child {one.account.public_id}", said))
    return found


def _of_rights(case: Case) -> list[Conflict]:
    found, lasting = [], case.lasting
    logins = [one.account for one in lasting if one.is_self]
    if len(logins) > 1:
        both = {"one": case.address(logins[0]), "other": case.address(logins[1])}
        found.append(
            Conflict(
                "logins", _("Both records have a login of the person’s own: %(one)s and %(other)s. Both will open the same record.", **both)
            )
        )
    for one in lasting:
        if one.outcome.kind == UNITED and one.source.relationship != one.target.relationship:
            said = _("%(name)s is the person on one record and acts for the person on the other.", name=one.account.name)
            if not (one.source.is_self or one.target.is_self):
                said = _("%(name)s acts for the person on both records, in different roles.", name=one.account.name)
            found.append(Conflict(f"role {one.account.public_id}", said))
    found += _of_both(case) + _of_several(case)
    for one in lasting:
        if one.is_wider:
            said = _("%(name)s may do more than before, because the date of birth changes.", name=one.account.name)
            found.append(Conflict(f"wider {one.account.public_id}", said))
    return found


def _of_both(case: Case) -> list[Conflict]:
    """Who acts for two children has two records: twins with a name alike, brothers who share everything but their name."""
    both = [
        one.account for one in case.everybody if one.source and one.target and SELF != one.source.relationship == one.target.relationship
    ]
    said = _("%(name)s has both records. Are they two people?")
    return [Conflict(f"both {one.public_id}", said % {"name": one.name}) for one in both]


def _of_several(case: Case) -> list[Conflict]:
    acting = [one for one in case.lasting if not one.is_self]
    if len(acting) > 1 and len({one.may for one in acting}) > 1:
        return [Conflict("rights", _("Several people act for this person, with different rights: %(names)s.", names=_names(acting)))]
    if len(acting) > 1 and any(one.is_new for one in acting):
        alone = [one for one in acting if one.outcome.kind != UNITED]
        said = ngettext(
            "%(names)s acts for one of the two records only.",
            "%(names)s act for one of the two records only.",
            len(alone),
            names=_names(alone),
        )
        return [Conflict("rights", said)]
    return []


def _of_strangers(case: Case) -> list[Conflict]:
    """Accounts that newly come in, unless their address is the one the record says: name, date of birth and telephone number of somebody
    else are easily typed into a registration, only the address was proven. And those who were let in no more, known by phone or address."""
    found = []
    for one in case.lasting:
        if one.into is None or _same(one.into.email, one.account):
            continue
        address = case.address(one.account)
        said = _("Nothing in the record shows that %(email)s belongs to this person. Make sure, by phone for example.", email=address)
        if one.into.email and one.into.file_number:
            facts = {"email": case.address(one.account), "number": one.into.file_number}
            said = _(
                "%(email)s is not the address in file %(number)s. Make sure that it is the same person, by phone for example.", **facts
            )
        elif one.into.email:
            said = _(
                "%(email)s is not the address in the record. Make sure that it is the same person, by phone for example.", email=address
            )
        found.append(Conflict(f"address {one.account.public_id} {_print(one.account)}", said))
    phones = {case.source.phone, *(one.account.phone for one in case.everybody if one.source and TARGET not in one.ended_on)} - {""}
    for one in case.everybody:
        if TARGET in one.ended_on and (one.account.phone in phones or _same(case.source.email, one.account)):
            said = _(
                "The access of %(name)s to this record was ended, and the other record has their phone number or address.",
                name=one.account.name,
            )
            found.append(Conflict(f"known {one.account.public_id}", said))
    return found


def _same(address: str, account: Account) -> bool:
    """Whether this is the account's verified address."""
    try:
        return bool(address) and address_key(address) == account.email_key
    except BadAddress:  # as an import wrote it down
        return False


def _print(account: Account) -> str:
    """Of the address somebody looked at: another one is looked at again."""
    return hashlib.sha256(account.email_key.encode()).hexdigest()[:12]


def _ended(case: Case) -> list[Conflict]:
    ended = [one.account for one in case.everybody if one.outcome and one.outcome.why == TAKEN]
    said = _("The access of %(name)s was ended on one of the records. It ends on both.")
    return [Conflict(f"ended {one.public_id}", said % {"name": one.name}, needs_confirming=False) for one in ended]


def _names(some: list[Reach]) -> str:
    return ", ".join(one.account.name for one in some)
