"""What every page for an export shares: the choice of columns and of a kind of file, and how the file is sent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Response, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from portal import clock, list_exports, sheets
from portal.database import transact
from portal.forms import PortalForm
from portal.models import StaffMember
from portal.reading import note_viewed
from portal.sheets import CSV, KINDS, XLSX, Cell


class Group(NamedTuple):
    """Columns that are chosen together: `name` as it is kept, words for the form, and its `columns`: heading, and the cell of a row.
    `usual`: ticked before anybody has chosen."""

    name: str
    words: str
    means: str
    columns: Sequence[tuple[str, Callable[..., Cell]]]
    usual: bool = False


class ExportForm(PortalForm):
    """`groups` are offered as the page says; `kind` of file. What was chosen may come in the address, too."""

    groups = SelectMultipleField(lazy_gettext("Which columns"), validate_choice=False)
    kind = RadioField(
        lazy_gettext("What kind of file"), [AnyOf(KINDS, lazy_gettext("Choose a kind of file"))], default=CSV, validate_choice=False
    )

    def __init__(self, offered: Sequence[Group], **kwargs):
        chosen = request.form if request.method == "POST" else request.args if "kind" in request.args else None
        super().__init__(chosen, data={"groups": [one.name for one in offered if one.usual]}, **kwargs)
        self.offered = offered
        self.groups.choices = [SelectChoice(one.name, one.words) for one in offered]
        self.kind.choices = [(CSV, _("CSV")), (XLSX, _("Excel"))]

    @property
    def chosen(self) -> list[Group]:
        return [one for one in self.offered if one.name in (self.groups.data or ())]


def with_choices(endpoint: str) -> Callable[[StaffMember], str]:
    """The page with everything that was chosen in its address, to come back to after the password."""

    def address(staff: StaffMember) -> str:
        said = [(name, value[:100]) for name, value in request.form.items(multi=True) if name != "csrf_token"]
        return f"{url_for(endpoint, slug=staff.practice.slug)}?{urlencode(said)}"

    return address


def sent(
    staff: StaffMember, what: str, kind: str, groups: Sequence[Group], ids: Sequence[int], read: Callable, facts: dict, now: datetime
) -> Response:
    """The file, once it is written and its line stands in the ledger. `read(ids)`: some rows in the order of their ids, and the people in
    them; ids of what is no longer there are left out. Raises MayNotExport, Busy."""
    columns = [column for group in groups for column in group.columns]
    counted = [0]

    def rows() -> Iterable[list[Cell]]:
        for some in list_exports.in_turns(ids):
            found, people = read(some)
            note_viewed(staff, people, now)
            counted[0] += len(found)
            yield from ([cell(one) for _heading, cell in columns] for one in found)

    file = sheets.written(kind, [heading for heading, _cell in columns], rows(), sheets.separator())
    try:
        transact(list_exports.record, staff, what, counted[0], {"kind": kind, "groups": [one.name for one in groups], **facts}, now)
        name = f"{what}-{clock.today(staff.practice.zone).isoformat()}.{kind}"
        return _closed(send_file(file, sheets.MEDIA[kind], as_attachment=True, download_name=name))
    except BaseException:
        file.close()
        raise


def in_words(facts: dict, *what: str, groups: Mapping[str, str]) -> str:
    """Of a line in the ledger: "124 people, Excel (Names, Address)"; `what` are its first words, `groups` those of every group by name."""
    said = ", ".join(filter(None, (*what, {CSV: _("CSV"), XLSX: _("Excel")}[facts["kind"]])))
    return f"{said} ({'; '.join(groups[one] for one in facts['groups'] if one in groups)})"


def too_many(count: int) -> str:
    """Why so many rows fit into no Excel file; empty when they do."""
    return (
        ""
        if count <= sheets.MOST_ROWS
        else ngettext(
            "%(num)s row is more than an Excel file holds. Choose CSV, or fewer rows.",
            "%(num)s rows are more than an Excel file holds. Choose CSV, or fewer rows.",
            count,
        )
    )


def _closed(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
