"""Names as people look for them: without accents, capitals, hyphens and apostrophes. "Lévesque-Tremblay" is "levesque tremblay"."""

import sqlite3
import unicodedata

from sqlalchemy import String, event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

# What has no accent to take off (capitals too: a database of locale C lowers only ASCII), and what stands between parts of a name.
_PLAIN = ("øØłŁđĐðÐ'’‐-", "oolldddd    ")


def fold(text: str) -> str:
    """The text to compare. The database's `folded` says the same."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text).lower() if not "\u0300" <= c <= "\u036f")
    return bare.translate(str.maketrans(*_PLAIN))


class folded(GenericFunction):
    """`folded(Profile.family_name)`: `fold` inside a statement."""

    type = String()
    inherit_cache = True
    name = "porchlight_folded"


@compiles(folded, "postgresql")
def _on_postgresql(element, compiler, **kw):
    bare = rf"regexp_replace(lower(normalize({compiler.process(element.clauses, **kw)}, NFKD)), '[\u0300-\u036f]', '', 'g')"
    before, after = (letters.replace("'", "''") for letters in _PLAIN)
    return f"translate({bare}, '{before}', '{after}')"


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection, _record):
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("porchlight_folded", 1, lambda text: None if text is None else fold(text), deterministic=True)
