"""A real Chromium: found, or installed by the ordinary means, and started the same way for every journey.

`python -m e2e.browser` (part of `make test`) makes sure there is one, and says what it could not get.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.left_out import left_out

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_A_MAC = ("/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Nothing of Chromium's own goes out: no updates, no sync, no QUIC. Playwright adds --headless and, its default everywhere,
# --no-sandbox: the only pages opened are our own, and many containers allow no sandbox.
FLAGS = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
DOWNLOAD_SECONDS, INSTALL_SECONDS = 300, 900
# The distribution's own package, by the first of these programs that is there.
PACKAGE_MANAGERS = {
    # a list that could not be renewed (one dead mirror among many) is still a list
    "apt-get": "apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core",
    "dnf": "dnf install -y -q chromium",
    "apk": "apk add --quiet chromium",
    "pacman": "pacman -Sy --noconfirm --quiet chromium",
    "brew": "brew install --quiet --cask chromium",
}


class NoBrowser(Exception):
    """There is no Chromium, and the text says what was tried."""


def find_chromium(playwright: Playwright) -> str | None:
    """The path of a Chromium that answers: Playwright's own, else one on the PATH; None if there is none."""
    candidates = [playwright.chromium.executable_path, *map(shutil.which, NAMES), *ON_A_MAC]
    return next((path for path in candidates if path and Path(path).exists() and _answers(path)), None)


def launch(playwright: Playwright, **options) -> Browser:
    """A headless Chromium; `options` go to Playwright's `launch`. Raises NoBrowser."""
    path = find_chromium(playwright)
    if path is None:
        raise NoBrowser("No Chromium here. `make test` installs one; or leave it out on purpose with PORCHLIGHT_WITHOUT=browser.")
    return playwright.chromium.launch(executable_path=path, args=FLAGS, **options)


def install(playwright: Playwright) -> str:
    """Get a Chromium: Playwright's download with the libraries it needs, else the distribution's package. Raises NoBrowser.

    The download comes before its libraries, so that where it is not to be had nothing else is installed in vain.
    """
    tried = []
    for commands in (_playwright_commands(), _package_commands()):
        for command in commands:
            problem = _run(command)
            if problem:
                tried.append(f"  {' '.join(command)}\n    {problem}")
                break
        path = find_chromium(playwright)
        if path:
            return path
    raise NoBrowser("Could not get a Chromium for the browser tests. Tried:\n" + "\n".join(tried or ["  nothing: no way known here"]))


def _playwright_commands() -> list[list[str]]:
    program = [sys.executable, "-m", "playwright"]
    libraries = [[*program, "install-deps", "chromium"]] if sys.platform == "linux" and _rights() is not None else []
    return [[*program, "install", "chromium"], *libraries]


def _package_commands() -> list[list[str]]:
    manager = next(filter(shutil.which, PACKAGE_MANAGERS), None)
    rights = [] if manager == "brew" else _rights()
    if manager is None or rights is None:
        return []
    return [[*rights, "sh", "-c", PACKAGE_MANAGERS[manager]]]


def _rights() -> list[str] | None:
    """How to install for the whole machine: as we are, with sudo where it asks no password, or (None) not at all."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and not _run([sudo, "-n", "true"]) else None


def _run(command: list[str]) -> str:
    """Why the command failed, in its own last words; empty when it did not."""
    seconds = DOWNLOAD_SECONDS if "playwright" in command else INSTALL_SECONDS
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = [line for line in (done.stderr + done.stdout).splitlines() if "rror" in line or line.startswith("E:")]
    return "" if done.returncode == 0 else "; ".join(said[-2:]) or f"ended with {done.returncode}"


def _answers(path: str) -> bool:
    """Whether it is a browser: some distributions put a program of that name there that only tells what to install."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and "Chrom" in said.stdout


def main() -> int:
    try:
        if "browser" in left_out():
            return 0
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        if find_chromium(playwright):
            return 0
        print("No Chromium found: installing one for the browser tests (once, a minute or two)")
        try:
            print(f"Chromium: {install(playwright)}")
        except NoBrowser as problem:
            print(problem, file=sys.stderr)
            print("Install Chromium by hand, or leave it out on purpose: PORCHLIGHT_WITHOUT=browser make test", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
