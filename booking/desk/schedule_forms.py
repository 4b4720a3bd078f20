"""What staff type about hours, days off and closures. Whose they may change is not checked here."""

from datetime import UTC, date, datetime

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import DateInput

from booking.desk.before_saving import ChangeForm
from booking.hours import day_start, end_instant, start_instant
from booking.spoken_hours import Span, Unreadable, read, time_of_day
from portal import filters
from portal.forms import clean

FARTHEST_YEAR = 2099
WEEKDAYS = range(7)


class DateField(StringField):
    """A date as year-month-day; `day` is it, once the field is valid, None for an empty one that may be."""

    widget = DateInput()
    day: date | None = None

    def __init__(self, label, needed=None, **kwargs):
        super().__init__(label, filters=[clean], **kwargs)
        self.needed = needed

    def pre_validate(self, form) -> None:
        if not self.data:
            if self.needed:
                raise ValidationError(self.needed)
            return
        try:
            self.day = date.fromisoformat(self.data)
        except ValueError:
            raise ValidationError(_("Enter a day as year-month-day, like 2027-01-15")) from None
        if not 2000 <= self.day.year <= FARTHEST_YEAR:
            raise ValidationError(_("Enter a day between 2000 and 2099"))


class HoursField(StringField):
    """Hours of a day the way people say them; `windows` is how they were read. `name_of` stands before a sentence about them."""

    def __init__(self, label=None, **kwargs):
        super().__init__(label, filters=[lambda text: (text or "").strip()], **kwargs)
        self.windows: tuple[Span, ...] = ()

    def pre_validate(self, form) -> None:
        try:
            self.windows = read(self.data)
        except Unreadable as error:
            raise ValidationError(self._sentence(error)) from error

    def _sentence(self, error: Unreadable):
        facts = {"day": self.label.text, "hours": error.part[:60], "other": error.other[:60]}
        if error.why == "overlap":
            return _("%(day)s: %(hours)s overlaps %(other)s", **facts)
        if error.why == "order":
            return _("%(day)s: the end must be after the start", **facts)
        return _("%(day)s: we could not read %(hours)s. Write it like 9am to 5pm", **facts)


class WeekForm(ChangeForm):
    """One box per weekday; they hold from `start` on. `services`: "all", "some" (those of `only`) or "keep" (each window as it is now)."""

    mon, tue, wed, thu, fri, sat, sun = (HoursField() for _day in WEEKDAYS)
    start = DateField(_("These hours start on"), _("Enter the day these hours start on"))
    until = DateField(_("Last day"))
    services = RadioField(_("What can be booked in these hours"), validate_choice=False)
    only = SelectMultipleField(_("Only these services"), validate_choice=False)

    def __init__(self, today: date, mixed: bool, offered, **kwargs):
        super().__init__(**kwargs)
        self.today = today
        for field, (_short, name) in zip(self.days, filters.weekday_names(locale=get_locale())):
            field.label.text = filters.capfirst(name)
        kept = [SelectChoice("keep", _("As it is now, for each time"))] if mixed else []
        self.services.choices = [SelectChoice("all", _("All services")), SelectChoice("some", _("Only some services")), *kept]
        self.only.choices = [SelectChoice(one.public_id, one.name) for one in offered]

    @property
    def days(self) -> tuple[HoursField, ...]:
        return self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun

    def validate_start(self, field) -> None:
        if field.day and field.day < self.today:
            raise ValidationError(_("Start date must be today or later"))

    def validate_until(self, field) -> None:
        if field.day and self.start.day and field.day < self.start.day:
            raise ValidationError(_("The last day must be the start date or later"))

    def validate_services(self, field) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            field.data = "all"
        if field.data == "some" and not set(self.only.data or ()) & {choice.value for choice in self.only.choices}:
            raise ValidationError(_("Select at least one service, or “All services”"))


class BreakForm(ChangeForm):
    """A break every week, or on one date. `weekday`: 0 to 6, "all" or "date"."""

    weekday = SelectField(_("Day of the break"), validate_choice=False)
    on_date = DateField(_("Date of the break"))
    hours = HoursField(_("Break"))

    def __init__(self, today: date, **kwargs):
        super().__init__(**kwargs)
        self.today = today
        names = filters.weekday_names(locale=get_locale())
        every = [SelectChoice(str(n), filters.capfirst(name)) for n, (_short, name) in enumerate(names)]
        self.weekday.choices = [*every, SelectChoice("all", _("Every day")), SelectChoice("date", _("Only on one date"))]

    def validate_weekday(self, field) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            field.data = "0"

    def validate_on_date(self, field) -> None:
        if self.weekday.data == "date" and (field.day is None or field.day < self.today):
            raise ValidationError(_("Enter the date of the break, today or later"))

    def validate_hours(self, field) -> None:
        if not field.windows and not field.errors:
            raise ValidationError(_("Enter the break like 12pm to 12:30pm"))

    @property
    def days(self) -> list[tuple[int | None, date | None]]:
        """(weekday, date) of each break to make."""
        if self.weekday.data == "date":
            return [(None, self.on_date.day)]
        return [(n, None) for n in WEEKDAYS] if self.weekday.data == "all" else [(int(self.weekday.data), None)]


class SpanForm(ChangeForm):
    """From a first to a last day, whole, or between two times on them. `starts`, `ends` are instants in `zone`, once valid."""

    first = DateField(_("First day"), _("Enter the first day"))
    last = DateField(_("Last day"))
    from_ = StringField(_("From"), name="from", filters=[clean])
    to = StringField(_("To"), filters=[clean])

    def __init__(self, zone: str, today: date, **kwargs):
        super().__init__(**kwargs)
        self.zone, self.today, self.opens, self.closes = zone, today, 0, 1440

    def validate_last(self, field) -> None:
        if field.day and self.first.day and field.day < self.first.day:
            raise ValidationError(_("The last day must be the first day or later"))
        if (field.day or self.first.day or self.today) < self.today:
            raise ValidationError(_("The last day must be today or later"))

    def validate_to(self, field) -> None:
        if not (self.from_.data or field.data):
            return
        try:
            opens, closes = self._times(self.from_.data or "00:00", field.data or "24:00")
        except Unreadable:
            raise ValidationError(_("We could not read these times. Write them like 1pm and 5pm")) from None
        if closes <= opens and self.last_day == self.first.day:
            raise ValidationError(_("The end must be after the start"))
        self.opens, self.closes = opens, closes

    def _times(self, opens: str, closes: str) -> tuple[int, int]:
        """On one day as hours are said ("1" to "5" is the afternoon), else each for itself."""
        try:
            if self.last_day == self.first.day:
                said = read(f"{opens} - {closes}")
                if len(said) != 1:
                    raise Unreadable("words", opens)
                return said[0][:2]
        except Unreadable as error:
            if error.why != "order":
                raise
        return time_of_day(opens) % 1440, time_of_day(closes)

    @property
    def is_whole(self) -> bool:
        return (self.opens, self.closes) == (0, 1440)

    @property
    def last_day(self) -> date | None:
        return self.last.day or self.first.day

    @property
    def starts_at(self) -> datetime:
        return datetime.fromtimestamp(self.starts, UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime.fromtimestamp(self.ends, UTC)

    @property
    def starts(self) -> int:
        return start_instant(self.zone, self.first.day, self.opens) if self.opens else day_start(self.zone, self.first.day)

    @property
    def ends(self) -> int:
        return day_start(self.zone, self.last_day, 1) if self.closes == 1440 else end_instant(self.zone, self.last_day, self.closes)


class TimeOffForm(SpanForm):
    reason = StringField(_("Why"), [Length(max=200, message=_("Use 200 characters or fewer"))], filters=[clean])


class OtherHoursForm(ChangeForm):
    """Other hours on one date, at one location."""

    on_date = DateField(_("Date"), _("Enter the date"))
    hours = HoursField(_("Hours on that day"))
    place = SelectField(_("Where"), validate_choice=False)

    def __init__(self, today: date, places, **kwargs):
        super().__init__(**kwargs)
        self.today = today
        self.place.choices = [SelectChoice(str(one.id), one.name) for one in places]

    def validate_on_date(self, field) -> None:
        if field.day and field.day < self.today:
            raise ValidationError(_("The date must be today or later"))

    def validate_place(self, field) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            field.data = self.place.choices[0].value if self.place.choices else ""


class ClosureForm(SpanForm):
    """`one_day`: this role closes single days only."""

    name = StringField(
        _("What patients read"),
        [DataRequired(_("Enter why the clinic is closed, like Winter break")), Length(max=120, message=_("Use 120 characters or fewer"))],
        filters=[clean],
    )
    place = SelectField(_("Where"), validate_choice=False)

    def __init__(self, zone: str, today: date, places, one_day: bool, **kwargs):
        super().__init__(zone, today, **kwargs)
        self.one_day = one_day
        self.place.choices = [
            SelectChoice("", _("The whole clinic")),
            *(SelectChoice(str(one.id), one.name) for one in places if len(places) > 1),
        ]

    def validate_place(self, field) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            field.data = ""

    def validate_last(self, field) -> None:
        super().validate_last(field)
        if self.one_day and self.first.day and self.last_day != self.first.day:
            raise ValidationError(_("Only an admin closes more than one day"))


def typed_date(text: str) -> date | None:
    """A date in an address or a button; None for what is none."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def local_day(zone: str, instant: int | datetime) -> date:
    return filters.local(instant, zone).date()
