"""Whose zone rules hold: those of the pinned tzdata, whatever the operating system knows."""

import zoneinfo
from datetime import UTC, datetime, timedelta

import portal.clock  # noqa: F401 - importing it is what sets the rules


def test_zone_rules_come_from_the_pinned_data_and_not_from_the_machine():
    assert zoneinfo.TZPATH == ()


def test_british_columbia_no_longer_changes_its_clocks():
    """In force since 2026; system data of that time still says UTC-8."""
    winter = datetime(2026, 12, 10, 19, 30, tzinfo=UTC).astimezone(zoneinfo.ZoneInfo("America/Vancouver"))
    assert winter.utcoffset() == timedelta(hours=-7)
