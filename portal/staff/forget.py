"""Somebody asks to be forgotten: what must stay by law, what goes now, yes or no. For admins."""

from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from portal import clock, forgetting, links, own_words, tombstones
from portal.database import db, transact
from portal.errors import DomainError
from portal.filters import day, local
from portal.forms import PortalForm
from portal.guards import recently_to_send, staff_only
from portal.models import ForgetRequest, StaffMember
from portal.permissions import TEAM
from portal.staff.blueprint import blueprint
from portal.staff.page import person_page
from portal.staff.panels import Need, on_needs


class RefuseForm(PortalForm):
    answer = TextAreaField(
        lazy_gettext("Why not, in a sentence to them"),
        [
            DataRequired(lazy_gettext("Write a sentence: they read it in a mail")),
            Length(max=500, message=lazy_gettext("Use %(most)s characters or fewer", most=500)),
        ],
        filters=[lambda typed: (typed or "").strip()],
    )


@on_needs
def asked(staff: StaffMember, now: datetime) -> list[Need]:
    if not staff.may(TEAM):
        return []
    today = local(now, staff.practice.zone).date()
    open_ones = (ForgetRequest.granted_at.is_(None), ForgetRequest.refused_at.is_(None), ForgetRequest.taken_back_at.is_(None))
    found = select(ForgetRequest).where(ForgetRequest.practice_id == staff.practice_id, *open_ones).order_by(ForgetRequest.id)
    needs = []
    for one in db.session.scalars(
        found.options(joinedload(ForgetRequest.profile), joinedload(ForgetRequest.account), joinedload(ForgetRequest.link))
    ):
        person = tombstones.survivor(one.profile)
        facts = {"day": day(local(one.asked_at, staff.practice.zone).date(), today, locale=get_locale())}
        words = (
            _("%(name)s asked on %(day)s to be forgotten: decide.", name=person.name, **facts)
            if one.link.is_self
            else _("%(who)s asked on %(day)s that %(name)s be forgotten: decide.", who=one.account.name, name=person.name, **facts)
        )
        needs.append(Need(words, url_for("staff.forget", slug=staff.practice.slug, request_id=one.public_id), person.id))
    return needs


@blueprint.route("/forget/<request_id>", methods=["GET", "POST"])
@staff_only(may=TEAM)
@recently_to_send(lambda staff, request_id: url_for("staff.forget", slug=staff.practice.slug, request_id=request_id))
def forget(staff, request_id):
    found = db.session.scalar(
        select(ForgetRequest).where(ForgetRequest.public_id == request_id, ForgetRequest.practice_id == staff.practice_id)
    ) or abort(404)
    person, form, now = tombstones.survivor(found.profile), RefuseForm(), clock.now()
    if request.method != "POST" or not found.is_waiting or not ("forget" in request.form or form.validate_on_submit()):
        return _page(staff, found, person, form, now), 422 if request.method == "POST" else 200
    try:
        return _decided(staff, found, person, form, now)
    except DomainError as problem:
        form.form_errors.append(problem.message)
        return _page(staff, found, person, form, now), problem.status


def _decided(staff, found: ForgetRequest, person, form: RefuseForm, now: datetime):
    if "forget" in request.form:
        transact(forgetting.grant, staff, found, request.form.get("whose", ""), now)
        flash(_("Done. %(name)s was told by mail.", name=found.account.name))
    else:
        transact(forgetting.refuse, staff, found, form.answer.data, now)
        flash(_("The record stays. %(name)s was told by mail.", name=found.account.name))
    return redirect(url_for("staff.person", slug=staff.practice.slug, public_id=person.public_id))


def _unasked(found: ForgetRequest, person) -> list[str]:
    """Whose access would end although they did not ask: names, if it was not the person who asked for themselves."""
    return [] if found.link.is_self else [link.account.name for link in links.links_to(person) if link.account_id != found.account_id]


def _page(staff, found: ForgetRequest, person, form: RefuseForm, now: datetime) -> str:
    facts = {
        "wish": found,
        "kept": forgetting.kept(person, now),
        "coming": forgetting.is_coming(person, now),
        "unasked": _unasked(found, person),
    }
    return person_page("staff/forget.html", staff, person, now, form=form, listed=own_words.listed, **facts)
