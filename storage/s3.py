"""Sealed bytes in a bucket; whoever runs the store sees nothing of what is in them.

The bucket's credentials are found as boto3 does: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`,
its own files, or the machine's role. No secret stands in the office's settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from petitions.errors import BadSetting, FileGone
from storage.store import PATH, S3, away, each, inside

CONNECT, ANSWER = 2, 8
"""Seconds the store has to take a connection, and to say something on one."""
TRIES = 2
TOGETHER = 32
"""Connections held open."""
ABSENT = frozenset({"NoSuchKey", "404"})


class S3Store:
    """Bytes as objects below a prefix (`storage.store.Store`)."""

    def __init__(self, address: str, endpoint: str, region: str) -> None:
        """`address`: `s3://bucket/prefix`. Raises BadSetting."""
        self._bucket, _, prefix = address.removeprefix(S3).partition("/")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        try:
            self._client = boto3.session.Session().client(
                "s3", endpoint_url=endpoint or None, region_name=region or None, config=_config()
            )
        except (BotoCoreError, ValueError) as error:
            raise BadSetting("bad.setting", name="PETITION_S3_ENDPOINT", must=error) from None

    def __str__(self) -> str:
        return f"{S3}{self._bucket}/{self._prefix}"

    def put(self, path: str, sealed: bytes) -> None:
        """One request: an object is there wholly or not at all."""
        with _spoken():
            self._client.put_object(**self._at(path), Body=sealed)

    def get(self, path: str) -> bytes:
        """The whole object."""
        with _spoken():
            content: bytes = self._client.get_object(**self._at(path))["Body"].read()
            return content

    def first(self, path: str) -> bytes:
        """One byte of it; of an empty one none."""
        with _spoken():
            found = self._client.head_object(**self._at(path))
            if not found["ContentLength"]:
                return b""
            part = self._client.get_object(**self._at(path), Range="bytes=0-0")
            content: bytes = part["Body"].read()
            return content

    def delete(self, paths: Sequence[str]) -> None:
        """One by one: not every store knows how to delete many."""
        each(paths, self._delete)

    def _delete(self, path: str) -> None:
        with _spoken():
            self._client.delete_object(**self._at(path))

    def old(self, folder: str, age: timedelta) -> list[str]:
        """By the day the store itself noted."""
        limit = datetime.now(UTC) - age
        pages = self._client.get_paginator("list_objects_v2")
        with _spoken():
            old = [
                held["Key"].removeprefix(self._prefix)
                for page in pages.paginate(Bucket=self._bucket, Prefix=f"{self._prefix}{folder}/")
                for held in page.get("Contents", ())
                if held["LastModified"] < limit
            ]
        return [path for path in old if PATH.fullmatch(path)]

    def empty(self) -> bool:
        """Nothing below the prefix; what else is in the bucket doesn't matter."""
        with _spoken():
            found = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1
            )
            return not found.get("KeyCount")

    def _at(self, path: str) -> dict[str, Any]:
        return {"Bucket": self._bucket, "Key": f"{self._prefix}{inside(path)}"}


def _config() -> Config:
    """Seconds, not minutes; and only what every S3-compatible store understands."""
    return Config(
        connect_timeout=CONNECT, read_timeout=ANSWER,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
        max_pool_connections=TOGETHER, signature_version="s3v4",
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
    )  # fmt: skip


@contextmanager
def _spoken() -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except ClientError as error:
        code = str(error.response["Error"].get("Code", ""))
        if code in ABSENT:
            raise FileGone("bad.file_gone") from None
        raise away(code) from None
    except BotoCoreError as error:
        raise away(type(error).__name__) from None
