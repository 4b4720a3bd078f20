"""Pages of the blueprint `staff`: today, registrations, people and who has access to them, invitations."""

from portal.staff import add_user, edit_access, history, invitations, one_invitation, people, person, portal_accounts, registrations, share, today, undelivered
from portal.staff.blueprint import blueprint

PAGES = (today, undelivered, registrations, people, person, portal_accounts, add_user, edit_access, history, invitations, one_invitation, share)


def register(app) -> None:
    app.register_blueprint(blueprint)
