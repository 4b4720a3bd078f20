"""A letter: what one outbox row becomes at the moment of sending, written from the state of that moment (SAFETY §5).

Each template name has one function, marked `@letter("booked")`, in an `emails.py`; it reads the rows its ids name and
answers a Letter, or None when there is nothing true left to say (revoked, cancelled, replaced by a newer one).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app, render_template
from flask_babel import get_locale

from portal import brand
from portal.models import OutboxMail, Practice

SITE = "Porchlight"


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter. `kind` is the part after `text/`, `parameters` go into its content type."""

    name: str
    content: bytes
    kind: str = "calendar"
    parameters: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """Plain values, so that nothing of the database is needed while it is on its way.

    `to`, where set, is the address as it is now; the row may hold an older one.
    """

    subject: str
    text: str
    html: str
    language: str
    sender_name: str = SITE
    reply_to: str = ""
    to: str = ""
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True)
class Text:
    """A text message, in plain values too. `to` is the number as it is now, in E.164; `key` names it for the provider and the demo."""

    body: str
    language: str
    to: str
    key: str = ""


class Later(Exception):
    """What a row says is true, but not to be read at this hour: try again `at`."""

    def __init__(self, at: datetime):
        super().__init__(at)
        self.at = at


Writer = Callable[[OutboxMail, datetime], Letter | Text | None]
_writers: dict[str, Writer] = {}
_texts: set[str] = set()


def letter(template: str):
    """Mark the function that writes the mails of this template. `(mail, now) -> Letter | Text | None`, or Later is raised."""

    def mark(writer: Writer) -> Writer:
        _writers[template] = writer
        return writer

    return mark


def text(template: str):
    """Mark the function that writes the text messages of this template."""
    _texts.add(template)
    return letter(template)


def write(mail: OutboxMail, now: datetime) -> Letter | Text | None:
    """The letter for a row as things stand. Raises KeyError for a template nobody writes, Later for one to be read at another hour."""
    return _writers[mail.template](mail, now)


def templates() -> list[str]:
    """The names of all letters there are, text messages left out."""
    return sorted(_writers.keys() - _texts)


def reading_language(*wishes: str) -> str:
    """The first of these languages that we speak; an empty wish is none."""
    spoken = current_app.config["LANGUAGES"]
    codes = (re.split("[-_]", wish)[0].lower() for wish in wishes)
    return next((code for code in codes if code in spoken), current_app.config["BABEL_DEFAULT_LOCALE"])


def compose(template: str, *, practice: Practice | None = None, to: str = "", enclosures: tuple[Enclosure, ...] = (), **facts) -> Letter:
    """Fill in templates/email/<template>/, in the language of the moment: callers say `with force_locale(…)`."""
    folder, language = f"email/{template}", get_locale().language
    colours = brand.tokens(practice.colour if practice else brand.DEFAULT)
    facts = {"practice": practice, "language": language, "colours": colours, "site": SITE, **facts}
    subject = one_line(render_template(f"{folder}/subject.txt", **facts))
    return Letter(
        subject=subject,
        text=_tidy(render_template(f"{folder}/body.txt", **facts)),
        html=_tidy(render_template(f"{folder}/body.html", subject=subject, **facts)),
        language=language,
        sender_name=one_line(practice.name) if practice else SITE,
        reply_to=practice.email if practice else "",
        to=to,
        enclosures=enclosures,
    )


def one_line(text: str) -> str:
    """Fit for a header or a calendar property: control characters and line breaks become spaces, so what was typed begins no other."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", text).split())


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
