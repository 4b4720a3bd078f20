"""The database, its instants, and the one way to write.

Reads run in a plain (SQLite: DEFERRED) transaction. Every change goes through `transact`, which begins the one write
transaction (SQLite: IMMEDIATE, behind a fair gate), runs a use case, commits, and retries what a lock refused (SAFETY §1).
"""

import errno
import random
import sqlite3
import threading
import time
import zlib
from collections import deque
from contextlib import contextmanager
from datetime import UTC, datetime

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, MetaData, event, exc
from sqlalchemy.engine import Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.orm.exc import ObjectDeletedError
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator

from portal.errors import Busy, Gone, meaning_of


class UtcDateTime(TypeDecorator):
    """An instant: aware UTC in Python, whole seconds. PostgreSQL keeps timestamptz, SQLite epoch seconds."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect):
        kind = BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime refused: {value!r}")
        return int(value.timestamp()) if dialect.name == "sqlite" else value.astimezone(UTC).replace(microsecond=0)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return datetime.fromtimestamp(value, UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class epoch(GenericFunction):
    """`epoch(Appointment.starts_at)`: the instant as integer epoch seconds, without a datetime on the way."""

    type = BigInteger()
    inherit_cache = True
    name = "porchlight_epoch"


@compiles(epoch, "sqlite")
def _epoch_on_sqlite(element, compiler, **kw):
    return compiler.process(element.clauses, **kw)


@compiles(epoch)
def _epoch_elsewhere(element, compiler, **kw):
    return f"CAST(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **kw)}) AS BIGINT)"


class fingerprint(GenericFunction):
    """`fingerprint(Profile.given_name)`: an integer of the text, another one (as good as surely) for another text; to compare within one database only."""

    type = BigInteger()
    inherit_cache = True
    name = "porchlight_fingerprint"


@compiles(fingerprint)
def _fingerprint_elsewhere(element, compiler, **kw):
    return f"CAST(hashtext({compiler.process(element.clauses, **kw)}) AS BIGINT)"


@compiles(fingerprint, "sqlite")
def _fingerprint_on_sqlite(element, compiler, **kw):
    return f"porchlight_fingerprint(CAST({compiler.process(element.clauses, **kw)} AS BLOB))"


class Base(DeclarativeBase):
    registry = registry(
        type_annotation_map={datetime: UtcDateTime},
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False}, disable_autonaming=True)


class FairGate:
    """A lock that serves writers in the order they came. SQLite's own queue is a scramble: the worst of 8 waits 2 s."""

    def __init__(self):
        self._guard, self._queue, self._taken = threading.Lock(), deque(), False

    def __enter__(self):
        with self._guard:
            if not self._taken:
                self._taken = True
                return self
            turn = threading.Event()
            self._queue.append(turn)
        turn.wait()
        return self

    def __exit__(self, *_):
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._taken = False


_gates: dict[str, FairGate] = {}


@event.listens_for(Engine, "connect")
def _prepare_connection(connection, _record):
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    connection.create_function("porchlight_fingerprint", 1, zlib.crc32, deterministic=True)
    for pragma in ("foreign_keys=ON", "busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection):
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session, _context, _instances):
    if not session.info.get("writing"):
        raise RuntimeError("a change outside transact(): use cases change things, views call transact(use_case)")


@event.listens_for(Session, "do_orm_execute")
def _refuse_stray_statements(state):
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get("writing"):
        raise RuntimeError("an INSERT, UPDATE or DELETE outside transact()")


@contextmanager
def _write_transaction():
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("transact() inside transact(): a use case calls other use cases directly")
    session.rollback()  # end the reading transaction: what was read before the lock is not to be trusted
    engine = db.engine
    gate = _gates.setdefault(str(engine.url), FairGate()) if engine.dialect.name == "sqlite" else threading.Lock()
    with gate:
        session.info["writing"] = True
        try:
            session.connection(execution_options={"writing": True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["writing"] = False


_RETRY_STATES = {"40001", "40P01", "55P03"}
_TRIES, _PATIENCE_SECONDS = 5, 5.0


def _may_retry(error: exc.DBAPIError) -> bool:
    text = str(error.orig).lower()
    return getattr(error.orig, "sqlstate", None) in _RETRY_STATES or "locked" in text or "busy" in text


def is_full(error: BaseException) -> bool:
    """Whether a database or a file could not grow: the disk is full, or may not be written to. Nothing of what was asked for is stored."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
    text = str(getattr(error, "orig", "")).lower()
    return isinstance(error, exc.DBAPIError) and (
        getattr(error.orig, "sqlstate", None) == "53100" or "disk is full" in text or "readonly database" in text
    )


def transact(use_case, *args, **kwargs):
    """Run `use_case(*args, **kwargs)` in one write transaction, commit, and give back its answer.

    Raises the use case's own DomainError (everything rolled back), the domain meaning of a broken constraint, or `Busy`
    when the lock could not be had. Rows read before stay usable: they are read anew under the lock.
    """
    started = time.monotonic()
    for attempt in range(1, _TRIES + 1):
        try:
            with _write_transaction():
                return use_case(*args, **kwargs)
        except exc.IntegrityError as error:
            meaning = meaning_of(str(error.orig))
            if meaning is None:
                raise
            raise meaning() from error
        except ObjectDeletedError as error:  # read before the lock, and not there any more
            raise Gone() from error
        except exc.DBAPIError as error:
            if error.connection_invalidated:
                raise Busy() from error
            if not _may_retry(error):
                raise
            if attempt == _TRIES or time.monotonic() - started > _PATIENCE_SECONDS:
                raise Busy() from error
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
