"""A person is added, on whichever page: the same form, the same doubts, the same look-alikes, the same result (MISSION M24)."""

from collections.abc import Callable

from flask import abort, flash, request
from flask_babel import gettext as _

from portal import adding, clock, likeness_words, records
from portal.adding import LooksAlike
from portal.database import transact
from portal.errors import DomainError
from portal.invitations import AlreadyInvited, HasAccess, TooYoungForOwn
from portal.models import Profile, StaffMember
from portal.permissions import EVERYBODY
from portal.record_words import sexes
from portal.staff import card_words, care, finding, queue, record_doubts
from portal.staff.page import staff_page
from portal.staff.record_form import RecordForm
from portal.staff.record_said import said


def may_add(staff: StaffMember) -> bool:
    """Who sees everybody; and a practitioner who has people of their own."""
    return staff.may(EVERYBODY) or care.has_people(staff)


def add(staff: StaffMember, template: str, done: Callable[[Profile], object], **facts):
    """The answer to a page with the form: `done(person)` once somebody is added. 404 for who may not."""
    if not may_add(staff):
        abort(404)
    form = RecordForm(staff=staff, today=clock.today(staff.practice.zone), care=care.offered(staff))
    if form.only_asks:
        return _page(staff, template, form, checked=checked(form), **facts)
    if not form.validate_on_submit():
        return _page(staff, template, form, **facts), 422 if request.method == "POST" else 200
    doubts, others = open_doubts(staff, form), answered("different")
    try:
        if doubts:
            adding.must_be_new(staff, dict(said(form).facts), others)  # a record like this is the better answer to whose address it is
            return _page(staff, template, form, doubts=doubts, **facts), 422
        person, sent = transact(records.add, staff, said(form), clock.now(), different_from=others)
    except LooksAlike as error:
        return _page(staff, template, form, alike=error.found, **facts), error.status
    except (AlreadyInvited, HasAccess, TooYoungForOwn) as error:
        return _page(staff, template, told(form, error), **facts), error.status
    flash(
        " ".join([_("%(name)s is added.", name=person.name), *(_("We sent an invitation to %(email)s.", email=one.email) for one in sent)])
    )
    return done(person)


def answered(name: str) -> list[str]:
    """Of "sure" (keys of doubts) or "different" (look-alikes), those that were shown and answered: now by "anyway", or on a page before."""
    return request.form.getlist(f"was_{name}") + (request.form.getlist(name) if "anyway" in request.form else [])


def open_doubts(staff: StaffMember, form: RecordForm) -> list[record_doubts.Doubt]:
    return [one for one in record_doubts.of(staff, form) if one.key not in answered("sure")]


def checked(form: RecordForm) -> list[str]:
    """What is to be said of the card, once somebody asked for it."""
    if "validate" not in request.form:
        return []
    card, holder = record_doubts.card_of(form)
    if not card.number:
        return [_("Enter the number of the card first.")]
    return [words for _code, words in card_words.sentences(card, holder, form.today)] or [card_words.in_order(card)]


def told(form: RecordForm, error: DomainError) -> RecordForm:
    form.form_errors.append(error.message)
    return form


def _page(staff: StaffMember, template: str, form: RecordForm, alike=(), doubts=(), **facts) -> str:
    """`alike`: those this member of staff may see are shown; of others it is said that they are there."""
    known = {one.id for one in finding.several(staff, [one.profile.public_id for one in alike])} if alike else set()
    ids = [one.profile.id for one in alike if one.profile.id in known]
    facts |= {
        "form": form,
        "alike": alike,
        "known_ids": known,
        "doubts": doubts,
        "likeness": likeness_words,
        "sexes": sexes().values(),
        "made_for": queue.made_for(staff, ids),
    }
    facts |= {"was_different": answered("different"), "was_sure": answered("sure")}
    return staff_page(template, staff, clock.now(), people=set(ids), day=form.today, **{"checked": [], **facts})
