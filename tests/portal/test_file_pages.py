"""Files of a person on staff pages and on their own: adding, looking, saving, who may see, removing; every answer is harmless."""

import gc
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from portal import file_sweep, files, notes
from portal.database import db, transact
from portal.file_answers import POLICY
from portal.models import File, LedgerLine, Practice
from portal.storage import NotThere, store
from tests import mails
from tests.portal import filing
from tests.reader import Page

# The test client leaves the temporary file of a large form to be collected, and so does a form that never ends.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def collected():
    yield
    gc.collect()


@pytest.fixture
def desk(browse, cast):
    return browse(cast.dana, staff=True)


@pytest.fixture
def leo(cast):
    return f"/staff/riverside/people/{cast.leo.public_id}/files"


@pytest.fixture
def allowed(app, cast):
    """The practice lets people add files."""
    with app.app_context():
        mails.change(db.session.get(Practice, cast.riverside.id), files_from_people_at=app.config["CLOCK"]())


def add(browser, path: str, *uploads, **more) -> Page:
    token = browser.page(path).form("/files")["csrf_token"]
    data = {"csrf_token": token, **filing.sent(*uploads), **more}
    return Page(
        browser.post(path, data=data, content_type="multipart/form-data", follow_redirects=True, headers={"Origin": "http://localhost"})
    )


def rows(app) -> list[File]:
    with app.app_context():
        found = list(db.session.scalars(select(File).order_by(File.id)))
        db.session.expunge_all()
        return found


def said(app, *verbs) -> list[tuple]:
    with app.app_context():
        lines = db.session.scalars(select(LedgerLine).where(LedgerLine.verb.in_(verbs)).order_by(LedgerLine.id))
        return [(line.verb, line.facts["as"]) for line in lines]


def test_several_files_are_added_at_once_and_the_wrong_one_is_named(app, desk, leo):
    page = add(desk, leo, ("scan.pdf", filing.pdf(2)), ("photo.jpg", filing.picture()), ("page.html", b"<html>"))
    assert page.status == 422 and "2 files are added." in page.text and "“page.html” is none of the kinds we take" in page.text
    assert [(one.name, one.media, one.pages, one.is_shared) for one in rows(app)] == [
        ("scan.pdf", "application/pdf", 2, False),
        ("photo.jpg", "image/jpeg", 1, False),
    ]
    assert "scan.pdf" in page.text and said(app, "file_added") == [("file_added", "staff")] * 2


def test_nothing_chosen_is_said(desk, leo):
    page = add(desk, leo)
    assert page.status == 422 and "Choose a file" in page.text
    assert add(desk, leo, ("", b"")).status == 422


def test_a_file_is_looked_at_as_pictures_and_saved_as_it_came(app, desk, leo):
    content = filing.pdf(2)
    add(desk, leo, ('отчёт; "x".pdf', content))
    (file,) = rows(app)
    page = desk.page(f"{leo}/{file.public_id}")
    assert "2 pages" in page.text and f"{leo}/{file.public_id}/pages/2.jpg" in page.html
    picture = desk.get(f"{leo}/{file.public_id}/pages/1.jpg", buffered=True)
    assert picture.mimetype == "image/jpeg" and picture.get_data().startswith(b"\xff\xd8\xff")
    saved = desk.get(f"{leo}/{file.public_id}/save", buffered=True)
    assert saved.get_data() == content and saved.content_length == len(content)
    disposition = saved.headers["Content-Disposition"]
    assert disposition.startswith("attachment") and "filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82" in disposition
    for answer in (picture, saved):
        assert answer.headers["Content-Security-Policy"] == POLICY and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store" and answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert desk.get(f"{leo}/{file.public_id}/pages/3.jpg", buffered=True).status_code == 404


def test_a_text_is_shown_as_text_whatever_it_says(app, desk, leo):
    add(desk, leo, ("x.txt", b"<script>alert(1)</script> </pre><b>" + b"x" * 40_000))
    (file,) = rows(app)
    page = desk.page(f"{leo}/{file.public_id}")
    assert "<script>alert(1)" not in page.html and "&lt;script&gt;alert(1)" in page.html and "…" in page.text
    saved = desk.get(f"{leo}/{file.public_id}/save", buffered=True)
    assert saved.headers["Content-Disposition"].startswith("attachment") and saved.mimetype == "text/plain"


def test_opening_a_file_is_written_down_once_a_day(app, cast, desk, leo, clock):
    add(desk, leo, ("x.txt", b"x"))
    (file,) = rows(app)
    for path in ("", "/save", ""):
        desk.get(f"{leo}/{file.public_id}{path}", buffered=True)
    assert said(app, "file_opened") == [("file_opened", "staff")]
    clock.forward(days=1)
    desk.sign_in(cast.dana.id, staff=True)
    desk.get(f"{leo}/{file.public_id}/save", buffered=True)
    assert len(said(app, "file_opened")) == 2


def test_a_removed_file_is_gone_can_be_put_back_for_a_day_and_is_then_erased(app, cast, desk, leo, clock):
    add(desk, leo, ("photo.jpg", filing.picture()))
    (file,) = rows(app)
    page = desk.page(f"{leo}/{file.public_id}")
    page = desk.submit(page, "/remove")
    assert "“photo.jpg” is removed." in page.text and "Undo" in page.text
    for path in ("", "/save", "/pages/1.jpg"):
        assert desk.get(f"{leo}/{file.public_id}{path}", buffered=True).status_code == 404
    page = desk.submit(page, "/put-back")
    assert "“photo.jpg” is back." in page.text and desk.get(f"{leo}/{file.public_id}", buffered=True).status_code == 200
    desk.submit(desk.page(f"{leo}/{file.public_id}"), "/remove")
    clock.forward(hours=25)
    desk.sign_in(cast.dana.id, staff=True)
    with app.app_context():
        file_sweep.run(clock())
        with pytest.raises(NotThere):
            store().open(file.store_key)
        assert not list(store().keys(file.created_at.date())) or file.store_key not in list(store().keys(file.created_at.date()))
    assert rows(app)[0].erased_at is not None and "photo.jpg" not in desk.page(leo).text
    assert said(app, "file_removed", "file_put_back") == [("file_removed", "staff"), ("file_put_back", "staff"), ("file_removed", "staff")]


def test_too_much_for_one_form_is_refused_early_in_words(app, desk, leo, monkeypatch):
    monkeypatch.setitem(app.config, "FILES_AT_ONCE_MEGABYTES", 2)
    page = add(desk, leo, ("x.txt", b"x" * 3 * 2**20))
    assert page.status == 413 and "larger than 2 MB" in page.text and rows(app) == []


def test_only_pages_of_files_take_more_than_a_little_and_only_from_who_is_signed_in(app, browse, cast, leo):
    stranger, patient = browse(), browse(cast.priya)
    token = stranger.page("/forgot").form()["csrf_token"]
    for browser, path in ((stranger, leo), (patient, "/account/email")):
        answer = browser.post(
            path, data={"csrf_token": token, **filing.sent(("x.txt", b"x" * 2 * 2**20))}, content_type="multipart/form-data"
        )
        assert answer.status_code == 413


def test_a_full_record_takes_no_more_and_nothing_of_it_stays_behind(app, desk, leo, monkeypatch, clock):
    with app.app_context():
        before = set(store().keys(clock().date()))
    monkeypatch.setitem(app.config, "FILES_PERSON_MEGABYTES", 0)
    page = add(desk, leo, ("photo.jpg", filing.picture()))
    assert page.status == 409 and "no room" in page.text and rows(app) == []
    with app.app_context():
        assert set(store().keys(clock().date())) == before


def test_broken_forms_are_answered(desk, leo):
    token = desk.page(leo).form("/files")["csrf_token"]
    head = {"Origin": "http://localhost"}
    bodies = [
        (b"--x\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n" + token.encode() + b"\r\n--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n\r\nnever ends", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"csrf_token=" + token.encode() + b"&files=a.pdf", "application/x-www-form-urlencoded"),
    ]  # fmt: skip
    for body, kind in bodies:
        assert desk.post(leo, data=body, content_type=kind, headers=head).status_code in (400, 422)


def test_the_tab_costs_few_statements_however_many_files(app, cast, desk, leo, clock):
    def cost() -> int:
        seen = []

        def listen(_connection, _cursor, statement, *_):
            seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", listen)
        try:
            desk.page(leo)
        finally:
            event.remove(engine, "before_cursor_execute", listen)
        return len([one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))])

    desk.page(leo)  # looked at today: written down once
    none = cost()
    with app.app_context():
        for number in range(12):
            filing.filed(cast.staff("dana"), cast.leo, clock(), f"{number}.txt")
        transact(notes.write, cast.staff("dana"), cast.leo, "Knee", "Better", clock())
    assert cost() == none <= 8, "who asks, the menu and the trace of looking among them"


def test_a_long_list_is_paged_newest_first(app, cast, desk, leo, clock):
    with app.app_context():
        for number in range(53):
            filing.filed(cast.staff("dana"), cast.leo, clock() + timedelta(minutes=number), f"file-{number}.txt")
    assert "file-52.txt" in desk.page(leo).text and "file-2.txt" not in desk.page(leo).text
    assert (
        "file-2.txt" in desk.page(f"{leo}?page=2").text and desk.get(f"{leo}?page=99999999999999999999", buffered=True).status_code == 200
    )


# --- the person's own side ---


def own(cast, name: str = "priya") -> str:
    return f"/family/{cast.link(name, 'leo').public_id}/files"


def test_people_add_files_only_where_the_practice_allows_it(app, browse, cast):
    mother = browse(cast.priya)
    assert "Add files" not in mother.page(own(cast)).text
    token = mother.page("/forgot").form()["csrf_token"]
    assert (
        mother.post(own(cast), data={"csrf_token": token, **filing.sent(("x.txt", b"x"))}, content_type="multipart/form-data").status_code
        == 403
    )


def test_the_practice_allows_it_on_a_page_of_its_own_and_it_is_off_at_first(app, browse, cast, desk):
    page = desk.page("/staff/riverside/settings/files")
    assert "people_add" not in page.form("")
    desk.submit(page, people_add="y")
    assert "Add files" in browse(cast.priya).page(own(cast)).text


def test_what_a_parent_adds_is_for_staff_the_person_and_the_parent(app, browse, cast, allowed, leo, desk):
    mother, father = browse(cast.priya), browse(cast.daniel)
    page = add(mother, own(cast), ("referral.pdf", filing.pdf()), shared="y")
    assert "1 file is added." in page.text and "added by you" in page.text
    (file,) = rows(app)
    assert not file.is_shared, "only staff decide that others see it"
    assert "referral.pdf" in desk.page(leo).text and "Staff, Leo and who added it" in desk.page(leo).text
    theirs = own(cast, "daniel")
    assert "referral.pdf" not in father.page(theirs).text and father.get(f"{theirs}/{file.public_id}", buffered=True).status_code == 404
    shown = desk.page(f"{leo}/{file.public_id}")
    desk.submit(shown, "/seen-by", seen_by="person")
    assert father.get(f"{theirs}/{file.public_id}", buffered=True).status_code == 200
    with app.app_context():
        mails.change(cast.leo, safe_at=app.config["CLOCK"]())
    for path in ("", "/save", "/pages/1.jpg"):
        assert father.get(f"{theirs}/{file.public_id}{path}", buffered=True).status_code == 404, "kept apart"
        assert mother.get(f"{own(cast)}/{file.public_id}{path}", buffered=True).status_code == 200


def test_what_staff_add_is_theirs_until_they_show_it(app, browse, cast, desk, leo):
    mother = browse(cast.priya)
    add(desk, leo, ("report.pdf", filing.pdf()))
    (file,) = rows(app)
    paths = [f"{own(cast)}/{file.public_id}{path}" for path in ("", "/save", "/pages/1.jpg")]
    assert {mother.get(path, buffered=True).status_code for path in paths} == {404} and "report.pdf" not in mother.page(own(cast)).text
    history = own(cast).replace("/files", "/history")
    assert "report.pdf" not in mother.page(history).text
    desk.submit(desk.page(f"{leo}/{file.public_id}"), "/seen-by", seen_by="person")
    assert {mother.get(path, buffered=True).status_code for path in paths} == {200}
    assert "File shown to Leo: report.pdf" in mother.page(history).text and said(app, "file_opened") == [
        ("file_opened", "staff"),
        ("file_opened", "person"),
    ]
    desk.submit(desk.page(f"{leo}/{file.public_id}"), "/seen-by", seen_by="staff")
    assert {mother.get(path, buffered=True).status_code for path in paths} == {404}


def test_who_sees_only_times_neither_sees_nor_adds_files(app, cast, browse, allowed, clock, desk, leo):
    with app.app_context():
        mails.change(cast.link("daniel", "leo"), permissions=["see_times", "book"])
        filing.filed(cast.staff("dana"), cast.leo, clock(), "report.txt", shared=True)
    father = browse(cast.daniel)
    page = father.page(own(cast, "daniel"))
    assert "report.txt" not in page.text and "Add files" not in page.text
    assert father.post(own(cast, "daniel"), data={"csrf_token": father.page("/forgot").form()["csrf_token"]}).status_code == 403


def test_somebody_the_clinic_does_not_know_yet_adds_nothing(app, cast, browse, allowed, clock):
    with app.app_context():
        mails.change(cast.leo, provisional_at=clock())
    assert "Add files" not in browse(cast.priya).page(own(cast)).text


def test_nobody_fills_the_clinics_day_with_files(app, cast, allowed, clock):
    with app.app_context(), app.test_request_context():
        mother = cast.link("priya", "leo")
        transact(files.add, mother, cast.leo, [filing.kept(clock()) for _one in range(files.MOST_A_DAY)], clock())
        with pytest.raises(Exception, match="TooManyTries"):
            transact(files.add, mother, cast.leo, [filing.kept(clock())], clock())


def test_the_name_of_a_file_is_escaped_wherever_it_stands(app, desk, leo):
    add(desk, leo, ("<img src=x onerror=alert(1)>.txt", b"x"))
    (file,) = rows(app)
    for path in (leo, f"{leo}/{file.public_id}", leo.replace("/files", "/history")):
        assert not re.search("<img src=x", desk.page(path).html)


def test_bytes_that_are_missing_from_the_store_are_a_page_that_is_not_there(app, desk, leo):
    add(desk, leo, ("x.txt", b"x"))
    (file,) = rows(app)
    with app.app_context():
        store().erase(file.store_key)
    assert desk.get(f"{leo}/{file.public_id}/save", buffered=True).status_code == 404
