"""Dates, times, money and numbers the way people read them (LOOK §3).

Each function is pure: it takes the value, the zone and the locale, and returns text. `register` puts a thin wrapper of
each into Jinja, which fills in the reader's locale and, where a day is named, today's date.

A *moment* is an aware datetime or an int of epoch seconds. A *zone* is a ZoneInfo or its name ("America/Toronto").
A *locale* is a Babel Locale or its code; a bare language means that language as written in Canada, Spanish as in the United States.

French puts a no-break space inside "9 h 30", so that an hour never breaks over two lines. Spanish counts to 24 and says "a la 1:30".
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale, dates, numbers, units
from flask import Flask
from flask_babel import get_locale

from portal import addresses, cards, clock

YEAR_IS_PLAIN_WITHIN = 60  # days
HOME = {"en": "en_CA", "fr": "fr_CA", "es": "es_US"}  # nobody has described the Spanish of Canada: the nearest
MONEY = {"es": "en_CA"}  # "$120" where es_US writes "CAD120"
CITIES = {"America/St_Johns": "St. John’s", "America/Sao_Paulo": "São Paulo"}  # as people there write them, in every language


@dataclass(frozen=True, slots=True)
class Style:
    """How one language writes a day and an hour. Day and time parts are Babel patterns."""

    day: str
    day_year: str
    time: str
    whole_hour: str
    midday: str | None
    midnight: str | None
    range: str  # "9am to 9:50am"
    moment: str  # "Thursday 3 December at 9am"
    first: str | None = None  # the first of the month, in place of a plain 1
    month: str = "LLLL y"
    moment_of_one: str = ""  # for one o'clock, where that is said otherwise


STYLES = {
    "en": Style("EEEE d MMMM", "EEEE d MMMM y", "h:mm", "h", "midday", "midnight", "{} to {}", "{} at {}"),
    "fr": Style("EEEE d MMMM", "EEEE d MMMM y", "H\xa0'h'\xa0mm", "H\xa0'h'", "midi", "minuit", "{} à {}", "{} à {}", "1er"),
    "es": Style(
        "EEEE d 'de' MMMM",
        "EEEE d 'de' MMMM 'de' y",
        "H:mm",
        "H:mm",
        None,
        None,
        "{} a {}",
        "{} a las {}",
        month="LLLL 'de' y",
        moment_of_one="{} a la {}",
    ),
}


@lru_cache(maxsize=64)
def home(locale: Locale | str) -> Locale:
    """The locale to format with: a language without a country is taken as Canadian."""
    code = str(locale).replace("-", "_")
    return Locale.parse(HOME.get(code, code))


def style_of(locale: Locale) -> Style:
    return STYLES.get(locale.language, STYLES["en"])


def local(moment: datetime | int, zone: ZoneInfo | str) -> datetime:
    """The wall clock in `zone` at this moment. Refuses a naive datetime."""
    if isinstance(moment, int):
        moment = datetime.fromtimestamp(moment, UTC)
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


# ---- days ---------------------------------------------------------------------------------------


def day(value: date | datetime | int, today: date, zone: ZoneInfo | str | None = None, *, locale: Locale | str) -> str:
    """ "Thursday 3 December"; the year follows unless it is today's year and at most 60 days away (LOOK §3).

    A moment needs `zone`, a plain date does not.
    """
    if isinstance(value, (datetime, int)):
        value = local(value, zone).date()
    near = value.year == today.year and abs((value - today).days) <= YEAR_IS_PLAIN_WITHIN
    return _day(value, near, home(locale))


def full_day(value: date, *, locale: Locale | str) -> str:
    """ "Thursday 3 December 2026", always with its year."""
    return _day(value, False, home(locale))


def bare_day(value: date, *, locale: Locale | str) -> str:
    """ "Thursday 3 December", never with its year: inside a month that is named anyway."""
    return _day(value, True, home(locale))


def birth_date(value: date, *, locale: Locale | str) -> str:
    """ "4 May 1987": a day in a life, where the weekday says nothing."""
    locale = home(locale)
    pattern = style_of(locale).day_year.removeprefix("EEEE ")
    return dates.format_date(value, _first(pattern, value, style_of(locale)), locale)


def short_day(value: date, *, locale: Locale | str) -> str:
    """ "Thu 3 Dec", for a narrow button. Give the whole day too, hidden from eyes."""
    return _short_day(value, home(locale))


@lru_cache(maxsize=1024)  # a week of twenty practitioners names each of its days twenty times
def _short_day(value: date, locale: Locale) -> str:
    return dates.format_date(value, "EEE d MMM", locale)


@lru_cache(maxsize=4096)  # a month page names thirty days, mostly the same for everybody
def _day(value: date, near: bool, locale: Locale) -> str:
    style = style_of(locale)
    return dates.format_date(value, _first(style.day if near else style.day_year, value, style), locale)


def _first(pattern: str, value: date, style: Style) -> str:
    return pattern.replace("d", f"'{style.first}'", 1) if style.first and value.day == 1 else pattern


def month_name(value: date, *, locale: Locale | str) -> str:
    """ "December 2026"."""
    locale = home(locale)
    return dates.format_date(value, style_of(locale).month, locale)


def short_month(value: date, *, locale: Locale | str) -> str:
    """ "Dec"."""
    return dates.format_date(value, "LLL", home(locale))


def months_later(value: date, count: int) -> date:
    """The first day of the month `count` months after the month of `value`; `count` may be negative."""
    years, month = divmod(value.month - 1 + count, 12)
    return date(value.year + years, month + 1, 1)


def weekday_names(first: int = 0, *, locale: Locale | str) -> list[tuple[str, str]]:
    """Seven pairs of ("Mon", "Monday"), starting on `first` (0 is Monday)."""
    names = home(locale).days["stand-alone"]
    return [(names["abbreviated"][(first + i) % 7], names["wide"][(first + i) % 7]) for i in range(7)]


# ---- hours --------------------------------------------------------------------------------------


def clock_time(moment: datetime | int, zone: ZoneInfo | str, *, locale: Locale | str) -> str:
    """ "9am", "5:30pm", "midday"; in the hour that happens twice in autumn the zone follows: "1:30am EDT"."""
    locale, wall = home(locale), local(moment, zone)
    said = _hour(wall, locale)
    if wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset():
        said += " " + dates.get_timezone_name(wall, width="short", locale=locale)
    return said


def _hour(wall: datetime, locale: Locale) -> str:
    style = style_of(locale)
    named = {12: style.midday, 0: style.midnight}.get(wall.hour) if wall.minute == 0 else None
    if named:
        return named
    said = dates.format_time(wall, style.time if wall.minute else style.whole_hour, locale=locale)
    if style.time.startswith("h"):
        said += "am" if wall.hour < 12 else "pm"
    return said


def time_range(start: datetime | int, end: datetime | int, zone: ZoneInfo | str, *, locale: Locale | str) -> str:
    """ "9am to 9:50am"."""
    locale = home(locale)
    return style_of(locale).range.format(clock_time(start, zone, locale=locale), clock_time(end, zone, locale=locale))


def moment(value: datetime | int, zone: ZoneInfo | str, today: date, *, locale: Locale | str) -> str:
    """ "Thursday 3 December at 9am"."""
    locale = home(locale)
    style = style_of(locale)
    said = style.moment_of_one or style.moment if local(value, zone).hour == 1 else style.moment
    return said.format(day(value, today, zone, locale=locale), clock_time(value, zone, locale=locale))


def full_moment(value: datetime | int, zone: ZoneInfo | str, *, locale: Locale | str) -> str:
    """ "Thursday 3 December 2026 at 9am", always with its year: on what is printed, mailed or kept."""
    return moment(value, zone, date.min, locale=locale)


def zone_name(zone: ZoneInfo | str, *, locale: Locale | str) -> str:
    """The city people know a zone by: "Toronto"."""
    return CITIES.get(str(zone)) or dates.get_timezone_location(str(zone), locale=home(locale), return_city=True)


# ---- lengths and ages ---------------------------------------------------------------------------


def minutes(count: int, *, locale: Locale | str) -> str:
    """ "50 minutes", "1 hour", "1 hour 30 minutes"."""
    locale = home(locale)
    hours, rest = divmod(count, 60)
    parts = [(hours, "duration-hour"), (rest, "duration-minute")]
    said = [units.format_unit(n, unit, "long", locale=locale) for n, unit in parts if n]
    return " ".join(said) or units.format_unit(0, "duration-minute", "long", locale=locale)


def age_in_words(then: datetime, now: datetime, *, locale: Locale | str) -> str:
    """ "1 minute ago", "2 hours ago", "3 days ago"; a moment to come is "in 2 hours". Never less than a minute."""
    gap = then - now
    if abs(gap) < timedelta(minutes=1):
        gap = timedelta(minutes=-1 if gap <= timedelta(0) else 1)
    return dates.format_timedelta(gap, granularity="minute", threshold=1, add_direction=True, locale=home(locale))


# ---- money and telephones -----------------------------------------------------------------------


def money(minor: int, currency: str, *, locale: Locale | str) -> str:
    """ "$120", "$120.50": what is less than a whole only when there is some. `minor` units, of which a yen has none and a dinar a thousand."""
    locale, digits = home(MONEY.get(home(locale).language, locale)), numbers.get_currency_precision(currency)
    pattern = locale.currency_formats["standard"].pattern
    pattern = pattern.replace("0.00", "0" if minor % 10**digits == 0 else f"0.{'0' * digits}")
    said = numbers.format_currency(Decimal(minor).scaleb(-digits), currency, pattern, locale, currency_digits=False)
    return re.sub(r"(?<=[^\W\d_])(?=\d)", "\u00a0", said)  # a currency of letters stands apart: "KWD 45.500"


def phone_display(e164: str, region: str = "CA") -> str:
    """ "(416) 555-0134" for a number of `region` ("CA", "CA-ON"), else "+33 1 23 45 67 89". What is no number comes back as it is."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    here = phonenumbers.country_code_for_region(region[:2]) == number.country_code
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if here else form.INTERNATIONAL)


def tel_href(e164: str) -> str:
    """ "tel:+14165550134"."""
    return "tel:" + "".join(c for c in e164 if c.isdigit() or c == "+")


def capfirst(text: str) -> str:
    """The first letter large, the rest untouched: French days and months open a heading."""
    return text[:1].upper() + text[1:]


# ---- in templates -------------------------------------------------------------------------------


def register(app: Flask) -> None:
    """Make every function here a Jinja filter in the reader's language.

    `{{ appointment.starts_at|moment(practice.zone) }}` · `{{ slot|clock_time(zone) }}` · `{{ date|day(zone) }}` ·
    `{{ starts|time_range(ends, zone) }}` · `{{ 12000|money('CAD') }}` · `{{ sent_at|age_in_words }}`
    """

    def day_filter(value: date | datetime | int, zone: ZoneInfo | str) -> str:
        return day(value, clock.today(str(zone)), zone, locale=get_locale())

    def moment_filter(value: datetime | int, zone: ZoneInfo | str) -> str:
        return moment(value, zone, clock.today(str(zone)), locale=get_locale())

    def age_filter(then: datetime) -> str:
        return age_in_words(then, clock.now(), locale=get_locale())

    def in_readers_words(function):
        return lambda *args: function(*args, locale=get_locale())

    spoken = (
        full_day, bare_day, birth_date, short_day, month_name, short_month,
        clock_time, time_range, full_moment, zone_name, minutes, money,
    )  # fmt: skip
    app.jinja_env.filters.update(
        {function.__name__: in_readers_words(function) for function in spoken},
        day=day_filter,
        moment=moment_filter,
        age_in_words=age_filter,
        phone_display=phone_display,
        tel_href=tel_href,
        masked_card=cards.masked,
        masked_address=addresses.masked,
        capfirst=capfirst,
        months_later=months_later,
    )
    app.jinja_env.globals.update(weekday_names=in_readers_words(weekday_names), now=clock.now)
