"""Which files are taken, as their content says and not as their name does; and how they are called. Pure: a name and first bytes in.

A name's ending only has to agree: what says it is a text and is a page, a drawing or a sheet is refused, a picture under another
picture's ending gets its own.
"""

import unicodedata

import puremagic

PDF, JPEG, PNG, WEBP, TEXT = "application/pdf", "image/jpeg", "image/png", "image/webp", "text/plain"
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg", ".jfif"), PNG: (".png",), WEBP: (".webp",), TEXT: (".txt",)}
MEDIA = tuple(ENDINGS)
PICTURES = (JPEG, PNG, WEBP)
HEIC = "image/heic"
# for the browser: phones offer the camera, and make JPEG of HEIC
ACCEPT = ",".join((*(media for media in MEDIA if media != TEXT), TEXT, ".txt"))
FIRST_BYTES = 4096
LONGEST_NAME = 120
_BEGINS = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n", WEBP: b"RIFF"}
_FROM_PHONES = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def media_of(head: bytes, name: str) -> str | None:
    """The media type of a file by its first bytes, HEIC for pictures as some phones keep them; None for anything we do not take.

    Text is what no other kind begins like, and what is called so: whether it is text throughout is for portal/file_checks.py.
    """
    if head[4:8] == b"ftyp" and head[8:12] in _FROM_PHONES:
        return HEIC
    said = _sniffed(head)
    found = next((media for media in (PDF, *PICTURES) if media in said and head.startswith(_BEGINS[media])), None)
    if found is not None:
        return found
    ending = ending_of(name)
    return TEXT if ending in ENDINGS[TEXT] else None


def _sniffed(head: bytes) -> set[str]:
    try:
        return {one.mime_type for one in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def ending_of(name: str) -> str:
    """ ".pdf"; empty for a name without one."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem and len(ending) <= 8 and ending.isalnum() else ""


def plain(name: str) -> str:
    """The last part of a name, without signs that turn, hide or break letters, of a bearable length."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in last if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")
    )
    words = " ".join("".join("_" if c in '<>:"|?*' else c for c in shown).split()).strip(". ")
    return unicodedata.normalize("NFC", words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 8] + ending_of(words))


def called(name: str, media: str) -> str:
    """A name that can stand on a page and in a header, with an ending that fits what the file is: "scan.jpg" of a PNG becomes "scan.png",
    "page.html" of one "page.html.png"."""
    whole = plain(name)
    ending, fitting = ending_of(whole), ENDINGS[media]
    if ending in fitting:
        return whole
    stem = whole[: -len(ending)] if ending in {one for some in ENDINGS.values() for one in some} else whole
    return (stem[: LONGEST_NAME - len(fitting[0])].strip(". ") or "file") + fitting[0]
