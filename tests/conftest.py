"""The cast and the stage: every test that touches a database runs on SQLite and on a real PostgreSQL.

`app` is an application over an empty database, `cast` the same with the demo people moved in (no crowd of appointments),
`clock` stands still on Thursday 10 December 2026, 10am in Toronto, until a test moves it. `browse()` gives a client that
reads every page it fetches (tests/reader.py).
"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from app import create_app
from booking import timetable
from booking.desk import calendar_part
from booking.seed import seed_world
from portal.database import db
from tests.cast import Cast
from tests.databases import empty, fresh, keep_rows, put_back
from tests.reader import Reader

START = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
DATABASES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
]


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self):
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span) -> datetime:
        """`clock.forward(minutes=11)`: the new now."""
        self.at += timedelta(**span)
        return self.at

    def set(self, *parts) -> datetime:
        """`clock.set(2026, 12, 31, 23, 59)`: UTC."""
        self.at = datetime(*parts, tzinfo=UTC)
        return self.at


@pytest.fixture(scope="session", params=DATABASES)
def stage(request, tmp_path_factory, worker_id):
    """One application per worker and database; the tables are emptied before each test."""
    instance = tmp_path_factory.mktemp("instance")
    if request.param == "sqlite":
        yield _application(f"sqlite:///{instance / 'test.db'}", instance)
    else:
        server = request.getfixturevalue("postgresql_server")
        with fresh(server, f"porchlight_{worker_id}") as url:
            app = _application(url, instance)
            yield app
            with app.app_context():
                db.engine.dispose()


def _application(url, instance):
    app = create_app(
        TESTING=True,
        SQLALCHEMY_DATABASE_URI=url,
        CLOCK=Clock(),
        POSTMAN=False,
        STRANGERS_HOLDING=10_000,  # races come from one address
        PROPAGATE_EXCEPTIONS=True,
        MAIL_FOLDER=str(instance / "mail"),
        FILES_FOLDER=str(instance / "files"),
        PUBLIC_URL="https://booking.example",
    )
    with app.app_context():
        if db.engine.dialect.name == "sqlite":  # a test's database need not survive a power cut
            event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
        db.create_all()
    return app


@pytest.fixture
def app(stage):
    with stage.app_context():
        empty(db.engine, db.metadata)
    stage.config["CLOCK"].at = START
    timetable.forget()  # the same version may be another timetable in the next test
    calendar_part.forget()
    return stage


@pytest.fixture
def clock(app):
    return app.config["CLOCK"]


@pytest.fixture
def cast(app):
    """The demo people and their timetables, without coming appointments: `cast.priya`, `cast.riverside` (tests/cast.py).

    They move in once for each worker and database; after that their rows are put back as they were.
    """
    with app.app_context():
        kept = app.extensions.get("cast rows")
        if kept is None:
            seed_world(app.config["CLOCK"](), crowd=False)
            app.extensions["cast rows"] = keep_rows(db.engine, db.metadata)
        else:
            put_back(db.engine, kept)
    return Cast(app)


@pytest.fixture
def browse(app):
    """A new browser each call: `browse()` is a stranger, `browse(as_=account)` is signed in."""
    return lambda as_=None, staff=False: Reader.of(app, as_, staff)


@pytest.fixture
def context(app):
    """An application context for tests of use cases. Pages are fetched with `browse`, outside of it."""
    with app.app_context():
        yield app
