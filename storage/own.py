"""Files and folders of the office are their owner's alone, whatever the machine's habits are."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
OTHERS = 0o077


def keep_from_others() -> None:
    """From now on nothing this process makes is open to others, libraries' files included."""
    os.umask(OTHERS)


def make_folder(path: Path) -> None:
    """A folder that nobody else opens, and those above it that aren't there. Raises OSError."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(FOLDER, exist_ok=True)


def shut(paths: Iterable[Path]) -> None:
    """Paths that an older program, or somebody by hand, has left open to others are shut to them;
    paths that aren't there, or aren't ours, are left."""
    for path in paths:
        with contextlib.suppress(OSError):
            mode = path.lstat().st_mode
            if mode & OTHERS and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~OTHERS)
