"""Which store a setting names."""

from __future__ import annotations

from pathlib import Path

from petitions.errors import BadSetting
from storage.store import S3, FolderStore, Store


def open_store(place: str, endpoint: str = "", region: str = "") -> Store:
    """The store of a setting: a folder, or `s3://bucket/prefix`. Raises BadSetting."""
    if not place.startswith(S3):
        return FolderStore(Path(place))
    try:
        from storage.s3 import S3Store  # its library takes a quarter of a second to load
    except ModuleNotFoundError:
        raise BadSetting("bad.s3_extra") from None
    return S3Store(place, endpoint, region)
