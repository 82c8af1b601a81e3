"""Archives: packed while they are sent, in little memory, and kept nowhere."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import time
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from people import FILING, Town, begin, file_petition, finish
from sqlalchemy import text

from petitions.errors import BadSetting
from petitions.message import Message
from storage.seal import PIECE, KeyRing

MB = 2**20
LARGE = 18 * MB
COUNT = 4
LAG = 2.0
"""Seconds that the loop is never held for, on the slowest machine; what isn't broken holds it for
milliseconds."""


async def with_files(here: Town, channel: str, count: int = COUNT) -> tuple[Any, str, list[str]]:
    """Somebody with large attachments, and their digests."""
    person = await here.citizen(channel)
    await begin(person)
    await person.say(FILING["facts"])
    digests = []
    for number in range(count):
        content = b"%PDF-1.4\n" + os.urandom(LARGE)
        digests.append(hashlib.sha256(content).hexdigest())
        await person.send_file(content, f"{number}.pdf", "application/pdf")
    return person, await finish(person, "request"), digests


def offered(person: Any) -> str:
    """Where the page finds the newest archive."""
    lines = [x for _, x in sorted(person.lines.items(), reverse=True)]
    line = next(x for x in lines if any(f.get("kind") == "archive" for f in x["files"]))
    return f"{person.base}/archive?line={line['id']}"


def kept(here: Town) -> int:
    """All bytes in the office's folder, in MB: attachments, database."""
    files = [f for f in Path(here.app.settings.data_dir).rglob("*") if f.is_file()]
    return sum(f.stat().st_size for f in files) // MB


@asynccontextmanager
async def watched() -> AsyncIterator[dict[str, float]]:
    """The longest that the loop was held meanwhile, and the most memory that was taken."""
    found = {"held": 0.0, "peak": 0.0}

    async def tick() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            found["held"] = max(found["held"], time.monotonic() - before - 0.005)

    ticking = asyncio.create_task(tick())
    tracemalloc.start()
    try:
        yield found
        found["peak"] = tracemalloc.get_traced_memory()[1] / MB
    finally:
        tracemalloc.stop()
        ticking.cancel()


async def test_everything_held_streams_in_little_memory_and_stays_nowhere(
    here: Town, tmp_path_factory: pytest.TempPathFactory
) -> None:
    person, number, digests = await with_files(here, "web")
    before = kept(here)
    for _ in range(4):
        await person.say("/privacy")
        await person.press("下载我的资料")
    where, saved = offered(person), tmp_path_factory.mktemp("got") / "got.zip"
    async with watched() as found, person.http.get(where) as answer:
        assert answer.status == 200, await answer.text()
        with saved.open("wb") as file:
            async for piece in answer.content.iter_chunked(256 * 1024):
                file.write(piece)
    assert found["peak"] < 30
    assert found["held"] < LAG
    assert kept(here) - before < 3, "a QR picture of the receipt, and lines of the log"
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
        names = [n for n in archive.namelist() if n.endswith(".pdf")]
        assert [hashlib.sha256(archive.read(n)).hexdigest() for n in names] == digests
        assert FILING["facts"] in archive.read(f"cases/{number}/case.json").decode()


async def test_no_stored_answer_holds_what_an_archive_brings(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person, facts="只在正文里的金丝雀。")
    await person.say("/privacy")
    await person.press("下载我的资料")
    clerk = await here.officer("city", "clerk", channel)
    await clerk.say(f"/desk {number}")
    await clerk.press("下载全部材料")
    held = [m for m in here.now(answers) if m.archive]
    assert len(held) == 2
    assert "金丝雀" not in repr(held)


def answers(book: Any) -> list[Message]:
    """The stored answers."""
    chats = [book.chat_by_id(row[0]) for row in book._db.execute(text("select id from chat")).all()]
    return [m for chat in chats for _, answer in book.last_answers(chat, 100) for m in answer]


async def test_a_person_has_one_archive_at_a_time_and_is_told(here: Town) -> None:
    person, _, _ = await with_files(here, "web", 2)
    await person.say("/privacy")
    await person.press("下载我的资料")
    where = offered(person)
    async with person.http.get(where) as first:
        assert first.status == 200
        async with person.http.get(where) as second:
            assert second.status == 409
            assert "上一份" in await second.text()
        first.close()
    for _ in range(1200):
        async with person.http.get(where) as third:
            if third.status == 200:
                break
        await asyncio.sleep(0.1)
    assert third.status == 200, "the place of who has gone is free"


async def test_an_archive_is_its_own_chats_alone(here: Town) -> None:
    person, other = await here.citizen("web"), await here.citizen("web")
    await file_petition(person)
    await person.say("/privacy")
    await person.press("下载我的资料")
    line = offered(person).rpartition("=")[2]
    async with other.http.get(f"{other.base}/archive?line={line}") as answer:
        assert answer.status == 404
    async with person.http.get(f"{person.base}/archive?line={min(person.lines)}") as answer:
        assert answer.status == 404


async def test_what_an_officer_may_no_longer_have_is_not_packed(here: Town) -> None:
    number = await file_petition(await here.citizen("web"))
    clerk = await here.officer("city", "clerk", "web")
    await clerk.say(f"/desk {number}")
    await clerk.press("下载全部材料")
    where = offered(clerk)
    async with clerk.http.get(where) as answer:
        content = await answer.read()
    assert f"{number}/timeline.txt" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    here.now(lambda b: b._db.execute(text("update chat set officer = 0")))
    async with clerk.http.get(where) as answer:
        assert answer.status == 409
        assert answer.content_type == "text/plain"


async def test_telegram_gets_a_large_archive_in_parts(here: Town) -> None:
    assert here.api
    person, number, digests = await with_files(here, "telegram", 3)
    await person.say("/privacy")
    before, count = kept(here), len(person.phone.received)
    await person.press("下载我的资料")
    sent = [m["document"] for m in person.phone.received[count:] if "document" in m]
    assert [d["file_name"] for d in sent] == [f"petition-file-{n}-of-2.zip" for n in (1, 2)]
    contents = [here.api.content(d["file_id"]) for d in sent]
    assert max(map(len, contents)) < 50 * 1000 * 1000
    archives = [zipfile.ZipFile(io.BytesIO(content)) for content in contents]
    found = [hashlib.sha256(a.read(n)).hexdigest() for a in archives for n in a.namelist()
             if n.endswith(".pdf")]  # fmt: skip
    assert found == digests
    assert f"cases/{number}/case.json" in archives[0].namelist()
    assert kept(here) - before < 3, "a QR picture of the receipt, and lines of the log"


async def test_a_file_that_is_lost_is_named_in_the_archive(here: Town, channel: str) -> None:
    person, _, _ = await with_files(here, channel, 1)
    damage(Path(here.app.settings.attachments_place))
    await person.say("/privacy")
    await person.press("下载我的资料")
    if channel == "telegram":
        content = here.api.content(person.phone.received[-1]["document"]["file_id"])  # type: ignore[union-attr]
    else:
        async with person.http.get(offered(person)) as answer:
            content = await answer.read()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert any(name.endswith(".pdf.txt") for name in names)
    assert any(name.endswith("case.json") for name in names), "the rest has come"


def damage(folder: Path) -> None:
    """The last byte of each file is another one."""
    for file in filter(Path.is_file, folder.rglob("*")):
        sealed = file.read_bytes()
        file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_opened_piece_by_piece_is_what_was_sealed() -> None:
    ring = KeyRing.fresh()
    for size in (0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7):
        content = os.urandom(size)
        sealed = ring.seal_bytes(content, "a place")
        assert b"".join(ring.open_pieces(sealed, "a place")) == content
        for wrong, place in ((sealed[:-1], "a place"), (sealed, "another"), (b"", "a place"),
                             (sealed[:-1] + bytes([sealed[-1] ^ 1]), "a place")):  # fmt: skip
            with pytest.raises(BadSetting):
                ring.open_pieces(wrong, place)
