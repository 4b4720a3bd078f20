"""Before you save: every change of a plan is looked at first, and only what was looked at is saved.

A form carries two marks: `seen`, the rows it was made of, so that nobody's newer change is overwritten; and `shown`, the change whose effect
was on the screen, so that what was typed afterwards is looked at again. Pressing "Save" with another `shown` shows instead of saving.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask import abort, flash, redirect, request
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from wtforms import BooleanField, HiddenField

from booking import outside, schedules
from booking.changes import Change
from booking.desk import effect_words
from booking.models import Appointment
from booking.previews import Preview, appointments_outside, preview
from booking.schedule_roles import may_apply
from portal import clock
from portal.database import transact
from portal.forms import PortalForm
from portal.models import StaffMember
from portal.staff.page import staff_page


class ChangeForm(PortalForm):
    """What every form about the plan has besides its own boxes."""

    seen = HiddenField()
    shown = HiddenField()
    tell = BooleanField(_("Email them that the clinic will get in touch to find another time"))


def sent(prefix: str) -> bool:
    """Whether the form with this prefix was sent; a page may have several."""
    return any(name.startswith(prefix) for name in request.form)


def only_if(was_sent: bool) -> dict:
    """For a form: what came in belongs to it, or to another form of the page."""
    return {} if was_sent else {"formdata": None}


@dataclass(frozen=True)
class Look:
    """A change as the page shows it; `saved` instead of it once it is."""

    saved: bool = False
    problem: schedules.ChangedMeanwhile | None = None
    preview: Preview | None = None
    said: tuple[str, ...] = ()
    rows: tuple = ()
    appointments: tuple[Appointment, ...] = ()
    told: int = 0

    @property
    def status(self) -> int:
        return self.problem.status if self.problem else 200

    @property
    def people(self) -> set[int]:
        return {one.profile_id for one in self.appointments}


def digest(change: Change) -> str:
    return sha256(repr(change).encode()).hexdigest()[:16]


def weigh(staff: StaffMember, change: Change, form: ChangeForm, now: datetime) -> Look:
    """Saves the change if its effect was on the screen and nobody changed it meanwhile; else what it would do, with both marks renewed."""
    if not may_apply(staff, change):
        abort(404)
    problem = None
    if request.form.get("do") == "save" and form.shown.data == digest(change):
        try:
            told = transact(outside.save, staff, change, now, form.seen.data, bool(form.tell.data))
            return Look(saved=True, told=told)
        except schedules.ChangedMeanwhile as error:
            problem = error
    found = preview(staff, change, now)
    if form.seen.data and form.seen.data != found.seen:
        problem = schedules.ChangedMeanwhile()
    form.seen.data, form.shown.data = found.seen, digest(change)
    said = effect_words.sentences(found, clock.today(staff.practice.zone))
    return Look(False, problem, found, tuple(said), tuple(effect_words.rows(found)), tuple(appointments_outside(staff, found.effect)))


def page(staff: StaffMember, change: Change, title: str, done: str, back: str):
    """A page for a change that needs no boxes: what it does, "Save", and the way back. GET looks, POST saves."""
    now, form = clock.now(), ChangeForm()
    look = weigh(staff, change, form, now)
    if look.saved:
        say(look, done)
        return redirect(back)
    return staff_page("desk/change.html", staff, now, people=look.people, form=form, look=look, title=title, back=back), look.status


def say(look: Look, done: str) -> None:
    """What was saved, and how many were told."""
    told = ngettext("%(num)s person is told by email.", "%(num)s people are told by email.", look.told) if look.told else ""
    flash(f"{done} {told}".strip())
