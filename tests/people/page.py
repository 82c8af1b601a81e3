"""The chat page as a person uses it: a driver for the tests that need a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Frame, Locator, async_playwright, expect
from playwright.async_api import Page as Tab

from people import Town

MORE = re.compile("^(更多步骤|More steps)")
"""Where a case's rarer steps are."""
CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
"""The microphone is Chromium's own test tone."""
HERE = {"latitude": 38.48644, "longitude": 106.23092}
"""Where every tab is, should it ask."""
expect.set_options(timeout=120_000)  # only a broken page needs so long
AXE = Path(__file__).parent.parent / "axe" / "axe.min.js"
PHONE = (390, 844)
DESK = (1280, 800)


@asynccontextmanager
async def browser(letters: int = 16) -> AsyncIterator[Browser]:
    """A Chromium for a test; `letters`: the size its user has set for text, in pixels."""
    async with async_playwright() as play:
        size = f"--blink-settings=defaultFontSize={letters}"
        opened = await play.chromium.launch(executable_path=CHROMIUM, args=[*ARGS, size])
        try:
            yield opened
        finally:
            await opened.close()


async def person(
    browser: Browser, lang: str = "zh-CN", size: tuple[int, int] = PHONE, zoom: int = 1
) -> Tab:
    """A tab of somebody's own: cookies and storage of their own. Zoomed to 2, a window has
    half as many CSS pixels, each twice as large: so Chromium zooms, too."""
    context: BrowserContext = await browser.new_context(
        locale=lang,
        viewport={"width": size[0] // zoom, "height": size[1] // zoom},
        device_scale_factor=zoom,
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        geolocation={"latitude": HERE["latitude"], "longitude": HERE["longitude"]},
        permissions=["geolocation", "microphone"],
    )
    return await context.new_page()


class Page:
    """One chat: a whole tab, or a pane of the demo."""

    def __init__(self, tab: Tab | Frame) -> None:
        self.tab = tab
        self.log = tab.locator("#log")
        self.box = tab.locator("#text")

    @property
    def whole(self) -> Tab:
        """The browser's tab around this chat."""
        return self.tab.page if isinstance(self.tab, Frame) else self.tab

    async def open(self, address: str, greeted: bool = True) -> None:
        """Load the page and wait for the office's first words."""
        await self.tab.goto(address)
        if greeted:
            await expect(self.log.locator(".theirs").first).to_be_visible()

    async def speak(self, name: str) -> None:
        """Choose the page's language by its own name."""
        await self.tab.locator("#lang").click()
        await self.tab.locator("#language-list button", has_text=name).click()

    async def say(self, text: str) -> None:
        """Write and send by Enter; returns when the office has it and has answered."""
        await self.box.fill(text)
        await self.box.press("Enter")
        await self.settled()

    async def settled(self) -> None:
        """Until nothing is on its way any more."""
        await expect(self.tab.locator("#pending .line, .on-way")).to_have_count(0)
        await expect(self.log.locator(".key.pressed")).to_have_count(0)

    async def press(self, label: str) -> None:
        """Press the newest visible button with this label, or one that holds it."""
        groups = self.log.locator(".keys:visible")
        for place in reversed(range(await groups.count())):
            group = groups.nth(place)
            if await group.locator(".key", has_text=label).count():
                break
            hidden = group.locator(".key", has_text=MORE)
            if await hidden.count():
                await hidden.click()
                await self.settled()
                break
        exact = self.log.locator(".key:visible", has_text=re.compile(f"^{re.escape(label)}$"))
        await (exact.last if await exact.count() else self.key(label)).click()
        await self.settled()

    def key(self, label: str) -> Locator:
        """The newest button with this label."""
        return self.log.locator(".key:visible", has_text=label).last

    async def choose(self, label: str) -> None:
        """Choose from the command menu."""
        await self.tab.locator("#menu-open").click()
        await self.tab.locator("#menu-list button", has_text=label).click()
        await self.settled()

    async def attach(self, path: str | Path, caption: str = "", photo: bool = False) -> None:
        """Send a file, or a photo, by the attach button's input."""
        picker = "#pick-photo" if photo else "#pick-file"
        await self.tab.locator(picker).set_input_files(str(path))
        await self.tab.locator("#caption").fill(caption)
        await self.tab.locator("#confirm-send").click()
        await self.settled()

    async def expect(self, text: str) -> None:
        """Until the log shows this text."""
        await expect(self.log.locator(".line:visible", has_text=text).last).to_be_visible()

    async def expect_toast(self, text: str) -> None:
        """Until the passing word says this."""
        await expect(self.tab.locator("#toast")).to_contain_text(text)

    async def last(self) -> str:
        """The text of the newest line of the office."""
        return await self.log.locator(".theirs:visible .text").last.inner_text()

    async def lines(self) -> list[str]:
        """All texts shown, oldest first."""
        return await self.log.locator(".line:visible .text").all_inner_texts()

    async def buttons(self) -> list[str]:
        """The labels of the newest line that has buttons."""
        keys = self.log.locator(".keys:visible").last
        if not await self.log.locator(".keys:visible").count():
            return []
        return await keys.locator(".key").all_inner_texts()

    async def shot(self, path: str | Path) -> None:
        """A picture of what is on the screen."""
        await self.whole.screenshot(path=str(path))

    async def overflows(self) -> bool:
        """Whether the page must be scrolled sideways."""
        script = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
        return bool(await self.tab.evaluate(script))


def pane(tab: Tab, name: str) -> Page:
    """The demo's `citizen` or `officer` pane, once it has loaded."""
    for frame in tab.frames:
        officer = bool(re.search(r"[?&]pane=", frame.url))
        if "/chat" in frame.url and officer == (name == "officer"):
            return Page(frame)
    raise AssertionError(f"no {name} pane")


async def axe(tab: Tab | Frame) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and its best practices; empty: nothing."""
    await tab.evaluate(AXE.read_text())
    # A button half under the sticky bars counts as too small; scrolling brings it out.
    script = """async () => {
        const bars = [...document.querySelectorAll('.top, .bottom')];
        for (const bar of bars) bar.style.position = 'static';
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const found = await axe.run(document, {runOnly: tags, iframes: false});
        for (const bar of bars) bar.style.position = '';
        return found.violations;
    }"""
    found: list[dict[str, Any]] = await tab.evaluate(script)
    return [f"{one['id']}: {one['nodes'][0]['target']} {one['help']}" for one in found]


def address(here: Town, path: str = "/chat") -> str:
    return f"http://127.0.0.1:{here.app.port}{path}"
