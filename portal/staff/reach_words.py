"""What other permissions of a colleague do, in the sentences of "Before you save"; none where it speaks for itself."""

from flask_babel import gettext as _
from flask_babel import ngettext

from portal import batches, permissions
from portal.models import StaffMember
from portal.permissions import EVERYBODY, INVITE
from portal.staff.finding import count_seen
from portal.staff.panels import narrowed
from portal.staff_words import permission_name


def effects(whose: StaffMember, after: frozenset[str], starts_anew: bool = False) -> list[str]:
    """`after`: what they may do once it is saved; `starts_anew`: because another role takes what was set for them alone away."""
    before, name = whose.permissions, whose.account.name
    found = _anew(whose) if starts_anew else []
    if EVERYBODY in before - after:
        found += [*_sees_less(whose, name), *narrowed(whose)]
    elif EVERYBODY in after - before:
        found.append(
            ngettext(
                "%(name)s will see every calendar and the %(num)s person of the practice.",
                "%(name)s will see every calendar and the %(num)s people of the practice.",
                count_seen(whose, True),
                name=name,
            )
        )
    if INVITE in before - after:
        found.append(_("Invitations that %(name)s has sent already still work.", name=name))
    if (EVERYBODY in before - after or INVITE in before - after) and batches.are_going_out(whose):
        found.append(_("The many invitations that go out in their name are paused: somebody else has to continue them."))
    return found


def _anew(whose: StaffMember) -> list[str]:
    set_alone = permissions.in_order(whose.permissions ^ whose.usual)
    if not set_alone:
        return []
    return [
        _(
            "Another role starts with what is usual for it. What was set for them alone is no longer so: %(what)s.",
            what="; ".join(permission_name(one) for one in set_alone),
        )
    ]


def _sees_less(whose: StaffMember, name: str) -> list[str]:
    left = count_seen(whose, False)
    less = count_seen(whose, True) - left
    words = [ngettext("%(name)s will no longer see %(num)s person.", "%(name)s will no longer see %(num)s people.", less, name=name)]
    if left:
        return [
            *words,
            ngettext(
                "They still see %(num)s person: who has or had an appointment with them, whom they added, or who was given to them.",
                "They still see %(num)s people: who have or had an appointment with them, whom they added, or who were given to them.",
                left,
            ),
        ]
    return [*words, _("They then see nobody: nobody has or had an appointment with them, was added by them or given to them.")]
