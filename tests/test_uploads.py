"""What people send: judged by its content, cut off while it streams, kept without its traces."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from people import FILING, Refused, Town, begin, finish
from PIL import ImageOps
from samples.pictures import PNG
from samples.texts import file_head, multipart
from samples.traces import FORMATS, PLACE, SAID, WAY, film, opened, photo
from yarl import URL

from files import traces
from files.uploads import MAX_BYTES
from storage.tables import METADATA

pytestmark = pytest.mark.once

MIMES = {kind: f"image/{kind}" for kind in FORMATS}
WHERE = f"{PLACE[0]:.5f}"
MEGABYTE = b"\x89" * 1024 * 1024


def files(here: Town) -> list[Any]:
    """The rows of all files, oldest first."""
    table = METADATA.tables["file"]
    return list(here.now(lambda b: b._db.execute(table.select().order_by(table.c.id)).all()))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def held(folder: Path) -> list[Path]:
    """What lies in the vault's folder."""
    return [path for path in (folder / "attachments").rglob("*") if path.is_file()]


# Where a photo was taken


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_photo_is_passed_on_without_its_place(here: Town, channel: str, kind: str) -> None:
    sent = photo(kind)
    citizen = await here.citizen(channel)
    await begin(citizen)
    await citizen.send_file(sent, f"site.{kind}", MIMES[kind])
    number = await finish(citizen)
    [file] = here.now(lambda b: b.attachments(b.by_number(number).id))
    kept = await here.app.vault.read(file.file)
    assert not opened(kept).getexif().get_ifd(0x8825)
    assert SAID not in kept
    assert (len(kept), MIMES[kind]) == (file.size, file.mime)
    right, shown = (ImageOps.exif_transpose(opened(x)) for x in (sent, kept))
    assert shown.size == right.size
    assert list(shown.get_flattened_data()) == list(right.get_flattened_data())


async def test_what_the_officer_gets_says_no_place(here: Town) -> None:
    citizen = await here.citizen()
    await begin(citizen)
    await citizen.send_file(photo(), "site.jpg", "image/jpeg")
    number = await finish(citizen)
    clerk = await here.officer("city", "clerk")
    await clerk.say(f"/desk {number}")
    await clerk.press("附件")
    [passed] = [m["photo"][-1]["file_id"] for m in clerk.phone.received if "photo" in m]
    assert here.api
    content = here.api.content(passed)
    assert opened(content).size == (48, 32)
    assert traces.place_of(content) is None


async def test_a_film_is_kept_without_its_way(here: Town, channel: str) -> None:
    citizen = await here.citizen(channel)
    await begin(citizen)
    await citizen.send_file(film(), "site.mp4", "video/mp4")
    [file] = files(here)
    kept = await here.app.vault.read(file.id)
    assert WAY not in kept
    assert kept.count(b"PICTURE") == 2


async def test_the_place_of_a_photo_is_used_if_it_is_wanted(here: Town, channel: str) -> None:
    citizen = await here.citizen(channel)
    await begin(citizen)
    said = await citizen.send_file(photo(), "site.jpg", "image/jpeg")
    assert "拍摄地点" in said
    assert WHERE not in said
    assert "位置已保存" in await citizen.press("用拍摄地点")
    await citizen.say(FILING["facts"])
    asked = await citizen.say(FILING["request"])
    assert "姓名" in asked or "名字" in asked, "where isn't asked any more"
    for part in ("name", "address", "contact"):
        await citizen.say(FILING[part])
    assert WHERE in await citizen.press("没有"), "and is read back before it counts"


async def test_at_the_question_where_the_photos_place_is_the_answer(
    here: Town, channel: str
) -> None:
    citizen = await here.citizen(channel)
    await begin(citizen)
    for part in ("facts", "request"):
        await citizen.say(FILING[part])
    await citizen.send_file(photo(), "site.jpg", "image/jpeg")
    asked = await citizen.press("用拍摄地点")
    assert "姓名" in asked or "名字" in asked
    again = await citizen.press("用拍摄地点")
    assert WHERE not in again, "an old button changes nothing"


async def test_a_photo_with_words_answers_and_still_offers_its_place(
    here: Town, channel: str
) -> None:
    citizen = await here.citizen(channel)
    await begin(citizen)
    said = await citizen.send_file(photo(), "site.jpg", "image/jpeg", FILING["facts"])
    assert "拍摄地点" in said
    assert "位置已保存" in await citizen.press("用拍摄地点")


async def test_nobody_is_asked_who_has_said_where_or_whose_photo_says_nothing(
    here: Town, channel: str
) -> None:
    citizen = await here.citizen(channel)
    await begin(citizen)
    assert "拍摄地点" not in await citizen.send_file(PNG, "site.png", "image/png")
    for part in ("facts", "request", "place"):
        await citizen.say(FILING[part])
    assert "拍摄地点" not in await citizen.send_file(photo(), "site.jpg", "image/jpeg")


async def test_a_place_that_wasnt_wanted_is_nowhere(here: Town, channel: str) -> None:
    citizen = await here.citizen(channel)
    await citizen.say("/my")
    await citizen.send_file(photo(), "loose.jpg", "image/jpeg")  # outside every form
    await begin(citizen)
    await citizen.send_file(photo(), "site.jpg", "image/jpeg")
    number = await finish(citizen)
    everything = here.now(lambda b: repr([
        *b.texts(b.by_number(number).id), *b.drafts_of(b.by_number(number).person)]))  # fmt: skip
    assert FILING["facts"] in everything
    assert WHERE not in everything


@pytest.mark.parametrize("cut", [4, 60, 700])
async def test_a_broken_photo_is_no_fault_of_ours(here: Town, channel: str, cut: int) -> None:
    citizen = await here.citizen(channel)
    await begin(citizen)
    said = await citizen.send_file(photo()[:cut], "broken.jpg", "image/jpeg")
    assert "已收到" in said
    await finish(citizen)


# What it is


@pytest.mark.parametrize(("content", "said", "kept"), [
    (b"\x1aE\xdf\xa3\x9fB\x82\x84webm" + bytes(60), "audio/webm", "audio/webm"),
    (b"\x1aE\xdf\xa3\x9fB\x82\x84webm" + bytes(60), "text/html", "video/webm"),
    (b"%PDF-1.4 ...", "image/png", "application/pdf"),
    ("只是文字".encode(), "image/svg+xml", "text/plain"),
])  # fmt: skip
async def test_the_page_believes_the_content_and_not_the_browser(
    here: Town, content: bytes, said: str, kept: str
) -> None:
    citizen = await here.citizen("web")
    await begin(citizen)
    await citizen.send_file(content, "x.dat", said)
    [file] = files(here)
    assert file.mime == kept
    [line] = [x for x in citizen.lines.values() if x["files"]]
    async with citizen.http.get(f"{citizen.base}/file/{file.id}?line={line['id']}") as shown:
        assert shown.content_type == kept
        assert "sandbox" in shown.headers["Content-Security-Policy"]


async def test_a_name_never_becomes_a_path(here: Town, channel: str, tmp_path: Path) -> None:
    citizen = await here.citizen(channel)
    await begin(citizen)
    before = names(tmp_path)
    await citizen.send_file(PNG, "../../../../evil.png", "image/png")
    assert "evil" not in str(held(tmp_path))
    assert names(tmp_path) == before | {"attachments"}


# How large it may be


class Wire:
    """A client that sends what it likes, and sees when it is answered."""

    def __init__(self, person: Any) -> None:
        self.port = person.app.port
        cookies = person.http.cookie_jar.filter_cookies(URL(person.base))
        self.cookie = "; ".join(f"{c.key}={c.value}" for c in cookies.values())
        self.sent = 0

    async def send(self, length: str, parts: Iterator[bytes], chunked: bool) -> bytes:
        """The answer; `sent` is how much had gone out before it came."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write((
            "POST /api/me/file HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: {self.cookie}\r\n{length}\r\n"
            "Content-Type: multipart/form-data; boundary=X\r\n\r\n"
        ).encode())  # fmt: skip
        answer = asyncio.create_task(reader.read(4000))
        try:
            for part in parts:
                writer.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
                await writer.drain()
                await asyncio.sleep(0)
                if answer.done():
                    break
                self.sent += len(part)
        except ConnectionError:
            pass
        found = await answer
        writer.transport.abort()
        return found


def endless(head: bytes, count: int) -> Iterator[bytes]:
    yield head
    for _ in range(count):
        yield MEGABYTE


@pytest.mark.parametrize("length", [
    "Transfer-Encoding: chunked", f"Content-Length: {15 * 1024 * 1024}",
    f"Content-Length: {1024 * 1024 * 1024}",
])  # fmt: skip
async def test_a_gigabyte_is_cut_off_while_it_streams(
    here: Town, tmp_path: Path, length: str
) -> None:
    """Without a length, with a smaller one than is true, with the true one."""
    person = await here.citizen("web")
    wire = Wire(person)
    tracemalloc.start()
    try:
        answer = await wire.send(length, endless(file_head(), 1024), "chunked" in length)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    status = int(answer.split()[1])
    assert status in (400, 413), answer
    if "15" not in length:
        assert status == 413
        assert b"20 MB" in answer
    assert wire.sent < 3 * MAX_BYTES, "it was answered long before everything had been sent"
    assert peak < 4 * MAX_BYTES, "and never held"
    assert held(tmp_path) == []
    assert "共1个" in await _sends_a_small_one(person)


async def _sends_a_small_one(person: Any) -> str:
    await begin(person)
    return str(await person.send_file(PNG, "small.png", "image/png"))


@pytest.mark.parametrize("parts", [
    endless(b"".join(multipart(("key", "", b"k" * 16))) + b'--X\r\nContent-Disposition: form-data; '
            b'name="caption"\r\n\r\n', 300),
    (b for n in range(300_000) for b in multipart((f"field{n}", "", b"x" * 4000))),
])  # fmt: skip
async def test_other_parts_without_end_are_cut_off_too(
    here: Town, tmp_path: Path, parts: Iterator[bytes]
) -> None:
    wire = Wire(await here.citizen("web"))
    answer = await wire.send("Transfer-Encoding: chunked", parts, True)
    assert int(answer.split()[1]) in (400, 413)
    assert wire.sent < MAX_BYTES
    assert held(tmp_path) == []


async def test_a_part_that_lies_about_its_length_is_refused(here: Town, tmp_path: Path) -> None:
    wire = Wire(await here.citizen("web"))
    head = file_head("\r\nContent-Length: 10")
    answer = await wire.send("Transfer-Encoding: chunked", endless(head, 300), True)
    assert int(answer.split()[1]) in (400, 413)
    assert wire.sent < 3 * MAX_BYTES
    assert held(tmp_path) == []


async def test_zipped_gigabytes_are_counted_unzipped(here: Town, tmp_path: Path) -> None:
    import zlib

    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(file_head())
    packed += b"".join(packer.compress(MEGABYTE) for _ in range(200)) + packer.flush()
    assert len(packed) < MAX_BYTES / 20
    person = await here.citizen("web")
    headers = {"Content-Encoding": "gzip", "Content-Type": "multipart/form-data; boundary=X"}
    async with person.http.post(f"{person.base}/file", data=packed, headers=headers) as answer:
        assert answer.status in (400, 413)
    assert held(tmp_path) == []


async def test_telegrams_file_that_is_larger_than_it_says_is_cut_off(
    here: Town, tmp_path: Path
) -> None:
    """A Bot API server of one's own hands out files of 2 GB."""
    assert here.app.telegram
    sent = 0

    async def hand_out(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(2048):
            await response.write(MEGABYTE)
            sent += len(MEGABYTE)
        return response

    app = web.Application()
    app.router.add_get("/{path:.*}", hand_out)
    async with TestServer(app) as server:
        session = here.app.telegram.session
        session.api = replace(session.api, file=str(server.make_url("/{token}/{path}")))
        citizen = await here.citizen()
        await begin(citizen)
        said = await citizen._done(citizen.phone.send_document(PNG, "big.png", "image/png"))
    assert "20 MB" in said
    assert sent < 3 * MAX_BYTES
    assert held(tmp_path) == []
    await finish(citizen)


async def test_the_page_takes_what_is_just_small_enough(here: Town) -> None:
    person = await here.citizen("web")
    await begin(person)
    assert "共1个" in await person.send_file(b"%PDF-".ljust(MAX_BYTES, b" "), "a.pdf", "x/y")
    with pytest.raises(Refused, match="20 MB"):
        await person.send_file(b"%PDF-".ljust(MAX_BYTES + 1, b" "), "a.pdf", "x/y")
    assert [file.size for file in files(here)] == [MAX_BYTES]
