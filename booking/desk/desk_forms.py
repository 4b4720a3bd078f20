"""What staff type about appointments, blocks and groups. Whether it can be done is not checked here."""

import datetime

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import DateInput, TimeInput

from booking.desk.choosing import Question, instant_of, wall_instant
from booking.forms import LONGEST_NOTE, ConfirmForm, DayForm, plain
from portal.forms import PortalForm, clean

OTHER = "other"
WHICH = [SelectChoice("one", _("Only this one")), SelectChoice("following", _("This one and all that follow"))]


class KnowinglyForm(PortalForm):
    """What is in the way, as it was shown, and whether it is passed over."""

    anyway = HiddenField()

    @property
    def passed_over(self) -> list[str]:
        """The reasons that were shown, if the tick says that they are known."""
        return (self.anyway.data or "").split() if "know" in request.form else []


class AnywayForm(KnowinglyForm, ConfirmForm):
    """A booking with its note, whether it is told, and what is knowingly passed over."""

    note = TextAreaField(
        _("Note"), filters=[plain], validators=[Length(max=LONGEST_NOTE, message=_("Your note must be 500 characters or less"))]
    )
    tell = BooleanField(_("Send the news by email"), default=True)


class RevisionForm(PortalForm):
    """`seen`: the revision of the row that the form was made of; None if the form says none."""

    revision = HiddenField()

    @property
    def seen(self) -> int | None:
        said = self.revision.data or ""
        return int(said[:18]) if said.isdecimal() else None


class MarkForm(KnowinglyForm, RevisionForm):
    """A press that takes a mark or a cancellation back, with what is in the way of that."""


class TimeForm(AnywayForm, RevisionForm):
    """A time from the list or one that is typed. `start` is epoch seconds once the form is valid."""

    at = RadioField(_("Time"), validators=[InputRequired(_("Choose a time"))], validate_choice=False, choices=[])
    time = StringField(_("Another time"), widget=TimeInput())
    which = RadioField(_("Which appointments"), choices=WHICH, default="one")
    OTHER = OTHER
    start: int

    def __init__(self, asked: Question, **kwargs):
        super().__init__(**kwargs)
        self._asked = asked
        if not self.is_submitted():
            self.time.data = asked.wall

    def offer(self, times: list) -> None:
        """The radio buttons of these times (choosing.Time); what was chosen in the address or pressed stays chosen."""
        self.at.choices = [(str(one.at), "") for one in times] + [(OTHER, self.time.label.text)]
        if not self.is_submitted() and self._asked.at is not None:
            self.at.data = str(self._asked.at) if self._asked.at in {one.at for one in times} else OTHER
        elif self.is_submitted() and self.at.data not in {value for value, _words in self.at.choices}:
            self.at.data, self.time.data = OTHER, self._asked._replace(at=getattr(self, "start", None)).wall  # it was free a moment ago

    def validate_at(self, field) -> None:
        if field.data != OTHER:
            start = instant_of(field.data)
            if start is None:
                raise ValidationError(_("Choose a time"))
            self.start = start

    def validate_time(self, field) -> None:
        if self.at.data == OTHER:
            start = wall_instant(self._asked.table.zone, self._asked.day, field.data)
            if start is None:
                raise ValidationError(_("Enter a time, like 09:30"))
            self.start = start


class CancelForm(RevisionForm):
    reason = StringField(_("Reason"), [Length(max=200, message=_("Use 200 characters or fewer"))], filters=[clean])
    tell = BooleanField(_("Send the news by email"), default=True)
    which = RadioField(_("Which appointments"), choices=WHICH, default="one")


class CompanionForm(PortalForm):
    name = StringField(
        _("Name"), [InputRequired(_("Enter a name")), Length(max=120, message=_("Use 120 characters or fewer"))], filters=[clean]
    )
    relation = StringField(_("Who they are"), [Length(max=60, message=_("Use 60 characters or fewer"))], filters=[clean])


class RepeatForm(AnywayForm, RevisionForm):
    every_days = RadioField(
        _("How often"),
        choices=[
            SelectChoice("7", _("Every week")),
            SelectChoice("14", _("Every 2 weeks")),
            SelectChoice("28", _("Every 4 weeks")),
            SelectChoice("1", _("Every day")),
        ],
        default="7",
    )
    times = IntegerField(
        _("How many appointments, this one included"),
        [InputRequired(_("Enter a number")), NumberRange(2, 104, _("Enter a number from 2 to 104"))],
        default=6,
    )


class SpanForm(RevisionForm):
    """A stretch of one day: `begins` and `ends` are epoch seconds once the form is valid."""

    date = StringField(_("Day"), widget=DateInput())
    starts = StringField(_("From"), widget=TimeInput())
    until = StringField(_("To"), widget=TimeInput())
    begins: int
    ends: int

    def __init__(self, zone: str, **kwargs):
        super().__init__(**kwargs)
        self._zone, self.day = zone, None

    def validate_date(self, field) -> None:
        try:
            day = datetime.date.fromisoformat((field.data or "").strip())
        except ValueError:
            raise ValidationError(_("Enter a day as year-month-day, like 2027-01-15")) from None
        if not DayForm.FIRST <= day <= DayForm.LAST:
            raise ValidationError(_("Enter a day between 2000 and 2099"))
        self.day = day

    def validate_starts(self, field) -> None:
        self.begins = self._instant(field)

    def validate_until(self, field) -> None:
        self.ends = self._instant(field)
        if getattr(self, "begins", None) is not None and self.ends is not None and self.ends <= self.begins:
            raise ValidationError(_("The end must be after the start"))

    def _instant(self, field) -> int | None:
        found = wall_instant(self._zone, self.day, field.data) if self.day else None
        if self.day and found is None:
            raise ValidationError(_("Enter a time, like 09:30"))
        return found


class BlockForm(SpanForm):
    title = StringField(_("What for"), [Length(max=120, message=_("Use 120 characters or fewer"))], filters=[clean])
    with_ = SelectField(
        _("Practitioner"), name="with", validators=[InputRequired(_("Choose a practitioner"))], validate_choice=False, choices=[]
    )
    every_days = SelectField(
        _("Repeats"),
        choices=[
            SelectChoice("0", _("Does not repeat")),
            SelectChoice("1", _("Every day")),
            SelectChoice("7", _("Every week")),
            SelectChoice("14", _("Every 2 weeks")),
        ],
        default="0",
    )
    times = IntegerField(_("How many times"), [Optional(), NumberRange(2, 104, _("Enter a number from 2 to 104"))])

    def validate_every_days(self, field) -> None:
        if field.data != "0" and not self.times.data and not self.times.errors:
            raise ValidationError(_("Enter how many times"))


class GroupForm(TimeForm):
    title = StringField(_("Name of the group"), [Length(max=120, message=_("Use 120 characters or fewer"))], filters=[clean])
    seats = IntegerField(
        _("Seats"), [InputRequired(_("Enter the number of seats")), NumberRange(1, 200, _("Enter a number from 1 to 200"))], default=8
    )


class MoveGroupForm(TimeForm):
    room = SelectField(_("Room"), validate_choice=False, choices=[])


class SeatsForm(RevisionForm):
    seats = IntegerField(
        _("Seats"), [InputRequired(_("Enter the number of seats")), NumberRange(1, 200, _("Enter a number from 1 to 200"))]
    )
