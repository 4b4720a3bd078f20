"""What staff choose on the merge page: whose details stand, whose access goes over, and what they have looked at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from portal.uniting import BOTH, DETAILS, END, KEEP, SOURCE, TARGET


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
        access = {
            name.removeprefix("access."): value for name, value in form.items() if name.startswith("access.") and value in (KEEP, END)
        }
        return cls(details, access, frozenset(form.getlist("confirm")))

    def but_ending(self, accounts: Collection[str]) -> "Choices":
        """The same, but nobody of these accounts (public ids) comes in."""
        return replace(self, access={**self.access, **dict.fromkeys(accounts, END)})

    def as_json(self, accounts: Collection[str], conflicts: Collection[str]) -> dict:
        """What was answered of what the page asked: about these accounts (public ids), and of these conflicts (keys)."""
        details = {name: side for name, side in self.details.items() if name in DETAILS and side in (SOURCE, TARGET, BOTH)}
        access = {one: choice for one, choice in self.access.items() if one in accounts and choice in (KEEP, END)}
        return {"details": details, "access": access, "confirmed": sorted(self.confirmed & set(conflicts))}
