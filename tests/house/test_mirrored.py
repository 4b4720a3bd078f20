"""Two practices with mirrored data: nothing that one of them shows or sends holds a word of the other (SAFETY §6)."""

import re
from datetime import timedelta
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from sqlalchemy import select, update

from booking import emails
from booking.models import Closure, Location, Practitioner, Room, Service, TimeOff
from portal import clock, letters
from portal.database import db, transact
from portal.models import OutboxMail, Practice, Profile
from tests import mails
from tests.reader import Page, Reader

MARKS = {"riverside": "zzours", "beau-rivage": "zztheirs"}
SECRET = "zzwhy"  # why somebody is away
TEXTS = {
    Profile: ("family_name", "staff_alert"),
    Service: ("name", "about", "bring"),
    Practitioner: ("name", "about", "profession"),
    Location: ("name", "street", "city"),
    Room: ("name",),
    Closure: ("name",),
}
OF_PRACTICE = ("name", "about", "street", "city", "access_note", "phone_hours")
PEOPLE = {  # nobody who is at both
    "riverside": [("kiran", False), ("dana", True)],
    "beau-rivage": [("luc", False), ("camille", True)],
}


def mark(practice: Practice) -> None:
    """A use case: the practice's mark is in every text of its rows."""
    said = MARKS[practice.slug]
    for model, names in TEXTS.items():
        db.session.execute(update(model).where(model.practice_id == practice.id).values({name: f"{said} {name}" for name in names}))
    db.session.execute(update(TimeOff).where(TimeOff.practice_id == practice.id).values(private_reason=f"{said} {SECRET}"))
    for name in OF_PRACTICE:
        setattr(practice, name, f"{said} {name}")
    practice.timetable_version += 1


def announce(row, note: str, now) -> None:
    row = db.session.merge(row)
    row.note = note
    emails.announce_booked(row, now)


@pytest.fixture
def mirrored(app, cast):
    with app.app_context():
        now = clock.now()
        for slug, who, service in (("riverside", "kiran", "follow-up"), ("beau-rivage", "luc", "suivi")):
            for ahead in (timedelta(hours=3), timedelta(days=6)):
                row = mails.appointment(cast, who, now + ahead, service, who, slug)
                transact(announce, row, MARKS[slug], now)
        transact(lambda: [mark(practice) for practice in db.session.scalars(select(Practice))])
    return cast


# Where staff write down why somebody is away, and answer the phone: the only pages that say it (MISSION F1, F2).
WHY = re.compile(r"/desk/[a-z-]+/(?:schedules/[a-z2-7]+/(?:days-off|hours)|phone)\b")


def test_no_page_and_no_mail_of_one_practice_holds_a_word_of_the_other(app, mirrored):
    wrong = []
    for slug, other in (("riverside", "beau-rivage"), ("beau-rivage", "riverside")):
        told = ""
        for name, staff in PEOPLE[slug]:
            shown = read_around(Reader.of(app, getattr(mirrored, name), staff), slug, staff)
            wrong += [f"{name} reads of {other} at {address}" for address, text in shown.items() if MARKS[other] in text]
            wrong += [
                f"{name} reads why somebody is away at {address}"
                for address, text in shown.items()
                if SECRET in text and not (staff and WHY.match(address))
            ]
            told += "".join(shown.values())
        for words in ("name", "about", "profession", "family_name", "access_note", "street"):
            assert f"{MARKS[slug]} {words}" in told, f"the walk saw no {words}: it proves nothing"
    with app.app_context(), app.test_request_context():
        practices = {practice.id: practice.slug for practice in db.session.scalars(select(Practice))}
        booked = db.session.scalars(select(OutboxMail).where(OutboxMail.template == "booked"))
        written = [(practices[row.practice_id], letters.write(row, clock.now())) for row in booked]
    for whose, letter in written:
        words = "".join(
            [letter.subject, letter.text, letter.html, letter.sender_name, *(one.content.decode() for one in letter.enclosures)]
        )
        assert MARKS[whose] in words
        wrong += [f"a mail of {whose} names another practice" for slug, said in MARKS.items() if slug != whose and said in words]
    assert {whose for whose, _letter in written} == set(MARKS) and not wrong, "\n".join(wrong)


def read_around(browser: Reader, slug: str, staff: bool) -> dict[str, str]:
    """address → page: one of every kind that can be reached from where these people begin."""
    waiting = [f"/at/{slug}/", "/appointments", "/appointments?past=1", "/account", "/appointments/calendar", f"/at/{slug}/add-person"]
    waiting += [f"/staff/{slug}/", f"/desk/{slug}/day"] if staff else []
    shown, kinds = {}, set()
    for address in waiting:
        page = Page(browser.get(address, follow_redirects=True))
        shown[address] = page.html
        for href in page.links().values() if page.status == 200 else ():
            path = urlsplit(urljoin(address, href))
            if path.netloc or path.scheme or path.path.startswith("/static"):
                continue
            kind = (re.sub(r"[a-z2-7]{16}", "", path.path), *sorted(name for name, _ in parse_qsl(path.query)))
            if kind not in kinds and "lang" not in kind:
                kinds.add(kind)
                waiting.append(path._replace(fragment="").geturl())
    return shown


def without_menu(html: str) -> str:
    """The page but for the reader's own account menu, which names every practice they are at."""
    return re.sub(r'<div class="menu" id="me".*?</header>', "", html, count=1, flags=re.S)


def test_ids_of_one_practice_open_nothing_at_the_other(app, mirrored):
    """The right person, the right id, the wrong practice in the address: as if it were not there."""
    kiran, luc = Reader.of(app, mirrored.kiran), Reader.of(app, mirrored.luc)
    service, practitioner = mirrored.follow_up.public_id, mirrored.maya_chen.public_id
    profile = mirrored.profile("kiran").public_id
    with app.app_context():
        appointment = mails.appointment(mirrored, "kiran", clock.now() + timedelta(days=7), "follow-up", "kiran").public_id
    for browser, path in (
        (kiran, f"/at/beau-rivage/book/what?who={profile}"),
        (kiran, f"/at/beau-rivage/book/when?move={appointment}"),
        (luc, f"/at/beau-rivage/book/with?what={service}"),
        (luc, f"/at/beau-rivage/book/when?what={mirrored.suivi.public_id}&with={practitioner}"),
    ):
        answer = browser.get(path)
        assert answer.status_code == 404 and MARKS["riverside"] not in without_menu(answer.get_data(as_text=True)), path
    dana = Reader.of(app, mirrored.dana, staff=True)
    assert dana.get(f"/desk/riverside/day?with={mirrored.camille_landry.public_id}").status_code == 404
