"""What people choose and staff type on pages of files and notes."""

from flask import current_app, request
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, MultipleFileField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal import file_words, uploads
from portal.errors import DomainError
from portal.file_kinds import ACCEPT
from portal.files import MEGABYTE
from portal.forms import PortalForm, clean
from portal.models import Link, Profile, StaffMember
from portal.notes import LONGEST_TEXT, LONGEST_TITLE
from portal.uploads import MOST_AT_ONCE


class FilesForm(PortalForm):
    """Several files at once. `shared`: for staff alone."""

    files = MultipleFileField(_("Files"))
    shared = BooleanField()
    accept = ACCEPT

    @property
    def limits(self) -> dict:
        """Megabytes of one and of all together, and how many."""
        return {
            "most": current_app.config["FILE_MEGABYTES"],
            "together": current_app.config["FILES_AT_ONCE_MEGABYTES"],
            "number": MOST_AT_ONCE,
        }

    @property
    def bytes_of_one(self) -> int:
        return self.limits["most"] * MEGABYTE

    @property
    def bytes_together(self) -> int:
        return self.limits["together"] * MEGABYTE

    def take(self, by: StaffMember | Link, profile: Profile, now) -> tuple[str, int]:
        """Keep what was chosen: words about what was added, and the status; what was not, and why, stands in the form's errors."""
        chosen = uploads.chosen(request.files.getlist("files"))
        if not chosen:
            self.form_errors.append(gettext("Choose a file"))
            return "", 422
        try:
            done = uploads.take(by, profile, chosen, now, self.shared.data)
        except DomainError as error:
            self.form_errors.append(error.message)
            return "", error.status
        self.form_errors += done.problems
        added = ngettext("%(num)s file is added.", "%(num)s files are added.", len(done.added)) if done.added else ""
        return added, 422 if done.problems else 302


def _lines(written: str | None) -> str:
    """One line end for all browsers, no other control characters."""
    lines = (written or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if c.isprintable() or c == "\t").rstrip() for line in lines).strip("\n")


class NoteForm(PortalForm):
    """`seen`: the version of the note that was shown."""

    title = StringField(
        _("Title"),
        [DataRequired(_("Enter a title")), Length(max=LONGEST_TITLE, message=_("Use %(most)s characters or fewer", most=LONGEST_TITLE))],
        filters=[clean],
    )
    text = TextAreaField(
        _("Text"),
        [DataRequired(_("Write something")), Length(max=LONGEST_TEXT, message=_("Use %(most)s characters or fewer", most=LONGEST_TEXT))],
        filters=[_lines],
    )
    version = HiddenField()

    @property
    def seen(self) -> int:
        said = self.version.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1


WORDS = {"file_size": file_words.size, "file_kind": file_words.kind}  # what templates of files say with
