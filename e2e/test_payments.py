"""Two part payments and a receipt: at the desk in parts, on paper and by mail, and on the person's own page."""

import re

from sqlalchemy import select

from booking.models import Appointment
from e2e.conftest import DESK, PHONE
from e2e.people import faults, heading, sign_in
from portal.database import db
from portal.models import Profile
from portal.seed import name_id

LEO = name_id("leo@riverside")


def visit_of(site) -> str:
    """Leo's next visit that costs something."""
    with site.app.app_context():
        leos = select(Appointment.public_id).join(Profile, Profile.id == Appointment.profile_id).where(Profile.public_id == LEO)
        coming = leos.where(Appointment.status == "booked", Appointment.starts_at > site.clock(), Appointment.price_cents.is_not(None))
        return db.session.scalar(coming.order_by(Appointment.starts_at))


def test_two_part_payments_and_a_receipt(site, open_page, javascript):
    # given a visit that costs something
    visit = visit_of(site)
    desk = open_page(javascript=javascript, viewport=DESK)
    sign_in(desk, "tom@example.com")
    desk.goto(f"/desk/riverside/appointments/{visit}")
    desk.get_by_role("link", name="Record a payment").click()
    whole = float(desk.get_by_label("Amount").input_value())

    # when a part is paid in cash, typed the way people write it
    desk.get_by_label("Amount").fill("30,50")
    desk.get_by_label("How it was paid").select_option("Cash")
    desk.get_by_role("button", name="Record the payment").click()
    assert "$30.50 recorded" in desk.get_by_role("status").first.inner_text()

    # and more than the rest is typed by mistake: asked once, nothing is recorded
    desk.get_by_role("link", name="Record a payment").click()
    rest = float(desk.get_by_label("Amount").input_value())
    assert rest == whole - 30.5
    desk.get_by_label("Amount").fill(f"{rest + 100:.2f}")
    desk.get_by_label("How it was paid").select_option("Card at the desk")
    desk.get_by_role("button", name="Record the payment").click()
    assert "This is $100 more." in desk.get_by_role("alert").inner_text()
    assert not faults(desk, javascript)
    desk.get_by_label("Amount").fill(f"{rest:.2f}")
    desk.get_by_role("button", name="Record the payment").click()

    # then nothing is left, and the receipt goes out by mail
    assert "$0" in desk.locator("dl.summary").filter(has_text="Left to pay").inner_text()
    desk.get_by_role("link", name="Print or email the receipt").click()
    number = re.search(r"\d+", heading(desk))[0]
    desk.get_by_role("button", name=re.compile("Email to Priya Shah")).click()
    assert "on its way to Priya Shah" in desk.get_by_role("status").first.inner_text()
    letter = site.mails_to("priya@example.com")[-1]
    assert letter["Subject"].startswith(f"Receipt {number} from Riverside Physiotherapy")

    # and on paper stands the receipt with nothing to press
    desk.emulate_media(media="print")
    for control in (".btn", "form", ".subnav", "#mail", "#more"):
        assert desk.locator(f"{control}:visible").count() == 0, control
    assert desk.get_by_text("Leo Shah").first.is_visible()

    # and the person finds both receipts where the visit is
    priya = open_page(javascript=javascript, viewport=PHONE)
    sign_in(priya, "priya@example.com")
    priya.goto(f"/appointments/{visit}")
    receipts = priya.get_by_role("link", name=re.compile(r"^Receipt \d+$"))
    assert receipts.count() == 2
    receipts.last.click()
    assert heading(priya) == f"Receipt {number}"
    assert not faults(priya, javascript)
