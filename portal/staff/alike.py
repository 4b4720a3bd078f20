"""What Today says of records that may be of one person: new registrations that certainly are known, pairs that wait for an answer."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import lookalikes
from portal.likeness_words import CERTAIN
from portal.models import StaffMember
from portal.staff import queue

LOOKED_AT = 20  # of those that wait, the oldest: each is compared with the whole practice


def known_already(staff: StaffMember) -> Iterable[tuple]:
    """New registrations of people whom the practice knows, or may know: words, address and profile id; the oldest first."""
    waiting = queue.oldest(staff, LOOKED_AT)
    alike = lookalikes.like_each([one.profile for one in waiting], most=1)
    for one in waiting:
        best = next(iter(alike.get(one.profile_id, ())), None)
        if best is not None:
            known = best.likeness.grade == CERTAIN
            facts = {"name": one.profile.name}
            said = (
                _("%(name)s registered online and is in your records already.", **facts)
                if known
                else _("%(name)s registered online and may be in your records already.", **facts)
            )
            yield said, url_for("staff.registration", slug=staff.practice.slug, public_id=one.public_id), one.profile_id


def duplicates(staff: StaffMember) -> Iterable[tuple]:
    """One sentence about all pairs of the whole practice."""
    number = lookalikes.count_listed(staff)
    if number:
        yield (
            ngettext("%(num)s possible duplicate in your records", "%(num)s possible duplicates in your records", number),
            url_for("staff.duplicates", slug=staff.practice.slug),
            None,
        )
