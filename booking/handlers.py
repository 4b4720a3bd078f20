"""What booking does when portal announces something."""

from booking import holds
from portal.signals import sweeping


def connect() -> None:
    """Subscribe to portal's signals. Called once by app.py."""
    sweeping.connect(_forget_holds)


def _forget_holds(_sender, now) -> None:
    holds.sweep(now)
