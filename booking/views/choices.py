"""What an address chose, found through whoever asks. Not yours and not there look the same: 404."""

from dataclasses import dataclass
from datetime import date

from flask import abort, redirect, request, session, url_for
from flask_login import current_user

from booking.bookings import must_be_changeable
from booking.disclosure import blind_account, knows_all
from booking.models import Appointment
from booking.queries import link_to
from booking.steps import ANYONE, ME, UNKNOWN, Steps
from booking.timetable import Practitioner, Service, Timetable, timetable
from booking.wishes import Wish
from portal import clock, tombstones
from portal.access import BOOK, CHANGE
from portal.links import paused_by_a_step
from portal.models import Link, Practice
from portal.queries import links_of


@dataclass(frozen=True, slots=True)
class Choices:
    """`links`: whom the asker may book for here; `has_own`: one of their links here is their own, whatever it allows.

    `link`: whom it is for, once that is known; None for a visitor and for an account that has no profile of its own here yet.
    `practitioner` None: anyone, or not yet.
    """

    practice: Practice
    steps: Steps
    table: Timetable
    links: list[Link]
    has_own: bool
    link: Link | None
    service: Service | None
    practitioner: Practitioner | None
    moving: Appointment | None
    paused: tuple[Link, ...] = ()  # whom the asker may not book for since a birthday

    @property
    def wish(self) -> Wish:
        """The question for the engine. Needs a service."""
        profile = self.link.profile if self.link else None
        return Wish(
            self.service, self.practitioner, profile, session.get("visitor", ""), self.moving, discreet=self.discreet, only_by=self.only_by
        )

    @property
    def discreet(self) -> bool:
        """The asker may not know all that the person has already."""
        return self.link is not None and not knows_all(self.link, clock.today(self.practice.zone))

    @property
    def only_by(self) -> int | None:
        return blind_account(self.link, clock.today(self.practice.zone)) if self.link else None

    @property
    def for_somebody_else(self) -> bool:
        return self.link is not None and self.link.relationship != "self"

    @property
    def several(self) -> bool:
        """Is there a choice of people: several links, or one that is not the asker's own?"""
        return len(self.links) > 1 or bool(self.links and not self.has_own)

    @property
    def must_say_who(self) -> bool:
        return self.link is None and self.several and self.steps.who != ME

    @property
    def is_newcomer(self) -> bool:
        """An account books for itself and has no profile here: booking will make it."""
        return current_user.is_authenticated and self.link is None and not self.must_say_who

    @property
    def who_url(self) -> str:
        """Where to change for whom it is."""
        return self.steps.url("who", who=self.link.profile.public_id if self.link else ME)

    @property
    def position(self) -> dict[str, tuple[int, int]]:
        """Which step of how many, by page."""
        if self.moving:
            return {"what": (1, 2), "when": (1, 2), "confirm": (2, 2)}
        first = 1 if self.several else 0
        return {"who": (1, 4), "what": (first + 1, first + 3), "when": (first + 2, first + 3), "confirm": (first + 3, first + 3)}

    @property
    def acting(self) -> dict:
        """For base.html: the strip that says for whom one books and where, and where to change it."""
        return {"acting_link": self.link, "acting_newcomer": self.is_newcomer, "acting_change": "" if self.moving else self.who_url}

    def facts(self) -> dict:
        """What every template of a step uses."""
        names = ("practice", "steps", "table", "links", "link", "service", "practitioner", "moving", "position", "who_url", "paused")
        return {"choices": self, **{name: getattr(self, name) for name in names}, **self.acting}


def chosen(practice: Practice, **but) -> Choices:
    """From the arguments of this request (and the fields of its form), changed by `but`: `chosen(practice, who="")`.

    Aborts with 404 for a person or an appointment that is not the asker's.
    """
    steps = Steps.read(practice.slug, request.values).but(**but)
    if steps.move and not current_user.is_authenticated:
        abort(redirect(url_for("portal.sign_in", next=request.full_path)))
    known = links_of(current_user, practice)
    steps = _of_survivor(practice, steps, known)
    has_own = any(link.relationship == "self" for link in known)
    today = clock.today(practice.zone)
    links = [link for link in known if link.allows(BOOK, today)]
    paused = tuple(link for link in known if link.is_live(today) and link.is_paused(today))
    table = timetable(practice)
    if steps.move:
        return _moving(practice, steps, table, links, has_own)
    link = _link(steps, links) or _none_of(steps, paused, today)
    service = table.service(steps.what)
    service = service if service and table.offered_by(service) else None
    return Choices(practice, steps, table, links, has_own, link, service, _practitioner(table, service, steps.with_), None, paused)


def _of_survivor(practice: Practice, steps: Steps, known: list[Link]) -> Steps:
    """A record named in an old address may have been merged since: to whoever acts for the person who stands for it, it is that one."""
    people = {link.profile_id: link.profile.public_id for link in known}
    if not people or steps.who in ("", ME, UNKNOWN, *people.values()):
        return steps
    standing = tombstones.standing_for(practice.id, steps.who)
    return steps.but(who=people[standing.id]) if standing is not None and standing.id in people else steps


def _link(steps: Steps, links: list[Link]) -> Link | None:
    own = next((link for link in links if link.relationship == "self"), None)
    if steps.who == ME:
        return own
    if steps.who and current_user.is_authenticated:
        return next((link for link in links if link.profile.public_id == steps.who), None)
    return own if len(links) == 1 else None


def _none_of(steps: Steps, paused: tuple[Link, ...], today: date) -> None:
    """Somebody was named whom the asker may not book for. Raises AccessPaused when a birthday is why: the page that was open yesterday."""
    if not current_user.is_authenticated or steps.who in ("", ME):
        return
    link = next((link for link in paused if link.profile.public_id == steps.who), None) or abort(404)
    raise paused_by_a_step(link, today)


def _practitioner(table: Timetable, service: Service | None, public_id: str) -> Practitioner | None:
    """The named one who offers the service, or the only one there is."""
    offering = table.offered_by(service) if service else ()
    if public_id in ("", ANYONE):
        return offering[0] if len(offering) == 1 else None
    return next((one for one in offering if one.public_id == public_id), None)


def _moving(practice, steps, table, links, has_own) -> Choices:
    """A move keeps the person and the service; the practitioner stays unless another is chosen.

    Raises TooLate or AlreadyCancelled before anybody looks for a time in vain.
    """
    appointment, link = link_to(current_user, steps.move, CHANGE, clock.now()) or abort(404)
    if appointment.practice_id != practice.id:
        abort(404)
    if request.method == "GET":  # a second click on "Move" is answered by its key, whatever became of the appointment
        must_be_changeable(appointment, clock.now())
    service = table.service_by_id(appointment.service_id)
    if service is None:
        abort(redirect(url_for("booking.move", public_id=appointment.public_id)))  # which says why it cannot be moved online
    named = steps.with_ or getattr(table.by_id(appointment.practitioner_id), "public_id", "")
    steps = steps.but(what=service.public_id, with_=named, who="")
    return Choices(practice, steps, table, links, has_own, link, service, _practitioner(table, service, named), appointment)


def way_in(choices: Choices, had_account: bool = False) -> str:
    """To confirming by way of an account: to sign in whoever was signed in here until a while ago, to make one whoever was not."""
    back = choices.steps.url("confirm", month=None, day=None)
    return url_for("portal.sign_in" if had_account or session.lapsed else "portal.sign_up", next=back, at=choices.practice.slug)
