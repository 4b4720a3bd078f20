"""Who would you like to see? Anyone first, then whom this person saw last, then who is free soonest."""

from dataclasses import replace

from flask import redirect, render_template

from booking import newcomers
from booking.queries import last_seen_practitioner, objection, soonest_each
from booking.steps import ANYONE
from booking.views.blueprint import blueprint
from booking.views.choices import Choices, chosen
from booking.views.what import needs_service
from portal import clock
from portal.guards import at_practice, public


@blueprint.get("/at/<slug>/book/with")
@public
@at_practice
def with_whom(practice):
    choices = chosen(practice)
    if choices.moving:
        return with_page(choices)
    return needs_service(choices) or _objection(choices) or _only_one(choices) or with_page(choices)


def needs_practitioner(choices: Choices):
    """An answer that asks for what comes before: person, service, practitioner. None when all are known and nothing stands against it."""
    if choices.service is None or choices.must_say_who:
        return needs_service(choices)
    if choices.practitioner is None and choices.steps.with_ != ANYONE:
        return with_page(choices, 404) if choices.steps.with_ else redirect(choices.steps.url("with_whom"))
    return None if choices.moving else _objection(choices)


def _objection(choices: Choices):
    """Some people may not book some services at all; they read why before they look for a time."""
    if choices.is_newcomer:
        problem = newcomers.objection(choices.practice, choices.service, choices.practitioner)
    else:
        problem = objection(choices.practice, choices.wish, clock.now())
    if problem is None:
        return None
    return render_template("booking/objection.html", problem=problem, **choices.facts()), problem.status


def _only_one(choices: Choices):
    offering = choices.table.offered_by(choices.service)
    return redirect(choices.steps.url("when", with_=offering[0].public_id)) if len(offering) == 1 else None


def with_page(choices: Choices, status: int = 200):
    """With 404: the practitioner of the address does not offer this here."""
    now = clock.now()
    free = soonest_each(choices.practice, replace(choices.wish, practitioner=None), now)
    told = choices.link is not None and not choices.discreet  # past visits are a detail
    seen = last_seen_practitioner(choices.link.profile, now) if told else None
    never = float("inf")
    people = sorted(
        choices.table.offered_by(choices.service),
        key=lambda one: (one.id != seen, free[one.id].at if free.get(one.id) else never),
    )
    first = min((start for start in free.values() if start), key=lambda start: start.at, default=None)
    return render_template(
        "booking/with_whom.html", people=people, free=free, first=first, seen=seen, gone=status == 404, anyone=ANYONE, **choices.facts()
    ), status
