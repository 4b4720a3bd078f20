"""What an admin sets of the practice shows where people read it; nothing is written over unseen; a logo is only a picture."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from portal import practice_details
from portal.models import LedgerLine, Practice, PracticeLogo
from tests import mails
from tests.portal.homes import change
from tests.portal.invited import rows

SETTINGS = "/staff/riverside/settings"
HOME = "/at/riverside/"


@pytest.fixture
def dana(browse, cast):
    return browse(as_=cast.dana, staff=True)


def practice(app) -> Practice:
    return rows(app, Practice, Practice.slug == "riverside")[0]


def picture(kind: str = "PNG", size=(600, 300), **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **more)
    return out.getvalue()


def upload(reader, content: bytes, name: str = "logo.png", **values):
    page = reader.page(f"{SETTINGS}/look")
    fields = {key: value for key, value in page.form().items() if key} | values
    return reader.post(
        f"{SETTINGS}/look",
        data=fields | {"logo": (io.BytesIO(content), name)},
        headers={"Origin": "http://localhost"},
        content_type="multipart/form-data",
    )


def test_the_index_lists_what_each_role_may_set(browse, cast, dana):
    page = dana.page(SETTINGS)
    assert (
        page.h1 == "Settings"
        and {"Name and address", "Messages", "Reminders", "Colour and logo", "Access and invitations", "Services"} <= page.links().keys()
    )
    assert not {"Name and address", "Services"} & browse(as_=cast.tom, staff=True).page(SETTINGS).links().keys()


def test_name_and_telephone_are_what_people_read(app, browse, dana):
    page = dana.submit(
        dana.page(f"{SETTINGS}/details"), name="Riverside Health", phone="416 555 0199", phone_hours="Always", calls_people="client"
    )
    assert "The settings are saved." in page.html
    seen = browse().page(HOME)
    assert "Riverside Health" in seen.html and "(416) 555-0199" in seen.html
    assert practice(app).calls_people == "client" and practice(app).phone == "+14165550199"
    assert dana.page(f"{SETTINGS}/details").form()["phone"] == "(416) 555-0199", "shown as people here write it"
    (line,) = rows(app, LedgerLine, LedgerLine.verb == "settings_changed")
    assert line.facts["before"]["name"] == "Riverside Physiotherapy" and line.facts["after"]["name"] == "Riverside Health"


def test_public_holidays_are_those_of_the_country_and_region_that_were_chosen(app, dana):
    page = dana.submit(dana.page(f"{SETTINGS}/details"), region="QC")
    assert "The settings are saved." in page.html
    closures = dana.page("/desk/riverside/closures").text
    assert "National Patriots' Day" in closures and "Family Day" not in closures
    # what stood there is the number it was, not one that is read in France; what is typed is one of France
    dana.submit(dana.page(f"{SETTINGS}/details"), country="FR")
    assert (practice(app).country, practice(app).phone) == ("FR", "+14165550134")
    page = dana.submit(dana.page(f"{SETTINGS}/details"), country="FR", phone="01 42 68 53 00")  # Quebec is none of its regions
    assert (practice(app).country, practice(app).region, practice(app).phone) == ("FR", "", "+33142685300")
    assert "Alsace" in page.text and "Ontario" not in page.text
    assert "Victoria Day" not in dana.page("/desk/riverside/closures").text


@pytest.mark.parametrize(
    "page, field, value, said",
    [
        ("details", "name", "", "Enter a name"), ("details", "phone", "call us", "Enter a phone number"), ("details", "email", "desk", "Enter an email address"),
        ("details", "country", "XX", "Choose a country"), ("details", "zone", "Mars/Base", "Enter a time zone"), ("details", "language", "tlh", "Choose a language"), ("look", "colour", "red;}", "Enter a colour as six letters"),
        ("messages", "banner_text", "x" * 201, "Use 200 characters or fewer"), ("messages", "banner_from", "soon", "Enter a day as year-month-day"),
        ("messages", "pay_url", "javascript:alert(1)", "Enter an address that begins with https://"), ("reminders", "hours", "2, 0", "Enter up to 4 numbers"),
        ("reminders", "hours", "1 2 3 4 5", "Enter up to 4 numbers"), ("reminders", "reminder_detail", "none", "Choose what a reminder says"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_to_do_and_changes_nothing(app, dana, page, field, value, said):
    answer = dana.submit(dana.page(f"{SETTINGS}/{page}"), **{field: value})
    assert answer.status == 422 and said in answer.text and practice(app).revision == 0


def test_two_admins_do_not_write_over_each_other_unseen(app, dana):
    mine = dana.page(f"{SETTINGS}/details")
    dana.submit(dana.page(f"{SETTINGS}/messages"), banner_text="Closed on Monday.")
    answer = dana.submit(mine, name="Mine")
    assert answer.status == 422 and "Somebody changed this while you were looking." in answer.text and 'value="Mine"' in answer.html
    dana.submit(answer)
    assert practice(app).name == "Mine" and practice(app).banner_text == "Closed on Monday."


def test_a_message_stands_on_every_page_for_its_days(app, browse, dana, clock):
    dana.submit(
        dana.page(f"{SETTINGS}/messages"), banner_text="The elevator is broken.", banner_from="2026-12-10", banner_until="2026-12-11"
    )
    assert "The elevator is broken." in browse().page(HOME).html
    clock.forward(days=2)
    assert "The elevator is broken." not in browse().page(HOME).html


def test_closed_to_new_people_says_so_in_the_practices_words(app, browse, dana):
    page = dana.page(f"{SETTINGS}/messages")
    fields = {key: value for key, value in page.form().items() if key and key != "takes_new"} | {
        "closed_to_new_reason": "Call us in spring."
    }
    dana.post(f"{SETTINGS}/messages", data=fields, headers={"Origin": "http://localhost"})
    assert "Call us in spring." in browse().page(HOME).text and practice(app).closed_to_new_at is not None


def test_reminders_are_kept_longest_first(app, dana):
    dana.submit(dana.page(f"{SETTINGS}/reminders"), hours="2, 24 72", reminder_detail="discreet")
    assert practice(app).reminder_hours == [72, 24, 2] and practice(app).reminder_detail == "discreet"


def test_the_colour_is_shown_as_people_will_see_it(dana):
    page = dana.submit(dana.page(f"{SETTINGS}/look"), colour="#ffe600")
    assert "Your colour is shown darker by day, so everyone can read it." in page.text and 'aria-label="By day' in page.html
    assert "shown darker" not in dana.submit(dana.page(f"{SETTINGS}/look"), colour="#000").text  # black is as dark as can be


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_uploaded_logo_is_shown_small_and_clean(app, browse, dana, kind):
    assert upload(dana, picture(kind)).status_code == 302
    seen = browse().page(HOME)
    (address,) = {one.get("src") for one in seen.all("img") if "/logo/" in (one.get("src") or "")}
    answer = browse().get(address)
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert (answer.mimetype, shown.format, max(shown.size)) == ("image/png", "PNG", practice_details.LOGO_SIDE)
    assert len(answer.data) <= practice_details.LOGO_BYTES and "immutable" in answer.headers["Cache-Control"]
    dana.submit(dana.page(f"{SETTINGS}/look"), default_logo="y")
    assert rows(app, PracticeLogo) == [] and browse().get(address).status_code == 404


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"GIF89a" + b"0" * 50, b"\x89PNG\r\n\x1a\n broken"],
)
def test_what_is_no_picture_is_refused(app, dana, content):
    answer = upload(dana, content or b" ", "logo.svg")
    assert answer.status_code == 422 and "Choose a picture: PNG, JPEG or WebP" in answer.get_data(as_text=True)
    assert rows(app, PracticeLogo) == []


def test_paying_online_leads_to_the_practices_page_or_says_why_not(app, browse, cast, dana):
    change(app, cast.riverside, payments_off_reason="Pay by card at the desk.")
    with app.app_context():
        visit = mails.appointment(cast, "leo", app.config["CLOCK"]() + timedelta(days=3))
    change(app, visit, price_cents=12000)
    reader, address = browse(as_=cast.priya), f"/appointments/{visit.public_id}"
    assert "Pay by card at the desk." in reader.page(address).text
    change(app, cast.riverside, pay_url="https://pay.example.com/riverside")
    assert reader.page(address).links()["Pay online"] == "https://pay.example.com/riverside"
