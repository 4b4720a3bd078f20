"""A chosen time is held for some minutes, for a visitor too, while they say who they are and confirm."""

from dataclasses import replace

from flask import redirect, request, session
from flask_login import current_user

from booking import holds
from booking.errors import DomainError, NotOffered, SlotTaken
from booking.held import Held, held_by
from booking.views.blueprint import blueprint
from booking.views.choices import Choices, chosen, way_in
from booking.views.when import taken, when_page
from booking.views.with_whom import needs_practitioner
from portal import clock, throttle
from portal.database import transact
from portal.guards import at_practice, public
from portal.sessions import visitor_key


@blueprint.post("/at/<slug>/book/hold")
@public
@at_practice
def hold(practice):
    choices = chosen(practice)
    earlier = needs_practitioner(choices)
    if earlier is not None:
        return earlier
    if choices.steps.at is None:
        return when_page(choices, 422)
    known = current_user.is_authenticated or "visitor" in session
    wish = replace(choices.wish, owner=visitor_key(session))
    asked = practice, wish, choices.steps.at, clock.now()
    try:
        if known:
            transact(holds.hold, *asked)
        else:
            transact(holds.hold_for_stranger, *asked, throttle.network(request.remote_addr))
    except (SlotTaken, NotOffered) as problem:
        return taken(choices, problem)
    return redirect(_onward(choices))


@blueprint.post("/at/<slug>/book/keep")
@public
@at_practice
def keep(practice):
    """The full time once more, once, for whoever reads or types slowly."""
    held = holds.live_hold(session.get("visitor", ""), clock.now())
    if held is not None:
        try:
            transact(holds.renew, held, clock.now())
        except DomainError:
            pass  # it ended, or was renewed before: the page says how long it lives
    return redirect(_onward(chosen(practice)))


def _onward(choices: Choices) -> str:
    """A visitor makes an account, or signs in, on the way to confirming."""
    return choices.steps.url("confirm", month=None, day=None) if current_user.is_authenticated else way_in(choices)


def held_time() -> Held | None:
    """The time this browser holds now, or None. In every template: `{% set held = held_time() %}`."""
    return held_by(session.get("visitor", ""), clock.now())
