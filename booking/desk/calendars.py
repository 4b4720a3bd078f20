"""Calendars of other programs: a practitioner's own one out, others that block times in."""

from flask import abort, flash, redirect, request, session, url_for
from flask_babel import gettext as _

from booking import calendar_sources, practitioner_feeds
from booking.calendar_sources import blocked, collisions, practitioner_for, practitioners_for, source_for, sources_of
from booking.desk.blueprint import blueprint
from booking.desk.calendar_forms import FeedForm, SourceForm
from booking.desk.calendar_words import words
from booking.desk.day_links import day_link
from booking.ics_in import Problem
from booking.ics_reading import MOST_BYTES
from booking.own_calendar import may_see
from portal import clock, errands
from portal.database import transact
from portal.filters import local
from portal.guards import recently, staff_only
from portal.public_url import public_url
from portal.staff.page import staff_page
from portal.staff.panels import on_narrowed
from portal.staff.settings_menu import Entry, on_settings

MOST_UPLOADED = 2 * MOST_BYTES  # more than we read, so that a file that is too large is told so in the form


@on_settings
def calendars_entry(staff) -> list[Entry]:
    sentence = _("See appointments in Google, Outlook or Apple calendars, and keep private times free of bookings.")
    return [Entry(_("Appointments"), _("Calendars of other programs"), sentence, url_for("desk.calendars", slug=staff.practice.slug))]


@on_narrowed
def closed_feeds(staff) -> list[str]:
    names = {one.id: one.name for one in practitioners_for(staff)}
    theirs = [names[one.practitioner_id] for one in practitioner_feeds.beyond_own(staff) if one.practitioner_id in names]
    return [_("The private address they made for the calendar of %(name)s shows nothing any more.", name=name) for name in theirs]


@blueprint.url_value_preprocessor
def _room_for_a_file(endpoint, _values):
    """Before anything reads the form."""
    if endpoint == "desk.calendars_of":
        request.max_content_length = MOST_UPLOADED


@blueprint.get("/calendars")
@staff_only()
def calendars(staff):
    people = practitioners_for(staff)
    if people and may_see(staff) is not None:
        return redirect(_page_of(staff, people[0]))
    feeds, sources = practitioner_feeds.feeds_of(staff, *people), sources_of(staff, *people)
    rows = [(one, feeds.get(one.id), [source for source in sources if source.practitioner_id == one.id]) for one in people]
    return staff_page("desk/calendars.html", staff, clock.now(), people=(), rows=rows)


@blueprint.route("/calendars/<public_id>", methods=["GET", "POST"])
@staff_only()
def calendars_of(staff, public_id):
    practitioner = _found(staff, public_id)
    form = SourceForm()
    if form.validate_on_submit() and (source := _taken_in(staff, practitioner, form)):
        errands.nudge()
        return redirect(url_for("desk.calendar_source", slug=staff.practice.slug, public_id=public_id, source=source.public_id))
    now = clock.now()
    facts = {"practitioner": practitioner, "form": form, "rows": blocked(staff, practitioner, now), "words": words}
    page = staff_page("desk/calendars_of.html", staff, now, people=(), **facts, **_feed(staff, practitioner))
    return page, 422 if form.is_submitted() else 200


def _feed(staff, practitioner) -> dict:
    feed = practitioner_feeds.feeds_of(staff, practitioner).get(practitioner.id)
    address = _shown_once(feed)
    form = FeedForm(formdata=None, shows=feed.shows if feed else practitioner_feeds.BUSY)
    found = {"feed": feed, "feed_form": form, "address": address, "subscribe": address and "webcal" + address[address.index(":") :]}
    return found | ({"stopped": practitioner_feeds.why_stopped(feed), "feed_maker": practitioner_feeds.maker_of(feed)} if feed else {})


def _taken_in(staff, practitioner, form: SourceForm):
    now, name = clock.now(), form.name.data
    try:
        if form.file.data:
            with form.file.data.stream as stream:
                body = stream.read()
            return transact(calendar_sources.upload, staff, practitioner, name, body, now)
        return transact(calendar_sources.subscribe, staff, practitioner, name, form.address.data, now)
    except Problem as problem:
        form.refuse(problem)
        return None


@blueprint.post("/calendars/<public_id>/feed")
@staff_only()
def practitioner_feed(staff, public_id):
    practitioner, now = _found(staff, public_id), clock.now()
    if "stop" in request.form:
        transact(practitioner_feeds.close_feed, staff, practitioner, now)
        flash(_("The private address shows nothing any more."))
        return redirect(_page_of(staff, practitioner))
    return _new_feed(staff=staff, practitioner=practitioner)


@recently
def _new_feed(staff, practitioner):
    """Who comes for a year, for whoever has the address: the password is asked for again (SAFETY §3)."""
    form, now = FeedForm(), clock.now()
    if not form.validate():
        abort(400)
    session["new_feed"] = transact(practitioner_feeds.open_feed, staff, practitioner, form.shows.data, now).id
    return redirect(_page_of(staff, practitioner))


@blueprint.get("/calendars/<public_id>/in/<source>")
@staff_only()
def calendar_source(staff, public_id, source):
    practitioner, now = _found(staff, public_id), clock.now()
    found = source_for(staff, practitioner, source) or abort(404)
    in_the_way = collisions(staff, found, now)
    coming = next(one.coming for one in blocked(staff, practitioner, now) if one.source is found)
    days = {one.id: day_link(staff, local(one.starts_at, staff.practice.zone).date(), practitioner.public_id) for one in in_the_way}
    facts = {"practitioner": practitioner, "source": found, "coming": coming, "collisions": in_the_way, "days": days, "words": words}
    return staff_page("desk/calendar_source.html", staff, now, people={one.profile_id for one in in_the_way}, **facts)


@blueprint.post("/calendars/<public_id>/in/<source>/again")
@staff_only()
def read_calendar_again(staff, public_id, source):
    found = source_for(staff, _found(staff, public_id), source) or abort(404)
    transact(calendar_sources.read_again, staff, found, clock.now())
    errands.nudge()
    return redirect(url_for("desk.calendar_source", slug=staff.practice.slug, public_id=public_id, source=source))


@blueprint.post("/calendars/<public_id>/in/<source>/remove")
@staff_only()
def remove_calendar(staff, public_id, source):
    practitioner = _found(staff, public_id)
    found = source_for(staff, practitioner, source) or abort(404)
    transact(calendar_sources.remove, staff, found, clock.now())
    flash(_("“%(name)s” is removed. The times it kept free can be booked again.", name=found.name))
    return redirect(_page_of(staff, practitioner))


def _found(staff, public_id: str):
    return practitioner_for(staff, public_id) or abort(404)


def _page_of(staff, practitioner) -> str:
    return url_for("desk.calendars_of", slug=staff.practice.slug, public_id=practitioner.public_id)


def _shown_once(feed) -> str | None:
    """The address that was just made here: whoever knows it reads the calendar, so it is not shown again."""
    if "new_feed" not in session or session.pop("new_feed") != (feed and feed.id):
        return None
    return public_url("booking.practitioner_feed", token=practitioner_feeds.token_of(feed))
