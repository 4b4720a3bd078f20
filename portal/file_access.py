"""Who may see and add the files of a person, beside staff. One rule: lists, single files, downloads, pictures and the history ask it.

Staff's files are staff's alone until they share them. What people add is between them, the person and staff until staff share it: what
one guardian gives the clinic is not for the other. While a person is kept safe it is never shown to others (MISSION F6).
"""

from datetime import date

from portal.access import EVERYTHING
from portal.models import File, Link


def sees(link: Link, file: File, on: date) -> bool:
    """Whether the reader behind `link` may see this file on the practice's local date; a removed one nobody."""
    return file.removed_at is None and is_for(link, file, on)


def is_for(link: Link, file: File, on: date) -> bool:
    """The same, whether it was removed or not: who may know of it."""
    if file.profile_id != link.profile_id or not link.permissions_on(on):
        return False
    if not file.is_from_staff and file.added_by_id == link.account_id:
        return True  # their own, as long as the link allows anything at all
    if link.is_self:
        return file.is_shared or not file.is_from_staff
    is_anothers = not file.is_from_staff and link.profile.is_safe
    return file.is_shared and not is_anothers and link.level(on) == EVERYTHING


def may_add(link: Link, on: date) -> bool:
    """The person, and who sees all there is of them, if the practice allows it and knows the person."""
    profile = link.profile
    if profile.practice.files_from_people_at is None or profile.is_provisional or not link.permissions_on(on):
        return False
    return link.is_self or link.level(on) == EVERYTHING
