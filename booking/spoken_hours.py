"""Opening hours typed the way people say them, in English, French and Spanish, become windows: "9am to 12:30pm, 1pm to 5pm".

Pure: text in, minutes of wall clock out. Read generously: "9-5", "9:00–17:00", "9 h à 17 h", "de 9 a 13 y de 16 a 20", "noon to 8pm",
"10pm to 6am", "all day". Where am and pm are not said, the reading is the likely one for a clinic and is said back in words before anything
is saved: an end that would lie before its start is in the afternoon ("9-5"), a start from 1 to 6 without a sign is too if that makes a day
of it ("9-12, 1-5").
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

DAY = 1440
NOON = 720
EARLIEST = 7 * 60  # an hour below it, said without am or pm, is one of the afternoon if that makes a day of it
LATEST = 21 * 60  # at which no window begins without am or pm, only because another was said before it
LONGEST_NIGHT = 14 * 60  # what runs past midnight for longer is a slip


class Unreadable(ValueError):
    """`part` is what could not be read; `why`: "words", "order" (the end is the start) or "overlap" with `other`."""

    def __init__(self, why: str, part: str, other: str = ""):
        super().__init__(f"{why}: {part}")
        self.why, self.part, self.other = why, part, other


class Span(NamedTuple):
    """Minutes after midnight, 0..1440; `closes <= opens` is the next day, 1440 the midnight that ends the day. `said` as it was typed."""

    opens: int
    closes: int
    said: str = ""


class _Time(NamedTuple):
    minute: int
    sure: bool  # am or pm was said, or only a 24-hour clock shows it so
    written: bool  # as clocks show it: "9:00", "9 h"
    of_24: bool  # an hour that only a 24-hour clock has: "22"


# What separates one window from the next, and the two ends of one.
_ALONE, _ENDS = r"(?<![^\W\d_])", r"(?![^\W\d_]|\.)"  # a word of its own: no letter beside it, but a figure may stand there
_NEXT = re.compile(rf"\s*(?:[,;+&/\n]|{_ALONE}(?:and then|and|then|et|puis|y|e|luego){_ENDS})\s*")
_TO = re.compile(
    rf"\s*(?:[-‐–—−‒~→]+|{_ALONE}(?:to|'?till?|until|through|à|jusqu'[aà]|hasta|al?){_ENDS}(?!\s*(?:[-‐–—−]|to\b|till\b|until\b)))\s*(?:las?\s+)?"
)
_ONLY_SPACE = re.compile(
    r"(?<=[0-9hmn.])\s+(?=\d{1,2}\s*[:h.]?\s*\d{0,2}\s*(?:[ap]\.?\s?m\.?)?\s*(?:[-‐–—]|(?:to|till|until|à|a|hasta)\s))"
)
_BETWEEN = re.compile(rf"{_ALONE}(?:between|entre)\s+([^,;&/+]+?)\s+(?:and|et|y)\s+")
_LEAD = re.compile(
    r"^(?:open|ouvert|abierto)?\s*(?:(?:from|between|open|de|des|du|dès|entre|desde|las?|ouvert|abierto)\s+(?:las?\s+|el\s+)?)?"
)
_CLOSED = {
    "",
    "-",
    "–",
    "—",
    "x",
    "closed",
    "ferme",
    "fermé",
    "cerrado",
    "off",
    "none",
    "no",
    "non",
    "repos",
    "libre",
    "congé",
    "conge",
    "away",
}
_WHOLE = {
    "all day",
    "24h",
    "24 h",
    "24 hours",
    "24/7",
    "24h/24",
    "toute la journee",
    "toute la journée",
    "24 horas",
    "todo el dia",
    "todo el día",
    "24 heures",
}
_NAMED = {
    "noon": NOON, "midday": NOON, "mid-day": NOON, "midi": NOON, "mediodia": NOON, "mediodía": NOON, "12 noon": NOON,
    "midnight": DAY, "minuit": DAY, "medianoche": DAY, "12 midnight": DAY,
}  # fmt: skip
_CLOCK = re.compile(
    r"^(?P<hour>\d{1,2})\s*(?:(?P<sign>[:.h]|heures?|hrs?|uhr|horas?)\s*(?P<minute>\d{2})?|(?P<packed>\d{2}))?\s*(?:min|h|hrs?|horas?|heures?)?\s*"
    r"(?P<half>a\.?\s?m\.?|p\.?\s?m\.?|a|p|du matin|de l'apr[eè]s-midi|du soir|de la ma[nñ]ana|de la tarde|de la noche)?$"
)
_AFTER_NOON = ("p", "de l'apr", "du soir", "de la tarde", "de la noche")


def read(text: str) -> tuple[Span, ...]:
    """The windows of one day, in order; none where it says closed, or nothing. Raises Unreadable."""
    plain = _plain(text)
    if plain in _CLOSED:
        return ()
    if plain in _WHOLE:
        return (Span(0, DAY, plain),)
    spans: list[Span] = []
    for part in (one for one in _NEXT.split(plain) if one.strip()):
        spans.append(_span(part.strip(), spans[-1] if spans else None))
    if not spans:
        raise Unreadable("words", plain)
    return _apart(spans)


def time_of_day(text: str) -> int:
    """One time, as a minute of the day: "9am", "16:30", "9 h"; said without am or pm it is what a 24-hour clock would mean. Raises Unreadable."""
    return _time(_plain(text), text).minute


def _plain(text: str) -> str:
    """One kind of space and apostrophe, lower case, nothing at the ends; a comma where only a space stands between two windows."""
    text = unicodedata.normalize("NFKC", text or "").replace("’", "'").lower()
    text = " ".join(re.sub(r"[\r\n]+", ",", text).split()).strip(" ,;")
    text = text if text.endswith("m.") else text.rstrip(".")
    text = _BETWEEN.sub(r"\1 to ", re.sub(r"\s?o'clock", "", text))
    return ", ".join(one.strip() for one in _by_spaces(text))


def _by_spaces(text: str) -> Iterator[str]:
    """A space parts two windows only after a whole one: not the hour from its minutes, "9 h 30 – 17 h"."""
    begun = 0
    for space in _ONLY_SPACE.finditer(text):
        if _TO.search(_NEXT.split(text[begun : space.start()])[-1]):
            yield text[begun : space.start()]
            begun = space.end()
    yield text[begun:]


def _span(part: str, before: Span | None) -> Span:
    said = part
    part = _LEAD.sub("", part)
    ends = _TO.split(part, maxsplit=1)
    if len(ends) != 2:
        raise Unreadable("words", said)
    opens, closes = (_time(one, said) for one in ends)
    start, end = _likely(opens, closes, before)
    start, end = start % DAY, end or DAY
    if start == end or (end < start and end + DAY - start > LONGEST_NIGHT):
        raise Unreadable("order", said)
    return Span(start, end, said)


def _time(text: str, said: str) -> _Time:
    text = re.sub(r"^(?:las?|l')\s*", "", text.strip())
    if text in _NAMED:
        return _Time(_NAMED[text], True, True, False)
    found = _CLOCK.match(text)
    if found is None:
        raise Unreadable("words", said)
    hour, minute, half = int(found["hour"]), int(found["minute"] or found["packed"] or 0), found["half"] or ""
    if minute > 59 or hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= (24 if _is_late(half) else 12)):
        raise Unreadable("words", said)
    if half:
        return _Time(_in_half(hour, minute, half) * 60 + minute, True, True, hour > 12)
    return _Time(hour * 60 + minute, hour > 12 or found["hour"].startswith("0"), bool(found["sign"] or found["packed"]), hour > 12)


def _in_half(hour: int, minute: int, half: str) -> int:
    """The hour of a 24-hour clock. In Spanish noon is twelve of the morning, midnight twelve of the night, and the night goes on after it."""
    if hour > 12 or (hour == 12 and half.startswith("de la ma")):
        return hour
    if half == "de la noche" and (hour == 12 or hour < 6):
        return hour if hour < 12 else 0 if minute else 24
    return hour % 12 + 12 * _is_late(half)


def _is_late(half: str) -> bool:
    return half.startswith(_AFTER_NOON)


def _likely(opens: _Time, closes: _Time, before: Span | None) -> tuple[int, int]:
    """Both ends as they were probably meant: what is sure stays, the rest goes into the afternoon where only that makes a day of it."""
    start, end = opens.minute, closes.minute
    if start == end < EARLIEST - 60 and not (opens.sure or closes.sure):
        return start, end  # "1-1" is anything, or a slip
    if not closes.sure and not (opens.of_24 and closes.written) and end <= start < end + NOON:
        end = end % NOON + NOON  # "9-5"; but "22:00-6:00" runs into the next day
    if not opens.sure and start < NOON:
        after = before.closes if before and before.closes > before.opens else 0
        late_end = end if closes.sure or end > NOON else end % NOON + NOON
        late = start < EARLIEST or (start < after and start + NOON < LATEST)
        if late and start + NOON < late_end:  # "1-5", "9-12, 1-5", "1 to 5pm"; but "6-2" begins early
            start, end = start + NOON, late_end
    return start, end


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    """In order, refusing windows that share a minute; a night that runs into the next day ends on it."""
    ordered = sorted(spans, key=lambda one: one.opens)
    for one, other in zip(ordered, ordered[1:]):
        if one.closes <= one.opens or one.closes > other.opens:
            raise Unreadable("overlap", other.said, one.said)
    return tuple(ordered)
