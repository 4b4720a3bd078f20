"""A person's own side of their record: what they read, what they may change, what the practice keeps to itself, and who is told."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import access, consents, own_details, own_fields
from portal.database import db, transact
from portal.models import Contact, FurtherNumber, Link, OwnChange, Profile
from tests.portal.homes import change, lines, of_age


def home_of(link: Link) -> str:
    return f"/family/{link.public_id}/details"


@pytest.fixture
def kiran(cast, browse):
    return browse(cast.kiran)


@pytest.fixture
def mine(cast):
    return home_of(cast.link("kiran", "kiran"))


def record(app, cast, name="kiran") -> Profile:
    with app.app_context():
        found = db.session.get(Profile, cast.profile(name).id)
        db.session.expunge_all()
        return found


def waiting(app) -> list[OwnChange]:
    with app.app_context():
        found = list(db.session.scalars(select(OwnChange).order_by(OwnChange.id)))
        db.session.expunge_all()
        return found


# --- what they read ---


def test_what_is_for_staff_alone_is_on_no_page_of_theirs(app, cast, kiran, mine):
    secret = {
        "staff_alert": "zq-alert", "billing_notes": "zq-notes", "billing_authorisation": "zq-authorisation", "file_number": "zq-file", "sessions_needed": 987,
        "card_number": "1234 567 897", "card_region": "ON", "pronouns": "they/them", "case_number": "C-77",
    }  # fmt: skip
    change(app, cast.profile("kiran"), **secret)
    text = kiran.page(mine).html + kiran.page(f"{mine}/change").html + kiran.page(f"{mine}/messages").html
    assert "zq-" not in text and "987" not in text.replace("•••• 7897", "").replace("7897", "") and "1234 567" not in text
    assert "•••• 7897" in text and "they/them" in text and "C-77" in text


def test_the_page_is_reached_from_their_own_page(cast, kiran, mine):
    assert kiran.page(f"/for/{cast.link('kiran', 'kiran').public_id}").links()["My details and messages"] == mine
    assert kiran.page(mine).h1 == "My details at Riverside Physiotherapy"


@pytest.mark.parametrize(
    "permissions, sees, changes",
    [
        (access.PERMISSIONS, 200, 200),
        ([one for one in access.PERMISSIONS if one != access.MANAGE_ACCESS], 200, 404),
        ([one for one in access.PERMISSIONS if one != access.SEE_DETAILS], 404, 404),
        ([access.MANAGE_ACCESS, access.BOOK], 404, 404),
    ],
    ids=["all", "sees everything", "sees only when busy", "sees nothing"],
)
def test_who_acts_for_somebody_sees_their_details_with_everything_else_and_changes_them_while_managing(
    app, cast, browse, permissions, sees, changes
):
    link = cast.link("daniel", "leo")
    change(app, link, permissions=list(permissions))
    daniel = browse(cast.daniel)
    assert daniel.get(home_of(link)).status_code == sees
    for page in ("change", "emergency", "messages"):
        assert daniel.get(f"{home_of(link)}/{page}").status_code == changes
    assert browse(cast.nadia).get(home_of(link)).status_code == 404


def test_nobody_but_the_person_reads_the_details_of_who_is_kept_safe_or_while_access_is_paused(app, cast, browse, clock):
    link = cast.link("priya", "kiran")
    assert browse(cast.priya).get(home_of(link)).status_code == 200
    change(app, cast.profile("kiran"), safe_at=clock())
    assert browse(cast.priya).get(home_of(link)).status_code == 404
    assert browse(cast.kiran).get(home_of(cast.link("kiran", "kiran"))).status_code == 200
    change(app, cast.profile("kiran"), safe_at=None)
    of_age(app, cast, cast.profile("kiran"), 16, [[16, "pause"]])
    assert browse(cast.priya).get(home_of(link)).status_code == 404


def test_how_another_parent_is_reached_is_not_told_as_the_childs(app, cast, browse):
    """A child's record often carries a parent's telephone and street: the other parent reads neither, nor may overwrite them unseen."""
    change(app, cast.profile("priya"), street="5 Zq Street")
    change(app, cast.leo, phone=cast.priya.phone, email=cast.priya.email, street="5 Zq  street".replace("  ", " "), city="Toronto")
    with app.app_context():
        contact = Contact(
            practice_id=cast.riverside.id,
            profile_id=cast.leo.id,
            name="Mum",
            phone=cast.priya.phone,
            emergency_at=cast.leo.created_at,
            created_at=cast.leo.created_at,
        )
        transact(db.session.add, contact)
    daniel, link = browse(cast.daniel), cast.link("daniel", "leo")
    page = daniel.page(home_of(link))
    assert (
        not [word for word in ("555-0117", "priya@", "Zq", "Mum") if word in page.html]
        and page.text.count("shared with somebody else") == 4
    )
    form = daniel.page(f"{home_of(link)}/change").form()
    assert not {"phone_0", "street"} & set(form) and "preferred_name" in form
    assert daniel.get(f"{home_of(link)}/emergency").status_code == 404
    priya = browse(cast.priya)
    theirs = priya.page(home_of(cast.link("priya", "leo"))).text
    assert "(416) 555-0117" in theirs and "5 Zq street" in theirs and "Mum" in theirs


# --- what they change ---


def test_a_changed_number_is_in_the_ledger_with_what_it_was_and_waits_for_staff(app, cast, kiran, mine, clock):
    page = kiran.submit(kiran.page(f"{mine}/change"), phone_0="647 555 0101", kind_0="mobile", preferred_name="Kit")
    assert "Saved. The clinic sees what changed." in page.text and "(647) 555-0101, mobile" in page.text and "Kit" in page.text
    row = record(app, cast)
    assert (row.phone, row.phone_kind, row.preferred_name) == ("+16475550101", "mobile", "Kit")
    (line,) = lines(app, "details_changed")
    assert line.facts["changes"]["preferred_name"] == ["Kay", "Kit"] and line.facts["changes"]["numbers"][0] == [["+14165550119", "mobile"]]
    (one,) = waiting(app)
    assert one.what == ["preferred_name", "phones"] and one.noted_at is None and one.changed_at == clock()
    history = kiran.page(mine.replace("details", "history")).text
    assert "Phone numbers: “(647) 555-0101, mobile”, before “(416) 555-0119, mobile”" in history


def test_saving_what_stands_writes_nothing(app, kiran, mine):
    page = kiran.submit(kiran.page(f"{mine}/change"))
    assert "Saved" not in page.text and waiting(app) == [] and lines(app, "details_changed") == []


def test_more_numbers_and_one_less(app, cast, kiran, mine):
    page = kiran.submit(kiran.page(f"{mine}/change"), kind_0="home", phone_1="416 555 0150", kind_1="mobile")
    assert "(416) 555-0150, mobile" in page.text
    page = kiran.submit(kiran.page(f"{mine}/change"), phone_0="")
    row = record(app, cast)
    assert (row.phone, row.phone_kind) == ("+14165550150", "mobile") and "555-0119" not in page.text
    with app.app_context():
        assert [one.removed_at is None for one in db.session.scalars(select(FurtherNumber).where(FurtherNumber.profile_id == row.id))] == [
            False
        ]


def test_somebody_with_more_numbers_than_there_are_boxes_loses_none_of_them(app, cast, kiran, mine, clock):
    """Staff, lists and merges write down more than eight."""
    change(app, cast.profile("kiran"), phone="+14165550100", phone_kind="mobile")
    whose = {"practice_id": cast.riverside.id, "profile_id": cast.profile("kiran").id, "created_at": clock(), "kind": "home"}
    with app.app_context():
        transact(db.session.add_all, [FurtherNumber(number=f"+141655501{number}", **whose) for number in range(10, 20)])
    page = kiran.submit(kiran.page(f"{mine}/change"), pronouns="they/them")
    assert page.status == 200 and record(app, cast).pronouns == "they/them"
    with app.app_context():
        assert (
            len(
                db.session.scalars(
                    select(FurtherNumber).where(FurtherNumber.profile_id == whose["profile_id"], FurtherNumber.removed_at.is_(None))
                ).all()
            )
            == 10
        )


def test_a_wrong_number_is_said_at_its_box_and_nothing_is_lost(app, cast, kiran, mine):
    page = kiran.submit(kiran.page(f"{mine}/change"), phone_1="12", city="Toronto", street="1 New Street")
    assert (
        page.status == 422
        and page.links()["Enter a phone number, like 416 555 0117"] == "#phone_1"
        and page.form()["street"] == "1 New Street"
    )
    assert record(app, cast).street == "48 Bright Street"


def test_names_and_birth_date_are_the_clinics_until_it_says_otherwise(app, cast, kiran, mine):
    form = kiran.page(f"{mine}/change").form()
    assert not {"given_name", "family_name", "born_on-day"} & set(form)
    kiran.submit(kiran.page(f"{mine}/change"), given_name="Somebody", **{"born_on-day": "1", "born_on-month": "1", "born_on-year": "2000"})
    assert record(app, cast).given_name == "Kiran" and record(app, cast).born_on.year != 2000
    change(app, cast.riverside, own_fields=["names"])
    page = kiran.submit(kiran.page(f"{mine}/change"), given_name="Kiranjit")
    assert (
        "Kiranjit Shah" in page.text
        and set(kiran.page(f"{mine}/change").form()) >= {"given_name"}
        and "phone_0" not in kiran.page(f"{mine}/change").form()
    )


def test_a_birth_date_that_is_missing_may_be_filled_in_once(app, cast, kiran, mine):
    change(app, cast.profile("kiran"), born_on=None)
    kiran.submit(kiran.page(f"{mine}/change"), **{"born_on-day": "9", "born_on-month": "9", "born_on-year": "2009"})
    assert record(app, cast).born_on.isoformat() == "2009-09-09" and "born_on-day" not in kiran.page(f"{mine}/change").form()


def test_what_somebody_else_wrote_meanwhile_is_not_written_over_unseen(app, cast, kiran, mine, browse):
    stale = kiran.page(f"{mine}/change")
    change(app, cast.profile("kiran"), city="Ottawa")
    page = kiran.submit(stale, city="Montreal")
    assert (
        page.status == 409
        and "Somebody changed this while you were looking." in page.text
        and page.form()["city"] == "Montreal"
        and record(app, cast).city == "Ottawa"
    )
    assert "City: the record says “Ottawa” now." in page.text
    kiran.submit(page)
    assert record(app, cast).city == "Montreal"


def test_what_was_left_as_it_was_is_not_put_back_over_what_somebody_else_wrote(app, cast, kiran, mine, browse):
    """They changed the city; staff, meanwhile, the street and the telephone: one save later all three stand."""
    stale = kiran.page(f"{mine}/change")
    change(app, cast.profile("kiran"), street="1 New Road", phone="+14165550188")
    page = kiran.submit(stale, city="Montreal")
    assert (page.form()["street"], page.form()["city"], page.form()["phone_0"]) == ("1 New Road", "Montreal", "(416) 555-0188")
    assert "the record says" not in page.text, "they did not both change one thing"
    kiran.submit(page)
    found = record(app, cast)
    assert (found.street, found.city, found.phone) == ("1 New Road", "Montreal", "+14165550188")


def test_so_it_is_with_names_and_a_birth_date_where_the_practice_leaves_them_to_people(app, cast, kiran, mine, browse):
    change(app, cast.riverside, own_fields=list(own_fields.FIELDS))
    stale = kiran.page(f"{mine}/change")
    change(app, cast.profile("kiran"), middle_name="Ravi")
    page = kiran.submit(stale, given_name="Kira")
    assert page.status == 409 and "the record says" not in page.text and page.form()["born_on-day"] == "9"
    kiran.submit(page)
    found = record(app, cast)
    assert (found.given_name, found.middle_name, found.born_on.isoformat()) == ("Kira", "Ravi", "2009-09-09")
    stale = kiran.page(f"{mine}/change")
    change(app, cast.profile("kiran"), born_on=date(2009, 9, 8))
    assert "Date of birth: the record says “8 September 2009” now." in kiran.submit(stale, **{"born_on-day": "7"}).text


def test_a_telephone_that_both_changed_is_the_typed_one_and_the_other_is_told(app, cast, kiran, mine, browse):
    stale = kiran.page(f"{mine}/change")
    change(app, cast.profile("kiran"), phone="+14165550188")
    page = kiran.submit(stale, phone_0="416 555 0177")
    assert page.status == 409 and "Phone numbers: the record says “(416) 555-0188, mobile” now." in page.text
    kiran.submit(page)
    assert record(app, cast).phone == "+14165550177"


def test_what_was_shown_may_be_nonsense(app, cast, kiran, mine, browse):
    for nonsense in ("", "[", "[1]", '{"city": ["x"]}', "[" * 9000):
        stale = kiran.page(f"{mine}/change")
        change(app, cast.profile("kiran"), city=f"Ottawa {len(nonsense)}")
        page = kiran.submit(stale, street="9 Elm", shown=nonsense)
        assert page.status == 409 and page.form()["street"] == "9 Elm"


def test_a_form_that_was_open_when_the_practice_closed_the_field_changes_nothing(app, cast, context, clock):
    link = cast.link("kiran", "kiran")
    there = own_details.known(link, clock().date())
    change(app, cast.riverside, own_fields=[])
    with pytest.raises(own_details.NotToChange):
        transact(own_details.change, link, {"city": "Ottawa"}, None, own_details.mark_of(there), clock())


def test_the_address_the_clinic_writes_to_can_only_become_the_proven_one(app, cast, kiran, mine):
    assert kiran.get(f"{mine}/email").location == mine, "it is that one already"
    change(app, cast.profile("kiran"), email="old@example.com")
    page = kiran.submit(kiran.page(f"{mine}/email"), email="thief@example.com")
    assert record(app, cast).email == "kiran@example.com" and "kiran@example.com" in page.text and waiting(app)[0].what == ["email"]
    kiran.submit(kiran.page(f"{mine}/change"), email="thief@example.com")
    assert record(app, cast).email == "kiran@example.com"


def test_nobody_gives_somebody_else_an_address(app, cast, browse):
    change(app, cast.leo, email="leo@example.com")
    link = cast.link("priya", "leo")
    assert browse(cast.priya).get(f"{home_of(link)}/email").status_code == 404


def test_an_emergency_contact_is_written_down_changed_and_removed(app, cast, kiran, mine):
    form = f"{mine}/emergency"
    page = kiran.submit(kiran.page(form), name="Rosa Roy", relation="aunt", phone="416 555 0133")
    assert "Rosa Roy, aunt, (416) 555-0133" in page.text
    kiran.submit(kiran.page(form), phone="416 555 0134")
    page = kiran.submit(kiran.page(form), remove="1")
    assert "Rosa" not in page.text and [line.facts["changes"]["emergency"][1] for line in lines(app, "details_changed")] == [
        ["Rosa Roy", "aunt", "+14165550133"], ["Rosa Roy", "aunt", "+14165550134"], [],
    ]  # fmt: skip
    page = kiran.submit(kiran.page(form), name="", phone="1")
    assert page.status == 422 and {"Enter a name", "Enter a phone number, like 416 555 0117"} <= page.links().keys()


# --- consents ---


def test_consents_are_dated_answers_and_text_messages_need_a_mobile(app, cast, kiran, mine, clock):
    form = f"{mine}/messages"
    change(app, cast.profile("kiran"), phone_kind="")
    assert "A mobile number is needed only while this is ticked, and there is none yet." in kiran.page(form).text
    page = kiran.submit(kiran.page(form), sms="y")
    assert page.status == 422 and "Text messages need a mobile number" in page.text
    kiran.submit(kiran.page(f"{mine}/change"), kind_0="mobile")
    page = kiran.submit(kiran.page(form), sms="y")
    assert "Text messagesYes, since 10 December 2026" in page.text and record(app, cast).sms_consent_at == clock()
    clock.at += timedelta(minutes=5)
    page = kiran.submit(kiran.page(form), sms=None, email=None)
    row = record(app, cast)
    assert row.sms_refused_at == row.email_refused_at == clock() and "No, since 10 December 2026" in page.text
    assert [one.what for one in waiting(app)][1:] == [["sms:yes"], ["email:no", "sms:no"]]
    assert [(line.verb, line.facts["channel"]) for line in lines(app, consents.REFUSED)] == [
        (consents.REFUSED, "email"),
        (consents.REFUSED, "sms"),
    ]
    assert "Wants no text messages from the clinic" in kiran.page(mine.replace("details", "history")).text


def test_the_last_mobile_stays_while_text_messages_are_agreed_to(app, cast, kiran, mine, clock):
    change(app, cast.profile("kiran"), phone_kind="mobile", sms_consent_at=clock())
    page = kiran.submit(kiran.page(f"{mine}/change"), phone_0="")
    assert page.status == 422 and "Text messages need a mobile number." in page.text and record(app, cast).phone


def test_language_and_zone_of_ones_own_record_go_along_with_the_account_unless_staff_chose(app, cast, browse, kiran):
    kiran.submit(kiran.page("/account/language"), language="fr", zone="America/Vancouver")
    assert (record(app, cast).language, record(app, cast).zone) == ("fr", "America/Vancouver")
    change(app, cast.profile("kiran"), language="es")
    kiran.submit(kiran.page("/account/language"), language="en", zone="")
    assert (record(app, cast).language, record(app, cast).zone) == ("es", "")


# --- what is missing ---


def test_what_the_practice_wants_to_know_is_asked_for_until_it_is_there_or_put_off(app, cast, kiran):
    home = f"/for/{cast.link('kiran', 'kiran').public_id}"
    assert "1 thing is missing" in kiran.page(home).text and "somebody to call in an emergency" in kiran.page(home).text
    page = kiran.submit(kiran.page(home), "/not-now")
    assert "missing" not in page.text and "missing" not in kiran.page(home).text
    change(app, cast.profile("kiran"), phone="")
    page = kiran.page(home)
    assert "2 things are missing" in page.text and "a phone number and somebody to call in an emergency" in page.text
    assert page.links()["Fill in"] == home_of(cast.link("kiran", "kiran"))
    change(app, cast.riverside, wanted_facts=[])
    assert "missing" not in kiran.page(home).text


def test_nobody_is_asked_for_what_they_may_not_fill_in(app, cast, browse, kiran):
    change(app, cast.profile("kiran"), phone="")
    change(app, cast.riverside, own_fields=["pronouns"])
    assert "missing" not in kiran.page(f"/for/{cast.link('kiran', 'kiran').public_id}").text
    change(app, cast.riverside, own_fields=["phones"])
    link = cast.link("priya", "kiran")
    assert "missing" in browse(cast.priya).page(f"/for/{link.public_id}").text
    change(app, link, permissions=[one for one in access.PERMISSIONS if one != access.MANAGE_ACCESS])
    assert "missing" not in browse(cast.priya).page(f"/for/{link.public_id}").text
