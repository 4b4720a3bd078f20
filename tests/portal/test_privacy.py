"""The privacy page says what is so: who sends text messages, and only if somebody does; where files are and for how long."""

import pytest

from portal import texting

TWILIO = {"SMS_ACCOUNT": "AC" + "0" * 32, "SMS_TOKEN": "t" * 32, "SMS_SENDER": "+14165550100"}


@pytest.fixture
def text(browse):
    return lambda: browse().page("/privacy").text


def test_the_provider_of_text_messages_is_named_when_there_is_one_and_only_then(app, text, monkeypatch):
    assert "Twilio" not in text() and "text message" not in text()
    for name, value in TWILIO.items():
        monkeypatch.setitem(app.config, name, value)
    assert "through the company Twilio, and only to people who agreed" in text()
    monkeypatch.setattr(texting, "Client", None)  # set up, but the program is not installed: none is sent
    assert "Twilio" not in text()


def test_files_are_private_and_how_long_they_stay_is_what_is_set(app, text, monkeypatch):
    assert "Files are kept privately" in text() and "can be put back for 24 hours; then it is erased" in text()
    assert "The company that stores them" not in text()
    monkeypatch.setitem(app.config, "FILES_KEPT_HOURS", 48)
    monkeypatch.setitem(app.config, "FILES_STORE", "s3")
    assert "can be put back for 48 hours" in text() and "The company that stores them" in text()


def test_what_staff_may_save_as_a_file_is_said(text):
    assert "can save lists of people and appointments as a file" in text()
