"""Prints what the program consists of, as CycloneDX 1.5: every package an office runs, from the
lock with its hashes, and what is kept in the tree. The same lock gives the same text.
"""

from __future__ import annotations

import json
import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
KEPT = {
    "webchat/static/pico.css": ("Pico CSS", "MIT"),
    "papers/fonts": ("Noto Sans SC", "OFL-1.1"),
}
"""Works of others that lie in the tree, each with its licence beside it."""


def packages(lock: str) -> list[dict[str, Any]]:
    """A component for each package of a lock."""
    found = list(PINNED.finditer(lock))
    ends = [one.start() for one in found[1:]] + [len(lock)]
    return [_package(one[1], one[2], lock[one.start() : end])
            for one, end in zip(found, ends, strict=True)]  # fmt: skip


def _package(name: str, version: str, entry: str) -> dict[str, Any]:
    link = f"pkg:pypi/{name}@{version}"
    # Each wheel and archive has a hash of its own: any of them may be what is installed.
    hashes = [{"name": "sha256", "value": digest} for digest in HASH.findall(entry)]
    return {"type": "library", "bom-ref": link, "name": name, "version": version, "purl": link,
            "properties": hashes}  # fmt: skip


def bom() -> dict[str, Any]:
    """The whole bill of materials."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = runpy.run_path(str(ROOT / "deploy" / "runtime.py"))["runtime"]()
    kept = [
        {"type": "library", "bom-ref": path, "name": name, "licenses": [{"license": {"id": terms}}]}
        for path, (name, terms) in KEPT.items()
        if (ROOT / path).exists()
    ]
    whole = {"type": "application", "bom-ref": project["name"], "name": project["name"],
             "version": project["version"], "licenses": [{"license": {"id": "MIT"}}]}  # fmt: skip
    return {"$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX",
            "specVersion": "1.5", "version": 1, "metadata": {"component": whole},
            "components": [*packages(lock), *kept]}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(bom(), ensure_ascii=False, indent=1))
