"""Booking rules as staff type them, and as the plan stores them."""

from datetime import date

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from booking.desk.before_saving import ChangeForm
from booking.desk.schedule_forms import FARTHEST_YEAR, DateField
from booking.hours_words import minute_words
from booking.spoken_hours import Unreadable, time_of_day
from portal import filters
from portal.forms import clean

MOST_DAYS, MOST_MONTHS, MOST_RELEASES = 730, 24, 60
UNITS = {"minutes": 1, "hours": 60, "days": 1440}
INHERIT = {"practitioner": _("As the clinic"), "service": _("As the practitioner or the clinic")}


def _number(text: str, least: int, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most else None


class NumberField(StringField):
    """A whole number; `number` is it once valid, None for an empty box."""

    def __init__(self, label, least: int, most: int, **kwargs):
        super().__init__(label, filters=[clean], **kwargs)
        self.least, self.most, self.number = least, most, None

    def pre_validate(self, form) -> None:
        if not self.data:
            return
        self.number = _number(self.data, self.least, self.most)
        if self.number is None:
            raise ValidationError(_("Enter a number from %(least)s to %(most)s", least=self.least, most=self.most))


class TimeField(StringField):
    """A time of day the way people say it; `minute` is it once valid, None for an empty box."""

    def __init__(self, label, **kwargs):
        super().__init__(label, filters=[clean], **kwargs)
        self.minute: int | None = None

    def pre_validate(self, form) -> None:
        if not self.data:
            return
        try:
            self.minute = time_of_day(self.data) % 1440
        except Unreadable:
            raise ValidationError(_("Write a time like 9am or 16:30")) from None


def unit_field() -> SelectField:
    choices = [SelectChoice("minutes", _("minutes")), SelectChoice("hours", _("hours")), SelectChoice("days", _("days"))]
    return SelectField(_("Unit"), choices=choices, validate_choice=False)


class RulesForm(ChangeForm):
    """Empty boxes leave the word to the next level up; at the practice they mean the usual (MISSION §5)."""

    kind = RadioField(_("How far ahead people book"), validate_choice=False)
    days = NumberField(_("Days ahead"), 0, MOST_DAYS)
    count = SelectField(
        _("What counts as a day"),
        choices=[SelectChoice("calendar", _("Every day")), SelectChoice("open_days", _("Only days on which somebody works"))],
        validate_choice=False,
    )
    at = TimeField(_("A new day opens at"))
    on = DateField(_("Up to and including"))
    weekday = SelectField(_("Each week on"), validate_choice=False)
    weekly_at = TimeField(_("Opening time"))
    through_days = NumberField(_("Up to how many days later"), 0, MOST_DAYS)
    month_day = NumberField(_("Day of the month"), 1, 31)
    monthly_at = TimeField(_("Opening time"))
    through_months = NumberField(_("Up to the end of how many months later"), 0, MOST_MONTHS)
    releases = TextAreaField(_("Chosen days"))

    notice = NumberField(_("How soon people book"), 0, 9999)
    notice_unit = unit_field()
    cutoff = TimeField(_("For the next open day, until"))
    change = NumberField(_("Change or cancel online until"), 0, 9999)
    change_unit = unit_field()
    most = NumberField(_("Appointments one person may have ahead"), 1, 999)
    per_day = SelectField(_("Appointments of one person on one day"), validate_choice=False)
    grid = SelectField(_("Times begin"), validate_choice=False)

    def __init__(self, level: str, **kwargs):
        super().__init__(**kwargs)
        self.level = level
        kinds = [
            SelectChoice("rolling", _("So many days ahead")),
            SelectChoice("release", _("Each week a stretch of days opens")),
            SelectChoice("release_monthly", _("Each month opens at once")),
            SelectChoice("until", _("Up to a date, later ones are not published yet")),
            SelectChoice("release_list", _("On days I choose")),
        ]
        above = [SelectChoice("", INHERIT[level])] if level in INHERIT else []
        self.kind.choices = [*above, *kinds]
        self.weekday.choices = [
            SelectChoice(str(n), filters.capfirst(name)) for n, (_s, name) in enumerate(filters.weekday_names(locale=get_locale()))
        ]
        usual = SelectChoice("", INHERIT.get(level, _("Usual: several")))
        self.per_day.choices = [usual, SelectChoice("one", _("One")), *([SelectChoice("many", _("Several"))] if above else [])]
        self.grid.choices = [
            SelectChoice("", INHERIT.get(level, _("Usual: where the hours begin"))),
            SelectChoice("midnight", _("On the clock, counted from midnight")),
            *([SelectChoice("hours", _("Where the hours begin"))] if above else []),
        ]

    # --- reading ---

    def validate_kind(self, field) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(_("Select how far ahead people book"))

    def validate_days(self, field) -> None:
        self._needs("rolling", field, field.number)

    def validate_on(self, field) -> None:
        self._needs("until", field, field.day)

    def validate_through_days(self, field) -> None:
        self._needs("release", field, field.number)

    def validate_month_day(self, field) -> None:
        self._needs("release_monthly", field, field.number)

    def validate_through_months(self, field) -> None:
        self._needs("release_monthly", field, field.number)

    def _needs(self, kind: str, field, value) -> None:
        if self.kind.data == kind and value is None and not field.errors:
            raise ValidationError(_("Fill this in, or choose another way above"))

    def validate_releases(self, field) -> None:
        if self.kind.data != "release_list":
            return
        rows = [self._release(line.strip()) for line in (field.data or "").splitlines() if line.strip()]
        if not rows or len(rows) > MOST_RELEASES:
            raise ValidationError(_("Write at least one line, like 2027-01-04 9am to 2027-02-26"))
        self.rows = sorted(rows)

    def _release(self, line: str) -> list:
        """`2027-01-04 9am to 2027-02-26`: on that day at that time the days up to the second date open."""
        words = line.replace("–", "-").split()
        try:
            on, through = date.fromisoformat(words[0]), date.fromisoformat(words[-1])
            time = " ".join(word for word in words[1:-1] if word not in ("to", "à", "a", "-", "at", "las"))
            minute = time_of_day(time) % 1440 if time else 0
            if not all(2000 <= day.year <= FARTHEST_YEAR for day in (on, through)):
                raise ValueError("a year that no calendar shows")
        except (ValueError, IndexError):
            raise ValidationError(_("We could not read %(line)s. Write it like 2027-01-04 9am to 2027-02-26", line=line[:60])) from None
        return [on.isoformat(), minute, through.isoformat()]

    @property
    def horizon(self) -> dict | None:
        """As the plan stores it."""
        match self.kind.data:
            case "rolling":
                count = "open_days" if self.count.data == "open_days" else "calendar"
                return {"kind": "rolling", "days": self.days.number, "count": count, "at": self.at.minute or 0}
            case "until":
                return {"kind": "until", "on": self.on.day.isoformat()}
            case "release":
                weekday = _number(self.weekday.data or "", 0, 6) or 0
                return {"kind": "release", "weekday": weekday, "at": self.weekly_at.minute or 0, "through_days": self.through_days.number}
            case "release_monthly":
                return {
                    "kind": "release_monthly",
                    "day": self.month_day.number,
                    "at": self.monthly_at.minute or 0,
                    "through_months": self.through_months.number,
                }
            case "release_list":
                return {"kind": "release_list", "releases": self.rows}
        return None

    @property
    def columns(self) -> dict:
        """As the columns of the rules."""
        return {
            "horizon": self.horizon,
            "notice_minutes": _length(self.notice, self.notice_unit),
            "cutoff_minute": self.cutoff.minute,
            "change_notice_minutes": _length(self.change, self.change_unit),
            "most_upcoming": self.most.number,
            "one_per_day": {"one": True, "many": False}.get(self.per_day.data),
            "anchor_midnight": {"midnight": True, "hours": False}.get(self.grid.data),
        }


def _length(field: NumberField, unit: SelectField) -> int | None:
    return None if field.number is None else field.number * UNITS.get(unit.data, 1)


def typed(said: dict, horizon: dict | None) -> dict:
    """What the boxes show for the columns of a level (whatif.rules_of); `horizon` is what it has, or the usual of the practice."""
    data = {"kind": "", "count": "calendar", "weekday": "0"}
    if horizon:
        data |= {"kind": horizon["kind"], **_boxes(horizon)}
    for name, column in (("notice", "notice_minutes"), ("change", "change_notice_minutes")):
        number, unit = parts_of(said[column])
        data |= {name: number, f"{name}_unit": unit}
    data |= {
        "cutoff": "" if said["cutoff_minute"] is None else minute_words(said["cutoff_minute"], locale=get_locale()),
        "most": "" if said["most_upcoming"] is None else str(said["most_upcoming"]),
        "per_day": "" if said["one_per_day"] is None else "one" if said["one_per_day"] else "many",
        "grid": "" if said["anchor_midnight"] is None else "midnight" if said["anchor_midnight"] else "hours",
    }
    return data


def _boxes(horizon: dict) -> dict:
    at = minute_words(horizon.get("at") or 0, locale=get_locale())
    match horizon["kind"]:
        case "rolling":
            return {"days": str(horizon["days"]), "count": horizon.get("count", "calendar"), "at": at}
        case "until":
            return {"on": horizon["on"]}
        case "release":
            return {"weekday": str(horizon["weekday"]), "weekly_at": at, "through_days": str(horizon["through_days"])}
        case "release_monthly":
            return {"month_day": str(horizon["day"]), "monthly_at": at, "through_months": str(horizon["through_months"])}
    rows = (f"{on} {minute_words(minute, locale='en')} to {through}" for on, minute, through in horizon["releases"])
    return {"releases": "\n".join(rows)}


def parts_of(minutes: int | None) -> tuple[str, str]:
    """A length as number and unit, the largest that divides it: 1440 is one day."""
    if minutes is None:
        return "", "hours"
    unit = next((name for name, size in (("days", 1440), ("hours", 60)) if minutes and minutes % size == 0), "minutes")
    return str(minutes // UNITS[unit]), unit


class CapForm(ChangeForm):
    """At most so many appointments, or minutes of them, in a period. Whom it is for is the page's level; it may be narrowed further.

    `people` and `services` are what may be chosen besides, by public id; `places` by number. Empty where there is nothing to choose.
    """

    period = SelectField(
        _("In one"),
        choices=[SelectChoice("day", _("day")), SelectChoice("week", _("week")), SelectChoice("month", _("month"))],
        validate_choice=False,
    )
    count = NumberField(_("Most appointments"), 1, 999)
    minutes = NumberField(_("Most minutes"), 1, 44640)
    practitioner = SelectField(_("With whom"), validate_choice=False)
    service = SelectField(_("Which service"), validate_choice=False)
    location = SelectField(_("Where"), validate_choice=False)

    def __init__(self, people, services, places, **kwargs):
        super().__init__(**kwargs)
        self.practitioner.choices = [SelectChoice("", _("Anyone")), *(SelectChoice(one.public_id, one.name) for one in people)]
        self.service.choices = [SelectChoice("", _("Every service")), *(SelectChoice(one.public_id, one.name) for one in services)]
        self.location.choices = [SelectChoice("", _("Everywhere")), *(SelectChoice(str(one.id), one.name) for one in places)]

    @property
    def narrowing(self) -> list:
        """The boxes that have something to choose."""
        return [box for box in (self.practitioner, self.service, self.location) if len(box.choices) > 1]

    def _chosen(self, field) -> None:
        if field.data and field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(_("Choose one of these"))

    validate_practitioner = validate_service = validate_location = _chosen

    def validate_period(self, field) -> None:
        if field.data not in ("day", "week", "month"):
            field.data = "day"

    def validate_count(self, field) -> None:
        if field.number is None and not field.errors and not self.minutes.data:
            raise ValidationError(_("Enter how many appointments, or how many minutes"))
