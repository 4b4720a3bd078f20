"""What a run may leave out, and only when asked: `PORCHLIGHT_WITHOUT=postgresql,browser make test`.

Anything else that is missing makes the run fail: a database that was quietly skipped has not been tested.
"""

import os

CAN_BE_LEFT_OUT = ("postgresql", "browser")


def left_out() -> list[str]:
    """What was asked to be left out, in order. Raises ValueError for a name that cannot be."""
    names = [name.strip() for name in os.environ.get("PORCHLIGHT_WITHOUT", "").split(",") if name.strip()]
    for name in names:
        if name not in CAN_BE_LEFT_OUT:
            raise ValueError(f"PORCHLIGHT_WITHOUT names {name!r}; it can only leave out: {', '.join(CAN_BE_LEFT_OUT)}")
    return names
