"""Dates, times and numbers, as a table of what people read in each language."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel

from portal import filters

TORONTO = ZoneInfo("America/Toronto")
TODAY = date(2026, 11, 30)
NB = "\N{NO-BREAK SPACE}"


def in_toronto(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TORONTO)


@pytest.mark.parametrize(
    "value, english, french, spanish",
    [
        (date(2026, 12, 3), "Thursday 3 December", "jeudi 3 décembre", "jueves 3 de diciembre"),
        (date(2026, 12, 31), "Thursday 31 December", "jeudi 31 décembre", "jueves 31 de diciembre"),
        (date(2026, 11, 30), "Monday 30 November", "lundi 30 novembre", "lunes 30 de noviembre"),
        (date(2026, 10, 1), "Thursday 1 October", "jeudi 1er octobre", "jueves 1 de octubre"),  # 60 days ago
        # 61 days ago
        (
            date(2026, 9, 30),
            "Wednesday 30 September 2026",
            "mercredi 30 septembre 2026",
            "miércoles 30 de septiembre de 2026",
        ),
        (date(2027, 1, 1), "Friday 1 January 2027", "vendredi 1er janvier 2027", "viernes 1 de enero de 2027"),  # near, but another year
        (date(2027, 12, 21), "Tuesday 21 December 2027", "mardi 21 décembre 2027", "martes 21 de diciembre de 2027"),
    ],
)
def test_a_day_leaves_out_its_year_only_when_near_and_in_this_year(value, english, french, spanish):
    assert filters.day(value, TODAY, locale="en") == english
    assert filters.day(value, TODAY, locale="fr") == french
    assert filters.day(value, TODAY, locale="es") == spanish


def test_the_sixtieth_day_ahead_has_no_year_and_the_next_one_has():
    today = date(2026, 6, 1)
    assert filters.day(today + timedelta(days=60), today, locale="en") == "Friday 31 July"
    assert filters.day(today + timedelta(days=61), today, locale="en") == "Saturday 1 August 2026"


def test_the_day_of_a_moment_is_the_day_where_it_happens():
    late = datetime(2026, 12, 4, 4, 30, tzinfo=UTC)
    assert filters.day(late, TODAY, TORONTO, locale="en") == "Thursday 3 December"
    assert filters.day(late, TODAY, "Europe/Paris", locale="en") == "Friday 4 December"


@pytest.mark.parametrize(
    "hour, minute, english, french, spanish",
    [
        (9, 0, "9am", "9_h", "9:00"),
        (17, 30, "5:30pm", "17_h_30", "17:30"),
        (12, 0, "midday", "midi", "12:00"),
        (12, 5, "12:05pm", "12_h_05", "12:05"),
        (0, 0, "midnight", "minuit", "0:00"),
        (0, 15, "12:15am", "0_h_15", "0:15"),
        (11, 59, "11:59am", "11_h_59", "11:59"),
        (13, 0, "1pm", "13_h", "13:00"),
    ],
)
def test_hours(hour, minute, english, french, spanish):
    at = in_toronto(2026, 12, 3, hour, minute)
    assert filters.clock_time(at, TORONTO, locale="en-CA") == english
    assert filters.clock_time(at, TORONTO, locale="fr") == french.replace("_", NB)
    assert filters.clock_time(at, TORONTO, locale="es") == spanish


@pytest.mark.parametrize(
    "locale, first, second",
    [("en", "1:30am EDT", "1:30am EST"), ("fr", f"1{NB}h{NB}30 HAE", f"1{NB}h{NB}30 HNE"), ("es", "1:30 EDT", "1:30 EST")],
)
def test_the_hour_that_happens_twice_says_which_one_it_is(locale, first, second):
    start = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert filters.clock_time(start, TORONTO, locale=locale) == first
    assert filters.clock_time(start + timedelta(hours=1), TORONTO, locale=locale) == second
    assert filters.clock_time(start + timedelta(hours=2), "America/Toronto", locale="en") == "2:30am"


def test_seconds_since_the_epoch_are_a_moment_too():
    at = in_toronto(2026, 12, 3, 9)
    assert filters.clock_time(int(at.timestamp()), TORONTO, locale="en") == "9am"


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        filters.clock_time(datetime(2026, 12, 3, 9), TORONTO, locale="en")


def test_ranges_and_moments():
    start, end = in_toronto(2026, 12, 3, 9), in_toronto(2026, 12, 3, 9, 50)
    assert filters.time_range(start, end, TORONTO, locale="en") == "9am to 9:50am"
    assert filters.time_range(start, end, TORONTO, locale="fr") == f"9{NB}h à 9{NB}h{NB}50"
    assert filters.moment(start, TORONTO, TODAY, locale="en") == "Thursday 3 December at 9am"
    assert filters.moment(start, TORONTO, TODAY, locale="fr") == f"jeudi 3 décembre à 9{NB}h"
    assert filters.moment(start, "Europe/Paris", TODAY, locale="en") == "Thursday 3 December at 3pm"
    assert filters.time_range(start, end, TORONTO, locale="es") == "9:00 a 9:50"
    assert filters.moment(start, TORONTO, TODAY, locale="es") == "jueves 3 de diciembre a las 9:00"


def test_one_at_night_is_a_single_hour_in_spanish():
    assert filters.moment(in_toronto(2026, 12, 3, 1, 30), TORONTO, TODAY, locale="es") == "jueves 3 de diciembre a la 1:30"
    assert filters.moment(in_toronto(2026, 12, 3, 13), TORONTO, TODAY, locale="es-MX") == "jueves 3 de diciembre a las 13:00"


@pytest.mark.parametrize(
    "function, english, french, spanish",
    [
        (filters.full_day, "Friday 1 May 2026", "vendredi 1er mai 2026", "viernes 1 de mayo de 2026"),
        (filters.bare_day, "Friday 1 May", "vendredi 1er mai", "viernes 1 de mayo"),
        (filters.birth_date, "1 May 2026", "1er mai 2026", "1 de mayo de 2026"),
        (filters.short_day, "Fri 1 May", "ven. 1 mai", "vie 1 may"),
        (filters.month_name, "May 2026", "mai 2026", "mayo de 2026"),
        (filters.short_month, "May", "mai", "may"),
    ],
)
def test_other_ways_to_say_a_day(function, english, french, spanish):
    assert function(date(2026, 5, 1), locale="en") == english
    assert function(date(2026, 5, 1), locale="fr") == french
    assert function(date(2026, 5, 1), locale="es") == spanish


@pytest.mark.parametrize(
    "start, count, reached",
    [(date(2026, 12, 31), 1, date(2027, 1, 1)), (date(2026, 1, 5), -1, date(2025, 12, 1)), (date(2026, 6, 9), 0, date(2026, 6, 1))],
)
def test_months_later(start, count, reached):
    assert filters.months_later(start, count) == reached


def test_the_week_starts_where_it_is_told_to():
    assert filters.weekday_names(locale="en")[0] == ("Mon", "Monday")
    assert filters.weekday_names(6, locale="fr")[:2] == [("dim.", "dimanche"), ("lun.", "lundi")]
    assert filters.weekday_names(locale="es")[:2] == [("lun", "lunes"), ("mar", "martes")]


def test_a_zone_is_known_by_its_city():
    assert filters.zone_name(TORONTO, locale="en") == "Toronto"
    assert filters.zone_name("America/Moncton", locale="fr") == "Moncton"
    assert filters.zone_name("America/St_Johns", locale="en") == filters.zone_name("America/St_Johns", locale="fr") == "St. John’s"


@pytest.mark.parametrize(
    "count, english, french, spanish",
    [
        (50, "50 minutes", "50 minutes", "50 minutos"),
        (1, "1 minute", "1 minute", "1 minuto"),
        (60, "1 hour", "1 heure", "1 hora"),
        (90, "1 hour 30 minutes", "1 heure 30 minutes", "1 hora 30 minutos"),
        (0, "0 minutes", "0 minute", "0 minutos"),
    ],
)
def test_lengths(count, english, french, spanish):
    assert filters.minutes(count, locale="en") == english
    assert filters.minutes(count, locale="fr") == french
    assert filters.minutes(count, locale="es") == spanish


@pytest.mark.parametrize(
    "gap, english, french, spanish",
    [
        (timedelta(0), "1 minute ago", "il y a 1 minute", "hace 1 minuto"),
        (timedelta(minutes=-59), "59 minutes ago", "il y a 59 minutes", "hace 59 minutos"),
        (timedelta(hours=-2), "2 hours ago", "il y a 2 heures", "hace 2 horas"),
        (timedelta(days=-3), "3 days ago", "il y a 3 jours", "hace 3 días"),
        (timedelta(hours=5), "in 5 hours", "dans 5 heures", "dentro de 5 horas"),
        (timedelta(seconds=20), "in 1 minute", "dans 1 minute", "dentro de 1 minuto"),
    ],
)
def test_ages(gap, english, french, spanish):
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert filters.age_in_words(now + gap, now, locale="en") == english
    assert filters.age_in_words(now + gap, now, locale="fr") == french
    assert filters.age_in_words(now + gap, now, locale="es") == spanish


@pytest.mark.parametrize(
    "cents, currency, english, french",
    [
        (12000, "CAD", "$120", "120_$"),
        (12050, "CAD", "$120.50", "120,50_$"),
        (0, "CAD", "$0", "0_$"),
        (123456700, "CAD", "$1,234,567", "1_234_567_$"),
        (12000, "USD", "US$120", "120_$_US"),
        (4500, "JPY", "JP¥4,500", "4_500_¥"),
        (45500, "KWD", "KWD\u00a045.500", "45,500_KWD"),
        (45000, "KWD", "KWD\u00a045", "45_KWD"),
    ],
)
def test_money(cents, currency, english, french):
    assert filters.money(cents, currency, locale="en") == filters.money(cents, currency, locale="es") == english
    assert filters.money(cents, currency, locale="fr") == french.replace("_", NB)


@pytest.mark.parametrize(
    "number, region, shown",
    [
        ("+14165550134", "CA", "(416) 555-0134"),
        ("+14165550134", "CA-ON", "(416) 555-0134"),
        ("+14165550134", "FR", "+1 416-555-0134"),
        ("+33123456789", "CA", "+33 1 23 45 67 89"),
        ("ask at the desk", "CA", "ask at the desk"),
    ],
)
def test_phone_numbers(number, region, shown):
    assert filters.phone_display(number, region) == shown


def test_a_phone_link_holds_digits_only():
    assert filters.tel_href("+1 (416) 555-0134") == "tel:+14165550134"


def test_templates_speak_the_readers_language_and_know_today():
    app = Flask(__name__)
    app.config["CLOCK"] = lambda: datetime(2026, 11, 30, 12, tzinfo=UTC)
    Babel(app, locale_selector=lambda: "fr")
    filters.register(app)
    at = in_toronto(2026, 12, 3, 9)
    with app.test_request_context():
        page = app.jinja_env.from_string(
            "{{ at|moment(z) }} · {{ at|day(z)|capfirst }} · {{ 6000|money('CAD') }} · {{ then|age_in_words }}"
        )
        said = page.render(at=at, z="America/Toronto", then=datetime(2026, 11, 30, 10, tzinfo=UTC))
    assert said.replace(NB, " ") == "jeudi 3 décembre à 9 h · Jeudi 3 décembre · 60 $ · il y a 2 heures"
