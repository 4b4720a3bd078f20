"""Walks the site as a person would, by its links, and tells one address for every kind of page found on the way."""

from collections import deque
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

HTML = "{http://www.w3.org/1999/xhtml}"
MOST_PAGES = 400  # fetched; a site that links on without end is a mistake


def walk(client: FlaskClient, starts: list[str]) -> dict[str, str]:
    """endpoint → the first address that showed it, in the order found, following links and forms that only ask (GET).

    What is looked at is pages that answer 200 with HTML; of each kind of address (its endpoint and the names of its
    parameters) three at most, so that a link which only some of them have is found too: an appointment that may be moved.
    Raises AssertionError when a link leads to an error.
    """
    app, found, looked_at = client.application, {}, {}
    waiting, seen = deque((start, "the start") for start in starts), set(starts)
    while waiting and len(seen) < MOST_PAGES:
        address, linked_from = waiting.popleft()
        endpoint = _endpoint(app, address)
        kind = (endpoint, *sorted(parse_qs(urlsplit(address).query)))
        if endpoint in (None, "static") or looked_at.get(kind, 0) >= 3:
            continue
        looked_at[kind] = looked_at.get(kind, 0) + 1
        answer = client.get(address)
        assert answer.status_code < 500, f"{address} (linked from {linked_from}) answers {answer.status}"
        assert answer.status_code != 404, f"{address} (linked from {linked_from}) is not there"
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found.setdefault(endpoint, address)
            leads = list(_addresses(answer.get_data(as_text=True), address))
        else:
            leads = [answer.location] if answer.location else []
        for lead in (_inside(urljoin(f"http://localhost{address}", it)) for it in leads):
            if lead and lead not in seen:
                seen.add(lead)
                waiting.append((lead, address))
    return found


def _addresses(html: str, address: str):
    """Where a page's links lead, and its asking forms, sent as they stand."""
    tree = html5lib.parse(html, namespaceHTMLElements=True)
    for link in tree.iter(HTML + "a"):
        if link.get("href") and link.get("download") is None:
            yield link.get("href")
    for form in tree.iter(HTML + "form"):
        if form.get("method", "get").lower() == "get":
            target = urljoin(address, form.get("action") or "").partition("#")[0].partition("?")[0]
            yield f"{target}?{urlencode(list(_answers(form)))}"


def _answers(form):
    """The fields of a form as they stand; of a group of radio buttons without an answer, the first."""
    fields = [field for field in form.iter(HTML + "input") if field.get("name")]
    answered = {field.get("name") for field in fields if field.get("checked") is not None}
    for field in fields:
        kind, name = field.get("type", "text"), field.get("name")
        if kind == "radio" and name not in answered:
            answered.add(name)
        elif kind in ("radio", "checkbox") and field.get("checked") is None:
            continue
        yield name, field.get("value", "")
    for select in form.iter(HTML + "select"):
        options = list(select.iter(HTML + "option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        if select.get("name") and chosen:
            yield select.get("name"), chosen[0].get("value", "")


def _inside(url: str) -> str | None:
    """The address within our site, without the fragment; None when it leads elsewhere."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.netloc != "localhost":
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _endpoint(app: Flask, address: str) -> str | None:
    try:
        return app.url_map.bind("localhost").match(address.partition("?")[0], method="GET")[0]
    except HTTPException:
        return None
