"""The forms of an import: the list, and what its columns are."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import FieldList, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice

from portal import file_kinds, import_dates, import_fields, import_guess, sheet_files
from portal.forms import PortalForm
from portal.import_dates import DMY, MDY
from portal.import_fields import BORN_YEAR, DATES, FAMILY_FIRST, FIELDS, FULL_NAME, NOTHING, SEVERAL
from portal.models import PeopleImport
from portal.staff import import_words

FILL, REPLACE = "fill", "replace"
_NAMES = ("given_name", "family_name", FULL_NAME, FAMILY_FIRST)


class ListForm(PortalForm):
    file = FileField(_("Choose a file"))
    text = TextAreaField(_("Or paste from a spreadsheet"))

    def sheets(self) -> list[sheet_files.Sheet]:
        """Empty, with the error beside its field, when what was given cannot be read. Raises Busy."""
        is_upload = bool(self.file.data and self.file.data.filename)
        try:
            if is_upload:
                return sheet_files.of_file(self.file.data.read(sheet_files.MOST_BYTES + 1))
            return sheet_files.of_text(self.text.data or "")
        except sheet_files.BadFile as problem:
            place = self.text if self.text.data and not is_upload else self.file
            place.errors = [problem.message]
            return []

    @property
    def name(self) -> str:
        return file_kinds.plain(self.file.data.filename or "") if self.file.data else ""


class ColumnsForm(PortalForm):
    columns = FieldList(SelectField(validate_choice=False))
    order = RadioField(
        _("How are days written in this list?"),
        choices=[Choice(DMY, _("Day first: 03/04/1987 is the 3rd of April")), Choice(MDY, _("Month first: 03/04/1987 is March 4th"))],
        validate_choice=False,
    )
    known = RadioField(
        _("Somebody is in your records already. What is done with what differs?"),
        choices=[Choice(REPLACE, _("Take what this list says")), Choice(FILL, _("Only fill in what is missing"))],
        default=REPLACE,
    )

    def __init__(self, *, found: PeopleImport, columns: list[str], order: str, only_blanks: bool, **kwargs):
        self.sheet = found.sheets[found.sheet]
        super().__init__(**kwargs)
        if not self.is_submitted():
            for field in columns:
                self.columns.append_entry(field)
            self.order.data, self.known.data = self.proven or order or None, FILL if only_blanks else REPLACE
        while len(self.columns) < len(self.sheet["guess"]):
            self.columns.append_entry(NOTHING)
        labels, groups = import_words.fields(), import_words.groups()
        offered = [
            Choice(NOTHING, import_words.left_out()),
            *(Choice(one, labels[one], optgroup=groups[group]) for group, fields in import_fields.GROUPS.items() for one in fields),
        ]
        for number, field in enumerate(self.columns):
            field.label.text, field.choices = import_words.column(self.sheet["header"], number), offered

    @property
    def chosen(self) -> list[str]:
        return [field.data if field.data in FIELDS else NOTHING for field in self.columns][: len(self.sheet["guess"])]

    @property
    def evidence(self) -> str:
        """What the columns of dates say together of the order of day and month."""
        orders = self.sheet["orders"]
        return import_dates.together(orders[number] for number, field in enumerate(self.chosen) if field in DATES and number < len(orders))

    @property
    def asks_order(self) -> bool:
        return self.evidence in (import_dates.UNKNOWN, import_dates.PROVEN_BOTH)

    def examples(self, rows: list[list[str]], column: int) -> list[str]:
        return import_guess.examples(rows, column)

    @property
    def proven(self) -> str:
        return self.evidence if self.evidence in import_dates.ORDERS else ""

    @property
    def date_order(self) -> str:
        return self.proven or (self.order.data if self.order.data in import_dates.ORDERS else "")

    def validate(self, extra_validators=None) -> bool:
        super().validate(extra_validators)
        seen: dict[str, int] = {}
        for number, field in enumerate(self.chosen):
            if field and field in seen and field not in SEVERAL:
                self.columns[number].errors = [
                    _("Two columns are “%(field)s”. Choose another for one of them, or leave it out", field=import_words.fields()[field])
                ]
            seen.setdefault(field, number)
        if not any(name in seen for name in _NAMES):
            self.columns[0].errors = [_("Say which column holds the name")]
        if self.asks_order and not self.date_order:
            self.order.errors = [_("Say how days are written: the dates in this list do not tell")]
        if BORN_YEAR in seen and "born_on" in seen:
            self.columns[seen[BORN_YEAR]].errors = [_("The date of birth is in a column of its own already. Leave this one out")]
        self.columns.errors = [field.errors for field in self.columns if field.errors]
        return not (self.columns.errors or self.order.errors or self.known.errors)
