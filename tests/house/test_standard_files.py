"""The standard files keep their promises: exact versions, reasons, targets, and nothing of one machine or one registry."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-dev.lock")
# Written in pieces, so that this file does not find itself.
REGISTRIES = ["py" + "pi.org", "python" + "hosted.org", "deb." + "debian.org", "npm" + "js.org", "npm" + "js.com", "archive." + "ubuntu"]
DOWNLOADS = [
    "cdn." + "playwright",
    "raw.github" + "usercontent",
    "/releases/" + "download/",
    "get." + "pip",
    "--index" + "-url",
    "--find" + "-links ",
]
MACHINES = ["/wo" + "rk/", "/ro" + "ot/", "/opt/py" + "pi", "/opt/wh" + "eels", "file:" + "///", "/home/[a-z]+/", "/Us" + "ers/[a-z]+/"]


def tracked() -> list[Path]:
    """Every file that a fresh clone has."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def requirements(lock: str) -> dict[str, tuple[str, list[str]]]:
    """name → (what is asked for, its hashes)"""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / lock).read_text(), flags=re.M).replace("\\\n", " ")
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        asked, *hashes = re.split(r"\s+--hash=", line)
        found[re.split(r"[=<>!~ ;\[]", asked)[0]] = (asked, hashes)
    return found


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[=<>!~ ;\[]", it)[0].lower() for it in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_has_one_version_and_its_hashes(lock):
    locked = requirements(lock)
    assert len(locked) > 20
    for asked, hashes in locked.values():
        assert re.match(r"[a-z0-9-]+==[\w.]+( ; .+)?$", asked), asked
        assert hashes, f"{asked} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", it) for it in hashes), asked


def test_both_locks_agree_and_hold_everything_that_pyproject_asks_for():
    run, dev = (requirements(lock) for lock in LOCKS)
    extras = PROJECT["project"]["optional-dependencies"]
    assert names(PROJECT["project"]["dependencies"]) | names(extras["postgres"]) <= run.keys()
    assert names(extras["dev"]) <= dev.keys()
    assert run.items() <= dev.items(), "the tests would run on other versions than production"


def test_a_lock_is_made_for_every_machine_from_the_oldest_python_we_promise_on():
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert f"--universal \\\n\t--python-version {oldest} " in (ROOT / "Makefile").read_text()
    assert requirements("requirements-dev.lock")["colorama"][0].endswith("; sys_platform == 'win32'")


def test_every_dependency_says_why_it_is_here():
    section = (ROOT / "pyproject.toml").read_text().partition("[tool.")[0]
    asked = re.findall(r'^    "([\w-]+(?:\[\w+\])?[<>=!~].*)$', section, flags=re.M)
    everything = [PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"].values()]
    assert len(asked) == sum(map(len, everything))
    assert [line for line in asked if not re.search(r'",\s+# .{12,}', line)] == []


def test_pyproject_names_every_package():
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts) for top in ("portal", "booking") for path in (ROOT / top).rglob("__init__.py")
    }
    assert packages == set(PROJECT["tool"]["setuptools"]["packages"])


@pytest.mark.parametrize("pattern", REGISTRIES + DOWNLOADS + MACHINES)
def test_no_committed_file_names_a_registry_a_download_or_a_machine(pattern):
    found = []
    for path in tracked():
        lines = path.read_bytes().decode("utf-8", errors="ignore").splitlines()
        found += [f"{path.relative_to(ROOT)}:{i}" for i, line in enumerate(lines, 1) if re.search(pattern, line) and "no-emit" not in line]
    assert found == []


def test_make_alone_lists_every_target_with_one_line():
    makefile = (ROOT / "Makefile").read_text()
    promised = {"run", "test", "bench", "lint", "format", "screenshots", "messages", "lock", "clean"}
    said = _run(["make", "--no-print-directory"]).stdout
    listed = dict(re.findall(r"^  make (\w+) +(\S.*)$", said, flags=re.M))
    assert promised <= listed.keys()
    assert set(re.findall(r"^(\w+):.*##", makefile, flags=re.M)) == listed.keys()
    assert listed.keys() <= set(re.search(r"^\.PHONY: (.*)$", makefile, flags=re.M)[1].split())


def test_no_mistake_can_be_seen_without_running_anything():
    """What `make lint` says, so that nobody has to remember to ask it."""
    for asked in (["check", "--output-format", "concise"], ["format", "--check", "--quiet"]):
        found = subprocess.run([sys.executable, "-m", "ruff", *asked, "."], cwd=ROOT, capture_output=True, text=True)
        assert found.returncode == 0, found.stdout + found.stderr


def test_every_file_function_and_target_that_the_readme_names_is_there():
    text = (ROOT / "README.md").read_text()
    files = re.findall(r"`(\w+/[\w/]+\.py)", text) + re.findall(r"\]\(([\w/.-]+)\)", text)
    assert len(files) > 10
    assert [name for name in files if not (ROOT / name).is_file()] == []
    said = re.findall(r"`([\w/]+\.py): (\w+)`", text)
    assert said and [pair for pair in said if f"def {pair[1]}(" not in (ROOT / pair[0]).read_text()] == []
    assert [name for name in re.findall(r"^(\w+)/? {3,}", text, flags=re.M) if name != "make" and not (ROOT / name).exists()] == []
    makefile = (ROOT / "Makefile").read_text()
    assert [target for target in re.findall(r"^make (\w+)", text, flags=re.M) if f"\n{target}:" not in makefile] == []


def test_the_checks_run_what_anyone_runs():
    script = (ROOT / ".ci" / "run").read_text()
    assert script.splitlines()[-1] == "exec make test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_a_second_start_asks_pip_for_nothing(tmp_path):
    for name in ("Makefile", *LOCKS):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for name in ("python", "flask", ".installed-dev", ".installed"):
        (tmp_path / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        place = tmp_path / ".venv" / (name if name.startswith(".") else f"bin/{name}")
        place.write_text("#!/bin/sh\n")
        place.chmod(0o755)
    assert " pip " not in _run(["make", "--dry-run", "run", "test"], cwd=tmp_path).stdout
    os.utime(tmp_path / "requirements.lock", (4e9, 4e9))
    assert "--requirement requirements.lock" in _run(["make", "--dry-run", "run"], cwd=tmp_path).stdout


def test_a_python_too_old_or_incomplete_is_told_in_words(tmp_path):
    old, bare = tmp_path / "old", tmp_path / "bare"
    old.write_text("#!/bin/sh\nexit 1\n")
    bare.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    for python, words in (
        (old, "needs Python 3.11 or newer, and found only older ones: "),
        (bare, "apt-get install python3-venv"),
        (tmp_path / "none", "found none on the PATH"),
    ):
        if python.exists():
            python.chmod(0o755)
        answer = subprocess.run(
            ["sh", "dev/find_python.sh"], cwd=ROOT, env={**os.environ, "PYTHON": str(python)}, capture_output=True, text=True
        )
        assert answer.returncode == 1 and answer.stdout == ""
        assert words in answer.stderr


def _run(command: list[str], cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """Without what the `make` around this test told its children."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=True)
