"""The four verbs of the store, on disk and in an S3-compatible one: whole or not at all, private, and nobody else's."""

import io
import os
import stat
from datetime import date

import boto3
import pytest
from moto import mock_aws

from portal import s3, storage
from portal.config import Defaults, Misconfigured
from portal.storage import Disk, NotThere, file_key, new_key, page_key

DAY = date(2026, 12, 10)


@pytest.fixture(params=["disk", "s3"])
def store(request, tmp_path, monkeypatch):
    if request.param == "disk":
        yield Disk(tmp_path / "files")
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="clinic")
        yield s3.S3(settings(FILES_S3_PREFIX="porchlight/"), NotThere)


def settings(**changes) -> dict:
    defaults = {name: getattr(Defaults, name) for name in vars(Defaults) if name.startswith("FILES_")}
    return {**defaults, "FILES_S3_BUCKET": "clinic", "FILES_S3_REGION": "us-east-1", "FILES_S3_KEY": 123, "FILES_S3_SECRET": "x", **changes}


def test_what_is_kept_comes_back_byte_for_byte(store):
    key, content = new_key(DAY), os.urandom(3 * 2**20)
    store.keep(key, io.BytesIO(content))
    with store.open(key) as found:
        assert found.read() == content


def test_what_is_erased_is_gone_and_erasing_again_is_fine(store):
    key = new_key(DAY)
    store.keep(key, io.BytesIO(b"x"))
    store.erase(key)
    store.erase(key)
    with pytest.raises(NotThere):
        store.open(key)
    assert list(store.keys(DAY)) == []


def test_a_day_lists_what_was_begun_on_it_pictures_too(store):
    one, other = new_key(DAY), new_key(date(2026, 12, 11))
    for key in (one, page_key(one, 1), other):
        store.keep(key, io.BytesIO(b"x"))
    assert sorted(store.keys(DAY)) == sorted([one, page_key(one, 1)]) and {file_key(key) for key in store.keys(DAY)} == {one}


def test_two_keys_are_never_alike_and_say_nothing_of_what_they_keep():
    assert len({new_key(DAY) for _one in range(1000)}) == 1000
    assert len(new_key(DAY)) <= 50


def test_on_disk_nobody_else_on_the_machine_may_look(tmp_path):
    store, key = Disk(tmp_path / "files"), new_key(DAY)
    store.keep(key, io.BytesIO(b"x"))
    path = tmp_path / "files" / key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("key", ["../secret", "/etc/passwd", "2026-12-10/../../x", "2026-12-10/" + "0" * 32 + "/x", "", "x"])
def test_no_key_leads_out_of_the_folder(tmp_path, key):
    store = Disk(tmp_path)
    for verb in (store.open, store.erase, lambda key: store.keep(key, io.BytesIO(b"x"))):
        with pytest.raises(ValueError):
            verb(key)


def test_writing_that_breaks_in_the_middle_leaves_no_file_only_a_remainder_that_the_sweep_finds(tmp_path):
    class Breaking(io.BytesIO):
        def read(self, *size):
            if self.tell() >= 4:
                raise OSError("No space left on device")
            return super().read(4)

    store, key = Disk(tmp_path), new_key(DAY)
    with pytest.raises(OSError):
        store.keep(key, Breaking(b"12345678"))
    with pytest.raises(NotThere):
        store.open(key)
    assert list(store.keys(DAY)) == [f"{key}.part"]
    store.erase(f"{key}.part")
    assert list(store.keys(DAY)) == []


def test_other_things_in_the_bucket_are_left_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        client.create_bucket(Bucket="clinic")
        client.put_object(Bucket="clinic", Key="2026-12-10/theirs", Body=b"x")
        assert list(s3.S3(settings(FILES_S3_PREFIX="porchlight/"), NotThere).keys(DAY)) == []


def test_a_store_that_is_not_set_up_does_not_start(monkeypatch):
    with pytest.raises(Misconfigured, match="BUCKET"):
        s3.S3(settings(FILES_S3_BUCKET=None), NotThere)
    monkeypatch.setattr(s3, "boto3", None)
    with pytest.raises(Misconfigured, match="extra"):
        s3.S3(settings(), NotThere)


def test_the_disk_is_the_default_and_not_below_what_is_served(app):
    assert isinstance(app.extensions["file store"], storage.Disk)
    assert not app.extensions["file store"].folder.is_relative_to(app.static_folder)
