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
from samples.traces import FORMATS, PLACE, SAID, WAY, box, film, opened, photo, picture, tiff

from files import traces


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
