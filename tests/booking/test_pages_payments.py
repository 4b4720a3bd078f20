"""Money, page by page: the desk records, prints, mails, puts right and counts; the person sees what is due, and nobody who sees only "busy"."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from booking.models import Payment
from portal import clock
from portal.access import SEE_TIMES
from portal.database import db
from portal.models import Link
from tests import mails
from tests.booking.desk_world import MONDAY, visit

DESK = "/desk/riverside"
VISIT = "Monday 14 December 2026 at 1pm"  # with its year: a receipt is kept for years


@pytest.fixture
def world(app, cast):
    """Leo is with Olivier Dubois on Monday at 1pm, for 80; his visit a month ago cost 120."""
    with app.app_context():
        row = visit(cast, "leo", "olivier_dubois", f"{MONDAY} 13:00", price_cents=8000)
        past = mails.appointment(cast, "leo", clock.now() - timedelta(days=30))
        mails.change(past, price_cents=12000)
        app.config["visit"], app.config["past"] = row.public_id, past.public_id
    return cast


@pytest.fixture
def desk(world, browse):
    return browse(world.tom, staff=True)


def page_of(app) -> str:
    return f"{DESK}/appointments/{app.config['visit']}"


def pay(desk, app, amount="45", method="cash", of="visit", **more):
    path = f"{DESK}/appointments/{app.config[of]}/payments/add"
    return desk.submit(desk.page(path), amount=amount, method=method, **more)


def entries(app) -> list[Payment]:
    with app.app_context():
        return list(db.session.scalars(select(Payment).order_by(Payment.id)))


def receipt(app, number=1) -> str:
    return next(one.public_id for one in entries(app) if one.receipt_number == number)


def see_only_times(app, cast, name="daniel"):
    with app.app_context():
        mails.change(db.session.get(Link, cast.link(name, "leo").id), permissions=[SEE_TIMES])


# --- the desk ---


def test_two_part_payments_and_what_is_left_is_filled_in(desk, app):
    page = desk.page(page_of(app))
    assert "Left to pay$80" in page.text
    form = desk.page(page.links()["Record a payment"])
    assert form.form()["amount"] == "80" and form.form()["received_on"] == "2026-12-10"
    page = pay(desk, app, "45,50")
    assert "$45.50 recorded, receipt 1." in page.text or "$45.50 recorded, receipt 1." in page.html
    assert "Paid$45.50" in page.text and "Left to pay$34.50" in page.text
    assert desk.page(f"{page_of(app)}/payments/add").form()["amount"] == "34.50"
    page = pay(desk, app, "34.50", "card")
    assert "Left to pay$0" in page.text and {"Receipt 1", "Receipt 2"} <= set(page.links())
    assert [(one.amount, one.method, one.receipt_number) for one in entries(app)] == [(4550, "cash", 1), (3450, "card", 2)]


@pytest.mark.parametrize(
    "sent, said",
    [
        ({"amount": ""}, "Enter an amount"),
        ({"amount": "a lot"}, "Enter an amount like 45 or 45.50"),
        ({"amount": "-5"}, "Enter an amount like 45 or 45.50"),
        ({"amount": "0"}, "Enter an amount above 0"),
        ({"method": ""}, "Choose how it was paid"),
        ({"method": "shells"}, "Choose how it was paid"),
        ({"received_on": "2026-12-11"}, "The day must be today or earlier"),
        ({"received_on": "someday"}, "Enter a day as year-month-day"),
        ({"note": "x" * 201}, "Use 200 characters or fewer"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(desk, app, sent, said):
    page = pay(desk, app, **{"note": "claim 12", **sent})
    assert page.status == 422 and said in page.text and entries(app) == []
    assert page.form()["note"] == sent.get("note", "claim 12")


def test_more_than_is_left_is_asked_about_once_with_the_figures(desk, app):
    page = pay(desk, app, "100", follow=False)
    assert page.status == 409 and "$80 is left to pay. This is $20 more." in page.text and entries(app) == []
    assert desk.submit(page, follow=False).status == 409 and entries(app) == [], "pressed again without the tick"
    page = desk.submit(page, know="y")
    assert "$20 too much" in page.text and [one.amount for one in entries(app)] == [10000]


def test_knowing_of_a_little_too_much_is_not_knowing_of_more(desk, app):
    """Another desk took the whole amount while the tick was set."""
    asked = pay(desk, app, "81", follow=False)
    pay(desk, app, "80")
    page = desk.submit(asked, follow=False, know="y")
    assert page.status == 409 and "Nothing is left to pay for this visit." in page.text and len(entries(app)) == 1


def test_in_french_amounts_are_filled_in_and_read_the_french_way(desk, app):
    pay(desk, app, "34,50")
    assert desk.page(f"{page_of(app)}/payments/add?lang=fr").form()["amount"] == "45,50"


def test_another_amount_is_due_with_its_reason_for_staff(desk, app):
    form = desk.page(desk.page(page_of(app)).links()["Change the amount due"])
    assert desk.submit(form, amount="50", reason="").status == 422
    page = desk.submit(form, amount="50", reason="hardship fund")
    assert "Due$50" in page.text and "hardship fund" in page.text and "Price: $80" in page.text
    page = desk.submit(desk.page(f"{page_of(app)}/due"), amount="0", reason="a gift")
    assert "Due$0" in page.text and "“hardship fund”" in desk.page(f"{page_of(app)}/due").text


def test_of_a_cancelled_visit_nothing_is_due_until_staff_say_so(desk, app):
    desk.submit(desk.page(f"{page_of(app)}/cancel"))
    page = desk.page(page_of(app))
    assert "Due$0" in page.text and "Nothing is due for a cancelled or missed visit unless you say so." in page.text
    page = desk.submit(desk.page(f"{page_of(app)}/due"), amount="40", reason="called an hour before")
    assert "Left to pay$40" in page.text


def test_a_discount_typed_before_the_visit_was_cancelled_is_not_a_fee_for_cancelling(desk, app):
    form = desk.page(f"{page_of(app)}/due")
    desk.submit(desk.page(f"{page_of(app)}/cancel"))
    page = desk.submit(form, amount="60", reason="student")
    assert page.status == 409 and "Nothing was changed yet" in page.text and "Due$0" in page.text
    assert (page.form()["amount"], page.form()["reason"]) == ("60", "student"), "what was typed is kept"
    assert "Due$60" in desk.submit(page).text, "who looks again may mean it"


def test_what_a_colleague_said_is_due_is_not_written_over_unseen(desk, app):
    form = desk.page(f"{page_of(app)}/due")
    desk.submit(desk.page(f"{page_of(app)}/due"), amount="30", reason="hardship fund")
    page = desk.submit(form, amount="70", reason="student")
    assert page.status == 409 and "“hardship fund”" in page.text and "Due$30" in page.text
    assert "Due$70" in desk.submit(page).text


def test_a_receipt_says_who_what_when_and_how_much(desk, app):
    pay(desk, app, "45.50")
    page = desk.page(f"{DESK}/receipts/{receipt(app)}")
    assert page.h1 == "Receipt 1"
    for words in (
        "$45.50 CAD",
        "10 December 2026",
        "Visit" + VISIT,
        "Cash",
        "Leo Shah",
        "Follow-up physiotherapy",
        "Olivier Dubois",
        "Riverside Physiotherapy",
        "Recorded by Tom",
    ):
        assert words in page.text, words


def test_money_goes_back_in_parts_and_never_more_than_came(desk, app):
    pay(desk, app, "45")
    address = f"{DESK}/receipts/{receipt(app)}"
    page = desk.submit(desk.page(f"{address}/refund"), amount="46", follow=False)
    assert page.status == 409 and "more than is left of that payment" in page.text and "Up to $45 can be given back." in page.text
    page = desk.submit(page, amount="20")
    assert "$20 given back, receipt 2." in page.html and "Paid$25" in page.text and "−$20" in page.text
    assert desk.page(f"{address}/refund").form()["amount"] == "25"
    assert "$20 of this was given back on 10 December 2026: see receipt 2." in desk.page(address).text
    assert "This entry is wrong" not in desk.page(address).links(), "the refund is taken back first"


def test_a_refund_dated_before_its_payment_is_refused_with_what_to_do_and_keeps_what_was_typed(desk, app):
    pay(desk, app, "45", received_on="2026-12-08")
    page = desk.submit(desk.page(f"{DESK}/receipts/{receipt(app)}/refund"), amount="20", received_on="2026-12-07", note="came twice")
    assert page.status == 422 and "The money came in on 8 December 2026. Enter that day or a later one." in page.text
    assert [page.form()[name] for name in ("amount", "received_on", "note")] == ["20", "2026-12-07", "came twice"] and len(
        entries(app)
    ) == 1
    page = desk.submit(page, received_on="2026-12-08")
    assert "$20 given back, receipt 2." in page.html


def test_who_cancels_a_paid_visit_is_told_at_once_that_money_is_there_to_be_given_back(desk, app):
    pay(desk, app, "45")
    page = desk.submit(desk.page(f"{page_of(app)}/cancel"))
    assert "Cancelled. The time is free again. $45 more was paid than is due now. Give it back, or change the amount due." in page.html
    page = desk.submit(page, "/mark", status="restore")
    desk.submit(desk.page(f"{DESK}/receipts/{receipt(app)}/refund"), amount="45")
    page = desk.submit(desk.page(f"{page_of(app)}/cancel"))
    assert "Cancelled. The time is free again." in page.text and "more was paid" not in page.text


def test_who_gives_money_back_is_told_what_the_person_reads_is_left(desk, browse, app, world):
    pay(desk, app, "80")
    page = desk.submit(desk.page(f"{DESK}/receipts/{receipt(app)}/refund"), amount="20")
    assert "$20 given back, receipt 2. The person reads that $20 is left to pay." in page.text
    page = desk.page(page.links()["Change the amount due"])
    desk.submit(page, amount="60", reason="waited long")
    assert "Left to pay$0" in browse(world.priya).page(f"/appointments/{app.config['visit']}").text
    page = desk.submit(desk.page(f"{DESK}/receipts/{receipt(app)}/refund"), amount="10", follow=True)
    desk.submit(desk.page(f"{page_of(app)}/due"), amount="0", reason="a gift")
    page = desk.submit(desk.page(f"{DESK}/receipts/{receipt(app)}/refund"), amount="10")
    assert "$10 given back, receipt 4." in page.text and "The person reads" not in page.text


def test_what_was_done_is_told_where_the_page_opens(desk, app):
    """A browser led to the money on the page would scroll past the sentence, and past the way to the receipt."""
    done = [pay(desk, app, "80", follow=False)]
    address = f"{DESK}/receipts/{receipt(app)}"
    done.append(desk.submit(desk.page(f"{address}/refund"), amount="5", follow=False))
    done.append(desk.submit(desk.page(f"{page_of(app)}/due"), amount="75", reason="late", follow=False))
    done.append(desk.submit(desk.page(f"{DESK}/receipts/{receipt(app, 2)}/mistake"), note="typed twice", follow=False))
    assert [page.response.headers["Location"].endswith(page_of(app)) for page in done] == [True] * 4


def test_a_wrong_entry_is_taken_back_and_both_stay(desk, app):
    pay(desk, app, "4.50")
    address = f"{DESK}/receipts/{receipt(app)}"
    assert desk.submit(desk.page(f"{address}/mistake")).status == 422
    stale = desk.page(f"{address}/mistake")
    page = desk.submit(stale, note="one zero was missing")
    assert "Taken back" in page.text and "Paid$0" in page.text and {"Receipt 1", "Receipt 2"} <= set(page.links())
    assert "was a mistake and counts no more: see receipt 2" in desk.page(address).text
    again = desk.submit(stale, follow=False, note="twice", key="another-form-of-the-same-entry")
    assert again.status == 409 and "It was taken back already" in again.text and len(entries(app)) == 2


def test_the_persons_tab_adds_up_what_is_owed_newest_first(desk, app, world):
    pay(desk, app, "100", of="past")
    page = desk.page(f"{DESK}/people/{world.leo.public_id}/payments")
    assert "$20 is left to pay for visits so far." in page.text and "for visits to come." in page.text
    assert page.text.index("Monday 14 December") < page.text.index("Receipt 1")
    assert page.all("a", aria_current="page")[-1].text == "Payments"
    desk.submit(desk.page(f"{page_of(app)}/due"), amount="30", reason="agreed"), desk.submit(desk.page(f"{page_of(app)}/cancel"))
    assert "Monday 14 December" not in desk.page(f"{DESK}/people/{world.leo.public_id}/payments").text, (
        "what was said of the visit is not said of its absence"
    )
    desk.submit(desk.page(f"{page_of(app)}/due"), amount="12", reason="called late")
    assert "$12" in desk.page(f"{DESK}/people/{world.leo.public_id}/payments").text
    assert "Payments" in desk.page(f"/staff/riverside/people/{world.leo.public_id}").links()


def test_a_practitioner_sees_the_money_of_visits_with_them_alone(browse, desk, app, world):
    pay(desk, app, "45")
    maya = browse(world.maya, staff=True)
    for path in (f"{DESK}/receipts/{receipt(app)}", f"{page_of(app)}/payments/add"):
        assert maya.get(path).status_code == 404
    page = maya.page(f"{DESK}/people/{world.leo.public_id}/payments")
    assert "Monday 14 December" not in page.text and "Olivier" not in page.text
    assert "Receipt 1" not in maya.page(f"{DESK}/payments").text and "Receipt 1" in desk.page(f"{DESK}/payments").links()


def test_a_long_list_costs_no_more_statements_than_a_short_one_and_is_paged(desk, app, world):
    said = []

    def asked() -> int:
        said.clear()
        desk.get(path)
        return len(said)

    def listen(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            said.append(statement)

    path = f"{DESK}/people/{world.leo.public_id}/payments"
    pay(desk, app, "45")
    desk.get(path)  # who looked is written down once a day
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        before = asked()
        with app.app_context():
            for n in range(60):
                mails.change(mails.appointment(world, "leo", clock.now() - timedelta(days=40 + n)), price_cents=1000)
        assert asked() == before
        assert before <= 8, "\n".join(said)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    page = desk.page(path)
    assert (
        "Page 1 of 2" in page.text and "Page 2 of 2" in desk.page(f"{path}?page=2").text and desk.get(f"{path}?page=999").status_code == 200
    )


def test_the_day_is_added_up_by_way_of_paying(desk, app):
    pay(desk, app, "45"), pay(desk, app, "20", "card"), pay(desk, app, "10", "card", received_on="2026-12-09")
    desk.submit(desk.page(f"{DESK}/receipts/{receipt(app)}/refund"), amount="5")
    page = desk.page(f"{DESK}/payments")
    rows = [" ".join("".join(cell.itertext()).strip() for cell in row) for row in page.all("tr")]
    assert "Cash $45 $5 $40" in rows and "Card at the desk $20 $0 $20" in rows and "Total $65 $5 $60" in rows
    assert "Receipt 3" in desk.page(f"{DESK}/payments?date=2026-12-09").links()
    assert "No payments on this day." in desk.page(f"{DESK}/payments?date=2026-12-08").text
    assert desk.get(f"{DESK}/payments?date=never").status_code == 422 and desk.get(f"{DESK}/payments.csv?date=never").status_code == 404
    assert "Payments of this day" in desk.page(f"{DESK}/day").links()


def test_the_file_of_a_day_holds_no_formula(desk, app):
    pay(desk, app, "45", note="=HYPERLINK(1)"), pay(desk, app, "20.50", "cheque", note="+1")
    desk.submit(desk.page(f"{DESK}/receipts/{receipt(app)}/refund"), amount="5", note="@x")
    answer = desk.get(f"{DESK}/payments.csv")
    assert answer.mimetype == "text/csv" and "payments-2026-12-10.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[6:8] for row in rows[1:]] == [["45", ""], ["20.50", ""], ["", "5"], ["65.50", "5"]]
    assert [row[9] for row in rows[1:4]] == ["'=HYPERLINK(1)", "'+1", "'@x"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert desk.get(f"{DESK}/payments.csv?lang=fr").data.decode("utf-8-sig").splitlines()[2].split(";")[6] == "20,50"


# --- the receipt by mail ---


def test_a_receipt_is_mailed_to_who_may_read_it_and_once_for_one_press(desk, app, world):
    pay(desk, app, "45")
    address = f"{DESK}/receipts/{receipt(app)}"
    page = desk.page(address)
    assert "Email to Priya Shah (priya@example.com)" in page.text and "daniel@example.com" in page.text
    to = next(one.get("value") for one in page.all("button") if "Priya" in "".join(one.itertext()))
    for _press in range(2):
        said = desk.submit(page, "/mail", to=to)
    assert "The receipt is on its way to Priya Shah." in said.html
    with app.app_context():
        assert mails.readers("receipt") == ["priya@example.com"]
        assert "$45" in mails.letter_to("priya@example.com", "receipt").subject


def test_nobody_is_offered_who_sees_only_that_somebody_is_busy(desk, app, world):
    see_only_times(app, world)
    pay(desk, app, "45")
    page = desk.page(f"{DESK}/receipts/{receipt(app)}")
    assert "daniel@example.com" not in page.text
    answer = desk.submit(page, "/mail", follow=False, to=world.link("daniel", "leo").public_id)
    assert answer.status == 404
    with app.app_context():
        assert mails.outbox("receipt") == []


# --- the person's own side ---


def test_the_person_reads_what_it_costs_what_is_paid_and_how_to_pay(desk, browse, app, world):
    priya, address = browse(world.priya), f"/appointments/{app.config['visit']}"
    page = priya.page(address)
    assert (
        "Cost: $80." in page.text
        and "You cannot pay online here. Pay at the clinic." in page.text
        and "Questions about paying? Call (416) 555-0134." in page.text
    )
    pay(desk, app, "45", note="from the grandmother")
    page = priya.page(address)
    assert "Paid$45" in page.text and "Left to pay$35" in page.text and "grandmother" not in page.html
    shown = priya.page(page.links()["Receipt 1"])
    assert shown.h1 == "Receipt 1" and "$45 CAD" in shown.text and "grandmother" not in shown.html and "Recorded by" not in shown.text
    pay(desk, app, "35")
    page = priya.page(address)
    assert "Left to pay$0" in page.text and "pay online" not in page.text, "nothing is left, so nobody is told how to pay"


def test_a_past_visit_says_what_is_left_too_and_a_cancelled_one_only_if_something_is_due(desk, browse, app, world):
    priya = browse(world.priya)
    assert "Cost: $120." in priya.page(f"/appointments/{app.config['past']}").text
    desk.submit(desk.page(f"{page_of(app)}/cancel"))
    assert "Cost" not in priya.page(f"/appointments/{app.config['visit']}").text
    desk.submit(desk.page(f"{page_of(app)}/due"), amount="40", reason="too late")
    page = priya.page(f"/appointments/{app.config['visit']}")
    assert "Cost: $40." in page.text and "too late" not in page.html


def test_who_sees_only_busy_sees_nothing_of_the_money(desk, browse, app, world):
    see_only_times(app, world)
    pay(desk, app, "45.67")
    daniel = browse(world.daniel)
    page = daniel.page(f"/appointments/{app.config['visit']}")
    for words in ("80", "45.67", "Cost", "Receipt", "pay"):
        assert words not in page.text, words
    assert daniel.get(f"/receipts/{receipt(app)}").status_code == 404
    assert browse(world.nadia).get(f"/receipts/{receipt(app)}").status_code == 404


def test_the_practices_own_words_about_paying_are_shown_before_booking_and_after(desk, browse, app, world):
    with app.app_context():
        mails.change(world.riverside, payments_off_reason="Pay by card at the desk.")
    priya = browse(world.priya)
    page = priya.page(f"/appointments/{app.config['visit']}")
    assert "Pay by card at the desk. Questions about paying? Call (416) 555-0134." in page.text
    with app.app_context():
        mails.change(world.riverside, pay_url="https://pay.example.com/riverside")
    assert priya.page(f"/appointments/{app.config['visit']}").links()["Pay online"] == "https://pay.example.com/riverside"
