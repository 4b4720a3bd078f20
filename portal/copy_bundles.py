"""A person's copy with its files, as one ZIP: the data, the page to read, and every file that the reader may see (portal/file_access.py: sees)."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from urllib.parse import quote

from flask_babel import gettext as _

from portal import bundles, file_queries
from portal.bundles import Part
from portal.family import Person
from portal.file_reading import note_opened
from portal.filters import local
from portal.public_url import public_url
from portal.storage import store

FOLDER = "files/"


def bundle(mine: Person, found: dict, page: Callable[[list[str]], str], now: datetime) -> Iterator[bytes]:
    """`found`: portal/copies.py: copy. `page(addresses)`: the copy to read, with the address of each of its files. Whoever acts for the person
    has opened each file, and the history says so. Nothing is asked of the database any more once the bytes are taken. Raises Busy."""
    zone, kept = mine.link.profile.practice.zone, store()
    files = {
        public_url("portal.save_file", public_id=mine.link.public_id, file_id=one.public_id): one
        for one in file_queries.seen_by(mine.link, mine.on)
    }
    listed = [one for one in found["files"] if one["address"] in files]
    for one, name in zip(listed, bundles.names(one["name"] for one in listed)):
        one["path"] = f"{FOLDER}{name}"
    at, ours = local(now, zone), _("record")
    words = {
        f"{ours}.html": page([quote(one["path"]) if "path" in one else one["address"] for one in found["files"]]),
        f"{ours}.json": json.dumps(found, ensure_ascii=False, indent=2),
    }
    parts = [Part(name, lambda text=text: BytesIO(text.encode()), at) for name, text in words.items()]
    parts += [
        Part(one["path"], lambda key=files[one["address"]].store_key: kept.open(key), local(datetime.fromisoformat(one["added_at"]), zone))
        for one in listed
    ]
    for one in listed:
        note_opened(mine.link, files[one["address"]], now)
    sorry = _("These files could not be read. Ask the clinic for them:")
    return bundles.zipped(parts, lambda lost: Part(f"{FOLDER}_.txt", lambda: BytesIO("\n".join((sorry, *lost, "")).encode()), at))
