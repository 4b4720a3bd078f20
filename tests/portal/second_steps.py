"""For tests of the second step when signing in: set one up through the pages, and be the app on the phone."""

from datetime import datetime

import pyotp

from portal.seed import PASSWORD
from tests.reader import Page, Reader

PAGE = "/account/second-step"


def key_on(page: Page) -> str:
    """What the page says to type into an app."""
    (shown,) = (element for element in page.all("span") if element.get("class") == "code")
    return "".join(shown.itertext()).replace(" ", "")


def app_shows(key: str, at: datetime) -> str:
    return pyotp.TOTP(key).at(at)


def set_up(reader: Reader, at: datetime, path: str = PAGE) -> tuple[str, list[str]]:
    """The key in the app and the recovery codes; the code of `at` is spent by it."""
    page = reader.page(path)
    done = reader.submit(page, code=app_shows(key_on(page), at))
    assert done.h1 == "Your recovery codes", done.text
    return key_on(page), ["".join(item.itertext()).strip() for item in done.all("li") if item.find(".//*[@class='code']") is not None]


def with_password(reader: Reader, email: str, path: str = "/sign-in", follow: bool = True) -> Page:
    return reader.submit(reader.page(path), follow=follow, email=email, password=PASSWORD)
