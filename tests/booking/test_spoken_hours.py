"""Opening hours the way people write them, in three languages, and what is refused in which words."""

import pytest

from booking.hours_words import echo, hours_words
from booking.spoken_hours import Unreadable, read


def _minutes(text: str) -> list[tuple[int, int]]:
    """`"9-17 22-6"` in plain 24-hour clock, hours with an optional fraction as minutes: what is expected."""

    def minute(part):
        hour, _, rest = part.partition(":")
        return int(hour) * 60 + int(rest or 0)

    return [tuple(minute(end) for end in span.split("-")) for span in text.split()]


READINGS = {
    # LOOK
    "9am to 12:30pm, 1pm to 5pm": "9-12:30 13-17",
    "9-5": "9-17",
    "9:00–17:00": "9-17",
    "9 h à 17 h": "9-17",
    "9-12, 13-17": "9-12 13-17",
    "noon to 8pm": "12-20",
    # English
    "9 to 5": "9-17",
    "9am-5pm": "9-17",
    "9am – 5pm": "9-17",
    "9 AM to 5 PM": "9-17",
    "9a-5p": "9-17",
    "9a to 5p": "9-17",
    "9.30am to 4.45pm": "9:30-16:45",
    "8:30 a.m. - 4:30 p.m.": "8:30-16:30",
    "from 9 to 5": "9-17",
    "9 till 5": "9-17",
    "9am until 5pm": "9-17",
    "9 to 5pm": "9-17",
    "9am to 5": "9-17",
    "1 to 5pm": "13-17",
    "7 to 3pm": "7-15",
    "10 to 2pm": "10-14",
    "midday to 4": "12-16",
    "9am to noon": "9-12",
    "9-12 and 1-5": "9-12 13-17",
    "9-12; 1-5": "9-12 13-17",
    "9-12 & 1-5": "9-12 13-17",
    "9-12 / 1:30-5:30": "9-12 13:30-17:30",
    "9-12\r\n1-5": "9-12 13-17",
    "9-12, then 1-5": "9-12 13-17",
    "9am-12pm 1pm-5pm": "9-12 13-17",
    "8-12, 12-3, 4-8": "8-12 12-15 16-20",
    "1-5, 9-12": "9-12 13-17",
    "0900-1700": "9-17",
    "830-1630": "8:30-16:30",
    "09:00 - 17:00": "9-17",
    "9 : 00 - 17 : 00": "9-17",
    "6-2": "6-14",
    "6:30-2:30": "6:30-14:30",
    "2-10": "14-22",
    "12-8": "12-20",
    "12 to 1": "12-13",
    "9 to 9": "9-21",
    "9-5.": "9-17",
    "12:30-4:30": "12:30-16:30",
    "9-12, 12:30-4:30": "9-12 12:30-16:30",
    "12:30pm to 4:30": "12:30-16:30",
    "1pm-5:00": "13-17",
    "8pm-9:30": "20-21:30",
    "9 til 5": "9-17",
    "9 ’til 5": "9-17",
    "9 o’clock to 5 o’clock": "9-17",
    "between 9 and 5": "9-17",
    "between 9am and noon and between 1 and 5": "9-12 13-17",
    "10am to 2pm 4pm to 8pm": "10-14 16-20",
    "9 to noon 1 to 5": "9-12 13-17",
    "  9-5 , ": "9-17",
    "open from 9 to 5": "9-17",
    "9\u201117": "9-17",  # the hyphen that never breaks, as word processors type it
    "1-5, 9-11": "9-11 13-17",  # nobody means eleven at night without saying so
    "9-1, 7-9": "9-13 19-21",
    "９-５": "9-17",
    "all day": "0-24",
    "24 hours": "0-24",
    "24/7": "0-24",
    # midnight, and past it
    "midnight to 6am": "0-6",
    "6pm to midnight": "18-24",
    "18:00-24:00": "18-24",
    "18-24": "18-24",
    "00:00-24:00": "0-24",
    "0-24": "0-24",
    "12pm-12am": "12-24",
    "12am-8am": "0-8",
    "0:30-6:30": "0:30-6:30",
    "24:00-06:00": "0-6",
    "10pm to 6am": "22-6",
    "22:00-06:00": "22-6",
    "22:00-6:00": "22-6",
    "9am-1pm, 8pm-2am": "9-13 20-2",
    "13:00-23:59": "13-23:59",
    # French
    "9h-17h": "9-17",
    "9h30 à 17h": "9:30-17",
    "9 h 30 à 16 h 15": "9:30-16:15",
    "9\u202fh\u202f30 à 17\u00a0h": "9:30-17",
    "de 9 h à midi et de 13 h à 17 h": "9-12 13-17",
    "de 9h à 12h puis 13h à 17h": "9-12 13-17",
    "9h-12h 13h-17h": "9-12 13-17",
    "midi à 20 h": "12-20",
    "18 h à minuit": "18-24",
    "22 h à 6 h": "22-6",
    "9 heures à 17 heures": "9-17",
    "jusqu'à 17 h": None,
    "9 h 30 – 17 h": "9:30-17",
    "9 h – 12 h 30, 13 h 30 – 17 h 15": "9-12:30 13:30-17:15",
    "9 h – 12 h 30 13 h 30 – 17 h": "9-12:30 13:30-17",
    "9h à 12h 13h à 17h": "9-12 13-17",
    "entre 9 h et 17 h 30": "9-17:30",
    "9 h jusqu’à 17 h": "9-17",
    "ouvert de 9 h à 17 h": "9-17",
    # Spanish
    "de 9 a 13 y de 16 a 20": "9-13 16-20",
    "9:30 a 14:00, 16:00 a 20:00": "9:30-14 16-20",
    "9 a. m. a 5 p. m.": "9-17",
    "9 a.m. a 1 p.m. y 2 p.m. a 6 p.m.": "9-13 14-18",
    "desde las 9 hasta las 5 de la tarde": "9-17",
    "9 de la mañana a 2 de la tarde": "9-14",
    "9 de la mañana a 12 de la mañana": "9-12",
    "8 de la noche a 12 de la noche": "20-24",
    "10 de la noche a 2 de la noche": "22-2",
    "12:30 de la noche a 6 de la mañana": "0:30-6",
    "abierto de 9 a 14": "9-14",
    "de mediodía a 20 h": "12-20",
    "entre las 9 y las 17": "9-17",
    "de 9 a 13 16 a 20": "9-13 16-20",
    "20:00 a medianoche": "20-24",
    "todo el día": "0-24",
}


@pytest.mark.parametrize(("typed", "meant"), [(typed, meant) for typed, meant in READINGS.items() if meant])
def test_hours_are_read_as_people_say_them(typed, meant):
    assert [tuple(span[:2]) for span in read(typed)] == _minutes(meant)


@pytest.mark.parametrize("typed", ["", "  ", "closed", "Closed", "CLOSED.", "-", "–", "off", "fermé", "Fermé", "cerrado", "none", "x"])
def test_blank_and_the_words_for_it_are_closed(typed):
    assert read(typed) == ()


REFUSED = {
    "9am to": ("words", "9am to"),
    "to 5": ("words", "to 5"),
    "9": ("words", "9"),
    "9 12": ("words", "9 12"),
    "9 to 5 to 6": ("words", "9 to 5 to 6"),
    "mornings": ("words", "mornings"),
    "9-25": ("words", "9-25"),
    "9:75-10": ("words", "9:75-10"),
    "24:30-6": ("words", "24:30-6"),
    "13am-5pm": ("words", "13am-5pm"),
    "0am-5pm": ("words", "0am-5pm"),
    "9-12, later": ("words", "later"),
    "9-12, 13": ("words", "13"),
    "jusqu'à 17 h": ("words", "jusqu'à 17 h"),
    "<script>": ("words", "<script>"),
    "and": ("words", "and"),
    "/": ("words", "/"),
    "1-1": ("order", "1-1"),
    "9am to 9am": ("order", "9am to 9am"),
    "17:00 to 17:00": ("order", "17:00 to 17:00"),
    "5pm to 9am": ("order", "5pm to 9am"),
    "17:00-9:00": ("order", "17:00-9:00"),
    "12pm to 3pm, 1pm to 5pm": ("overlap", "1pm to 5pm"),
    "1pm to 5pm, 12pm to 3pm": ("overlap", "1pm to 5pm"),
    "9-12, 11-2": ("overlap", "11-2"),
    "10pm-2am, 11pm-1am": ("overlap", "11pm-1am"),
    "all day, 9-5": ("words", "all day"),
}


@pytest.mark.parametrize(("typed", "refusal"), REFUSED.items())
def test_what_cannot_be_read_is_named(typed, refusal):
    with pytest.raises(Unreadable) as error:
        read(typed)
    assert (error.value.why, error.value.part) == refusal


def test_an_overlap_names_both():
    with pytest.raises(Unreadable) as error:
        read("12pm to 3pm, 1pm to 5pm")
    assert (error.value.part, error.value.other) == ("1pm to 5pm", "12pm to 3pm")


@pytest.mark.parametrize(
    "windows",
    [
        [(540, 720), (780, 1020)],
        [(0, 1440)],
        [(1080, 1440)],
        [(0, 360)],
        [(60, 300)],
        [(330, 390)],
        [(1320, 360)],
        [(720, 1200)],
        [(465, 995)],
        [(420, 540), (545, 600)],
    ],
)
@pytest.mark.parametrize("locale", ["en", "fr", "es"])
def test_what_a_box_shows_is_read_as_what_it_is(windows, locale):
    assert [tuple(span[:2]) for span in read(hours_words(windows, locale=locale))] == windows


def test_a_night_is_said_with_its_next_day(context, app):
    with app.test_request_context():
        assert echo([(540, 720), (1320, 360)], locale="en") == "9am to midday, 10pm to 6am the next day"
        assert echo([], locale="en") == "closed"


@pytest.mark.parametrize(
    "typed", ["9" * 5000, "9-5," * 2000, "a" * 9999, "9 " * 3000 + "-5", "\0", "९-५", "-" * 3000, "9" + " " * 5000 + "-5"]
)
def test_nonsense_of_any_length_is_refused_quickly(typed):
    try:
        read(typed)
    except Unreadable as error:
        assert error.why in ("words", "order", "overlap")
