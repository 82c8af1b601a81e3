"""What others' pages were reported to fail at, tried on this one in a browser and over plain HTTP:
`docs/tried.md` names each report by the number that stands here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from people import Town, town
from people.page import ARGS, CHROMIUM, Page, browser, person
from playwright.async_api import Browser, async_playwright, expect

pytestmark = pytest.mark.once

BLOCKED = """for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
    Object.defineProperty(window, name, {get() { throw new DOMException('', 'SecurityError') }});"""
TRANSLATED = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
    while (walk.nextNode()) texts.push(walk.currentNode);
    for (const text of texts.filter((t) => t.data.trim() && t.parentNode.nodeName !== 'SCRIPT')) {
        const font = document.createElement('font');
        font.textContent = `[${text.data}]`;
        text.replaceWith(font);
    }
}"""
SLOW_MICROPHONE = """window.streams = [];
    const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (what) => {
        await new Promise((go) => setTimeout(go, 300));
        streams.push(await asked(what));
        return streams.at(-1);
    };"""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, telegram=False) as here:
        yield here


@pytest.fixture
async def window(chromium: str) -> AsyncIterator[Browser]:
    async with browser() as opened:
        yield opened


def address(here: Town, path: str = "/chat") -> str:
    return f"http://127.0.0.1:{here.app.port}{path}"


async def opened(here: Town, window: Browser, script: str = "", path: str = "/chat") -> Page:
    """The page of somebody new; whatever breaks in it is kept in `faults`."""
    tab = await person(window)
    if script:
        await tab.add_init_script(script)
    page = Page(tab)
    page.faults = []  # type: ignore[attr-defined]
    tab.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
    await page.open(address(here, path))
    return page


# 30–33: links


@pytest.mark.parametrize(
    ("path", "to"),
    [("/chat/", "/chat"), ("/chat。", "/chat"), ("/chat，请打开", "/chat"),
     ("/chat/?start=c_1&from=singlemessage", "/chat?start=c_1&from=singlemessage"),
     ("/chat）?lang=en", "/chat?lang=en")],
)  # fmt: skip
async def test_30_31_a_link_with_a_slash_or_a_sentence_behind_it_leads_to_the_chat(
    office: Town, path: str, to: str
) -> None:
    async with aiohttp.ClientSession() as http, http.get(address(office, path)) as found:
        assert found.status == 200
        assert found.url.path_qs == to
        assert "<main>" in await found.text()


@pytest.mark.browser
async def test_31_a_start_with_a_sentence_behind_it_starts(office: Town, window: Browser) -> None:
    page = await opened(office, window, path="/chat?start=p_housing。请点开")
    assert page.tab.url == address(office)


@pytest.mark.browser
async def test_32_an_invitation_is_taken_by_a_press_and_by_no_program_that_looks_at_links(
    office: Town, window: Browser
) -> None:
    link = address(office, f"/chat?start=i_{office.invite('city')}")
    scanner = await person(window)
    await scanner.goto(link, wait_until="networkidle")
    await expect(scanner.locator("#invited")).to_be_visible()
    page = Page(await person(window))
    await page.tab.goto(link)
    await page.whole.locator("#sit-down").click()
    await page.expect("这个聊天已绑定岗位：云川市信访局 经办人")
    assert page.tab.url == address(office)
    await page.whole.reload()
    await page.expect("desk city")


@pytest.mark.browser
async def test_32_who_declines_an_invitation_is_a_visitor_and_it_stays_good(
    office: Town, window: Browser
) -> None:
    token = office.invite("city")
    page = Page(await person(window))
    await page.tab.goto(address(office, f"/chat?start=i_{token}"))
    await page.whole.locator("#invited button[value=no]").click()
    await page.expect("信访服务")
    await page.say(f"/start i_{token}")
    await page.expect("这个聊天已绑定岗位")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_33_looking_at_a_link_changes_nothing(office: Town, method: str) -> None:
    token = office.invite("city")
    async with aiohttp.ClientSession() as http:
        for path in (f"/chat?start=i_{token}", f"/?start=i_{token}", f"/chat/?start=i_{token}"):
            async with http.request(method, address(office, path)) as found:
                assert found.status == 200
                assert "Set-Cookie" not in found.headers
    clerk = await office.citizen("web")
    assert "这个聊天已绑定岗位" in await clerk.say(f"/start i_{token}")


# 34–37: what a browser refuses


@pytest.mark.browser
async def test_34_a_browser_without_storage_files(office: Town, window: Browser) -> None:
    page = await opened(office, window, BLOCKED)
    await page.press("提交信访事项")
    await page.press("同意，开始")
    await page.say("工地夜里施工到两点，老人睡不好。")
    await page.expect("您希望得到什么结果")
    assert page.faults == []  # type: ignore[attr-defined]


@pytest.mark.browser
async def test_35_a_browser_that_keeps_no_cookies_is_told_so_and_asks_no_more(
    office: Town, chromium: str, tmp_path: Path
) -> None:
    never = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    folder = tmp_path / "profile"
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(never))
    async with async_playwright() as play:
        context = await play.chromium.launch_persistent_context(
            str(folder), executable_path=CHROMIUM, args=ARGS, locale="zh-CN"
        )
        tab = await context.new_page()
        entered: list[Any] = []
        tab.on("request", lambda r: entered.append(r) if r.url.endswith("/enter") else None)
        await tab.goto(address(office))
        await expect(tab.locator("#net")).to_contain_text("Cookie", timeout=60_000)
        so_far = len(entered)
        await tab.locator("#text").fill("还在吗")
        await tab.locator("#text").press("Enter")
        await expect(tab.locator("#pending")).to_contain_text("还在吗")
        await Page(tab).speak("English")
        await expect(tab.locator("#net")).to_contain_text("cookie")
        assert so_far == 2 == len(entered)
        await context.close()


@pytest.mark.browser
async def test_36_a_translated_page_goes_on(office: Town, window: Browser) -> None:
    page = await opened(office, window)
    for label in ("提交信访事项", "同意，开始"):
        await page.tab.evaluate(TRANSLATED)
        await page.press(label)
    await page.tab.evaluate(TRANSLATED)
    await page.say("工地夜里施工到两点，老人睡不好。")
    await page.tab.evaluate(TRANSLATED)
    await page.speak("English")
    await page.tab.locator("#large").click()
    await page.expect("您希望得到什么结果")
    assert page.faults == []  # type: ignore[attr-defined]


@pytest.mark.browser
async def test_37_a_microphone_that_is_pressed_twice_is_one_and_goes_off(
    office: Town, window: Browser
) -> None:
    page = await opened(office, window, SLOW_MICROPHONE)
    twice = "() => { for (const n of [1, 2]) document.getElementById('record').click(); }"
    await page.tab.evaluate(twice)
    await page.tab.locator("#record-stop").click()
    ended = "streams.every((s) => s.getTracks().every((t) => t.readyState === 'ended'))"
    await page.whole.wait_for_function(ended)
    assert await page.tab.evaluate("streams.length") == 1


# 38–46: how people use it


@pytest.mark.browser
async def test_38_39_two_tabs_show_one_chat_and_each_keeps_its_own_words(
    office: Town, window: Browser
) -> None:
    first = await opened(office, window)
    second = Page(await first.whole.context.new_page())
    await second.open(address(office))
    await first.press("提交信访事项")
    await second.expect("同意")
    await first.box.fill("第一页里写的")
    await second.box.fill("第二页里写的")
    await first.whole.reload()
    await expect(first.box).to_have_value("第一页里写的")
    await second.box.press("Enter")
    await second.settled()
    await first.whole.reload()
    await expect(first.box).to_have_value("第一页里写的")
    await first.whole.close()
    third = Page(await second.whole.context.new_page())
    await third.open(address(office))
    await expect(third.box).to_have_value("第一页里写的")


@pytest.mark.browser
async def test_40_back_from_another_page_hears_what_was_said_meanwhile(
    office: Town, chromium: str
) -> None:
    async with async_playwright() as play:
        shelf = ["--disable-back-forward-cache"]  # what drives the browser turns it off
        one = await play.chromium.launch(
            executable_path=CHROMIUM, args=ARGS, ignore_default_args=shelf
        )
        tab = await (await one.new_context(locale="zh-CN")).new_page()
        page = Page(tab)
        await page.open(address(office))
        await tab.evaluate(
            "addEventListener('pageshow', (e) => { sessionStorage.back = e.persisted; })"
        )
        other = Page(await tab.context.new_page())
        await other.open(address(office))
        await tab.goto(address(office, "/openapi.json"))
        await other.say("小区楼下有工地。")
        await tab.go_back(wait_until="commit")
        await page.expect("小区楼下有工地")
        await other.say("工地夜里施工到两点。")
        await page.expect("工地夜里施工到两点")
        assert await tab.evaluate("sessionStorage.back") == "true", "it was kept, and read anew"
        await one.close()


@pytest.mark.browser
async def test_41_an_enter_that_ends_a_word_of_an_input_method_sends_nothing(
    office: Town, window: Browser
) -> None:
    page = await opened(office, window)
    await page.box.fill("gongdi")
    for how in ("isComposing: true", "keyCode: 229"):
        await page.box.evaluate(
            "(box) => box.dispatchEvent(new KeyboardEvent('keydown', "
            f"{{key: 'Enter', bubbles: true, cancelable: true, {how}}}))"
        )
    await expect(page.box).to_have_value("gongdi")
    await page.say("工地")
    assert "gongdi" not in await page.lines()


@pytest.mark.browser
async def test_42_a_page_that_is_printed_holds_all_of_it(office: Town, window: Browser) -> None:
    page = await opened(office, window)
    for n in range(12):
        await page.say(f"第{n}条：" + "工地夜里施工到两点。" * 60)
    await page.whole.emulate_media(media="print")
    await expect(page.tab.locator(".bottom")).to_be_hidden()
    shown = "() => [...document.querySelectorAll('#log .line')].every((l) => l.offsetHeight > 0)"
    assert await page.tab.evaluate(shown)
    assert (await page.whole.pdf(format="A4")).count(b"/Type /Page\n") > 3


@pytest.mark.browser
async def test_43_words_without_an_end_and_piled_up_marks_stay_in_their_place(
    office: Town, window: Browser
) -> None:
    page = await opened(office, window)
    await page.say("https://example.org/" + "a" * 900)
    await page.say("工地" + "\u0336\u0311" * 200)
    assert not await page.overflows()


@pytest.mark.browser
async def test_44_a_telephone_whose_clock_is_wrong_shows_the_offices_day(
    office: Town, window: Browser
) -> None:
    tab = await person(window)
    await tab.clock.install(time="2031-02-03T04:05:06Z")
    page = Page(tab)
    await page.open(address(office))
    await page.say("工地夜里施工到两点。")
    await expect(page.log).to_contain_text("2026年11月18日")
    await expect(page.log).not_to_contain_text("2031")


# 45–48: whoever asks


@pytest.mark.parametrize(
    ("wants", "zipped"),
    [("gzip, br", True), ("br;q=1, gzip;q=0.5", True), ("GZIP", True), ("gzip;q=0", False),
     ("gzip; q=0.0, identity", False), ("identity", False), ("", False)],
)  # fmt: skip
async def test_45_whoever_refuses_gzip_gets_none(office: Town, wants: str, zipped: bool) -> None:
    headers = {"Accept-Encoding": wants}
    async with (
        aiohttp.ClientSession(auto_decompress=False) as http,
        http.get(address(office), headers=headers) as found,
    ):
        assert ("Content-Encoding" in found.headers) is zipped
        assert (b"<main>" in await found.read()) is not zipped


@pytest.mark.parametrize(
    "head",
    ["GET /chat HTTP/1.0", "GET /chat HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9",
     "GET /chat HTTP/1.1\r\nHost: x\r\nExpect: 100-continue",
     "GET http://x/chat HTTP/1.1\r\nHost: x",
     "GET /chat HTTP/1.1\r\nHost: x\r\nCookie: =; $a; pb_me=",
     "GET /chat HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: yesterday\r\nIf-None-Match: ?"],
)  # fmt: skip
async def test_46_old_and_odd_clients_get_the_page(office: Town, head: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", office.app.port)
    writer.write(f"{head}\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 120)
    writer.close()
    assert b" 200 OK\r\n" in answer
    assert b"</html>" in answer


async def test_47_a_page_of_yesterday_never_gets_old_files_for_new(office: Town) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(address(office, "/static/app.js?v=0123456789abcdef")) as old:
            assert old.status == 200
            assert old.headers["Cache-Control"] == "no-cache"
        async with http.get(address(office)) as page:
            assert page.headers["Cache-Control"] == "no-cache"
