"""The form that says whom many invitations are for: a filter, or a list that is pasted or uploaded."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.validators import DataRequired, Length

from portal import batch_files
from portal.batch_files import BadList
from portal.forms import PortalForm, clean
from portal.models import StaffMember
from portal.staff import choosing
from portal.staff.narrowing import WITH, WITHOUT, Wish, practitioners

FILTER, LIST = "filter", "list"
MOST_WHY = 500


def usual_note() -> str:
    """Who asks, why, and what there is to see: what people want to know before they set up an account."""
    return gettext(
        "We invite everybody we look after to use online booking. With an account you see your appointments, book new ones, move or cancel"
        " them at any hour, and get reminders. Nobody else sees them unless you choose. It takes two minutes and costs nothing."
        " You can still telephone us as before."
    )


class BulkForm(PortalForm):
    source = RadioField(
        _("Who should get an invitation?"),
        choices=[Choice(FILTER, _("Everybody who cannot book online yet")), Choice(LIST, _("The people of a list"))],
        default=FILTER,
    )
    only_adults = BooleanField(_("Only adults"))
    months = SelectField(
        _("Seen in the last"),
        choices=[
            Choice("0", _("At any time")),
            Choice("3", _("3 months")),
            Choice("6", _("6 months")),
            Choice("12", _("12 months")),
            Choice("24", _("2 years")),
        ],
        default="0",
    )
    practitioner = SelectField(_("Seen by"))
    coming = SelectField(
        _("Next appointment"),
        choices=[
            Choice("", _("With or without one")),
            Choice(WITH, _("Only with an appointment to come")),
            Choice(WITHOUT, _("Only without one")),
        ],
    )
    file = FileField(_("Choose a file"))
    text = TextAreaField(_("Or paste from a spreadsheet"))
    why = TextAreaField(
        _("Your note: why they should have an account"),
        filters=[clean],
        validators=[
            DataRequired(_("Write why they are invited")),
            Length(max=MOST_WHY, message=_("The note must be 500 characters or less")),
        ],
    )

    def __init__(self, *, staff: StaffMember, **kwargs):
        super().__init__(**kwargs)
        self.staff = staff
        self.practitioner.choices = [Choice("", _("Anybody")), *(Choice(*one) for one in practitioners(staff))]
        if self.why.raw_data is None and not self.why.data:
            self.why.data = usual_note()

    def chosen(self, now) -> list:
        """The rehearsed rows; empty, with the error beside its field, when what was given cannot be read."""
        try:
            if self.source.data == FILTER:
                wish = Wish(int(self.months.data), self.practitioner.data, self.coming.data)
                return choosing.by_filter(self.staff, choosing.Filter(self.only_adults.data, wish), now)
            return choosing.by_list(self.staff, self._entries(), now)
        except BadList as problem:
            place = self.source if self.source.data == FILTER else self.file if self._is_upload() else self.text
            place.errors = [problem.message]
            return []

    def _is_upload(self) -> bool:
        return bool(self.file.data and self.file.data.filename)

    def _entries(self) -> list[batch_files.Typed]:
        if self._is_upload():
            return batch_files.of_file(self.file.data.read(batch_files.MOST_BYTES + 1))
        return batch_files.of_text(self.text.data or "")
