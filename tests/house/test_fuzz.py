"""Nonsense everywhere: whatever is sent, the answer is a page that says what to do, never a fault of ours (SAFETY §8).

A fixed table, dealt out in turn: every door gets every kind of nonsense from one of the askers, and every field of every
form gets some of it while the other fields are right.
"""

import io
import re
from itertools import count
from urllib.parse import quote, urlsplit

from portal.seed import name_id
from tests.house.doors import TABLE, TOKENS, Door, Town

LONG = "z" * 70_000
NONSENSE = [
    str(2**63), str(2**31), "-1", "0", "999999999999999999999999999999", "NaN", "inf", "1e400", "0x10", "٣", "²", "1_000",
    "", " ", "\0", "a\0b", "\n\r\n", "\t", "\x1b[2J", "\ufffd", "\ufeff", "\u202egnp.exe", "Z\u0351\u0343a\u0310l\u0326g\u0334o" * 40, "👩‍👩‍👧‍👦" * 90, "𝔘𝔫𝔦",
    "é" * 81, LONG, "'; DROP TABLE accounts; --", "<script>alert(1)</script>", "{{7*7}}", "%s%n%(x)s", "../../../../etc/passwd", "//evil.example",
    "2026-02-30", "0000-00-00", "9999-12-31", "2026-13", "2099-12-31", "20261210", "2026-W50-4", "2026-12-10T10:00:00Z",
    "null", "undefined", "[]", "{}", "true", "aaaaaaaaaaaaaaaa", "any", "new", "self", "x@y", "a@b.c", "ſ@K.example", "a" * 64 + "@example.com",
    "a@[127.0.0.1]", "a@xn--.example", "\"a b\"@example.com", "a@" + "b." * 130 + "ca", "@", "+1" * 20, "+999999999999999999", "۱۲۳۴۵۶", "000000",
]  # fmt: skip
RAW = ["%ff", "%c0%af", "%ed%a0%80", "%", "%zz", "%00", "%0d%0aSet-Cookie:x=1", "%e2%80%ae", "..%2f..%2f", "%2f%2fevil.example", "%5cevil"]
NAMES = ["who", "what", "with", "month", "day", "at", "move", "q", "past", "go", "next", "lang", "to", "date", "stop", "v"]
FORMS = {
    "/sign-up?at=riverside": {
        "given_name": "Mia", "family_name": "Roy", "born_on-day": "3", "born_on-month": "4", "born_on-year": "1990",
        "email": "mia@example.com", "phone": "416 555 0117", "password": "short", "zone": "America/Toronto",
    },
    "/sign-in": {"email": "nobody@example.com", "password": "x"},
    "/forgot": {"email": "nobody@example.com"},
    "/account/password": {"password": "x", "new_password": "short"},
    "/account/email": {"email": "new@example.com", "password": ""},
    "/account/language": {"language": "en", "zone": ""},
    "/prove": {"password": ""},
    "/at/riverside/add-person": {
        "given_name": "Bo", "family_name": "Shah", "born_on-day": "3", "born_on-month": "4", "born_on-year": "2020", "relationship": "parent",
    },
    "/at/riverside/book/hold": {"who": "{who}", "what": "{service}", "with": "any", "at": "{at}", "month": "2026-12", "day": "2026-12-15", "move": ""},
    "/at/riverside/book/confirm": {"who": "{who}", "what": "{service}", "with": "any", "at": "", "note": "x", "key": "k" * 30, "move": ""},
    "/at/riverside/book/keep": {"who": "{who}", "what": "{service}", "with": "any", "at": "{at}"},
    "/check-email/address": {"email": "nobody@example.com"},
    "/check-email": {"code": "123456"},
    "/staff/riverside/people/add": {
        "given_name": "Bo", "family_name": "Roy", "born_on-day": "3", "born_on-month": "4", "born_on-year": "1990", "phone": "416 555 0199", "email": "bo@example.com",
        "street": "3 Elm Road", "city": "Toronto", "postal_code": "M4B 1B3", "card_number": "1234-567-897-AB", "card_region": "ON", "file_number": "9001", "different": "x", "anyway": "1",
        "phone_kind": "mobile", "numbers-0-number": "416 555 0133", "numbers-0-kind": "home", "primary": "0", "language": "", "zone": "", "practitioner": "", "sex_at_birth": "Female",
        "contacts-0-name": "Ada Roy", "contacts-0-phone": "416 555 0134", "contacts-0-email": "ada@example.com", "contacts-0-enrol_as": "parent", "staff_alert": "x",
        "card_version": "AB", "card_expires_on": "2028-05-01", "program": "x", "program_region": "ON", "sessions_needed": "12", "billing_notes": "x", "enrol": "y", "more": "", "sure": "x",
    },
    f"/staff/riverside/people/{name_id('walter@riverside')}/edit": {
        "given_name": "Walter", "family_name": "Brandt", "phone": "416 555 0199", "seen": "x.1", "shown": "x", "numbers-0-number": "416 555 0133", "card_number": "1234567897", "card_region": "QC",
    },
    f"/staff/riverside/people/{name_id('walter@riverside')}/contacts": {"name": "Ada Roy", "relation": "x", "phone": "416 555 0134", "email": "ada@example.com"},
    "/staff/riverside/registrations/accept": {"which": "x"},
    "/staff/riverside/invitations/many": {"source": "list", "text": "Walter Brandt", "why": "x", "months": "0", "practitioner": "", "coming": "", "only_adults": ""},
    "/staff/riverside/import": {"text": "Name\tEmail\nAmelia Pond\tamelia@example.org"},
}  # fmt: skip
ASKS = {  # GET forms
    "/at/riverside/book/who": {"who": "{who}", "what": "{service}", "with": "any", "go": "1", "at": "{at}", "move": ""},
    "/at/riverside/book/what": {"who": "{who}", "what": "{service}", "q": "knee"},
    "/at/riverside/book/with": {"who": "{who}", "what": "{service}", "with": "any"},
    "/at/riverside/book/when": {"who": "{who}", "what": "{service}", "with": "any", "month": "2026-12", "day": "2026-12-15", "at": "{at}", "move": ""},
    "/at/riverside/book/confirm": {"who": "{who}", "what": "{service}", "with": "any", "at": "{at}", "move": ""},
    "/desk/riverside/day": {"date": "2026-12-10", "with": ""},
    "/staff/riverside/people": {"q": "shah", "page": "1"},
    f"/staff/riverside/people/{name_id('leo@riverside')}/merge": {"q": "shah", "page": "1"},
    "/staff/riverside/registrations": {"tab": "later", "page": "1"},
    "/staff/riverside/duplicates": {"page": "1"},
    "/mailbox/": {"to": "priya@example.com"},
}  # fmt: skip
SHARE = 30  # a field gets every 30th kind of nonsense, the next field the ones after them; the two databases other ones


class Sender:
    """Sends as one asker, from ever new networks so that nothing is refused for being the thirtieth; keeps what went wrong."""

    def __init__(self, town: Town, asker: str, wrong: list[str]):
        self.client, self.asker, self.wrong, self.turn = town.browser(asker), asker, wrong, count()
        self.token = self.client.page("/forgot").form()["csrf_token"]

    def send(self, method: str, path: str, said: str = "", **kwargs) -> None:
        number = next(self.turn)
        headers = {"Origin": "http://localhost", **kwargs.pop("headers", {})}
        environ = {"REMOTE_ADDR": f"10.1.{number // 250}.{number % 250}"}
        try:
            answer = self.client.open(path, method=method, headers=headers, environ_base=environ, buffered=True, **kwargs)
        except Exception as error:  # noqa: BLE001 - whatever it is, a person would have seen "500"
            self.wrong.append(f"{self.asker}: {method} {path[:120]} {said[:60]!r}: {type(error).__name__}: {str(error)[:300]}")
            return
        if answer.status_code >= 500:
            self.wrong.append(f"{self.asker}: {method} {path[:120]} {said[:60]!r}: {answer.status}")
        away = answer.location and urlsplit(answer.location).netloc not in ("", "localhost")
        if away or "x=1" in answer.headers.get("Set-Cookie", ""):
            self.wrong.append(f"{self.asker}: {method} {path[:120]}: leads to {answer.location}")

    def form(self, path: str, fields: dict, said: str = "", **kwargs) -> None:
        self.send("POST", path, said, data={"csrf_token": self.token, **fields}, **kwargs)


def first_turn(app):
    return count(0 if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite") else SHARE // 2)


def dealt(turn) -> list[str]:
    """This turn's share of the nonsense."""
    return NONSENSE[next(turn) % SHARE :: SHARE]


def query(**fields) -> str:
    return "?" + "&".join(f"{name}={quote(value)}" for name, value in fields.items())


def test_nonsense_in_every_place_of_every_door_is_answered(app, cast):
    """Ids in paths, all fields at once, twice, as lists, as files, and bytes that are no text."""
    town, wrong, turn = Town(app, cast), [], first_turn(app)
    for asker in ("nobody", "mother", "admin"):
        sender = Sender(town, asker, wrong)
        for door in [*TABLE, *TOKENS]:
            if door.endpoint in ("static", "portal.sign_out", "portal.sign_out_everywhere"):
                continue
            sane = town.addresses(door)["own"].partition("?")[0]
            for kind in dealt(turn)[:2]:
                everywhere = dict.fromkeys(NAMES, kind if len(kind) < 5000 else kind[:5000])
                if door.post is None:
                    sender.send("GET", sane + query(**everywhere), kind)
                else:
                    sender.form(
                        sane,
                        everywhere | dict.fromkeys(door.post, kind) | dict.fromkeys(("email", "password", "code", "note", "key"), kind),
                        kind,
                    )
            for path in odd_paths(door, dealt(turn)[:1], RAW[next(turn) % 8 :: 8]):
                sender.send("GET" if door.post is None else "POST", path)
    assert not wrong, "\n".join(wrong)


def odd_paths(door: Door, kinds: list[str], raw: list[str]) -> list[str]:
    """The door's address with nonsense for its ids, and bytes that are no UTF-8 in its arguments."""
    path, paths = door.path.partition("?")[0], []
    for word in [*(quote(kind[:3000], safe="") for kind in kinds), *raw]:
        if "{" in path or "riverside" in path or "x.y" in path or "abcdefgh12" in path:
            filled = re.sub("{[a-z]+}", lambda _, word=word: word, path).replace("x.y", word).replace("abcdefgh12", word)
            paths.append(filled if "{" in path else filled.replace("riverside", word))
        paths.append(f"{re.sub('{[a-z]+}', 'a' * 16, path)}?next={word}&at={word}&who={word}&{word}={word}&lang={word}")
    return paths


def test_nonsense_in_one_field_of_a_form_that_is_right_otherwise_is_answered(app, cast):
    town, wrong, turn = Town(app, cast), [], first_turn(app)
    facts = {**town.facts, **town.targets["own"]}
    for asker in ("mother", "nobody", "admin"):
        sender = Sender(town, asker, wrong)
        if asker == "nobody":
            # so that /check-email has one to check
            sender.form("/sign-up", FORMS["/sign-up?at=riverside"] | {"password": "otter violin lantern"})
        for paths, method in ((FORMS, "POST"), (ASKS, "GET")):
            for path, fields in paths.items():
                right = {name: value.format(**facts) for name, value in fields.items()}
                for name in right:
                    for kind in dealt(turn) if asker == "mother" or "account" not in path else ():
                        if method == "POST":
                            sender.form(path, right | {name: kind}, f"{name}={kind}")
                        else:
                            sender.send("GET", path + query(**right | {name: kind[:5000]}), name)
                without = {other: value for other, value in right.items() if other != next(iter(right))}
                twice = {other: [value, value + "x"] for other, value in right.items()}
                listed = {f"{other}[]": value for other, value in right.items()} | {
                    f"{other}[0][a]": value for other, value in right.items()
                }
                for odd in (without, twice, listed):
                    sender.form(path, odd) if method == "POST" else sender.send("GET", path, query_string=odd)
    assert not wrong, "\n".join(wrong)


def test_bodies_that_are_no_forms_are_answered(app, cast):
    town, wrong = Town(app, cast), []
    for asker in ("nobody", "mother"):
        sender = Sender(town, asker, wrong)
        paths = [
            *FORMS,
            "/sign-out",
            "/nowhere",
            "/",
            "/health",
            "/appointments/calendar",
            "/confirm-email/",
            "/new-password/",
            "/static/css/portal.css",
        ]
        for path in paths:
            sender.form(path, {name: (io.BytesIO(b"\x89PNG\0\xff"), "a\r\nb.png") for name in FORMS.get(path, {"x": ""})})
            sender.send("POST", path, data=b"csrf_token=%00&email=%ff%fe&%ff=%c0", content_type="application/x-www-form-urlencoded")
            sender.send("POST", path, data=b'{"csrf_token": ["x"], "email": null}', content_type="application/json")
            sender.send(
                "POST",
                path,
                data=b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nnever ends',
                content_type="multipart/form-data; boundary=x",
            )
            sender.send("POST", path, data=b"x", content_type="multipart/form-data")
            sender.send("POST", path, data=b"\xff" * 50, content_type="text/plain; charset=utf-99")
        sender.form("/forgot", {f"field{number}": "x" for number in range(3000)})
        sender.form("/forgot", {"email": "x" * 3_000_000})
        part = b'--x\r\nContent-Disposition: form-data; name="email"; filename="big"\r\n\r\n' + b"x" * 3_000_000 + b"\r\n--x--\r\n"
        sender.send("POST", "/forgot", data=part, content_type="multipart/form-data; boundary=x")
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND", "HEAD"):
            for path in ("/", "/sign-in", "/account", "/appointments/calendar", "/at/riverside/book/hold"):
                sender.send(method, path)
        for name, value in ODD_HEADERS:
            for path in ("/", "/sign-in", "/at/riverside/", "/account"):
                sender.send("GET", path, headers={name: value})
            sender.form("/forgot", {"email": ""}, headers={name: value})
            sender.form("/account/language", {"language": ""}, headers={name: value})
    assert not wrong, "\n".join(wrong)


ODD_HEADERS = [
    *(("Host", host) for host in ("[", "..", "a b", "localhost:abc", "x" * 300, "é", "%00", "")),
    *((name, value) for name in ("Origin", "Referer") for value in ("http://[", "http://[::1", "null", "x", "http://localhost:99999999", "\xff", "")),
    *(("Accept-Language", value) for value in ("*", "fr;q=NaN", "x" * 5000, "-", "en-US,;q=", "fr;q=1e999", "zz_ZZ")),
    *(("Cookie", value) for value in ("session=", "session=\xff; browser=x", "session=" + "a" * 5000, "browser=WzEsMl0.x", "session=a; session=b", ";;;=", "session=\x01")),
    ("X-Forwarded-For", "' OR 1=1"), ("X-Forwarded-Host", "evil.example"), ("Sec-Fetch-Site", "x"), ("Accept-Encoding", "gzip;q=x, *"),
    ("Range", "bytes=99999999999-1"), ("If-Modified-Since", "never"), ("If-None-Match", "W/"), ("Content-Length", "abc"), ("Content-Length", "-1"),
    ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"), ("Expect", "100-continue"), ("Authorization", "Basic ////"),
]  # fmt: skip
