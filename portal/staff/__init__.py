"""Pages of the blueprint `staff`: today, registrations, people and who has access to them, invitations."""

from portal.staff import add_user, bulk, edit_access, history, invitations, needs, one_invitation, people, person, portal_accounts, registrations, settings, share, today, undelivered
from portal.staff.blueprint import blueprint

PAGES = (today, needs, undelivered, registrations, people, person, portal_accounts, add_user, bulk, edit_access, history, invitations, one_invitation, share, settings)


def register(app) -> None:
    app.register_blueprint(blueprint)
