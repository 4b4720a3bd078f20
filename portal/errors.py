"""What can go wrong in words a patient understands, and how a database constraint says the same."""

from flask_babel import lazy_gettext as _


class DomainError(Exception):
    """A rule said no. `message` is a translatable sentence for the person; `status` the HTTP answer."""

    status = 409
    message = _("That could not be done. Try again.")

    def __init__(self, message=None, **facts):
        super().__init__(str(type(self).__name__))
        self.message = message or type(self).message
        self.facts = facts


class Busy(DomainError):
    """The database stayed locked or away for longer than a person should wait (SAFETY §1)."""

    status = 503
    message = _("We could not save that just now. Nothing was changed. Try again in a minute.")


class Gone(DomainError):
    """What it was about was removed for good while somebody looked at it, as people are whose import is taken back."""

    status = 404
    message = _("This is not in your records any more. Go back and look again.")


class TooManyTries(DomainError):
    status = 429
    message = _("That was tried too many times. Wait 15 minutes and try again.")


_violations: list[tuple[tuple[str, ...], type[DomainError]]] = []


def on_violation(error: type[DomainError], *marks: str) -> None:
    """A broken constraint whose text holds one of `marks` (its name, or SQLite's `table.column`) means `error`."""
    _violations.append((marks, error))


# A row for which one is written that is no longer there. Only PostgreSQL lets it come to that: on SQLite nobody reads beside a writer.
on_violation(Gone, "insert or update on table")


def meaning_of(text: str) -> type[DomainError] | None:
    """The domain error for the text of a database integrity error, or None if nobody claimed it."""
    return next((error for marks, error in _violations if any(mark in text for mark in marks)), None)
