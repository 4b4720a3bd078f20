"""What people are found by in the search box: each word, number and address of a record, a row each (portal/search_words.py)."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db

# Compared letter by letter in both databases, so that "everything that begins with" is one stretch of the index.
WORD = String(80).with_variant(String(80, collation="C"), "postgresql")


class SearchWord(db.Model):
    __tablename__ = "search_words"
    __table_args__ = {"sqlite_with_rowid": False}

    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), primary_key=True, index=True, info={"on_merge": "keep"})
