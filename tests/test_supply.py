"""What the program is made of: pinned, hashed, listed, and nothing besides."""

from __future__ import annotations

import ast
import json
import re
import runpy
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OURS = {*PROJECT["tool"]["importlinter"]["root_packages"], "tests", "benchmarks", "deploy"}
ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+).*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
BY_HAND = {"dotenv": "python-dotenv"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


ALL = [*ENTRY.finditer(LOCK)]
ENTRIES = {plain(found[1]): {x[2] for x in ALL if x[1] == found[1]} for found in ALL}
"""Names with their versions: a few differ by the version of Python."""


def sbom() -> dict[str, Any]:
    return dict(runpy.run_path(str(ROOT / "deploy" / "sbom.py"))["bom"]())


def test_every_locked_package_has_its_hashes_and_no_address() -> None:
    assert len(ENTRIES) > 100
    lines = [x for x in LOCK.splitlines() if x and not x.startswith((" ", "#"))]
    assert len(lines) == len(ALL), "each line of the lock is one package, pinned"
    for entry in ALL:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry[0]), entry[1]
    assert "://" not in LOCK
    assert not re.search(r"(?m)^\s*(-e|-f|-i|--(?!hash))", LOCK)


def imported(folder: Path) -> set[str]:
    """The first names of all that is imported below a folder."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {one.name.partition(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


APART = {
    name
    for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if "pip install" in line
    for name in re.findall(r" (\w+)==[\d.]+", line)
}  # fmt: skip
"""What a developer's command pins in an environment of its own; no office runs it."""


@pytest.mark.parametrize("package", sorted(OURS))
def test_nothing_unlocked_is_imported(package: str) -> None:
    of = metadata.packages_distributions()
    beside = {file.stem for file in (ROOT / package).glob("*.py")} if package in (
        "tests", "benchmarks", "deploy") else set()  # fmt: skip
    tests = {file.stem for file in (ROOT / "tests").iterdir() if file.suffix in ("", ".py")}
    known = sys.stdlib_module_names | OURS | beside | tests
    if package == "deploy":
        known |= APART
    for name in imported(ROOT / package) - known:
        made_by = {plain(one) for one in of.get(name, [])}
        assert made_by & ENTRIES.keys(), f"{package} imports {name}, which isn't locked"


def test_what_is_installed_is_what_is_locked() -> None:
    for held in metadata.distributions():
        name = plain(held.metadata["Name"])
        if name in ENTRIES:
            assert held.version in ENTRIES[name], name


def test_the_bill_of_materials_names_all_that_runs() -> None:
    first, made = sbom(), json.loads(json.dumps(sbom()))
    assert first == made, "the same each time"
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.5")
    assert made["metadata"]["component"]["version"] == PROJECT["project"]["version"]
    named = {one["name"]: one for one in made["components"]}
    wanted = {plain(re.split(r"[\[~><=; ]", one)[0]) for one in PROJECT["project"]["dependencies"]}
    assert wanted <= named.keys()
    assert {"Pico CSS", "boto3", "yarl"} <= named.keys()
    assert not {"pytest", "moto", "playwright"} & named.keys()
    for one in made["components"]:
        if "purl" in one:
            assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
            assert one["version"] in ENTRIES[one["name"]]
            assert all(re.fullmatch("[0-9a-f]{64}", x["value"]) for x in one["properties"])
            assert one["properties"]
    refs = [one["bom-ref"] for one in made["components"]]
    assert len(refs) == len(set(refs))


def audited(*held: dict[str, Any]) -> tuple[list[str], int]:
    said: tuple[list[str], int] = runpy.run_path(str(ROOT / "deploy" / "audit.py"))["told"](
        {"dependencies": list(held)}
    )
    return said


def test_an_audit_that_could_ask_nobody_doesnt_say_that_all_is_well() -> None:
    fine = {"name": "a", "version": "1", "vulns": []}
    skipped = {"name": "b", "skip_reason": "Dependency not found on PyPI"}
    hole = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
    assert audited(fine)[1] == 0
    assert audited(fine, hole)[1] == 1
    assert "c 2: PYSEC-1, mended in 3" in audited(hole)[0]
    for held in ((), (skipped,), (fine, skipped)):
        lines, code = audited(*held)
        assert code == 3
        assert "can't be reached" in lines[-1]


def test_images_are_built_on_what_a_digest_names() -> None:
    """None is known to this repository: who builds must say it, and nothing is guessed."""
    held = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
    bases = re.findall(r"(?m)^FROM (\S+)", held)
    assert len(bases) == 2
    assert set(bases) == {"${PYTHON_IMAGE}"}
    assert re.search(r"(?m)^ARG PYTHON_IMAGE$", held), "without a default"
    assert held.index("ARG PYTHON_IMAGE") < held.index("FROM")
    compose = (ROOT / "deploy" / "compose.yml").read_text("utf-8")
    images = re.findall(r"(?m)^\s+image: (\S+)", compose)
    assert [one for one in images if one != "petition-bot"]
    for one in images:
        assert one == "petition-bot" or "@sha256:" in one or one.startswith("${"), one
    assert not re.search(r"sha256:[0-9a-f]{64}", held + compose)
