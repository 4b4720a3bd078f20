"""Files of people: add, share, remove, put back. Use cases: run them through `transact`; the bytes are in the store before (portal/uploads.py)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from portal import file_access, ledger, links, throttle, tombstones
from portal.database import db
from portal.errors import DomainError
from portal.models import Account, File, Link, Profile, StaffMember

MOST_A_DAY, DAY = 60, 24 * 60  # files that one account may add for others to look through
MEGABYTE = 2**20


class MayNotAdd(DomainError):
    status = 403
    message = _("Files cannot be added here online at the moment. Call the clinic.")


class NoRoom(DomainError):
    message = _("There is no room for more files. Nothing was added. Remove files that are no longer needed first.")


class NoRoomForThem(NoRoom):
    message = _("There is no room for more files here. Nothing was added. Call the clinic.")


class FileGone(DomainError):
    status = 410
    message = _("This file was removed, and is gone for good.")


def add(by: StaffMember | Link, profile: Profile, rows: Sequence[File], now: datetime, shared: bool = False) -> list[File]:
    """Files whose bytes are kept already, by staff or through a link; `shared` at once only by staff. Raises MayNotAdd, NoRoom, TooManyTries."""
    link = _allowed(by, len(rows), now) if isinstance(by, Link) else None
    profile = tombstones.standing(profile.id)
    _must_have_room(profile, sum(row.size for row in rows), NoRoom if link is None else NoRoomForThem)
    for row in rows:
        row.practice_id, row.profile_id, row.added_by_id = profile.practice_id, profile.id, by.account_id
        row.link_id, row.created_at, row.shared_at = link.id if link else None, now, now if shared and link is None else None
        db.session.add(row)
    db.session.flush()
    for row in rows:
        _note("file_added", row, by.account, link, now)
        if row.is_shared:
            _note("file_shared", row, by.account, link, now)
    return list(rows)


def _allowed(link: Link, number: int, now: datetime) -> Link:
    """The link as it is in the database now. Raises NotYoursToDecide, MayNotAdd, TooManyTries."""
    link = links.locked(link)
    if not file_access.may_add(link, links.today(link.profile, now)):
        raise MayNotAdd()
    for _one in range(number):
        throttle.allow(throttle.key("files", link.account.public_id), now, MOST_A_DAY, DAY)
    return link


def _must_have_room(profile: Profile, more: int, refusal: type[NoRoom]) -> None:
    limits = (
        (File.profile_id == profile.id, "FILES_PERSON_MEGABYTES"),
        (File.practice_id == profile.practice_id, "FILES_PRACTICE_MEGABYTES"),
    )
    for whose, setting in limits:
        kept = db.session.scalar(select(func.coalesce(func.sum(File.size), 0)).where(whose, File.erased_at.is_(None)))
        if kept + more > current_app.config[setting] * MEGABYTE:
            raise refusal()


def share(staff: StaffMember, file: File, shared: bool, now: datetime) -> None:
    """Show it to the person and to who sees the details of their appointments, or no longer. Raises FileGone."""
    file = _locked(file)
    if file.is_shared == shared:
        return
    file.shared_at = now if shared else None
    _note("file_shared" if shared else "file_unshared", file, staff.account, None, now)


def remove(staff: StaffMember, file: File, now: datetime) -> None:
    """Nobody sees it from now on; it can be put back until the sweep erases its bytes."""
    file = _locked(file)
    if file.removed_at is None:
        file.removed_at, file.removed_by_id = now, staff.account_id
        _note("file_removed", file, staff.account, None, now)


def put_back(staff: StaffMember, file: File, now: datetime) -> None:
    """Raises FileGone once there is nothing to put back."""
    file = _locked(file)
    if file.removed_at is None:
        return
    if now > until(file):
        raise FileGone()
    file.removed_at = file.removed_by_id = None
    _note("file_put_back", file, staff.account, None, now)


def until(file: File) -> datetime:
    """How long a removed file can be put back."""
    return file.removed_at + timedelta(hours=current_app.config["FILES_KEPT_HOURS"])


def _locked(file: File) -> File:
    row = db.session.get(File, file.id, populate_existing=True, with_for_update=True)
    if row.erased_at is not None:
        raise FileGone()
    return row


def _note(verb: str, file: File, account: Account, link: Link | None, now: datetime) -> None:
    facts = {"file": file.id, "as": "person" if link else "staff"}
    ledger.record(verb, now, profile=db.session.get(Profile, file.profile_id), account=account, link=link, **facts)
