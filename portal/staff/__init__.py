"""Pages of the blueprint `staff`: today, registrations, people and who has access to them, invitations."""

from portal.staff import access_settings, add_person, add_user, bulk, colleague, contacts, coverage, duplicates, edit_access, edit_person, edit_record, export_people, files, forget, history, imports, invitations, merge, merge_with, merges, needs, new_files, notes, one_invitation, own_changes, own_permissions, own_settings, people, person, portal_accounts, practice_pages, registration, registrations, settings_index, share, signing_in, team, today, undelivered, undo_import, undo_merge
from portal.staff.blueprint import blueprint

PAGES = (today, needs, new_files, undelivered, registrations, registration, duplicates, merge_with, merge, merges, undo_merge, people, export_people, add_person, person, portal_accounts, add_user, bulk, edit_access, edit_person, history, invitations, one_invitation, share, access_settings, practice_pages, settings_index, team, colleague, signing_in, own_permissions, files, notes, contacts, coverage, edit_record, own_changes, own_settings, forget, imports, undo_import)


def register(app) -> None:
    app.register_blueprint(blueprint)
