"""Measures of the source: how long its functions and files are, which modules need each other.

    python benchmarks/house.py [TREE]

Lines of a function are those from `def` to its end, docstring and all; files are the program's own,
without migrations and tests.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("bot", "files", "handlers", "papers", "petitions", "reminders", "storage", "telegramchat",
         "webchat")  # fmt: skip
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler,
            ast.comprehension, ast.match_case)  # fmt: skip


def sources(tree: Path) -> dict[str, tuple[int, ast.Module]]:
    """Module → its lines and its source."""
    found = {}
    for path in sorted(p for room in ROOMS for p in (tree / room).rglob("*.py")):
        if "versions" not in path.parts:
            text = path.read_text("utf-8")
            name = ".".join(path.relative_to(tree).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = (len(text.splitlines()), ast.parse(text))
    return found


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def complexity(function: ast.AST) -> int:
    """Ways through a function: one, and one more for each branch."""
    return 1 + sum(isinstance(node, BRANCHES) for node in ast.walk(function))


def circles(modules: dict[str, tuple[int, ast.Module]]) -> list[list[str]]:
    """Modules that need each other by imports that run with them."""
    needs: dict[str, set[str]] = {}
    for name, (_, module) in modules.items():
        needs[name] = set()
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    needs[name].add(full if full in modules else node.module)
        needs[name] = {
            n for n in needs[name] & modules.keys() if not f"{name}.".startswith(f"{n}.")
        }

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        left = [*needs[start]]
        while left:
            if (one := left.pop()) not in seen:
                seen.add(one)
                left += needs[one]
        return seen

    far = {name: reached(name) for name in needs}
    inside = [name for name in needs if name in far[name]]
    return [list(c) for c in sorted({
        tuple(sorted({name, *(o for o in inside if name in far[o] and o in far[name])}))
        for name in inside
    })]  # fmt: skip


def tenth(numbers: list[int]) -> int:
    """The number that nine of ten don't exceed."""
    return sorted(numbers)[int(len(numbers) * 0.9)]


def main() -> None:
    tree = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent)
    modules = sources(tree)
    files = [lines for lines, _ in modules.values() if lines]
    found = [f for _, module in modules.values() for f in functions(module)]
    lengths = sorted(f.end_lineno - f.lineno + 1 for f in found if f.end_lineno)
    long = [lines for lines in files if lines > 300]
    print(json.dumps({
        "files": len(files), "lines": sum(files), "file p90": tenth(files), "longest": max(files),
        "above 300": len(long), "share of the code in them": round(sum(long) / sum(files), 2),
        "above 400": sum(lines > 400 for lines in files),
        "functions": len(lengths), "function median": lengths[len(lengths) // 2],
        "function p90": tenth(lengths),
        "most complex": max((complexity(f), f.name) for f in found),
        "circles": circles(modules),
    }, ensure_ascii=False, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
