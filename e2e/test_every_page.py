"""Every page somebody can click to: axe finds nothing, nothing is wider than the phone, and the bytes stay in their budget."""

import gzip
from collections import Counter
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e.conftest import DESK, PHONE
from e2e.screenshots import PEOPLE, _client, _cookies, pages_of
from portal.config import Defaults

KB = 1024
# Every byte of a first visit, compressed (LOOK §5.2); a logo of up to 8 KB is not counted. Staff bring a second style sheet and the
# calendar's script for a whole day at the desk; patients do not pay for them.
FIRST_VIEW_BYTES = {"stranger": 14 * KB, "patient": 14 * KB, "desk": 20 * KB}
HTML_BYTES = {"stranger": 4 * KB, "patient": 4 * KB, "desk": 8 * KB}
CSS_BYTES = {"stranger": 8 * KB, "patient": 8 * KB, "desk": 10 * KB}
JS_BYTES = {"stranger": 2560, "patient": 2560, "desk": 3584}
REQUESTS = {"stranger": 4, "patient": 4, "desk": 6}
NARROW = {"width": 320, "height": 640}
ASK_AXE = {"resultTypes": ["violations"]}


def found(site, who):
    client = _client(site.app, who)
    pages = pages_of(client, who)
    assert len(pages) >= 3
    port = urlsplit(site.url).port
    return pages, _cookies(site.app, client, port)


@pytest.fixture(params=sorted(PEOPLE))
def who(request):
    return request.param


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(site, open_page, who, viewport, dark):
    pages, cookies = found(site, who)
    page = open_page(viewport=viewport, dark=dark)
    page.context.add_cookies(cookies)
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    findings = {}
    for address in pages.values():
        page.goto(address)
        results = Axe().run(page, options=ASK_AXE).response["violations"]
        if results:
            findings[address] = [
                f"{v['id']}: {v['nodes'][0]['html'][:160]} ({v['nodes'][0].get('failureSummary', '')[:200]})" for v in results
            ]
    assert not findings
    assert not said, "the browser complained (a broken policy, a missing file)"


@pytest.mark.parametrize("language", Defaults.LANGUAGES)
def test_nothing_is_wider_than_a_small_phone(site, open_page, who, language):
    pages, cookies = found(site, who)
    page = open_page(viewport=NARROW)
    page.context.add_cookies(cookies)
    wide = {}
    for address in pages.values():
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            wide[address] = width
    assert not wide


def test_a_first_view_costs_little_and_asks_nobody_else(site, open_page, who):
    """Whole first view, requests, scripts, cookies: LOOK §5.2."""
    pages, cookies = found(site, who)
    faults = {}
    for address in pages.values():
        page = open_page()
        if who != "stranger":
            page.context.add_cookies(cookies)
        answers = []
        page.on("response", lambda answer, answers=answers: answers.append(answer))
        page.goto(address, wait_until="load")
        sizes = {
            urlsplit(a.url).path: (len(gzip.compress(a.body(), 6)), a.headers.get("content-type", "").split(";")[0])
            for a in answers
            if a.ok
        }
        counted = {path: size for path, (size, kind) in sizes.items() if not kind.startswith("image/") or size > 8 * 1024}
        of = Counter()
        for size, kind in sizes.values():
            of[kind] += size
        blocking = page.locator("head script:not([type=module]):not([defer]):not([async])").count()
        faults[address] = [
            fault
            for fault, true in {
                f"first view {sum(counted.values())} bytes": sum(counted.values()) > FIRST_VIEW_BYTES[who],
                f"html {of['text/html']} bytes": of["text/html"] > HTML_BYTES[who],
                f"css {of['text/css']} bytes": of["text/css"] > CSS_BYTES[who],
                f"js {of['text/javascript']} bytes": of["text/javascript"] > JS_BYTES[who],
                f"{len(sizes)} requests": len(sizes) > REQUESTS[who],
                f"{blocking} blocking scripts": blocking > 0,
                "somebody else was asked": any(not a.url.startswith(site.url) for a in answers),
                "a cookie before it is needed": who == "stranger" and bool(page.context.cookies()),
            }.items()
            if true
        ]
        page.context.close()
    assert not {address: fault for address, fault in faults.items() if fault}
