"""Pictures and videos without their traces: where, when, by whom and with what they were taken.

Only the parts that hold such things are taken out; the picture itself isn't unpacked, so it stays
as it was, to the bit, and a picture that would unpack to gigabytes does no harm. A broken
file comes back as far as it can be read; nothing here raises.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator

from files import boxes, exif, tiff
from files.exif import Coordinates

_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
"""The next marker of a JPEG; what else begins with FF belongs to the picture."""
_START, _END, _SCAN, _EXIF = 0xD8, 0xD9, 0xDA, 0xE1
_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Segments of applications that the colours need, and how they begin."""
_PNG_KEPT = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"bKGD", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
})  # fmt: skip
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04


def without(content: bytes) -> bytes:
    """A file without its traces; of a kind that isn't known here: the file itself."""
    for known, clean, _ in _KINDS:
        if known(content):
            return clean(content)
    return content


def place_of(content: bytes) -> Coordinates | None:
    """Where a photo was taken, if it says so."""
    for known, _, blocks in _KINDS:
        if known(content):
            return next((p for b in blocks(content) if (p := exif.place_of(b))), None)
    return None


# JPEG


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment; what lies between scans comes with the marker 0."""
    at, scan = 2, False
    while found := _MARKER.search(content, at):
        if scan:
            yield 0, content[at : found.start()]
        code, body = found[1][0], found.end()
        length = int.from_bytes(content[body : body + 2], "big")
        if code == _END:
            yield code, b"\xff\xd9"
            return
        if code in (_START, 1) or length < 2:  # no segment: passed over, as readers do
            at = body
            continue
        yield code, content[body - 2 : body + length]
        at, scan = body + length, code == _SCAN
    if scan:
        yield 0, content[at:]


def _jpeg(content: bytes) -> bytes:
    kept, turned = [content[:2]], False
    for code, segment in _segments(content):
        if code == _EXIF and segment[4:10] == b"Exif\0\0" and not turned:
            turned = True
            block = exif.only(exif.turn_of(segment[10:]))
            length = (len(block) + 8).to_bytes(2, "big")
            kept.append(b"\xff\xe1" + length + b"Exif\0\0" + block if block else b"")
        elif _is_needed(code, segment):
            kept.append(segment)
    return b"".join(kept)


def _is_needed(code: int, segment: bytes) -> bool:
    """Whether a segment belongs to the picture."""
    if code in _JPEG_KEPT:
        return segment[4:].startswith(_JPEG_KEPT[code])
    return code == 0 or 0xC0 <= code <= 0xDF


def _jpeg_blocks(content: bytes) -> Iterator[bytes]:
    for code, segment in _segments(content):
        if code == _SCAN:
            return
        if code == _EXIF and segment[4:10] == b"Exif\0\0":
            yield segment[10:]


# PNG


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and bytes of each chunk, the last one as far as it goes."""
    at = 8
    while at + 8 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        yield content[at + 4 : at + 8], content[at:end]
        if content[at + 4 : at + 8] == b"IEND":
            return
        at = end


def _png(content: bytes) -> bytes:
    kept = [content[:8]]
    for kind, chunk in _chunks(content):
        if kind in _PNG_KEPT:
            kept.append(chunk)
        elif kind == b"eXIf" and (block := exif.only(exif.turn_of(chunk[8:-4]))):
            body = kind + block
            kept.append(len(block).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big"))
    return b"".join(kept)


def _png_blocks(content: bytes) -> Iterator[bytes]:
    return (chunk[8:-4] for kind, chunk in _chunks(content) if kind == b"eXIf")


# WebP


def _pieces(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and bytes of each piece of a WebP picture."""
    at, last = 12, 8 + int.from_bytes(content[4:8], "little")
    while at + 8 <= min(len(content), last):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        yield content[at : at + 4], content[at:end]
        at = end


def _webp(content: bytes) -> bytes:
    kept, flags = [], 0
    for kind, piece in _pieces(content):
        if kind in _WEBP_KEPT:
            kept.append(piece)
        elif kind == b"EXIF" and (block := exif.only(exif.turn_of(piece[8:]))):
            kept.append(kind + len(block).to_bytes(4, "little") + block)
            flags = _WEBP_HAS_EXIF
    body = b"".join(_flagged(piece, flags) for piece in kept)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _flagged(piece: bytes, flags: int) -> bytes:
    """The piece that says what the file holds, saying it truly."""
    if piece[:4] != b"VP8X" or len(piece) < 9:
        return piece
    rest = piece[8] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP)
    return piece[:8] + bytes([rest | flags]) + piece[9:]


def _webp_blocks(content: bytes) -> Iterator[bytes]:
    return (piece[8:] for kind, piece in _pieces(content) if kind == b"EXIF")


_Kind = tuple[Callable[[bytes], bool], Callable[[bytes], bytes], Callable[[bytes], Iterator[bytes]]]
_KINDS: tuple[_Kind, ...] = (
    (lambda c: c[:3] == b"\xff\xd8\xff", _jpeg, _jpeg_blocks),
    (lambda c: c[:8] == b"\x89PNG\r\n\x1a\n", _png, _png_blocks),
    (lambda c: c[:4] == b"RIFF" and c[8:12] == b"WEBP", _webp, _webp_blocks),
    (lambda c: c[4:8] in boxes.FIRST, boxes.without, boxes.exif_blocks),
    (lambda c: c[:4] in tiff.BEGINNINGS, tiff.without, tiff.blocks),
)
"""How a kind begins, how it loses its traces, where it may say its place."""
