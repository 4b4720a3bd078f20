"""What booking does when portal announces something."""


def connect() -> None:
    """Subscribe to portal's signals. Called once by app.py."""
