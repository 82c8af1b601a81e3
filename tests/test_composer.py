"""What is written on the page: taken whole, counted before it is sent, never lost."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from offices.records import text_of
from people import Town, WebPerson, begin, finish, town
from people.page import DESK, PHONE, Page, browser, person
from playwright.async_api import Browser, expect
from samples.pictures import PNG
from samples.texts import STORY

from petitions.values.checks import LONG

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parent.parent / "webchat" / "static"


@pytest.fixture
async def window(chromium: str) -> AsyncIterator[Browser]:
    """A Chromium."""
    async with browser() as opened:
        yield opened


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Town]:
    """An office with a page alone."""
    async with town(tmp_path, telegram=False) as made:
        yield made


async def opened(here: Town, window: Browser, **how: Any) -> Page:
    citizen = Page(await person(window, **how))
    await citizen.open(f"http://127.0.0.1:{here.app.port}/chat")
    return citizen


PASTE = """([selector, data]) => {
  const box = document.querySelector(selector), held = new DataTransfer();
  for (const [type, text] of Object.entries(data)) {
    if (type === "file") held.items.add(new File([text], "a.png", { type: "image/png" }));
    else held.setData(type, text);
  }
  box.focus();
  const how = { clipboardData: held, bubbles: true, cancelable: true };
  if (!box.dispatchEvent(new ClipboardEvent("paste", how))) return;
  document.execCommand("insertText", false, held.getData("text/plain"));
}"""


async def paste(citizen: Page, text: str, box: str = "#text", **more: str) -> None:
    """As a browser does when somebody pastes: the event first, then the plain text."""
    await citizen.tab.evaluate(PASTE, [box, {"text/plain": text, **more}])


async def test_a_long_text_over_http_is_one_line_and_one_answer(office: Town) -> None:
    writer = await office.citizen("web")
    assert isinstance(writer, WebPerson)
    await begin(writer)
    text = STORY + "夜" * (LONG - len(STORY))
    await writer.say(text)
    await writer.press("就这些")
    assert text_of(office, await finish(writer, "request"), "facts") == text


async def test_a_long_text_that_is_pasted_is_taken_whole(office: Town, window: Browser) -> None:
    citizen = await opened(office, window)
    await citizen.press("提交信访事项")
    await citizen.press("同意，开始")
    await paste(citizen, STORY)
    await citizen.box.press("Enter")
    await citizen.settled()
    await expect(citizen.log.locator(".mine .text").last).to_have_text(STORY)
    await citizen.press("就这些")
    await citizen.expect("您希望得到什么")


async def test_what_is_too_long_is_said_with_a_count_and_stays(
    office: Town, window: Browser
) -> None:
    citizen = await opened(office, window)
    count, box = citizen.tab.locator("#count"), citizen.box
    await expect(count).to_be_empty()
    await paste(citizen, "夜" * (LONG - 10))
    await expect(count).to_have_text(f"{LONG - 10} / {LONG} 字")
    await paste(citizen, "😀" * 11)
    await expect(count).to_contain_text(f"{LONG + 1} 字，最多 {LONG} 字")
    await expect(box).to_have_attribute("aria-invalid", "true")
    said = await citizen.log.locator(".mine").count()
    await box.press("Enter")
    await citizen.tab.locator("#send").click()
    assert await citizen.log.locator(".mine").count() == said
    assert len(await box.input_value()) == LONG + 1, "every character is still there"
    await box.press("Backspace")
    await expect(count).to_have_text(f"{LONG} / {LONG} 字")
    await box.press("Enter")
    await citizen.settled()
    await expect(citizen.log.locator(".mine .text").last).to_contain_text("😀" * 10)
    await expect(count).to_be_empty()


async def test_what_was_not_sent_yet_is_there_after_a_reload(office: Town, window: Browser) -> None:
    citizen = await opened(office, window)
    text = "第一段\n\n第二段，还没写完" + "夜" * 9000
    await citizen.box.fill(text)
    await citizen.tab.reload()
    await expect(citizen.box).to_have_value(text)
    await citizen.speak("English")
    await expect(citizen.tab.locator("#count")).to_contain_text("Too long")
    await citizen.box.fill("写完了")
    await citizen.box.press("Enter")
    await citizen.settled()
    await citizen.tab.reload()
    await expect(citizen.log.locator(".mine").last).to_contain_text("写完了")
    await expect(citizen.box).to_have_value("")


async def test_a_caption_is_counted_taken_whole_and_kept_when_nothing_is_sent(
    office: Town, window: Browser, tmp_path: Path
) -> None:
    photo = tmp_path / "现场.png"
    photo.write_bytes(PNG)
    citizen = await opened(office, window)
    tab = citizen.tab
    await tab.locator("#pick-photo").set_input_files(photo)
    await paste(citizen, "夜" * (LONG + 1), "#caption")
    await expect(tab.locator("#caption-count")).to_contain_text(f"{LONG + 1} 字")
    await tab.locator("#confirm-send").click()
    await expect(tab.locator("#confirm")).to_be_visible()
    caption = "第一行\n" + "灯" * 3000
    await tab.locator("#caption").fill(caption)
    await tab.locator("#confirm button[value=no]").click()
    await expect(citizen.box).to_have_value(caption)
    await citizen.box.fill("")
    await tab.locator("#pick-photo").set_input_files(photo)
    await tab.locator("#caption").fill(caption)
    await tab.reload()
    await expect(citizen.box).to_have_value(caption)
    await citizen.box.fill("")
    await tab.locator("#pick-photo").set_input_files(photo)
    await tab.locator("#caption").fill(caption)
    await tab.locator("#confirm-send").click()
    await citizen.settled()
    await expect(citizen.log.locator(".mine .text").last).to_have_text(caption)


async def test_text_that_a_word_processor_pastes_beside_a_picture_of_it_is_kept(
    office: Town, window: Browser
) -> None:
    citizen = await opened(office, window)
    await paste(citizen, "从文档里复制的一段", file="x")
    await expect(citizen.box).to_have_value("从文档里复制的一段")
    await paste(citizen, "", file="x")
    await expect(citizen.tab.locator("#confirm")).to_be_visible()


async def test_unsent_words_are_gone_with_whoever_left_the_phone(
    office: Town, window: Browser
) -> None:
    citizen = await opened(office, window)
    await citizen.say("/privacy")
    await citizen.press("退出登录")
    await citizen.box.fill("别人不该看到的话")
    await citizen.press("是，退出")
    await expect(citizen.box).to_have_value("")
    await citizen.tab.reload()
    await citizen.expect("已退出")
    await expect(citizen.box).to_have_value("")


TOGGLES = "[aria-pressed], [aria-expanded], [aria-selected], [aria-checked]"
STATE = re.compile(r"aria-(?:pressed|expanded|selected|checked)")
LOOK = """el => { const s = getComputedStyle(el);
  return [s.backgroundColor, s.color, s.borderTopColor].join(" / "); }"""
ON = """el => ["pressed", "expanded", "selected", "checked"].some(
  (name) => el.getAttribute(`aria-${name}`) === "true")"""


async def looks(tab: Any, toggle: Any, hover: bool) -> str:
    await (toggle.hover() if hover else tab.mouse.move(1, 1))
    return str(await toggle.evaluate(LOOK))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_toggle_of_the_page_shows_its_state(
    office: Town, window: Browser, scheme: Any
) -> None:
    citizen = await opened(office, window, size=DESK)
    tab = citizen.whole
    await tab.emulate_media(color_scheme=scheme)
    toggles = tab.locator(f":is({TOGGLES}):visible")
    ids = {await toggles.nth(n).get_attribute("id") for n in range(await toggles.count())}
    assert ids == {"large", "menu-open", "attach-open"}
    for id in sorted(filter(None, ids)):
        toggle = tab.locator(f"#{id}")
        seen = {}
        for _ in range(2):
            on = await toggle.evaluate(ON)
            seen[on] = [await looks(tab, toggle, hover) for hover in (False, True)]
            await toggle.click()
        assert set(seen) == {True, False}, f"{id} changes its state"
        for plain, pressed in zip(seen[False], seen[True], strict=True):
            assert plain != pressed, f"{id} looks the same, pressed or not"
        assert seen[True][0].split(" / ")[0] != seen[False][0].split(" / ")[0], id


async def test_large_letters_stay_pressed_after_a_reload(office: Town, window: Browser) -> None:
    citizen = await opened(office, window)
    large = citizen.tab.locator("#large")
    await large.click()
    await citizen.whole.mouse.move(1, 300)
    look = await large.evaluate(LOOK)
    assert look.startswith("rgb(255, 255, 255)")
    await citizen.tab.reload()
    await expect(large).to_have_attribute("aria-pressed", "true")
    await citizen.whole.mouse.move(1, 300)
    assert await large.evaluate(LOOK) == look
    size = await citizen.tab.evaluate("getComputedStyle(document.documentElement).fontSize")
    assert size == "20px"


async def test_the_tabs_of_the_demo_show_which_side_is_open(
    tmp_path: Path, window: Browser
) -> None:
    async with town(tmp_path, telegram=False, demo=True) as here:
        tab = await person(window, size=PHONE)
        await tab.goto(f"http://127.0.0.1:{here.app.port}/")
        citizen, officer = tab.locator("#tab-citizen"), tab.locator("#tab-officer")
        for chosen, other in ((officer, citizen), (citizen, officer)):
            await chosen.click()
            for hover in (False, True):
                assert await looks(tab, chosen, hover) != await looks(tab, other, hover)


def test_no_toggle_is_made_where_this_file_does_not_look() -> None:
    """Toggles stand in the pages themselves; scripts only change their state."""
    made = {
        (path.name, found)
        for path in STATIC.glob("*.html")
        for found in re.findall(rf'id="([a-z-]+)"[^>]*{STATE.pattern}', path.read_text("utf-8"))
    }
    assert made == {
        ("index.html", "large"), ("index.html", "menu-open"), ("index.html", "attach-open"),
        ("demo.html", "tab-citizen"), ("demo.html", "tab-officer"),
    }  # fmt: skip
    for path in STATIC.glob("*.js"):
        for line in path.read_text("utf-8").splitlines():
            assert not STATE.search(line) or "setAttribute" in line, line


async def test_an_address_behind_pasted_words_is_pasted_too(office: Town, window: Browser) -> None:
    citizen = await opened(office, window)
    html = (
        '<p>见<a href="https://example.org/a?b=1&amp;c=2">公告</a>和'
        '<a href="https://example.org/b/">example.org/b</a>、<a href="javascript:x()">公告</a></p>'
    )
    await paste(citizen, "见公告和example.org/b、公告", **{"text/html": html})
    await expect(citizen.box).to_have_value(
        "见公告 <https://example.org/a?b=1&c=2>和example.org/b、公告"
    )
    await citizen.box.press("Enter")
    await citizen.settled()
    link = citizen.log.locator(".mine").last
    await expect(link).to_contain_text("<https://example.org/a?b=1&c=2>")
