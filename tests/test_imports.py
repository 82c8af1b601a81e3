"""Modules and names, read from the source: no module needs itself by way of others, what is private
to a module stays in it, a name has one meaning.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite  # about the source alone

ROOT = Path(__file__).parent.parent
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "root_packages"
]
Graph = Mapping[str, set[str]]


def sources(root: Path, rooms: list[str]) -> dict[str, ast.Module]:
    """Module → its source; a package is its `__init__`."""
    found = {}
    for path in sorted(path for room in rooms for path in (root / room).rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text())
    return found


def runs(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports of a module, those in functions too; what only the type checker reads is no need."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from runs(child)


def graph(modules: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Module → those it needs. Whoever needs `a.b` runs `a`, too, but for those within `a`."""
    needs: dict[str, set[str]] = {}
    for name, source in modules.items():
        found = set()
        for node in runs(source):
            for alias in node.names:
                full = alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
                while full:
                    if full in modules and not f"{name}.".startswith(f"{full}."):
                        found.add(full)
                    full = full.rpartition(".")[0]
        needs[name] = found
    return needs


def circles(needs: Graph) -> list[list[str]]:
    """Modules that need each other."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        left = [*needs[start]]
        while left:
            if (one := left.pop()) not in seen:
                seen.add(one)
                left += needs[one]
        return seen

    far = {name: reached(name) for name in needs}
    found = {
        tuple(sorted({name, *(other for other in far[name] if name in far[other])}))
        for name in needs
        if name in far[name]
    }
    return [list(circle) for circle in sorted(found)]


def private(modules: Mapping[str, ast.Module]) -> list[str]:
    """Private names of one module that another one takes."""
    found = []
    for name, source in modules.items():
        known: dict[str, str] = {}
        for node in ast.walk(source):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    if full in modules:
                        known[alias.asname or alias.name] = full
                    elif node.module in modules and alias.name.startswith("_"):
                        found.append(f"{name}: {full}")
        found += [
            f"{name}: {known[node.value.id]}.{node.attr}"
            for node in ast.walk(source)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in known
            and node.attr.startswith("_")
            and not node.attr.startswith("__")
        ]
    return sorted(found)


def test_no_module_needs_itself_by_way_of_others() -> None:
    modules = sources(ROOT, ROOMS)
    assert len(modules) > 200
    assert circles(graph(modules)) == []


def test_what_is_private_to_a_module_stays_in_it() -> None:
    assert private(sources(ROOT, ROOMS)) == []


def test_a_circle_and_a_private_name_are_found(tmp_path: Path) -> None:
    here = {
        "room/__init__.py": "from room.one import first\n",
        "room/one.py": "def first():\n    from room import two\n    return two._hidden\n",
        "room/two.py": "from typing import TYPE_CHECKING\nfrom room.three import _name\n"
        "if TYPE_CHECKING:\n    from room import one\n",
        "room/three.py": "_name = 1\n",
        "other/__init__.py": "",
        "other/four.py": "import room.one\n",
    }
    for path, text in here.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    modules = sources(tmp_path, ["other", "room"])
    assert circles(graph(modules)) == []
    assert private(modules) == ["room.one: room.two._hidden", "room.two: room.three._name"]
    # Whoever needs a module runs its package, which needs this one.
    modules["room.three"] = ast.parse("from other import four\n")
    assert circles(graph(modules)) == [["other.four", "room", "room.one", "room.three", "room.two"]]


def test_what_a_docstring_names_is_where_it_says() -> None:
    named = re.compile(rf"`((?:{'|'.join(ROOMS)})(?:\.\w+)*)\.([A-Z]\w*)`")
    modules, missing = sources(ROOT, ROOMS), []
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for module, name in named.findall(path.read_text()):
            source = modules.get(module)
            if source is None or not any(getattr(n, "name", "") == name for n in source.body):
                missing.append(f"{path.name}: {module}.{name}")
    assert missing == []


def test_no_test_imports_from_another_and_no_helper_from_a_test() -> None:
    files = [*(ROOT / "tests").rglob("*.py")]
    assert len(files) > 150
    found = []
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{file.name}: {n}" for n in names if n.startswith(("test_", "tests."))]
    assert found == []


SAME = {
    "Ear": "each channel's ear",
    "Mouth": "each channel's mouth",
}
"""Names that several modules may give a class, and what it is in all of them."""
TOPICS = ("petitions.book.", "storage.records.")
"""A topic of the records: what the verbs see, and the same on SQL."""
DRESSED = ("storage.tables.", "webchat.asked", "webchat.shown")
"""Rows of a table, and what the page asks and is shown: named as the value which they hold."""


def public(module: ast.Module) -> Iterator[str]:
    """Classes and types that others may take from a module."""
    for node in module.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        elif isinstance(node, ast.Assign):
            for name in node.targets:
                if isinstance(name, ast.Name) and not name.id.isupper() and name.id[0].isupper():
                    yield name.id


def doubles(modules: Mapping[str, ast.Module]) -> dict[str, list[str]]:
    """Name → the modules that give it a meaning of their own, where there are several."""
    found: dict[str, list[str]] = defaultdict(list)
    for place, module in modules.items():
        if place.startswith(DRESSED) or "migrations" in place:
            continue
        for name in public(module):
            found[name].append(place)
    several = {name: places for name, places in found.items() if len(places) > 1}
    return {
        name: places for name, places in several.items() if sorted(map(topic, places)) != [*TOPICS]
    }


def topic(place: str) -> str:
    return next((one for one in TOPICS if place.startswith(one)), place)


def test_no_two_things_have_one_name() -> None:
    found = doubles(sources(ROOT, ROOMS))
    assert {name: places for name, places in found.items() if name not in SAME} == {}
    assert SAME.keys() <= found.keys(), "a name that isn't there twice any more"


def test_a_name_given_twice_is_found(tmp_path: Path) -> None:
    here = {
        "room/one.py": "class Line: ...\nclass _Own: ...\nSIZE = 3\n",
        "room/two.py": "Line = tuple[int, str]\nclass _Own: ...\nSIZE = 4\nX = 1\n",
    }
    (tmp_path / "room").mkdir()
    for path, text in here.items():
        (tmp_path / path).write_text(text)
    modules = sources(tmp_path, ["room"])
    modules["petitions.book.lines"] = modules["storage.records.lines"] = ast.parse("class A: ...")
    modules["storage.tables.lines"] = ast.parse("class Line: ...")
    assert doubles(modules) == {"Line": ["room.one", "room.two"]}
