"""Pages of the blueprint `staff`: today, registrations, people and who has access to them, invitations."""

from portal.staff import add_person, add_user, bulk, contacts, coverage, duplicates, edit_access, edit_person, edit_record, history, invitations, merge, merge_with, merges, needs, one_invitation, people, person, portal_accounts, registration, registrations, access_settings, practice_pages, settings_index, share, signing_in, team, today, undelivered, undo_merge
from portal.staff.blueprint import blueprint

PAGES = (today, needs, undelivered, registrations, registration, duplicates, merge_with, merge, merges, undo_merge, people, add_person, person, portal_accounts, add_user, bulk, contacts, coverage, edit_access, edit_person, edit_record, history, invitations, one_invitation, share, access_settings, practice_pages, settings_index, team, signing_in)


def register(app) -> None:
    app.register_blueprint(blueprint)
