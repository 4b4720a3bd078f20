"""Nobody's password is guessable, and comparing takes as long for strangers."""

import pytest

from portal import passwords

GOOD = "otter violin lantern"
ABOUT = ("Priya", "Shah", "priya.shah", "Riverside Physiotherapy")


def test_a_hash_opens_with_its_password_only():
    stored = passwords.hashed(GOOD)
    assert passwords.matches(stored, GOOD)
    assert not passwords.matches(stored, GOOD + " ")


def test_the_hash_is_argon2id_with_19_mib_and_two_passes():
    assert passwords.hashed(GOOD).startswith("$argon2id$v=19$m=19456,t=2,")


def test_nobodys_password_is_never_right():
    assert not passwords.matches(None, GOOD)
    assert not passwords.matches(None, "nobody has this password")


def test_what_is_no_hash_is_never_right():
    assert not passwords.matches("", GOOD)


def test_an_unknown_account_costs_the_same_work(monkeypatch):
    seen = []

    class Hasher:
        def verify(self, stored, password):
            seen.append((stored[:30], password))
            return True

    stored = passwords.hashed(GOOD)
    passwords._nobodys_hash()
    monkeypatch.setattr(passwords, "_hasher", Hasher())
    passwords.matches(stored, GOOD)
    passwords.matches(None, GOOD)
    assert seen[0][0][:25] == seen[1][0][:25]


def test_two_keyboards_spelling_the_same_letter_differently_both_get_in():
    stored = passwords.hashed("cafe\u0301 du marche\u0301 vert")
    assert passwords.matches(stored, "caf\u00e9 du march\u00e9 vert")


@pytest.mark.parametrize(
    "password",
    [GOOD, "x7$kQ2!mmP", "a" * 5 + "b7 kettle" * 8, "пять слонов в саду", "correct horse but not that one", "w" + "orpel sandig" * 80],
)
def test_long_and_odd_passwords_are_welcome(password):
    assert passwords.problem(password, *ABOUT) is None


@pytest.mark.parametrize(
    "password, sentence",
    [
        ("", "Enter a password"),
        ("Short one", "Password must have 10 characters or more"),
        ("x" * 1001, "Password must have 1,000 characters or less"),
        ("password123", "Choose a password that is harder to guess"),
        ("P@ssw0rd2026!", "Choose a password that is harder to guess"),
        ("C4nada 2026!", "Choose a password that is harder to guess"),
        ("MotDePasse1", "Choose a password that is harder to guess"),
        ("1234567890", "Choose a password that is harder to guess"),
        ("qwertyuiop", "Choose a password that is harder to guess"),
        ("poiuytrewq", "Choose a password that is harder to guess"),
        ("abcabcabcabc", "Choose a password that is harder to guess"),
        ("aaaaaaaaaaaa", "Choose a password that is harder to guess"),
        ("priya.shah1", "Choose a password that is harder to guess"),
        ("PriyaShah1987", "Choose a password that is harder to guess"),
        ("RiversidePhysiotherapy", "Choose a password that is harder to guess"),
    ],
)
def test_what_anyone_would_try_is_refused_in_words(app, password, sentence):
    with app.test_request_context():
        assert str(passwords.problem(password, *ABOUT)) == sentence


def test_somebody_elses_name_is_nobody_elses_business():
    assert passwords.problem("priya likes 7 otters", "Daniel", "Okafor") is None


def test_the_shipped_list_is_a_few_thousand_small_lines():
    assert 2_000 < len(passwords._common()) < 10_000
    assert all(line == line.casefold() and len(line) >= 6 for line in passwords._common())
