"""What stands in the way of an invitation, in a sentence that says what to do; and how far one has come."""

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal import batch_files, batch_results, rehearsal
from portal.batch_facts import readable
from portal.batch_results import Overview
from portal.filters import local
from portal.models import BatchRow

_PROBLEMS = {
    rehearsal.NO_NAME: lazy_gettext("Add a name"),
    rehearsal.NOBODY: lazy_gettext("Nobody of this name in your records. Check the spelling"),
    rehearsal.SEVERAL: lazy_gettext("Two people have this name. Add the date of birth"),
    rehearsal.BAD_DATE: lazy_gettext("Date of birth must be a real date, like 1987-03-14"),
    rehearsal.OTHER_BIRTH_DATE: lazy_gettext("The date of birth in your records is another one. Check both"),
    rehearsal.NO_EMAIL: lazy_gettext("Add an email"),
    rehearsal.BAD_EMAIL: lazy_gettext("Check the email. It must look like name@example.com"),
    rehearsal.REFUSED_MAIL: lazy_gettext("They asked not to get email. Speak to them first"),
    rehearsal.SAID_NO: lazy_gettext("Somebody at this address answered that they are not this person. Check the email"),
    rehearsal.ENDED: lazy_gettext("The access of this address was ended. Invite it from the person's own page if it may come back"),
    rehearsal.KEPT_SAFE: lazy_gettext("Contacts are kept apart. Invite from their own page"),
    rehearsal.MERGED: lazy_gettext("This record was joined with another one"),
    rehearsal.OF_AGE: lazy_gettext("They are of an age at which others may do less. Decide on their own page whom to invite"),
    rehearsal.CARED_FOR: lazy_gettext("Somebody can book for them already. Add others on their own page"),
    rehearsal.HAS_ACCESS: lazy_gettext("Has access already"),
    rehearsal.INVITED: lazy_gettext("Invited already, not answered yet"),
}
AS = {
    "self": lazy_gettext("Themselves"),
    "parent": lazy_gettext("Their parent: they are a child"),
    "guardian": lazy_gettext("Their guardian"),
    "carer": lazy_gettext("Their carer"),
    "trusted": lazy_gettext("Somebody they trust: the address is another person's"),
}
STATES = {
    batch_results.QUEUED: lazy_gettext("Waiting to go"),
    batch_results.SENT: lazy_gettext("Sent"),
    batch_results.FAILED: lazy_gettext("Could not be delivered"),
    batch_results.TAKEN: lazy_gettext("Account set up"),
    batch_results.ENDED: lazy_gettext("Ended"),
    batch_results.PASSED: lazy_gettext("Not invited"),
    batch_results.READY: lazy_gettext("Ready"),
    batch_results.SHARED: lazy_gettext("Share an address"),
    batch_results.HAVE: lazy_gettext("Have access already"),
    batch_results.INVITED: lazy_gettext("Invited already"),
    batch_results.FIX: lazy_gettext("Need fixing"),
}


def why(row: BatchRow, meant: str = "") -> str:
    """The problem of a row and what to do about it. `meant`: the address that was probably meant."""
    if row.problem == rehearsal.MISTYPED:
        return _("Check the email. Did you mean %(host)s?", host=meant.rpartition("@")[2])
    word, _space, other = row.problem.partition(" ")
    return _("Same person as row %(row)s", row=other) if word == rehearsal.SAME_AS else str(_PROBLEMS[word])


def sheet(rows: Iterable[BatchRow], seen: Overview, zone: str) -> Iterator[list[str]]:
    """The rows as a spreadsheet, headings first: what was typed, what became of it, what to do. Fit to be put right and given back."""
    yield [_("Row"), _("Name"), _("Email"), _("Date of birth"), _("State"), _("What to do"), _("Sent"), _("Taken up")]
    for row in rows:
        state, sent = seen.states[row.id], row.invitation if not row.problem else None
        typed = batch_files.cells(row.typed) if row.typed else [row.name, row.email, ""]
        note = why(row, readable(row.email)[2]) if row.problem else ended(row) if state == batch_results.ENDED else ""
        days = [local(at, zone).date().isoformat() if at else "" for at in ((sent.sent_at, sent.accepted_at) if sent else (None, None))]
        yield [str(row.position), typed[0], row.email or typed[1], typed[2], str(STATES[state]), note, *days]


def ended(row: BatchRow) -> str:
    """Why the invitation of a row needs no answer any more."""
    if row.invitation.refused_at:
        return _("They are not this person. Check the email")
    return _("The invitation was deleted") if row.invitation.deleted_at else _("The message was not sent. Send it again")


def shared(row: BatchRow, positions: Sequence[int]) -> str:
    """With whom a row shares its one message."""
    others = ", ".join(str(one) for one in positions if one != row.position)
    return (
        _("One message together with row %(rows)s", rows=others)
        if len(positions) == 2
        else _("One message together with rows %(rows)s", rows=others)
    )
