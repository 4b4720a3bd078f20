"""Change what an account may do for a person, or take the access away. The account is told by mail (portal/links.py).
Whom it let in is named before it goes, to be ended too or not (portal/staff/let_in.py)."""

from datetime import date, datetime

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import access_words, clock, links
from portal.database import transact
from portal.guards import staff_only
from portal.models import Account, Link
from portal.staff import let_in
from portal.staff.blueprint import blueprint
from portal.staff.forms import AccessForm
from portal.staff.page import person_page
from portal.staff.whose import of_link


@blueprint.route("/people/<public_id>/accounts/<link_id>", methods=["GET", "POST"])
@staff_only()
@of_link
def edit_access(staff, link):
    now = clock.now()
    today = links.today(link.profile, now)
    form = AccessForm(person=link.profile, today=today) if request.method == "POST" else AccessForm.of(link, today)
    if not form.validate_on_submit():
        page = person_page("staff/edit_access.html", staff, link.profile, now, form=form, link=link, kind=access_words.kind)
        return page, 422 if request.method == "POST" else 200
    transact(change, link, form.permissions, form.ends_on.day, form.review_on.day, now, by=staff.account)
    flash(_("Saved what %(name)s may do.", name=link.account.name))
    return redirect(_accounts(staff, link))


def change(link: Link, permissions: list[str], ends_on: date | None, review_on: date | None, now: datetime, *, by: Account) -> None:
    """What is different is decided anew; so is what an age step holds back. Raises NotYoursToDecide. A use case."""
    if set(permissions) != set(link.permissions) or link.step(links.today(link.profile, now)):
        links.decide(link, permissions, now, by=by, as_staff=True)
    if (ends_on, review_on) != (link.ends_on, link.review_on):
        links.set_dates(link, ends_on, review_on, now, by=by)


@blueprint.route("/people/<public_id>/accounts/<link_id>/end", methods=["GET", "POST"])
@staff_only()
@of_link
def end_access(staff, link):
    if request.method != "POST":
        now = clock.now()
        return person_page(
            "staff/end_access.html", staff, link.profile, now, link=link, let_in=let_in.by(link, now), kind=access_words.kind
        )
    transact(let_in.end, link, request.form.getlist("also"), clock.now(), staff=staff)
    flash(_("%(name)s no longer has access. We told them by email.", name=link.account.name))
    return redirect(_accounts(staff, link))


def _accounts(staff, link) -> str:
    return url_for("staff.portal_accounts", slug=staff.practice.slug, public_id=link.profile.public_id)
