"""Start here. The only file that knows both packages: portal (who) and booking (for whom, when)."""

import os
from pathlib import Path

from flask import Flask

from booking import cli as booking_cli
from booking import desk, handlers, views
from portal import cli as portal_cli
from portal import config, csrf, errorpages, filters, guards, i18n, pagecontext, rounds, staff, storage, uploading, web
from portal import views as portal_views
from portal.database import db
from portal.extensions import login_manager, mail, migrate
from portal.proxies import trust_proxies
from portal.sessions import ServerSessions
from portal.views import health, mailbox, texts


def create_app(**overrides) -> Flask:
    """A ready application. Settings: config.Defaults, then PORTAL_… from the environment, then `overrides`."""
    app = Flask(__name__, instance_path=os.environ.get("PORTAL_INSTANCE") or str(Path(__file__).parent / "instance"))
    config.load(app, overrides)
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    mail.init_app(app)
    migrate.init_app(app, db)
    login_manager.init_app(app)
    app.session_interface = ServerSessions()
    trust_proxies(app)
    storage.init_app(app)
    uploading.init_app(app)
    csrf.init_app(app)
    app.before_request(guards.require_sign_in)
    for part in (i18n, pagecontext, web, errorpages, portal_cli, booking_cli, rounds):
        part.init_app(app)
    for part in (filters, portal_views, health, mailbox, texts, staff, views, desk):
        part.register(app)
    handlers.connect()
    return app
