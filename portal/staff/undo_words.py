"""What taking a merge back does, in words: what returns to either record, and what has to be assigned."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal.filters import home
from portal.merge_access import links_of
from portal.merge_history import rows_of
from portal.merge_journal import as_json, from_json
from portal.merge_undo import changes_of
from portal.merge_undo_access import Since
from portal.models import Invitation, Link, Merge, MergeChange, Profile
from portal.staff import merge_words
from portal.tombstones import carrier
from portal.unmerging import Item
from portal.uniting import DETAILS, SOURCE, TARGET

APPOINTMENTS = "appointments"  # the table of another package, named like what a preview counts


class Back(NamedTuple):
    """What each of the two is or has again, a few words each."""

    source: list[str]
    target: list[str]


def back(merge: Merge, now: datetime) -> Back:
    """What the merge moved or changed and its undoing returns, apart from what came about since."""
    changes = changes_of(merge)
    since = Since(merge, changes, now)
    stood = len(merge.stood.get(f"{APPOINTMENTS}.profile_id", ()))
    moved = len({one.row_id for one in changes if one.table_name == APPOINTMENTS})
    source = [_visits(moved), *_accounts(changes, since, True), *_invitations(changes, since)]
    return Back(
        [one for one in source if one],
        [one for one in (_visits(stood), *_accounts(changes, since, False), *_details(merge, changes)) if one],
    )


def _visits(number: int) -> str:
    return ngettext("%(num)s appointment", "%(num)s appointments", number) if number else ""


def _accounts(changes: list[MergeChange], since: Since, is_source: bool) -> Iterator[str]:
    """Who has access again: whose link was moved or ended by the merge, and not ended since."""
    mine = [one for one in changes if one.table_name == Link.__tablename__]
    ended, followed = ({one.row_id for one in mine if column in one.after} for column in ("revoked_at", "profile_id"))
    dated = {one.row_id for one in mine if "ends_on" in one.after}
    links = rows_of(Link, followed if is_source else (ended | {one.id for one in rows_of(Link, dated) if since.ran_out(one)}) - followed)
    again = [link for link in links if since.returns(link) or (carrier(link).revoked_at is None and link.id not in ended)]
    if again:
        yield _("access of %(names)s", names=format_list(sorted({one.account.name for one in again}), locale=home(get_locale())))


def _invitations(changes: list[MergeChange], since: Since) -> Iterator[str]:
    mine = [one for one in changes if one.table_name == Invitation.__tablename__]
    ended, followed = ({one.row_id for one in mine if column in one.after} for column in ("deleted_at", "profile_id"))
    stay = since.closed | since.answers.keys()
    number = sum(
        (one.id in ended - stay) or (one.accepted_at or one.deleted_at or one.refused_at) is None for one in rows_of(Invitation, followed)
    )
    if number:
        yield ngettext("%(num)s open invitation", "%(num)s open invitations", number)


def _details(merge: Merge, changes: list[MergeChange]) -> Iterator[str]:
    """What the surviving record says again, where nobody has changed it since."""
    target, labels = merge.target, merge_words.labels()
    mine = [one for one in changes if (one.table_name, one.row_id) == (Profile.__tablename__, target.id)]
    for name, columns in DETAILS.items():
        former = {
            c: one.before[c]
            for one in mine
            for c in columns
            if c in one.after and as_json(getattr(target, c)) == one.after[c] != one.before[c]
        }
        if former:
            values = [from_json(target, c, former[c]) if c in former else getattr(target, c) for c in columns]
            yield _("%(detail)s: %(value)s", detail=labels[name], value=merge_words.value(name, values, target.practice) or _("None"))


def item(merge: Merge, one: Item) -> str:
    """What is asked about: a detail with what it says now, or what was made since."""
    table_name, _colon, name = one.key.partition(":")
    if table_name != Profile.__tablename__:
        return one.words
    now = merge_words.value(name, [getattr(merge.target, column) for column in DETAILS[name]], merge.target.practice)
    return _("%(detail)s, changed since: %(value)s", detail=merge_words.labels()[name], value=now or _("None"))


def unseen(merge: Merge, items: list[Item]) -> dict[tuple[str, str], str]:
    """Key of an item and the side that may be chosen for it → who made it and sees it no more if it goes there."""
    links = [one for one in links_of(merge.target) if one.revoked_at is None or one.united_with_id]
    followed = {one.row_id for one in changes_of(merge) if one.table_name == Link.__tablename__ and "profile_id" in one.after}
    stood = set(merge.stood.get(f"{Link.__tablename__}.profile_id", ()))
    names = {one.account_id: one.account.name for one in links}
    mine = {
        SOURCE: {one.account_id for one in links if one.id not in stood},
        TARGET: {one.account_id for one in links if one.id not in followed},
    }
    said = {id_: _("%(name)s booked it and will not see it any more: tell them.", name=name) for id_, name in names.items()}
    return {(one.key, side): said[one.by_id] for one in items for side in mine if one.by_id in names and one.by_id not in mine[side]}
