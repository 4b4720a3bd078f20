"""How long a text message is as the telephone networks count: in their own alphabet (GSM-7) or, with one letter outside it, in UTF-16."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€\f")  # written with an escape before them
_PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
    }
)


def plain(text: str) -> str:
    """Typographer's marks as the alphabet has them; letters stay as people write them. One line."""
    return " ".join(text.translate(_PLAIN).split())


def is_gsm(text: str) -> bool:
    """Whether every letter is of the networks' own alphabet."""
    return all(letter in _BASIC or letter in _TWICE for letter in text)


def segments(text: str) -> int:
    """How many messages the network makes of it: 160 or 70 fit into one, 153 or 67 into each of several."""
    if is_gsm(text):
        length, one, each = sum(2 if letter in _TWICE else 1 for letter in text), 160, 153
    else:
        length, one, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // each)


def shortest(wordings: list[str]) -> str:
    """Of wordings from the richest to the barest, the richest of those that take the fewest messages."""
    return min(wordings, key=segments)
