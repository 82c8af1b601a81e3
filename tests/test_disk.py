"""Files don't fill the disk: a floor, and what may come from one address in a day."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from people import Refused, begin, file_petition, finish, town
from samples.pictures import picture

from storage.disk import MB, Disk

PNG = picture(30, 20)


async def refused(person: Any, said: str, content: bytes = PNG) -> None:
    """A file isn't taken, and the person is told."""
    if person.channel == "web":
        with pytest.raises(Refused, match=said):
            await person.send_file(content, "一.png", "image/png")
    else:
        assert said in await person.send_file(content, "一.png", "image/png")


async def test_below_the_floor_only_text_is_taken_and_health_says_so(
    tmp_path: Path, channel: str
) -> None:
    more = shutil.disk_usage(tmp_path).free // MB * 2
    async with town(tmp_path, disk_floor=more, metrics_port=0) as here:
        person = await here.citizen(channel)
        await begin(person)
        await refused(person, "文字照常可以写")
        await finish(person)
        assert await file_petition(await here.citizen(channel)), "words go on"
        assert not here.now(lambda b: b.attachments(1))
        where = f"http://127.0.0.1:{here.app.monitor_port}/ready"
        async with aiohttp.ClientSession() as http, http.get(where) as answer:
            assert answer.status == 200, "people are served"
            assert "PETITION_DISK_FLOOR" in await answer.text()


async def test_an_address_has_a_days_total_and_words_go_on(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False, address_files_a_day=20) as here:
        one, other = await here.citizen("web"), await here.citizen("web")
        photo = PNG + os.urandom(11 * MB)
        for person in (one, other):
            await begin(person)
        await one.send_file(photo, "一.png", "image/png")
        await refused(other, "从您所在的网络收到的附件太多", photo)
        await here.pass_time(days=1)
        await other.send_file(photo, "二.png", "image/png")
        await finish(other)


def test_the_fullest_disk_counts_even_of_a_folder_that_is_still_to_be_made(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    assert Disk((tmp_path / "later" / "still",), 1).has_room()
    assert not Disk((tmp_path,), free // MB * 2).has_room()
    assert not Disk((tmp_path,), 1).has_room(2 * free)
    assert Disk((tmp_path,)).has_room(2 * free), "no floor"
