"""Pictures and films, with what cameras write into them."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = (38.486440, 106.230920)


SAID = b"where I live"
"""Words that stand in comments and texts of the pictures."""


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" lat="38,29.1864N">' + SAID + b"</x:xmpmeta>"


FORMATS = ("jpeg", "png", "webp", "avif", "tiff")


TURN = 0x0112


def camera(turn: int = 6) -> Image.Exif:
    """What a telephone writes: where, with what, which way up."""
    exif = Image.Exif()
    exif[TURN] = turn
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825).update({
        1: "N", 2: (38.0, 29.0, 11.184), 3: "E", 4: (106.0, 13.0, 51.312),
    })  # fmt: skip
    return exif


def picture() -> Image.Image:
    """Four colours, of which each corner has its own."""
    made = Image.new("RGB", (48, 32))
    for n, colour in enumerate(("red", "lime", "blue", "white")):
        made.paste(colour, (n % 2 * 24, n // 2 * 16, n % 2 * 24 + 24, n // 2 * 16 + 16))
    return made


def tiff(turn: int, order: str = "<") -> bytes:
    """As a scanner or a camera makes it: tables, and what they point at."""
    shown = picture()
    gps = [(1, 2, b"N\0"), (2, 5, (38, 1, 29, 1, 11184, 1000)), (3, 2, b"E\0"),
           (4, 5, (106, 1, 13, 1, 51312, 1000))]  # fmt: skip
    entries = [
        (0x100, 3, (48,)), (0x101, 3, (32,)), (0x102, 3, (8, 8, 8)), (0x103, 3, (1,)),
        (0x106, 3, (2,)), (0x10E, 2, SAID), (0x10F, 2, b"Maker\0"), (0x111, 4, (8,)),
        (0x112, 3, (turn,)), (0x115, 3, (3,)), (0x116, 3, (32,)), (0x117, 4, (48 * 32 * 3,)),
        (0x2BC, 1, XMP), (0x8773, 7, b"colours" * 20), (0x8825, 4, (0,)),
    ]  # fmt: skip
    held = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4) + shown.tobytes())

    def table(rows: list[Any]) -> int:
        packed = b""
        for tag, kind, value in rows:
            form = {3: "H", 4: "I", 5: "I"}.get(kind, "")
            raw = struct.pack(f"{order}{len(value)}{form}", *value) if form else bytes(value)
            if len(raw) > 4:
                held.extend(raw)
                raw = struct.pack(f"{order}I", len(held) - len(raw))
            count = len(value) // 2 if kind == 5 else len(value)
            packed += struct.pack(f"{order}HHI", tag, kind, count) + raw.ljust(4, b"\0")
        held.extend(struct.pack(f"{order}H", len(rows)) + packed + bytes(4))
        return len(held) - len(packed) - 6

    entries[-1] = (0x8825, 4, (table(gps),))
    held[4:8] = struct.pack(f"{order}I", table(entries))
    return bytes(held)


def photo(kind: str = "jpeg", turn: int = 6, **extra: Any) -> bytes:
    """A photo as a telephone makes it, with everything in it that could be told."""
    if kind == "png":
        info = PngInfo()
        info.add_text("Comment", SAID.decode())
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        extra["pnginfo"] = info
    elif kind == "tiff":
        return tiff(turn)
    else:
        extra["xmp"] = XMP
    if kind == "jpeg":
        extra["comment"] = SAID
    held = io.BytesIO()
    picture().save(held, kind, exif=camera(turn), icc_profile=b"colours" * 20, **extra)
    return held.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def track(handler: bytes, at: list[int], sizes: list[int]) -> bytes:
    """A track with one sample in each chunk."""
    many = len(at)
    return box(b"trak", box(
        b"mdia", box(b"hdlr", bytes(8), handler, bytes(13)),
        box(b"minf", box(
            b"stbl", box(b"stsz", struct.pack(f">III{many}I", 0, 0, many, *sizes)),
            box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1)),
            box(b"stco", struct.pack(f">II{many}I", 0, many, *at)),
        )),
    ))  # fmt: skip


WAY = b"38.48644,106.23092"


def film() -> bytes:
    """A telephone's film: the place where it began, and the way it went, beside the pictures."""
    first = box(b"ftyp", b"isom\0\0\0\0isom")
    at = len(first) + 8
    data = box(b"mdat", b"PICTURE1", WAY, b"PICTURE2", WAY)
    return first + data + box(
        b"moov", box(b"mvhd", bytes(100)),
        track(b"vide", [at, at + 26], [8, 8]), track(b"meta", [at + 8, at + 34], [18, 18]),
        box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+38.4864+106.2309/")),
        box(b"meta", box(b"keys", b"com.apple.quicktime.location.ISO6709")),
    ) + box(b"uuid", bytes(16), XMP)  # fmt: skip
