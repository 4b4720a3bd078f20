"""Signed things that leave the house. One salt per purpose; older keys stay readable through SECRET_KEY_FALLBACKS."""

import hashlib
import hmac

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


class BadToken(Exception):
    """Forged, cut off, or made for another purpose."""


def _keys() -> list[str]:
    config = current_app.config
    return [*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]]


def sign(purpose: str, payload) -> str:
    return URLSafeSerializer(_keys(), salt=f"porchlight.{purpose}").dumps(payload)


def read(purpose: str, token: str):
    """The payload of a token made by `sign` for the same purpose. Raises BadToken. Lifetimes are the row's business."""
    try:
        return URLSafeSerializer(_keys(), salt=f"porchlight.{purpose}").loads(token)
    except BadSignature as error:
        raise BadToken(purpose) from error


def derived(purpose: str, nonce: str) -> list[bytes]:
    """32 bytes that neither the database, which holds the nonce, nor the key alone tells: under the present key first, then under older ones."""
    return [hmac.new(key.encode(), f"derived.{purpose}.{nonce}".encode(), hashlib.sha256).digest() for key in reversed(_keys())]


def six_digits(purpose: str, row_id: int, nonce: str) -> str:
    """The code that goes with a mailed link: derived, so that neither the database nor the key alone tells it."""
    return _six_digits(current_app.config["SECRET_KEY"], purpose, row_id, nonce)


def is_six_digits(purpose: str, row_id: int, nonce: str, typed: str) -> bool:
    """Whether `typed` is the code of that link, under the present key or an older one."""
    codes = [_six_digits(key, purpose, row_id, nonce) for key in _keys()]
    return any([hmac.compare_digest(code.encode(), typed.encode()) for code in codes])


def _six_digits(key: str, purpose: str, row_id: int, nonce: str) -> str:
    digest = hmac.new(key.encode(), f"code.{purpose}.{row_id}.{nonce}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"
