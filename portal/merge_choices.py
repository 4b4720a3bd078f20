"""What staff choose on the merge page: whose details stand, whose access goes over, and what they have looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.uniting import DETAILS, END, KEEP


@dataclass(frozen=True)
class Choices:
    """`details`: name of a detail → "source", "target" or "both". `access`: public id of an account → "end" to let nobody in through
    the source. `confirmed`: keys of the conflicts that were ticked. What is not chosen follows the rules of portal/uniting.py."""

    details: Mapping[str, str] = field(default_factory=dict)
    access: Mapping[str, str] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()

    @classmethod
    def read(cls, form) -> "Choices":
        """From the fields of the page: `detail.name`, `access.<account>`, `confirm` (several). What cannot be read is left out."""
        details = {name: form.get(f"detail.{name}") for name in DETAILS if form.get(f"detail.{name}")}
        access = {name.removeprefix("access."): value for name, value in form.items() if name.startswith("access.") and value in (KEEP, END)}
        return cls(details, access, frozenset(form.getlist("confirm")))

    def as_json(self) -> dict:
        return {"details": dict(self.details), "access": dict(self.access), "confirmed": sorted(self.confirmed)}
