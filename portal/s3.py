"""The store of portal/storage.py in a bucket of an S3-compatible service. Needs the extra `s3` (boto3)."""

import tempfile
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from portal.config import Misconfigured

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:  # the extra is not installed: the files are on this machine's disk
    boto3 = None

_SPOOLED = 1 << 20


class S3:
    """`settings`: FILES_S3_… of portal/config.py; without keys there, those of the machine's role. `not_there` is raised for a missing key."""

    def __init__(self, settings, not_there: type[Exception]):
        if boto3 is None:
            raise Misconfigured("FILES_STORE is s3, and boto3 is missing: install Porchlight with its extra `s3`.")
        if not settings["FILES_S3_BUCKET"]:
            raise Misconfigured("Set PORTAL_FILES_S3_BUCKET to the bucket that keeps the files.")
        self.bucket, self.prefix, self.not_there = settings["FILES_S3_BUCKET"], settings["FILES_S3_PREFIX"], not_there
        self._client = boto3.client(
            "s3",
            endpoint_url=settings["FILES_S3_ENDPOINT"],
            region_name=settings["FILES_S3_REGION"],
            aws_access_key_id=_text(settings["FILES_S3_KEY"]),
            aws_secret_access_key=_text(settings["FILES_S3_SECRET"]),
            config=Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 3, "mode": "standard"}),
        )

    def keep(self, key: str, content: BinaryIO) -> None:
        self._client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=content, ContentType="application/octet-stream")

    def open(self, key: str) -> BinaryIO:
        """Fetched whole to this machine's disk first: a reader on a slow line keeps no connection to the store open."""
        found = tempfile.SpooledTemporaryFile(_SPOOLED)
        try:
            self._client.download_fileobj(self.bucket, self.prefix + key, found)
        except ClientError as error:
            found.close()
            if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
                raise self.not_there() from error
            raise
        found.seek(0)
        return found

    def erase(self, key: str) -> None:
        self._client.delete_object(Bucket=self.bucket, Key=self.prefix + key)

    def keys(self, day: date) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=f"{self.prefix}{day.isoformat()}/")
        for page in pages:
            for one in page.get("Contents", ()):
                yield one["Key"].removeprefix(self.prefix)


def _text(setting) -> str | None:
    """A key of digits was read as a number."""
    return None if setting is None else str(setting)
