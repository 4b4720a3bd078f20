"""Migrating makes exactly the tables the models describe, on both databases, and loses no row on the way."""

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from app import create_app
from booking.models import Appointment, Companion
from booking.seed import seed_world
from portal.clock import machine_clock
from portal.database import db, transact
from portal.models import StaffMember
from tests.databases import fresh

MIGRATIONS = Path(__file__).parents[2] / "migrations"
LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "later", "{head}", None, None


def upgrade():
    {change}
"""
WIDER_NAMES = """with op.batch_alter_table("practices") as table:
        table.alter_column("name", existing_type=sa.String(120), type_=sa.String(130), existing_nullable=False)"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def house(request, tmp_path, worker_id):
    """An application over a database that nobody has touched yet."""
    if request.param == "sqlite":
        yield _application(f"sqlite:///{tmp_path / 'fresh.db'}")
    else:
        with fresh(request.getfixturevalue("postgresql_server"), f"migrations_{worker_id}") as url:
            yield _application(url)


def _application(url):
    return create_app(TESTING=True, SQLALCHEMY_DATABASE_URI=url, POSTMAN=False)


@pytest.fixture
def inside(house):
    with house.app_context():
        yield house
        db.session.remove()
        db.engine.dispose()


def _description() -> dict:
    """Everything a database says about its tables, in an order of its own."""
    eye = inspect(db.engine)
    said = {}
    for table in eye.get_table_names():
        if table == "alembic_version":
            continue
        said[table] = {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"], str(c["default"])) for c in eye.get_columns(table)),
            "primary key": eye.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (k["constrained_columns"], k["referred_table"], k["options"].get("ondelete", "")) for k in eye.get_foreign_keys(table)
            ),
            "unique": sorted(u["column_names"] for u in eye.get_unique_constraints(table)),
            "indexes": sorted((i["name"], i["column_names"], i["unique"], _where(i)) for i in eye.get_indexes(table)),
            "checks": sorted((c["name"], " ".join(c["sqltext"].split())) for c in eye.get_check_constraints(table)),
        }
    return said


def _where(index) -> list[str]:
    return [str(value) for name, value in index["dialect_options"].items() if name.endswith("_where")]


def _counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in db.metadata.tables}


def _with_a_later_revision(tmp_path, change: str) -> Path:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    heads = sorted(path.name.split("_")[0] for path in (folder / "versions").glob("0*.py"))
    (folder / "versions" / "later.py").write_text(LATER.format(head=heads[-1], change=change))
    return folder


def test_migrating_an_empty_database_makes_what_the_models_describe(inside):
    upgrade(MIGRATIONS)
    migrated = _description()
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata) == []
    downgrade(MIGRATIONS, "base")
    assert _description() == {}
    db.create_all()
    assert migrated == _description()


def test_migrating_twice_changes_nothing(inside):
    upgrade(MIGRATIONS)
    before = _description()
    upgrade(MIGRATIONS)
    assert _description() == before


def test_a_change_of_a_table_others_point_at_keeps_every_row_of_every_table(inside, tmp_path):
    upgrade(MIGRATIONS)
    seed_world(machine_clock(), crowd=False)
    before = _counts()
    assert before["practices"] == 2 and before["appointments"] > 0
    upgrade(_with_a_later_revision(tmp_path, WIDER_NAMES))
    assert "VARCHAR(130)" in str(_description()["practices"]["columns"])
    assert _counts() == before


def test_a_change_that_would_leave_rows_pointing_at_nothing_is_refused_and_nothing_is_changed(inside, tmp_path):
    upgrade(MIGRATIONS)
    seed_world(machine_clock(), crowd=False)
    before = _counts()
    with pytest.raises((SystemExit, IntegrityError)):
        upgrade(_with_a_later_revision(tmp_path, 'op.execute("DELETE FROM practices")'))
    assert _counts() == before


def test_companions_of_before_get_names_of_their_own(inside):
    upgrade(MIGRATIONS)
    seed_world(machine_clock(), crowd=False)
    visit, now = db.session.scalars(select(Appointment)).first(), machine_clock()
    staff = db.session.scalars(select(StaffMember)).first()
    common = dict(practice_id=visit.practice_id, appointment_id=visit.id, created_at=now, created_by_id=staff.id)
    transact(db.session.add_all, [Companion(name=name, **common) for name in ("Rosa", "Paul")])
    before = _counts()["companions"]
    downgrade(MIGRATIONS, "0009")
    upgrade(MIGRATIONS)
    with db.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT public_id FROM companions").scalars().all()
    assert len(set(names)) == len(names) == before >= 2 and all(len(name) == 16 for name in names)


def test_foreign_keys_are_on_again_after_migrating(inside):
    upgrade(MIGRATIONS)
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
