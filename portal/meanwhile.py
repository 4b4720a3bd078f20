"""A form that stood open while somebody else wrote to the same record: whose word is it, detail by detail? Pure.

The page carries what it showed (`as_text`), so that what was typed is told from what was only left as it stood.
"""

import json
from collections.abc import Mapping
from typing import Any


def as_text(data: Mapping) -> str:
    """Data of a form, to be kept on the page while somebody types."""
    return json.dumps(data, default=str, sort_keys=True)


def read(before: str | None) -> dict[str, Any]:
    """What `as_text` kept. Nothing is trusted of it: whoever changes it deceives nobody but themselves."""
    try:
        found = json.loads(before or "")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def typed_and_both(was: Mapping, typed: Mapping, now: Mapping) -> tuple[list[str], list[str]]:
    """Of what was shown, what was typed and what stands there now: the names of what was typed anew, and of these what both changed, each in
    their own way."""
    mine = [name for name in typed if typed[name] != was.get(name)]
    return mine, [name for name in mine if now.get(name) not in (was.get(name), typed[name])]
