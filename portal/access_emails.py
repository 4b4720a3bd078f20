"""The letters about access: somebody may do other things for a person than before, or soon will (MISSION F5).

`refs["to"]` says who reads: nothing there, whoever has the access; a link's id, the person or who manages access; "person", the person,
with an account or without. Whoever has the access is never told of others, nor who decided. Each letter reads its rows again:
where a date was moved, a step turned off or answered, or the access has ended since, nothing is sent. After a merge a letter is
about the person who stands, and of two that say the same one is sent.
"""

from datetime import date, datetime, timedelta
from functools import partial

from flask import render_template
from flask_babel import force_locale
from sqlalchemy import select

from portal import access, access_words, links, own_reader, tombstones
from portal.access import MANAGE_ACCESS, Step
from portal.database import db
from portal.letters import Letter, compose, letter, one_line, reading_language
from portal.life_notices import END
from portal.models import Account, LedgerLine, Link, OutboxMail
from portal.own_reader import OwnReader
from portal.public_url import public_url

# The sentences that text and HTML have in common: plain text, which the HTML escapes.
PARTS = {
    "access_changed": ("lead", "now", "gone"),
    "access_ended": ("lead",),
    "access_stepped": ("lead", "next"),
    "access_notice": ("lead", "next"),
}

ANEW_AFTER = 7  # days: the notices before one and the same day are further apart


@letter("access_changed")
def access_changed(mail: OutboxMail, now: datetime) -> Letter | None:
    link, reader, on = _about(mail, now)
    if reader is None or not link.is_live(on) or _newer_of_carrier(mail, link):
        return None
    may = link.permissions_on(on)
    words = partial(access_words.permission, mine=mail.refs.get("to") is None)
    lost = [name for name in access.PERMISSIONS if name in _before(mail, link) and name not in may]
    return _write(mail, link, reader, on, may=access.in_order(may), lost=lost, all=access.PERMISSIONS, permission=words)


def _before(mail: OutboxMail, link: Link) -> list[str]:
    """What the link allowed before the change this letter is about, as the ledger has it; while the person is kept safe, or not."""
    since = select(LedgerLine).where(
        LedgerLine.link_id == mail.refs["link"], LedgerLine.verb.in_(("access_changed", "step_answered")), LedgerLine.at >= mail.created_at
    )
    line = db.session.scalar(since.order_by(LedgerLine.at, LedgerLine.id).limit(1))
    before = line.facts.get("before", []) if line else []
    return sorted(access.effective(before, link.relationship, None, link.profile.is_safe))


@letter("access_ended")
def access_ended(mail: OutboxMail, now: datetime) -> Letter | None:
    """Silence when it was given anew."""
    link, reader, on = _about(mail, now)
    if reader is None or link.revoked_at is None or _given_anew(link, on):
        return None
    ended_on = links.today(link.profile, link.revoked_at)
    by_date = link.ends_on is not None and link.ends_on < ended_on
    return _write(mail, link, reader, on, ended_on=link.ends_on if by_date else ended_on, by_date=by_date)


@letter("access_stepped")
def access_stepped(mail: OutboxMail, now: datetime) -> Letter | None:
    """Silence when somebody has answered the step."""
    link, reader, on = _about(mail, now)
    step = link.step(on) if link is not None and link.is_live(on) else None
    if reader is None or step is None or (step.age, step.does) != (mail.refs["age"], mail.refs["does"]) or _is_twin(mail, link):
        return None
    since = date.fromisoformat(mail.refs["since"])
    return _write(mail, link, reader, on, step=step, since=since, age=link.profile.age(on), has_a_say=_has_a_say(link, step))


@letter("access_notice")
def access_notice(mail: OutboxMail, now: datetime) -> Letter | None:
    """Silence when the day has come, or is another one now."""
    link, reader, on = _about(mail, now)
    day = date.fromisoformat(mail.refs["on"])
    if reader is None or day <= on or _is_twin(mail, link):
        return None
    if mail.refs["kind"] == END:
        return _write(mail, link, reader, on, day=day, step=None) if link.is_live(on) and link.ends_on == day else None
    step = Step(mail.refs["age"], mail.refs["does"])
    concerned = [link] if mail.refs.get("to") is None else _acting(link)
    if not any(_comes(one, step, day, on) for one in concerned):
        return None
    return _write(mail, link, reader, on, day=day, step=step, has_a_say=_has_a_say(link, step), change=access_words.change_to_come)


def _about(mail: OutboxMail, now: datetime) -> tuple[Link | None, OwnReader | None, date | None]:
    """The link, its reader if they may still be told, and the practice's date."""
    link, to = tombstones.going_on(mail.refs["link"]), mail.refs.get("to")
    if link is None or link.profile.merged_at:
        return None, None, None
    on = links.today(link.profile, now)
    if to == "person":
        return link, own_reader.find(link.profile, on), on
    theirs = link if to is None else tombstones.going_on(to)
    if theirs is None or not theirs.account.is_active:
        return link, None, on
    if to is not None and not (theirs.profile_id == link.profile_id and theirs.allows(MANAGE_ACCESS, on)):
        return link, None, on
    return link, OwnReader(theirs.account.email, theirs.account), on


def _newer_of_carrier(mail: OutboxMail, link: Link) -> bool:
    """Whether this is about access that a merge has united with other access since, and a mail about that says it: it is written from
    what stands now."""
    if link.id == mail.refs["link"]:
        return False
    told = (OutboxMail.template == mail.template, OutboxMail.about == f"link:{link.id}", OutboxMail.to_address == mail.to_address)
    waits = OutboxMail.state.in_(("queued", "held", "sending"))
    return db.session.scalar(select(OutboxMail.id).where(*told, waits | (OutboxMail.created_at >= mail.created_at)).limit(1)) is not None


def _is_twin(mail: OutboxMail, link: Link) -> bool:
    """Whether both of two merged records had this to tell, and the other mail has told it, or will. What whoever has the access would
    read of access that was united is told of the one that carries it."""
    if mail.refs.get("to") != "person":
        return link.id != mail.refs["link"]
    if not tombstones.sources(link.profile):
        return False
    same = (OutboxMail.template == mail.template, OutboxMail.to_address == mail.to_address, OutboxMail.id < mail.id)
    lately = (
        OutboxMail.created_at > mail.created_at - timedelta(days=ANEW_AFTER),
        OutboxMail.state.in_(("queued", "held", "sending", "sent")),
    )
    twins = [one for one in db.session.scalars(select(OutboxMail).where(*same, *lately)) if _said(one) == _said(mail)]
    others = [tombstones.going_on(one.refs["link"]) for one in twins]
    is_about_all = mail.refs.get("kind") != END  # a step is told of once, an end for each who has access
    return any(other.id == link.id or (is_about_all and other.profile_id == link.profile_id) for other in others)


def _said(mail: OutboxMail) -> dict:
    return {name: value for name, value in mail.refs.items() if name != "link"}


def _acting(link: Link) -> list[Link]:
    return [one for one in links.links_to(link.profile) if not one.is_self]


def _comes(link: Link, step: Step, day: date, on: date) -> bool:
    """Whether this very step still takes something from the link on that day."""
    return link.is_live(day) and link.next_step(on) == step and step.on(link.profile.born_on) == day and bool(link.taken_by(step))


def _has_a_say(link: Link, step: Step) -> bool:
    """Whether the person may have an account then, and with it decides."""
    return step.age >= link.profile.practice.youngest_account_years


def _given_anew(link: Link, on: date) -> bool:
    newer = select(Link).where(Link.account_id == link.account_id, Link.profile_id == link.profile_id, Link.revoked_at.is_(None))
    return any(one.is_live(on) for one in db.session.scalars(newer))


def _own_link(link: Link, account: Account | None) -> Link | None:
    """The reader's own link to the person, by which their pages are reached."""
    return next((one for one in links.links_to(link.profile) if account is not None and one.account_id == account.id), None)


def _write(mail: OutboxMail, link: Link, reader: OwnReader, on: date, **facts) -> Letter:
    profile, to = link.profile, mail.refs.get("to")
    practice, mine = profile.practice, _own_link(link, reader.account)
    knows_other = to is not None and mine is not None and mine.allows(MANAGE_ACCESS, on)
    own = to == "person" or (mine is not None and mine.is_self)
    name, has_account = reader.account.given_name if reader.account else profile.given_name, reader.account is not None
    whose = {"link": link, "on": on, "to_holder": to is None, "own": own, "other": link.account.name if knows_other else ""}
    facts |= {"practice": practice, "person": profile.given_name, "reader": name, "has_account": has_account, **whose}
    page = public_url("portal.access", public_id=mine.public_id) if mine else public_url("booking.practice", slug=practice.slug)
    with force_locale(reading_language(reader.account.language if reader.account else "", profile.language, practice.language)):
        said = {part: one_line(render_template(f"email/{mail.template}/_{part}.txt", **facts)) for part in PARTS[mail.template]}
        why = one_line(render_template("email/_access_why.txt", **facts))
        return compose(mail.template, to=reader.address, address=page, why=why, **said, **facts)
