"""For tests of the merge pages: two records to compare, and what a page asks about them."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.database import db, transact
from portal.models import Profile
from tests import mails
from tests.portal.homes import change
from tests.portal.invited import rows

RIVERSIDE = "/staff/riverside"
KNOWN = dict(
    file_number="8841",
    given_name="Amara Grace",
    phone="+14165550100",
    email="amara@example.com",
    card_number="1234-567-897-AB",
    card_region="ON",
    street="",
    city="",
    postal_code="",
)


def address(source, target) -> str:
    return f"{RIVERSIDE}/people/{source.public_id}/merge/{target.public_id}"


def visit(app, cast, who: str, **ahead):
    with app.app_context():
        return mails.appointment(cast, who, app.config["CLOCK"]() + timedelta(**ahead))


def fresh(app, profile) -> Profile:
    return rows(app, Profile, Profile.id == profile.id)[0]


def ticks(page) -> list[str]:
    return [one.get("value") for one in page.all("input", name="confirm")]


def agree(reader, page, path: str, **values):
    """Send the form of the merge page with every tick set."""
    return reader.submit(page, path, **{"confirm": ticks(page)} | values)


def chosen(page, name: str) -> list[str]:
    return [one.get("value") for one in page.all("input", name=name) if one.get("checked") is not None]


def beside(app, known, **facts) -> Profile:
    """A further record of the same practice, made now: it says what `known` says, but for `facts`."""
    with app.app_context():
        facts = {name: getattr(known, name) for name in ("practice_id", "given_name", "family_name", "born_on", "phone")} | facts
        one = Profile(created_at=app.config["CLOCK"](), public_id="beside", **facts)
        transact(lambda: db.session.add(one))
        return db.session.scalar(select(Profile).where(Profile.public_id == "beside").options(joinedload(Profile.practice)))


def amara(app, cast) -> tuple[Profile, Profile]:
    """Amara registered online; the clinic has her on file under a longer name and an older number, with two past visits."""
    new, known = cast.profile("amara"), cast.amara_on_file
    change(app, known, **KNOWN)
    change(app, new, street="40 Elm Road", city="Toronto")
    visit(app, cast, "amara-on-file", days=-40)
    visit(app, cast, "amara-on-file", days=-20)
    visit(app, cast, "amara", days=3)
    return new, known
