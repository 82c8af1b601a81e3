"""A real S3 server, and where attachments lie."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from bot.settings import load_settings
from storage.store import Store
from storage.stores import open_store

BUCKET = "attachments"


CREDENTIALS = {"AWS_ACCESS_KEY_ID": "someone", "AWS_SECRET_ACCESS_KEY": "secret",
               "AWS_EC2_METADATA_DISABLED": "true"}  # fmt: skip


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a real S3 server."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The settings of a folder, or of a bucket with a prefix of the test's own."""
    if request.param == "folder":
        return {"attachments": str(tmp_path / "files")}
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    endpoint = request.getfixturevalue("s3_server")
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=BUCKET)
    return {"attachments": f"s3://{BUCKET}/{uuid.uuid4().hex}", "s3_endpoint": endpoint,
            "s3_region": "us-east-1"}  # fmt: skip


BOTH = pytest.mark.parametrize("place", ["folder", "s3"], indirect=True)


IN_S3 = pytest.mark.parametrize("place", ["s3"], indirect=True)


def store_of(place: dict[str, str]) -> Store:
    chosen = load_settings(**place)
    return open_store(chosen.attachments_place, chosen.s3_endpoint, chosen.s3_region)


def environ(monkeypatch: pytest.MonkeyPatch, place: dict[str, str]) -> None:
    """What an operator has set."""
    for name, value in place.items():
        monkeypatch.setenv(f"PETITION_{name.upper()}", value)
