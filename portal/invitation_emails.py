"""The letters about invitations: the invitation itself, and that somebody took it up."""

from datetime import datetime

from babel.lists import format_list
from flask import render_template
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from portal import access, access_words, batches, claims, clock, filters, invitations, links, mailed_links, tombstones
from portal.access import BOOK, NARROW, Step
from portal.database import db
from portal.invitation_words import inviter, is_for_a_child, length, may, short_name
from portal.letters import Letter, compose, letter, one_line, reading_language
from portal.models import Invitation, MailedLink, OutboxMail
from portal.public_url import public_url
from portal.signup import account_at


@letter("invitation")
def invitation(mail: OutboxMail, now: datetime) -> Letter | None:
    """Who asks, why, for whom, what for, how long, how to refuse. Silence once it was answered, taken back, or sent again; where others
    share this mail, it is theirs then."""
    links = [link for link in _links(mail) if _is_open(link, mail, now)]
    if not links or (mail.refs.get("batch") and batches.is_stopped(mail.refs["batch"])):
        return None
    (first, found), *others = [(link, claims.of(link)) for link in links]
    also = [one for _link, one in others if not one.profile.is_safe]
    return written(found, also, first, public_url("portal.claim", token=mailed_links.token(first)), _step(found, now))


def _links(mail: OutboxMail) -> list[MailedLink]:
    """The link this mail was made for, and the newest of each invitation that shares it, at the same practice."""
    mine = (Invitation.id.in_(mail.refs.get("also", ())), Invitation.practice_id == mail.practice_id)
    others = db.session.scalars(select(Invitation).where(*mine).order_by(Invitation.id)) if mail.refs.get("also") else ()
    found = (db.session.get(MailedLink, mail.refs["link"]), *(mailed_links.latest_claim(one) for one in others))
    return [one for one in found if one is not None]


def _is_open(link: MailedLink, mail: OutboxMail, now: datetime) -> bool:
    """Not one that a merge has led to another invitation, of which another mail tells."""
    found = claims.of(link)
    is_its_own = found is not None and (invitations.about(found) == mail.about or found.id in mail.refs.get("also", ()))
    return is_its_own and link.sent_to == mail.to_address and claims.state(link, found, now) == "open"


def written(found: Invitation, others: list[Invitation], link: MailedLink, address: str, step: Step | None = None) -> Letter:
    """The letter of an invitation, and of `others` to the same address; `step`: the age step it follows. None of the rows need be stored
    (a rehearsal)."""
    profile, holder = found.profile, account_at(found.email_key)
    practice, on = profile.practice, clock.today(profile.practice.zone)
    with force_locale(reading_language(holder.language if holder else "", profile.language, practice.language)):
        facts = dict(
            practice=practice,
            own=found.is_self,
            child=is_for_a_child(found, on),
            books=BOOK in found.permissions,
            step=step,
            person=short_name(profile),
            others=format_list([short_name(one.profile) for one in others], locale=get_locale()) if others else "",
            inviter=inviter(found),
            why=one_line(found.why),
            may=may(found),
            invitation=found,
            address=address,
            length=length(link),
            until=filters.moment(link.expires_at, practice.zone, on, locale=get_locale()),
            refuse=_how_to_refuse(found),
        )
        lead = one_line(render_template("email/invitation/_lead.txt", **facts))
        return compose("invitation", lead=lead, **facts)


def _step(found: Invitation, now: datetime) -> Step | None:
    """The age step that took others' access, where the house invites the person to decide about it themselves."""
    if not found.is_self or found.invited_by_id is not None:
        return None
    on = links.today(found.profile, now)
    steps = [step for link in links.links_to(found.profile) if link.is_live(on) and (step := link.step(on))]
    return min(steps, key=lambda step: step.does == NARROW, default=None)


def _how_to_refuse(found: Invitation) -> str:
    if found.is_self:
        return _("Are you somebody else? Open the page and choose “I am not this person”. Nothing happens until you accept.")
    return _("Not for you? Open the page and choose “This is not for me”. Nothing happens until you accept.")


@letter("access_taken_up")
def access_taken_up(mail: OutboxMail, now: datetime) -> Letter | None:
    """To the person, or to who decides about access for them. Silence when either access has ended, or people are kept apart.
    `refs["merged"]`: it came with another record of the person."""
    link, theirs = (tombstones.going_on(mail.refs[name]) for name in ("link", "to"))
    if link is None or theirs is None or not theirs.account.is_active or link.account_id == theirs.account_id:
        return None
    profile, on = link.profile, links.today(link.profile, now)
    if theirs.profile_id != link.profile_id or not theirs.allows(access.MANAGE_ACCESS, on) or not link.is_live(on):
        return None
    permissions = link.permissions_on(on)
    facts = {"practice": profile.practice, "own": theirs.is_self, "person": profile.given_name, "other": link.account.name}
    facts |= {"themselves": link.is_self, "merged": mail.refs.get("merged", False)}
    with force_locale(reading_language(theirs.account.language, profile.practice.language)):
        return compose(
            "access_taken_up",
            to=theirs.account.email,
            reader=theirs.account.given_name,
            lead=one_line(render_template("email/access_taken_up/_lead.txt", **facts)),
            may=[access_words.permission(name, theirs, permissions, mine=False) for name in access.PERMISSIONS if name in permissions],
            address=public_url("portal.access", public_id=theirs.public_id),
            **facts,
        )
