"""Mail addresses as people type them: cleaned, compared, doubted. Never asks the network."""

import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

# Where people here have their mail; a near miss of one of them is probably a slip.
USUAL = (
    "gmail.com", "hotmail.com", "hotmail.ca", "outlook.com", "yahoo.com", "yahoo.ca", "icloud.com", "live.com", "live.ca",
    "msn.com", "aol.com", "me.com", "mac.com", "proton.me", "protonmail.com", "sympatico.ca", "rogers.com", "bell.net",
    "videotron.ca", "telus.net", "shaw.ca", "cogeco.ca", "eastlink.ca", "nb.sympatico.ca", "hotmail.fr", "yahoo.fr", "outlook.fr",
)  # fmt: skip
# Real providers one letter away from a usual one: no slip.
ALSO_REAL = {"mail.com", "mail.co", "email.com", "ymail.com", "gmx.com", "live.fr", "live.co.uk", "mail.ca", "mac.ca", "icloud.ca"}
READ_AT = {
    "gmail.com": ("Gmail", "https://mail.google.com/"),
    "outlook.com": ("Outlook", "https://outlook.live.com/mail/"),
    "yahoo.com": ("Yahoo Mail", "https://mail.yahoo.com/"),
}
_FAMILIES = {"hotmail": "outlook.com", "outlook": "outlook.com", "live": "outlook.com", "msn": "outlook.com", "yahoo": "yahoo.com"}


class BadAddress(ValueError):
    """What was typed cannot be a mail address."""


def _parsed(typed: str):
    visible = "".join(c for c in typed if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))
    try:
        return validate_email(visible, check_deliverability=False)
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from error


def clean_address(typed: str) -> str:
    """The address to write to: no spaces or invisible characters, the domain in small letters. Raises BadAddress."""
    return _parsed(typed).normalized


@lru_cache(maxsize=4096)  # a booking compares the addresses of a whole family
def address_key(address: str) -> str:
    """Two addresses with one key are one mailbox as far as accounts go. Raises BadAddress.

    Look-alikes fall together (capitals, full-width letters, the Kelvin sign), so nobody signs up beside an account with
    a twin of its address. Whoever finds an account by key therefore writes to the address *stored there*, never to the
    one just typed: that may be somebody else's mailbox.
    """
    parsed = _parsed(address)
    local = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", parsed.local_part).casefold())
    key = f"{local}@{parsed.ascii_domain.lower()}"
    if len(key) > 254:
        raise BadAddress("too long")
    return key


def masked(address: str) -> str:
    """ "da…@example.com": enough to recognise an address one knows."""
    name, _at, host = address.partition("@")
    return f"{name[:2]}…@{host}"


def did_you_mean(address: str) -> str:
    """`"priya@gmail.com"` for `"priya@gmial.com"`; empty when nothing looks mistyped."""
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in USUAL or domain in ALSO_REAL:
        return ""
    near = [usual for usual in USUAL if abs(len(usual) - len(domain)) <= 2 and _slips(domain, usual) <= (2 if len(usual) > 8 else 1)]
    best = min(near, key=lambda usual: _slips(domain, usual), default="")
    return f"{local}@{best}" if best else ""


def _slips(one: str, other: str) -> int:
    """How many letters were missed, added, changed or swapped with their neighbour."""
    before, row = [], list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def mailbox(address: str) -> tuple[str, str] | None:
    """Name and address of the web page where this mail is read, for providers everybody knows."""
    domain = address.rpartition("@")[2].lower()
    return READ_AT.get(domain) or READ_AT.get(_FAMILIES.get(domain.partition(".")[0], ""))
