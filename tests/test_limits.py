"""Whoever asks too fast is asked to wait, loses nothing, and is in nobody's way."""

from __future__ import annotations

import asyncio
import os
import resource
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict
from people import Refused, Town, WebPerson, town
from people.page import Page, browser, person
from playwright.async_api import expect
from samples.pictures import PNG
from samples.texts import file_head
from standins.botapi import LONG
from structlog.testing import capture_logs

from petitions.values.steady import KNOWN, Steady
from webchat.guard import Refusal
from webchat.limits import MINUTE, Limits, Rates
from webchat.streams import Streams

pytestmark = pytest.mark.once


def test_so_many_at_once_then_evenly() -> None:
    steady = Steady(3, MINUTE)
    assert [steady.wait("a", 0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    wait = steady.wait("a", 0.0)
    assert 0 < wait <= 20
    assert steady.wait("b", 0.0) == 0.0, "another one isn't held up"
    assert steady.wait("a", wait + 0.001) == 0.0
    assert steady.wait("a", wait + 0.002) > 0
    assert [steady.wait("a", 1000.0) for _ in range(4)][:3] == [0.0, 0.0, 0.0]


def test_what_a_clock_that_was_ahead_has_noted_wears_off_in_one_span() -> None:
    steady = Steady(10, MINUTE)
    assert steady.wait("a", 10**9, 10) == 0.0
    assert steady.wait("a", 0.0) > 0
    assert steady.wait("a", MINUTE) == 0.0


def test_who_only_asks_spends_nothing() -> None:
    steady = Steady(10, MINUTE)
    assert [steady.wait("a", 0.0, 6, asks=True) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert steady.wait("a", 0.0, 6) == 0.0
    assert steady.wait("a", 0.0, 6, asks=True) > 0


def test_ten_thousand_addresses_and_more_take_no_more_memory() -> None:
    steady = Steady(2, MINUTE)
    for number in range(3 * KNOWN):
        steady.wait(str(number), 0.0)
    assert len(steady) == KNOWN


def test_who_waits_is_told_for_how_long() -> None:
    limits = Limits(Rates(visitor=2, address=4))
    limits.sent("1.2.3.4", "a", 0.0)
    limits.sent("1.2.3.4", "a", 0.0)
    with pytest.raises(Refusal) as held:
        limits.sent("1.2.3.4", "a", 0.0)
    response = held.value.response()
    assert response.status == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 30
    limits.sent("1.2.3.4", "b", 0.0)
    with pytest.raises(Refusal):
        limits.sent("1.2.3.4", "c", 0.0)
    limits.sent("5.6.7.8", "d", 0.0)


@pytest.mark.parametrize(
    ("peer", "named", "found"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.9", "198.51.100.1"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("", "", ""),
    ],
)
def test_only_our_own_proxy_may_name_another_address(peer: str, named: str, found: str) -> None:
    headers = CIMultiDict({"X-Forwarded-For": named} if named else {})
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=peer)
    limits = Limits(Rates(proxies=(ip_network("10.0.0.0/8"),)))
    assert limits.address(request) == found


def test_an_unnamed_proxy_is_spoken_of_once() -> None:
    limits = Limits(Rates())
    with capture_logs() as said:
        for address in ("198.51.100.1", "198.51.100.2"):
            headers = CIMultiDict({"X-Forwarded-For": address})
            asked = make_mocked_request("GET", "/", headers=headers)
            limits.address(asked.clone(remote="127.0.0.1"))
    assert len(said) == 1
    assert "PETITION_PROXIES" in str(said[0])
    assert "198.51" not in str(said[0])


def test_streams_have_a_ceiling_in_all_and_for_an_address() -> None:
    streams = Streams(most=60)
    held = [streams.open(chat, "a") for chat in range(6)]
    assert streams.full("a")
    assert not streams.full("b")
    held += [streams.open(chat, str(chat)) for chat in range(6, 60)]
    assert streams.full("b"), "in all"
    for stream in held:
        streams.close(stream)
    assert not streams.full("a")
    assert not streams._from, "nothing is remembered of who left"


# On the page itself


@asynccontextmanager
async def small(folder: Path, **settings: int | str) -> AsyncIterator[Town]:
    """A town whose page allows little."""
    async with town(folder, telegram=False, **settings) as here:
        yield here


async def fast(person: WebPerson, count: int) -> list[Refused]:
    """Say so many things one after the other; gives what was refused."""
    refused = []
    for number in range(count):
        try:
            await person.post("say", {"key": uuid.uuid4().hex, "text": f"第{number}句"})
        except Refused as error:
            refused.append(error)
    return refused


async def test_a_visitor_who_is_too_fast_waits_and_another_one_does_not(tmp_path: Path) -> None:
    async with small(tmp_path, visitor_rate=6) as here:
        quick, calm = await here.citizen("web"), await here.citizen("web")
        refused = await fast(quick, 12)
        assert len(refused) == 6
        assert {error.status for error in refused} == {429}
        sentences = refused[0].body["error"]
        assert "自动重新发送" in sentences["zh"]
        assert "sent again by itself" in sentences["en"]
        assert not await fast(calm, 6)


async def test_all_visitors_of_an_address_have_a_limit_together(tmp_path: Path) -> None:
    async with small(tmp_path, address_rate=6) as here:
        people = [await here.citizen("web") for _ in range(4)]
        refused = [len(await fast(person, 2)) for person in people]
        assert sum(refused) == 2


async def test_new_visitors_of_one_address_are_counted(tmp_path: Path) -> None:
    async with small(tmp_path, address_visitors=2) as here:
        first = await here.citizen("web")
        await here.citizen("web")
        with pytest.raises(Refused) as crowd:
            await here.citizen("web")
        assert crowd.value.status == 429
        await first.enter()
        assert not await fast(first, 3), "who is in stays in"


async def test_a_forged_cookie_is_no_new_limit(tmp_path: Path) -> None:
    async with small(tmp_path, address_rate=5) as here:
        address = f"http://127.0.0.1:{here.app.port}/api/me/say"
        found = []
        async with aiohttp.ClientSession() as http:
            for _ in range(8):
                cookie = {"Cookie": f"pb_me={uuid.uuid4().hex}"}
                async with http.post(address, json={}, headers=cookie) as response:
                    found.append(response.status)
        assert found == [401] * 5 + [429] * 3


async def test_a_proxy_of_ours_names_the_address(tmp_path: Path) -> None:
    async with small(tmp_path, address_rate=2, proxies="127.0.0.1") as here:
        address = f"http://127.0.0.1:{here.app.port}/api/me/say"
        found: dict[str, list[int]] = {"198.51.100.1": [], "198.51.100.2": []}
        async with aiohttp.ClientSession() as http:
            for _ in range(3):
                for one, statuses in found.items():
                    headers = {"X-Forwarded-For": f"6.6.6.6, {one}"}
                    async with http.post(address, json={}, headers=headers) as response:
                        statuses.append(response.status)
        assert list(found.values()) == [[401, 401, 429]] * 2


async def test_a_page_without_a_stream_asks_for_the_news(tmp_path: Path) -> None:
    async with small(tmp_path, streams=1) as here:
        one, other = await here.citizen("web"), await here.citizen("web")
        async with one.http.get(f"{one.base}/events?after=0") as stream:
            assert stream.status == 200
            await stream.content.readline()
            async with other.http.get(f"{other.base}/events?after=0") as refused:
                assert refused.status == 503
                assert refused.headers["Retry-After"] == "30"
                assert "发送不受影响" in (await refused.json())["error"]["zh"]
            async with other.http.get(f"{other.base}/news?after=0") as news:
                lines: list[dict[str, Any]] = (await news.json())["lines"]
        assert lines
        assert {line["id"] for line in lines} == set(other.lines)


# Files


async def trickle(pause: float, count: int = 10_000) -> AsyncIterator[bytes]:
    """A file that never ends to come."""
    yield file_head()
    for _ in range(count):
        await asyncio.sleep(pause)
        yield b"x"


@dataclass
class Sender:
    """Somebody at an address who uploads."""

    person: WebPerson
    address: str

    async def send(self, body: AsyncIterator[bytes]) -> tuple[int, str, dict[str, Any]]:
        headers = {"Content-Type": "multipart/form-data; boundary=X",
                   "X-Forwarded-For": self.address}  # fmt: skip
        address = f"{self.person.base}/file"
        async with self.person.http.post(address, data=body, headers=headers) as answer:
            return answer.status, answer.headers.get("Retry-After", ""), await answer.json()


async def senders(here: Town, count: int, address: str) -> list[Sender]:
    return [Sender(await here.citizen("web"), address) for _ in range(count)]


async def until_held(here: Town, count: int) -> None:
    """Until so many uploads are under way."""
    assert here.app.room
    async with asyncio.timeout(LONG):
        while len(here.app.room.limits.uploads) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def whole_file() -> AsyncIterator[bytes]:
    yield file_head() + PNG + b"\r\n--X--\r\n"


async def test_slow_uploads_take_nobodys_place(tmp_path: Path) -> None:
    async with small(tmp_path, proxies="127.0.0.1") as here:
        slow, calm = await senders(here, 10, "198.51.100.1"), await senders(here, 1, "198.51.100.2")
        going = [asyncio.create_task(one.send(trickle(0.1))) for one in slow for _ in range(2)]
        await until_held(here, 4)
        status, _, _ = await calm[0].send(whole_file())
        assert status == 200
        ended = asyncio.as_completed(going)
        refused = [await next(ended) for _ in range(16)]
        assert len(here.app.room.limits.uploads) == 4, "one address has four places of sixteen"
        assert {(status, wait) for status, wait, _ in refused} == {(503, "5")}
        assert "自动重试" in refused[0][2]["error"]["zh"]
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)
        await until_held(here, 0)


async def test_a_visitor_has_two_files_under_way(tmp_path: Path) -> None:
    async with small(tmp_path) as here:
        (one,) = await senders(here, 1, "")
        going = [asyncio.create_task(one.send(trickle(0.1))) for _ in range(2)]
        await until_held(here, 2)
        status, wait, answer = await one.send(whole_file())
        assert (status, wait) == (429, "5")
        assert "自动接着上传" in answer["error"]["zh"]
        assert "follows by itself" in answer["error"]["en"]
        with capture_logs() as logged:
            for task in going:
                task.cancel()
            await asyncio.gather(*going, return_exceptions=True)
            await until_held(here, 0)
        assert "web.failed" not in {entry["event"] for entry in logged}, "who leaves is no fault"
        assert (await one.send(whole_file()))[0] == 200, "the third follows"


@pytest.mark.parametrize("pause", [0.05, 30.0])
async def test_an_upload_that_trickles_or_stands_still_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pause: float
) -> None:
    monkeypatch.setattr("webchat.files.SILENCE", 0.5)
    async with small(tmp_path) as here:
        (one,) = await senders(here, 1, "")
        async with asyncio.timeout(LONG):
            status, wait, answer = await one.send(trickle(pause))
        assert (status, wait) == (408, "5")
        assert "发小一些的图片" in answer["error"]["zh"]
        await until_held(here, 0)
        assert (await one.send(whole_file()))[0] == 200


async def test_reading_has_a_limit_too(tmp_path: Path) -> None:
    async with small(tmp_path, visitor_rate=6) as here:
        quick, calm = await here.citizen("web"), await here.citizen("web")
        await quick.send_file(PNG, "a.png", "image/png")
        (line,) = [x for x in quick.lines.values() if x["files"] and x["who"] == "me"]
        paths = ("log", "news?after=0", f"file/{line['files'][0]['id']}?line={line['id']}")
        found: dict[str, list[int]] = {path: [] for path in paths}
        began = time.monotonic()
        for _ in range(20):
            for path in paths:
                async with quick.http.get(f"{quick.base}/{path}") as answer:
                    found[path].append(answer.status)
                    held = answer
        more = round((time.monotonic() - began) * 5 * 6 / MINUTE)  # worn off meanwhile
        assert all(statuses[0] == 200 and statuses[-1] == 429 for statuses in found.values())
        assert 1 <= int(held.headers["Retry-After"]) <= 60
        statuses = [status for some in found.values() for status in some]
        assert 0 <= statuses.count(200) - (5 * 6 - 2) <= more, "what was read before counts"
        async with calm.http.get(f"{calm.base}/log") as answer:
            assert answer.status == 200, "another one reads on"
        async with quick.http.get(f"{quick.base}/events") as stream:
            assert stream.status == 200, "what is new still comes by itself"
        assert not await fast(quick, 2), "and who reads too fast still sends"


# Pages

PAGES = 400


@pytest.fixture
def many_files() -> Iterator[None]:
    """Both ends of each connection are in this process."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = before[1] if before[1] != resource.RLIM_INFINITY else 8192
    if most < 4 * PAGES:
        pytest.skip("not enough files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], min(most, 8192)), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def opened(port: int, cookie: str, address: str) -> tuple[int, asyncio.StreamWriter]:
    """A page that asks for a stream on a connection of its own; the status, the open line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write((
        f"GET /api/me/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"X-Forwarded-For: {address}\r\n\r\n"
    ).encode())  # fmt: skip
    return int((await reader.readline()).split()[1]), writer


@pytest.mark.slow
async def test_hundreds_of_open_pages_leave_sending_and_news_as_they_were(
    tmp_path: Path, many_files: None
) -> None:
    """Real connections, against a ceiling that is lower than they are many."""
    async with small(tmp_path, streams=100, proxies="127.0.0.1") as here:
        people = [await here.citizen("web") for _ in range(PAGES // 5)]
        found: list[tuple[int, asyncio.StreamWriter]] = []
        for number in range(PAGES):
            jar = people[number % len(people)].http.cookie_jar
            (cookie,) = [f"{c.key}={c.value}" for c in jar]
            address = f"198.51.100.{number % 50}"
            found.append(await opened(here.app.port, cookie, address))
        statuses = [status for status, _ in found]
        assert (statuses.count(200), statuses.count(503)) == (100, 300)
        for person in people[:10]:
            assert "人工服务" in await person.say("/help"), "without a stream, too"
        last = people[-1]
        newest = max(line["seq"] for line in last.lines.values())
        await last.post("say", {"key": uuid.uuid4().hex, "text": "/help"})
        async with last.http.get(f"{last.base}/news?after={newest}") as news:
            assert any("人工服务" in line["text"] for line in (await news.json())["lines"])
        for _, writer in found:
            writer.close()
        for _ in range(2400):
            if here.app.room and not here.app.room.streams.count:
                break
            await asyncio.sleep(0.05)
            await last.say("/help")  # a line that was left is noticed when something is written
        status, writer = await opened(here.app.port, cookie, "198.51.100.99")
        assert status == 200, "whoever comes later finds room"
        writer.close()


@pytest.mark.browser
async def test_a_file_that_the_line_is_too_slow_for_holds_up_nothing_behind_it(
    tmp_path: Path, chromium: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webchat.files.SILENCE", 0.0)
    monkeypatch.setattr("webchat.files.SLOWEST", 10**12)
    monkeypatch.setattr("webchat.files.AGAIN", 0)
    async with small(tmp_path) as here, browser() as window:
        page = Page(await person(window))
        await page.open(f"http://127.0.0.1:{here.app.port}/chat")
        (tmp_path / "a.png").write_bytes(PNG + os.urandom(3_000_000))
        await page.tab.set_input_files("#pick-file", tmp_path / "a.png")
        await page.tab.locator("#confirm-send").click()
        await page.box.fill("文字照样发得出去")
        await page.box.press("Enter")
        await expect(page.tab.locator("#log")).to_contain_text(
            "文字照样发得出去", timeout=LONG * 1000
        )
        await expect(page.tab.locator(".on-way[data-state=failed]")).to_contain_text("换个网络")
        monkeypatch.undo()
        await page.tab.get_by_role("button", name="重试").click()
        await expect(page.tab.locator("#pending .line")).to_have_count(0, timeout=LONG * 1000)


@pytest.mark.browser
async def test_the_page_waits_and_sends_what_was_typed_by_itself(
    tmp_path: Path, chromium: str
) -> None:
    async with small(tmp_path, visitor_rate=12, streams=1) as here, browser() as window:
        async with (other := await here.citizen("web")).http.get(f"{other.base}/events") as taken:
            await taken.content.readline()  # no room for the page's own stream either
            page = Page(await person(window))
            await page.open(f"http://127.0.0.1:{here.app.port}/chat")
            said = [f"第{number}句话" for number in range(14)]
            for text in said:
                await page.box.fill(text)
                await page.box.press("Enter")
            await expect(page.tab.locator(".on-way[data-state=retrying]").first).to_be_visible()
            await expect(page.tab.locator("#pending .line")).to_have_count(0, timeout=60_000)
            shown = [line.strip() for line in await page.lines()]
        assert [line for line in shown if line in said] == said
