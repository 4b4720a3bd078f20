"""For tests/ and e2e/ alike: the PostgreSQL they share, and what a run was asked to leave out, said at both ends."""

import os
import shutil
import tempfile

import pytest
from hypothesis import settings

from tests.databases import NoPostgresql, postgresql
from tests.left_out import left_out

# A run says the same as the run before it; new cases are looked for on purpose: make test ARGS="--hypothesis-profile explore"
settings.register_profile("repeat", derandomize=True, database=None)
settings.register_profile("explore", derandomize=False)
settings.load_profile("repeat")


@pytest.fixture(scope="session")
def postgresql_server():
    """One server for this worker, made when the first test asks; `tests.databases.fresh` makes databases on it."""
    try:
        with postgresql() as url:
            yield url
    except NoPostgresql as problem:
        pytest.fail(str(problem), pytrace=False)


def pytest_configure():
    # Nothing of a test is left in the instance/ of whoever runs it; programs that tests start inherit this.
    os.environ["PORTAL_INSTANCE"] = tempfile.mkdtemp(prefix="porchlight-test-")
    try:
        left_out()
    except ValueError as problem:
        raise pytest.UsageError(str(problem)) from problem


def pytest_report_header():
    return [f"LEFT OUT ON PURPOSE: {name}" for name in left_out()]


def pytest_unconfigure():
    shutil.rmtree(os.environ.get("PORTAL_INSTANCE", ""), ignore_errors=True)


@pytest.hookimpl(trylast=True)  # after e2e/ has marked its own
def pytest_collection_modifyitems(config, items):
    """Leave out what was asked to be left out: tests marked `postgresql` or `browser` are deselected."""
    gone = [item for item in items if any(item.get_closest_marker(name) for name in left_out())]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]


def pytest_terminal_summary(terminalreporter):
    for name in left_out():
        terminalreporter.write_line(f"NOT TESTED, because PORCHLIGHT_WITHOUT asked for it: {name}", red=True, bold=True)
