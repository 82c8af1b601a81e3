"""What the page shows of a picture was painted by us."""

from __future__ import annotations

import io
from typing import Any

import pytest
from people import Town, begin
from PIL import Image
from samples.pictures import picture

from files.shrunk import shrunk

pytestmark = pytest.mark.once


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


async def sent(here: Town, content: bytes, name: str) -> tuple[Any, str]:
    """Somebody who sent a picture, and where the page finds it."""
    person = await here.citizen("web")
    await begin(person)
    await person.send_file(content, name, "image/png")
    line = next(x for x in person.lines.values() if x["files"] and x["who"] == "me")
    return person, f"{person.base}/file/{line['files'][0]['id']}?line={line['id']}"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_the_page_shows_what_we_painted_and_offers_the_original(
    here: Town, kind: str
) -> None:
    original = picture(3000, 2000, kind)
    person, where = await sent(here, original, f"一.{kind.lower()}")
    for asked, side in (("1", 1280), ("2", 2560)):
        async with person.http.get(f"{where}&shown={asked}") as answer:
            assert answer.headers["Content-Disposition"].startswith("inline")
            content = await answer.read()
            assert opened(content).size == (side, round(side * 2 / 3))
            assert answer.content_type == f"image/{(opened(content).format or '').lower()}"
            assert content != original
    async with person.http.get(where) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (picture(10_000, 5_001, "JPEG"), "大.jpg"),
        (picture(6_000, 5_000), "大.png"),
        (picture(900, 900)[:-300], "坏.png"),
    ],
)
async def test_what_has_too_many_pixels_or_is_broken_is_only_a_file(
    here: Town, content: bytes, name: str
) -> None:
    person, where = await sent(here, content, name)
    async with person.http.get(f"{where}&shown=1") as answer:
        assert answer.status == 404
    async with person.http.get(where) as answer:
        assert answer.status == 200


def test_a_turned_photo_is_shown_upright_and_says_nothing_else() -> None:
    held, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret"
    Image.new("RGB", (300, 200)).save(held, "JPEG", exif=exif)
    found = shrunk(held.getvalue(), 150)
    assert found
    assert opened(found[1]).size == (100, 150)
    assert b"secret" not in found[1]
