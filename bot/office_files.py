"""The office file and the pictures of its seals, from the disk."""

from __future__ import annotations

import io
from pathlib import Path

from bot.plain import read_toml
from petitions.errors import BadSetting
from petitions.law.office_file import read_office
from petitions.law.units import Office

SAMPLE = Path(__file__).with_name("sample-office.toml")


def load_office(path: Path | None) -> Office:
    """The office of a file; of none: the sample office. Raises BadSetting."""
    source = path or SAMPLE
    try:
        raw = read_toml(source)
    except OSError as error:
        raise BadSetting(
            "bad.office_file", source=source, where=error.strerror, must="TOML"
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadSetting("bad.office_file", source=source, where=error, must="TOML") from error
    return read_office(raw, str(source))


MOST = 1024 * 1024
"""Bytes of a seal's picture."""


def load_seals(office: Office, path: Path | None) -> dict[str, bytes]:
    """The pictures of seals that an office file names, by unit; they lie beside it. Raises
    BadSetting."""
    found = {}
    for unit, name in office.paper.seals.items():
        file = (path or SAMPLE).parent / name
        try:
            made = file.read_bytes()[: MOST + 1]
        except OSError:
            made = b""
        if len(made) > MOST or not _is_picture(made):
            raise BadSetting("bad.office_file", source=path, where=f"paper.seals.{unit} = {file}",
                             must="PNG, JPEG, 1 MB")  # fmt: skip
        found[unit] = made
    return found


def _is_picture(made: bytes) -> bool:
    from PIL import Image  # slow to load, and few offices have seals

    try:
        with Image.open(io.BytesIO(made), formats=("PNG", "JPEG")) as picture:
            picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True
