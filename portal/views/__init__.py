"""Pages of the blueprint `portal`: accounts and who may act for whom."""

from portal.views import about, account, confirm, home, people, reset, session, signup
from portal.views.blueprint import blueprint

PAGES = (home, signup, confirm, session, reset, account, people, about)


def register(app) -> None:
    app.register_blueprint(blueprint)
