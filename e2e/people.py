"""What people do on the site, in their words: the steps that journeys are told in."""

import re

from axe_playwright_python.sync_playwright import Axe

from portal.seed import PASSWORD


def sign_in(page, email: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def fill_sign_up(page, given: str, family: str, born: tuple, email: str, password: str = "three quiet otters") -> None:
    page.get_by_label("First name").fill(given)
    page.get_by_label("Last name").fill(family)
    for label, part in zip(("Day", "Month", "Year"), born):
        page.get_by_label(label, exact=True).fill(str(part))
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Create a password", exact=True).fill(password)
    page.get_by_role("button", name="Create account").click()


def choose_service(page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first.click()


def choose_practitioner(page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=re.compile(re.escape(name))).first.click()


def times(page):
    """The buttons of the chosen day's times."""
    return page.locator("#times ul.times button")


def last_day(page) -> None:
    """Choose the last day of the month that has times."""
    page.locator(".cal a.d:not(.none)").last.click()


def day_with_many(page) -> None:
    """Choose the first day with many times, in this month or the next."""
    if not page.locator(".cal a.d:has(.b3)").count():
        page.locator("nav a[rel=next]").click()
    page.locator(".cal a.d:has(.b3)").first.click()


def confirm(page):
    """Press the button that says everything; gives its words."""
    button = page.get_by_role("main").get_by_role("button", name=re.compile("^(Book|Move) "))
    words = button.inner_text()
    button.click()
    return words


def heading(page) -> str:
    return page.locator("h1").inner_text()


def faults(page, javascript: bool) -> list[str]:
    """What axe finds on the page; nothing where it cannot run: it is a script, and where there are none its promise is never kept."""
    return [one["id"] for one in Axe().run(page).response["violations"]] if javascript else []
