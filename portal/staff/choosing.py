"""Whom many invitations are for: everybody of a filter, or a list; as this staff member may see them. Nothing is stored here."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal.access import birthday
from portal.batch_facts import owners, people, readable
from portal.batch_files import MOST_ROWS, BadList, Typed, dates
from portal.database import db
from portal.folding import fold
from portal.models import Link, Profile, StaffMember
from portal.models.link import live_on
from portal.rehearsal import ADULT_YEARS, Line, Verdict, rehearse
from portal.staff.finding import seen_by
from portal.staff.narrowing import Wish, conditions


@dataclass(frozen=True)
class Filter:
    """Everybody whom nobody can book for online yet; narrowed."""

    only_adults: bool = False
    wish: Wish = Wish()


class Rehearsed(NamedTuple):
    """A row to be: its verdict, and the line as it came (None for one of a filter) with the name to show."""

    verdict: Verdict
    typed: Typed | None
    name: str


def by_filter(staff: StaffMember, wanted: Filter, now: datetime) -> list[Rehearsed]:
    """Raises BadList when nobody or more than 5,000 people fit."""
    on = now.astimezone(ZoneInfo(staff.practice.zone)).date()
    live = select(Link.profile_id).where(Link.practice_id == staff.practice_id, live_on(on))
    found = select(Profile.id, Profile.given_name, Profile.family_name, Profile.born_on)
    found = found.where(*seen_by(staff), Profile.id.not_in(live), *conditions(staff, wanted.wish, now))
    rows = [
        one
        for one in db.session.execute(found.order_by(Profile.family_name, Profile.given_name, Profile.id))
        if _fits(one.born_on, wanted, on)
    ]
    if not rows:
        raise BadList(_("Nobody fits. Everybody you chose can book online already, or there is nobody like that"))
    if len(rows) > MOST_ROWS:
        raise BadList(_("More than 5,000 people fit. Choose fewer"))
    lines = [Line(position, person=one.id) for position, one in enumerate(rows, 1)]
    names = [f"{one.given_name} {one.family_name}".strip() for one in rows]
    return [Rehearsed(verdict, None, name) for verdict, name in zip(_judged(staff, lines, {}, on), names)]


def by_list(staff: StaffMember, entries: list[Typed], now: datetime) -> list[Rehearsed]:
    """Each line of a list beside whom it means among the people this staff member may see."""
    on = now.astimezone(ZoneInfo(staff.practice.zone)).date()
    wanted = {_plain(entry.name) for entry in entries} - {""}
    named = defaultdict(list)
    for profile_id, given, family in db.session.execute(
        select(Profile.id, Profile.given_name, Profile.family_name).where(*seen_by(staff)).order_by(Profile.id)
    ):
        for name in {_plain(f"{given} {family}"), _plain(f"{family} {given}")} & wanted:
            named[name].append(profile_id)
    lines = []
    for entry in entries:
        email, key, meant = readable(entry.email) if entry.email else ("", "", "")
        lines.append(Line(entry.position, _plain(entry.name), email, key, meant, dates(entry.born)))
    return [Rehearsed(verdict, entry, entry.name) for verdict, entry in zip(_judged(staff, lines, named, on), entries)]


def _judged(staff: StaffMember, lines: list[Line], named: dict[str, list[int]], on) -> list[Verdict]:
    ids = {line.person for line in lines if line.person} | {one for found in named.values() for one in found}
    known = people(ids, on)
    keys = {line.key for line in lines} | {one.key for one in known.values()}
    return rehearse(lines, known, named, owners(staff.practice_id, keys - {""}, on), staff.practice.youngest_account_years, on)


def _fits(born_on, wanted: Filter, on) -> bool:
    """Of whom no date of birth is known may be grown up."""
    return not wanted.only_adults or born_on is None or birthday(born_on, ADULT_YEARS) <= on


def _plain(name: str) -> str:
    """Folded, "Shah, Priya" without its comma."""
    return " ".join(fold(name).replace(",", " ").split())
