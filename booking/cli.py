"""Commands of booking."""


def init_app(app) -> None:
    """Register the commands."""
