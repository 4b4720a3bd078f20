"""Shorthand for tests of pages: addresses of steps, the times on a page, a booking made through the pages."""

from urllib.parse import parse_qs, urlsplit

from tests.reader import Page


def step(name: str, slug: str = "riverside", **args) -> str:
    """`step("when", what=service, with_="any", day="2026-12-15")`: rows stand for their public ids."""
    said = "&".join(f"{key.rstrip('_')}={getattr(value, 'public_id', value)}" for key, value in args.items())
    return f"/at/{slug}/book/{name}?{said}"


def times(page: Page) -> list[int]:
    """The starts one can press on a page, in the order they stand."""
    return [int(button.get("value")) for button in page.all("button") if button.get("name") == "at"]


def arguments(page: Page) -> dict[str, str]:
    """The arguments of the address a page came from."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.response.request.full_path).query).items()}


def path(page: Page) -> str:
    return page.response.request.path


def hold(browser, *, start: int | None = None, **args) -> Page:
    """Press a time (the last one shown, or `start`) on the "when" page of these choices; the page one lands on."""
    page = browser.page(step("when", **args))
    return browser.submit(page, "hold", at=start or times(page)[-1])


def book(browser, *, note: str = "", **args) -> Page:
    """The page of an appointment booked through the pages."""
    return browser.submit(hold(browser, **args), "confirm", note=note)
