"""Hundreds of values in one parameter: every one arrives as it is, whatever characters are in it."""

import pytest
from sqlalchemy import select

from portal import clock
from portal.among import among
from portal.database import db, transact
from portal.models import Profile

ODD = (
    "",
    " ",
    "NULL",
    "null",
    "a,b",
    "{a}",
    '"',
    '""',
    "\\",
    '\\"',
    "\\n",
    "line\nand\ttab",
    "O'Brien",
    "Łukasz 伟 🙂",
    "%s %(x)s :y",
    "[1]",
)


@pytest.fixture
def here(context, cast):
    practice_id = cast.riverside.id
    transact(
        lambda: db.session.add_all(
            [Profile(practice_id=practice_id, given_name="Odd", family_name=one, created_at=clock.now()) for one in ODD]
        )
    )
    return select(Profile.family_name).where(Profile.given_name == "Odd")


def test_every_text_finds_itself_and_no_other(here):
    assert [db.session.scalars(here.where(among(Profile.family_name, [one]))).all() for one in ODD] == [[one] for one in ODD]
    assert sorted(db.session.scalars(here.where(among(Profile.family_name, ODD)))) == sorted(ODD)


def test_numbers_of_any_collection_and_none_at_all(here):
    ids = db.session.scalars(select(Profile.id).where(Profile.given_name == "Odd").order_by(Profile.id)).all()
    assert sorted(db.session.scalars(here.where(among(Profile.id, {*ids[:3], -7})))) == sorted(ODD[:3])
    assert (
        db.session.scalars(here.where(among(Profile.id, ()))).all()
        == db.session.scalars(here.where(among(Profile.family_name, []))).all()
        == []
    )
