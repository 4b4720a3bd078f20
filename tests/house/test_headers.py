"""What every answer carries, which hosts are served, and what production refuses to start with (SAFETY §4)."""

import errno
import re
import sqlite3

import pytest
from flask import request
from sqlalchemy import exc

from app import create_app
from portal import clock, letters
from portal.config import GUESSABLE, Misconfigured
from portal.database import db
from portal.errors import Busy, TooManyTries
from portal.file_answers import POLICY
from portal.guards import public
from portal.seed import PASSWORD
from tests.house.doors import TABLE, Door, Town
from tests.portal.post import mails as queued

KEY, ADDRESS = "k" * 40, "https://booking.example"


@pytest.fixture
def production(stage, app, cast, tmp_path):
    """The same database, as production serves it."""
    made = create_app(
        MODE="production", SECRET_KEY=KEY, PUBLIC_URL=ADDRESS, POSTMAN=False, CLOCK=stage.config["CLOCK"], MAIL_FOLDER=str(tmp_path),
        SQLALCHEMY_DATABASE_URI=stage.config["SQLALCHEMY_DATABASE_URI"],
    )  # fmt: skip
    yield made
    with made.app_context():
        db.engine.dispose()


def fetch(client, path: str, method: str = "GET", host: str = "booking.example", **kwargs):
    return client.open(path, method=method, base_url=f"https://{host}", buffered=True, **kwargs)


def sign_in(client, name: str):
    """The answer to a right password, as a browser would have sent it over https."""
    token = re.search(r'name="csrf_token" value="([^"]*)"', fetch(client, "/sign-in").text)[1]
    data = {"email": f"{name}@example.com", "password": PASSWORD, "csrf_token": token}
    return fetch(client, "/sign-in", "POST", data=data, headers={"Origin": ADDRESS})


def faults(answer, secure: bool = False) -> list[str]:
    """Which of the promised headers an answer lacks."""
    headers, policy = answer.headers, answer.headers.get("Content-Security-Policy", "")
    said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    wanted = {
        "default-src": "'self'", "script-src": "'self'", "img-src": "'self'", "connect-src": "'self'", "form-action": "'self'",
        "object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'",
    }  # fmt: skip
    if policy == POLICY:  # a file of somebody's: nothing at all is allowed
        said = wanted | {"style-src": "'self'"}
    found = [f"CSP {name}: {said.get(name)}" for name, value in wanted.items() if said.get(name) != value]
    found += [f"CSP has {word}" for word in ("unsafe", "*", "data:", "http") if word in policy]
    if not re.fullmatch(r"'self'( 'nonce-[\w-]{16,}')?", said.get("style-src", "")):
        found.append(f"CSP style-src: {said.get('style-src')}")
    plain = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"}
    found += [f"{name}: {headers.get(name)}" for name, value in plain.items() if headers.get(name) != value]
    if secure != ("max-age=31536000" in headers.get("Strict-Transport-Security", "")):
        found.append(f"Strict-Transport-Security: {headers.get('Strict-Transport-Security')}")
    return found


def test_every_answer_of_every_door_carries_the_headers(app, cast):
    town, wrong = Town(app, cast), []
    odd = [
        Door("", "/nowhere", 404),
        Door("", "/at/%00/", 400),
        Door("", "/at/riverside", 308),
        Door("", "/account", 400, post={"csrf_token": ""}),
    ]
    for asker in ("nobody", "mother", "admin"):
        browser = town.browser(asker)
        for door in odd + TABLE:
            for address in town.addresses(door).values():
                known = browser.get_cookie("session") is not None
                answer = town.knock(browser, door, address)
                kept = answer.headers.get("Cache-Control", "")
                problems = faults(answer)
                if answer.mimetype == "text/html" and known and "no-store" not in kept:
                    problems.append(f"Cache-Control: {kept}")
                if (door.post is not None or "Set-Cookie" in answer.headers) and answer.status_code != 405 and "no-store" not in kept:
                    problems.append(f"a form's answer: Cache-Control: {kept}")
                if asker == "nobody" and door.post is None and "Set-Cookie" in answer.headers:
                    problems.append("a cookie for looking")
                if "Access-Control-Allow-Origin" in answer.headers or "Server-Timing" in answer.headers:
                    problems.append("tells others")
                wrong += [f"{asker} {door.path}: {problem}" for problem in problems]
    assert not wrong, "\n".join(wrong)


def test_refusals_and_faults_carry_them_too(production):
    def broken(error):
        @public
        def view():
            raise error

        production.view_functions["portal.privacy"] = view
        return fetch(client, "/privacy")

    client = production.test_client()
    production.logger.disabled = True
    answers = {
        405: fetch(client, "/privacy", "TRACE"),
        413: fetch(client, "/forgot", "POST", data={"email": "x" * 2_000_000}),
        400: fetch(client, "/forgot", "POST", data={}),
        429: broken(TooManyTries()),
        503: broken(Busy()),
        500: broken(RuntimeError("secret detail")),
    }
    for status, answer in answers.items():
        assert answer.status_code == status and faults(answer, secure=True) == [], status
        assert "secret detail" not in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize("full", [
    OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EROFS, "Read-only file system"),
    exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
    exc.OperationalError("INSERT", {}, sqlite3.OperationalError("attempt to write a readonly database")),
])  # fmt: skip
def test_on_a_full_disk_it_is_said_that_nothing_was_changed(production, full, caplog, monkeypatch):
    monkeypatch.setattr(production.logger, "disabled", False)  # all applications share it

    def broken():
        raise full

    production.view_functions["portal.privacy"] = public(broken)
    answer = fetch(production.test_client(), "/privacy")
    assert answer.status_code == 503 and answer.headers["Retry-After"] and faults(answer, secure=True) == []
    assert "Nothing was changed." in answer.text and "unexpected" in caplog.text


# ---- production ----


def test_production_gives_cookies_that_only_this_site_over_https_gets_back(production):
    client = production.test_client()
    for path in ("/", "/sign-in", "/sign-up", "/at/riverside/", "/privacy", "/health"):
        answer = fetch(client, path)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers and faults(answer, secure=True) == []
    given = sign_in(client, "priya").headers.getlist("Set-Cookie")
    assert {line.partition("=")[0] for line in given} == {"__Host-session", "__Host-browser"}
    for line in given:
        parts = {part.strip().lower() for part in line.split(";")}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts and not any(part.startswith("domain") for part in parts), line
    assert fetch(client, "/account").headers["Cache-Control"] == "no-store"


def test_an_answer_to_a_strangers_form_or_with_a_new_cookie_is_kept_nowhere(app):
    client = app.test_client()
    assert client.get("/sign-in").headers["Cache-Control"] == "no-cache"
    given = client.get("/confirm-email/whatever")  # remembers what was opened
    assert "Set-Cookie" in given.headers and given.headers["Cache-Control"] == "no-store"
    assert app.test_client().post("/forgot", data={"email": "x@example.com"}).headers["Cache-Control"] == "no-store"


def test_the_strict_transport_header_is_said_over_https_only(production):
    answer = production.test_client().get("/", base_url="http://booking.example")
    assert faults(answer) == []


@pytest.mark.parametrize(
    "host", ["evil.example", "booking.example.evil.example", "evil.booking.example", "[", "..", "x" * 300, "booking.example@evil.example"]
)
def test_a_foreign_host_is_refused_whatever_is_asked(production, host):
    client = production.test_client()
    for method in ("GET", "POST", "HEAD"):
        for path in ("/", "/sign-in", "/nowhere", "/static/css/portal.css"):
            answer = client.open(path, method=method, headers={"Host": host, "Origin": f"https://{host}"}, base_url=ADDRESS, buffered=True)
            assert answer.status_code == 400 and "evil" not in answer.text and faults(answer, secure=True) == [], (method, path)


def test_a_forwarded_host_counts_for_nothing_without_a_proxy(production):
    forwarded = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "host=evil.example",
    }
    answer = production.test_client().get("/account", base_url="http://booking.example", headers=forwarded)
    assert answer.location == "/sign-in?next=/account" and "Strict-Transport-Security" not in answer.headers
    assert "evil" not in fetch(production.test_client(), "/", headers=forwarded).text


def test_as_many_proxies_are_believed_as_are_configured(stage, tmp_path):
    one = create_app(PROXIES=1, SQLALCHEMY_DATABASE_URI="sqlite://", POSTMAN=False, MAIL_FOLDER=str(tmp_path))
    seen = []
    one.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append((request.remote_addr, request.host, request.is_secure)))
    for forwarded in ("203.0.113.9", "6.6.6.6, 203.0.113.9"):
        one.test_client().get(
            "/health", headers={"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "booking.example"}
        )
    assert seen == [("203.0.113.9", "booking.example", True)] * 2  # what a client adds to the list by itself is not believed


def test_mails_name_the_public_address_whatever_host_was_asked(app, cast, browse):
    browser = browse()
    token = browser.page("/forgot").form()["csrf_token"]
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": "http://evil.example"}
    assert browser.post("/forgot", data={"email": "priya@example.com", "csrf_token": token}, headers=evil).status_code == 302
    (mail,) = queued(app, "reset")
    with app.test_request_context("/", headers=evil):
        letter = letters.write(mail, clock.now())
    assert "https://booking.example/new-password/" in letter.text and "evil" not in letter.text + letter.html


@pytest.mark.parametrize("settings", [
    {"SECRET_KEY": GUESSABLE},
    {"SECRET_KEY": "short"},
    {"SECRET_KEY": ""},
    {"SECRET_KEY_FALLBACKS": [GUESSABLE]},
    {"PUBLIC_URL": "http://booking.example"},
    {"PUBLIC_URL": ""},
    {"MODE": "prod"},
    {"MODE": ""},
])  # fmt: skip
def test_production_does_not_start_unsafe(settings):
    safe = {"MODE": "production", "SECRET_KEY": KEY, "PUBLIC_URL": ADDRESS, "POSTMAN": False, "SQLALCHEMY_DATABASE_URI": "sqlite://"}
    with pytest.raises(Misconfigured):
        create_app(**safe | settings)


def test_production_has_no_mailbox_and_no_demo(production):
    assert [rule.rule for rule in production.url_map.iter_rules() if "mailbox" in rule.rule or "mailbox" in rule.endpoint] == []
    assert fetch(production.test_client(), "/mailbox/").status_code == 404
    assert production.config["DEBUG"] is False and not production.config.get("PROPAGATE_EXCEPTIONS")
