"""Whom staff book for: found by name, number or address, or added on the way. What was chosen before is kept in the address."""

from functools import partial

from flask import redirect, request, url_for

from booking.desk.blueprint import blueprint
from booking.models import Block
from portal import clock
from portal.guards import staff_only
from portal.models import Profile, StaffMember
from portal.permissions import EVERYBODY
from portal.staff import finding, record_page
from portal.staff.page import staff_page
from portal.staff.people import asked_for, page_asked

KEPT = ("what", "with", "date", "at", "block", "group")


def kept() -> dict:
    """What the address says besides the person."""
    return {name: request.args[name] for name in KEPT if request.args.get(name)}


def person_asked(staff: StaffMember) -> Profile | None:
    """The person in the address, or whoever stands for their record now; None if there is none that this member may see."""
    who = request.args.get("who", "")
    return (finding.person_of(staff, who) or finding.standing_for(staff, who)) if who else None


def onward(staff: StaffMember, **changes) -> str:
    """The page that goes on once the person is known."""
    said = kept() | changes
    return (
        url_for("desk.seat", slug=staff.practice.slug, public_id=said.pop("group"), **said)
        if "group" in said
        else url_for("desk.book", slug=staff.practice.slug, **said)
    )


def who_page(staff: StaffMember, heading: str, about: str = "", group: Block | None = None) -> str:
    """`heading` is what is to be done for somebody; `about` a line about when and with whom; `group`: it is a seat of this one."""
    now, asked = clock.now(), asked_for()
    found = finding.people(staff, asked, page_asked()) if asked else None
    ids = {one.id for one in found.rows} if found else set()
    said = kept() | ({"group": group.public_id} if group else {})
    facts = {
        "heading": heading,
        "about": about,
        "asked": asked,
        "found": found,
        "kept": said,
        "adds": record_page.may_add(staff),
        "sees_everybody": staff.may(EVERYBODY),
    }
    facts["onward"] = partial(onward, staff, **({"group": group.public_id} if group else {}))
    return staff_page("desk/who.html", staff, now, people=ids, day=clock.today(staff.practice.zone), **facts)


@blueprint.route("/book/new", methods=["GET", "POST"])
@staff_only()
def book_new(staff):
    """Somebody new, by the form of all pages. Then on with the booking."""
    return record_page.add(
        staff, "desk/new_person.html", lambda person: redirect(onward(staff, who=person.public_id)), onward=partial(onward, staff)
    )
