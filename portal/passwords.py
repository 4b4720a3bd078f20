"""Passwords: hashed slowly, compared in the same time for everybody, refused when anyone would guess them (SAFETY §3).

Hash before transact(): a write transaction must not wait for argon2.
"""

import os
import re
import unicodedata
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _

from portal.errors import Busy

SHORTEST, LONGEST = 10, 1000
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_kernels = BoundedSemaphore(max(2, os.cpu_count() or 2))  # a flood of sign-ins must not take all memory
_PATIENCE_SECONDS = 10
_LEET = str.maketrans("01345789@$!", "oieastbgasi")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "01234567890",
    "qazwsxedcrfvtgbyhnujmikolp",
)


@contextmanager
def _kernel():
    if not _kernels.acquire(timeout=_PATIENCE_SECONDS):
        raise Busy()
    try:
        yield
    finally:
        _kernels.release()


def _prepared(password: str) -> str:
    """One spelling for what looks the same on two keyboards, and a bound on the work."""
    return unicodedata.normalize("NFC", password[: LONGEST + 1])


def hashed(password: str) -> str:
    """The argon2id hash to store (20 ms of one core)."""
    with _kernel():
        return _hasher.hash(_prepared(password))


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. With None (no such account) it takes as long and says no."""
    with _kernel():
        try:
            return _hasher.verify(stored or _nobodys_hash(), _prepared(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "data" / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def problem(password: str, *about: str):
    """What is wrong with a new password, in words, or None. `about`: the person's names, address, practice."""
    if not password:
        return _("Enter a password")
    if len(password) < SHORTEST:
        return _("Password must have 10 characters or more")
    if len(password) > LONGEST:
        return _("Password must have 1,000 characters or less")
    return _("Choose a password that is harder to guess") if _is_guessable(password, about) else None


def _is_guessable(password: str, about: tuple[str, ...]) -> bool:
    plain = unicodedata.normalize("NFKC", password).casefold()
    bare = re.sub(r"[\W_]+", "", plain)
    spellings = {plain, bare} | {re.sub(r"[\W\d_]+$", "", spelling) for spelling in (plain, bare)}
    spellings |= {spelling.translate(_LEET) for spelling in spellings}
    if spellings & _common() or len(set(bare)) < 4 or _is_a_run(bare):
        return True
    # Their own name with a few characters around it is the first thing anyone tries.
    words = sorted(_words(about), key=len, reverse=True)
    return any(len(rest) < 4 and rest != spelling for spelling in spellings for rest in [_without(spelling, words)])


def _without(text: str, words: list[str]) -> str:
    for word in words:
        text = text.replace(word, "")
    return text


def _words(about: tuple[str, ...]) -> set[str]:
    texts = [text.casefold() for text in about if text]
    words = {word for text in texts for word in re.split(r"[\W_]+", text)} | {re.sub(r"[\W_]+", "", text) for text in texts}
    return {word for word in words if len(word) >= 4}


def _is_a_run(text: str) -> bool:
    """Nothing but one walk along the keyboard or the alphabet, or a short piece again and again."""
    if any(text in row * 3 or text[::-1] in row * 3 for row in _ROWS):
        return True
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 4))
