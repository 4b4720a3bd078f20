"""Commands of booking: `flask demo`."""

from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import func, select

from booking.models import Appointment
from booking.seed import seed_world
from portal import clock, queries, rounds, serving
from portal.config import Defaults
from portal.database import db, transact
from portal.seed import PASSWORD, SIGN_INS, address
from portal.seed_files import seed_files
from portal.seed_invitations import seed_invitations

OLD_AFTER = timedelta(days=14)


@click.command("demo")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, envvar="PORT")
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 to be seen from other machines.")
@with_appcontext
def demo_command(port, host):
    """Make or update the database, let the demo people move in, and serve the pages. Data is kept between starts."""
    app = current_app._get_current_object()
    if app.config["MODE"] != "demo":
        raise click.ClickException("This is not a demo (PORTAL_MODE). Start production with gunicorn, see README.")
    if serving.is_taken(host, port):
        raise click.ClickException(f"Port {port} is taken by another program. Choose another one: make run PORT={port + 1}")
    upgrade(directory=Path(app.root_path) / "migrations")
    seed_world(clock.now())
    transact(seed_invitations, clock.now())
    seed_files(clock.now())
    here = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"
    if app.config["PUBLIC_URL"] == Defaults.PUBLIC_URL:
        app.config["PUBLIC_URL"] = here
    words = _welcome(here)
    db.session.remove()
    db.engine.dispose()

    def ready():
        click.echo(words)
        if app.config["POSTMAN"]:
            rounds.start(app)

    serving.serve(app, host, port, ready)


def _welcome(here: str) -> str:
    """What to open and who to be."""
    width = max(len(practice.name) for practice in queries.practices())
    lines = ["", f"  Porchlight is ready: {here}/", ""]
    lines += [f"  {practice.name:<{width}}  {here}/at/{practice.slug}/" for practice in queries.practices()]
    lines += [f"  {'Mails that were sent':<{width}}  {here}/mailbox/", "", f"  Sign in at {here}/sign-in with the password: {PASSWORD}", ""]
    widest = max(len(address(name)) for name, _ in SIGN_INS)
    lines += [f"    {address(name):<{widest}}  {what}" for name, what in SIGN_INS]
    made_at = db.session.scalar(select(func.max(Appointment.created_at)).where(Appointment.idempotency_key.startswith("demo")))
    if made_at and clock.now() - made_at > OLD_AFTER:
        age = (clock.now() - made_at).days
        lines += ["", f"  This demo world is {age} days old and its calendars empty out. For a new one, remove {current_app.instance_path}"]
    return "\n".join([*lines, "", "  Stop with Ctrl+C. What you do here is kept until the next start.", ""])


def init_app(app) -> None:
    app.cli.add_command(demo_command)
