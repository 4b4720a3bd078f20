"""A Chromium is found where there is one, and what could not be got is told."""

import pytest
from playwright.sync_api import sync_playwright

from e2e import browser
from tests.left_out import left_out


class NoneOfItsOwn:
    """Stands for Playwright on a machine where it has downloaded nothing."""

    class chromium:
        executable_path = "/nowhere/chrome"


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine where programs are only what the test puts into the folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "ON_A_MAC", ())
    return tmp_path


def program(folder, name: str, says: str = "", ends_with: int = 0):
    (folder / name).write_text(f"#!/bin/sh\necho '{says}'\nexit {ends_with}\n")
    (folder / name).chmod(0o755)


def test_the_distributions_chromium_is_found_on_the_path(machine):
    program(machine, "google-chrome", "Google Chrome 150.0")
    assert browser.find_chromium(NoneOfItsOwn) == str(machine / "google-chrome")


def test_a_program_that_only_tells_what_to_install_is_no_browser(machine):
    program(machine, "chromium-browser", "Command requires the chromium snap", ends_with=1)
    assert browser.find_chromium(NoneOfItsOwn) is None


def test_launching_without_any_says_what_to_do(machine):
    with pytest.raises(browser.NoBrowser, match="PORCHLIGHT_WITHOUT=browser"):
        browser.launch(NoneOfItsOwn)


def test_what_was_tried_and_why_it_failed_is_told(machine, monkeypatch):
    program(machine, "apt-get")
    monkeypatch.setattr(browser, "_rights", lambda: ["sudo", "-n"])
    monkeypatch.setattr(browser, "_run", lambda command: "E: Unable to locate package chromium")
    with pytest.raises(browser.NoBrowser) as problem:
        browser.install(NoneOfItsOwn)
    assert "playwright install chromium\n    E: Unable" in str(problem.value)
    assert "sudo -n sh -c apt-get update" in str(problem.value)


def test_without_rights_no_package_manager_is_asked(machine, monkeypatch):
    asked = []
    program(machine, "apt-get")
    monkeypatch.setattr(browser, "_rights", lambda: None)
    monkeypatch.setattr(browser, "_run", lambda command: asked.append(command) or "no")
    with pytest.raises(browser.NoBrowser):
        browser.install(NoneOfItsOwn)
    assert [command[-2:] for command in asked] == [["install", "chromium"]]


def test_a_download_that_works_ends_the_search(machine, monkeypatch):
    monkeypatch.setattr(browser, "_rights", lambda: None)
    monkeypatch.setattr(browser, "_run", lambda command: program(machine, "chromium", "Chromium 150.0") or "")
    assert browser.install(NoneOfItsOwn) == str(machine / "chromium")


@pytest.mark.parametrize("names", ["browser", "postgresql, browser"])
def test_what_was_left_out_on_purpose_is_not_installed(monkeypatch, names):
    monkeypatch.setenv("PORCHLIGHT_WITHOUT", names)
    monkeypatch.setattr(browser, "sync_playwright", None)
    assert browser.main() == 0


def test_a_misspelt_name_to_leave_out_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("PORCHLIGHT_WITHOUT", "browsers")
    with pytest.raises(ValueError, match="it can only leave out: postgresql, browser"):
        left_out()
    assert browser.main() == 1
    assert "browsers" in capsys.readouterr().err


@pytest.mark.browser
def test_the_browser_renders_a_page_and_presses_a_button():
    with sync_playwright() as playwright, browser.launch(playwright) as chromium:
        page = chromium.new_page()
        page.set_content("<button onclick=\"this.textContent='Booked'\">Book</button>")
        page.get_by_role("button", name="Book").click()
        assert page.get_by_role("button").text_content() == "Booked"
