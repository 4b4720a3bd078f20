"""The demo's mails, read back from their files. Nothing here exists in production."""

import email
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from portal import transport

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Received:
    """One mail as its reader gets it. `files` are (name, content type, content)."""

    key: str
    subject: str
    sender: str
    to: str
    sent_at: datetime
    language: str
    text: str
    html: str
    files: list[tuple[str, str, bytes]]

    @property
    def links(self) -> list[str]:
        """The addresses in the text, in order."""
        return re.findall(r"https?://\S+", self.text)


def received(to: str = "", limit: int = 100) -> list[Received]:
    """The newest first; only those to one address, if asked."""
    paths = sorted(transport.folder().glob("[!.]*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    mails = (_read(path) for path in paths)
    found = (mail for mail in mails if not to or mail.to.lower() == to.lower())
    return [mail for mail, _ in zip(found, range(limit), strict=False)]


def one(key: str) -> Received | None:
    """The mail of that name, if there is one."""
    path = transport.folder() / f"{key}.eml"
    return _read(path) if KEY.fullmatch(key) and path.is_file() else None


def _read(path: Path) -> Received:
    message = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
    return Received(
        key=path.stem,
        subject=message["Subject"],
        sender=message["From"],
        to=message["To"],
        sent_at=message["Date"].datetime,
        language=message["Content-Language"],
        text=_content(message, "plain"),
        html=_content(message, "html"),
        files=[(part.get_filename(), part["Content-Type"], part.get_payload(decode=True)) for part in message.iter_attachments()],
    )


def _content(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return part.get_content().replace("\r\n", "\n") if part is not None else ""
