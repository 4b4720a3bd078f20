"""Commands of the installation: `flask demo`, `flask postman`, `flask sweep`."""


def init_app(app) -> None:
    """Register the commands."""
