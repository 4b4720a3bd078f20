"""How a written message leaves: by SMTP, into the demo's folder, or not at all (SAFETY §5).

Messages are built with the standard library's EmailMessage, which refuses line breaks in headers and encodes long lines;
they go out over Flask-Mail's connection, which is given what it lacks: a timeout and a look at the server's certificate.
"""

import os
import smtplib
import ssl
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

import flask_mail
from flask import current_app

from portal.letters import Letter
from portal.models import OutboxMail


class NotSent(Exception):
    """The message did not leave; `for_good` when trying again would change nothing."""

    def __init__(self, reason: str, for_good: bool = False):
        super().__init__(reason)
        self.for_good = for_good


def kind() -> str:
    """ "smtp"; "folder" in the demo, where the mailbox page shows it; or "none": mails are held until there is a server."""
    if current_app.config["MAIL_SERVER"]:
        return "smtp"
    return "folder" if current_app.config["MODE"] == "demo" else "none"


def build(mail: OutboxMail, letter: Letter, now: datetime) -> EmailMessage:
    """The message of a letter. Raises NotSent for an address that cannot be one."""
    message, sender = EmailMessage(policy=SMTP), parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1]
    try:
        message["Subject"] = letter.subject
        message["From"] = Address(letter.sender_name, addr_spec=sender)
        message["To"] = Address(addr_spec=_postable(letter.to or mail.to_address))
        if letter.reply_to:
            message["Reply-To"] = Address(letter.sender_name, addr_spec=letter.reply_to)
    except (ValueError, MessageError) as error:  # a line break, or no address at all
        raise NotSent(f"not an address or header: {error}", for_good=True) from error
    message["Message-ID"] = mail.message_id  # the same on every try, so that a second copy can be told apart
    message["Date"] = format_datetime(now)
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"  # no "I am away" in return
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for file in letter.enclosures:
        parameters = {"charset": "utf-8", **file.parameters}
        message.add_attachment(file.content, maintype="text", subtype=file.kind, filename=file.name, params=parameters)
    return message


def _postable(address: str) -> str:
    """The domain as the mail system spells it: in ASCII."""
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        raise ValueError(f"no address: {address!r}")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise ValueError(f"no such domain: {domain!r}") from error


class Post:
    """One round of sending. The connection is opened with the first message, kept for the next, dropped after a failure."""

    def __enter__(self):
        self._connection = None
        return self

    def __exit__(self, *_):
        self._hang_up()

    def send(self, message: EmailMessage) -> None:
        """Raises NotSent. When the server goes silent after taking the text it may have kept it: a second copy can follow."""
        if kind() == "folder":
            _file(message)
            return
        try:
            if self._connection is None:
                self._connection = Connection(current_app.extensions["mail"])
                self._connection.host = self._connection.configure_host()
            self._connection.host.send_message(message)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            self._hang_up()
            raise NotSent(_reason(error), _is_for_good(error)) from error

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None or connection.host is None:
            return
        try:
            connection.host.quit()
        except (OSError, smtplib.SMTPException):
            connection.host.close()


class Connection(flask_mail.Connection):
    """Flask-Mail's connection with a timeout, and with the server's certificate checked."""

    def configure_host(self) -> smtplib.SMTP:
        config = current_app.config
        where = {"host": config["MAIL_SERVER"], "port": config["MAIL_PORT"], "timeout": config["MAIL_TIMEOUT_SECONDS"]}
        if config["MAIL_USE_SSL"]:
            host = smtplib.SMTP_SSL(**where, context=ssl.create_default_context())
        else:
            host = smtplib.SMTP(**where)
        try:
            if config["MAIL_USE_TLS"] and not config["MAIL_USE_SSL"]:
                host.starttls(context=ssl.create_default_context())
            if config["MAIL_USERNAME"]:
                host.login(str(config["MAIL_USERNAME"]), str(config["MAIL_PASSWORD"]))
        except BaseException:
            host.close()
            raise
        return host


def _is_for_good(error: Exception) -> bool:
    """The server said 5xx about this very message or its reader. What it says about us (sign-in, sender) may be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    return isinstance(error, UnicodeError)


def _reason(error: Exception) -> str:
    """For `last_error`: what happened, without the reader's address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_said(text)}" for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_said(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _said(text) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def folder() -> Path:
    """Where the demo's mails go, one .eml file each."""
    return Path(current_app.config["MAIL_FOLDER"] or Path(current_app.instance_path) / "mail")


def _file(message: EmailMessage) -> None:
    place, key = folder(), message["Message-ID"].strip("<>").partition("@")[0]
    place.mkdir(parents=True, exist_ok=True)
    draft = place / f".{key}"
    draft.write_bytes(message.as_bytes())
    os.replace(draft, place / f"{key}.eml")  # a second try takes the place of the first
