"""A whole site for each journey: the demo world at Thursday 10 December 2026, 10am in Toronto, and a real Chromium.

`site` serves a fresh copy of the demo world on a free port; its clock stands still until the journey moves it. `open_page()`
gives a page in a new browser (own cookies). Journeys marked `both_ways` run once more with JavaScript switched off.
"""

import re
import shutil
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Locator, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from booking.seed import seed_world
from e2e.browser import launch
from portal import postman, transport
from portal.database import db
from tests.conftest import Clock

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PATIENCE = 30_000  # milliseconds: a machine may be busy, and who passes never waits so long

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items):
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.browser)


class Quiet(WSGIRequestHandler):
    """Says nothing about requests: the journey's own words are the log."""

    def log(self, *_args):
        return


@dataclass
class Site:
    app: object
    clock: Clock
    url: str

    def mails_to(self, address: str) -> list:
        """Every mail delivered to an address so far, oldest first (email.message.EmailMessage)."""
        with self.app.app_context():
            postman.deliver_due(self.clock())
            db.session.remove()
            files = sorted(transport.folder().glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        return [letter for letter in letters if address in letter["To"]]

    def code_for(self, address: str) -> str:
        """The six digits in the last mail to an address."""
        text = self.mails_to(address)[-1].get_body(("plain",)).get_content()
        return re.search(r"^\s*(\d{6}|\d{3} \d{3})\s*$", text, re.M)[1].replace(" ", "")

    def link_for(self, address: str) -> str:
        """The first address of this site in the last mail to somebody."""
        text = self.mails_to(address)[-1].get_body(("plain",)).get_content()
        return re.search(re.escape(self.url) + r"\S+", text)[0]


def application(folder, database, clock):
    return create_app(
        TESTING=True,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{database}",
        CLOCK=clock,
        POSTMAN=False,
        MAIL_FOLDER=str(folder / "mail"),
        FILES_FOLDER=str(folder / "files"),
        PUBLIC_URL="http://127.0.0.1:8000",
    )


@pytest.fixture(scope="session")
def demo_world(tmp_path_factory):
    """The file of a seeded database, made once and copied for each journey."""
    folder = tmp_path_factory.mktemp("demo")
    clock = Clock()
    app = application(folder, folder / "world.db", clock)
    with app.app_context():
        db.create_all()
        seed_world(clock())
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "world.db"


@pytest.fixture
def site(demo_world, tmp_path):
    shutil.copy(demo_world, tmp_path / "site.db")
    clock = Clock()
    app = application(tmp_path, tmp_path / "site.db", clock)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    app.config["PUBLIC_URL"] = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(app, clock, app.config["PUBLIC_URL"])
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def actions_end_with_the_page_they_lead_to():
    """Playwright returns from a click when the next page begins; what is asked of it then finds half a page, now and then."""
    patch = pytest.MonkeyPatch()
    for name in ("click", "press"):
        patch.setattr(Locator, name, _and_load(getattr(Locator, name)))
    yield
    patch.undo()


def _and_load(action):
    def done(locator, *args, **kwargs):
        action(locator, *args, **kwargs)
        locator.page.wait_for_load_state()

    return done


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, site):
    """`open_page()`: a page in a new browser. Options: javascript, viewport, dark."""
    contexts = []

    def new(javascript=True, viewport=PHONE, dark=False, zone="America/Toronto", language="en-CA"):
        context = chromium.new_context(
            base_url=site.url,
            viewport=viewport,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # no cross-fade in the middle of a picture
            timezone_id=zone,
            locale=language,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request):
    return request.param
