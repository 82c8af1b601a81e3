"""Prints the part of `requirements.lock` that an office needs to run, hashes included: the image
holds no test tools. The lock itself says which package needs which (`# via`).
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^(?=\S+==)", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9._-]+")
VIA = re.compile(r"^    #(?: via)? +([A-Za-z0-9._-]+)$", re.MULTILINE)
BUILDS = "hatchling"
"""The package that builds the program itself."""


def name_of(text: str) -> str:
    """A package's name as the lock writes it."""
    found = NAME.match(text)
    return re.sub(r"[-_.]+", "-", found[0] if found else "").lower()


def runtime() -> str:
    """The lock's entries that are needed by the program, or by what it needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {name_of(one) for one in project["dependencies"]}
    wanted |= {BUILDS, *(name_of(one) for one in project["optional-dependencies"]["s3"])}
    _, *entries = PINNED.split((ROOT / "requirements.lock").read_text("utf-8"))
    by_name = {name_of(entry): entry for entry in entries}
    more = True
    while more:
        needed = {n for n, entry in by_name.items() if wanted & set(VIA.findall(entry))}
        more = not needed <= wanted
        wanted |= needed
    return "".join(entry for n, entry in by_name.items() if n in wanted)


if __name__ == "__main__":
    print(runtime(), end="")
