"""Flask's helpers, made once and bound to the app in app.py."""

from flask import session
from flask_login import LoginManager
from flask_mail import Mail
from flask_migrate import Migrate

login_manager = LoginManager()
login_manager.session_protection = None  # our sessions are rows; nothing of the sign-in is in the cookie
mail = Mail()
migrate = Migrate(render_as_batch=True)


@login_manager.request_loader
def account_of_session(_request):
    """The account of this request's session, while it is open."""
    account = session.account
    return account if account is not None and account.is_active else None
