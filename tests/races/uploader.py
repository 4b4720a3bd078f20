"""A process that adds files to a person until it is killed: `python -m tests.races.uploader URL FILES STAFF PROFILE`.

Says "go" once it begins. It waits a little between the store and the database, so that a kill falls there as well.
"""

import sys
import time
from datetime import UTC, datetime

from app import create_app
from portal import files
from portal.database import db, transact
from portal.models import Profile, StaffMember
from tests.portal import filing

NOW = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)


def main() -> None:
    url, folder, staff_id, profile_id = sys.argv[1:5]
    app = create_app(TESTING=True, SQLALCHEMY_DATABASE_URI=url, FILES_FOLDER=folder, POSTMAN=False, CLOCK=lambda: NOW)
    with app.app_context():
        staff, profile = db.session.get(StaffMember, int(staff_id)), db.session.get(Profile, int(profile_id))
        print("go", flush=True)
        while True:
            rows = [filing.kept(NOW, "letter.pdf", filing.pdf(), pages=2)]
            time.sleep(0.02)
            transact(files.add, staff, profile, rows, NOW)


if __name__ == "__main__":
    main()
