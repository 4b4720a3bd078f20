"""A postman to be killed: `python tests/races/postman_process.py '{"SQLALCHEMY_DATABASE_URI": …}'` walks until it dies."""

import json
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from app import create_app  # noqa: E402
from portal import letters, postman  # noqa: E402
from portal.letters import Letter  # noqa: E402
from portal.rounds import Rounds  # noqa: E402

LEASE = timedelta(seconds=8)  # longer than a busy machine keeps a living postman waiting


@letters.letter("note")
def note(mail, now):
    return Letter(f"Note {mail.id}", "Hello", "<p>Hello</p>", "en")


if __name__ == "__main__":
    postman.LEASE = LEASE
    Rounds(create_app(**json.loads(sys.argv[1])), every=0.05).walk()
