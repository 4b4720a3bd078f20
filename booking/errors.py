"""Why a time could not be held, booked, moved or cancelled, in words a patient understands.

`facts` carry what a page needs for the next step: `refusal`, `phone`, `until`, `reason`.
"""

from flask_babel import lazy_gettext as _

from portal.errors import DomainError, on_violation


class SlotTaken(DomainError):
    """Somebody else booked it, or holds it, since the list was shown."""

    message = _("That time was just taken. Choose another.")


class NotOffered(DomainError):
    """The start is not open to this person: `facts["refusal"]` is the engine's Refusal, the message its sentence."""

    message = _("That time cannot be booked online. Choose another.")


class PersonLimit(NotOffered):
    """A rule about the person the appointment is for (AVAILABILITY §7)."""


class HoldEnded(DomainError):
    """The time was held, and the minutes are over."""

    status = 410
    message = _("We stopped holding that time. Choose it again, or another.")


class TooLate(DomainError):
    """Inside the practice's notice for cancelling and moving: `facts["phone"]` (E.164) and `facts["until"]` (when it ended)."""

    message = _("It is too late to change this appointment online. Call the clinic.")


class UndoOver(DomainError):
    """The few minutes for an undo are over, or there is nothing to undo."""

    message = _("This can no longer be undone. Cancel or move the appointment instead.")


class NotYours(DomainError):
    """Not reached through a live link with the permission: looks the same as not there."""

    status = 404
    message = _("We could not find this appointment.")


class AlreadyCancelled(DomainError):
    message = _("This appointment is already cancelled.")


class Changed(DomainError):
    """Somebody changed it since the form was shown: `facts["appointment"]` or `facts["block"]` is how it is now. Nothing was done."""

    message = _("Somebody changed this in the meantime. Look at it again, then decide.")


class StillNeeded(DomainError):
    """Something is booked with it or there, or somebody has hours there: it cannot be put away yet."""

    message = _("Something is still booked with it, or hours are still planned there. Move those first, then try again.")


class Imported(DomainError):
    """It is an entry of another calendar: that one is where it is changed."""

    message = _("This comes from another calendar. Change it there.")


class GroupFull(DomainError):
    """Every seat of the group is taken: `facts["seats"]`."""

    message = _("Every seat of this group is taken. Choose another time, or make the group larger.")


class GroupOver(DomainError):
    """The group does not take place any more."""

    message = _("This group does not take place any more. Choose another time.")


class ClosedToNew(DomainError):
    """The practice takes no new people online: `facts["reason"]` in the practice's words, `facts["phone"]`."""

    message = _("This clinic is not taking new people online at the moment. Call to ask.")


class TakesNoNew(NotOffered):
    """This practitioner takes only people they have seen, online."""

    message = _("This practitioner is not taking new people online. Choose somebody else, or call the clinic.")


class OnlyForNew(DomainError):
    message = _("This is for a first visit. Choose a follow-up instead.")


class OnlyForReturning(DomainError):
    message = _("This is for people who have been here before. Choose a first visit instead.")


class TooYoung(DomainError):
    """Younger than the practice lets people book for themselves: `facts["years"]`. A guardian may book."""

    message = _("You cannot book here on your own yet. Ask a parent or guardian to book for you, or call the clinic.")


# The database's own word (SAFETY §1): SQLite names columns, PostgreSQL the constraint.
on_violation(SlotTaken, "ticks.resource, ticks.lane, ticks.tick", "pk_ticks")
