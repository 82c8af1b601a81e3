"""What a photo or a video says besides the picture is taken out; the picture stays as it was."""

from __future__ import annotations

import io
import struct
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from files import traces

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


@pytest.mark.parametrize("kind", FORMATS)
def test_a_photo_keeps_its_pixels_and_nothing_else(kind: str) -> None:
    before = photo(kind)
    assert opened(before).getexif().get_ifd(0x8825), "the test's own photo says where it was taken"
    after = traces.without(before)
    for said in (SAID, b"Maker", b"xmpmeta"):
        assert said in before
        assert said not in after
    shown = opened(after)
    exif = shown.getexif()
    assert not exif.get_ifd(0x8825)
    assert not shown.info.get("xmp", b"").strip(b"\0")
    assert list(opened(before).get_flattened_data()) == list(shown.get_flattened_data())
    assert shown.info["icc_profile"] == b"colours" * 20
    assert traces.without(after) == after


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_a_photo_stays_the_right_way_up(kind: str, turn: int) -> None:
    before = photo(kind, turn)
    right = ImageOps.exif_transpose(opened(before))
    shown = ImageOps.exif_transpose(opened(traces.without(before)))
    assert shown.size == right.size
    assert list(shown.get_flattened_data()) == list(right.get_flattened_data())


@pytest.mark.parametrize("kind", FORMATS)
def test_where_a_photo_was_taken_can_be_read_before(kind: str) -> None:
    found = traces.place_of(photo(kind))
    assert found == pytest.approx(PLACE, abs=1e-5)
    assert traces.place_of(traces.without(photo(kind))) is None


def test_a_tiff_of_either_order_is_clean_and_stays_where_it_was() -> None:
    for order in "<>":
        before = tiff(6, order)
        assert traces.place_of(before) == pytest.approx(PLACE, abs=1e-5)
        after = traces.without(before)
        assert len(after) == len(before)
        assert not any(said in after for said in (SAID, b"Maker", b"xmpmeta"))
        assert traces.place_of(after) is None
        raw = before[:8] + b"CR" + before[10:]
        assert traces.place_of(traces.without(raw)) is None, "nor does a raw photo"


def test_tables_that_point_at_each_other_without_end_do_no_harm() -> None:
    entry = struct.pack("<HHII", 0x10E, 2, 2**31, 8)
    table = struct.pack("<H", 200) + entry * 200 + struct.pack("<I", 8)
    began = time.monotonic()
    after = traces.without(b"II*\0" + struct.pack("<I", 8) + table + bytes(10**6))
    assert time.monotonic() - began < 120, "minutes, if it went round in circles"
    assert len(after) == 8 + len(table) + 10**6


def test_an_upright_photo_needs_no_block_at_all() -> None:
    assert b"Exif" not in traces.without(photo(turn=1))


def test_a_second_picture_behind_the_first_is_let_go() -> None:
    """Telephones hang a smaller picture or a short film behind it, with a place of its own."""
    after = traces.without(photo() + b"\0" * 20 + photo() + SAID)
    assert after == traces.without(photo())


def test_a_progressive_photo_is_kept_scan_by_scan() -> None:
    before = photo(progressive=True, quality=95)
    after = traces.without(before)
    assert after.count(b"\xff\xda") == before.count(b"\xff\xda") > 1
    assert list(opened(after).get_flattened_data()) == list(opened(before).get_flattened_data())


@pytest.mark.parametrize("gps", [
    {}, {1: "N"}, {1: "N", 2: (1.0, 2.0), 3: "E", 4: (1.0, 2.0, 3.0)},
    {1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
    {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
])  # fmt: skip
def test_a_place_that_cant_be_is_no_place(gps: dict[int, Any]) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(gps)
    held = io.BytesIO()
    picture().save(held, "jpeg", exif=exif)
    assert traces.place_of(held.getvalue()) is None


# Films


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


def test_a_film_says_no_place_and_keeps_its_pictures() -> None:
    before = film()
    after = traces.without(before)
    assert len(after) == len(before), "the pictures are found by their place in the file"
    for said in (WAY, b"+38.4864", b"ISO6709", SAID, b"xyz"):
        assert said in before
        assert said not in after
    assert after.count(b"PICTURE") == 2
    assert b"vide" in after
    assert traces.without(after) == after


def test_boxes_in_boxes_without_end_do_no_harm() -> None:
    deep = b"".join(struct.pack(">I4s", 200_000 - 8 * n, b"moov") for n in range(25_000))
    assert traces.without(box(b"ftyp", b"isom") + deep)


# Broken ones


EVERY = [*(photo(kind) for kind in FORMATS), film()]


@given(st.data())
def test_whatever_is_sent_comes_back_and_the_second_time_as_the_first(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(EVERY)))
    last = len(content) - 1
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, last), st.integers(0, 255)))):
        content[at] = byte
    cut = data.draw(st.integers(0, last + 1))
    broken = bytes(content[:cut])
    after = traces.without(broken)
    assert traces.without(after) == after
    traces.place_of(broken)


HEADS = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\0\0\0WEBP", b"\0\0\0\x08ftyp", b"II*\0",
    b"MM\0*\0\0\0\x08",
)  # fmt: skip


@given(st.sampled_from(HEADS), st.binary(max_size=400))
def test_nothing_but_a_beginning_is_no_trouble(head: bytes, rest: bytes) -> None:
    after = traces.without(head + rest)
    assert traces.without(after) == after
    traces.place_of(head + rest)


@pytest.mark.parametrize("cut", [10, 100, 400, -20])
def test_a_photo_that_was_cut_off_tells_nothing_either(cut: int) -> None:
    after = traces.without(photo()[:cut])
    assert SAID not in after
    assert b"Maker" not in after
