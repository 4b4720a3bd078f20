"""How a text message leaves: through Twilio, into the demo's folder, or not at all. The whole of what we know of the provider stands here.

A text that was sent by somebody who was killed before noting it is sent again, as a mail is; the provider keeps no key to tell it by.
"""

import json
import logging
import os
from datetime import datetime

from flask import current_app
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.letters import Text
from portal.models import OutboxMail, Practice
from portal.public_url import public_url
from portal.transport import NotSent, folder

try:
    from twilio.base.exceptions import TwilioException, TwilioRestException
    from twilio.http.http_client import TwilioHttpClient
    from twilio.request_validator import RequestValidator
    from twilio.rest import Client
except ImportError:  # the extra `sms` is not installed: texts are off
    Client = None

SETTINGS = ("SMS_ACCOUNT", "SMS_TOKEN", "SMS_SENDER")
STOPPED = 21610  # the number answered STOP
# No such number, no mobile, no way there, nothing a second try would change. Codes of Twilio's.
NO_USE = {21211, 21214, 21217, 21265, 21610, 21612, 21614, 21617}
_silent = logging.getLogger("porchlight.twilio")  # the client would write addresses and headers into the log
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class Stopped(NotSent):
    """The provider has a STOP from this number and sends nothing there."""


def _has_settings() -> bool:
    return all(current_app.config[name] for name in SETTINGS)


def kind() -> str:
    """ "provider"; "folder" in the demo, where the mailbox page shows it; or "none": texts are off, or held if there are any."""
    if _has_settings() and Client is not None:
        return "provider"
    return "folder" if current_app.config["MODE"] == "demo" else "none"


def provider() -> str:
    """The company through which this site sends text messages; empty while it sends none."""
    return "Twilio" if kind() == "provider" else ""


def why_not_here():
    """Why this site can send no text message, and whom to ask; None if it can."""
    if kind() != "none":
        return None
    if _has_settings():
        return _(
            "Text messages are off: the program for them is not installed here. Ask whoever looks after the site to install the extra “sms”."
        )
    return _(
        "Text messages are off: this site has no provider for them yet. Ask whoever looks after the site to set %(names)s.",
        names=", ".join(f"PORTAL_{name}" for name in SETTINGS),
    )


def why_off(practice: Practice):
    """Why this practice sends none, and what to do; None if it does."""
    if why_not_here():
        return why_not_here()
    return (
        None
        if practice.text_hours
        else _("Text messages are off: this practice sends none. An admin can turn them on under Settings, Reminders.")
    )


def build(mail: OutboxMail, text: Text, now: datetime) -> Text:
    """The text with its name, the same on every try."""
    return Text(text.body, text.language, text.to, _key(mail))


def _key(mail: OutboxMail) -> str:
    return mail.message_id.strip("<>").partition("@")[0]


class Line:
    """One round of sending: the connection is opened with the first text and kept for the next."""

    def __enter__(self):
        self._client = None
        return self

    def __exit__(self, *_):
        self._client = None

    def send(self, text: Text) -> None:
        """Raises NotSent, or Stopped. No number and no secret is in what they say."""
        if kind() == "folder":
            _file(text)
            return
        config = current_app.config
        self._client = self._client or Client(str(config["SMS_ACCOUNT"]), str(config["SMS_TOKEN"]), http_client=http_client())
        told = public_url("texts.outcome", key=text.key)
        try:
            self._client.messages.create(to=text.to, from_=sender(), body=text.body, status_callback=told)
        except TwilioRestException as error:
            self._client = None
            kind_of = Stopped if error.code == STOPPED else NotSent
            raise kind_of(f"the provider says {error.status}, code {error.code}", error.code in NO_USE) from None
        except (TwilioException, OSError, ValueError) as error:  # no answer, or none that can be read
            self._client = None
            raise NotSent(type(error).__name__) from None


def http_client():
    """The provider's own, with a timeout, asking once: whether to try again is for the postman to say."""
    return TwilioHttpClient(timeout=current_app.config["SMS_TIMEOUT_SECONDS"], max_retries=0, logger=_silent)


def sender() -> str:
    """The number texts come from, in E.164; a number that was read without its + gets it back."""
    return "+" + str(current_app.config["SMS_SENDER"]).lstrip("+")


def is_signed(url: str, form: MultiDict, signature: str) -> bool:
    """Whether the provider sent this form to that public address. Without provider nothing is signed."""
    return (
        kind() == "provider"
        and signature.isascii()
        and RequestValidator(str(current_app.config["SMS_TOKEN"])).validate(url, form, signature)
    )


def _file(text: Text) -> None:
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    draft = place / f".{text.key}.sms"
    facts = {
        "to": text.to,
        "sender": sender() if _has_settings() else "",
        "language": text.language,
        "body": text.body,
        "sent_at": clock.now().isoformat(),
    }
    draft.write_text(json.dumps(facts), encoding="utf-8")
    os.replace(draft, place / f"{text.key}.sms")  # a second try takes the place of the first
