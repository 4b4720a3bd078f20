"""Files and notes of the demo world, drawn here: what staff filed, what they showed to a family, and what a mother sent that nobody has opened."""

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime, timedelta

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from portal import ledger, notes
from portal.database import db, transact
from portal.file_kinds import PDF, PNG
from portal.models import Account, File, Link, Practice, Profile, StaffMember
from portal.seed import RIVERSIDE, name_id
from portal.storage import new_key, page_key, store

SIZE, MARGIN, LINE = (620, 877), 60, 34  # pixels of a page: A4 at 75 dots an inch
# (of whom, by whom, name, whether it is shown to them, how many days ago, its pages: lines, the first one large)
FILES = (
    ("walter", "dana", "Referral Dr Wong.pdf", False, 40, (
        ("Referral", "For Mr Walter Brandt", "", "Right knee, osteoarthritis. Pain on stairs for a year.", "Please assess and treat: strength, balance,", "walking aids. Twice a week for six weeks.", "", "Dr. Adaeze Wong"),
        ("Medication", "Ramipril 5 mg, mornings", "Paracetamol 500 mg, when needed", "", "No known allergies."),
    )),
    ("leo", "maya", "Ankle exercises.png", True, 9, (("Ankle exercises", "Twice a day, both sides", "", "1.  Stand on one leg, 30 seconds", "2.  Heel raises, 2 times 12", "3.  Alphabet in the air with the toes", "", "Stop when it hurts, and call us."),)),
    ("leo", "priya", "School letter.pdf", False, 1, (("To whom it may concern", "Leo Shah, grade 3", "", "Leo may take part in gym class again", "from Monday, without jumping.", "", "Is that right? Please confirm. P. Shah"),)),
)  # fmt: skip
NOTES = (
    (
        "leo",
        "maya",
        30,
        "Ankle: first assessment",
        "Right ankle, twisted while playing soccer.\nSwelling, no sign of a fracture.\nGoal: running without pain in six weeks.",
    ),
    ("walter", "maya", 35, "Knee: first assessment", "Bends to 110 degrees. Weak quadriceps on the right.\nWalks with a stick outside."),
)


def seed_files(now: datetime) -> None:
    """Bytes first, then rows; nothing where it is done already."""
    if db.session.scalar(select(File.id).where(File.public_id == name_id(f"file {FILES[0][2]}"))) is None:
        transact(_add, [_kept(now - timedelta(days=days), name, pages) for _whom, _by, name, _shared, days, pages in FILES], now)


def _add(rows: list[File], now: datetime) -> None:
    db.session.scalars(select(Practice).where(Practice.slug == RIVERSIDE)).one().files_from_people_at = now - timedelta(days=60)
    for row, (whom, by, _name, shared, _days, _pages) in zip(rows, FILES):
        person, account = _person(whom), db.session.scalars(select(Account).where(Account.public_id == name_id(by))).one()
        row.practice_id, row.profile_id, row.added_by_id = person.practice_id, person.id, account.id
        row.link_id = db.session.scalar(select(Link.id).where(Link.account_id == account.id, Link.profile_id == person.id))
        row.shared_at = row.created_at if shared else None
        db.session.add(row)
        db.session.flush()
        link = db.session.get(Link, row.link_id) if row.link_id else None
        ledger.record(
            "file_added", row.created_at, profile=person, account=account, link=link, file=row.id, **{"as": "person" if link else "staff"}
        )
    for whom, by, days, title, text in NOTES:
        notes.write(_staff(by), _person(whom), title, text, now - timedelta(days=days))


def _person(name: str) -> Profile:
    return db.session.scalars(select(Profile).where(Profile.public_id == name_id(f"{name}@{RIVERSIDE}"))).one()


def _staff(name: str) -> StaffMember:
    here = (Account.public_id == name_id(name), Practice.slug == RIVERSIDE)
    return db.session.scalars(select(StaffMember).join(StaffMember.account).join(StaffMember.practice).where(*here)).one()


def _kept(at: datetime, name: str, pages: Sequence[Sequence[str]]) -> File:
    """In the store, with a picture of each page; its row is not in the database yet."""
    drawn, key, is_pdf = [_drawn(lines) for lines in pages], new_key(at.date()), name.endswith(".pdf")
    whole = _saved(drawn[0], "PDF", save_all=True, append_images=drawn[1:]) if is_pdf else _saved(drawn[0], "PNG")
    for number, page in enumerate(drawn, 1):
        store().keep(page_key(key, number), io.BytesIO(_saved(page, "JPEG", quality=82)))
    store().keep(key, io.BytesIO(whole))
    facts = dict(public_id=name_id(f"file {name}"), name=name, media=PDF if is_pdf else PNG, created_at=at, store_key=key)
    return File(size=len(whole), sha256=hashlib.sha256(whole).hexdigest(), pages=len(drawn), all_pages=len(drawn) if is_pdf else 0, **facts)


def _drawn(lines: Sequence[str]) -> Image.Image:
    page = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(page)
    for number, words in enumerate(lines):
        pen.text(
            (MARGIN, MARGIN + LINE * (number + (number > 0))), words, fill="#1b2b34", font=ImageFont.load_default(20 if number else 34)
        )
    return page


def _saved(page: Image.Image, kind: str, **how) -> bytes:
    out = io.BytesIO()
    page.save(out, kind, **how)
    return out.getvalue()
