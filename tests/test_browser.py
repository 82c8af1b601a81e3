"""The same journey in a real browser, on the demo's page and on the chat page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from people import FILING, SHOTS, Office, Town, accepted, file_petition, town
from people.page import DESK, PHONE, Page, address, axe, browser, person
from playwright.async_api import Browser, expect
from samples.pictures import PNG
from sqlalchemy import func, select

from petitions.logged import LogEntry
from storage.tables import LOG

pytestmark = pytest.mark.browser

WIDE = (1440, 900)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Town]:
    """The demo's office."""
    async with town(tmp_path, telegram=False, demo=True) as here:
        yield here


@pytest.fixture
async def window(chromium: str) -> AsyncIterator[Browser]:
    """A Chromium."""
    async with browser() as opened:
        yield opened


async def panes(tab: Any) -> tuple[Page, Page]:
    """Citizen and officer of the demo."""
    for _ in range(2400):
        frames = [f for f in tab.frames if "/chat" in f.url]
        if len(frames) == 2:
            break
        await asyncio.sleep(0.05)
    citizen = next(f for f in frames if "pane=desk" not in f.url)
    officer = next(f for f in frames if "pane=desk" in f.url)
    return Page(citizen), Page(officer)


async def fill(citizen: Page, photo: Path | None = None) -> None:
    """Answer every question up to the check page."""
    await citizen.press("提交信访事项")
    await citizen.press("同意，开始")
    for part in ("facts", "request", "place"):
        await citizen.say(FILING[part])
    if photo:
        await citizen.attach(photo)
        await citizen.expect("已收到：")
    for part in ("name", "address", "contact"):
        await citizen.say(FILING[part])
    await citizen.press("没有")


async def test_the_whole_journey_in_the_demo(demo: Town, window: Browser, tmp_path: Path) -> None:
    photo = tmp_path / "现场.png"
    photo.write_bytes(PNG)
    tab = await person(window, size=DESK)
    await tab.goto(address(demo, "/"))
    citizen, clerk = await panes(tab)
    await citizen.expect("信访服务")
    await fill(citizen, photo)
    await tab.screenshot(path=SHOTS / "demo-check.png")
    await citizen.press("提交")
    await citizen.expect("查询码：")
    await clerk.expect("新件")
    await clerk.press("打开")
    await clerk.press("登记")
    await clerk.expect("请核对分类")
    await clerk.press("登记")
    await clerk.expect("已登记，已通知信访人")
    await clerk.press("转送")
    await clerk.press("云川市住房和城乡建设局")
    await clerk.press("转送")
    await citizen.expect("已转给云川市住房和城乡建设局")
    await tab.screenshot(path=SHOTS / "demo-passed.png")

    await tab.select_option("select", label="云川市住房和城乡建设局 · 经办人")
    await asyncio.sleep(0.5)
    _, unit = await panes(tab)
    await unit.expect("已转到本单位")
    await unit.press("打开")
    await unit.press("受理")
    await unit.expect("从今天起")
    await unit.press("受理")
    await unit.expect("已受理，已通知信访人")
    await unit.press("答复")
    await unit.press("予以支持")
    await unit.say("现场查看，属实。")
    await unit.say("经查，工地夜间施工没有许可，已责令停工。")
    await unit.say("《噪声污染防治法》")
    await unit.press("跳过")
    await unit.press("发出意见书")
    await citizen.expect("已责令停工")
    await tab.screenshot(path=SHOTS / "demo-answered.png")


async def test_the_clock_moves_to_the_next_due_date(demo: Town, window: Browser) -> None:
    tab = await person(window, size=DESK)
    await tab.goto(address(demo, "/"))
    citizen, clerk = await panes(tab)
    await citizen.expect("信访服务")
    await fill(citizen)
    await citizen.press("提交")
    await citizen.expect("查询码：")
    await tab.get_by_role("button", name="到下一个期限").click()
    await clerk.expect("今日清单")  # half the period has gone: the first rung of the ladder
    for _ in range(3):  # past the due date whatever holidays lie between
        await tab.get_by_role("button", name="过 7 天").click()
    await citizen.expect("已经逾期")


@pytest.mark.parametrize("size", [PHONE, DESK, (320, 640)], ids=["phone", "desk", "small"])
async def test_the_page_is_accessible_and_fits(
    here: Town, window: Browser, size: tuple[int, int]
) -> None:
    tab = await person(window, size=size)
    page = Page(tab)
    await page.open(address(here))
    assert await axe(tab) == []
    await fill(page)
    assert await axe(tab) == []
    assert not await page.overflows()
    await page.shot(SHOTS / f"check-{size[0]}.png")
    await page.press("提交")
    await page.expect("查询码：")
    await page.shot(SHOTS / f"receipt-{size[0]}.png")


async def test_the_history_is_there_after_a_reload(here: Town, window: Browser) -> None:
    tab = await person(window)
    page = Page(tab)
    await page.open(address(here))
    await page.press("提交信访事项")
    await page.press("同意，开始")
    await page.say(FILING["facts"])
    await tab.reload()
    await page.expect("您希望得到什么结果")
    assert any(FILING["facts"] in line for line in await page.lines())
    await page.say(FILING["request"])
    await page.expect("事情发生在哪里")


@pytest.mark.parametrize(
    ("size", "zoom", "letters"),
    [((320, 640), 1, 16), ((640, 800), 2, 16), ((320, 640), 1, 32)],
    ids=["320 pixels", "zoomed to 200 %", "letters at 200 %"],
)
async def test_a_keyboard_is_enough_on_a_small_or_zoomed_screen(
    here: Town, chromium: str, size: tuple[int, int], zoom: int, letters: int
) -> None:
    async with browser(letters) as window:
        tab = await person(window, size=size, zoom=zoom)
        await keyboard_journey(here, tab, f"keyboard-{size[0]}-{zoom}-{letters}.png")


async def keyboard_journey(here: Town, tab: Any, shot: str) -> None:
    """File a petition with nothing but keys."""
    page = Page(tab)
    await page.open(address(here))
    keys = tab.keyboard

    async def reach(label: str) -> None:
        """Tab until the button with this label has the focus, then press it."""
        for _ in range(120):
            held = await tab.evaluate("document.activeElement && document.activeElement.innerText")
            if held == label:
                await keys.press("Enter")
                await page.settled()
                return
            await keys.press("Shift+Tab")
        raise AssertionError(f"no way to {label!r} by keyboard")

    await page.box.focus()
    await reach("提交信访事项")
    await page.expect("只用来办这件事")
    await page.box.focus()
    await reach("同意，开始")
    for part in ("facts", "request", "place", "name", "address", "contact"):
        await page.box.focus()
        await keys.type(FILING[part])
        await keys.press("Enter")
        await page.settled()
    await page.box.focus()
    await reach("没有")
    await page.expect("请核对")
    assert not await page.overflows()
    await page.shot(SHOTS / shot)
    await page.box.focus()
    await reach("提交")
    await page.expect("查询码：")


async def test_words_on_the_page_are_never_markup(here: Town, window: Browser) -> None:
    page = Page(await person(window))
    await page.open(f"http://127.0.0.1:{here.app.port}/chat")
    said = "<b>粗</b><img src=x onerror=document.title='x'><script>document.title='y'</script>"
    await page.say(said)
    await page.expect(said)
    await page.expect("正式提交")
    assert await page.log.locator("b, script, img[src=x]").count() == 0
    assert await page.whole.title() not in ("x", "y")


async def test_a_voice_and_a_place_answer_on_the_page(here: Town, window: Browser) -> None:
    tab = await person(window)
    page = Page(tab)
    await page.open(address(here))
    await page.press("提交信访事项")
    await page.press("同意，开始")
    await tab.locator("#record").click()
    await asyncio.sleep(1.5)
    await page.shot(SHOTS / "recording.png")
    await tab.locator("#record-send").click()
    await page.settled()
    await page.expect("语音已收到")
    assert await page.log.locator("audio").count() == 1
    await page.say(FILING["request"])
    await tab.locator("#attach-open").click()
    await tab.locator("#attach-place").click()
    await page.settled()
    await page.expect("您的姓名")
    for part in ("name", "address", "contact"):
        await page.say(FILING[part])
    await page.press("没有")
    await page.expect("38.48644")
    await page.press("提交")
    await page.expect("查询码：")
    await page.shot(SHOTS / "voice-and-place.png")
    ref = here.now(lambda b: b.file_ref(next(t.file for t in b.texts(1) if t.part == "facts")))
    heard = await here.app.vault.read(ref.id)
    assert len(heard) > 1000
    assert ref.mime.startswith("audio/")


async def test_a_slow_line_that_breaks_loses_and_doubles_nothing(
    here: Town, window: Browser
) -> None:
    tab = await person(window)
    page = Page(tab)
    await page.open(address(here))
    line = await tab.context.new_cdp_session(tab)
    await line.send("Network.enable")
    slow = {"offline": False, "latency": 2000, "downloadThroughput": 6250, "uploadThroughput": 6250}
    await line.send("Network.emulateNetworkConditions", slow)
    page.box.page.set_default_timeout(60_000)
    await page.press("提交信访事项")
    await page.press("同意，开始")
    await page.say(FILING["facts"])
    await page.say(FILING["request"])
    await line.send("Network.emulateNetworkConditions", slow | {"offline": True})
    await page.box.fill(FILING["place"])
    await page.box.press("Enter")
    await asyncio.sleep(10)
    await line.send("Network.emulateNetworkConditions", slow)
    await page.settled()
    for part in ("name", "address", "contact"):
        await page.say(FILING[part])
    await page.press("没有")
    await page.press("提交")
    await page.expect("查询码：")
    lines = await page.lines()
    mine = [x for x in lines if any(FILING[p] in x for p in FILING)]
    for part in FILING.values():
        said = [x for x in mine if x.strip() == part]
        assert len(said) == 1, (part, said)


async def test_earlier_lines_hide_no_news_that_is_still_to_come(
    here: Town, window: Browser
) -> None:
    tab = await person(window)
    page = Page(tab)
    await page.open(address(here))
    chat = here.now(lambda b: b._db.execute(select(func.max(LOG.c.chat))).scalar_one())
    log = here.app.visitors
    card = await log.append(chat, LogEntry("office", "进展：已收到，待登记"))
    for number in range(60):
        await log.append(chat, LogEntry("office", f"通知{number}"))
    cut = re.compile("/(events|news)[?]")
    await tab.route(cut, lambda route: route.abort())
    await tab.reload()
    await page.expect("通知59")
    await log.append(chat, LogEntry("office", "还没有看到的新消息"))
    await log.edit(chat, card.id, LogEntry("office", "进展：已登记"))
    await tab.locator("#earlier").click()
    await page.expect("进展：已登记")
    assert "还没有看到的新消息" not in await page.lines()
    await tab.unroute(cut)
    await tab.evaluate("dispatchEvent(new Event('online'))")
    await page.expect("还没有看到的新消息")


async def test_a_wide_desk_by_keyboard_alone(demo: Town, window: Browser) -> None:
    """List on the left, case on the right; F6 goes round, arrows go through the buttons."""
    numbers = [await file_petition(await demo.citizen("web")) for _ in range(3)]
    tab = await person(window, size=WIDE)
    await tab.goto(address(demo, f"/chat?start=i_{demo.invite('city', 'clerk')}"))
    await expect(tab.locator("#invited")).to_be_visible()
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Enter")  # to make it a desk
    page = Page(tab)
    side = tab.locator("#side")
    await expect(side).to_contain_text("本单位的件")
    await expect(page.log.locator(".theirs:visible").first).to_contain_text("欢迎")
    await tab.locator("#text").focus()
    await tab.keyboard.press("F6")
    await tab.keyboard.press("ArrowDown")
    focused = await tab.evaluate("document.activeElement.textContent")
    assert focused.startswith("本单位的件")
    await tab.keyboard.press("Enter")
    await expect(side).to_contain_text(numbers[0])
    await tab.keyboard.press("Enter")  # the first case of the list
    await expect(page.log.locator(".line:visible").last).to_contain_text("工地")
    await expect(side).to_contain_text(numbers[2])
    await tab.keyboard.press("F6")
    assert await tab.evaluate("document.activeElement.closest('#log') !== null")
    await tab.keyboard.press("Enter")  # the first step of the case
    await expect(page.log.locator(".line:visible").last).to_contain_text("请核对")
    await tab.screenshot(path=SHOTS / "wide-desk.png")
    assert await axe(tab) == []
    assert not await page.overflows()

    await tab.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await expect(side).to_be_hidden()
    await page.expect(numbers[2])
    await tab.screenshot(path=SHOTS / "narrow-desk.png")


async def test_the_open_figures_read_well_on_a_telephone_and_a_desk(
    demo: Town, window: Browser
) -> None:
    await demo.set_clock(datetime(2026, 10, 9, 2, tzinfo=UTC))
    office = Office(demo, "web")
    for _ in range(6):
        await accepted(office, await file_petition(await demo.citizen("web")))
    await demo.app.ledger.tidy(demo.app.clock.now())
    await demo.pass_time(days=26)
    for name, size in (("phone", PHONE), ("desk", DESK)):
        tab = await person(window, size=size)
        await tab.goto(address(demo, "/figures"))
        await expect(tab.locator("article")).to_have_count(17)
        assert await axe(tab) == []
        assert not await Page(tab).overflows()
        await tab.screenshot(path=SHOTS / f"figures-{name}.png", full_page=True)


async def test_what_a_server_in_front_finds_too_large_is_said_and_stays(
    here: Town, window: Browser, tmp_path: Path
) -> None:
    tab = await person(window)
    page = Page(tab)
    await page.open(address(here))
    html = "<html><head><title>413 Request Entity Too Large</title></head></html>"
    await tab.route(
        "**/api/me/file", lambda r: r.fulfill(status=413, content_type="text/html", body=html)
    )
    (tmp_path / "large.png").write_bytes(PNG)
    await tab.locator("#pick-file").set_input_files(str(tmp_path / "large.png"))
    await tab.locator("#confirm-send").click()
    await expect(tab.get_by_text("太大了，网络传不过来")).to_be_visible(timeout=60_000)
    await tab.unroute("**/api/me/file")
    await tab.get_by_role("button", name="重试").click()
    await expect(tab.get_by_text("太大了，网络传不过来")).to_have_count(0, timeout=60_000)
