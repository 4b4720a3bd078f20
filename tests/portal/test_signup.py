"""Create your account → check your email → in. Known and unknown addresses walk the same path."""

import pytest

from portal.database import db
from portal.models import Practice
from tests.reader import Page


def test_smoke(app, browse):
    stranger = browse()
    page = stranger.page("/sign-up")
    answer = stranger.submit(page, given_name="Mia", family_name="Roy", **{"born_on-day": "3", "born_on-month": "4", "born_on-year": "1990"}, email="mia@example.com", password="otter violin lantern")
    print(answer.text, answer.status)
    assert answer.h1 == "Check your email"
