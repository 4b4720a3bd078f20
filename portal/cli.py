"""Commands of the installation: `flask postman`, `flask sweep`, `flask take-second-step-away`. (`flask demo` is in booking/cli.py.)"""

import signal

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import batch_queue, clock, import_queue, match_search, postman, second_factor, transport
from portal.addresses import address_key
from portal.database import transact
from portal.rounds import Rounds
from portal.signup import account_at
from portal.sweep import sweep_believed


@click.command("postman")
@click.option("--once", is_flag=True, help="Send what is due now, then end.")
@with_appcontext
def postman_command(once):
    """Send what waits in the outbox, until told to stop. Any number may run at once."""
    if once:
        batch_queue.work()
        while import_queue.work() or match_search.work():
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
    sweep_believed(clock.now())


@click.command("take-second-step-away")
@click.argument("address")
@with_appcontext
def take_second_step_away_command(address):
    """For who has lost their phone and the recovery codes, and has no admin to ask: the password of ADDRESS is enough again.

    Make sure first that it is they who ask. Their mailbox is told.
    """
    account = account_at(address_key(address))
    if account is None or account.second_factor_at is None:
        raise click.ClickException("No account with this address has a second step.")
    transact(second_factor.take_away, account, clock.now())
    click.echo(f"The second step of {account.email} is taken away; every browser is signed out.")


def init_app(app) -> None:
    app.cli.add_command(postman_command)
    app.cli.add_command(sweep_command)
    app.cli.add_command(take_second_step_away_command)
