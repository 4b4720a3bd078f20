"""The forms about calendars of other programs."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.validators import DataRequired, Length

from booking.desk.calendar_words import OF_ADDRESS, words
from booking.ics_in import Problem
from booking.practitioner_feeds import BUSY, NAMES
from portal.forms import PortalForm, clean


class FeedForm(PortalForm):
    """`shows`: only when somebody is busy, or with whom."""

    shows = RadioField(
        _("What should it show?"), default=BUSY, choices=[Choice(BUSY, _("Only when they are busy")), Choice(NAMES, _("Who comes"))]
    )


class SourceForm(PortalForm):
    """A calendar to take in: an address or a file."""

    name = StringField(
        _("Name"),
        filters=[clean],
        validators=[
            DataRequired(_("Enter a name, like: private calendar")),
            Length(max=120, message=_("The name must be 120 characters or less")),
        ],
    )
    address = StringField(
        _("Address of the calendar"),
        filters=[clean],
        validators=[Length(max=2000, message=_("The address must be 2,000 characters or less"))],
    )
    file = FileField(_("Or a calendar file"))

    def validate(self, extra_validators=None) -> bool:
        fine = super().validate(extra_validators)
        if bool(self.address.data) == bool(self.file.data):
            self.address.errors = [
                _("Paste an address, or choose a file. Only one of them.") if self.file.data else _("Paste an address, or choose a file")
            ]
            return False
        return fine

    def refuse(self, problem: Problem) -> None:
        """Say beside the right field why it cannot be taken in."""
        field = self.address if problem.code in OF_ADDRESS or not self.file.data else self.file
        field.errors = [words(problem.code)]
