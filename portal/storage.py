"""Where the bytes of files are: four verbs over a folder of this machine, or over an S3-compatible store (portal/s3.py).

A key is a day and 128 random bits, `"2026-12-10/3f…"`; beside a file stand its pictures to look at, `"2026-12-10/3f….1"`. Nothing
here knows whose a file is. What is kept is there whole or not at all, also when the machine stops in the middle.
"""

import os
import re
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import current_app

from portal import s3

_KEY = re.compile(r"\d{4}-\d\d-\d\d/[0-9a-f]{32}(\.\d{1,2})?")
PART = ".part"


class NotThere(Exception):
    """The store holds nothing under this key."""


class Store(Protocol):
    def keep(self, key: str, content: BinaryIO) -> None:
        """From where `content` stands to its end. Once this returns, it survives a power cut."""

    def open(self, key: str) -> BinaryIO:
        """To be read and closed. Raises NotThere."""

    def erase(self, key: str) -> None:
        """Fine if it is gone already."""

    def keys(self, day: date) -> Iterator[str]:
        """Everything that was begun on a day, half-written remains too."""


def new_key(day: date) -> str:
    """For a file that comes in on this day (UTC)."""
    return f"{day.isoformat()}/{secrets.token_hex(16)}"


def page_key(key: str, number: int) -> str:
    """Of the picture of a page, from 1."""
    return f"{key}.{number}"


def file_key(key: str) -> str:
    """The file that something in the store belongs to."""
    return key.partition(".")[0]


def store() -> Store:
    """The one this installation uses."""
    return current_app.extensions["file store"]


class Disk:
    """A folder of this machine, which nobody else may look into. It is not below static/ and no address leads there."""

    def __init__(self, folder: Path):
        self.folder = folder

    def keep(self, key: str, content: BinaryIO) -> None:
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(path.name + PART)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            while block := content.read(1 << 18):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
        self._settle(path.parent)

    def open(self, key: str) -> BinaryIO:
        try:
            return open(self._path(key), "rb")
        except FileNotFoundError as error:
            raise NotThere() from error

    def erase(self, key: str) -> None:
        self._path(key.removesuffix(PART)).with_name(key.rpartition("/")[2]).unlink(missing_ok=True)

    def keys(self, day: date) -> Iterator[str]:
        folder = self.folder / day.isoformat()
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            yield f"{day.isoformat()}/{path.name}"

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("no key of the store")
        return self.folder / key

    @staticmethod
    def _settle(folder: Path) -> None:
        """The name in the folder survives a power cut too."""
        if hasattr(os, "O_DIRECTORY"):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def init_app(app) -> None:
    """Raises Misconfigured for an S3 store without a bucket or without its library."""
    settings = app.config
    if settings["FILES_STORE"] == "s3":
        app.extensions["file store"] = s3.S3(settings, NotThere)
    else:
        app.extensions["file store"] = Disk(Path(settings["FILES_FOLDER"] or Path(app.instance_path) / "files"))
