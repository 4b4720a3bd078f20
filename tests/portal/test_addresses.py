"""Addresses and numbers as people type them."""

import pytest

from portal.addresses import BadAddress, address_key, clean_address, did_you_mean, mailbox
from portal.phones import BadPhone, HasExtension, clean_phone


@pytest.mark.parametrize(
    "typed, clean",
    [
        ("priya@example.com", "priya@example.com"),
        ("  Priya.Shah@Example.COM ", "Priya.Shah@example.com"),
        ("priya\u200b@example.com\u00a0", "priya@example.com"),
        ("priya+clinic@example.com", "priya+clinic@example.com"),
        ("zoë@exämple.ca", "zoë@exämple.ca"),
    ],
)
def test_an_address_is_kept_as_typed_but_for_spaces_and_a_capital_domain(typed, clean):
    assert clean_address(typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "priya",
        "priya@",
        "@example.com",
        "priya@example",
        "a@@b.ca",
        "a..b@example.com",
        "a@b.ca, c@d.ca",
        "a@b.ca\nBcc: x@y.ca",
        "x" * 300 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(BadAddress):
        clean_address(typed)


@pytest.mark.parametrize(
    "one, other",
    [
        ("Priya@Example.com", "priya@example.com"),
        ("\u212airan@example.com", "kiran@example.com"),  # the Kelvin sign
        ("ｐｒｉｙａ@example.com", "priya@example.com"),  # full width
        ("e\u0301lise@example.com", "\u00e9lise@example.com"),
        ("straße@example.com", "STRASSE@example.com"),
        ("zoë@exämple.ca", "zoë@xn--exmple-cua.ca"),
    ],
)
def test_twins_have_one_key(one, other):
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    "one, other",
    [("priya@example.com", "priya@example.ca"), ("p.riya@example.com", "priya@example.com"), ("mıke@example.com", "mike@example.com")],
)
def test_different_mailboxes_have_different_keys(one, other):
    assert address_key(one) != address_key(other)


def test_a_key_of_a_key_is_the_key():
    for typed in ("Straße@Example.com", "\u212a@exämple.ca", "ﬁona@example.com", "İsmail@example.com"):
        assert address_key(address_key(typed)) == address_key(typed)


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("priya@gmial.com", "priya@gmail.com"),
        ("priya@gmail.con", "priya@gmail.com"),
        ("priya@gmail.co", "priya@gmail.com"),
        ("rosa@gmail.cmo", "rosa@gmail.com"),
        ("rosa@outlook.con", "rosa@outlook.com"),
        ("rosa@hotmail.co", "rosa@hotmail.com"),
        ("rosa@yahoo.cmo", "rosa@yahoo.com"),
        ("rosa@yahoo.co", "rosa@yahoo.com"),
        ("rosa@icloud.con", "rosa@icloud.com"),
        ("rosa@clinic.co", ""),
        ("rosa@mail.co", ""),
        ("priya@gmaill.com", "priya@gmail.com"),
        ("priya@hotmial.com", "priya@hotmail.com"),
        ("priya@yaho.com", "priya@yahoo.com"),
        ("priya@outlok.com", "priya@outlook.com"),
        ("priya@sympatico.com", "priya@sympatico.ca"),
        ("priya@gmail.com", ""),
        ("priya@ymail.com", ""),
        ("priya@mail.com", ""),
        ("priya@email.com", ""),
        ("priya@example.com", ""),
        ("priya@porchlight.example", ""),
    ],
)
def test_a_slip_in_a_well_known_name_is_noticed(typed, meant):
    assert did_you_mean(typed) == meant


def test_we_know_where_well_known_mail_is_read():
    assert mailbox("a@gmail.com")[0] == "Gmail"
    assert mailbox("a@hotmail.ca")[0] == "Outlook"
    assert mailbox("a@yahoo.fr")[0] == "Yahoo Mail"
    assert mailbox("a@example.com") is None


@pytest.mark.parametrize("typed", ["416 555 0117", "(416) 555-0117", "+1 416.555.0117", "1-416-555-0117", " 4165550117 "])
def test_a_number_is_kept_in_one_form_however_it_is_typed(typed):
    assert clean_phone(typed) == "+14165550117"


@pytest.mark.parametrize("typed", ["416-555-0117 ext 4", "416 555 0117 poste 4", "(416) 555-0117 x4"])
def test_an_extension_is_never_dropped_unseen(typed):
    """Nobody can be texted, or rung by a machine, at an extension: whoever reads a list keeps the number and tells it, a form asks."""
    with pytest.raises(HasExtension) as said:
        clean_phone(typed)
    assert (said.value.number, said.value.extension) == ("+14165550117", "4")


def test_a_foreign_number_keeps_its_country():
    assert clean_phone("+33 1 23 45 67 89") == "+33123456789"
    assert clean_phone("01 23 45 67 89", "FR") == "+33123456789"


def test_no_number_is_no_number():
    assert clean_phone("  ") == ""


@pytest.mark.parametrize("typed", ["abc", "555 0117", "12", "416 555 0117 0117 0117", "\x00"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(BadPhone):
        clean_phone(typed)
