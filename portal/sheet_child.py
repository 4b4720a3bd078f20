"""`python -m portal.sheet_child`: reads a spreadsheet in a process of its own, which may hang, swell or be killed without anybody noticing.

The file comes in as standard input, a job in JSON as the argument. What leaves, a line of JSON each: {"problem": …}; or for each sheet that is
not empty {"sheet": name} and its rows as lists of texts; {"end": true} behind the last. Formulas are what they last came to; dates are
dates; whole numbers have no ".0". The process has no secrets in its environment, little memory and time.
"""

import io
import json
import sys
from datetime import date, datetime, time, timedelta

import python_calamine

from portal.child_limits import limit

LOCKED, BROKEN, TOO_LARGE = "locked", "broken", "too_large"
_BROKEN = (python_calamine.CalamineError, OSError, ValueError, LookupError, ArithmeticError, TypeError)


def say(out, said) -> None:
    out.write(json.dumps(said).encode() + b"\n")


def text(value, most: int) -> str:
    """A cell as people would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return ""
    return "" if value is None else str(value).strip()[:most]


def read(source: bytes, out, job: dict) -> None:
    book = python_calamine.load_workbook(io.BytesIO(source))
    left = job["most_rows"]
    for name in book.sheet_names[: job["most_sheets"]]:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is None:
            continue
        last_row, last_column = sheet.end
        left -= last_row + 1
        if left < 0 or last_column >= job["most_columns"]:
            return say(out, {"problem": TOO_LARGE})
        say(out, {"sheet": name})
        for row in sheet.to_python(skip_empty_area=False):
            say(out, [text(value, job["most_cell"]) for value in row])
    say(out, {"end": True})


def main() -> None:
    job = json.loads(sys.argv[1])
    limit(job["cpu_seconds"], job["seconds"], job["megabytes"], job["written_megabytes"])
    out = sys.stdout.buffer
    try:
        read(sys.stdin.buffer.read(), out, job)
    except MemoryError:
        say(out, {"problem": TOO_LARGE})
    except python_calamine.PasswordError:
        say(out, {"problem": LOCKED})
    except _BROKEN:
        say(out, {"problem": BROKEN})


if __name__ == "__main__":
    main()
