"""What every test run has in common, wherever its tests live: the databases and the browser it must have."""

import os

import pytest

from tests.databases import NoPostgresql, fresh, postgresql
from tests.left_out import left_out

DATABASES = [name for name in ("sqlite", "postgresql") if name not in left_out()]


@pytest.fixture(scope="session")
def postgresql_server():
    """One server for this worker, made when the first test asks; `tests.databases.fresh` makes databases on it."""
    try:
        with postgresql() as url:
            yield url
    except NoPostgresql as problem:
        pytest.fail(str(problem), pytrace=False)


@pytest.fixture(scope="session", params=DATABASES)
def database_url(request, tmp_path_factory, worker_id):
    """An empty database, of each kind in turn. Tests that use it run on all of them."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'porchlight.db'}"
        return
    with fresh(request.getfixturevalue("postgresql_server"), f"porchlight_{worker_id}_{os.getpid()}") as url:
        yield url


def pytest_collection_modifyitems(config, items):
    """Drop what was asked to be left out: tests marked `postgresql` or `browser`."""
    for name in left_out():
        dropped = [item for item in items if item.get_closest_marker(name)]
        items[:] = [item for item in items if item not in dropped]
        config.hook.pytest_deselected(items=dropped)


def pytest_terminal_summary(terminalreporter):
    for name in left_out():
        terminalreporter.write_line(f"NOT TESTED, because PORCHLIGHT_WITHOUT asked for it: {name}", red=True, bold=True)
