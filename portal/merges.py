"""Merging: two records are one person's, and the target survives (MISSION M5, F8). Use cases: run them through `transact`.

One transaction; every changed row is in the journal (portal/merge_journal.py), so portal/unmerging.py can take it back. Other
packages move their rows when `profile_merged` is sent.
"""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import file_merging, ledger, merge_contacts, merge_preview
from portal.access import MANAGE_ACCESS
from portal.database import db
from portal.errors import DomainError, on_violation
from portal.links import introduce, links_to, tell, today
from portal.merge_access import Reach, links_of
from portal.merge_choices import Choices
from portal.merge_invitations import unite_invitations
from portal.merge_journal import PRIMARY, Journal
from portal.merge_preview import Preview, decisions_about
from portal.models import BatchRow, File, ImportRow, Invitation, Link, Merge, Note, Profile, Registration, StaffMember
from portal.signals import profile_merged
from portal.uniting import ANSWERS, DETAILS, GUARDS, MOVES, UNITED

PARTS = (file_merging,)  # imported, so that previews and undoing know of files and notes


class NotTogether(DomainError):
    """Not two records of the staff member's own practice; or one is of somebody forgotten, whose day to be erased would take the other along."""

    status = 404
    message = _("These two records cannot be merged.")


class MergedAlready(DomainError):
    """`facts["merge"]` is the merge that was faster; None if it has gone already."""

    message = _("One of these records was merged a moment ago. Look at it again.")


class ChangedMeanwhile(DomainError):
    message = _("This record changed while you were looking. Check it again.")


class NotConfirmed(DomainError):
    """`facts["conflicts"]` are those without a tick."""

    status = 422
    message = _("Some things need a second look. Tick each of them, if it is the same person all the same.")


class MayNotLetIn(DomainError):
    """An account would come in, and the role of who merges lets nobody in: see `newcomers_refused`."""

    status = 403
    message = _("Your role cannot let new accounts in. Ask somebody who may invite people.")


on_violation(MergedAlready, "uq_merges_standing", "merges.source_id")


def merge(staff: StaffMember, source: Profile, target: Profile, choices: Choices, mark: str, now: datetime) -> Merge:
    """The source's rows go to the target, which says what the preview with this `mark` said. The source stays behind as a tombstone.

    Raises NotTogether, MergedAlready, ChangedMeanwhile, MayNotLetIn, NotConfirmed.
    """
    source, target = locked(staff, source, target)
    preview = _as_seen(staff, source, target, choices, mark, now)
    done = _begun(staff, preview, choices, now)
    journal = Journal(done)
    links = _unite_links(journal, preview, now)
    unite_invitations(journal, preview, now, deleted_by_id=staff.account_id)
    for column in (BatchRow.profile_id, ImportRow.profile_id, File.profile_id, Note.profile_id):
        journal.follow(column)
    merge_contacts.follow(journal)
    _answer_registrations(journal, source, target, staff, now)
    _keep_apart(journal, now)
    taken = [column for one in preview.details if one.values != one.target for column in DETAILS[one.name]]  # whole, not in parts
    journal.change(target, also=(*GUARDS, *ANSWERS, *taken), **preview.after)
    journal.change(source, replaced_by_id=target.id, merged_at=now)
    profile_merged.send(None, merge=done, journal=journal, now=now)
    for person, does in ((target, "takes"), (source, "gives")):
        ledger.record("merged", now, profile=person, account=staff.account, merge=done.id, does=does, **{"as": "staff"})
    _tell(preview, links, staff, now)
    return done


def _as_seen(staff: StaffMember, source: Profile, target: Profile, choices: Choices, mark: str, now: datetime) -> Preview:
    """The preview that staff looked at, all of it confirmed. Raises ChangedMeanwhile, MayNotLetIn, NotConfirmed."""
    preview = merge_preview.preview(source, target, choices, now, by=staff)
    if preview.mark != mark:
        raise ChangedMeanwhile()
    if preview.newcomers and not staff.may_invite:
        raise newcomers_refused(preview)
    missing = preview.unconfirmed(choices)
    if missing:
        raise NotConfirmed(conflicts=missing)
    return preview


def newcomers_refused(preview: Preview) -> MayNotLetIn:
    """The refusal, in words that name whom and say what to do."""
    names = ", ".join(one.account.name for one in preview.newcomers)
    if any(one.source is None for one in preview.newcomers):
        return MayNotLetIn(
            gettext("Your role cannot let %(names)s in. Keep the other record instead, or ask somebody who may invite people.", names=names)
        )
    return MayNotLetIn(
        gettext("Your role cannot let %(names)s in. Choose “No access”, or ask somebody who may invite people.", names=names)
    )


def _begun(staff: StaffMember, preview: Preview, choices: Choices, now: datetime) -> Merge:
    asked = choices.as_json({one.account.public_id for one in preview.reaches}, {one.key for one in preview.conflicts})
    done = Merge(
        practice_id=staff.practice_id, source=preview.source, target=preview.target, merged_at=now, merged_by=staff.account, choices=asked
    )
    db.session.add(done)
    db.session.flush()
    return done


def locked(staff: StaffMember, source: Profile, target: Profile) -> tuple[Profile, Profile]:
    """Both records as they are now, locked in the order of their ids, so that two merges the other way round take turns.

    Raises NotTogether, MergedAlready.
    """
    ids = sorted({source.id, target.id})
    mine = select(Profile).where(Profile.id.in_(ids), Profile.practice_id == staff.practice_id).order_by(Profile.id)
    found = {
        one.id: one
        for one in db.session.scalars(
            mine.options(joinedload(Profile.practice)).with_for_update(of=Profile).execution_options(populate_existing=True)
        )
    }
    if len(ids) != 2 or len(found) != 2 or any(one.forgotten_at for one in found.values()):
        raise NotTogether()
    if any(one.is_merged for one in found.values()):
        raise MergedAlready(merge=made_of(next(one for one in found.values() if one.is_merged)))
    lock_access(ids)
    return found[source.id], found[target.id]


def lock_access(profile_ids: Collection[int]) -> None:
    """All links and invitations of these records as they are now: nobody revokes or decides between reading and writing."""
    for model in (Link, Invitation):
        rows = (
            select(model)
            .where(model.profile_id.in_(profile_ids))
            .order_by(model.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        db.session.scalars(rows).all()


def made_of(source: Profile) -> Merge | None:
    """The merge that made a record a tombstone."""
    return db.session.scalar(select(Merge).where(Merge.source_id == source.id, Merge.undone_at.is_(None)))


def _unite_links(journal: Journal, preview: Preview, now: datetime) -> dict[int, Link]:
    """All links of the source go over. Returns the ones that carry the access afterwards, by account id."""
    carriers = {
        one.account.id: one.source if one.outcome.kind == MOVES else one.target
        for one in preview.reaches
        if one.outcome and one.outcome.held
    }
    _one_primary(journal, {link.id for link in carriers.values()})
    for one in preview.reaches:
        if one.is_ended:
            for link in (one.source, one.target):
                if link is not None:
                    journal.change(link, revoked_at=now, revoked_by_id=journal.merge.merged_by_id)
        elif one.outcome is not None and one.outcome.kind == UNITED:
            _unite(journal, one, now)
        elif one.outcome is not None:
            _bind(journal, one)
    _end_run_out(journal, now)
    journal.follow(Link.profile_id)
    return carriers


def _bind(journal: Journal, one: Reach) -> None:
    """To age steps that the link's own record did not know of."""
    link, held = one.source or one.target, one.outcome.held
    if link.decided_on != held.decided_on:
        journal.change(link, decided_on=held.decided_on)


def _one_primary(journal: Journal, carriers: set[int]) -> None:
    """The target's stays primary, unless it carries no access any more and the source's does."""
    marked = [
        [link for link in links_of(side) if link.primary_at and link.revoked_at is None]
        for side in (journal.merge.source, journal.merge.target)
    ]
    journal.merge.stood = {**journal.merge.stood, PRIMARY: [link.id for link in marked[1]]}
    if all(marked):
        [source], [target] = marked
        is_sources = source.id in carriers and target.id not in carriers
        journal.change(target if is_sources else source, primary_at=None)


def _unite(journal: Journal, one: Reach, now: datetime) -> None:
    held, primary_at = one.outcome.held, one.target.primary_at or one.source.primary_at
    journal.change(one.source, revoked_at=now, revoked_by_id=journal.merge.merged_by_id, united_with_id=one.target.id, primary_at=None)
    values = {"relationship": held.relationship, "decided_on": held.decided_on, "ends_on": held.ends_on, "review_on": held.review_on}
    values["stepped_on"] = one.target.stepped_on or one.source.stepped_on  # who read of an age step does not read of it again
    kept = [name for name in one.target.permissions if name in held.permissions]
    journal.change(one.target, also=("permissions", "ends_on", "decided_on"), permissions=kept, primary_at=primary_at, **values)


def _end_run_out(journal: Journal, now: datetime) -> None:
    """Past its last day but never revoked, on both sides: one of them is history from now on, as when access is given anew."""
    kept = {link.account_id for link in links_of(journal.merge.target) if link.revoked_at is None}
    for link in links_of(journal.merge.source):
        if link.revoked_at is None and link.account_id in kept:
            journal.change(link, revoked_at=now, revoked_by_id=journal.merge.merged_by_id)


def _answer_registrations(journal: Journal, source: Profile, target: Profile, staff: StaffMember, now: datetime) -> None:
    """The source's has found its record. The target's is answered too when the source was known: it is no new person."""
    found = select(Registration).where(Registration.profile_id.in_((source.id, target.id))).order_by(Registration.id).with_for_update()
    for one in db.session.scalars(found):
        if one.profile_id == source.id:
            journal.change(one, merged_at=now, answered_by_id=staff.account_id)
        elif one.is_waiting and source.provisional_at is None:
            journal.change(one, accepted_at=now, answered_by_id=staff.account_id)


def _keep_apart(journal: Journal, now: datetime) -> None:
    """ "Not the same person" said of the source is true of the target from now on; of the two themselves it is withdrawn."""
    merge = journal.merge
    known = {_other(one, merge.target_id) for one in decisions_about(merge.target)}
    for one in decisions_about(merge.source):
        other = _other(one, merge.source_id)
        if other == merge.target_id or other in known:
            journal.change(one, taken_back_at=now)
        else:
            low, high = sorted((other, merge.target_id))
            journal.change(one, one_id=low, other_id=high)


def _other(decision, profile_id: int) -> int:
    return decision.other_id if decision.one_id == profile_id else decision.one_id


def _tell(preview: Preview, carriers: dict[int, Link], staff: StaffMember, now: datetime) -> None:
    """Who lost access reads so. Who decides about access to the surviving record learns who came in through the other one."""
    on = today(preview.target, now)
    knew = {one.account.id for one in preview.reaches if one.source}  # they acted for the same record already
    managing = [link for link in links_to(preview.target) if link.allows(MANAGE_ACCESS, on) and link.account_id not in knew]
    for one in preview.reaches:
        if one.is_ended and (link := one.source or one.target):
            ledger.record("access_ended", now, profile=preview.target, account=staff.account, link=link, **{"as": "staff"})
            tell(link, "access_ended", now, staff.account)
        elif one.is_new:
            for other in managing:
                introduce(carriers[one.account.id], other, f"merged:{int(now.timestamp())}", now, merged=True)
