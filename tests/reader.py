"""A test client that reads every page it fetches: one h1, unique ids, labelled fields, guarded forms, no inline script."""

from urllib.parse import urljoin

import html5lib
from flask.testing import FlaskClient

from portal import clock
from portal.database import db, transact
from portal.ids import secret
from portal.models import SessionRow
from portal.sessions import _hash

HTML = "{http://www.w3.org/1999/xhtml}"
UNLABELLED = {"hidden", "submit", "button", "image"}


class Page:
    """A parsed answer. `text` is what a person reads, whitespace folded."""

    def __init__(self, response):
        # a picture too
        self.response, self.status, self.html = (
            response,
            response.status_code,
            response.get_data().decode(errors="replace"),
        )
        self.tree = html5lib.parse(self.html, namespaceHTMLElements=True)
        main = self.tree.find(f".//{HTML}main")
        self.text = " ".join("".join((main if main is not None else self.tree).itertext()).split())

    def all(self, tag: str, **attributes) -> list:
        found = self.tree.iter(HTML + tag)
        return [e for e in found if all(e.get(name.rstrip("_").replace("_", "-")) == value for name, value in attributes.items())]

    @property
    def h1(self) -> str:
        return " ".join("".join(self.all("h1")[0].itertext()).split())

    def links(self) -> dict[str, str]:
        """Visible words → address."""
        return {" ".join("".join(a.itertext()).split()): a.get("href") for a in self.all("a") if a.get("href")}

    def form(self, action_ends: str | None = None) -> dict:
        """The fields of a POST form as they stand, `action` among them under the key `""`: the first of main, or the one named."""
        main = self.tree.find(f".//{HTML}main")
        for form in self.all("form") if action_ends else main.iter(HTML + "form"):
            if form.get("method", "").lower() != "post":
                continue
            if action_ends is not None and not (form.get("action") or "").split("?")[0].endswith(action_ends):
                continue
            return {"": form.get("action") or "", **_values(form)}
        raise AssertionError(f"no POST form {action_ends or ''} on the page: {self.text[:300]}")


def _values(form) -> dict:
    values = {}
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if not name or field.tag not in (HTML + "input", HTML + "select", HTML + "textarea"):
            continue
        if field.tag == HTML + "select":
            chosen = [o for o in field.iter(HTML + "option") if o.get("selected") is not None] or list(field.iter(HTML + "option"))[:1]
            values[name] = chosen[0].get("value", "") if chosen else ""
        elif field.tag == HTML + "textarea":
            values[name] = (field.text or "").lstrip("\n")
        elif kind in ("checkbox", "radio"):
            if field.get("checked") is not None:
                values[name] = field.get("value", "on")
        elif kind not in ("submit", "button"):
            values[name] = field.get("value", "")
    return values


def check(page: Page) -> None:
    """What every page owes its reader. Raises AssertionError naming the fault."""
    assert len(page.all("h1")) == 1, f"{len(page.all('h1'))} h1 on the page"
    ids = [e.get("id") for e in page.tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    labelled = {label.get("for") for label in page.all("label")}
    inside = {id(field) for label in page.all("label") for field in label.iter()}
    for tag in ("input", "select", "textarea"):
        for field in page.all(tag):
            named = field.get("aria-label") or field.get("aria-labelledby") or field.get("id") in labelled or id(field) in inside
            assert named or field.get("type") in UNLABELLED, f"a field without a label: {field.attrib}"
    for form in page.all("form"):
        if form.get("method", "get").lower() == "post":
            assert "csrf_token" in _values(form), f"a form without a token: {form.get('action')}"
    for script in page.all("script"):
        assert script.get("src"), "an inline script"
    for element in page.tree.iter():
        handlers = [name for name in element.attrib if name.startswith("on") or name == "style"]
        assert not handlers, f"inline {handlers} on {element.tag}"
    assert page.tree.get("lang"), "the page names no language"


class Reader(FlaskClient):
    """`get`, `post` and `submit` answer with a checked Page when HTML came back (`.response` has the rest)."""

    @classmethod
    def of(cls, app, account=None, staff=False):
        app.test_client_class = cls
        client = app.test_client()
        if account is not None:
            client.sign_in(account.id, staff)
        return client

    def sign_in(self, account_id: int, staff: bool = False) -> None:
        """Put a session row and its cookie in place, as signing in would."""
        key = secret()
        with self.application.app_context():
            now = clock.now()
            row = dict(idle_minutes=30, created_at=now, signed_in_at=now, last_seen_at=now, expires_at=now.replace(year=now.year + 1))
            data = {"staff": True} if staff else {}
            transact(lambda: db.session.add(SessionRow(key_hash=_hash(key), account_id=account_id, data=data, **row)))
        self.set_cookie(self.application.config["SESSION_COOKIE_NAME"], key)

    def page(self, path: str, **kwargs) -> Page:
        """GET, following redirects; the page is checked."""
        page = Page(self.get(path, follow_redirects=True, **kwargs))
        check(page)
        return page

    def submit(self, page: Page, action_ends: str | None = None, follow: bool = True, **changes) -> Page:
        """Send a form of that page with some fields changed, as a browser would; `follow` the redirect."""
        values = page.form(action_ends)
        target = urljoin(page.response.request.full_path, values.pop(""))
        values.update(changes)
        answer = Page(self.post(target, data=values, follow_redirects=follow, headers={"Origin": "http://localhost"}))
        if follow:
            check(answer)
        return answer
