"""The ground that every other test stands on: the databases are real, fresh, emptied, and gone afterwards."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, create_engine, make_url, text

from tests.databases import SERVER_ZONE, NoPostgresql, empty, fresh, postgresql

metadata = MetaData()
hens = Table("hens", metadata, Column("id", Integer, primary_key=True), Column("mother_id", ForeignKey("hens.id")))
eggs = Table("eggs", metadata, Column("id", Integer, primary_key=True), Column("hen_id", ForeignKey("hens.id"), nullable=False))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hens.db'}"
    else:
        with fresh(request.getfixturevalue("postgresql_server"), f"hens_{os.getpid()}") as url:
            yield url


def test_emptying_leaves_no_row_and_keeps_the_tables(database_url):
    engine = create_engine(database_url)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(hens.insert(), [{"id": 1, "mother_id": None}, {"id": 2, "mother_id": 1}])
        connection.execute(eggs.insert(), [{"id": 1, "hen_id": 2}])
    empty(engine, metadata)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT (SELECT count(*) FROM hens) + (SELECT count(*) FROM eggs)")) == 0
    metadata.drop_all(engine)
    engine.dispose()


@pytest.mark.postgresql
def test_a_fresh_database_is_empty_whatever_the_last_one_of_that_name_held(postgresql_server):
    for _ in range(2):
        with fresh(postgresql_server, f"fresh_{os.getpid()}") as url:
            assert _ask(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
            engine = create_engine(url)
            metadata.create_all(engine)
            left_open = engine.connect()  # dropping does not wait for whoever is still there
        left_open.close()
        engine.dispose()


@pytest.mark.postgresql
def test_postgresql_lives_in_a_zone_nobody_would_guess(postgresql_server):
    assert os.environ.get("TEST_POSTGRESQL_URL") or _ask(postgresql_server, "SHOW timezone") == [SERVER_ZONE]


@pytest.mark.postgresql
def test_the_server_is_gone_with_its_folder_after_use(monkeypatch):
    monkeypatch.delenv("TEST_POSTGRESQL_URL", raising=False)
    with postgresql() as url:
        room = Path(make_url(url).query["host"])
        assert room.exists()
    assert not room.exists()


@pytest.mark.postgresql
def test_a_killed_run_leaves_no_server_behind(monkeypatch):
    monkeypatch.delenv("TEST_POSTGRESQL_URL", raising=False)
    program = "import time; from tests.databases import postgresql\nwith postgresql() as url: print(url, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as run:
        room = Path(make_url(run.stdout.readline().strip()).query["host"])
        assert room.exists()
        run.send_signal(signal.SIGKILL)
    until = time.monotonic() + 60
    while room.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not room.exists()


@pytest.mark.postgresql
def test_a_deep_temporary_folder_is_no_hindrance(monkeypatch, tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    monkeypatch.delenv("TEST_POSTGRESQL_URL", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with postgresql() as url:
        assert _ask(url, "SELECT 1") == [1]


def test_a_server_that_does_not_answer_is_told_in_words(monkeypatch):
    monkeypatch.setenv("TEST_POSTGRESQL_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(NoPostgresql, match="PostgreSQL does not answer"), postgresql():
        pass


def test_a_missing_postgresql_is_told_with_what_to_do(monkeypatch):
    monkeypatch.delenv("TEST_POSTGRESQL_URL", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NoPostgresql, match="PORCHLIGHT_WITHOUT=postgresql"), postgresql():
        pass


def _ask(url: str, question: str) -> list:
    engine = create_engine(url)
    with engine.connect() as connection:
        answer = list(connection.scalars(text(question)))
    engine.dispose()
    return answer
