"""Random names for things that appear in addresses. Integer keys never leave the server."""

import base64
import secrets


def public_id() -> str:
    """80 random bits as 16 characters of a–z2–7: `"k3v7q2m4x5a6b2cd"`."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def secret() -> str:
    """256 random bits, url-safe: session keys, feed addresses, nonces."""
    return secrets.token_urlsafe(32)
