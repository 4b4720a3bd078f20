"""The comparison of two records, row by row: details, and how much of everything either has."""

from typing import NamedTuple

from flask_babel import gettext as _

from portal.merge_parts import Count
from portal.merge_preview import Detail, Preview
from portal.models import Practice
from portal.staff import merge_words
from portal.uniting import DETAILS, SOURCE, TARGET

ONLY_IF_DIFFERENT = ("language", "zone")


class Row(NamedTuple):
    """`may_choose` is empty where there is nothing to choose. `is_hidden`: what differs is not shown here."""

    name: str
    label: str
    source: str
    target: str
    may_choose: tuple[str, ...] = ()
    side: str = ""
    is_hidden: bool = False

    @property
    def is_same(self) -> bool:
        """Said once for both; a number of both would read like their sum."""
        return self.source == self.target and not self.may_choose and (self.name in DETAILS or not self.source)


def rows(preview: Preview) -> list[Row]:
    """What both say, without what neither knows; then the counts."""
    practice, labels = preview.target.practice, merge_words.labels()
    details = [_row(one, labels[one.name], practice) for one in preview.details]
    shown = [one for one in details if (one.source or one.target) and (one.may_choose or one.name not in ONLY_IF_DIFFERENT)]
    return [*shown, *(_count(one) for one in counts(preview))]


def _row(one: Detail, label: str, practice: Practice) -> Row:
    source, target = (merge_words.value(one.name, values, practice) for values in (one.source, one.target))
    return Row(one.name, label, source, target, one.may_choose, one.side, one.is_different and source == target)


def counts(preview: Preview) -> list[Count]:
    """Of everything that follows or stays, what either has."""
    live = [sum(link is not None for link in (getattr(one, side) for one in preview.reaches)) for side in (SOURCE, TARGET)]
    asked = [sum(one.profile_id == person.id for one in preview.invitations) for person in (preview.source, preview.target)]
    more = [one for one in (Count("accounts", *live), Count("invitations", *asked)) if one.source or one.target]
    return [*(one for one in preview.counts if one.source or one.target or one.name == "appointments"), *more]


def _count(one: Count) -> Row:
    labels = {
        "appointments": _("Appointments"),
        "payments": _("Payments and refunds"),
        "accounts": _("Portal accounts"),
        "invitations": _("Open invitations"),
    }
    labels |= {"further_numbers": _("Further numbers"), "contacts": _("Contacts"), "files": _("Files"), "notes": _("Notes")}
    label = labels.get(one.name, one.name)
    return Row(one.name, label, _number(one.source, one.source_words), _number(one.target, one.target_words))


def _number(number: int, words: str) -> str:
    """The words say the number too, where there are any."""
    return (words or str(number)) if number else ""


def of(preview: Preview, name: str) -> tuple[int, int]:
    """How many of a kind the source and the target have."""
    return next(((one.source, one.target) for one in preview.counts if one.name == name), (0, 0))
