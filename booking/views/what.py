"""What do you need? The services this person may have, by discipline."""

from flask import redirect, render_template, request

from booking.pages import by_discipline, matching
from booking.queries import seen_before
from booking.steps import ANYONE
from booking.views.blueprint import blueprint
from booking.views.choices import Choices, chosen
from portal import clock
from portal.guards import at_practice, public

MANY = 12  # more services than this get a search box


@blueprint.get("/at/<slug>/book/what")
@public
@at_practice
def what(practice):
    choices = chosen(practice)
    if choices.must_say_who:
        return redirect(choices.steps.url("who"))
    if choices.moving:
        return redirect(choices.steps.url("when"))
    return what_page(choices)


def needs_service(choices: Choices):
    """An answer that asks for what comes before: the person, then the service. None when both are known."""
    if choices.must_say_who:
        return redirect(choices.steps.url("who"))
    if choices.service is None:
        return what_page(choices, 404) if choices.steps.what else redirect(choices.steps.url("what"))
    return None


def what_page(choices: Choices, status: int = 200):
    """With 404: the service of the address is not offered here, or the practitioner it names does not work here."""
    words = request.args.get("q", "")[:80]
    not_for = _not_for(choices)
    # the address of a practitioner; who changes the service sees all
    named = choices.steps.with_ not in ("", ANYONE) and not choices.steps.what
    whom = choices.table.practitioner(choices.steps.with_) if named else None
    services = [one for one in choices.table.services() if one.for_people != not_for and (whom is None or whom.id in one.practitioners)]
    found = matching(services, words)
    return render_template(
        "booking/what.html",
        groups=by_discipline(found),
        search=words,
        many=len(services) > MANY,
        not_for=not_for,
        gone=status == 404,
        whom=whom,
        whom_gone=named and whom is None,
        **choices.facts(),
    ), 404 if named and whom is None else status


def _not_for(choices: Choices) -> str:
    """The services this person is not offered: "new" if they were here before, "returning" if they are new here, else none.

    Somebody the practice itself put into its records is not new, whatever the portal knows of them.
    """
    if choices.link is None:
        return "returning" if choices.is_newcomer else ""
    if choices.discreet:
        return ""  # past visits are a detail
    profile = choices.link.profile
    return "new" if seen_before(profile, clock.now()) else "returning" if profile.is_provisional else ""
