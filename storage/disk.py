"""The floor of free disk: below it only text is taken, so that the records always have room."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

MB = 1024 * 1024


class Disk:
    """The disks that an office writes to."""

    def __init__(self, folders: Sequence[Path], floor: int = 0) -> None:
        """`floor`: MB that stay free on each of them; 0: none need."""
        self._folders = tuple(folders)
        self.floor = floor

    def has_room(self, much: int = 0) -> bool:
        """Whether so many bytes may be taken away."""
        return not self.floor or self.free() - much >= self.floor * MB

    def free(self) -> int:
        """Bytes that are free on the fullest of them."""
        return min((shutil.disk_usage(_there(folder)).free for folder in self._folders), default=0)


def _there(folder: Path) -> Path:
    """The folder, or the nearest above it that there is already."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())
