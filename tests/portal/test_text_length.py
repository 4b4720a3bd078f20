"""How the networks count a text message, and which of several wordings is sent."""

import pytest

from portal.text_length import is_gsm, plain, segments, shortest


@pytest.mark.parametrize(
    "text, count",
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
        ("é" * 160, 1), ("€" * 80, 1), ("€" * 80 + "a", 2),  # the euro is written with an escape
        ("ç" + "a" * 69, 1), ("ç" + "a" * 70, 2), ("ç" + "a" * 133, 2), ("ç" + "a" * 134, 3),
        ("😀" * 35, 1), ("😀" * 36, 2),  # two units of UTF-16 each
    ],
)  # fmt: skip
def test_a_message_is_counted_as_the_networks_do(text, count):
    assert segments(text) == count


def test_one_letter_outside_the_alphabet_makes_the_whole_message_dear():
    assert is_gsm("Leo à 9 h, Genève") and not is_gsm("François") and not is_gsm("Zoë")


def test_typographers_marks_do_not():
    said = plain("L’heure :\u202f9\u00a0h – « Rive »…")
    assert said == 'L\'heure : 9 h - " Rive "...' and is_gsm(said)


def test_the_richest_wording_that_costs_least_is_taken():
    assert shortest(["a" * 161, "b" * 100, "c"]) == "b" * 100
    assert shortest(["ç" * 200, "ç" * 130, "ç" * 71]) == "ç" * 130, "nothing fits into one: the richest of two"
