"""The demo's mails and text messages, read back from their files. Nothing here exists in production."""

import email
import json
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
    """One mail as its reader gets it, or one text message, which has no subject and no HTML. `files` are (name, content type, content)."""

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
    def is_text(self) -> bool:
        return not self.subject

    @property
    def links(self) -> list[str]:
        """The addresses in the text, in order."""
        return re.findall(r"https?://\S+", self.text)


def received(to: str = "", limit: int = 100) -> list[Received]:
    """The newest first; only those to one address, if asked."""
    found = (path for path in transport.folder().glob("[!.]*") if path.suffix in _READERS)
    paths = sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)
    mails = (_READERS[path.suffix](path) for path in paths)
    wanted = (mail for mail in mails if not to or mail.to.lower() == to.lower())
    return [mail for mail, _ in zip(wanted, range(limit), strict=False)]


def one(key: str) -> Received | None:
    """The mail of that name, if there is one."""
    paths = [transport.folder() / f"{key}{suffix}" for suffix in _READERS] if KEY.fullmatch(key) else []
    return next((_READERS[path.suffix](path) for path in paths if path.is_file()), None)


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


def _read_text(path: Path) -> Received:
    facts = json.loads(path.read_text(encoding="utf-8"))
    sent_at = datetime.fromisoformat(facts["sent_at"])
    return Received(path.stem, "", facts["sender"], facts["to"], sent_at, facts["language"], facts["body"], "", [])


_READERS = {".eml": _read, ".sms": _read_text}


def _content(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return part.get_content().replace("\r\n", "\n") if part is not None else ""
