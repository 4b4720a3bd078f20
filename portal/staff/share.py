"""The page to share: the practice's public addresses, each with its QR code, a poster and a button for the clinic's own website."""

import re
import unicodedata

from flask import Response, abort, request
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import clock
from portal.guards import staff_only
from portal.models import Practice
from portal.qr import KINDS, link_button, picture, qr
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.sharing import Address, groups, own_address


@blueprint.get("/share")
@staff_only()
def share(staff):
    practice, found = staff.practice, groups(staff.practice)
    address = _asked(practice, found)
    with force_locale(practice.language):  # these words are for the practice's people, not for its staff
        call, scan = str(address.call), _("Point the camera of your phone at the square.")
    return staff_page(
        "staff/share.html",
        staff,
        clock.now(),
        people=(),
        address=address,
        own=own_address(practice),
        groups=found,
        picture=picture(address.url),
        call=call,
        scan=scan,
        snippet=link_button(address.url, call, practice.colour),
    )


@blueprint.get("/share/qr.<kind>", endpoint="qr")
@staff_only()
def qr_code(staff, kind):
    address = _asked(staff.practice, groups(staff.practice)) if kind in KINDS else abort(404)
    name = _file_name(address.name if address.key else _("booking"))
    return Response(
        qr(address.url, kind),
        mimetype=KINDS[kind],
        headers={"Content-Disposition": f'inline; filename="{staff.practice.slug}-{name}.{kind}"'},
    )


def _asked(practice: Practice, found: list) -> Address:
    """The address named by `of`, else the practice's own. Aborts with 404."""
    key = request.args.get("of", "")
    known = (own_address(practice), *(one for group in found for one in group.addresses))
    return next((one for one in known if one.key == key), None) or abort(404)


def _file_name(text: str) -> str:
    """ "suivi-de-physiotherapie": letters and digits that every disk and every header take."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "qr"
