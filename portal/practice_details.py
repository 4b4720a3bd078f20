"""What an admin sets of the practice itself: its name and address, words, messages, reminders, logo. Use cases, with a line in the history."""

import io
from datetime import date, datetime
from typing import Any

from PIL import Image, UnidentifiedImageError

from portal import ledger
from portal.database import db
from portal.errors import DomainError
from portal.ids import public_id
from portal.models import Practice, PracticeLogo, StaffMember
from portal.practice_settings import CHANGED

LOGO_SIDE, LOGO_BYTES, MOST_PIXELS = 144, 20_000, 40_000_000
KINDS = ("PNG", "JPEG", "WEBP")


class ChangedMeanwhile(DomainError):
    """Somebody else saved since the form was shown; nothing was changed. `facts["practice"]` is how it is now."""


class NoPicture(DomainError):
    """What was uploaded is none that we can show."""

    status = 422


def save(staff: StaffMember, values: dict[str, Any], revision: int, now: datetime) -> Practice:
    """Columns of the practice. Raises ChangedMeanwhile when somebody saved after `revision` was shown."""
    practice = db.session.get(Practice, staff.practice_id, with_for_update=True, populate_existing=True)
    if practice.revision != revision:
        raise ChangedMeanwhile(practice=practice)
    before = {name: getattr(practice, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return practice
    for name, value in changed.items():
        setattr(practice, name, value)
    practice.revision += 1
    old, new = ({name: _as_json(one[name]) for name in changed} for one in (before, changed))
    ledger.record(CHANGED, now, practice_id=practice.id, account=staff.account, before=old, after=new, **{"as": "staff"})
    return practice


def set_logo(staff: StaffMember, picture: bytes | None, now: datetime) -> None:
    """A logo made by `logo_of`, or None for the one that came with the house."""
    practice = db.session.get(Practice, staff.practice_id, with_for_update=True, populate_existing=True)
    row = db.session.get(PracticeLogo, practice.id)
    if picture is None and row is not None:
        db.session.delete(row)
    elif picture is not None and row is None:
        db.session.add(PracticeLogo(practice_id=practice.id, content=picture, changed_at=now))
    elif picture is not None:
        row.content, row.changed_at = picture, now
    practice.logo_version = public_id() if picture is not None else ""
    practice.revision += 1
    ledger.record(CHANGED, now, practice_id=practice.id, account=staff.account, before={}, after={"logo": ""}, **{"as": "staff"})


def logo(practice: Practice, version: str) -> bytes | None:
    """The uploaded logo as a PNG, if that is still the one."""
    row = db.session.get(PracticeLogo, practice.id) if version and version == practice.logo_version else None
    return row.content if row is not None else None


def logo_of(uploaded: bytes) -> bytes:
    """A small PNG made anew from whatever picture was uploaded: nothing hidden in the file comes along. Raises NoPicture."""
    try:
        with Image.open(io.BytesIO(uploaded), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NoPicture()
            small = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoPicture() from error
    for side in (LOGO_SIDE, LOGO_SIDE * 2 // 3, LOGO_SIDE // 2):
        small.thumbnail((side, side))
        out = io.BytesIO()
        (small if side == LOGO_SIDE else small.quantize(128)).save(out, "PNG", optimize=True)
        if len(out.getvalue()) <= LOGO_BYTES:
            return out.getvalue()
    return out.getvalue()


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value.isoformat() if isinstance(value, date) else value
