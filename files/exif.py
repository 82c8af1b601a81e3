"""The notes a camera writes beside a picture (EXIF): which way up it is, and where it was taken."""

from __future__ import annotations

import struct
from typing import Any

Coordinates = tuple[float, float]
"""Latitude and longitude, in degrees."""

ORIENTATION, GPS = 0x0112, 0x8825
NOTHING = b"MM\0*\0\0\0\x08" + bytes(6)
"""A block without any entry."""
UPRIGHT = 1
"""The orientation of a picture that is shown as it lies."""


def turn_of(block: bytes) -> int:
    """The orientation a block states, 1–8; upright where it states none that can be read."""
    turn = _read(block)[0]
    return int(turn) if turn in range(2, 9) else UPRIGHT


def place_of(block: bytes) -> Coordinates | None:
    """Where the picture was taken, if the block says it."""
    gps = _read(block)[1]
    try:
        north, east = (_degrees(gps, ref, ref + 1) for ref in (1, 3))
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    inside = abs(north) <= 90 and abs(east) <= 180  # not, where a division by zero gave nan
    return (north, east) if inside and (north, east) != (0, 0) else None


def _degrees(gps: dict[int, Any], ref: int, value: int) -> float:
    degrees, minutes, seconds = (float(part) for part in gps[value])
    found = degrees + minutes / 60 + seconds / 3600
    return -found if str(gps[ref])[:1].upper() in ("S", "W") else found


def _read(block: bytes) -> tuple[Any, dict[int, Any]]:
    """The orientation and the entries of the place; whatever can't be read says nothing."""
    from PIL import Image  # with the first picture: the start needn't wait for it

    exif = Image.Exif()
    try:
        exif.load(block)
        return exif.get(ORIENTATION), dict(exif.get_ifd(GPS))
    except Exception:  # anybody may have written it, and the library raises nearly anything
        return None, {}


def only(turn: int) -> bytes:
    """A block that states an orientation and nothing else; empty for an upright picture."""
    if turn == UPRIGHT:
        return b""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, turn, 0, 0)
