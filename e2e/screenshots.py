"""`make screenshots`: a picture of every page that somebody of the demo world can click to.

For a stranger, a patient and the front desk; on a phone and on a desk; light and dark; into screenshots/<who>/.
`make screenshots ARGS="stranger patient"` takes only those people's.
"""

import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from booking.seed import seed_world
from e2e.browser import launch
from e2e.conftest import DESK, PHONE, Quiet, application
from e2e.walk import walk
from portal.database import db
from portal.models import Account
from portal.seed import name_id
from portal.seed_files import seed_files
from tests.conftest import Clock
from tests.reader import Reader

FOR_LEO = f"/at/riverside/book/when?who={name_id('leo@riverside')}&what={name_id('service follow-up')}&with=any"
# who: (account, signed in as staff, where they start)
PEOPLE = {
    "stranger": (None, False, ["/", "/at/riverside/", "/at/beau-rivage/?lang=fr", "/sign-up", "/sign-in", "/mailbox/"]),
    "patient": ("priya", False, ["/appointments", FOR_LEO, "/at/riverside/", "/account"]),
    "desk": ("dana", True, ["/staff/riverside/", "/desk/riverside/"]),
}
PICTURES = Path(__file__).parents[1] / "screenshots"


def take(chosen: list[str]) -> int:
    """Take the pictures of the chosen people's pages; the number taken."""
    taken = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, launch(playwright) as chromium:
        app = _demo(Path(folder))
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for who in chosen or PEOPLE:
            client = _client(app, who)
            pages = pages_of(client, who)
            for size, name in ((PHONE, "390"), (DESK, "1280")):
                for scheme in ("light", "dark"):
                    options = {
                        "viewport": size,
                        "color_scheme": scheme,
                        "reduced_motion": "reduce",
                        "timezone_id": "America/Toronto",
                        "locale": "en-CA",
                    }
                    with chromium.new_context(base_url=f"http://127.0.0.1:{server.port}", **options) as context:
                        context.add_cookies(_cookies(app, client, server.port))
                        page = context.new_page()
                        for endpoint, address in pages.items():
                            page.goto(address)
                            page.screenshot(path=PICTURES / who / f"{endpoint}-{name}-{scheme}.png", full_page=True)
                            taken += 1
            print(f"{who}: {len(pages)} pages")
        server.shutdown()
        server.server_close()
        with app.app_context():
            db.engine.dispose()
    return taken


def pages_of(client: Reader, who: str) -> dict[str, str]:
    """endpoint → address of every page they can click to. Only a pressed button leads to confirming, so one is pressed."""
    pages = walk(client, PEOPLE[who][2])
    if "booking.when" in pages:
        when = client.page(pages["booking.when"])
        held = client.submit(when, "book/hold", at=when.all("button", name="at")[0].get("value")).response.request
        pages[_endpoint(client, held.path)] = held.full_path
    return pages


def _endpoint(client: Reader, path: str) -> str:
    return client.application.url_map.bind("localhost").match(path)[0]


def _demo(folder: Path):
    clock = Clock()
    app = application(folder, folder / "site.db", clock)
    with app.app_context():
        db.create_all()
        seed_world(clock())
        seed_files(clock())
    return app


def _client(app, who: str) -> Reader:
    name, staff, _ = PEOPLE[who]
    with app.app_context():
        account = name and db.session.scalar(select(Account).where(Account.public_id == name_id(name)))
    return Reader.of(app, account, staff)


def _cookies(app, client, port: int) -> list[dict]:
    """What the signed-in client carries, for a browser to carry too."""
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    return [{"name": name, "value": cookie.value, "url": f"http://127.0.0.1:{port}"}] if cookie else []


if __name__ == "__main__":
    unknown = [who for who in sys.argv[1:] if who not in PEOPLE]
    if unknown:
        sys.exit(f"Nobody of that name: {', '.join(unknown)}. There is: {', '.join(PEOPLE)}")
    print(f"{take(sys.argv[1:])} pictures in {PICTURES.name}/")
