"""Choose the record that may be the same person: look-alikes first, then whoever is searched for (MISSION M5). And: they are two people."""

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _

from portal import apart, clock, likeness_words, lookalikes
from portal.database import transact
from portal.guards import page_of_the_form, staff_only
from portal.permissions import MERGE
from portal.staff import comparing, finding, merge_words, queue
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page, say_with_undo
from portal.staff.people import asked_for, page_asked
from portal.staff.whose import of_person


@blueprint.get("/people/<public_id>/merge")
@staff_only(may=MERGE)
@of_person
def merge_with(staff, person):
    now, asked = clock.now(), asked_for()
    alike = [] if asked else lookalikes.like(person)
    found = finding.people(staff, asked, page_asked()) if asked else None
    if found:
        rows = [one for one in found.rows if one.id != person.id]
        likely = lookalikes.compared(person, rows)
        rows.sort(key=lambda one: _unlike(likely.get(one.id)))
        found = found._replace(rows=[(one, likely.get(one.id)) for one in rows])
    others = {one.profile.id for one in alike} | {one.id for one, _like in (found.rows if found else ())}
    facts = {
        "apart": {one.other.id: one for one in apart.apart_from(person)},
        "asked": asked,
        "alike": alike,
        "found": found,
        "compare": comparing.address,
        "likeness": likeness_words,
    }
    return person_page("staff/merge_with.html", staff, person, now, others, registration=queue.waiting_of(person), **facts)


def _unlike(found: lookalikes.Found | None) -> tuple:
    """Sorts who is most like the person first; who is not at all stays in the order of the search."""
    return (2, 0) if found is None else (found.likeness.grade != likeness_words.CERTAIN, -found.likeness.score)


@blueprint.post("/people/<public_id>/merge/<other_id>/different")
@staff_only(may=MERGE)
@of_person
def different(staff, person, other_id):
    other = _other(staff, person, other_id)
    transact(lookalikes.remember_different, person, other, clock.now(), staff)
    undo = url_for("staff.take_back_different", slug=staff.practice.slug, public_id=person.public_id, other_id=other.public_id)
    one, another = merge_words.both_named(person, other)
    say_with_undo(_("%(one)s and %(other)s are kept as two people.", one=one, other=another), undo)
    return redirect(_onwards(staff, person))


@blueprint.post("/people/<public_id>/merge/<other_id>/different/take-back")
@staff_only(may=MERGE)
@of_person
def take_back_different(staff, person, other_id):
    other = _other(staff, person, other_id)
    transact(lookalikes.take_back, person, other, clock.now(), staff)
    one, another = merge_words.both_named(person, other)
    flash(_("%(one)s and %(other)s may be one person again.", one=one, other=another))
    return redirect(_onwards(staff, person))


def _other(staff, person, public_id: str):
    found = finding.person_of(staff, public_id)
    return found if found and found.id != person.id else abort(404)


def _onwards(staff, person) -> str:
    """The list the button stood in; else the registration that still waits for an answer, or the person's own page."""
    slug, here = staff.practice.slug, page_of_the_form()
    if here.partition("?")[0] == url_for("staff.duplicates", slug=slug):
        return here
    registration = queue.waiting_of(person)
    if registration:
        return url_for("staff.registration", slug=slug, public_id=registration.public_id)
    return url_for("staff.person", slug=slug, public_id=person.public_id)
