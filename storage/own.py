"""What the office writes is its owner's alone, whatever the machine's habits (umask) are."""

from __future__ import annotations

from pathlib import Path

FOLDER = 0o700


def make_folder(path: Path) -> None:
    """A folder that nobody else opens, and those above it that aren't there. Raises OSError."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(FOLDER, exist_ok=True)
