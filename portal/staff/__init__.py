"""Pages of the blueprint `staff`: today, registrations, people and who has access to them, invitations."""

from portal.staff import access_settings, add_person, add_user, bulk, colleague, contacts, coverage, duplicates, edit_access, edit_person, edit_record, files, history, imports, invitations, merge, merge_with, merges, needs, notes, one_invitation, own_permissions, people, person, portal_accounts, practice_pages, registration, registrations, settings_index, share, signing_in, team, today, undelivered, undo_import, undo_merge
from portal.staff.blueprint import blueprint

PAGES = (today, needs, undelivered, registrations, registration, duplicates, merge_with, merge, merges, undo_merge, people, add_person, person, portal_accounts, add_user, bulk, edit_access, edit_person, history, invitations, one_invitation, share, access_settings, practice_pages, settings_index, team, colleague, signing_in, own_permissions, files, notes, contacts, coverage, edit_record, imports, undo_import)


def register(app) -> None:
    app.register_blueprint(blueprint)
