"""Who can book for a person before and after two records become one, in words: accounts, open invitations, and the outcome as a whole."""

from datetime import datetime
from typing import NamedTuple

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal import access_words, invitations
from portal.access import BOOK, BUSY, CHANGE, EVERYTHING, level
from portal.filters import home
from portal.links import today
from portal.merge_access import Reach
from portal.merge_invitations import has_access, is_pointless
from portal.merge_preview import Preview
from portal.models import Invitation, Profile, StaffMember
from portal.models.merge import ONE_CLICK
from portal.staff import merge_rows, merge_words
from portal.staff.finding import may_invite
from portal.uniting import END, KEEP, MOVES, SOURCE, STAYS, UNITED


class Access(NamedTuple):
    """One account: what it may do on either record (empty where nothing), and afterwards. `news`: sentences about what changes for it.
    `may_choose`: whether staff decide if it comes along; `choice` "keep" or "end"; `may_keep`: whether they may let it in."""

    account: str
    name: str
    about: str
    source: str
    target: str
    after: str
    is_ended: bool
    news: list[str]
    may_choose: bool
    choice: str
    may_keep: bool


class Invited(NamedTuple):
    """An invitation nobody has answered, and what becomes of it."""

    about: str
    becomes: str


def accesses(staff: StaffMember, preview: Preview, now: datetime) -> list[Access]:
    """Everybody who can do something on either record."""
    return [_access(staff, one, preview, now) for one in preview.reaches if one.outcome is not None]


def _access(staff: StaffMember, one: Reach, preview: Preview, now: datetime) -> Access:
    on, person = today(preview.target, now), preview.after["given_name"]
    link = one.source if one.target is None else one.target
    kind = access_words.kind(one.outcome.held.relationship if one.outcome.held else link.relationship)
    about = ", ".join(filter(None, (kind, one.account.email if may_invite(staff) else "")))
    before = [access_words.theirs(it, on, person).words if it else "" for it in (one.source, one.target)]
    after = _("No access") if one.is_ended else access_words.offered(one.may, person)
    may_choose = one.target is None and not one.ended_on and not one.is_too_young
    choice = END if one.is_closed_by_choice else KEEP
    news = _news(one, preview) if may_invite(staff) else _refused(one) or _news(one, preview)
    return Access(one.account.public_id, one.account.name, about, *before, after, one.is_ended, news, may_choose, choice, may_invite(staff))


def _refused(one: Reach) -> list[str]:
    """Why an account does not come in: the role of who merges lets nobody in."""
    if one.is_closed_by_choice:
        return [_("Your role cannot let this account in. Somebody who may invite people can.")]
    return (
        [_("Your role cannot let this account in. Keep the other record instead, or ask somebody who may invite people.")]
        if one.into
        else []
    )


def _news(one: Reach, preview: Preview) -> list[str]:
    """What the account sees from now on that it did not see, or sees no more, and why."""
    if one.is_closed_by_choice:
        return [_("You let this access end.")]
    if one.is_too_young:
        return [_("Too young for an account of their own: this access ends.")]
    if one.is_ended:
        record = merge_words.both_the(preview.source, preview.target)[SOURCE not in one.ended_on]
        return [_("The access to %(record)s was ended before. Merging gives nothing back, so it ends altogether.", record=record)]
    why = [_("May do more than before, because the date of birth changes.")] if one.is_wider else []
    if one.is_stepped:
        why.append(_("The clinic never decided about this access, so it is limited by age here."))
    if one.outcome.kind == UNITED:
        less = one.may < (one.source_may | one.target_may)
        return [_("Keeps only what both records allow."), *why] if less else why
    there = preview.target if one.outcome.kind == MOVES else preview.source
    said = _newly(one, preview, there, merge_rows.of(preview, "appointments")[one.outcome.kind == MOVES])
    return [said, *why] if said else why


def _newly(one: Reach, preview: Preview, there: Profile, visits: int) -> str:
    """What comes into sight of the record `there`, which has so many appointments; empty where nothing does."""
    facts = {"name": one.account.name, "record": merge_words.both_the(preview.source, preview.target)[there is preview.target]}
    shown = level(one.may)
    if shown == EVERYTHING and visits:
        return ngettext(
            "%(name)s will see the appointment of %(record)s.", "%(name)s will see all %(num)s appointments of %(record)s.", visits, **facts
        )
    if shown == BUSY and visits:
        return _("%(name)s will see when the appointments of %(record)s are, not what for.", **facts)
    return "" if one.outcome.kind == STAYS or not one.may else _("%(name)s gets access to %(record)s.", **facts)


def invited(staff: StaffMember, preview: Preview, now: datetime) -> list[Invited]:
    """The invitations that nobody has answered, the surviving record's first."""
    of_target = {one.email_key for one in preview.invitations if one.profile_id == preview.target.id}
    of_source = {one.email_key for one in preview.invitations if one.profile_id == preview.source.id}
    both = of_target & of_source
    return [Invited(_about(staff, one), _becomes(one, preview, one.email_key in both, now)) for one in preview.invitations]


def _about(staff: StaffMember, one: Invitation) -> str:
    address = one.email if may_invite(staff) else invitations.masked(one.email)
    return _("Invitation to %(address)s (%(kind)s)", address=address, kind=access_words.kind(one.relationship))


def _becomes(one: Invitation, preview: Preview, is_on_both: bool, now: datetime) -> str:
    if is_pointless(one, preview):
        if has_access(one, preview):
            return _("Ends: who was invited has access already")
        is_taken = any(reach.ended_on and one.email_key in reach.account.keys for reach in preview.reaches)
        return _("Ends: this access was taken away before") if is_taken else _("Ends: who was invited gets no access")
    if is_on_both:
        return (
            _("One is left, which offers only what both did")
            if one.profile_id == preview.target.id
            else _("Becomes one with the other: the link in the mail still works")
        )
    if one.state(now) == "expired":
        return _("Has expired. It can be sent again.")
    return _("Stays open") if one.profile_id == preview.target.id else _("Stays open, for the one record")


def outcome(staff: StaffMember, preview: Preview) -> list[str]:
    """What will be true afterwards, with the choices made: a sentence each."""
    after, visits = preview.after, sum(merge_rows.of(preview, "appointments"))
    name = " ".join(filter(None, (after["given_name"], after["family_name"])))
    with_visits = ngettext("%(num)s appointment", "%(num)s appointments", visits) if visits else _("no appointments")
    who = _("one patient") if preview.target.practice.calls_people == "patient" else _("one client")
    facts = {"who": who, "name": name, "appointments": with_visits, "number": after["file_number"]}
    if after["file_number"]:
        said = [_("%(who)s, file %(number)s, named %(name)s, with %(appointments)s.", **facts)]
    else:
        said = [_("%(who)s, named %(name)s, with %(appointments)s.", **facts)]
    return [*said, *_who_can(staff, preview, after["given_name"]), _("You can undo this for %(days)s days.", days=ONE_CLICK.days)]


def _who_can(staff: StaffMember, preview: Preview, person: str) -> list[str]:
    lasting = [one for one in preview.reaches if one.outcome and one.outcome.held]
    own = [one for one in lasting if one.is_self]
    acting = [one for one in lasting if not one.is_self]
    books = [one for one in acting if {BOOK, CHANGE} & one.may]
    sees = [one for one in acting if one not in books and one.may]
    ended = [one for one in preview.reaches if one.is_ended]
    said = [_("%(account)s signs in as this person.", account=_account(staff, one)) for one in own]
    if books:
        said.append(_("%(names)s can book for %(person)s.", names=_listed(books), person=person))
    if sees:
        said.append(ngettext("%(names)s can look, but not book.", "%(names)s can look, but not book.", len(sees), names=_listed(sees)))
    if ended:
        said.append(ngettext("%(names)s has no access.", "%(names)s have no access.", len(ended), names=_listed(ended)))
    return said


def _account(staff: StaffMember, one: Reach) -> str:
    """Whose login it is, which may be somebody else's than the name of the person says."""
    return f"{one.account.name} ({one.account.email})" if may_invite(staff) else one.account.name


def _listed(some: list[Reach]) -> str:
    return format_list([one.account.name for one in some], locale=home(get_locale()))
