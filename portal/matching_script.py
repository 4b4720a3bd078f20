"""What a name looked like before it became small Latin letters. Those tell sounds apart, not characters: 伟 and 薇 are both "wei", and
scripts that write few vowels leave only the consonants to compare."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

_UNVOWELLED = frozenset(
    "ARABIC HEBREW SYRIAC DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM SINHALA THAI LAO KHMER MYANMAR".split()
)
_VIETNAMESE = frozenset(
    "nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh trinh truong doan mai lam luu cao ha ta thi van".split()
)
# One sound, two ways to write its consonant once the vowels are gone. In this order.
_CONSONANTS = (
    ("t[sz]", "s"), ("ch(?![rl])", "j"), ("kh|ck|[cqx]", "k"), ("sh", "s"), ("ph|f", "p"), ("th", "t"), ("dh|z", "d"), ("m(?=g)", "n"), ("[aeiouhyvw]", ""), (r"(.)\1+", r"\1"),
)  # fmt: skip


class Written(NamedTuple):
    """One name as it was written: its script ("LATIN", "CJK", "ARABIC"…, "" for none) and its letters, without what is often left out."""

    script: str
    letters: str
    marked: bool  # Vietnamese, with its marks: they tell Anh from Ánh


@lru_cache(32768)
def written(name: str, whole: str) -> Written:
    """`whole`: given and family name, which tells whether somebody writes marks at all."""
    first = next((char for char in name if char.isalpha()), "")
    script = unicodedata.name(first, "").split(" ")[0].split("-")[0] if first else ""
    marked = script == "LATIN" and not whole.isascii() and not _VIETNAMESE.isdisjoint(re.findall("[a-z]+", anyascii(whole).lower()))
    plain = unicodedata.normalize("NFC" if marked else "NFKD", name).casefold()
    letters = "".join(char for char in plain if char.isalnum() or _is_sign(char))
    return Written(script, letters.replace("ى", "ي").replace("ة", "ه").replace("ـ", ""), marked)


def _is_sign(char: str) -> bool:
    """The vowel signs of India or Thailand; not accents, nor the vowel points of Hebrew and Arabic, which are often left out."""
    above = unicodedata.combining(char)
    return unicodedata.category(char)[0] == "M" and not (10 <= above <= 35 or above >= 200)


def again(how: str, one: Written, other: Written) -> str:
    """How two names compare, once more with an eye on what was written: `how` is how their Latin letters do. Beside that: sound (other
    characters, perhaps of one name), bones (the same consonants in two scripts, one of which writes no vowels)."""
    if not one.script or not other.script:
        return how
    if one.script != other.script:
        unvowelled = one.script in _UNVOWELLED or other.script in _UNVOWELLED
        return (
            "bones" if unvowelled and how in ("near", "close", "rhyme", "typo", "different") and _bones(one) == _bones(other) != "" else how
        )
    if one.letters == other.letters or (one.script == "LATIN" and not (one.marked and other.marked)):
        return how
    if one.script == "CJK" and how in ("spelling", "typo", "near", "close", "rhyme"):
        return "different"  # a slip of the finger leaves another sound altogether
    return "sound" if how == "same" else how


@lru_cache(32768)
def _bones(name: Written) -> str:
    text = re.sub("[^a-z]", "", anyascii(name.letters.removeprefix("ال") if name.script == "ARABIC" else name.letters).lower())
    if name.script == "LATIN":
        text = re.sub("^[ae]l(?=.{3})", "", text)
    for pattern, to in _CONSONANTS:
        text = re.sub(pattern, to, text)
    return text
