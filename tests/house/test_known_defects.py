"""Real defects of other booking systems, tried on this one (SAFETY §7).

IDOR, staff of another practice, GETs that change: tests/house/test_routes.py. Look-alike addresses, links, codes, throttles of
one form at a time: tests/portal. What follows goes across the whole house.
"""

import re
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from sqlalchemy import func, select, update

from booking import emails
from booking.models import Appointment, Closure, Location, Practitioner, Room, Service
from portal import clock, letters, transport
from portal.access import BOOK, CHANGE, SEE_TIMES
from portal.database import db, transact
from portal.models import Account, Link, OutboxMail, Practice, Profile, SessionRow, StaffMember
from portal.seed import PASSWORD
from tests import mails
from tests.booking.walking import hold, step
from tests.house.doors import TABLE, Town
from tests.portal.post import token_in
from tests.portal.post import mails as queued
from tests.portal.test_signup import MIA
from tests.reader import HTML, Page, Reader

OURS = {"Origin": "http://localhost"}


# ---- forged forms ----


SIGNED = "/texts/"  # no form but a machine's post, which its provider signs: nobody's token helps


def test_no_form_of_any_door_is_taken_from_elsewhere(app, cast):
    """Without a token, with somebody else's, with one made for something else, from a foreign page: 400, and nothing happens."""
    town = Town(app, cast)
    browser, other = town.browser("mother"), town.browser("other patient")
    mine, theirs = (one.page("/account").form("/sign-out")["csrf_token"] for one in (browser, other))
    unbound = Reader.of(app).page("/forgot").form()["csrf_token"]
    tries = [
        ({}, OURS), ({"csrf_token": ""}, OURS), ({"csrf_token": mine[:-1]}, OURS), ({"csrf_token": mine + "x"}, {}),
        ({"csrf_token": theirs}, {}), ({"csrf_token": unbound}, {}), ({"csrf_token": theirs}, {"Referer": "http://localhost/account"}),
        ({"csrf_token": mine}, {"Origin": "https://evil.example"}), ({"csrf_token": mine}, {"Origin": "null"}), ({"csrf_token": mine}, {"Origin": "http://localhost.evil.example"}),
        ({"csrf_token": mine}, {"Sec-Fetch-Site": "cross-site"}), ({"csrf_token": mine}, OURS | {"Sec-Fetch-Site": "same-site"}),
    ]  # fmt: skip
    before, wrong = town.rows(), []
    for door in TABLE:
        for data, headers in tries if door.post is not None else ():
            answer = browser.post(town.addresses(door)["own"], data=door.post | data, headers=headers)
            if answer.status_code != (403 if door.path.startswith(SIGNED) else 400):
                wrong.append(f"{door.path} takes {data} with {headers}: {answer.status_code}")
    assert not wrong and town.rows() == before, "\n".join(wrong)
    assert browser.get(f"/account?csrf_token={mine}").status_code == 200  # and no token ever stands in an address of ours
    assert not any("csrf_token" in (href or "") for href in browser.page("/account").links().values())


# ---- the way back ----

ELSEWHERE = ["//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https://evil.example", "/\t/evil.example", "/%09/evil.example",
             "javascript:alert(1)", "///evil.example", "////evil.example", "http:///evil.example", "/\x0d\x0aLocation: //evil.example", "\x01//evil.example"]  # fmt: skip


def test_no_way_back_leads_elsewhere(app, cast, browse):
    """Every view that takes `next`, whoever comes and however they go on."""
    askers = (browse(), browse(as_=cast.priya))
    for target in ELSEWHERE:
        for path in ("/sign-in", "/sign-up", "/forgot", "/prove", "/at/riverside/add-person"):
            for browser in askers:
                answer = browser.get(path, query_string={"next": target, "at": "riverside"})
                assert stays(answer), (path, target)
                leading = [
                    href
                    for href in Page(answer).links().values()
                    if "evil" in urlsplit(urljoin("http://localhost/", href)).netloc or href.startswith("javascript")
                ]
                assert leading == [], (path, target)
        signing = browse()
        form = signing.page("/sign-in").form()
        answer = signing.post(
            "/sign-in", query_string={"next": target}, data=form | {"email": "priya@example.com", "password": PASSWORD}, headers=OURS
        )
        assert answer.status_code == 302 and stays(answer), target
        answer = signing.post("/prove", query_string={"next": target}, data=form | {"password": PASSWORD}, headers=OURS)
        assert answer.status_code == 302 and stays(answer), target


def stays(answer) -> bool:
    return answer.location is None or bool(re.match(r"/(?![/\\])[^\s\\]*$", answer.location))


@pytest.mark.parametrize(
    "query",
    [
        "_external=1&_scheme=javascript&_anchor=%0aalert(1)",
        "_scheme=https",
        "_method=POST",
        "endpoint=x",
        "_external=1",
        "values=1&slug=../x",
    ],
)
def test_the_arguments_of_an_address_do_not_steer_the_links_of_its_page(cast, browse, query):
    for path in ("/at/riverside/", "/sign-in", f"/at/riverside/book/what?what={cast.initial.public_id}"):
        page = browse().page(f"{path}{'&' if '?' in path else '?'}{query}")
        for language in page.all("a"):
            if language.get("hreflang"):
                assert language.get("href").partition("?")[0] == path.partition("?")[0]


# ---- mail ----


def test_one_place_cannot_make_us_write_to_all_the_world(app, cast, browse):
    """By mending the address of one sign-up again and again, or by asking for resets; another header is not another place."""
    browser = browse()
    page = browser.submit(browser.page("/sign-up"), **MIA)
    token = page.form("/check-email/again")["csrf_token"]
    for number in range(34):
        forwarded = OURS | {
            "X-Forwarded-For": f"203.0.113.{number}",
            "X-Real-IP": f"203.0.113.{number}",
            "Forwarded": f"for=203.0.113.{number}",
        }
        browser.post("/check-email/address", data={"csrf_token": token, "email": f"victim+{number}@example.com"}, headers=forwarded)
    assert len({mail.to_address for mail in every_mail(app)}) <= 30
    for number in range(12):
        forwarded = OURS | {"X-Forwarded-For": f"198.51.100.{number}"}
        browser.post("/forgot", data={"csrf_token": token, "email": "priya@example.com"}, headers=forwarded)
        browser.post("/check-email/again", data={"csrf_token": token}, headers=forwarded)
    assert len([mail for mail in every_mail(app) if mail.to_address == "priya@example.com"]) <= 3
    assert max(times for _to, times in counted(app)) <= 3


def every_mail(app) -> list[OutboxMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutboxMail)))


def counted(app) -> list:
    with app.app_context():
        return list(db.session.execute(select(OutboxMail.to_address, func.count()).group_by(OutboxMail.to_address)))


def test_who_registers_somebody_elses_address_first_gains_nothing(app, cast, browse):
    """The pre-hijacked account: the owner opens the mail, types their own details, and no key of the other fits."""
    attacker, owner = browse(), browse()
    attacker.submit(
        attacker.page("/sign-up?next=/appointments/calendar"), **MIA | {"given_name": "Mallory", "password": "attacker knows this"}
    )
    owner.get(f"/confirm-email/{token_in(app, queued(app)[0])}")
    page = owner.page("/confirm-email/")
    assert "Mallory" not in page.html and "Roy" not in page.html
    own = owner.submit(owner.page("/confirm-email/own-details"), **{name: value for name, value in MIA.items() if name != "email"})
    assert own.status == 200
    with app.app_context():
        account = db.session.scalar(select(Account).where(Account.email == MIA["email"]))
        assert account.given_name == "Mia" and [row.account_id for row in db.session.scalars(select(SessionRow)) if row.account_id] == [
            account.id
        ]
    tried = attacker.submit(attacker.page("/sign-in"), email=MIA["email"], password="attacker knows this")
    assert tried.status == 422 and attacker.page("/appointments").h1 == "Sign in"
    assert "Mallory" not in owner.page("/account").html


# ---- what people type ----

EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{7*7}}%(x)s"
LINES = "x\r\nBcc: evil@example.com\r\nATTENDEE:mailto:evil@example.com\nEND:VEVENT"


def test_words_of_staff_and_patients_are_never_markup_and_never_a_new_line(app, cast, browse):
    with app.app_context():
        now = clock.now()
        rows = [mails.appointment(cast, "leo", now + timedelta(hours=3)), mails.appointment(cast, "leo", now + timedelta(days=6))]
        transact(spoil, rows, now)
        written = [(mail, letters.write(mail, now)) for mail in db.session.scalars(select(OutboxMail))]
        for mail, letter in written:
            harmless(html5lib.parse(letter.html, namespaceHTMLElements=True))
            built = transport.build(mail, letter, now)
            assert not {"bcc", "cc", "attendee"} & {name.lower() for name in built.keys()}
            assert [
                one.addr_spec
                for name in ("To", "From", "Reply-To")
                for one in getattr(built[name], "addresses", ())
                if "evil" in one.addr_spec
            ] == []
            for enclosure in letter.enclosures:
                one_event(enclosure.content.decode())
        assert len(written) >= 2
    patient, staff, visitor = browse(as_=cast.priya), browse(as_=cast.dana, staff=True), browse()
    booking = step("when", what=cast.follow_up, with_="any", who=cast.leo)
    for browser, paths in (
        (
            visitor,
            [
                "/",
                "/at/riverside/",
                "/sign-up?at=riverside",
                step("what"),
                step("with", what=cast.follow_up),
                step("when", what=cast.follow_up, with_="any"),
            ],
        ),
        (
            patient,
            [
                "/appointments",
                f"/appointments/{rows[0].public_id}",
                f"/appointments/{rows[1].public_id}/cancel",
                "/account",
                "/at/riverside/add-person",
                step("who"),
                booking,
                f"/at/riverside/book/when?move={rows[1].public_id}",
            ],
        ),
        (staff, ["/staff/riverside/", "/staff/riverside/registrations", "/desk/riverside/day"]),
    ):
        for path in paths:
            page = browser.page(path)
            assert page.status == 200, path
            harmless(page.tree)
    harmless(hold(patient, what=cast.follow_up, with_="any", who=cast.leo).tree)
    one_event(patient.get(f"/appointments/{rows[1].public_id}.ics").text)


def spoil(rows: list, now) -> None:
    """A use case: markup and line breaks in every text that somebody can type."""
    for model, names in (
        (Service, ("about", "bring", "discipline")),
        (Practitioner, ("about", "banner_text", "profession")),
        (Location, ("street", "city")),
        (Profile, ("staff_alert",)),
    ):
        lengths = {name: model.__table__.c[name].type.length or 200 for name in names}
        db.session.execute(update(model).values({name: (EVIL + LINES)[:most] for name, most in lengths.items()}))
    for model in (Service, Practitioner, Location, Closure, Practice):
        db.session.execute(update(model).values(name=EVIL[:50] + LINES[:60]))
    db.session.execute(update(Room).values(name=EVIL[:60]))
    db.session.execute(update(Profile).values(given_name=LINES[:40], family_name=EVIL[:80]))
    db.session.execute(update(Account).values(given_name=LINES[:40], family_name=EVIL[:80]))
    texts = ("about", "street", "city", "access_note", "phone_hours", "banner_text")
    version = Practice.timetable_version + 1
    db.session.execute(update(Practice).values({name: EVIL + LINES for name in texts} | {"timetable_version": version}))
    db.session.expire_all()
    for row in rows:
        row = db.session.merge(row)
        row.note = EVIL + LINES
        emails.announce_booked(row, now)


def harmless(tree) -> None:
    """Nothing of what was typed became an element, an attribute that runs, or an address that runs or lies elsewhere."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag != HTML + "script" or (element.get("src", "").startswith("/static/") and not "".join(element.itertext()).strip())
        assert element.tag not in (HTML + "iframe", HTML + "object", HTML + "base", HTML + "embed")
        for name, value in element.attrib.items():
            assert not str(name).startswith("on") and not value.strip().lower().startswith(("javascript:", "vbscript:", "data:")), (
                name,
                value,
            )
            assert name != "src" or value.startswith("/static/"), f"fetched from elsewhere: {value}"
    assert "49%" not in "".join(tree.itertext())


def one_event(calendar: str) -> None:
    lines = calendar.replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    assert not [line for line in lines if line.upper().startswith(("ATTENDEE", "BCC", "ORGANIZER"))] and "\n" not in "".join(lines)


# ---- sessions ----


def test_a_session_chosen_by_somebody_else_is_never_signed_in(app, cast, browse):
    """Fixation: neither a made-up cookie nor one that the attacker got for themselves becomes the victim's."""
    attacker = browse()
    attacker.submit(attacker.page("/forgot"), email="x@example.com")  # gets a session
    for planted in (attacker.get_cookie("session").value, "A" * 43):
        victim = browse()
        victim.set_cookie("session", planted)
        victim.submit(victim.page("/sign-in"), email="priya@example.com", password=PASSWORD)
        assert victim.get("/account").status_code == 200 and victim.get_cookie("session").value != planted
        copy = browse()
        copy.set_cookie("session", planted)
        assert copy.get("/account").status_code == 302
    copied = victim.get_cookie("session").value
    victim.submit(victim.page("/account"), "/sign-out")
    copy.set_cookie("session", copied)
    assert copy.get("/account").status_code == 302


def test_what_was_taken_away_is_gone_on_the_next_request(app, cast, browse):
    """A revoked link: the open form, the open list, the feed, the file, the mail that waits. A role that ended: the open page."""
    with app.app_context():
        appointment = mails.appointment(cast, "leo", clock.now() + timedelta(days=6))
        transact(lambda: emails.announce_booked(db.session.merge(appointment), clock.now()))
        link, staff = cast.link("priya", "leo").id, cast.staff("dana").id
    browser, dana = browse(as_=cast.priya), browse(as_=cast.dana, staff=True)
    form = hold(browser, what=cast.follow_up, with_="any", who=cast.leo)
    assert form.h1 == "Check and confirm"
    settings = browser.submit(browser.page("/appointments/calendar"), "/calendar")
    (feed,) = set(re.findall(r"https://booking\.example(/calendar/[\w.-]+\.ics)", settings.html))
    asking = browser.page(f"/appointments/{appointment.public_id}/cancel")
    assert "Leo" in browse().get(feed).text and dana.page("/desk/riverside/day").status == 200

    with app.app_context():
        transact(lambda: db.session.get(Link, link).revoke(clock.now()))
        transact(lambda: setattr(db.session.get(StaffMember, staff), "left_at", clock.now()))
    for page in (form, asking):
        assert browser.submit(page, follow=False).status == 404
    for path in ("", ".ics", "/cancel", "/move"):
        assert browser.get(f"/appointments/{appointment.public_id}{path}").status_code == 404
    assert "Leo" not in browser.page("/appointments").text + browser.page("/account").text + browser.page(step("who")).text
    assert "Leo" not in browse().get(feed).text
    assert [dana.get(path).status_code for path in ("/staff/riverside/", "/staff/riverside/registrations", "/desk/riverside/day")] == [
        404
    ] * 3
    with app.app_context():
        waiting = db.session.scalars(select(OutboxMail).where(OutboxMail.to_address == "priya@example.com", OutboxMail.state == "queued"))
        assert [mail.template for mail in waiting if letters.write(mail, clock.now()) is not None] == []
        assert db.session.scalar(select(func.count()).where(Appointment.profile_id == cast.leo.id, Appointment.ends_at > clock.now())) == 1


def test_who_may_book_but_not_see_details_is_not_told_of_past_visits(app, cast, browse):
    with app.app_context():
        mails.appointment(cast, "leo", clock.now() - timedelta(days=30), service="follow-up")
    path, told = step("with", what=cast.follow_up, who=cast.leo), "Leo saw them last"
    assert told in browse(as_=cast.daniel).page(path).text
    with app.app_context():
        link = cast.link("daniel", "leo").id
        transact(lambda: setattr(db.session.get(Link, link), "permissions", [SEE_TIMES, BOOK, CHANGE]))
    page = browse(as_=cast.daniel).page(path)
    assert page.status == 200 and told not in page.text


# ---- keys ----


def test_no_address_holds_a_number_that_can_be_counted_up(app, cast):
    """Every id in an address is 80 random bits or a signed token; only the files of a demo mail are numbered."""
    counted_up = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if any(
            name != "number" and type(kind).__name__ in ("IntegerConverter", "FloatConverter") for name, kind in rule._converters.items()
        )
    ]
    assert counted_up == []
    with app.app_context():
        ids = [mails.appointment(cast, "leo", clock.now() + timedelta(days=day)) for day in (5, 6)]
        made = [db.session.merge(row).public_id for row in ids] + list(db.session.scalars(select(Profile.public_id)))
        assert all(re.fullmatch("[a-z2-7]{16}", one) for one in made) and len(set(made)) == len(made)


def test_a_token_of_one_kind_opens_nothing_of_another(app, cast, browse):
    """Signed by the same key, salted by purpose: a feed's address resets no password, a form's token confirms nothing."""
    browser = browse(as_=cast.priya)
    settings = browser.submit(browser.page("/appointments/calendar"), "/calendar")
    feed = re.search(r"https://booking\.example/calendar/([\w.-]+)\.ics", settings.html)[1]
    browser.submit(browser.page("/forgot"), email="priya@example.com")
    reset = token_in(app, queued(app, "reset")[0])
    tokens = {"feed": feed, "reset": reset, "form": browser.page("/account").form("/sign-out")["csrf_token"], "browser": "WzFd.x"}
    for kind, token in tokens.items():
        stranger = browse()
        for path in ("confirm-email", "new-password", "confirm-address"):
            if (kind, path) != ("reset", "new-password"):
                assert stranger.get(f"/{path}/{token}", follow_redirects=True).status_code in (
                    (404,) if path != "confirm-address" else (200,)
                )
        assert kind == "feed" or stranger.get(f"/calendar/{token}.ics").status_code == 404
        stranger.set_cookie("session", token)
        assert stranger.get("/account").status_code == 302
