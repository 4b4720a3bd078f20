"""The files and notes of a person as staff see them, and its files as somebody else may. The first argument is who asks."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import cast, func, literal, null, select, union_all
from sqlalchemy.orm import aliased, joinedload

from portal import file_access
from portal.database import db
from portal.models import Account, File, Link, Note, Profile, StaffMember
from portal.paging import FARTHEST_PAGE, PER_PAGE, Page

FILE, NOTE = "file", "note"


class Row(NamedTuple):
    """A file or a note in the list, `by` whom; what only the other kind has is None. `link_id`: added through it, None for staff's."""

    kind: str
    public_id: str
    name: str
    at: datetime
    by: str
    media: str | None
    size: int | None
    shared_at: datetime | None
    seen_at: datetime | None
    link_id: int | None
    changed_at: datetime | None
    changed_by: str | None
    copied_from: str | None
    copied_at: datetime | None


class Shelf(NamedTuple):
    """A page of files and notes together, newest first (`page.rows`), and the files that were removed and can be put back."""

    page: Page
    removed: list[File]


def shelf(staff: StaffMember, profile: Profile, number: int) -> Shelf:
    """Two statements, whatever there is."""
    number = min(max(number, 1), FARTHEST_PAGE)
    both = union_all(_files(staff, profile), _notes(staff, profile)).subquery()
    order = (both.c.at.desc(), both.c.kind, both.c.public_id)
    found = db.session.execute(select(*both.c, func.count().over()).order_by(*order).limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    is_removed = (
        File.practice_id == staff.practice_id,
        File.profile_id == profile.id,
        File.removed_at.is_not(None),
        File.erased_at.is_(None),
    )
    removed = list(db.session.scalars(select(File).where(*is_removed).order_by(File.removed_at.desc())))
    return Shelf(Page([Row(*one[:-1]) for one in found], number, found[0][-1] if found else 0), removed)


def _files(staff: StaffMember, profile: Profile):
    mine = (File.practice_id == staff.practice_id, File.profile_id == profile.id, File.removed_at.is_(None))
    own = (
        File.media,
        File.size,
        File.shared_at,
        File.seen_at,
        File.link_id,
        *_none(File.shared_at, Account.given_name, File.name, File.shared_at),
    )
    return (
        _columns(FILE, File.public_id, File.name, File.created_at, Account, own)
        .select_from(File)
        .join(Account, Account.id == File.added_by_id)
        .where(*mine)
    )


def _notes(staff: StaffMember, profile: Profile):
    changer, first = aliased(Account), aliased(Note)
    mine = (Note.practice_id == staff.practice_id, Note.profile_id == profile.id)
    own = (
        *_none(File.media, File.size, File.shared_at, File.seen_at, File.link_id),
        Note.changed_at,
        _name(changer),
        first.title,
        first.created_at,
    )
    found = (
        _columns(NOTE, Note.public_id, Note.title, Note.created_at, Account, own)
        .select_from(Note)
        .join(Account, Account.id == Note.written_by_id)
    )
    return found.outerjoin(changer, changer.id == Note.changed_by_id).outerjoin(first, first.id == Note.copied_from_id).where(*mine)


def _columns(kind: str, public_id, name, at, by, own: tuple):
    columns = (literal(kind), public_id, name, at, _name(by), *own)
    return select(*(column.label(label) for label, column in zip(Row._fields, columns, strict=True)))


def _name(account):
    return func.trim(account.given_name + " " + account.family_name)


def _none(*like):
    """NULLs of the types of other columns."""
    return tuple(cast(null(), column.type) for column in like)


def file_of(staff: StaffMember, profile: Profile, public_id: str) -> File | None:
    """A file of this person whose bytes are there, removed ones too."""
    mine = (File.public_id == public_id, File.practice_id == staff.practice_id, File.profile_id == profile.id, File.erased_at.is_(None))
    return db.session.scalar(select(File).where(*mine).options(joinedload(File.added_by), joinedload(File.link)))


def note_of(staff: StaffMember, profile: Profile, public_id: str) -> Note | None:
    mine = (Note.public_id == public_id, Note.practice_id == staff.practice_id, Note.profile_id == profile.id)
    whole = (joinedload(Note.written_by), joinedload(Note.changed_by), joinedload(Note.copied_from))
    return db.session.scalar(select(Note).where(*mine).options(*whole))


def seen_by(link: Link, on: date) -> list[File]:
    """What the reader behind a link may see, the latest first."""
    theirs = select(File).where(File.profile_id == link.profile_id, File.removed_at.is_(None)).options(joinedload(File.added_by))
    return [one for one in db.session.scalars(theirs.order_by(File.created_at.desc(), File.id.desc())) if file_access.sees(link, one, on)]


def one_seen_by(link: Link, public_id: str, on: date) -> File | None:
    found = db.session.scalar(
        select(File).where(File.public_id == public_id, File.profile_id == link.profile_id).options(joinedload(File.added_by))
    )
    return found if found is not None and file_access.sees(link, found, on) else None


def has_some(link: Link, on: date) -> bool:
    """Whether there is a page of files for this reader: something to see, or leave to add."""
    return file_access.may_add(link, on) or bool(seen_by(link, on))
