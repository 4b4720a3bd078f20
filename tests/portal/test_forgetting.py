"""To be forgotten: asked by the person, decided by staff, what the law keeps is named and kept until its day, and then erased."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking import payments
from booking.models import Appointment, Companion, Payment, UsualCare
from portal import forgetting, keeping, ledger, match_index, notes
from portal.database import db, transact
from portal.models import (
    Contact,
    File,
    ForgetRequest,
    FurtherNumber,
    ImportRow,
    LedgerLine,
    Link,
    MatchKey,
    PeopleImport,
    Profile,
    SearchWord,
)
from portal.storage import NotThere, store
from portal.sweep import sweep
from tests import mails
from tests.portal import filing, importing
from tests.portal.homes import change, lines
from tests.portal.test_own_details import home_of

VISIT = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "last, born, years, adult, until",
    [
        (date(2026, 11, 5), date(1987, 5, 4), 10, 18, date(2036, 11, 5)),
        (date(2026, 11, 5), date(2018, 6, 2), 10, 18, date(2046, 6, 2)),
        (date(2026, 11, 5), date(2018, 6, 2), 16, 19, date(2053, 6, 2)),
        (date(2024, 2, 29), None, 5, 18, date(2029, 3, 1)),
        (None, date(2018, 6, 2), 10, 18, None),
    ],
)
def test_a_record_stays_so_many_years_after_the_last_visit_or_after_coming_of_age(last, born, years, adult, until):
    assert keeping.until(last, born, years, adult) == until


def test_the_usual_years_follow_the_region():
    assert [keeping.usual_years("CA", region) for region in ("ON", "QC", "BC", "NB")] == [10, 5, 16, 10] and keeping.usual_years(
        "FR", "QC"
    ) == 10
    assert keeping.of_age("CA", "BC") == 19 and keeping.of_age("CA", "ON") == 18


def come_and_go(app, cast) -> None:
    with app.app_context():
        mails.change(mails.appointment(cast, "kiran", VISIT, service="follow-up", by="kiran"), note="zq-note", status="fulfilled")


def ask(cast, browse) -> str:
    kiran, page = browse(cast.kiran), f"{home_of(cast.link('kiran', 'kiran'))}/forget"
    said = kiran.submit(kiran.page(page), reason="I moved away.")
    assert "The clinic has been asked. It answers by mail to kiran@example.com." in said.text
    return page


@pytest.fixture
def visited(app, cast):
    come_and_go(app, cast)


@pytest.fixture
def asked(app, cast, browse):
    return ask(cast, browse)


def request_of(app) -> ForgetRequest:
    with app.app_context():
        found = db.session.scalar(select(ForgetRequest).order_by(ForgetRequest.id.desc()).limit(1))
        db.session.expunge_all()
        return found


def decide(app, cast, browse, **fields):
    dana = browse(cast.dana, staff=True)
    return dana.submit(dana.page(f"/staff/riverside/forget/{request_of(app).public_id}"), **fields)


def test_staff_are_told_who_else_has_access_when_one_parent_asks(app, cast, browse):
    """Two homes: what one of them asks would end the access of the other, who was not asked."""
    priya, page = browse(cast.priya), f"{home_of(cast.link('priya', 'leo'))}/forget"
    priya.submit(priya.page(page), reason="We moved.")
    decision = browse(cast.dana, staff=True).page(f"/staff/riverside/forget/{request_of(app).public_id}")
    assert "Daniel Okafor has access too and has not asked for this. Talk to them before you decide." in decision.text


def test_nobody_else_is_named_when_the_person_asks_for_themselves(app, cast, browse, asked):
    assert "has not asked for this" not in browse(cast.dana, staff=True).page(f"/staff/riverside/forget/{request_of(app).public_id}").text


def test_the_person_reads_what_would_stay_and_until_when(cast, browse, visited):
    text = browse(cast.kiran).page(f"{home_of(cast.link('kiran', 'kiran'))}/forget").text
    assert (
        "stay until 9 September 2037: the clinic must keep records for 10 years after the last visit, and for a minor after coming of age."
        in text
    )


def test_it_waits_for_an_admin_and_can_be_taken_back(app, cast, browse, asked):
    dana, kiran = browse(cast.dana, staff=True), browse(cast.kiran)
    needs = dana.page("/staff/riverside/").links()
    assert needs["Kiran Shah asked on Thursday 10 December to be forgotten: decide."].endswith(request_of(app).public_id)
    assert "to be forgotten" not in browse(cast.tom, staff=True).page("/staff/riverside/").text
    assert browse(cast.tom, staff=True).get(f"/staff/riverside/forget/{request_of(app).public_id}").status_code == 404
    assert browse(cast.sylvie, staff=True).get(f"/staff/beau-rivage/forget/{request_of(app).public_id}").status_code == 404
    assert "has not decided yet" in kiran.page(asked).text
    kiran.submit(kiran.page(asked), take_back="1")
    assert "to be forgotten" not in dana.page("/staff/riverside/").text and request_of(app).taken_back_at
    assert "This is decided, or was taken back." in dana.page(f"/staff/riverside/forget/{request_of(app).public_id}").text


def test_no_is_said_in_a_sentence_to_the_person_and_nothing_changes(app, cast, browse, asked):
    page = decide(app, cast, browse, answer="")
    assert page.status == 422 and "Write a sentence: they read it in a mail" in page.text
    decide(app, cast, browse, answer="A claim is open until June.")
    assert request_of(app).refused_at and len(lines(app, "forget_refused")) == 1
    with app.app_context(), app.test_request_context():
        mails.same_as_snapshot("forget_answered-no", mails.letter_to("kiran@example.com", "forget_answered"))
    assert browse(cast.kiran).page(f"/for/{cast.link('kiran', 'kiran').public_id}").status == 200


def test_yes_ends_access_and_erases_what_need_not_stay(app, cast, browse, visited, asked, clock):
    change(app, cast.profile("kiran"), sms_consent_at=clock())
    with app.app_context():
        whose = {"practice_id": cast.riverside.id, "profile_id": cast.profile("kiran").id, "created_at": clock()}
        transact(
            db.session.add_all, [Contact(**whose, name="Zqcontact", emergency_at=clock()), FurtherNumber(**whose, number="+14165550133")]
        )
    page = browse(cast.dana, staff=True).page(f"/staff/riverside/forget/{request_of(app).public_id}").text
    assert "Until 9 September 2037, 10 years after the last visit on 5 November 2026" in page and "“I moved away.”" in page
    page = decide(app, cast, browse, forget="1")
    assert "Done. Kiran Shah was told by mail." in page.text and "Forgotten, kept by law" in page.text
    assert browse(cast.kiran).get(f"/for/{cast.link('kiran', 'kiran').public_id}").status_code == 404
    with app.app_context(), app.test_request_context():
        row = db.session.get(Profile, cast.profile("kiran").id)
        assert (row.name, row.born_on is not None, row.phone, row.email, row.street, row.forgotten_at) == (
            "Kiran Shah",
            True,
            "",
            "",
            "",
            clock(),
        )
        assert row.sms_refused_at == row.email_refused_at == row.voice_refused_at == clock() and row.keyed == match_index.SEEN
        assert not db.session.scalars(select(Link).where(Link.profile_id == row.id, Link.revoked_at.is_(None))).all()
        assert [(one.name, one.removed_at) for one in db.session.scalars(select(Contact).where(Contact.profile_id == row.id))] == [
            ("", clock())
        ]
        assert [
            (one.number, one.removed_at) for one in db.session.scalars(select(FurtherNumber).where(FurtherNumber.profile_id == row.id))
        ] == [("", clock())]
        assert db.session.scalar(select(func.count()).select_from(MatchKey).where(MatchKey.profile_id == row.id)) == 0
        mails.same_as_snapshot("forget_answered-yes", mails.letter_to("kiran@example.com", "forget_answered"))
        assert mails.outbox("access_ended", to_address="priya@example.com") and not mails.outbox(
            "access_ended", to_address="kiran@example.com"
        )
    assert request_of(app).keep_until == date(2037, 9, 9)


def test_who_is_still_expected_is_not_forgotten(app, cast, browse, asked, clock):
    with app.app_context():
        mails.appointment(cast, "kiran", clock() + timedelta(days=5), service="follow-up", by="kiran")
    page = decide(app, cast, browse, forget="1")
    assert page.status == 409 and "An appointment is still to come." in page.text and request_of(app).is_waiting


def test_after_its_day_only_counts_are_left(app, cast, browse, visited, asked, clock):
    change(app, cast.profile("kiran"), staff_alert="zq-alert", card_number="1234", born_on=date(2000, 1, 1))
    decide(app, cast, browse, forget="1")
    clock.set(2036, 11, 5, 15)
    with app.app_context():
        sweep(clock())
        assert db.session.get(Profile, cast.profile("kiran").id).given_name == "Kiran", "the last day"
    clock.set(2036, 11, 6, 15)
    with app.app_context():
        sweep(clock())
        db.session.expire_all()
        row = db.session.get(Profile, cast.profile("kiran").id)
        assert (row.name, row.born_on, row.staff_alert, row.card_number, row.file_number) == ("—", None, "", "", "")
        assert [(one.note, one.status) for one in db.session.scalars(select(Appointment).where(Appointment.profile_id == row.id))] == [
            ("", "fulfilled")
        ]
        facts = [line.facts for line in db.session.scalars(select(LedgerLine).where(LedgerLine.profile_id == row.id))]
        assert not [one for one in facts if set(one) - {"as", "channel", "appointment", "relationship", "until", "at"}]
    assert request_of(app).erased_at == clock() and request_of(app).reason == ""


def test_where_there_was_no_visit_everything_goes_at_the_next_sweep(app, cast, browse, asked, clock):
    decide(app, cast, browse, forget="1")
    clock.forward(hours=1)
    with app.app_context():
        sweep(clock())
        db.session.expire_all()
        assert db.session.get(Profile, cast.profile("kiran").id).name == "—"


def test_the_practice_sets_years_and_a_sentence_of_its_own(app, cast, browse, visited):
    dana, settings = browse(cast.dana, staff=True), "/staff/riverside/settings/own-side"
    assert "Empty: 10 years" in dana.page(settings).text
    assert dana.submit(dana.page(settings), years="many").status == 422
    dana.submit(dana.page(settings), years="7", keeps_words="Our college asks for seven years.")
    text = browse(cast.kiran).page(f"{home_of(cast.link('kiran', 'kiran'))}/forget").text
    assert "until 9 September 2034" in text and "Our college asks for seven years." in text


def test_two_cannot_ask_at_once(app, cast, asked, clock):
    with app.app_context(), pytest.raises(forgetting.AlreadyAsked):
        transact(forgetting.ask, cast.link("priya", "kiran"), "", clock())


# --- what is in the rest of the house ---


@pytest.fixture
def written_down(app, cast, clock, visited):
    """A record with words in every corner of it: "zqhers" is of nobody else. The visit was paid."""
    with app.app_context():
        kiran, dana, by = mails.profile("kiran"), cast.staff("dana"), {"account": mails.account("dana"), "as": "staff"}
        mails.change(
            kiran,
            given_name="Zqherskiran",
            family_name="Zqhersshah",
            staff_alert="zqhers-alert",
            billing_notes="zqhers-billing",
            program="Zqhersprogram",
            sessions_needed=4,
        )
        visit = db.session.scalar(select(Appointment).where(Appointment.profile_id == kiran.id))
        mails.change(visit, price_cents=8000, cancel_reason="zqhers-reason")
        whose = {"practice_id": kiran.practice_id, "profile_id": kiran.id, "created_at": clock()}
        transact(
            db.session.add_all,
            [
                Companion(
                    appointment_id=visit.id,
                    practice_id=kiran.practice_id,
                    created_at=clock(),
                    created_by_id=dana.id,
                    name="Zqhersaunt",
                    relation="zqhers",
                ),
                FurtherNumber(number="+14165550133", kind="mobile", **whose),
                UsualCare(**whose),
            ],
        )
        note = transact(notes.write, dana, kiran, "zqhers-title", "zqhers-text", clock())
        transact(notes.change, dana, note, "zqhers-title", "zqhers-more", 1, clock())
        filing.filed(dana, kiran, clock(), "zqhers-letter.txt", shared=True)
        transact(payments.record, dana, visit, 5000, "card", date(2026, 11, 5), clock(), "key-1", note="zqhers-paid")
        transact(payments.set_due, dana, visit, 7000, "zqhers-due", clock())
        transact(
            lambda: ledger.record(
                "record_changed", clock(), profile=kiran, changes={"city": ["", "zqhers-city"], "staff_alert": ["", "zqhers-alert"]}, **by
            )
        )
        transact(lambda: ledger.record("contact_added", clock(), profile=kiran, name="Zqhersneighbour", **by))


def everything_written(app) -> list[str]:
    """Every row of every table that holds the letters."""
    with app.app_context():
        rows = [(table.name, row) for table in db.metadata.sorted_tables for row in db.session.execute(select(table))]
        return [f"{name}: {row}" for name, row in rows if "zqhers" in str(row).lower()]


def erased(app, cast, browse, clock, *day) -> None:
    decide(app, cast, browse, forget="1")
    clock.set(*day)
    with app.app_context():
        sweep(clock())


def test_receipts_are_named_among_what_stays_and_keep_the_name_as_long_as_the_books(app, cast, browse, written_down, asked):
    change(app, cast.riverside, keeps_years=1)
    change(app, cast.profile("kiran"), born_on=date(1990, 1, 1))
    page = browse(cast.dana, staff=True).page(f"/staff/riverside/forget/{request_of(app).public_id}").text
    assert "Until 5 November 2027, 1 year after the last visit" in page and "they and the name stay until 31 December 2032" in page
    decide(app, cast, browse, forget="1")
    assert request_of(app).keep_until == date(2032, 12, 31)


def test_the_person_reads_that_receipts_stay(cast, browse, written_down):
    assert (
        "Receipts with the name stay until 31 December 2032"
        in browse(cast.kiran).page(f"{home_of(cast.link('kiran', 'kiran'))}/forget").text
    )


def test_no_word_of_them_is_left_anywhere_but_the_books_still_add_up(app, cast, browse, written_down, asked, clock):
    assert len(everything_written(app)) > 12
    erased(app, cast, browse, clock, 2037, 9, 10, 15)
    assert everything_written(app) == []
    with app.app_context():
        (paid,) = db.session.scalars(select(Payment))
        assert (paid.amount, paid.receipt_number, paid.received_on, paid.note) == (
            5000,
            1,
            date(2026, 11, 5),
            "",
        ) and paid.profile.name == "—"
        assert list(db.session.scalars(select(SearchWord.word).where(SearchWord.profile_id == paid.profile_id))) == ["n—"]
        assert not db.session.scalars(select(UsualCare).where(UsualCare.profile_id == paid.profile_id)).all()
        for file in db.session.scalars(select(File).where(File.profile_id == paid.profile_id)):
            assert file.erased_at == clock()
            with pytest.raises(NotThere):
                store().open(file.store_key)


def test_staff_can_still_open_every_page_of_who_was_erased(app, cast, browse, written_down, asked, clock):
    erased(app, cast, browse, clock, 2037, 9, 10, 15)
    dana, person = browse(cast.dana, staff=True), cast.profile("kiran").public_id
    pages = [
        f"/staff/riverside/people/{person}{part}" for part in ("", "/history", "/files", "/contacts", "/coverage", "/own-changes", "/edit")
    ]
    for page in [*pages, f"/desk/riverside/people/{person}/payments", f"/desk/riverside/people/{person}/appointments"]:
        found = dana.page(page)
        assert found.status == 200 and "zqhers" not in found.html.lower(), page


def test_until_the_day_staff_find_them_by_name_and_by_no_number(app, cast, browse, written_down, asked):
    decide(app, cast, browse, forget="1")
    dana = browse(cast.dana, staff=True)
    assert "Zqherskiran" in dana.page("/staff/riverside/people?q=zqherskiran").text
    assert (
        "Zqherskiran" not in dana.page("/staff/riverside/people?q=0133").text
        and "Zqherskiran" not in dana.page("/staff/riverside/people?q=5550119").text
    )


def test_a_list_that_named_them_forgets_them_too_and_taking_it_back_brings_nothing_back(app, cast, browse, written_down, asked, clock):
    """Neither what the list said nor what stood there before; a list that names them again is about somebody new."""
    said = "First name,Last name,Birth date,File number,City\nZqherskiran,Zqhersshah,{born},F-77,Zqherstown\n"
    with app.app_context():
        kiran, dana = mails.profile("kiran"), cast.staff("dana")
        mails.change(kiran, file_number="F-77", city="Zqhersville")
        found = importing.ran(dana, said.format(born=kiran.born_on or "1990-01-01"))
        assert importing.outcomes(found) == ["updated"]
    decide(app, cast, browse, forget="1")
    with app.app_context():
        (row,) = db.session.scalars(select(ImportRow))
        assert (row.cells, row.facts, row.changes, row.journal, row.name, row.outcome) == ([], {}, {}, {}, "", "left")
        importing.undone(cast.staff("dana"), db.session.get(PeopleImport, found.id))
        assert mails.profile("kiran").city == "" and "zqhersville" not in "".join(everything_written(app)).lower()
        again = importing.rehearsed(cast.staff("dana"), said.format(born="1990-01-01"))
        assert importing.kinds(again) == ["new"]
    assert browse(cast.dana, staff=True).page(f"/staff/riverside/import/{found.public_id}").status == 200


def test_what_was_asked_and_refused_before_is_erased_with_the_rest(app, cast, browse, written_down, clock):
    kiran, page = browse(cast.kiran), f"{home_of(cast.link('kiran', 'kiran'))}/forget"
    kiran.submit(kiran.page(page), reason="Zqhers cannot bear this clinic.")
    decide(app, cast, browse, answer="Zqhers has a claim that is open.")
    kiran.submit(kiran.page(page), reason="Again.")
    erased(app, cast, browse, clock, 2037, 9, 10, 15)
    assert everything_written(app) == []
