"""Check and confirm: who, what, with whom, when, where; one button that says it all and books it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import redirect, render_template, request, session, url_for
from flask_login import current_user

from booking.already import already_booked, one_more
from booking.bookings import book, move
from booking.clashes import Wished, clashes_with, links_in, place_of
from booking.errors import DomainError, NotOffered, PersonLimit, SlotTaken
from booking.explain import sentence
from booking.facts import Code, Refusal
from booking.forms import LONGEST_NOTE, ConfirmForm
from booking.holds import live_hold
from booking.hours import local_date
from booking.models import Hold
from booking.newcomers import book_for_myself
from booking.queries import check_start, seen_by
from booking.views.blueprint import blueprint
from booking.views.choices import Choices, chosen, way_in
from booking.views.when import taken, when_page
from booking.views.with_whom import needs_practitioner
from booking.where import location_at
from portal import clock
from portal.database import transact
from portal.guards import at_practice, public
from portal.reading import note_read


@blueprint.get("/at/<slug>/book/confirm")
@public
@at_practice
def confirm(practice):
    choices = chosen(practice)
    return _needs_more(choices) or _page(choices, ConfirmForm(formdata=None, note=session.get("note", "")))


@blueprint.post("/at/<slug>/book/confirm")
@public
@at_practice
def confirmed(practice):
    choices, form = chosen(practice), ConfirmForm()
    earlier = _needs_more(choices)
    if earlier is not None:
        if form.note.data:
            session["note"] = form.note.data[:LONGEST_NOTE]  # what was typed comes back with them
        return earlier
    if not form.validate():
        return _page(choices, form, 422)
    try:
        appointment = _carry_out(choices, form)
    except (SlotTaken, NotOffered) as problem:
        session["note"] = form.note.data
        return _refused(choices, problem)
    session.pop("note", None)
    return redirect(url_for("booking.appointment", public_id=appointment.public_id))


def _needs_more(choices: Choices):
    """An answer that asks for what is still missing: an account, the person, the service, the practitioner, the time."""
    if not current_user.is_authenticated:
        return redirect(way_in(choices, had_account=request.method == "POST"))
    earlier = needs_practitioner(choices)
    if earlier is None and choices.steps.at is None:
        return when_page(choices, 422) if choices.steps.unread else redirect(choices.steps.url("when"))
    return earlier


def _refused(choices: Choices, problem: DomainError):
    """Somebody who comes back to this page after booking finds what they booked; everybody else the times again."""
    mine = already_booked(session.account, choices.wish, choices.steps.at, clock.now())
    if mine is not None:
        return redirect(url_for("booking.appointment", public_id=mine.public_id, already=1))
    return taken(choices, problem)


def _carry_out(choices: Choices, form: ConfirmForm):
    """Book or move, in one transaction.

    The button named person, practitioner and time, so these are asked for and nothing else: neither a hold that ended a moment
    ago nor somebody else's choice among "anyone" stands in the way.
    """
    now, at, key = clock.now(), choices.steps.at, form.booking_key
    if choices.moving:
        return transact(move, session.account, choices.moving, choices.wish, at, now, key)
    if choices.link is None:
        return transact(book_for_myself, session.account, choices.practice, choices.wish, at, now, key, form.note.data)
    return transact(book, session.account, choices.link, choices.wish, at, now, key, form.note.data)


def _hold(choices: Choices, now: datetime) -> Hold | None:
    """The live hold of this browser, if it is for the very time of this address."""
    held = live_hold(session.get("visitor", ""), now)
    if held is None or choices.steps.at is None:
        return None
    same_person = choices.practitioner is None or choices.practitioner.id == held.practitioner_id
    same_time = int(held.starts_at.timestamp()) == choices.steps.at and held.service_id == choices.service.id
    return held if same_time and same_person else None


def _page(choices: Choices, form: ConfirmForm, status: int = 200):
    now, at = clock.now(), choices.steps.at
    held = _hold(choices, now)
    wish = replace(choices.wish, practitioner=choices.table.by_id(held.practitioner_id)) if held else choices.wish
    offer = check_start(choices.practice, wish, at, now)
    if isinstance(offer, Refusal):
        kind = PersonLimit if offer.code is Code.PATIENT_LIMIT else NotOffered
        return _refused(choices, kind(sentence(offer, choices.practice, wish, now)))
    practitioner = wish.practitioner or choices.table.by_id(offer.practitioners[0])
    notice = choices.table.change_notice(choices.service.id, practitioner.id)
    starts_at, place = datetime.fromtimestamp(at, UTC), location_at(choices.table, practitioner.id, at)
    wished = Wished(choices.link, at, offer.end, place_of(place, choices.practice))
    warnings = clashes_with(wished, seen_by(session.account, now), now, choices.moving)
    another = one_more(session.account, choices.wish, now)
    answer = render_template(
        "booking/confirm.html",
        form=form,
        held=held,
        other_hold=held is None and live_hold(session.get("visitor", ""), now) is not None,
        named=practitioner,
        person=choices.link.profile.name if choices.link else current_user.name,
        given_name=choices.link.profile.given_name if choices.link else current_user.given_name,
        on=local_date(place.zone, at),
        starts_at=starts_at,
        ends_at=datetime.fromtimestamp(offer.end, UTC),
        change_until=starts_at - timedelta(minutes=notice),
        may_change=starts_at - timedelta(minutes=notice) > now,
        one_more=another,
        warnings=warnings,
        place=place,
        action=choices.steps.url("confirm", with_=practitioner.public_id),
        zone=place.zone,
        **choices.facts(),
    )
    note_read(links_in(warnings) | ({choices.link} if choices.moving or another else set()), now)
    return answer, status
