"""The shape of the house: which way imports point, what stays pure, what every table carries."""

import ast
import sys
from pathlib import Path

import pytest

import booking.models
import portal.models
from portal.database import db

ROOT = Path(__file__).parents[2]
OURS = ("portal", "booking")
SOURCES = sorted(path for name in OURS for path in (ROOT / name).rglob("*.py")) + [ROOT / "app.py"]
PURE = (
    "answers",
    "availability",
    "facts",
    "gates",
    "grid",
    "horizon",
    "hours",
    "limits",
    "notice",
    "reasons",
    "visits",
    "agenda",
    "travel",
    "spoken_hours",
    "obstacles",
    "wall_clock",
    "owed",
)
HEARTS = [ROOT / "booking" / f"{name}.py" for name in PURE] + [
    ROOT / "portal" / f"{name}.py" for name in ("access", "permissions", "rehearsal", "uniting")
]
HEARTS += sorted((ROOT / "portal").glob("matching*.py"))
# What a heart may ask for beside the standard library: sums over letters, as pure as its own.
SUMS_OVER_LETTERS = {"rapidfuzz", "anyascii"}
# Tables of the installation, not of a practice: an account, its codes, its sessions, what it was mailed, how often it tried.
OF_NO_PRACTICE = {"practices", "accounts", "recovery_codes", "sessions", "mailed_links", "throttle_counts", "feeds", "clock_seen"}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in SOURCES}


def imports(path: Path) -> set[str]:
    """The modules a file imports, by full name; `from a import b` counts a.b where that is a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it points"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in names}
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_portal_knows_nothing_of_booking_and_only_the_app_knows_both(path):
    packages = {name.split(".")[0] for name in imports(path)} & {*OURS, "app"}
    home = path.relative_to(ROOT).parts[0]
    assert "app" not in packages
    if home == "portal":
        assert "booking" not in packages


def test_no_imports_run_in_a_circle():
    edges = {name: {other for other in imports(path) if other in MODULES and other != name} for name, path in MODULES.items()}
    done, trail = set(), []

    def walk(name):
        assert name not in trail, " → ".join([*trail[trail.index(name) :], name])
        if name not in done:
            trail.append(name)
            for other in sorted(edges[name]):
                walk(other)
            done.add(trail.pop())

    for name in sorted(edges):
        walk(name)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_stand_at_the_top_where_they_can_be_seen(path):
    tree = ast.parse(path.read_text())
    inside = [
        n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f) if isinstance(n, (ast.Import, ast.ImportFrom))
    ]
    assert not inside
    assert "TYPE_CHECKING" not in path.read_text()


@pytest.mark.parametrize("path", HEARTS, ids=lambda path: path.name)
def test_the_hearts_are_pure(path):
    """Standard library and sums over letters only, no clock, no database: the rules can be read and tested alone."""
    for name in imports(path):
        top = name.split(".")[0]
        assert top in sys.stdlib_module_names | SUMS_OVER_LETTERS or MODULES.get(name) in HEARTS, f"{path.name} imports {name}"
    text = path.read_text()
    assert ".now(" not in text and ".today(" not in text and "time.time" not in text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_clock_asks_the_time(path):
    if path.name == "clock.py":
        return
    for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
        words = ast.unparse(call.func)
        assert words not in {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}, f"{path}:{call.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_readable_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_says_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text())), "no docstring"


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "portal" / "views").glob("*.py")) + sorted((ROOT / "booking" / "views").glob("*.py")),
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_views_leave_the_database_to_queries_and_use_cases(path):
    assert not {name for name in imports(path) if name.split(".")[0] == "sqlalchemy"}
    assert "db.session" not in path.read_text()


@pytest.mark.parametrize("table", db.metadata.sorted_tables, ids=str)
def test_every_table_of_a_practice_says_which(table):
    assert table.name in OF_NO_PRACTICE or "practice_id" in table.c


@pytest.mark.parametrize("table", db.metadata.sorted_tables, ids=str)
def test_instants_and_dates_are_named_as_what_they_are(table):
    for column in table.c:
        kind = type(column.type).__name__
        if kind == "UtcDateTime":
            assert column.name.endswith("_at") or column.name in ("at", "lease_until", "moved_from"), column
        if kind == "Date":
            assert column.name.endswith(("_on", "_from", "_until", "on_date")), column


@pytest.mark.parametrize("table", db.metadata.sorted_tables, ids=str)
def test_every_constraint_has_a_name(table):
    assert all(constraint.name for constraint in table.constraints)


def test_models_of_both_packages_are_known_to_this_test():
    assert {"profiles", "appointments"} <= set(db.metadata.tables)
    assert portal.models.__all__ and booking.models.__all__
