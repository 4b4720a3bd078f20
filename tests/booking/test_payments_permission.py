"""Payments are a permission of their own: without it nothing of the money is shown, and what was open saves nothing."""

from datetime import timedelta

from sqlalchemy import func, select

from booking import payments
from booking.models import AmountDue, Payment
from portal.database import db, transact
from portal.permissions import PAYMENTS
from tests import mails
from tests.portal.homes import change


def test_without_the_permission_no_page_of_money_is_there_and_an_open_one_records_nothing(app, cast, browse, clock):
    with app.app_context():
        visit = mails.appointment(cast, "leo", clock.at + timedelta(days=3))
        paid = transact(
            payments.record, cast.staff("dana"), visit, 4321, "cash", clock.at.date(), clock.at, "a payment of a test", over_known=4321
        )
    tom, here = browse(as_=cast.tom, staff=True), "/desk/riverside"
    person, page = f"/staff/riverside/people/{cast.leo.public_id}", f"{here}/appointments/{visit.public_id}"
    open_pages = [
        tom.page(one)
        for one in (
            f"{page}/payments/add",
            f"{page}/due",
            f"{here}/receipts/{paid.public_id}/refund",
            f"{here}/receipts/{paid.public_id}/mistake",
        )
    ]
    assert "$43.21" in tom.page(page).text and "$43.21" in tom.page(f"{person}/history").text and "Payments" in tom.page(person).links()
    change(app, cast.staff("tom"), unusual={PAYMENTS: False})
    typed = {"amount": "5", "method": "cash", "received_on": "2026-12-10", "reason": "A gift", "note": "A mistake"}
    for one in open_pages:
        form = one.form()
        assert tom.post(form.pop(""), data={**form, **typed}, headers={"Origin": "http://localhost"}).status_code == 404
    for path in (
        f"{here}/people/{cast.leo.public_id}/payments",
        f"{here}/payments",
        f"{here}/payments.csv",
        f"{here}/receipts/{paid.public_id}",
    ):
        assert tom.get(path).status_code == 404
    seen = [tom.page(one) for one in (page, person, f"{person}/history", f"{here}/day?date=2026-12-13")]
    assert not any("43.21" in one.html or "receipt" in one.html.lower() for one in seen)
    assert not any(
        words in ("Payments", "Payments of this day", "Record a payment", "Change the amount due") for one in seen for words in one.links()
    )
    with app.app_context():
        assert [db.session.scalar(select(func.count()).select_from(one)) for one in (Payment, AmountDue)] == [1, 0]


def test_a_practitioner_records_payments_of_their_own_visits_as_before(app, cast, browse, clock):
    with app.app_context():
        visit = mails.appointment(cast, "leo", clock.at + timedelta(days=3))
        mails.change(visit, price_cents=8000)
    maya, page = browse(as_=cast.maya, staff=True), f"/desk/riverside/appointments/{visit.public_id}/payments/add"
    assert "recorded, receipt" in maya.submit(maya.page(page), amount="5", method="cash").html
