"""What booking adds to the page to share: an address for every service and every practitioner."""

from flask_babel import lazy_gettext as _

from booking.timetable import timetable
from portal.models import Practice
from portal.public_url import public_url
from portal.staff.sharing import Address, Group, on_share


@on_share
def addresses(practice: Practice) -> list[Group]:
    table = timetable(practice)
    return [
        Group(_("Only one service"), [_address(practice, "service", one, _("Book: %(name)s", name=one.name)) for one in table.services()]),
        Group(
            _("Only one practitioner"),
            [_address(practice, "practitioner", one, _("Book with %(name)s", name=one.name)) for one in table.practitioners()],
        ),
    ]


def _address(practice: Practice, page: str, one, call: str) -> Address:
    return Address(one.public_id, one.name, call, public_url(f"booking.{page}", slug=practice.slug, public_id=one.public_id))
