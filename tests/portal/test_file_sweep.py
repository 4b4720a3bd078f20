"""The sweep erases what was removed and what never got a row, and nothing else."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import file_sweep, files, sweep, uploads
from portal.database import db, transact
from portal.errors import Busy
from portal.models import File
from portal.storage import NotThere, new_key, page_key, store
from tests.portal import filing


@pytest.fixture
def here(context, cast, tmp_path, monkeypatch):
    monkeypatch.setattr(context.extensions["file store"], "folder", tmp_path / "files")
    return cast


def there(key: str) -> bool:
    try:
        store().open(key).close()
        return True
    except NotThere:
        return False


def test_bytes_without_a_row_are_erased_once_nobody_can_be_waiting_for_them(here, clock):
    filing.filed(here.staff("dana"), here.leo, clock())
    orphan = filing.kept(clock(), pages=1)
    sweep.sweep(clock())
    assert there(orphan.store_key), "its row may be about to come"
    sweep.sweep(clock() + timedelta(days=2))
    assert not there(orphan.store_key) and not there(page_key(orphan.store_key, 1))


def test_what_has_a_row_stays_with_its_pictures(here, clock):
    file = filing.filed(here.staff("dana"), here.leo, clock(), "scan.pdf", pages=2)
    sweep.sweep(clock() + timedelta(days=20))
    assert there(file.store_key) and there(page_key(file.store_key, 2))


def test_a_store_of_which_this_database_knows_nothing_is_left_alone(here, clock, caplog):
    key = new_key(clock().date())
    store().keep(key, io.BytesIO(b"theirs"))
    file_sweep.run(clock() + timedelta(days=3))
    assert there(key) and "does not know" in caplog.text


def test_a_removed_file_is_erased_after_its_day_and_its_row_says_so(here, clock):
    file = filing.filed(here.staff("dana"), here.leo, clock(), "scan.pdf", pages=1)
    transact(files.remove, here.staff("dana"), file, clock())
    file_sweep.run(clock() + timedelta(hours=23))
    assert there(file.store_key)
    file_sweep.run(clock() + timedelta(hours=25))
    assert not there(file.store_key) and not there(page_key(file.store_key, 1))
    assert db.session.scalar(select(File.erased_at)) == clock() + timedelta(hours=25)
    with pytest.raises(files.FileGone):
        transact(files.put_back, here.staff("dana"), file, clock() + timedelta(hours=25))


def test_killed_between_the_bytes_and_the_row_the_sweep_does_the_rest_next_time(here, clock, monkeypatch):
    file = filing.filed(here.staff("dana"), here.leo, clock())
    transact(files.remove, here.staff("dana"), file, clock())
    with monkeypatch.context() as killed, pytest.raises(Busy):
        killed.setattr(file_sweep, "transact", lambda *_args: (_ for _ in ()).throw(Busy()))
        file_sweep.run(clock() + timedelta(hours=25))
    file_sweep.run(clock() + timedelta(hours=26))
    assert db.session.scalar(select(File.erased_at)) is not None


def test_when_the_database_says_no_the_bytes_go_too(here, clock, monkeypatch):
    monkeypatch.setattr(uploads, "transact", lambda *_args: (_ for _ in ()).throw(Busy()))
    upload = type("Upload", (), {"stream": io.BytesIO(b"x"), "filename": "x.txt"})
    with pytest.raises(Busy):
        uploads.take(here.staff("dana"), here.leo, [upload], clock())
    assert list(store().keys(clock().date())) == []
