"""My appointments, over all people and practices; and the page of one, which is also what one sees after booking."""

from datetime import datetime
from typing import NamedTuple

from flask import abort, g, render_template, request
from flask_babel import gettext
from flask_login import current_user

from booking import bookings
from booking.calendar_files import google_link, outlook_link
from booking.companions import companions_of
from booking.clashes import Clash, clashes, links_in
from booking.disclosure import seen, told, wrote
from booking.handover import may_hand_over, moved_on, origin
from booking.models import Appointment
from booking.payment_queries import cost_of
from booking.persons import Person, people, person
from booking.queries import link_to, seen_by
from booking.views.blueprint import blueprint
from portal import clock
from portal.access import BOOK, CHANGE, EVERYTHING, SEE_TIMES
from portal.models import Link
from portal.queries import link_of, links_of
from portal.reading import note_read


class Line(NamedTuple):
    """One appointment as this reader sees it: through `link`, wholly (`details`) or only that somebody is busy; changeable now or not."""

    appointment: Appointment
    link: Link
    details: bool
    allowed: bool
    may_change: bool
    change_until: datetime
    undoable: str | None

    @property
    def is_own(self) -> bool:
        return self.link.relationship == "self"

    @property
    def may_move(self) -> bool:
        """A seat of a group has its one time: it is cancelled online, and moved by telephone."""
        return self.may_change and self.appointment.group_id is None

    @property
    def note(self) -> str:
        """What the reader wrote when booking; somebody else's note is between them and the clinic."""
        return self.appointment.note if wrote(self.link, self.appointment) else ""

    @property
    def notice_minutes(self) -> int:
        """How long before the start the changes end."""
        return int((self.appointment.starts_at - self.change_until).total_seconds()) // 60

    @property
    def place(self) -> str:
        return self.appointment.location.address or self.appointment.practice.address


@blueprint.get("/appointments")
def appointments():
    past = request.args.get("past") == "1"
    now, links = clock.now(), links_of(current_user)
    everybody = people(links, now)
    who = _chosen(everybody, now)
    rows = seen_by(current_user, now, past)
    elsewhere = seen_by(current_user, now) if past and any(one.appointment.was_handed_over for one in rows) else []
    said = moved_on(rows, rows + elsewhere)
    shown = [one for one in rows if one.appointment.id not in said and (who is None or person(one.link) == who.key)]
    practices = {link.practice_id: link.profile.practice for link in links if _may(link, BOOK)}
    nearest = shown[0].appointment.practice_id if shown else None  # the main button is for where the first of them is
    warnings = [] if past else [pair for pair in clashes(rows, now) if who is None or pair.concerns(who.key)]
    answer = render_template(
        "booking/appointments.html",
        lines=[line(one.appointment, one.link, now) for one in shown],
        zones={one.appointment.zone for one in rows},
        warnings=warnings,
        people=everybody,
        who=who,
        past=past,
        paused=[link for link in links if who is None and not past and _is_paused(link)],
        practices=sorted(practices.values(), key=lambda practice: (practice.id != nearest, practice.name)),
    )
    note_read({one.link for one in shown} | links_in(warnings), now)
    return answer


def _chosen(everybody: list[Person], now: datetime) -> Person | None:
    """Whose appointments the address asks for, by any link of the asker's to them; None: everybody's. Aborts with 404 for somebody else's."""
    if not request.args.get("who"):
        return None
    link = link_of(current_user, request.args["who"], now) or abort(404)
    return next((one for one in everybody if one.key == person(link)), None) or abort(404)


@blueprint.get("/appointments/<public_id>")
def appointment(public_id):
    one, link = found(public_id, SEE_TIMES)
    return page(one, link)


def page(one: Appointment, link: Link, problem: str = "") -> str:
    """The page of one, with what just became of it, or why that did not happen. Whoever looks through a link is written down, also
    where a warning names somebody else."""
    now = clock.now()
    over = one.ends_at <= now or one.is_cancelled or not line(one, link, now).details
    warnings = [] if over else [pair for pair in clashes(seen_by(current_user, now), now) if pair.is_about(one)]
    answer = _page(one, link, problem, warnings)
    note_read({link} | links_in(warnings), now)
    return answer


def _page(one: Appointment, link: Link, problem: str, warnings: list[Clash]) -> str:
    now, practice = clock.now(), one.practice
    here = [each for each in links_of(current_user, practice) if _may(each, BOOK)]
    what, over = line(one, link, now), one.ends_at <= now
    if not what.details:
        return render_template("booking/busy.html", line=what, appointment=one, over=over, zone=one.zone)
    shared = told(one, link, clock.today(practice.zone))
    return render_template(
        "booking/appointment.html",
        line=what,
        appointment=one,
        undo_until=bookings.undo_until(one),
        back_to=origin(current_user, one, now) if what.undoable == "got" else None,
        google=google_link(one, shared),
        outlook=outlook_link(one, shared),
        over=over,
        warnings=warnings,
        instead=[each for each in here if each.profile_id != one.profile_id] if what.allowed and may_hand_over(one, now) else [],
        others=len(here) > 1,
        place=what.place,
        zone=one.zone,
        companions=companions_of(one),
        cost=cost_of(one),
        problem=problem,
        news="" if problem else _handed_over(what) or _news(one),
    )


def _handed_over(now_for: Line) -> str:
    """After "Wrong person?": who has it now and who has not, if the appointment it was is the reader's and bears it out."""
    was = link_to(current_user, request.args["was"], SEE_TIMES, clock.now()) if "was" in request.args else None
    if was is None or not was[0].was_handed_over or was[0].starts_at != now_for.appointment.starts_at:
        return ""
    name, before = now_for.appointment.profile.given_name, was[0].profile.given_name
    moved = gettext("Moved to you.") if now_for.is_own else gettext("Moved to %(name)s.", name=name)
    return f"{moved} {gettext('You do not have it any more.') if was[1].is_self else gettext('%(name)s does not have it any more.', name=before)}"


def _news(one: Appointment) -> str:
    """What the address says just happened, if the appointment still bears it out."""
    undone = request.args.get("undone")
    if one.is_cancelled:
        return gettext("The booking is undone. The time is free again.") if undone == "booked" else ""
    if "already" in request.args:
        return gettext("You have already booked this time.")
    if undone == "moved":
        return gettext("You have the old time again.")
    return gettext("Your appointment is kept. Nothing changed.") if undone == "cancelled" else ""


def found(public_id: str, permission: str) -> tuple[Appointment, Link]:
    """The asker's appointment and the link they reach it through; both become the page's context. Aborts with 404."""
    one, link = link_to(current_user, public_id, permission, clock.now()) or abort(404)
    g.practice, g.acting_link = one.practice, link
    return one, link


def line(one: Appointment, link: Link, now) -> Line:
    details = seen(link, one, clock.today(one.practice.zone)) == EVERYTHING
    allowed = details and _may(link, CHANGE)
    return Line(
        one,
        link,
        details,
        allowed,
        allowed and bookings.may_change(one, now),
        bookings.change_until(one),
        bookings.undoable(one, now) if allowed else None,
    )


def _is_paused(link: Link) -> bool:
    today = clock.today(link.profile.practice.zone)
    return link.is_live(today) and link.is_paused(today)


def _may(link: Link, permission: str) -> bool:
    return link.allows(permission, clock.today(link.profile.practice.zone))
