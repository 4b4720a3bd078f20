"""Commands of the installation: `flask postman`, `flask sweep`. (`flask demo` is in booking/cli.py.)"""

import signal

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import batch_queue, clock, match_search, postman, transport
from portal.rounds import Rounds
from portal.sweep import sweep


@click.command("postman")
@click.option("--once", is_flag=True, help="Send what is due now, then end.")
@with_appcontext
def postman_command(once):
    """Send what waits in the outbox, until told to stop. Any number may run at once."""
    if once:
        batch_queue.work()
        while match_search.work():
            pass
        click.echo(f"{postman.deliver_due(limit=10_000)} mails dealt with.")
        return
    rounds = Rounds(current_app._get_current_object())
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: rounds.stop())
    click.echo(f"The postman is on the way ({transport.kind()}). Stop with Ctrl+C.")
    rounds.walk()


@click.command("sweep")
@with_appcontext
def sweep_command():
    """Forget what has ended: sessions, holds, sign-ups, old mails. A running postman does it every hour."""
    sweep(clock.now())


def init_app(app) -> None:
    app.cli.add_command(postman_command)
    app.cli.add_command(sweep_command)
