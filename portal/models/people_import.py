"""People from another product's list: read, its columns told, rehearsed, run, perhaps taken back; row by row (MISSION M24)."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related

from portal.database import db
from portal.ids import public_id
from portal.models.profile import Profile
from portal.models.staff_member import StaffMember

_RUNNING = db.text("started_at IS NOT NULL AND finished_at IS NULL")
_UNDOING = db.text("undo_started_at IS NOT NULL AND undone_at IS NULL")


class PeopleImport(db.Model):
    """`sheets`: [{"name", "header", "first", "orders"}]; of the chosen `sheet`, `columns` are the fields (portal/import_fields.py). `turn` is
    another with every choice of columns, `place` the last row that was judged since; `seen_to`: the newest profile that was looked at."""

    __tablename__ = "imports"
    __table_args__ = (
        Index("uq_imports_running", "practice_id", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("uq_imports_undoing", "practice_id", unique=True, sqlite_where=_UNDOING, postgresql_where=_UNDOING),
        CheckConstraint("date_order IN ('', 'dmy', 'mdy')", name="date_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    file_name: Mapped[str] = mapped_column(String(120), default="")  # empty: pasted
    sheets: Mapped[list] = mapped_column(JSON, default=list)
    sheet: Mapped[int] = mapped_column(default=0)
    columns: Mapped[list] = mapped_column(JSON, default=list)
    date_order: Mapped[str] = mapped_column(String(3), default="")
    only_blanks: Mapped[bool] = mapped_column(default=False)  # of people who are known, only what is missing is filled in
    total: Mapped[int] = mapped_column(default=0)  # rows of the chosen sheet
    turn: Mapped[int] = mapped_column(default=0)
    place: Mapped[int] = mapped_column(default=0)
    judged: Mapped[int] = mapped_column(default=0)  # rows
    seen_to: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]  # every row is stored
    mapped_at: Mapped[datetime | None]
    judged_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    finished_at: Mapped[datetime | None]
    undo_started_at: Mapped[datetime | None]
    undo_started_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    undone_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]  # what the list said is forgotten, and so it cannot be taken back any more

    made_by: Mapped[StaffMember] = related(foreign_keys=[made_by_id])
    started_by: Mapped[StaffMember | None] = related(foreign_keys=[started_by_id])
    undo_started_by: Mapped[StaffMember | None] = related(foreign_keys=[undo_started_by_id])

    @property
    def header(self) -> list[str]:
        return self.sheets[self.sheet]["header"]


TO_UNDO = "outcome IN ('made', 'updated') AND undone_at IS NULL"


class ImportRow(db.Model):
    """A line of a sheet. `facts`: what it says (portal/import_reading.py: as_kept); `kind` of portal/import_verdicts.py; `changes`: what
    would become another with whom it is about, {detail: [before, after]}; `journal`: what was done, to be taken back."""

    __tablename__ = "import_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "sheet", "position"),
        Index("ix_import_rows_kind", "import_id", "kind", "position"),
        Index("ix_import_rows_waiting", "import_id", "done_at", "position"),
        Index("ix_import_rows_previous", "practice_id", "previous_id"),
        Index("ix_import_rows_to_undo", "import_id", "position", sqlite_where=db.text(TO_UNDO), postgresql_where=db.text(TO_UNDO)),
        CheckConstraint("kind IN ('', 'new', 'update', 'same', 'alike', 'twice', 'invalid')", name="kind"),
        CheckConstraint("choice IN ('', 'skip', 'new', 'update')", name="choice"),
        CheckConstraint("outcome IN ('', 'made', 'updated', 'left', 'undone', 'kept')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    sheet: Mapped[int] = mapped_column(default=0)
    position: Mapped[int]  # the row in the spreadsheet, from 1
    cells: Mapped[list] = mapped_column(JSON, default=list)
    name: Mapped[str] = mapped_column(String(170), default="")
    kind: Mapped[str] = mapped_column(String(8), default="")  # empty: not judged yet
    facts: Mapped[dict] = mapped_column(JSON, default=dict)
    problems: Mapped[list] = mapped_column(JSON, default=list)  # [[column, code, detail]]
    notes: Mapped[list] = mapped_column(JSON, default=list)
    profile_id: Mapped[int | None] = mapped_column(ForeignKey("profiles.id"), index=True)  # whom it is about, or who was made
    likeness: Mapped[dict] = mapped_column(JSON, default=dict)  # {"grade", "score", "evidence": [[field, how]]}
    changes: Mapped[dict] = mapped_column(JSON, default=dict)
    marks: Mapped[list] = mapped_column(JSON, default=list)  # rows that share one are of one person
    same_as: Mapped[int | None]  # the position of an earlier row of the same person
    previous_id: Mapped[str] = mapped_column(String(100), default="")  # heading and value: what the other product called them
    choice: Mapped[str] = mapped_column(String(6), default="")
    outcome: Mapped[str] = mapped_column(String(8), default="")
    why: Mapped[list] = mapped_column(JSON, default=list)  # why it was left out or kept: codes
    journal: Mapped[dict] = mapped_column(JSON, default=dict)
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    profile: Mapped[Profile | None] = related()


class ImportColumns(db.Model):
    """What the columns of lists with these headings were said to be the last time."""

    __tablename__ = "import_columns"
    __table_args__ = (UniqueConstraint("practice_id", "header_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    header_key: Mapped[str] = mapped_column(String(64))  # a digest of the headings
    columns: Mapped[list] = mapped_column(JSON, default=list)
    date_order: Mapped[str] = mapped_column(String(3), default="")
    only_blanks: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]
